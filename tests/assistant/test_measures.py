"""The measures give what is known for small cases."""

import pytest

from baton.assistant import measures


def test_auroc_counts_ties_half() -> None:
    assert measures.auroc([0.9, 0.1], [True, False]) == 1.0
    assert measures.auroc([0.5, 0.5], [True, False]) == 0.5
    assert measures.auroc([0.5], [True]) is None


def test_coverage_at_an_error_rate_is_the_most_that_may_be_answered() -> None:
    scores, right = [0.9, 0.8, 0.7, 0.6], [True, True, False, True]
    assert measures.coverage_at(0.0, scores, right) == 0.5
    assert measures.coverage_at(0.25, scores, right) == 1.0


def test_equal_scores_share_one_threshold() -> None:
    assert measures.coverage_at(0.0, [0.9, 0.9], [True, False]) == 0.0


def test_a_calibrated_score_has_no_calibration_error() -> None:
    assert measures.ece([0.5] * 4, [True, False, True, False]) == pytest.approx(0.0)
    assert measures.ece([0.9] * 4, [False] * 4) == pytest.approx(0.9)
    assert measures.brier([1.0, 0.0], [True, False]) == 0.0
