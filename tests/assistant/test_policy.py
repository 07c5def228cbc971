"""The table of decisions, row by row."""

from dataclasses import replace

import pytest

from baton.assistant import policy
from baton.assistant.decisions import Escalate, Offer
from baton.assistant.mood import Mood
from baton.assistant.policy import Evidence
from baton.assistant.rules import HardRule
from baton.assistant.settings import AssistantSettings, Below, MoodSettings, TaskPolicy

SETTINGS = AssistantSettings(min_confidence=0.7, near_from=0.3, hold_from=0.5)
SURE = Evidence(confidence=0.9, has_draft=True, support=1.0, language="en")


def decided(evidence: Evidence, settings: AssistantSettings = SETTINGS) -> str:
    decision = policy.decide(evidence, settings)
    assert decision.reasons
    return f"{decision.kind}/{decision.wording}" if isinstance(decision, Offer) else decision.kind


def changed(**what: object) -> Evidence:
    return Evidence(**{**{name: getattr(SURE, name) for name in SURE.__slots__}, **what})


@pytest.mark.parametrize(
    ("evidence", "decision"),
    [
        (SURE, "answer"),
        (changed(confidence=0.5), "offer/near"),
        (changed(confidence=0.1), "offer/none"),
        (changed(confidence=None), "offer/none"),
        (changed(has_draft=False), "offer/none"),
        (changed(support=None), "offer/near"),
        (changed(support=0.2), "offer/near"),
        (changed(missing=("45",)), "offer/near"),
        (changed(unmet=("wattage",), confidence=0.65), "offer/near"),
        (changed(unmet=("wattage", "voltage"), confidence=0.75), "offer/near"),
        (changed(unmet=("wattage",), confidence=0.85), "answer"),
        (changed(guess="It may be."), "offer/near"),
        (changed(is_long=True), "answer"),
        (changed(unmet=("wattage",), confidence=0.85, is_long=True), "offer/none"),
        (changed(wants_figure=True), "offer/near"),
        (changed(opposed=(("without", "with"),)), "offer/near"),
        (changed(hard_rule=HardRule("wish", "person", "asked")), "escalate"),
        (changed(rejected=True), "offer/rejected"),
        (changed(language="de"), "offer/language"),
        (changed(language=None), "answer"),
        (changed(out_of_scope=True, confidence=0.2), "offer/out_of_scope"),
        (changed(mood=Mood(-0.9, -0.9, 0, ("floor",)), confidence=0.4), "offer/mood"),
        (changed(mood=Mood(-0.9, -0.9, 0, ("floor",))), "answer"),
        (changed(mood=Mood(-0.6, -0.6, 0, ("threat",))), "escalate"),
        (changed(mood=Mood(-0.6, -0.6, 0, ("sustained",))), "escalate"),
        (changed(competing=("Returns", "Exchanges"), confidence=0.5), "clarify"),
        (changed(competing=("Returns", "Exchanges"), confidence=0.5, may_ask_back=False), "offer/near"),
        (changed(competing=("Returns", "Exchanges"), confidence=0.5, unmet=("wattage",)), "offer/near"),
        (changed(competing=("Returns", "Exchanges")), "answer"),
        (changed(level="draft"), "offer/unreviewed"),
        (changed(level="draft", reviewer_on_duty=True), "hold"),
        (changed(confidence=0.1, offers_running=1), "escalate"),
        (changed(confidence=0.5, offers_running=1), "offer/near"),
        (changed(confidence=0.5, is_long=True), "offer/near"),
        (changed(confidence=0.5, is_long=True, unmet=("brazil",)), "offer/none"),
        (changed(confidence=0.5, turns_without_progress=3), "escalate"),
        (changed(out_of_scope=True, confidence=0.2, offers_running=5), "offer/out_of_scope"),
    ],
)
def test_each_row_of_the_table(evidence: Evidence, decision: str) -> None:
    assert decided(evidence) == decision


def test_a_draft_between_the_lines_is_held_while_a_reviewer_is_on_duty() -> None:
    settings = SETTINGS.model_copy(update={"review_drafts": True})
    assert decided(changed(confidence=0.6, reviewer_on_duty=True), settings) == "hold"
    assert decided(changed(confidence=0.6), settings) == "offer/near"


def test_thresholds_of_a_task_type_win() -> None:
    settings = SETTINGS.model_copy(update={"tasks": {"billing": TaskPolicy(min_confidence=0.95)}})
    assert decided(changed(task="billing"), settings) == "offer/near"


@pytest.mark.parametrize(
    ("below", "evidence", "decision"),
    [
        ("offer", changed(confidence=0.5), "offer/near"),
        ("escalate", changed(confidence=0.5), "escalate"),
        ("escalate", changed(has_draft=False, confidence=0.0), "escalate"),
        ("escalate", changed(competing=("Returns", "Exchanges"), confidence=0.5), "escalate"),
        ("escalate", SURE, "answer"),
        ("hold", changed(confidence=0.1, reviewer_on_duty=True), "hold"),
        ("hold", changed(confidence=0.5), "offer/near"),
        ("hold", changed(confidence=0.1), "offer/none"),
        ("hold", changed(reviewer_on_duty=True), "answer"),
    ],
)
def test_a_task_type_says_what_happens_below_its_threshold(below: Below, evidence: Evidence, decision: str) -> None:
    settings = SETTINGS.model_copy(update={"tasks": {"billing": TaskPolicy(below=below)}})
    assert decided(replace(evidence, task="billing"), settings) == decision
    assert decided(replace(evidence, task="another"), settings) != "escalate"


def test_a_near_line_above_the_sure_one_is_refused() -> None:
    with pytest.raises(ValueError, match="near_from"):
        AssistantSettings(min_confidence=0.3, near_from=0.5)


@pytest.mark.parametrize("whom", ["self", "others"])
def test_danger_brings_a_person_with_words_of_its_own_whatever_is_set(whom: str) -> None:
    settings = SETTINGS.model_copy(update={"mood": MoodSettings(threats_escalate=False)})
    decision = policy.decide(changed(hard_rule=HardRule("safety", whom, "speaks of harm")), settings)
    assert isinstance(decision, Escalate)
    assert (decision.reasons[0].code, decision.wording) == ("safety", f"danger_{whom}")


def test_legal_threats_bring_a_person_unless_the_owner_says_otherwise() -> None:
    felt = changed(mood=Mood(-0.6, -0.6, 0, ("threat",)))
    assert decided(felt) == "escalate"
    assert decided(felt, SETTINGS.model_copy(update={"mood": MoodSettings(threats_escalate=False)})) == "answer"


def test_whoever_asks_the_same_again_is_never_given_the_same_as_sure() -> None:
    again = replace(SURE, mood=Mood(level=0.0, course=0.0, repetition=1.0, triggers=("repetition",)))
    decision = policy.decide(again, SETTINGS)
    assert isinstance(decision, Offer)
    assert "asked_again" in [reason.code for reason in decision.reasons]
