"""The OpenAPI and AsyncAPI documents are well formed, describe what is served, and describe it truly."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, get_args

import httpx2
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import connect

from baton.handoff.frames import Frame as AgentFrame
from baton.server.api.documents import asyncapi, openapi
from baton.server.app import Application
from baton.widget import frames as visitor_frames
from tests.journeys.site import Agent, Site, open_site, settled
from tests.widget.conftest import Client

PREFIX = "/api/v1"
METHODS = {"get", "put", "post", "delete", "patch"}
OPENAPI, ASYNCAPI = openapi(), asyncapi()
AGENT_FRAMES = get_args(get_args(AgentFrame)[0])


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with open_site("sqlite", tmp_path_factory.mktemp("described")) as opened:
        yield opened


@pytest.fixture(scope="module")
async def admin(site: Site) -> Agent:
    return await site.agent("Ada", "admin")


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, operation) of everything described."""
    for path, item in OPENAPI["paths"].items():
        yield from ((method, path, operation) for method, operation in item.items() if method in METHODS)


def found(document: dict[str, Any], pointer: str) -> Any:
    """What a `$ref` into its own document names; fails when there is nothing."""
    node: Any = document
    for part in pointer.removeprefix("#/").split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def schemas(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema that a message, a parameter or a body of the document has."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("schema", "payload"):
                yield value
            yield from schemas(value)
    elif isinstance(node, list):
        for value in node:
            yield from schemas(value)


def faults(document: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    """What of `value` doesn't fit a schema of `document`."""
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": document["components"], **schema}
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(whole).iter_errors(value)]


def answer_schema(method: str, path: str, status: str) -> dict[str, Any]:
    """The schema of a described answer."""
    response = OPENAPI["paths"][path][method]["responses"][status]
    response = found(OPENAPI, response["$ref"]) if "$ref" in response else response
    schema: dict[str, Any] = next(iter(response["content"].values()))["schema"]
    return schema


# What there is, and what is described


def test_every_call_is_described_and_every_description_is_a_call(site: Site) -> None:
    routes = [route for route in Application(site.ground, site.knowledge).asgi.routes if isinstance(route, Route)]
    served = {
        (method.lower(), route.path)
        for route in routes
        for method in route.methods or ()
        if route.path.startswith(PREFIX) and method != "HEAD"
    }
    assert served == {(method, path) for method, path, _ in operations()}


def test_every_socket_is_described(site: Site) -> None:
    sockets = Application(site.ground, site.knowledge).asgi.routes
    served = {route.path for route in sockets if isinstance(route, WebSocketRoute)}
    assert served == {channel["address"] for channel in ASYNCAPI["channels"].values()}


def sent_types(operation: str) -> set[str]:
    """The `type` of every message of an operation."""
    names = [found(ASYNCAPI, one["$ref"])["$ref"] for one in ASYNCAPI["operations"][operation]["messages"]]
    return {found(ASYNCAPI, name)["payload"]["properties"]["type"]["const"] for name in names}


def test_every_frame_the_server_reads_is_described() -> None:
    assert sent_types("visitorSends") == set(visitor_frames._PARSERS)
    assert sent_types("agentSends") == {get_args(one.model_fields["type"].annotation)[0] for one in AGENT_FRAMES}


# Well formed


@pytest.mark.parametrize("document", [OPENAPI, ASYNCAPI], ids=["openapi", "asyncapi"])
def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in references(document):
        found(document, reference)


@pytest.mark.parametrize("document", [OPENAPI, ASYNCAPI], ids=["openapi", "asyncapi"])
def test_every_schema_is_a_schema(document: dict[str, Any]) -> None:
    checked = [*document["components"]["schemas"].values(), *schemas(document)]
    assert len(checked) > 20
    for schema in checked:
        Draft202012Validator.check_schema(schema)


def test_operations_are_named_once_and_say_what_they_answer() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))
    for method, path, operation in operations():
        answers = set(operation["responses"])
        assert "default" in answers and any(status.startswith("2") for status in answers), (method, path)
        assert operation["summary"].endswith("."), (method, path)
        assert set(operation["tags"]) <= {tag["name"] for tag in OPENAPI["tags"]}


def test_parameters_of_a_path_are_declared() -> None:
    for path, item in OPENAPI["paths"].items():
        declared = [found(OPENAPI, one["$ref"]) for one in item.get("parameters", [])]
        assert {one["name"] for one in declared} == set(re.findall(r"{(\w+)}", path)), path


def test_every_message_belongs_to_an_operation() -> None:
    used = {ref for name in ASYNCAPI["operations"] for ref in references(ASYNCAPI["operations"][name]["messages"])}
    declared = {
        f"#/channels/{channel}/messages/{name}"
        for channel, item in ASYNCAPI["channels"].items()
        for name in item["messages"]
    }
    assert used == declared


# True


async def test_both_documents_are_served_to_anyone(site: Site) -> None:
    async with httpx2.AsyncClient(base_url=site.address, trust_env=False) as http:
        for name, document in (("openapi", OPENAPI), ("asyncapi", ASYNCAPI)):
            answer = await http.get(f"/api/{name}.json", headers={"origin": "https://elsewhere.example"})
            assert answer.json() == document
            assert answer.headers["access-control-allow-origin"] == "*"


async def test_answers_are_as_described(site: Site, admin: Agent) -> None:
    async with site.visitor() as visitor:
        await visitor.say("How long do I have to return something?", "m1")
        answered = await site.answer(visitor)
        await visitor.send("handoff.request", client_id="h1")
        await visitor.next("ack", client_id="h1")
        await settled(site)
    conversation, turn = answered["conversation"], answered["body"]["turn"]
    handoff = (await admin.waiting())["id"]
    document = (await admin.get("/documents"))["items"][0]["id"]
    calls: list[tuple[str, str, dict[str, int | str]]] = [
        ("/documents", "", {}),
        ("/documents/{id}", document, {}),
        ("/documents/{id}/chunks", document, {}),
        ("/handoffs", "", {}),
        ("/handoffs", "", {"status": "waiting", "limit": 1}),
        ("/handoffs/{id}", handoff, {}),
        ("/conversations", "", {}),
        ("/conversations/{id}", conversation, {}),
        ("/conversations/{id}/events", conversation, {"after": 1}),
        ("/turns/{id}", turn, {}),
        ("/reviews", "", {}),
        ("/staff", "", {}),
        ("/teams", "", {}),
        ("/audit", "", {"limit": 500}),
    ]
    for path, id, query in calls:
        value = await admin.get(path.replace("{id}", id), **query)
        assert faults(OPENAPI, answer_schema("get", PREFIX + path, "200"), value) == [], path
        if "items" in value and path != "/reviews":
            assert value["items"], path


async def test_answers_to_changes_are_as_described(site: Site, admin: Agent) -> None:
    async with site.visitor() as visitor:
        await visitor.send("handoff.request", client_id="h1")
        await visitor.next("ack", client_id="h1")
        conversation = visitor.welcome["conversation"]
    items = (await admin.get("/handoffs", status="waiting"))["items"]
    handoff = next(item["id"] for item in items if item["conversation"] == conversation)
    said = {"client_id": "a1", "text": "Hello."}
    calls: list[tuple[str, str, str, dict[str, Any]]] = [
        ("/conversations/{id}/messages", conversation, "409", said),
        ("/conversations/{id}/notes", conversation, "201", said),
        ("/conversations/{id}/notes", conversation, "200", said),
        ("/conversations/{id}/whispers", conversation, "201", said | {"client_id": "a2"}),
        ("/handoffs/{id}/decline", handoff, "200", {}),
        ("/handoffs/{id}/accept", handoff, "200", {}),
        ("/conversations/{id}/messages", conversation, "201", said | {"client_id": "a3"}),
        ("/conversations/{id}/take", conversation, "200", {}),
        ("/handoffs/{id}/transfer", handoff, "default", {}),
        ("/handoffs/{id}/transfer", handoff, "200", {"team": "support", "note": "The lid is dented."}),
        ("/handoffs/{id}/accept", handoff, "200", {}),
        ("/handoffs/{id}/return", handoff, "200", {}),
        ("/handoffs/{id}/resolve", handoff, "409", {}),
        ("/search", "", "200", {"query": "return"}),
        ("/search", "", "default", {"query": ""}),
    ]
    for path, id, status, body in calls:
        answer = await admin.post(path.replace("{id}", id), **body)
        expected = answer.status_code >= 400 if status == "default" else answer.status_code == int(status)
        assert expected, (path, answer.status_code, answer.text)
        assert faults(OPENAPI, answer_schema("post", PREFIX + path, status), answer.json()) == [], path


async def test_answers_to_judging_are_as_described(site: Site, admin: Agent) -> None:
    async with site.visitor() as visitor:
        await visitor.say("How long do I have to return something?", "m1")
        turn = (await site.answer(visitor))["body"]["turn"]
    label = f"/turns/{turn}/label"
    for path, described, body in (
        ("/labels/draw", "/labels/draw", {"count": 50}),
        (label, "/turns/{id}/label", {"verdict": "right"}),
    ):
        answer = await admin.post(path, **body)
        assert answer.status_code == 200, answer.text
        assert faults(OPENAPI, answer_schema("post", PREFIX + described, "200"), answer.json()) == [], path
    for method, sent in (("POST", {"verdict": "splendid"}), ("DELETE", None)):
        refused = await admin.http.request(method, f"/api/v1{label}-of-nobody", json=sent)
        schema = answer_schema(method.lower(), f"{PREFIX}/turns/{{id}}/label", "default")
        assert faults(OPENAPI, schema, refused.json()) == [], method
    assert (await admin.http.delete(f"/api/v1{label}")).status_code == 204


def payload(message: str) -> dict[str, Any]:
    schema: dict[str, Any] = ASYNCAPI["components"]["messages"][message]["payload"]
    return schema


def by_type(operation: str) -> dict[str, str]:
    """The `type` of a frame to the message that describes it."""
    refs = [found(ASYNCAPI, one["$ref"])["$ref"] for one in ASYNCAPI["operations"][operation]["messages"]]
    return {found(ASYNCAPI, ref)["payload"]["properties"]["type"]["const"]: ref.rpartition("/")[2] for ref in refs}


async def test_frames_to_visitors_are_as_described(site: Site) -> None:
    async with site.visitor() as visitor:
        await visitor.say("How long do I have to return something, and how long does the refund take?", "m1")
        await site.answer(visitor)
        await visitor.send("message.send", client_id="m2", text="")
        await visitor.next("error")
        await visitor.send("handoff.request", client_id="h1")
        await visitor.next("state", status="waiting_for_agent")
    messages = by_type("visitorReceives")
    assert {"welcome", "event", "ack", "state", "error"} <= {frame["type"] for frame in visitor.frames}
    for frame in visitor.frames:
        assert faults(ASYNCAPI, payload(messages[frame["type"]]), frame) == [], frame["type"]


async def test_frames_to_agents_are_as_described(site: Site, admin: Agent) -> None:
    url, headers = site.address.replace("http", "ws") + "/ws/agent", dict(admin.http.headers)
    bearer = {"authorization": headers["authorization"]}
    async with connect(url, additional_headers=bearer, proxy=None) as socket, site.visitor() as visitor:
        agent = Client(socket)
        await agent.send("watch", inbox=True)
        await visitor.say("What does shipping to Norway cost?", "m1")
        await agent.send("watch", conversation=visitor.welcome["conversation"], after=0)
        await agent.next("event")
        await visitor.send("typing", on=True)
        await agent.next("typing")
        await visitor.send("read", seq=1)
        await agent.next("read")
        await agent.send("presence", state="away")
        await agent.next("presence")
        await agent.send("watch")
        await agent.next("error")
    messages = by_type("agentReceives")
    assert {"welcome", "event", "inbox", "state", "typing", "read", "presence", "error"} <= {
        frame["type"] for frame in agent.frames
    }
    for frame in agent.frames:
        assert faults(ASYNCAPI, payload(messages[frame["type"]]), frame) == [], frame["type"]
