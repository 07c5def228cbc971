"""Follow-ups keep their topic, new questions don't drag one along, and two questions become two."""

import pytest

from baton.assistant import rewriting
from baton.knowledge.search import Utterance


def after(*said: str) -> list[Utterance]:
    return [Utterance("visitor" if number % 2 == 0 else "assistant", text) for number, text in enumerate(said)]


@pytest.mark.parametrize(
    ("before", "asked", "made"),
    [
        (
            "How long do I have to return something?",
            "and for sale items?",
            "and for sale items? (about: How long do I have to return something)",
        ),
        ("Can I return shoes?", "how long?", "how long? (about: return shoes)"),
        ("Can I put a pan in the dishwasher?", "why?", "why? (about: put a pan in the dishwasher)"),
        ("How much is delivery to Germany?", "and to France?", "and to France? (about: How much is delivery)"),
        ("Do you engrave knives?", "how much does it cost", "how much does it cost (about: engrave knives)"),
    ],
)
def test_a_follow_up_carries_its_topic(before: str, asked: str, made: str) -> None:
    assert rewriting.self_contained(asked, after(before, "…")) == made


@pytest.mark.parametrize(
    "asked", ["Do you have gift cards?", "What is your phone number?", "My kettle broke, can I return it?"]
)
def test_a_change_of_topic_is_not_dragged_along(asked: str) -> None:
    assert rewriting.self_contained(asked, after("How do I clean the kettle?", "…")) == asked


def test_a_second_follow_up_still_knows_the_first_question() -> None:
    made = rewriting.self_contained(
        "how long does it take?", after("Do you engrave knives?", "Yes.", "how much is it?", "£5")
    )
    assert made == "how long does it take? (about: engrave knives)"


def test_small_talk_in_between_is_no_topic() -> None:
    made = rewriting.self_contained("how long?", after("Can I return shoes?", "Yes.", "thanks", "You're welcome."))
    assert made == "how long? (about: return shoes)"


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        (
            "how do I return it and when do I get my money",
            ("How do I return it?", "When do I get my money (about: return it)"),
        ),
        (
            "How long does delivery take? And what are your opening hours?",
            ("How long does delivery take?", "What are your opening hours?"),
        ),
        ("Do you ship to Germany and France?", ("Do you ship to Germany and France?",)),
        ("I ordered a kettle last week. Where is it?", ("I ordered a kettle last week. Where is it?",)),
        ("Can I return and exchange?", ("Can I return and exchange?",)),
        (
            "How long is the warranty on knives and do you sharpen them?",
            ("How long is the warranty on knives?", "Do you sharpen them? (about: knives)"),
        ),
        (
            "my pot arrived chipped, can i get a new one and do you want the old one?",
            (
                "My pot arrived chipped, can i get a new one?",
                "Do you want the old one? (about: pot arrived chipped, can i get a new one)",
            ),
        ),
        (
            "I have two questions: do you ship to Poland, and can I pay by bank transfer?",
            ("Do you ship to Poland?", "Can I pay by bank transfer?"),
        ),
        ("how much is it and how long does it take?", ("How much is it?", "How long does it take?")),
        (
            "What does delivery to Italy cost? How long do I have to return something?",
            ("What does delivery to Italy cost?", "How long do I have to return something?"),
        ),
        (
            "what does delivery to Italy cost\nhow long do I have to return a pan",
            ("What does delivery to Italy cost", "How long do I have to return a pan"),
        ),
        ("my lamp broke\ncan I return it", ("my lamp broke can I return it",)),
    ],
)
def test_two_questions_become_two_and_one_stays_one(message: str, parts: tuple[str, ...]) -> None:
    assert rewriting.split(message) == parts


@pytest.mark.parametrize(
    "said",
    [
        "Can you tell me, if it isn't too much trouble, how I should look after a rusty pan?",
        "If you don't mind me asking, how should I look after a rusty pan?",
    ],
)
def test_courtesy_is_no_question_of_its_own(said: str) -> None:
    (part,) = rewriting.split(said)
    assert "trouble" not in part
    assert "mind" not in part
    assert "look after a rusty pan" in part
