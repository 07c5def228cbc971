"""How good a probability is: ranking, calibration, and what can be answered at a given error rate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
_ROUNDING = 1e-12


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """Chance that a positive scores above a negative, ties half; None without both kinds (Mann and Whitney, 1947)."""
    values, truth = np.asarray(scores, float), np.asarray(positive, bool)
    wins, losses = int(truth.sum()), int((~truth).sum())
    if not wins or not losses:
        return None
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((ranks[truth].sum() - wins * (wins + 1) / 2) / (wins * losses))


def risk_coverage(scores: Sequence[float], right: Sequence[bool]) -> tuple[Numbers, Numbers]:
    """Share answered and share wrong among them, a pair for every score that could be the threshold, surest first."""
    values, truth = np.asarray(scores, float), np.asarray(right, bool)
    order = np.argsort(-values, kind="stable")
    wrong = np.cumsum(~truth[order])
    answered = np.arange(1, len(values) + 1)
    ends = np.append(np.diff(values[order]) != 0, True) if len(values) else np.zeros(0, bool)
    return answered[ends] / max(1, len(values)), wrong[ends] / answered[ends]


def aurc(scores: Sequence[float], right: Sequence[bool]) -> float:
    """Area under the risk-coverage curve, the smaller the better (Geifman and El-Yaniv, 2017)."""
    coverage, risk = risk_coverage(scores, right)
    return float((np.diff(coverage, prepend=0.0) * risk).sum())


def coverage_at(error: float, scores: Sequence[float], right: Sequence[bool]) -> float:
    """The largest share that can be answered with at most this share of it wrong."""
    coverage, risk = risk_coverage(scores, right)
    within = coverage[risk <= error]
    return float(within.max()) if len(within) else 0.0


def expected_error(confidences: Sequence[float]) -> float | None:
    """The share of wrong answers to expect where nobody has checked them: the mean of 1 - confidence, which holds as
    far as confidence is a calibrated probability. None of nothing."""
    return float(1.0 - np.mean(np.asarray(confidences, float))) if len(confidences) else None


def answerable_within(error: float, confidences: Sequence[float]) -> tuple[int, float | None]:
    """How many can be answered, the surest first, with an expected error (the mean of 1 - confidence) of at most
    `error`, and the least confidence among them, which as a threshold lets through these and no others."""
    values = -np.sort(-np.asarray(confidences, float))
    risk = np.cumsum(1.0 - values) / np.arange(1, len(values) + 1)
    ends = np.append(np.diff(values) != 0, True) if len(values) else np.zeros(0, bool)
    within = np.flatnonzero(ends & (risk <= error + _ROUNDING))
    return (int(within[-1]) + 1, float(values[within[-1]])) if len(within) else (0, None)


def brier(scores: Sequence[float], right: Sequence[bool], weights: Sequence[float] | None = None) -> float:
    """Mean squared distance of the probability from what happened (Brier, 1950), of rows that may be weighted."""
    return float(np.average((np.asarray(scores, float) - np.asarray(right, float)) ** 2, weights=weights))


def reliability(
    scores: Sequence[float], right: Sequence[bool], bins: int = 10, weights: Sequence[float] | None = None
) -> list[tuple[float, float, float]]:
    """(mean probability, share right, weight; how many, if all weigh 1) for each tenth of the scale that has any."""
    values, truth = np.asarray(scores, float), np.asarray(right, float)
    worth = np.ones_like(values) if weights is None else np.asarray(weights, float)
    number = np.minimum((values * bins).astype(int), bins - 1)
    filled = [number == n for n in range(bins) if (number == n).any()]
    return [
        (
            float(np.average(values[these], weights=worth[these])),
            float(np.average(truth[these], weights=worth[these])),
            float(worth[these].sum()),
        )
        for these in filled
    ]


def ece(
    scores: Sequence[float], right: Sequence[bool], bins: int = 10, weights: Sequence[float] | None = None
) -> float:
    """Expected calibration error over equal steps of probability (Naeini and others, 2015)."""
    table = reliability(scores, right, bins, weights)
    return sum(weight * abs(said - was) for said, was, weight in table) / (sum(row[2] for row in table) or 1.0)
