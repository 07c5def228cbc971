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


def test_the_expected_error_is_the_mean_of_what_confidence_leaves() -> None:
    assert measures.expected_error([0.9, 0.7]) == pytest.approx(0.2)
    assert measures.expected_error([]) is None


def test_equal_confidences_are_answered_together_or_not_at_all() -> None:
    assert measures.answerable_within(0.1, [0.9, 0.5, 0.9]) == (2, 0.9)
    assert measures.answerable_within(0.1, [0.95, 0.8, 0.8]) == (1, 0.95)
    assert measures.answerable_within(0.0, [1.0, 1.0]) == (2, 1.0)
    assert measures.answerable_within(0.05, [0.9]) == measures.answerable_within(0.05, []) == (0, None)
