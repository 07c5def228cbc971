"""Task types over the whole path: asked back about once, answered from their own documents, handed over below."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from baton.assistant.judging import Case
from baton.assistant.providers.extractive import ExtractiveProvider
from baton.assistant.providers.protocol import Draft, DraftRequest
from tests.journeys.library import upload
from tests.journeys.site import Agent, Site, open_site

PAGES = [
    ("engraving.md", b"# Engraving\n\nWe engrave it by hand. It is ready after three days.\n"),
    ("sharpening.md", b"# Sharpening\n\nWe sharpen it by hand. It is ready after five days.\n"),
    ("club.md", b"# Club handbook\n\nMembers of the club may cancel a course until the evening before it.\n"),
    ("courses.md", b"# Courses\n\nYou may cancel a course until two weeks before it. A course has eight places.\n"),
    ("secret.md", b"# Internal: club handbook\n\nMembers get a voucher of 99 euros when they cancel a course.\n"),
]
TASKS: dict[str, Any] = {
    "club": {
        "description": "Membership of the club.",
        "examples": [
            "I am a member of the club",
            "What may members of the club do?",
            "As a club member, can I cancel?",
        ],
        "sources": [{"title": "club handbook"}],
        "instructions": "Thank them for being a member.",
    },
    "allergies": {
        "examples": ["Is there nickel in the knives?", "I am allergic to nickel", "Does the steel contain nickel?"],
        "risk": "high",
        "below": "escalate",
        "team": "support",
    },
}


@pytest.fixture(scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Site, Agent]]:
    """A site with two specialists, and an agent to look at the records."""
    assistant = {"tasks": TASKS, "min_confidence": 0.8}
    async with open_site("sqlite", tmp_path_factory.mktemp("specialists"), assistant=assistant) as site:
        await upload(site, PAGES)
        yield site, await site.agent()


class Listening(ExtractiveProvider):
    """Drafts by quoting, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[DraftRequest] = []

    async def draft(self, request: DraftRequest) -> Draft:
        self.asked.append(request)
        return await super().draft(request)


async def said(shop: tuple[Site, Agent], *texts: str) -> list[dict[str, Any]]:
    """The assistant's messages to these, each answered before the next."""
    site, _ = shop
    async with site.visitor() as visitor:
        answers = []
        for number, text in enumerate(texts):
            await visitor.say(text, f"m{number}")
            answers.append(await site.answer(visitor))
    return answers


async def turn_of(shop: tuple[Site, Agent], answer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = await shop[1].get(f"/turns/{answer['body']['turn']}")
    return found


@pytest.mark.parametrize(
    ("chosen", "time"), [("Sharpening", "five days"), ("Engraving", "three days"), ("the engraving", "three days")]
)
async def test_a_question_that_fits_two_pages_is_asked_back_about_and_the_choice_answers_it(
    shop: tuple[Site, Agent], chosen: str, time: str
) -> None:
    asked, answered = await said(shop, "How soon is it ready?", chosen)
    assert set(asked["body"]["choices"]) == {"Engraving", "Sharpening"}
    assert (await turn_of(shop, asked))["decision"] == "clarify"
    assert time in answered["body"]["text"]
    assert [citation["title"] for citation in answered["body"]["citations"]] == [chosen.split()[-1].capitalize()]


async def test_it_never_asks_back_twice_running(shop: tuple[Site, Agent]) -> None:
    asked, again = await said(shop, "How soon is it ready?", "How soon is it ready?")
    assert (await turn_of(shop, asked))["decision"] == "clarify"
    assert (await turn_of(shop, again))["decision"] != "clarify"


async def test_another_question_after_asking_back_is_answered_as_itself(shop: tuple[Site, Agent]) -> None:
    _, answered = await said(shop, "How soon is it ready?", "How many places does a course have?")
    assert "eight places" in answered["body"]["text"]


async def test_a_specialist_answers_from_its_own_documents_and_shows_no_staff_text(shop: tuple[Site, Agent]) -> None:
    (member,) = await said(shop, "As a member of the club, until when may I cancel a course?")
    assert (await turn_of(shop, member))["task"] == "club"
    assert {citation["title"] for citation in member["body"]["citations"]} == {"Club handbook"}
    assert "evening before" in member["body"]["text"]
    assert "99 euros" not in str(member)
    (anyone,) = await said(shop, "Until when may I cancel a course?")
    assert {citation["title"] for citation in anyone["body"]["citations"]} == {"Courses"}


async def test_a_specialist_has_instructions_of_its_own_for_whoever_drafts(shop: tuple[Site, Agent]) -> None:
    site, provider = shop[0], Listening()
    judge = await site.knowledge.open_judge(provider, site.ground.config.assistant, "The shop")
    await judge.judge(Case("As a member of the club, until when may I cancel a course?"))
    await judge.judge(Case("How many places does a course have?"))
    assert [request.instructions for request in provider.asked] == ["Thank them for being a member.", ""]


async def test_below_its_threshold_a_type_may_go_to_a_person_at_once(shop: tuple[Site, Agent]) -> None:
    (answer,) = await said(shop, "Is there nickel in the steel of the knives?")
    turn = await turn_of(shop, answer)
    assert (turn["task"], turn["decision"]) == ("allergies", "escalate")
    assert turn["reasons"][0]["code"] == "below_escalates"
    assert turn["signals"]["task_certainty"] >= 0.5
