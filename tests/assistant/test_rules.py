"""Hard rules fire on what they are for, in seven languages, and their reasons repeat nothing that is protected."""

import time
from pathlib import Path

import pytest
import yaml

from baton.assistant import mood, rules, wishes
from baton.assistant.settings import AssistantSettings, TaskPolicy

SETTINGS = AssistantSettings(tasks={"refund": TaskPolicy(always_person=True)})
CASES = yaml.safe_load(Path(__file__).with_name("rule_cases.yaml").read_text(encoding="utf-8"))
PROTECTED = ("payment", "identity", "health", "minor")


def cases(which: str, *names: str) -> list[tuple[str, str]]:
    return [(name, said) for name in names for said in CASES[name][which]]


@pytest.mark.parametrize(("kind", "said"), cases("fires", *PROTECTED))
def test_protected_data_goes_to_a_person(kind: str, said: str) -> None:
    rule = rules.check(said, SETTINGS)
    assert rule is not None
    assert (rule.kind, rule.name) == ("protected", kind)
    assert said not in rule.reason


@pytest.mark.parametrize(("kind", "said"), cases("quiet", *PROTECTED))
def test_what_only_looks_like_protected_data_is_none(kind: str, said: str) -> None:
    assert rules.protected_data(said) is None


@pytest.mark.parametrize(("kind", "said"), cases("fires", "wish", "forbidden", "safety"))
def test_a_wish_a_topic_and_danger_are_heard(kind: str, said: str) -> None:
    rule = rules.check(said, SETTINGS)
    assert rule is not None
    assert rule.kind == kind


@pytest.mark.parametrize(("kind", "said"), cases("quiet", "wish", "forbidden", "safety"))
def test_what_only_sounds_like_them_is_an_ordinary_message(kind: str, said: str) -> None:
    rule = rules.check(said, SETTINGS)
    assert rule is None or rule.kind != kind


@pytest.mark.parametrize("said", CASES["wish"]["quiet"])
def test_what_only_sounds_like_a_wish_is_none(said: str) -> None:
    assert not wishes.wants_person(said)


@pytest.mark.parametrize("said", CASES["threat"]["fires"])
def test_a_threat_is_felt(said: str) -> None:
    assert "threat" in mood.score(said).triggers


@pytest.mark.parametrize("said", CASES["threat"]["quiet"])
def test_what_only_sounds_like_a_threat_is_none(said: str) -> None:
    assert "threat" not in mood.score(said).triggers


def test_every_rule_is_tried_on_twenty_messages_of_each_sort() -> None:
    assert all(len(set(found)) >= 20 for rule in CASES.values() for found in rule.values())


@pytest.mark.parametrize(
    "unit", ["a", "no ", "I have a ", "ich bin 1 ", "1 ", "1234-", "DE89 3704 ", "talk to a real ", "j'ai une petite "]
)
def test_no_long_message_makes_a_rule_search_for_ever(unit: str) -> None:
    """A pattern that goes back and forth would take seconds; all rules together take some milliseconds."""
    assert seconds_for((unit * 4000)[:4000]) < 0.3


def seconds_for(text: str) -> float:
    """CPU seconds, the best of three."""
    took = []
    for _ in range(3):
        since = time.process_time()
        rules.check(text, SETTINGS)
        took.append(time.process_time() - since)
    return min(took)


def test_an_always_human_task_fires() -> None:
    rule = rules.check("please refund me", SETTINGS, task="refund")
    assert rule is not None
    assert rule.kind == "always_human"


def test_a_kind_that_the_owner_leaves_out_does_not_fire() -> None:
    settings = AssistantSettings(protected_data=("payment",))
    assert rules.check("I'm 15, can I order?", settings) is None


@pytest.mark.parametrize(
    ("said", "whom"), [("ich bringe mich um", "self"), ("vi ammazzo tutti", "others"), ("there's a bomb", "others")]
)
def test_danger_goes_before_all_and_cannot_be_left_out(said: str, whom: str) -> None:
    settings = AssistantSettings(protected_data=(), forbidden_topics=())
    rule = rules.check(f"{said}, let me talk to a person", settings)
    assert rule is not None
    assert (rule.kind, rule.name) == ("safety", whom)


@pytest.mark.parametrize(
    ("topics", "said", "topic"),
    [
        (("legal advice",), "j'ai besoin d'un conseil juridique", "legal advice"),
        (("Gewährleistung",), "Wie ist das mit der Gewährleistung?", "Gewährleistung"),
        (("share price",), "what is the share price today", "share price"),
        (("share price",), "j'ai besoin d'un conseil juridique", None),
        ((), "I will file a lawsuit about this", None),
        (("press",), "press the button", "press"),
    ],
)
def test_topics_known_by_name_are_heard_in_all_languages_and_the_owners_words_as_they_stand(
    topics: tuple[str, ...], said: str, topic: str | None
) -> None:
    rule = rules.check(said, AssistantSettings(forbidden_topics=topics))
    assert (rule.name if rule else None) == topic
