"""The visitor's socket as the contract has it, over real sockets on both databases."""

import time

import jwt
import pytest
from websockets.exceptions import InvalidStatus

from baton.assistant.conversations import may_speak
from baton.core.log import Author
from baton.widget.limits import Limits
from baton.widget.settings import WidgetSettings
from tests.widget.conftest import SECRET, House


async def test_a_message_is_acknowledged_with_its_seq_and_comes_back_as_an_event(house: House) -> None:
    async with house.visitor() as visitor:
        welcome = await visitor.hello()
        assert welcome["last_seq"] == 0 and welcome["status"] == "with_assistant"
        assert await visitor.say("Where is my parcel?", "m1") == 1
        await visitor.say("again", "m2")
        events = [frame for frame in visitor.frames if frame["type"] == "event"]
        assert [(event["seq"], event["prev"]) for event in events][:1] == [(1, 0)]
        empty: dict[str, object] = {"turn": None, "citations": [], "choices": [], "files": []}
        assert events[0]["body"] == {"text": "Where is my parcel?", "client_id": "m1"} | empty
        assert events[0]["author"] == {"kind": "visitor", "name": None, "avatar": None}


async def test_the_same_client_id_is_acknowledged_again_without_a_second_event(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.hello()
        assert await visitor.say("once", "m1") == 1
        assert await visitor.say("once", "m1") == 1
        assert await visitor.say("twice", "m2") == 2


async def test_a_reader_resumes_after_the_last_seq_it_has(house: House) -> None:
    async with house.visitor() as visitor:
        welcome = await visitor.hello()
        for n in range(5):
            await visitor.say(f"message {n}", f"m{n}")
    async with house.visitor() as again:
        resumed = await again.hello(token=welcome["token"], conversation=welcome["conversation"], after=2)
        assert (resumed["conversation"], resumed["last_seq"]) == (welcome["conversation"], 5)
        await again.next("state")
        events = [(frame["seq"], frame["prev"]) for frame in again.frames if frame["type"] == "event"]
        assert events == [(3, 2), (4, 3), (5, 4)]


async def test_two_tabs_of_a_visitor_see_the_same(house: House) -> None:
    async with house.visitor() as one, house.visitor() as two:
        welcome = await one.hello()
        await one.say("first", "m1")
        followed = await two.hello(token=welcome["token"])
        assert followed["conversation"] == welcome["conversation"]
        await one.say("second", "m2")
        assert (await two.next("event", seq=2))["body"]["text"] == "second"


async def test_a_token_opens_only_its_own_conversations(house: House) -> None:
    async with house.visitor() as one, house.visitor() as two:
        mine = await one.hello()
        await one.say("secret", "m1")
        blank = {"after": 0, "locale": "en", "page": None, "identity": None}
        await two.send("hello", token=None, conversation=mine["conversation"], **blank)
        assert (await two.next("error"))["code"] == "not_found"
        theirs = await two.hello()
        assert theirs["conversation"] != mine["conversation"]
        assert not [frame for frame in two.frames if frame["type"] == "event"]


async def test_a_conversation_nothing_was_said_in_can_be_resumed(house: House) -> None:
    async with house.visitor() as visitor:
        first = await visitor.hello()
    async with house.visitor() as visitor:
        again = await visitor.hello(token=first["token"], conversation=first["conversation"])
        assert again["conversation"] == first["conversation"]


async def test_an_unknown_token_closes_with_4401(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.send("hello", token="made up", conversation=None, after=0)
        await visitor.socket.wait_closed()
        assert visitor.socket.close_code == 4401


@pytest.mark.parametrize(
    "frame",
    [
        "{",
        "[]",
        '{"type":"nonsense"}',
        '{"type":"message.send","client_id":"m1","text":"  "}',
        '{"type":"message.send"}',
        '{"type":"message.send","client_id":"m1","text":"nul \\u0000"}',
        '{"type":{"a":1}}',
        '{"type":["hello"]}',
    ],
)
async def test_a_bad_frame_is_named_and_closes_nothing(house: House, frame: str) -> None:
    async with house.visitor() as visitor:
        await visitor.hello()
        await visitor.socket.send(frame)
        assert (await visitor.next("error"))["code"] == "bad_frame"
        assert await visitor.say("still here", "m9") == 1


async def test_a_frame_before_hello_is_refused(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.send("message.send", client_id="m1", text="hi")
        assert (await visitor.next("error"))["code"] == "bad_frame"
        await visitor.hello()


async def test_a_socket_that_says_nothing_is_closed(house: House) -> None:
    house.door.settings.hello_seconds = 0.2
    async with house.visitor() as visitor:
        await visitor.socket.wait_closed()
        assert visitor.socket.close_code == 1008


async def test_a_frame_that_is_too_large_closes_with_1009(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.hello()
        await visitor.send("message.send", client_id="m1", text="x" * 70_000)
        await visitor.socket.wait_closed()
        assert visitor.socket.close_code == 1009


async def test_a_message_over_the_limit_is_refused_by_name(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.hello()
        await visitor.send("message.send", client_id="m1", text="x" * 5_000)
        error = await visitor.next("error")
        assert (error["code"], error["client_id"]) == ("too_large", "m1")


async def test_a_foreign_origin_is_refused_and_an_allowed_one_is_not(house: House) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with house.visitor("https://elsewhere.example"):
            pass
    assert refused.value.response.status_code == 403
    for origin in ("https://shop.example", f"http://127.0.0.1:{house.port}"):
        async with house.visitor(origin) as visitor:
            await visitor.hello()


async def test_asking_for_a_person_twice_gives_the_first_seq(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.hello()
        await visitor.send("handoff.request", client_id="h1")
        first = await visitor.next("ack", client_id="h1")
        await visitor.send("handoff.request", client_id="h2")
        assert (await visitor.next("ack", client_id="h2"))["seq"] == first["seq"]
        await visitor.send("handoff.cancel", client_id="c1")
        await visitor.next("ack", client_id="c1")
        await visitor.next("state", status="waiting_for_agent")
        await visitor.next("event", kind="handoff.cancelled")
        assert (await visitor.next("state", status="with_assistant"))["queue"] is None


async def test_an_accepted_handoff_names_the_agent_and_fences_the_assistant(house: House) -> None:
    agent = await house.agent("Mira")
    async with house.visitor() as visitor:
        welcome = await visitor.hello()
        await visitor.say("hello", "m1")
        conversation = welcome["conversation"]
        turn, epoch = await house.door.writer.run(
            lambda tx: (tx.conversation(conversation).turn, tx.conversation(conversation).epoch)
        )
        assert turn is not None
        await house.door.writer.run(lambda tx: house.door.desk.take(tx, conversation, agent))
        state = await visitor.next("state", status="with_agent")
        assert state["holder"] == {"kind": "agent", "name": "Mira", "avatar": None}
        spoke = await house.door.writer.run(lambda tx: may_speak(tx.conversation(conversation), turn, epoch))
        assert spoke is False


async def test_staff_only_entries_never_reach_a_visitor_and_prev_passes_over_them(house: House) -> None:
    async with house.visitor() as visitor:
        welcome = await visitor.hello()
        await visitor.say("one", "m1")
        note = {"text": "secret note"}
        await house.door.writer.run(
            lambda tx: tx.append(
                tx.conversation(welcome["conversation"]), "note.added", Author.system(), note, audience="staff"
            )
        )
        assert await visitor.say("two", "m2") == 3
        event = await visitor.next("event", seq=3)
        assert event["prev"] == 1
        assert "secret note" not in str(visitor.frames)


async def test_a_verified_identity_is_the_same_visitor_everywhere(house: House) -> None:
    claims = {"sub": "customer-7", "exp": int(time.time()) + 60, "email": "kim@shop.example", "name": "Kim"}
    identity = jwt.encode(claims, SECRET, algorithm="HS256")
    async with house.visitor() as one:
        first = await one.hello(identity=identity)
        await one.say("hello", "m1")
    async with house.visitor() as two:
        assert (await two.hello(identity=identity))["conversation"] == first["conversation"]


async def test_a_signed_in_visitors_token_opens_nothing_once_they_are_signed_out(house: House) -> None:
    claims = {"sub": "customer-8", "exp": int(time.time()) + 60}
    async with house.visitor() as one:
        first = await one.hello(identity=jwt.encode(claims, SECRET, algorithm="HS256"))
        await one.say("my order is late", "m1")
    async with house.visitor() as two:
        await two.send("hello", token=first["token"], conversation=first["conversation"], after=0)
        await two.socket.wait_closed()
        assert two.socket.close_code == 4401
        assert "my order is late" not in str(two.frames)


async def test_a_bad_identity_is_named_and_the_visitor_is_anonymous(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.hello(identity="not a token")
        assert [frame["code"] for frame in visitor.frames if frame["type"] == "error"] == ["unauthorized"]


async def test_another_conversation_gets_its_own_welcome_and_the_socket_follows_it(house: House) -> None:
    async with house.visitor() as visitor:
        first = await visitor.hello()
        await visitor.say("one", "m1")
        await visitor.send("conversation.new", client_id="n1")
        second = await visitor.next("welcome")
        assert second["conversation"] != first["conversation"]
        assert await visitor.say("two", "m2") == 1


async def test_feedback_about_nothing_is_refused_and_an_address_is_kept(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.hello()
        await visitor.say("one", "m1")
        await visitor.send("feedback.send", client_id="f1", seq=1, helpful=True, comment=None)
        assert (await visitor.next("error"))["client_id"] == "f1"
        await visitor.send("contact.send", client_id="c1", email="kim@shop.example", name="Kim")
        await visitor.next("ack", client_id="c1")


async def test_another_hello_from_the_same_address_is_no_new_allowance(house: House) -> None:
    house.door.limits = Limits(WidgetSettings(address_burst=10, address_per_second=0.001), time.monotonic)
    async with house.visitor(forwarded_for="203.0.113.7") as first:
        await first.hello()
        for n in range(6):
            await first.say("flood", f"m{n}")
    async with house.visitor(forwarded_for="203.0.113.7") as second:
        await second.hello()
        await second.say("flood", "m6")
        await second.say("flood", "m7")
        await second.send("message.send", client_id="m8", text="flood")
        refused = await second.next("error", code="rate_limited")
        assert refused["client_id"] == "m8" and refused["retry_after"] > 0
    with pytest.raises(InvalidStatus) as refusal:
        async with house.visitor(forwarded_for="203.0.113.7"):
            pass
    assert refusal.value.response.status_code == 429 and int(refusal.value.response.headers["retry-after"]) > 0
    async with house.visitor(forwarded_for="203.0.113.8") as elsewhere:
        await elsewhere.hello()
        await elsewhere.say("hello", "m1")
