"""The desk over HTTP, as a stranger's client meets it: statuses, codes, shapes, and who may."""

import asyncio
from typing import Any

import pytest

from baton.assistant.records import Turn
from tests.handoff.office import Office


async def test_the_queue_shows_who_waits_with_the_briefing(office: Office) -> None:
    ann, handoff = office.token("Ann"), office.world.asks_for_person("My order 48213 is late, I want a person")
    office.world.clock.advance(30)
    [shown] = (await office.get(ann, "/handoffs?status=waiting"))["items"]
    assert {name: shown[name] for name in ("id", "conversation", "status", "reason", "team", "waiting_seconds")} == {
        "id": handoff.id,
        "conversation": handoff.conversation_id,
        "status": "waiting",
        "reason": "visitor_asked",
        "team": "support",
        "waiting_seconds": 30,
    }
    assert shown["briefing"]["question"] == "My order 48213 is late, I want a person"
    office.world.writer.run_sync(lambda tx: office.world.desk.offer(tx, handoff.id, ann["id"], "first"))
    [offered] = (await office.get(ann, "/handoffs?status=waiting"))["items"]
    assert (offered["status"], offered["agent"]) == ("offered", {"id": ann["id"], "name": "Ann"})
    assert (await office.get(ann, "/handoffs?status=resolved"))["items"] == []


async def test_two_agents_accept_at_once_and_the_second_is_told_who(office: Office) -> None:
    ann, bob, handoff = office.token("Ann"), office.token("Bob"), office.world.asks_for_person()
    path = f"/handoffs/{handoff.id}/accept"
    answers = await asyncio.gather(*(office.call(who, "POST", path) for who in (ann, bob, ann, bob)))
    won = [one for one in answers if one.status_code == 200]
    lost = [one for one in answers if one.status_code == 409]
    assert (len(won), len(lost)) == (2, 2)
    winner = won[0].json()["agent"]
    assert {one.json()["code"] for one in lost} == {"already_taken"}
    assert lost[0].json()["by"] == winner
    assert winner["name"] in lost[0].json()["detail"]
    assert lost[0].headers["content-type"] == "application/problem+json"


async def test_a_message_is_201_then_200_with_the_same_seq_and_409_for_another(office: Office) -> None:
    ann, bob, handoff = office.token("Ann"), office.token("Bob"), office.world.asks_for_person()
    messages = f"/conversations/{handoff.conversation_id}/messages"
    body = {"client_id": "m1", "text": "Hello"}
    early = await office.call(ann, "POST", messages, body)
    assert (early.status_code, early.json()["code"]) == (409, "not_holder")
    await office.call(ann, "POST", f"/handoffs/{handoff.id}/accept")
    first, again = [await office.call(ann, "POST", messages, body) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = await office.call(bob, "POST", messages, {"client_id": "m2", "text": "Hi"})
    assert (other.status_code, other.json()["code"]) == (409, "not_holder")


@pytest.mark.parametrize("kind", ["notes", "whispers"])
async def test_notes_and_whispers_are_written_once_by_any_agent(office: Office, kind: str) -> None:
    ann, id = office.token("Ann"), office.world.says("Hello")
    path, body = f"/conversations/{id}/{kind}", {"client_id": "n1", "text": "Offer the replacement."}
    first, again = [await office.call(ann, "POST", path, body) for _ in range(2)]
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    newest = (await office.get(ann, f"/conversations/{id}/events"))["items"][-1]
    assert (newest["audience"], newest["author"]["name"]) == ("staff", "Ann")


@pytest.mark.parametrize(
    "body, status",
    [
        ({"client_id": "m1", "text": "  "}, 400),
        ({"client_id": "", "text": "Hello"}, 400),
        ({"text": "Hello"}, 400),
        ({"client_id": "m1", "text": "x" * 8001}, 422),
    ],
    ids=["blank", "empty id", "no id", "too long"],
)
async def test_words_that_cannot_be_kept_are_refused_by_field(
    office: Office, body: dict[str, Any], status: int
) -> None:
    ann, id = office.token("Ann"), office.world.says("Hello")
    answer = await office.call(ann, "POST", f"/conversations/{id}/notes", body)
    assert answer.status_code == status
    assert answer.json()["field"] in ("text", "client_id")


async def test_a_conversation_is_listed_found_and_read_with_its_events(office: Office) -> None:
    ann, world = office.token("Ann"), office.world
    older = world.says("Where is my blue lamp?", page_url="https://shop/lamp", page_title="Lamp", locale="en")
    world.clock.advance(5)
    newer = world.says("Do you ship to Norway?")
    listed = (await office.get(ann, "/conversations"))["items"]
    assert [one["id"] for one in listed] == [newer, older]
    assert (await office.get(ann, "/conversations?q=BLUE%20lamp"))["items"][0]["id"] == older
    assert (await office.get(ann, "/conversations?q=100%25"))["items"] == []
    assert (await office.get(ann, "/conversations?status=resolved"))["items"] == []
    one = await office.get(ann, f"/conversations/{older}")
    assert one["page"] == {"url": "https://shop/lamp", "title": "Lamp"}
    assert one["visitor"]["assurance"] == "anonymous"
    assert one["holder"] == {"kind": "assistant", "id": None, "name": None}
    assert (one["unread"], one["handoff"], one["last_seq"]) == (1, None, 1)
    assert one["briefing"]["question"] == "Where is my blue lamp?"
    assert set(one) - {"briefing"} == set(listed[0])


async def test_lists_go_on_where_they_stopped(office: Office) -> None:
    ann, world = office.token("Ann"), office.world
    ids = []
    for number in range(5):
        ids.append(world.asks_for_person(f"Question {number}").conversation_id)
        world.clock.advance(1)
    for path, key, expected in (
        ("/conversations?limit=2", "id", ids[::-1]),
        ("/handoffs?limit=2", "conversation", ids[::-1]),
        ("/handoffs?limit=2&status=waiting", "conversation", ids),
    ):
        found: list[str] = []
        after: str | None = ""
        while after is not None:
            page = await office.get(ann, f"{path}&after={after}")
            found += [one[key] for one in page["items"]]
            after = page["next"]
        assert found == expected
    events = f"/conversations/{ids[0]}/events"
    first = await office.get(ann, f"{events}?limit=2")
    rest = await office.get(ann, f"{events}?after={first['next']}")
    assert [one["seq"] for one in first["items"] + rest["items"]] == [1, 2, 3]
    assert rest["next"] is None


@pytest.mark.parametrize("path", ["/conversations?after=nonsense", "/handoffs?after=W10", "/conversations?status=open"])
async def test_a_list_that_is_asked_for_wrongly_says_so(office: Office, path: str) -> None:
    answer = await office.call(office.token("Ann"), "GET", path)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


async def test_a_conversation_goes_from_agent_to_colleague_to_assistant_to_its_end(office: Office) -> None:
    ann, bob, world = office.token("Ann"), office.token("Bob"), office.world
    id = world.says("Hello")
    taken = (await office.call(ann, "POST", f"/conversations/{id}/take")).json()
    path = f"/handoffs/{taken['id']}"
    assert (taken["status"], taken["agent"]["name"]) == ("accepted", "Ann")
    late = await office.call(bob, "POST", f"/conversations/{id}/take")
    assert (late.status_code, late.json()["code"]) == (409, "already_taken")
    moved = await office.call(ann, "POST", f"{path}/transfer", {"agent": bob["id"], "note": "Knows lamps"})
    assert (moved.json()["status"], moved.json()["note"]) == ("offered", "Knows lamps")
    assert (await office.call(ann, "POST", f"{path}/return", {"note": "x"})).json()["code"] == "not_holder"
    await office.call(bob, "POST", f"{path}/accept")
    back = await office.call(bob, "POST", f"{path}/return", {"note": "I promised a call"})
    assert (back.json()["status"], (await office.get(ann, f"/conversations/{id}"))["status"]) == (
        "returned",
        "with_assistant",
    )
    again = (await office.call(bob, "POST", f"/conversations/{id}/take")).json()
    done = await office.call(bob, "POST", f"/handoffs/{again['id']}/resolve", {})
    assert (done.json()["status"], done.json()["outcome"]) == ("resolved", "assumed")
    assert (await office.get(ann, "/conversations?status=resolved"))["items"][0]["id"] == id


async def test_a_decision_can_be_looked_up(office: Office) -> None:
    ann = office.token("Ann")
    turn = Turn(
        id="trn_x",
        conversation_id="cnv_x",
        epoch=0,
        decision="offer",
        confidence=0.31,
        threshold=0.7,
        reasons=[{"code": "low_confidence", "text": "Not sure."}],
        timings={"search": 1.5},
        created_at=office.world.clock.now(),
    )
    office.world.writer.run_sync(lambda tx: tx.insert(Turn, turn.model_dump()))
    shown = await office.get(ann, "/turns/trn_x")
    assert (shown["decision"], shown["confidence"], shown["timings_ms"]) == ("offer", 0.31, {"search": 1.5})
    assert (await office.call(ann, "GET", "/turns/trn_y")).status_code == 404


async def test_colleagues_and_teams_are_listed_for_a_transfer(office: Office) -> None:
    ann, handoff = office.token("Ann"), office.world.asks_for_person()
    office.token("Cora", role="content")
    await office.call(ann, "POST", f"/handoffs/{handoff.id}/accept")
    [colleague] = (await office.get(ann, "/staff"))["items"]
    assert (colleague["name"], colleague["presence"], colleague["load"]) == ("Ann", "offline", 1)
    teams = (await office.get(ann, "/teams"))["items"]
    assert [(team["id"], team["available"], team["load"]) for team in teams] == [("support", 0, 1), ("billing", 0, 1)]


async def test_the_audit_trail_tells_everything_in_order_to_administrators_alone(office: Office) -> None:
    ann, boss = office.token("Ann"), office.token("Root", role="admin")
    handoff = office.world.asks_for_person()
    await office.call(ann, "POST", f"/handoffs/{handoff.id}/accept")
    assert (await office.call(ann, "GET", "/audit")).status_code == 403
    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        page = await office.get(boss, f"/audit?limit=3&after={after}")
        found += page["items"]
        after = page["next"]
    places = [(one["conversation"], one["seq"]) for one in found]
    assert len(set(places)) == len(places)
    kinds = [one["kind"] for one in found]
    order = [kinds.index(kind) for kind in ("staff.added", "message.added", "handoff.requested", "handoff.accepted")]
    assert order == sorted(order)
    assert [one["head"] for one in found] == sorted(one["head"] for one in found)


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "/handoffs"),
        ("GET", "/conversations"),
        ("GET", "/staff"),
        ("GET", "/teams"),
        ("GET", "/reviews"),
        ("GET", "/turns/x"),
        ("GET", "/audit"),
        ("POST", "/handoffs/x/accept"),
        ("POST", "/conversations/x/take"),
        ("POST", "/conversations/x/messages"),
    ],
)
async def test_nothing_answers_strangers_or_content_owners(office: Office, method: str, path: str) -> None:
    cora = office.token("Cora", role="content")
    refused = await office.call(cora, method, path)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (await office.client.request(method, f"/api/v1{path}")).status_code == 401


@pytest.mark.parametrize(
    "method, path",
    [
        ("POST", "/handoffs/hnd_x/accept"),
        ("GET", "/handoffs/hnd_x"),
        ("GET", "/conversations/cnv_x"),
        ("GET", "/conversations/cnv_x/events"),
        ("GET", "/conversations/installation"),
        ("GET", "/conversations/installation/events"),
        ("POST", "/conversations/cnv_x/take"),
        ("POST", "/conversations/installation/take"),
    ],
)
async def test_what_does_not_exist_is_not_found(office: Office, method: str, path: str) -> None:
    answer = await office.call(office.token("Root", role="admin"), method, path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_nothing_is_held_for_review_and_the_list_says_so(office: Office) -> None:
    assert await office.get(office.token("Ann"), "/reviews?status=pending") == {"items": [], "next": None}
