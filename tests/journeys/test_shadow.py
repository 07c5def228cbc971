"""Shadow mode: people answer a live site, the visitor hears nothing from the assistant, and agents see its drafts."""

import asyncio
from pathlib import Path
from typing import Any

from baton.assistant.conversations import Arrival, receive
from baton.assistant.pausing import pause
from baton.assistant.recorded import Which, read_recorded
from baton.assistant.replaying import replay
from baton.assistant.turns import open_provider
from baton.core.ids import new_id
from baton.server.config import Config
from baton.server.ground import open_ground
from benchmarks.slow_model import gated_model
from tests.journeys.site import RULES, Agent, Site, open_site, serve, settled
from tests.journeys.test_handing_over import slow_settings, spoken
from tests.widget.conftest import Client

SHADOW = {"shadow": True}


async def drafts(agent: Agent, conversation: str) -> list[dict[str, Any]]:
    events = (await agent.get(f"/conversations/{conversation}/events"))["items"]
    return [event for event in events if event["kind"] == "answer.drafted"]


async def changes_when_taken_again(site: Site) -> list[str | None]:
    """What replay finds of every recorded turn."""
    config = site.ground.config
    recorded, _ = await site.ground.database.read(lambda connection: read_recorded(connection, Which()))
    async with open_provider(config.assistant, {}) as provider:
        judge = await site.knowledge.open_judge(provider, config.assistant, config.widget.brand.name)
        return [one.change async for one in replay(judge, recorded)]


def assert_heard_nothing(visitor: Client) -> None:
    """Neither a word of the assistant's, nor work of its, nor a piece of a draft."""
    assert spoken(visitor, "assistant") == []
    assert not [frame for frame in visitor.frames if frame["type"] == "state" and frame["working"]]
    assert not [frame for frame in visitor.frames if frame["type"] == "stream"]
    assert "answer.drafted" not in str(visitor.frames)


async def test_the_visitor_hears_people_alone_and_the_agent_sees_what_would_have_been_said(
    database_url: str, tmp_path: Path
) -> None:
    url = "sqlite" if database_url.startswith("sqlite") else database_url
    async with open_site(url, tmp_path, assistant=SHADOW) as site, site.visitor() as visitor:
        agent, conversation = await site.agent("Mira"), visitor.welcome["conversation"]
        brand = visitor.welcome["brand"]
        assert brand["people_only"] and "software" not in brand["greeting"] and "people_greeting" not in brand

        await visitor.say("What does shipping to Norway cost?", "m1")
        await visitor.next("event", kind="handoff.requested")
        handoff = await agent.waiting()
        assert handoff["reason"] == "shadow"
        await settled(site)
        (draft,) = await drafts(agent, conversation)
        assert (draft["audience"], draft["body"]["decision"]) == ("staff", "answer")
        assert "€16.90" in draft["body"]["text"] and draft["body"]["confidence"] > 0.6
        assert draft["body"]["citations"][0]["title"] == "Shipping"
        turn = await agent.get(f"/turns/{draft['body']['turn']}")
        assert (turn["decision"], turn["event_seq"], turn["shadow"]) == ("answer", draft["seq"], True)
        assert turn["signals"]
        briefing = (await agent.waiting())["briefing"]
        assert "€16.90" in briefing["suggested_reply"]["text"]
        assert (briefing["tried"], briefing["question"]) == ([], "What does shipping to Norway cost?")

        await agent.post(f"/handoffs/{handoff['id']}/accept")
        await agent.post(f"/conversations/{conversation}/messages", client_id="a1", text="It is €16.90.")
        await visitor.next("event", kind="message.added", author={"kind": "agent", "name": "Mira", "avatar": None})
        await visitor.say("and to France?", "m2")
        await settled(site)
        assert "€6.50" in (await drafts(agent, conversation))[1]["body"]["text"]
        assert await changes_when_taken_again(site) == [None, None]
        assert_heard_nothing(visitor)


async def test_a_threat_moves_up_in_the_queue_without_a_word(tmp_path: Path) -> None:
    async with open_site("sqlite", tmp_path, assistant=SHADOW) as site, site.visitor() as visitor:
        agent = await site.agent()
        await visitor.say("I will sue you, my lawyer is writing to you today", "m1")
        await settled(site)
        handoff = await agent.waiting()
        assert (handoff["priority"], handoff["reasons"][0]["code"]) == (3, "shadow")
        assert len(handoff["reasons"]) > 1
        assert_heard_nothing(visitor)


async def test_people_have_it_at_once_however_slow_the_model_is(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with (
        serve(gated_model(gate.wait)) as model,
        open_site("sqlite", tmp_path, assistant=slow_settings(model) | SHADOW) as site,
        site.visitor() as visitor,
    ):
        agent, conversation = await site.agent(), visitor.welcome["conversation"]
        await visitor.say("What is the meaning of the blue label?", "m1")
        handoff = await agent.waiting()
        await visitor.say("the one on the box", "m2")
        assert (await agent.post(f"/handoffs/{handoff['id']}/accept")).status_code == 200
        gate.set()
        await settled(site)
        (draft,) = await drafts(agent, conversation)
        assert (await agent.get(f"/turns/{draft['body']['turn']}"))["question"]
        assert draft["seq"] > 4
        assert_heard_nothing(visitor)


async def test_a_question_from_before_shadow_mode_goes_to_people_unspoken(tmp_path: Path) -> None:
    conversation = new_id("cnv")
    with open_ground(Config(knowledge=RULES), tmp_path) as ground:
        arrival = Arrival("vis_1", "en")
        await ground.writer.run(lambda tx: receive(tx, conversation, arrival, "When are you open?", "m1", None))
    async with open_site("sqlite", tmp_path, assistant=SHADOW) as site:
        agent = await site.agent()
        assert (await agent.waiting())["conversation"] == conversation
        await settled(site)
        events = (await agent.get(f"/conversations/{conversation}/events"))["items"]
    assert [event["kind"] for event in events if event["author"]["kind"] == "assistant"][:1] == ["answer.drafted"]
    assert [event["seq"] for event in events if event["kind"] == "message.added"] == [1]


async def test_paused_there_is_no_draft_either_and_people_have_it(tmp_path: Path) -> None:
    async with open_site("sqlite", tmp_path, assistant=SHADOW) as site, site.visitor() as visitor:
        agent = await site.agent()
        await site.ground.writer.run(lambda tx: pause(tx, None))
        await visitor.say("When are you open?", "m1")
        await agent.waiting()
        await settled(site)
        assert await drafts(agent, visitor.welcome["conversation"]) == []
        assert_heard_nothing(visitor)
