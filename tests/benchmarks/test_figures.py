"""The figures of a benchmark are counted right, and a broken promise shows."""

from collections import Counter

import pytest

from benchmarks.g19 import Visitor, count
from benchmarks.load.report import Goal, median_of_ratios


def test_a_ratio_is_taken_within_each_pair() -> None:
    assert median_of_ratios([(10, 20), (90, 100), (1, 1000)]) == 0.5


@pytest.mark.parametrize(("at", "value", "kept"), [("least", 0.6, True), ("least", 0.4, False), ("most", 0.6, False)])
def test_a_goal_is_kept_on_the_right_side_of_its_promise(at: str, value: float, kept: bool) -> None:
    goal = Goal("G1", "messages/s", value, "least" if at == "least" else "most", 0.5)
    assert goal.is_kept is kept


def test_a_lost_a_moved_and_a_doubled_message_are_counted() -> None:
    visitor = Visitor("ws://", acknowledged={"kept": 2, "lost": 3, "moved": 4, "doubled": 5})
    log = Counter({("kept", 2): 1, ("moved", 6): 1, ("doubled", 5): 1, ("doubled", 7): 1})
    account = count([visitor], [log], kills=1)
    assert (account.acknowledged, account.missing, account.doubled) == (4, 2, 1)


def test_an_unacknowledged_message_in_the_log_is_neither_missing_nor_doubled() -> None:
    account = count([Visitor("ws://")], [Counter({("open", 2): 1})], kills=1)
    assert (account.missing, account.doubled) == (0, 0)
