"""The contract's HTTP table against the running application: who may call what, and what comes back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from tests.journeys.site import Agent, Site, open_site
from tests.widget.conftest import DEADLINE

AGENT = {"agent", "supervisor", "admin"}
CONTENT = {"content", "admin"}
ROLES = ("agent", "supervisor", "content", "admin")
NOWHERE = "nowhere"

CALLS: list[tuple[str, str, set[str], int]] = [
    ("GET", "/documents", CONTENT, 200),
    ("POST", "/documents", CONTENT, 415),
    ("GET", f"/documents/{NOWHERE}", CONTENT, 404),
    ("DELETE", f"/documents/{NOWHERE}", CONTENT, 404),
    ("POST", "/search", AGENT | CONTENT, 400),
    ("GET", "/handoffs", AGENT, 200),
    ("GET", "/handoffs?status=waiting", AGENT, 200),
    ("POST", f"/handoffs/{NOWHERE}/accept", AGENT, 404),
    ("POST", f"/handoffs/{NOWHERE}/decline", AGENT, 404),
    ("POST", f"/handoffs/{NOWHERE}/transfer", AGENT, 404),
    ("POST", f"/handoffs/{NOWHERE}/return", AGENT, 404),
    ("POST", f"/handoffs/{NOWHERE}/resolve", AGENT, 404),
    ("GET", "/conversations", AGENT, 200),
    ("GET", f"/conversations/{NOWHERE}", AGENT, 404),
    ("GET", f"/conversations/{NOWHERE}/events", AGENT, 404),
    ("POST", f"/conversations/{NOWHERE}/messages", AGENT, 400),
    ("POST", f"/conversations/{NOWHERE}/notes", AGENT, 400),
    ("POST", f"/conversations/{NOWHERE}/whispers", AGENT, 400),
    ("POST", f"/conversations/{NOWHERE}/take", AGENT, 404),
    ("GET", "/reviews?status=pending", AGENT, 200),
    ("GET", f"/turns/{NOWHERE}", AGENT, 404),
    ("GET", "/staff", AGENT, 200),
    ("GET", "/teams", AGENT, 200),
    ("GET", "/audit", {"admin"}, 200),
]
"""Method, path, who may, and the status for them without a body: 200 for lists, 404 for what isn't there."""
LISTS = [path for method, path, _, status in CALLS if method == "GET" and status == 200]
PAGED = ["/documents", "/handoffs", "/conversations", "/audit"]
TURN = {"decision", "reasons", "confidence", "signals", "mood", "task", "risk", "threshold", "citations", "versions"}
HANDOFF = {"id", "conversation", "status", "reason", "team", "priority", "waiting_seconds", "briefing"}


@dataclass
class Table:
    """A site with somebody of each role."""

    site: Site
    people: dict[str, Agent]

    @property
    def bare(self) -> dict[str, Any]:
        return {"base_url": self.site.address, "trust_env": False, "timeout": DEADLINE}

    async def call(self, role: str, method: str, path: str, **more: Any) -> httpx2.Response:
        return await self.people[role].http.request(method, f"/api/v1{path}", **more)


@pytest.fixture(scope="module")
async def table(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Table]:
    async with open_site("sqlite", tmp_path_factory.mktemp("contract")) as site:
        yield Table(site, {role: await site.agent(role.title(), role) for role in ROLES})


def is_problem(response: httpx2.Response, status: int, code: str) -> bool:
    """RFC 9457, with our stable code."""
    body = response.json()
    assert response.headers["content-type"] == "application/problem+json", response.text
    assert (response.status_code, body["status"], body["code"]) == (status, status, code), response.text
    return bool(body["detail"])


@pytest.mark.parametrize("method, path, _roles, _status", CALLS)
async def test_without_a_good_token_every_call_is_401(
    table: Table, method: str, path: str, _roles: set[str], _status: int
) -> None:
    async with httpx2.AsyncClient(**table.bare) as http:
        for headers in ({}, {"authorization": "Bearer baton_forged"}, {"authorization": "Basic YTpi"}):
            refused = await http.request(method, f"/api/v1{path}", headers=headers)
            assert is_problem(refused, 401, "unauthorized")
            assert refused.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("method, path, roles, status", CALLS)
async def test_a_role_may_do_only_its_own(table: Table, method: str, path: str, roles: set[str], status: int) -> None:
    for role in ROLES:
        response = await table.call(role, method, path)
        if role not in roles:
            assert is_problem(response, 403, "forbidden")
        elif status == 404:
            assert is_problem(response, 404, "not_found")
        else:
            assert response.status_code == status, (role, response.text)


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_has_items_and_next(table: Table, path: str) -> None:
    body = (await table.call("admin", "GET", path)).json()
    assert isinstance(body["items"], list) and "next" in body


async def test_the_audit_trail_is_listed_from_the_start_after_0(table: Table) -> None:
    whole = (await table.call("admin", "GET", "/audit")).json()
    assert (await table.call("admin", "GET", "/audit?after=0")).json() == whole
    assert whole["items"][0]["seq"] == 1


@pytest.mark.parametrize("path", PAGED)
@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=many"])
async def test_a_bad_page_is_400(table: Table, path: str, query: str) -> None:
    assert is_problem(await table.call("admin", "GET", f"{path}?{query}"), 400, "bad_request")


@pytest.mark.parametrize("path", ["/documents", "/handoffs", "/handoffs?status=waiting", "/conversations", "/audit"])
async def test_an_after_that_we_never_gave_is_400(table: Table, path: str) -> None:
    mark = "&" if "?" in path else "?"
    for after in ("nonsense", "WzFd", "bnVsbA", "eyJhIjogMX0", "%00"):
        refused = await table.call("admin", "GET", f"{path}{mark}after={after}")
        assert is_problem(refused, 400, "bad_request") and refused.json()["field"] == "after", after


async def test_what_is_not_there_is_a_problem_too(table: Table) -> None:
    assert is_problem(await table.call("admin", "GET", "/unicorns"), 404, "not_found")
    assert is_problem(await table.call("agent", "GET", "/handoffs?status=lost"), 400, "bad_request")
    assert is_problem(await table.call("agent", "GET", "/conversations?status=lost"), 400, "bad_request")


async def test_a_body_that_is_wrong_names_its_field(table: Table) -> None:
    for body in (b"{", b"[]", b'{"limit": 3}', b'{"query": "x", "limit": 0}'):
        refused = await table.call("agent", "POST", "/search", content=body)
        assert is_problem(refused, 400, "bad_request"), body


async def _walk(table: Table, path: str, size: int = 1) -> list[Any]:
    """Every item of a list, page by page."""
    items: list[Any] = []
    after = ""
    while True:
        mark = "&" if "?" in path else "?"
        body = (await table.call("admin", "GET", f"{path}{mark}limit={size}{after}")).json()
        assert len(body["items"]) <= size
        items += body["items"]
        if body["next"] is None:
            return items
        after = f"&after={body['next']}"


@pytest.mark.parametrize("path", ["/documents", "/conversations", "/handoffs"])
async def test_pages_of_one_give_what_one_page_gives(table: Table, path: str) -> None:
    for number in range(3):
        async with table.site.visitor() as visitor:
            await visitor.say(f"Number {number}, please", "m1")
            await visitor.send("handoff.request", client_id="r1")
            await visitor.next("ack", client_id="r1")
    whole = [item["id"] for item in (await table.call("admin", "GET", path)).json()["items"]]
    walked = [item["id"] for item in await _walk(table, path)]
    assert len(whole) >= 3 and walked == whole


async def test_the_audit_trail_in_pages_repeats_and_misses_nothing(table: Table) -> None:
    walked = [(item["conversation"], item["seq"]) for item in await _walk(table, "/audit", 7)]
    assert len(walked) == len(set(walked)) > 7


async def test_a_document_comes_is_read_and_goes(table: Table) -> None:
    file = {"file": ("warranty.md", b"# Warranty\n\nEvery lamp has a warranty of seven years.\n", "text/markdown")}
    added = await table.call("content", "POST", "/documents", files=file)
    [item] = added.json()["items"]
    assert (added.status_code, item["status"]) == (202, "queued")
    place = f"/documents/{item['id']}"
    async with asyncio.timeout(DEADLINE * 3):
        while (shown := (await table.call("content", "GET", place)).json())["status"] in ("queued", "reading"):
            pass
    assert shown.keys() >= {"status", "error", "chunks", "title", "sha256", "version"}
    assert (shown["status"], shown["error"], shown["title"], shown["version"]) == ("indexed", None, "Warranty", 1)
    found = (await table.call("agent", "POST", "/search", json={"query": "lamp warranty", "limit": 3})).json()
    assert found["passages"][0]["document"] == item["id"] and len(found["passages"]) <= 3
    assert found["passages"][0].keys() >= {"document", "external_id", "chunk", "title", "place", "text", "score"}
    gone = await table.call("content", "DELETE", place)
    assert (gone.status_code, gone.content) == (204, b"")
    assert is_problem(await table.call("content", "GET", place), 404, "not_found")


async def test_a_handoff_from_waiting_to_resolved(table: Table) -> None:
    other = await table.site.agent("Bob")
    async with table.site.visitor() as visitor:
        await visitor.say("Is anybody there? I need a person.", "m1")
        await visitor.send("handoff.request", client_id="r1")
        await visitor.next("event", kind="handoff.requested")
        conversation = visitor.welcome["conversation"]
        waiting = (await table.call("agent", "GET", "/handoffs?status=waiting&limit=500")).json()["items"]
        [handoff] = [one for one in waiting if one["conversation"] == conversation]
        assert handoff.keys() >= HANDOFF and handoff["status"] in ("waiting", "offered")
        place = f"/handoffs/{handoff['id']}"

        words = {"client_id": "a1", "text": "Hello"}
        early = await table.call("agent", "POST", f"/conversations/{conversation}/messages", json=words)
        assert is_problem(early, 409, "not_holder")
        accepted = [await table.call("agent", "POST", f"{place}/accept") for _ in range(2)]
        assert [one.status_code for one in accepted] == [200, 200]
        assert accepted[0].json()["status"] == "accepted"
        assert is_problem(await other.post(f"{place}/accept"), 409, "already_taken")
        assert is_problem(await other.post(f"/conversations/{conversation}/take"), 409, "already_taken")
        for action in ("resolve", "return", "transfer"):
            body = {"team": "support"} if action == "transfer" else {}
            assert is_problem(await other.post(f"{place}/{action}", **body), 409, "not_holder")

        for kind in ("messages", "notes", "whispers"):
            words = {"client_id": f"{kind}-1", "text": "Hello"}
            sent = [
                await table.call("agent", "POST", f"/conversations/{conversation}/{kind}", json=words) for _ in "ab"
            ]
            assert [one.status_code for one in sent] == [201, 200]
            assert sent[0].json() == sent[1].json()
        resolved = await table.call("agent", "POST", f"{place}/resolve", json={"outcome": "confirmed"})
        assert resolved.json()["status"] == "resolved"

    events = await _walk(table, f"/conversations/{conversation}/events", 3)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert {"visitor", "staff"} == {event["audience"] for event in events}


async def test_a_decision_can_be_looked_up(table: Table) -> None:
    async with table.site.visitor() as visitor:
        await visitor.say("How long do I have to return something?", "m1")
        answer = await table.site.answer(visitor)
    turn = (await table.call("agent", "GET", f"/turns/{answer['body']['turn']}")).json()
    assert turn.keys() >= TURN | {"timings_ms"}
    assert turn["decision"] == "answer" and 0 <= turn["confidence"] <= 1 and turn["reasons"]


async def test_an_unsafe_call_sent_again_under_its_key_has_the_first_answer(table: Table) -> None:
    async with table.site.visitor() as visitor:
        await visitor.say("I need a person", "m1")
        place = f"/conversations/{visitor.welcome['conversation']}"
    await table.call("agent", "POST", f"{place}/take")
    key, words = {"idempotency-key": "k1"}, {"client_id": "i1", "text": "Hello"}
    first, again = [await table.call("agent", "POST", f"{place}/messages", json=words, headers=key) for _ in range(2)]
    assert (first.status_code, first.json()) == (again.status_code, again.json()) and first.status_code == 201
    other = await table.call("agent", "POST", f"{place}/messages", json=words | {"text": "Bye"}, headers=key)
    assert is_problem(other, 422, "idempotency_mismatch")


async def test_what_anyone_may_see_is_there_and_figures_are_not(table: Table) -> None:
    async with httpx2.AsyncClient(**table.bare) as http:
        assert (await http.get("/healthz")).json() == {"status": "ok"}
        assert (await http.get("/readyz")).json() == {"status": "ok", "faults": {}}
        widget = await http.get("/widget.js")
        assert (widget.status_code, widget.headers["access-control-allow-origin"]) == (200, "*")
        assert (await http.get("/chat")).status_code == 200
        assert (await http.get("/metrics")).status_code == 404
        described = (await http.get("/api/openapi.json")).json()
    paths = {path.partition("?")[0].replace(NOWHERE, "{id}") for _, path, _, _ in CALLS}
    assert {f"/api/v1{path}" for path in paths} <= described["paths"].keys()
