"""Hard rules fire on what they are for, and their reasons repeat nothing that is protected."""

import pytest

from baton.assistant import rules
from baton.assistant.settings import AssistantSettings, TaskPolicy

SETTINGS = AssistantSettings(tasks={"refund": TaskPolicy(always_person=True)})


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("my card is 4111 1111 1111 1111", "payment"),
        ("DE89 3704 0044 0532 0130 00", "payment"),
        ("cvv is 123", "payment"),
        ("my passport number is X1234567", "identity"),
        ("12345678Z", "identity"),
        ("RSSMRA85T10A562S", "identity"),
        ("I'm 12 weeks pregnant", "health"),
        ("my doctor told me to buy this mattress", "health"),
        ("I'm 15, can I order?", "minor"),
        ("ich bin 14 Jahre alt", "minor"),
    ],
)
def test_protected_data_goes_to_a_person(said: str, kind: str) -> None:
    rule = rules.check(said, SETTINGS)
    assert rule is not None
    assert (rule.kind, rule.name) == ("protected", kind)
    assert said not in rule.reason


@pytest.mark.parametrize(
    "said",
    [
        "order 4111111111111112",
        "is it safe for allergy sufferers",
        "I am 15 minutes away",
        "my son is 8, what size",
        "do I need my passport to collect",
        "phone 020 7946 0958",
        "can I pay by credit card",
    ],
)
def test_ordinary_numbers_and_questions_are_not_protected(said: str) -> None:
    assert rules.check(said, SETTINGS) is None


def test_a_wish_a_forbidden_topic_and_an_always_human_task_fire() -> None:
    wish, topic, task = (
        rules.check("talk to a human", SETTINGS),
        rules.check("Can I get legal advice from you?", SETTINGS),
        rules.check("please refund me", SETTINGS, task="refund"),
    )
    assert [rule.kind for rule in (wish, topic, task) if rule] == ["wish", "forbidden", "always_human"]


def test_a_kind_that_the_owner_leaves_out_does_not_fire() -> None:
    settings = AssistantSettings(protected_data=("payment",))
    assert rules.check("I'm 15, can I order?", settings) is None
