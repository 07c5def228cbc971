"""The fusion: what the topic may decide, and numbers that can be read."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from baton.knowledge.fusion import Evidence, fitted, fuse, openness, probability

BOTH = fitted("both")


def _evidence(cosines: list[float], topic: list[float], names: list[int]) -> Evidence:
    columns: dict[str, Any] = dict.fromkeys(("chunk", "place", "sentence"), np.array(cosines, np.float32))
    nothing = np.zeros(len(cosines), np.float32)
    return Evidence(
        **columns, lexical=nothing, named=nothing, topic=np.array(topic, np.float32), name=np.array(names, np.int64)
    )


def test_the_topic_decides_among_documents_that_fit_alike() -> None:
    alike = _evidence([0.6, 0.59, 0.58, 0.57, 0.56, 0.5], [0, 0, 0, 0, 0, 1], [0, 1, 2, 3, 4, 5])

    assert fuse(alike, BOTH).argmax() == 5


def test_a_question_that_stands_alone_is_not_dragged_along() -> None:
    far_ahead = _evidence([0.9, 0.3, 0.29, 0.28, 0.27, 0.26], [0, 0, 0, 0, 0, 1], [0, 1, 2, 3, 4, 5])

    assert fuse(far_ahead, BOTH).argmax() == 0


def test_the_gate_closes_as_the_lead_grows() -> None:
    leads = (0.0, 0.1, 0.2, 0.4)
    gates = []
    for lead in leads:
        evidence = _evidence([0.5 + lead, 0.5, 0.5, 0.5, 0.5], [0, 1, 0, 0, 0], [0, 1, 2, 3, 4])
        gates.append(openness(evidence.chunk, evidence, BOTH))

    assert gates == sorted(gates, reverse=True) and gates[0] > gates[-1]


def test_without_history_the_question_alone_counts() -> None:
    plain = _evidence([0.4, 0.8], [0, 0], [0, 1])

    assert fuse(plain, BOTH) == pytest.approx([0.4, 0.8], abs=1e-5)


def test_no_candidates_have_no_scores() -> None:
    assert len(fuse(_evidence([], [], []), BOTH)) == 0


def test_chances_rise_with_the_score_and_stay_between_nought_and_one() -> None:
    chances = probability(np.linspace(-5, 5, 50, dtype=np.float32), BOTH)

    assert (np.diff(chances) >= 0).all() and chances.min() >= 0 and chances.max() <= 1


@pytest.mark.parametrize("kind", ["both", "words"])
def test_the_fitted_weights_are_all_there_and_favour_what_matches(kind: str) -> None:
    weights = fitted(kind)

    assert replace(weights) == weights
    assert weights.lexical > 0 and weights.topic > 0 and weights.steepness > 0
