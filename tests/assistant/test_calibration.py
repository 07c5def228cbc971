"""The fitted head learns what helps, never holds a signal against a draft, and stays near what it began with."""

import random

import pytest

from baton.assistant.calibration import Labelled, fit
from baton.assistant.head import FACTORS, shipped_head

ALL = {name for names in FACTORS.values() for name in names}


def drafts(count: int, telling: str, misleading: str, seed: int = 7) -> list[Labelled]:
    """Drafts where one signal is high when they are right and another when they are wrong; the others say nothing."""
    chance, rows = random.Random(seed), []
    for _ in range(count):
        right = chance.random() < 0.5
        signals = {name: chance.random() for name in ALL}
        signals[telling] = 0.6 * right + 0.4 * chance.random()
        signals[misleading] = 0.6 * (not right) + 0.4 * chance.random()
        rows.append(Labelled(signals, right))
    return rows


def test_a_telling_signal_gets_weight_and_a_misleading_one_none() -> None:
    head = fit(drafts(500, "closeness", "margin"), version="test")
    assert head.factors["covered"].weights["closeness"] > 2
    assert 0 <= head.factors["on_page"].weights["margin"] < 0.05
    high, low = (dict.fromkeys(ALL, 0.5) | {"closeness": value} for value in (0.9, 0.1))
    assert head.confidence(high) > 0.7 > 0.3 > head.confidence(low)


def test_what_is_known_of_a_factor_is_learnt_by_that_factor() -> None:
    """Wrong either way, but once for the page and once for what it doesn't say."""
    rows = []
    for _ in range(100):
        whole = dict.fromkeys(ALL, 0.9)
        rows += [
            Labelled(whole, True, covered=True, on_page=True, answered=True),
            Labelled(whole | {"page_share": 0.1}, False, covered=True, on_page=False),
            Labelled(whole | {"cover_of_quote": 0.1}, False, covered=True, on_page=True, answered=False),
        ]
    head = fit(rows, version="test")
    chances = head.chances(dict.fromkeys(ALL, 0.9) | {"page_share": 0.1})
    assert chances["on_page"] < 0.4 < 0.8 < chances["answered"]
    chances = head.chances(dict.fromkeys(ALL, 0.9) | {"cover_of_quote": 0.1})
    assert chances["answered"] < 0.4 < 0.8 < chances["on_page"]


def test_few_labels_move_a_head_little_and_many_move_it_far() -> None:
    prior, middling = shipped_head(), dict.fromkeys(ALL, 0.7)
    before = prior.confidence(middling)
    few, many = ([Labelled(middling, False)] * count for count in (2, 2000))
    after_few = fit(few, version="few", prior=prior, penalty=5).confidence(middling)
    after_many = fit(many, version="many", prior=prior, penalty=5).confidence(middling)
    assert after_many < 0.05 < after_few < before


def test_a_draft_that_stands_for_many_counts_as_many() -> None:
    signals = dict.fromkeys(ALL, 0.8)
    rows = [Labelled(signals, True, weight=9.0), Labelled(signals, False, weight=1.0)]
    assert fit(rows * 50, version="test").confidence(signals) == pytest.approx(0.9, abs=0.03)
