"""Each reason for which the assistant offers a person or fetches one, over real sockets."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.site import Agent, Site, open_site

TASKS = {
    "repairs": {"examples": ["My lamp is broken", "Can you repair my lamp?"], "always_person": True, "team": "support"}
}


@pytest.fixture(scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Site, Agent]]:
    """A site with a task type that always goes to people, and an agent to look at the records."""
    async with open_site("sqlite", tmp_path_factory.mktemp("reasons"), assistant={"tasks": TASKS}) as site:
        yield site, await site.agent()


async def decided(shop: tuple[Site, Agent], *said: str) -> tuple[str, set[str], set[str]]:
    """Decision, reason codes and event kinds after these messages, each answered before the next."""
    site, agent = shop
    async with site.visitor() as visitor:
        answer: dict[str, Any] = {}
        for number, text in enumerate(said):
            await visitor.say(text, f"m{number}")
            answer = await site.answer(visitor)
        turn = await agent.get(f"/turns/{answer['body']['turn']}")
        events = (await agent.get(f"/conversations/{visitor.welcome['conversation']}/events", after=0))["items"]
    return turn["decision"], {reason["code"] for reason in turn["reasons"]}, {event["kind"] for event in events}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (("I want to talk to a human being",), "wish"),
        (("ich möchte mit einem Menschen sprechen",), "wish"),
        (("I will file a lawsuit about this",), "forbidden"),
        (("My card number is 4111 1111 1111 1111, charge it again",), "protected"),
        (("Can you repair my broken lamp?",), "always_human"),
        (("I'll call my lawyer and sue you",), "threat"),
        (("j'ai besoin d'un conseil juridique",), "forbidden"),
        (("I want to kill myself",), "safety"),
        (("Do you sell submarine engines?", "Do you rent out airships?"), "offers_running"),
    ],
)
async def test_a_person_is_fetched(shop: tuple[Site, Agent], said: tuple[str, ...], code: str) -> None:
    decision, codes, kinds = await decided(shop, *said)
    assert decision == "escalate"
    assert code in codes
    assert "handoff.requested" in kinds


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (("Do you sell submarine engines?",), "nothing_found"),
        (("How long do I have to return something?", "that's wrong"), "rejected"),
        (("Wie lange dauert der Versand nach Norwegen?",), "language"),
        (("What will the weather be like tomorrow?",), "out_of_scope"),
        (("Can I return something within 90 days of delivery?",), "not_stated"),
    ],
)
async def test_a_person_is_offered_and_nothing_is_queued(
    shop: tuple[Site, Agent], said: tuple[str, ...], code: str
) -> None:
    decision, codes, kinds = await decided(shop, *said)
    assert decision == "offer"
    assert code in codes
    assert "handoff.suggested" in kinds
    assert "handoff.requested" not in kinds


async def test_a_model_that_fails_with_nobody_behind_it_brings_a_person(tmp_path: Path) -> None:
    model = {"kind": "openai", "model": "gone", "base_url": "http://127.0.0.1:9/v1"}
    settings = {"providers": {"chain": ["gone"], "models": {"gone": model}}}
    async with open_site("sqlite", tmp_path, assistant=settings) as site:
        decision, codes, kinds = await decided((site, await site.agent()), "How long do I have to return something?")
    assert (decision, codes) == ("escalate", {"no_draft"})
    assert "handoff.requested" in kinds


async def test_a_model_that_fails_is_followed_by_the_quotes(tmp_path: Path) -> None:
    model = {"kind": "openai", "model": "gone", "base_url": "http://127.0.0.1:9/v1"}
    settings = {"providers": {"chain": ["gone", "extractive"], "models": {"gone": model}}}
    async with open_site("sqlite", tmp_path, assistant=settings) as site, site.visitor() as visitor:
        await visitor.say("How long do I have to return something?", "m1")
        assert "30 days" in (await site.answer(visitor))["body"]["text"]
