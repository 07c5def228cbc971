"""The agent's socket over a real connection: live, resumable, staff only, and ended with the account."""

import asyncio

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from baton.core.staff import deactivate_staff, open_session
from baton.handoff.messages import write_aside
from tests.handoff.office import Office


async def test_a_request_for_a_person_appears_in_every_open_inbox(office: Office) -> None:
    ann, bob = office.token("Ann"), office.token("Bob")
    async with office.sit(ann) as first, office.sit(bob) as second:
        for agent in (first, second):
            await agent.send(type="watch", inbox=True)
            await agent.send(type="watch", conversation="cnv_none")
            await agent.expect("error", code="not_found")
        handoff = await asyncio.to_thread(office.world.asks_for_person)
        for agent in (first, second):
            while True:
                summary = (await agent.expect("inbox"))["conversation"]
                if summary["status"] == "waiting_for_agent":
                    break
            assert (summary["id"], summary["handoff"]["id"]) == (handoff.conversation_id, handoff.id)
            assert "briefing" not in summary["handoff"]


async def test_events_come_from_where_the_watcher_was_and_go_on_live_without_a_gap(office: Office) -> None:
    ann, id = office.token("Ann"), office.world.says("one")
    office.world.says("two", id)
    async with office.sit(ann) as agent:
        await agent.send(type="watch", conversation=id, after=1)
        caught_up = await agent.expect("event")
        assert (caught_up["seq"], caught_up["body"]["text"], caught_up["audience"]) == (2, "two", "visitor")
        assert (await agent.expect("state"))["holder"] == {"kind": "assistant", "id": None, "name": None}
        await asyncio.to_thread(office.world.says, "three", id)
        await office.call(ann, "POST", f"/conversations/{id}/notes", {"client_id": "n", "text": "Careful"})
        assert [(await agent.expect("event"))["seq"] for _ in range(2)] == [3, 4]
        await office.call(ann, "POST", f"/conversations/{id}/take")
        state = await agent.expect("state")
        assert (state["status"], state["holder"]["name"], state["conversation"]) == ("with_agent", "Ann", id)


async def test_the_first_welcome_makes_an_agent_available_and_going_away_is_remembered(office: Office) -> None:
    ann = office.token("Ann")
    async with office.connect(authorization=f"Bearer {ann['token']}") as first:
        welcome = await first.expect("welcome")
        assert (welcome["staff"]["id"], welcome["presence"]) == (ann["id"], "available")
        async with office.sit(ann) as second:
            await second.send(type="presence", state="away")
            await first.expect("presence", state="away")
    assert (await office.get(ann, "/staff"))["items"][0]["presence"] == "away"
    async with office.connect(authorization=f"Bearer {ann['token']}") as later:
        assert (await later.expect("welcome"))["presence"] == "away"


async def test_only_the_holders_typing_is_passed_on(office: Office) -> None:
    ann, bob, id = office.token("Ann"), office.token("Bob"), office.world.says("Hello")
    await office.call(ann, "POST", f"/conversations/{id}/take")
    async with (
        office.sit(ann) as holder,
        office.sit(bob) as other,
        office.world.bus.subscribe(f"conversation:{id}") as heard,
    ):
        for agent in (holder, other):
            await agent.send(type="watch", conversation=id)
            await agent.expect("state")
        await other.send(type="typing", conversation=id, on=True)
        await other.send(type="watch", conversation="cnv_none")
        await other.expect("error")
        await holder.send(type="typing", conversation=id, on=True)
        typing = await other.expect("typing")
        assert (typing["author"]["name"], typing["on"]) == ("Ann", True)
        assert (await anext(heard)).payload["typing"]["name"] == "Ann"


async def test_what_staff_have_read_is_no_longer_unread_for_anybody(office: Office) -> None:
    ann, handoff = office.token("Ann"), office.world.asks_for_person()
    id = handoff.conversation_id
    async with office.sit(ann) as agent:
        await agent.send(type="watch", inbox=True)
        assert (await office.get(ann, f"/conversations/{id}"))["unread"] == 1
        await agent.send(type="read", conversation=id, seq=99)
        assert (await agent.expect("inbox"))["conversation"]["unread"] == 0
        await asyncio.to_thread(office.world.says, "Anybody?", id)
        assert (await agent.expect("inbox"))["conversation"]["unread"] == 1


async def test_what_the_visitor_does_reaches_who_watches(office: Office) -> None:
    ann, id = office.token("Ann"), office.world.says("Hello")
    async with office.sit(ann) as agent:
        await agent.send(type="watch", conversation=id)
        await agent.expect("state")
        topic = f"conversation:{id}"
        office.world.bus.publish(topic, {"typing": {"author": "visitor", "name": None, "on": True}})
        office.world.bus.publish(topic, {"read": {"author": "visitor", "seq": 1}})
        office.world.bus.publish(topic, {"working": "searching"})
        assert (await agent.expect("typing"))["author"]["kind"] == "visitor"
        assert (await agent.expect("read"))["seq"] == 1
        assert (await agent.expect("state", working="searching"))["conversation"] == id


@pytest.mark.parametrize(
    "raw", ["nonsense", "[]", '{"type":"dance"}', '{"type":"watch"}', '{"type":"read","conversation":"c","seq":"x"}']
)
async def test_a_bad_frame_is_answered_and_the_socket_stays_open(office: Office, raw: str) -> None:
    async with office.sit(office.token("Ann")) as agent:
        await agent.connection.send(raw)
        assert (await agent.expect("error"))["code"] == "bad_frame"
        await agent.send(type="presence", state="available")
        await agent.expect("presence")


async def test_a_frame_beyond_the_limit_is_too_large(office: Office) -> None:
    async with office.sit(office.token("Ann")) as agent:
        await agent.send(type="presence", state="x" * 70_000)
        assert (await agent.expect("error"))["code"] == "too_large"


@pytest.mark.parametrize("by_notice", [True, False], ids=["told by the bus", "found in the rows"])
async def test_a_deactivated_agent_is_out_at_once(office: Office, by_notice: bool) -> None:
    ann = office.token("Ann")
    async with office.sit(ann) as agent:
        if not by_notice:
            office.world.bus.publish_all = lambda notices: None  # type: ignore[method-assign]
        await asyncio.to_thread(office.world.writer.run_sync, lambda tx: deactivate_staff(tx, ann["id"]))
        if not by_notice:
            await office.seats.look()
        with pytest.raises(ConnectionClosed) as closed:
            async with asyncio.timeout(10):
                await agent.expect("never")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401
    assert (await office.call(ann, "GET", "/staff")).status_code == 401


@pytest.mark.parametrize(
    "origin, status", [(None, 403), ("https://evil.example", 403), ("ours", 101)], ids=["absent", "foreign", "ours"]
)
async def test_a_cookie_opens_the_socket_only_from_our_own_pages(
    office: Office, origin: str | None, status: int
) -> None:
    ann = office.token("Ann")
    cookie, _ = office.world.writer.run_sync(lambda tx: open_session(tx, ann["id"], hours=1))
    headers = {"cookie": f"baton_staff={cookie}"}
    if origin:
        headers["origin"] = f"http://{office.address}" if origin == "ours" else origin
    if status == 101:
        async with office.connect(**headers) as agent:
            await agent.expect("welcome")
        return
    with pytest.raises(InvalidStatus) as refused:
        async with office.connect(**headers):
            pass
    assert refused.value.response.status_code == status


async def test_strangers_and_content_owners_are_refused_before_the_handshake(office: Office) -> None:
    cora = office.token("Cora", role="content")
    for headers, status in (
        ({}, 401),
        ({"authorization": "Bearer x"}, 401),
        ({"authorization": f"Bearer {cora['token']}"}, 403),
    ):
        with pytest.raises(InvalidStatus) as refused:
            async with office.connect(**headers):
                pass
        assert refused.value.response.status_code == status


async def test_a_beat_keeps_every_tab_of_an_agent_present_with_one_row(office: Office) -> None:
    ann, world = office.token("Ann"), office.world
    async with office.sit(ann), office.sit(ann):
        world.clock.advance(60)
        assert (await office.get(ann, "/staff"))["items"][0]["presence"] == "offline"
        await office.seats.beat()
        assert (await office.get(ann, "/staff"))["items"][0]["presence"] == "available"


async def test_staff_only_words_reach_staff_and_are_marked(office: Office) -> None:
    ann, id, world = office.token("Ann"), office.world.says("Hello"), office.world
    member = world.agent("Bob")
    async with office.sit(ann) as agent:
        await agent.send(type="watch", conversation=id, after=1)
        await agent.expect("state")
        await world.writer.run(lambda tx: write_aside(tx, "whisper.added", id, member, "w1", "Be kind"))
        whisper = await agent.expect("event")
        assert (whisper["kind"], whisper["audience"], whisper["author"]["name"]) == ("whisper.added", "staff", "Bob")
