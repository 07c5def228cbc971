"""Fits the confidence head: a logistic regression without negative weights, so that a missing signal never helps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from baton.assistant.scoring import Head

Numbers = NDArray[np.float64]
_STEPS, _SETTLED = 60, 1e-8


def fit(
    signals: Numbers, right: Numbers, weights: Numbers, names: Sequence[str], *, version: str, penalty: float = 1.0
) -> Head:
    """A head for rows of signals (n, len(names)) and whether each draft was right (n), rows weighted.

    Signals whose weight would be negative are left out, the most negative first, and the others fitted again.
    """
    kept = list(range(len(names)))
    while True:
        found = _logistic(signals[:, kept], right, weights, penalty)
        negative = [place for place in range(len(kept)) if found[place] < 0]
        if not negative:
            break
        kept.pop(min(negative, key=lambda place: found[place]))
    fitted = {names[column]: round(float(weight), 4) for column, weight in zip(kept, found[:-1], strict=True)}
    return Head(version, round(float(found[-1]), 4), {name: fitted.get(name, 0.0) for name in names})


def _logistic(signals: Numbers, right: Numbers, weights: Numbers, penalty: float) -> Numbers:
    """Weights and, last, the bias, by Newton's method with a ridge on the weights alone."""
    rows = np.column_stack((signals, np.ones(len(signals))))
    ridge = np.full(rows.shape[1], penalty)
    ridge[-1] = 1e-9
    found = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        said = 1.0 / (1.0 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (weights * (said - right)) + ridge * found
        curve = (rows * (weights * said * (1 - said))[:, None]).T @ rows + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        found -= step
        if np.abs(step).max() < _SETTLED:
            break
    return found
