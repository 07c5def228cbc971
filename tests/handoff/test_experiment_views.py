"""How results are put: times in words, bars in hundredths, codes as sentences."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from baton.assistant.rules import Kind
from baton.handoff.oversight import experiment_views as views

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=30), "2026-01-31"),
    ],
)
def test_a_time_is_put_as_people_say_it(passed: timedelta, words: str) -> None:
    assert views.ago(NOW - passed, NOW) == words


def test_bars_are_shares_of_all_turns_before_and_after() -> None:
    summary = {"turns": 8, "before": {"answer": 6, "escalate": 2}, "after": {"answer": 4, "offer": 2, "escalate": 2}}
    bars = views.replay_bars(summary)
    assert [(bar["kind"], bar["was_width"], bar["would_be_width"]) for bar in bars] == [
        ("answer", 75.0, 50.0),
        ("offer", 0.0, 25.0),
        ("escalate", 25.0, 25.0),
    ]


def test_pieces_of_a_bar_stand_side_by_side_and_the_largest_task_type_comes_first() -> None:
    few, many = {"answer": 1}, {"answer": 1, "offer": 3}
    first, second = views.task_bars({"order_change": few, "none": many})
    assert (first["task"], second["task"]) == ("No task type", "order change")
    assert [(piece["x"], piece["width"]) for piece in first["pieces"]] == [(0.0, 25.0), (25.0, 75.0)]
    assert [(piece["x"], piece["width"]) for piece in second["pieces"]] == [(0.0, 25.0)]


def test_reasons_are_put_in_words_once_each() -> None:
    assert views.reasons_in_words(["not_stated", "not_stated", "made_up_code"]).endswith("asked, and made up code")
    kinds = set(get_args(Kind))
    assert "wish" in kinds and kinds <= views.REASON_WORDS.keys()
