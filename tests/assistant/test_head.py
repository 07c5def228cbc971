"""Confidence is a product of three chances, and falls with every signal that is missing."""

import pytest

from baton.assistant import scoring
from baton.assistant.head import FACTORS, Factor, Head, read_head, shipped_head


def test_no_signal_speaks_against_a_draft_by_being_higher() -> None:
    for factor in shipped_head().factors.values():
        assert all(weight >= 0 for weight in factor.weights.values())


@pytest.mark.parametrize("factor", FACTORS)
def test_a_factor_goes_by_signals_that_are_measured(factor: str) -> None:
    assert set(FACTORS[factor]) <= set(scoring.SIGNALS)
    assert tuple(shipped_head().factors[factor].weights) == FACTORS[factor]


def test_every_signal_is_used() -> None:
    assert {name for names in FACTORS.values() for name in names} == set(scoring.SIGNALS)


def test_a_missing_signal_lowers_confidence() -> None:
    signals = dict.fromkeys(scoring.SIGNALS, 0.9)
    whole = shipped_head().confidence(signals)
    weighty = {name for one in shipped_head().factors.values() for name, weight in one.weights.items() if weight}
    assert len(weighty) > 10
    for name in weighty:
        assert shipped_head().confidence({k: v for k, v in signals.items() if k != name}) < whole


def test_a_signal_that_is_no_number_is_no_confidence() -> None:
    signals = dict.fromkeys(scoring.SIGNALS, 0.9)
    assert shipped_head().confidence(signals | {"closeness": float("nan")}) == 0


def test_the_weakest_chance_bounds_confidence() -> None:
    head = Head("test", {"covered": Factor(9.0, {}), "on_page": Factor(-2.0, {}), "answered": Factor(9.0, {})})
    assert head.confidence({}) == pytest.approx(head.chances({})["on_page"], abs=0.001)


def test_a_head_is_read_as_it_was_written() -> None:
    assert read_head(shipped_head().as_data()) == shipped_head()
