"""What the greeting suggests, asked of the real pipeline over the real help centre, without a model."""

from collections.abc import AsyncIterator

import pytest

from baton.assistant.decisions import Answer, Offer
from baton.assistant.judging import Case, Judge, Outcome
from baton.assistant.turns import open_provider
from baton.knowledge.search import Utterance
from baton.server.config import load_config
from baton.server.demo.samples import CONFIG
from baton.server.demo.seeding import add_articles
from baton.server.ground import open_ground
from baton.server.knowledge import Knowledge

SUGGESTIONS = load_config(CONFIG).widget.brand.suggestions


@pytest.fixture(scope="module")
async def judge(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Judge]:
    """Judges over the help centre as the demonstration indexes it."""
    config = load_config(CONFIG)
    with open_ground(config, tmp_path_factory.mktemp("demo"), serving=True) as ground:
        knowledge = Knowledge(ground)
        async with knowledge.open(), open_provider(config.assistant, {}) as provider:
            await add_articles(knowledge, "http://127.0.0.1")
            yield await knowledge.open_judge(provider, config.assistant, config.widget.brand.name)


async def test_the_first_is_answered_from_a_table_cell(judge: Judge) -> None:
    outcome = await judge.judge(Case(SUGGESTIONS[0]))
    assert isinstance(outcome.decision, Answer)
    assert "€16.90" in outcome.message.text
    assert places(outcome) == ["Shipping costs and times › What shipping costs"]


async def test_the_second_is_answered_by_a_whole_list(judge: Judge) -> None:
    outcome = await judge.judge(Case(SUGGESTIONS[1]))
    assert isinstance(outcome.decision, Answer)
    assert all(f"{step}. " in outcome.message.text for step in range(1, 7))
    assert places(outcome) == ["Seasoning a new pan › How to season a new Everyday Pan"]


async def test_the_third_is_answered_by_nobody_and_says_so(judge: Judge) -> None:
    outcome = await judge.judge(Case(SUGGESTIONS[2]))
    assert isinstance(outcome.decision, Offer)
    assert places(outcome) == []


async def test_a_follow_up_keeps_the_topic(judge: Judge) -> None:
    first = "Can I return a pan that I have cooked with?"
    answer = (await judge.judge(Case(first))).message.text
    outcome = await judge.judge(Case("and sale items?", (Utterance("visitor", first), Utterance("assistant", answer))))
    assert isinstance(outcome.decision, Answer) or getattr(outcome.decision, "wording", "") == "near"
    assert "Sale items" in outcome.message.text and "30 days" in outcome.message.text
    assert all(place.startswith("Returns › ") for place in places(outcome))


@pytest.mark.parametrize("question", ["What is the goodwill limit for agents?", "How do you check orders for fraud?"])
async def test_what_only_staff_may_know_is_not_said(judge: Judge, question: str) -> None:
    outcome = await judge.judge(Case(question))
    assert not any("Internal" in place for place in places(outcome))
    assert not any(word in outcome.message.text for word in ("€20", "supervisor", "Mollie's score", "FR-2"))


def places(outcome: Outcome) -> list[str]:
    """Where the words of an outcome come from."""
    return [citation.passage.place for citation in outcome.message.citations]
