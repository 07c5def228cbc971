"""A person takes over: asked for or fetched, with the story in front of them, and never talked over."""

import asyncio
from pathlib import Path

from baton.assistant.pausing import pause
from benchmarks.slow_model import gated_model
from tests.journeys.site import Site, open_site, serve, settled
from tests.widget.conftest import Client

SLOW = {"offers_before_person": 100, "turns_without_progress": 100}


def slow_settings(port: int) -> dict[str, object]:
    model = {"kind": "openai", "model": "slow", "base_url": f"http://127.0.0.1:{port}/v1"}
    return SLOW | {"providers": {"chain": ["slow", "extractive"], "models": {"slow": model}}}


def spoken(visitor: Client, author: str) -> list[dict[str, object]]:
    frames = [frame for frame in visitor.frames if frame["type"] == "event" and frame["kind"] == "message.added"]
    return [frame for frame in frames if frame["author"]["kind"] == author]


async def test_ask_accept_reply_return_and_resolve(site_on_both: Site) -> None:
    site, agent = site_on_both, await site_on_both.agent("Mira")
    async with site.visitor() as visitor:
        await visitor.say("How long do I have to return something?", "m1")
        await site.answer(visitor)
        await visitor.say("I want to talk to a person", "m2")
        requested = await visitor.next("event", kind="handoff.requested")
        await site.answer(visitor)
        handoff = await agent.waiting()
        assert handoff["conversation"] == visitor.welcome["conversation"]
        assert requested["body"]["handoff"] == handoff["id"]
        assert handoff["briefing"]["tried"][0]["question"]
        accepted = await agent.post(f"/handoffs/{handoff['id']}/accept")
        assert accepted.status_code == 200
        assert (await visitor.next("event", kind="handoff.accepted"))["body"]["agent"]["name"] == "Mira"
        path = f"/conversations/{handoff['conversation']}/messages"
        first = await agent.post(path, client_id="a1", text="Hello, Mira here.")
        again = await agent.post(path, client_id="a1", text="Hello, Mira here.")
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["seq"] == again.json()["seq"]
        assert (await visitor.next("event", seq=first.json()["seq"]))["author"]["name"] == "Mira"
        returned = await agent.post(f"/handoffs/{handoff['id']}/return", note="Promised a call on Friday.")
        assert returned.status_code == 200
        await visitor.next("event", kind="handoff.returned")
        await visitor.say("What does shipping to Norway cost?", "m3")
        assert "€16.90" in (await site.answer(visitor))["body"]["text"]
        assert "Promised a call" not in str(visitor.frames)


async def test_of_two_agents_who_accept_at_once_exactly_one_has_it(site_on_both: Site) -> None:
    site = site_on_both
    mira, noor = await site.agent("Mira"), await site.agent("Noor")
    async with site.visitor() as visitor:
        await visitor.send("handoff.request", client_id="h1")
        await visitor.next("ack", client_id="h1")
        handoff = await mira.waiting()
        path = f"/handoffs/{handoff['id']}/accept"
        answers = await asyncio.gather(mira.post(path), noor.post(path))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer for answer in answers if answer.status_code == 409).json()
    assert refused["code"] == "already_taken" and refused["detail"].split()[0] in ("Mira", "Noor")


async def test_a_takeover_while_a_slow_model_writes_silences_the_assistant(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with (
        serve(gated_model(gate.wait)) as model,
        open_site("sqlite", tmp_path, assistant=slow_settings(model)) as site,
        site.visitor() as visitor,
    ):
        agent, conversation = await site.agent(), visitor.welcome["conversation"]
        await visitor.say("What is the meaning of the blue label?", "m1")
        await visitor.next("state", working="writing")
        assert (await agent.post(f"/conversations/{conversation}/take")).status_code == 200
        await agent.post(f"/conversations/{conversation}/messages", client_id="a1", text="I am here.")
        await visitor.next("event", kind="handoff.accepted")
        gate.set()
        await settled(site)
        for number in range(5):
            await visitor.say(f"good {number}", f"g{number}")
        events = (await agent.get(f"/conversations/{conversation}/events", after=0))["items"]
        authors = {event["author"]["kind"] for event in events if event["kind"] == "message.added"}
        assert authors == {"visitor", "agent"}
        assert not [frame for frame in visitor.frames if frame["type"] == "stream"]


async def test_a_newer_message_while_it_writes_takes_the_word_and_gets_one_answer(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with (
        serve(gated_model(gate.wait)) as model,
        open_site("sqlite", tmp_path, assistant=slow_settings(model)) as site,
        site.visitor() as visitor,
    ):
        await visitor.say("What is the meaning of the blue label?", "m1")
        await visitor.next("state", working="writing")
        second = await visitor.say("I mean the green one", "m2")
        gate.set()
        answer = await site.answer(visitor)
        assert answer["seq"] > second
        await settled(site)
        await visitor.say("thanks", "m3")
        assert len(spoken(visitor, "assistant")) == 1


async def test_a_restart_with_a_turn_in_flight_answers_once(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with serve(gated_model(gate.wait)) as model:
        settings = slow_settings(model)
        async with open_site("sqlite", tmp_path, assistant=settings) as site, site.visitor() as visitor:
            await visitor.say("What is the meaning of the blue label?", "m1")
            await visitor.next("state", working="writing")
            token, conversation = visitor.welcome["token"], visitor.welcome["conversation"]
        gate.set()
        async with (
            open_site("sqlite", tmp_path, assistant=settings) as site,
            site.visitor(token=token, conversation=conversation) as visitor,
        ):
            assert (await site.answer(visitor))["seq"] == 2
            await settled(site)
            await visitor.say("thanks", "m2")
            assert len(spoken(visitor, "assistant")) == 1


async def test_nobody_on_duty_is_said_within_thirty_seconds_and_it_can_still_be_accepted(tmp_path: Path) -> None:
    async with open_site("sqlite", tmp_path, handoff={"nobody_on_duty_seconds": 0.2}) as site:
        agent = await site.agent()
        async with site.visitor() as visitor:
            await visitor.send("handoff.request", client_id="h1")
            await visitor.next("event", kind="contact.asked")
            await visitor.send("contact.send", client_id="c1", email="kim@shop.example", name="Kim")
            await visitor.next("ack", client_id="c1")
            handoff = await agent.waiting()
            assert (await agent.post(f"/handoffs/{handoff['id']}/accept")).status_code == 200
            briefing = (await agent.get("/handoffs", status="accepted"))["items"][0]["briefing"]
            assert briefing["visitor"]["email"] == "kim@shop.example"
            assert briefing["visitor"]["assurance"] == "claimed"


async def test_a_paused_assistant_hands_over_instead_of_speaking(tmp_path: Path) -> None:
    async with open_site("sqlite", tmp_path) as site:
        await site.ground.writer.run(lambda tx: pause(tx, None))
        async with site.visitor() as visitor:
            await visitor.say("What does shipping to Norway cost?", "m1")
            await visitor.next("event", kind="handoff.requested")
            assert "16.90" not in str(visitor.frames)
