"""A highest error rate is kept: by the exact bound, and on drafts that were not used to choose the threshold."""

import random

import pytest

from baton.assistant.error_rates import Scored, answering, fewest_labels, lowest_threshold, upper_bound


@pytest.mark.parametrize(
    ("wrong", "n", "bound"),
    [(0, 10, 0.2589), (0, 59, 0.0495), (1, 20, 0.2161), (5, 100, 0.1023), (20, 100, 0.2772)],
)
def test_the_bound_is_that_of_the_tables(wrong: int, n: int, bound: float) -> None:
    assert upper_bound(wrong, n) == pytest.approx(bound, abs=0.0002)


def test_without_labels_and_with_none_right_nothing_is_bounded() -> None:
    assert upper_bound(0, 0) == 1.0
    assert upper_bound(3, 3) == 1.0


def test_fractions_are_rounded_against_us() -> None:
    assert upper_bound(0.2, 59.9) == upper_bound(1, 59)


def test_fifty_nine_right_answers_show_five_percent() -> None:
    assert fewest_labels(0.05) == 59
    assert upper_bound(0, 59) <= 0.05 < upper_bound(0, 58)


def drafts(count: int, seed: int) -> list[Scored]:
    """Calibrated drafts, most of them sure: right as often as their confidence says."""
    chance = random.Random(seed)
    return [Scored(p := chance.random() ** 0.25, chance.random() < p) for _ in range(count)]


def test_the_threshold_holds_on_other_drafts_nearly_always() -> None:
    fresh, broken, found = drafts(20_000, 1), 0, 0
    for seed in range(2, 62):
        chosen = lowest_threshold(drafts(600, seed), 0.1)
        if chosen is None:
            continue
        found += 1
        broken += answering(fresh, chosen.threshold).error > 0.1
    assert found > 40
    assert broken <= 3


def test_a_lower_rate_needs_a_higher_threshold() -> None:
    labelled = drafts(4000, 3)
    strict, lax = lowest_threshold(labelled, 0.05), lowest_threshold(labelled, 0.2)
    assert strict and lax
    assert strict.threshold > lax.threshold
    assert strict.coverage < lax.coverage


def test_too_few_labels_show_nothing() -> None:
    assert lowest_threshold([Scored(0.9, True)] * 40, 0.05) is None


def test_a_label_that_stands_for_many_makes_the_bound_wider() -> None:
    even = [Scored(0.9, True)] * 100
    uneven = [Scored(0.9, True, 50.0), *[Scored(0.9, True)] * 99]
    assert answering(uneven, 0.5).bound > answering(even, 0.5).bound
