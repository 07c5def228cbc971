"""Recorded turns under another threshold: what confidence decided may change, and nothing else."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from baton.assistant.conversations import TURNS
from baton.assistant.deciding_again import decide_again, decide_since
from baton.assistant.head import shipped_head
from baton.assistant.settings import AssistantSettings, TaskPolicy
from tests.assistant.judged_turns import SIGNALS, add_turns
from tests.core.ground import Ground, open_ground

HEAD = shipped_head()
WHOLE = {**dict.fromkeys(SIGNALS, 0.8), "support": 1.0, "missing": [], "unmet": [], "opposed": []}


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    with open_ground("sqlite", tmp_path) as opened:
        yield opened


def recorded(ground: Ground, decision: str, *codes: str, confidence: float = 0.7, **values: Any) -> Any:
    """A turn's row as the recorder leaves it."""
    (id,) = ground.writer.run_sync(lambda tx: add_turns(tx, 1, random.Random()))
    reasons = [{"code": code, "text": f"{code}."} for code in codes]
    row = {"signals": WHOLE, "versions": {"scoring": HEAD.version}} | values
    changed = row | {"decision": decision, "reasons": reasons, "confidence": confidence}
    ground.writer.run_sync(lambda tx: tx.connection.execute(TURNS.update().where(TURNS.c.id == id).values(changed)))
    return ground.database.read_sync(lambda c: c.execute(TURNS.select().where(TURNS.c.id == id)).one())


def at(threshold: float, **values: Any) -> AssistantSettings:
    return AssistantSettings(min_confidence=threshold, near_from=min(0.2, threshold), **values)


def test_an_answer_falls_below_a_higher_threshold_and_stays_above_a_lower_one(ground: Ground) -> None:
    turn = recorded(ground, "answer", "confident")
    assert decide_again(turn, at(0.6), HEAD) == "answer"
    assert decide_again(turn, at(0.8), HEAD) == "offer"


def test_an_offer_for_want_of_confidence_alone_is_answered_at_a_lower_threshold(ground: Ground) -> None:
    turn = recorded(ground, "offer", "not_confident")
    assert decide_again(turn, at(0.6), HEAD) == "answer"
    assert decide_again(turn, at(0.9), HEAD) == "offer"
    unmet = recorded(ground, "offer", "not_stated", "not_confident", signals=WHOLE | {"unmet": ["engraving"]})
    assert decide_again(unmet, at(0.65), HEAD) == "offer"
    assert decide_again(unmet, at(0.55), HEAD) == "answer"


@pytest.mark.parametrize(
    "codes, signals",
    [
        (("not_stated", "not_confident"), {"missing": ["20 cm"]}),
        (("opposite",), {"opposed": [["before", "after"]]}),
        (("no_figure", "not_confident"), {}),
        (("guess",), {}),
        (("unsupported", "not_confident"), {"support": 0.2}),
    ],
)
def test_what_else_was_lacking_is_lacking_still(ground: Ground, codes: tuple[str, ...], signals: Any) -> None:
    assert decide_again(recorded(ground, "offer", *codes, signals=WHOLE | signals), at(0.1), HEAD) == "offer"


@pytest.mark.parametrize(
    "code", ["wish", "protected", "threat", "mood", "no_progress", "nothing_found", "paused", "ambiguous"]
)
def test_rules_and_moods_stand_whatever_the_threshold(ground: Ground, code: str) -> None:
    for decision in ("escalate", "offer", "clarify"):
        assert decide_again(recorded(ground, decision, code, confidence=0.99), at(0.1), HEAD) == decision


def test_a_person_after_offers_running_is_spared_by_an_answer_only(ground: Ground) -> None:
    turn = recorded(ground, "escalate", "not_confident", "offers_running", confidence=0.5)
    assert decide_again(turn, at(0.4), HEAD) == "answer"
    assert decide_again(turn, AssistantSettings(min_confidence=0.9, near_from=0.6), HEAD) == "escalate"


def test_where_whatever_is_not_sure_goes_to_a_person_it_does_so_at_any_threshold(ground: Ground) -> None:
    tasks = {"refund": TaskPolicy(below="escalate")}
    turn = recorded(ground, "escalate", "below_escalates", "not_confident", task="refund")
    assert decide_again(turn, at(0.6, tasks=tasks), HEAD) == "answer"
    assert decide_again(turn, at(0.8, tasks=tasks), HEAD) == "escalate"
    answered = recorded(ground, "answer", "confident", task="refund")
    assert decide_again(answered, at(0.8, tasks=tasks), HEAD) == "escalate"


def test_of_several_questions_only_the_weakest_is_known(ground: Ground) -> None:
    several = WHOLE | {"parts": [{"question": "a", "confidence": 0.7}, {"question": "b", "confidence": 0.9}]}
    assert decide_again(recorded(ground, "offer", "not_confident", signals=several), at(0.1), HEAD) == "offer"
    assert decide_again(recorded(ground, "answer", "confident", signals=several), at(0.8), HEAD) == "offer"


def test_a_turn_that_another_head_scored_is_scored_again(ground: Ground) -> None:
    turn = recorded(ground, "answer", "confident", confidence=0.99, versions={"scoring": "older"})
    now = HEAD.confidence({name: value for name, value in WHOLE.items() if isinstance(value, float)})
    assert decide_again(turn, at(now - 0.01), HEAD) == "answer"
    assert decide_again(turn, at(now + 0.01), HEAD) == "offer"


def test_the_last_days_are_counted_by_task_type_and_small_talk_is_left_out(ground: Ground) -> None:
    recorded(ground, "answer", "confident", confidence=0.9, task="refund")
    recorded(ground, "answer", "confident", confidence=0.7, task="refund")
    recorded(ground, "answer", "small_talk", confidence=1.0, small_talk=True)
    recorded(ground, "escalate", "wish", finished_at=ground.clock.now() - timedelta(days=8))
    recorded(ground, "answer", "confident", confidence=0.7, task="price")
    settings = at(0.8, tasks={"price": TaskPolicy(min_confidence=0.5)})
    since = ground.clock.now() - timedelta(days=7)
    again = ground.database.read_sync(lambda connection: decide_since(connection, since, settings, HEAD))
    assert (again.turns, again.is_cut) == (3, False)
    assert {task: dict(kinds) for task, kinds in again.was.items()} == {"refund": {"answer": 2}, "price": {"answer": 1}}
    assert dict(again.would["refund"]) == {"answer": 1, "offer": 1}
    assert dict(again.would["price"]) == {"answer": 1}
