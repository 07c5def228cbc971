"""Fits the confidence head: a product of logistic factors without negative weights, so that nothing missing helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from baton.assistant.head import FACTORS, Factor, Head

Numbers = NDArray[np.float64]
_STEPS, _RATE, _SETTLED = 3000, 0.05, 1e-5
_FIRST, _SECOND, _TINY = 0.9, 0.999, 1e-8
"""Of Adam (Kingma and Ba, 2015), which is run to its end on all rows at once and so gives the same head every time."""
_OWN_SHARE = 0.1
"""How much a factor's own label counts beside whether the whole draft is right."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A draft's signals and whether it was right. A factor's own label is None where nobody knows it, and below the
    first factor that failed. `weight` is how many drafts it stands for."""

    signals: Mapping[str, float]
    right: bool
    covered: bool | None = None
    on_page: bool | None = None
    answered: bool | None = None
    weight: float = 1.0


def fit(rows: Sequence[Labelled], *, version: str, prior: Head | None = None, penalty: float = 1.0) -> Head:
    """The head under which the labels are most likely, each weight drawn to the prior's, or to 0, by the penalty.

    The loss is the cross-entropy of the product for being right, and a tenth of each factor's own cross-entropy where
    its label is known; a ridge of `penalty` on the weights' distance from the prior.
    """
    problem = _Problem(rows, prior, penalty)
    found = problem.start()
    mean, square = np.zeros_like(found), np.zeros_like(found)
    for step in range(1, _STEPS + 1):
        slope = problem.slope(found)
        mean = _FIRST * mean + (1 - _FIRST) * slope
        square = _SECOND * square + (1 - _SECOND) * slope**2
        move = _RATE * (mean / (1 - _FIRST**step)) / (np.sqrt(square / (1 - _SECOND**step)) + _TINY)
        before, found = found, problem.allowed(found - move)
        if np.abs(found - before).max() < _SETTLED:
            break
    return problem.head(found, version)


class _Problem:
    """The loss over one flat vector: of each factor its weights and then its bias."""

    def __init__(self, rows: Sequence[Labelled], prior: Head | None, penalty: float) -> None:
        self._inputs = [
            np.array([[*(row.signals.get(name, 0.0) for name in names), 1.0] for row in rows], float)
            for names in FACTORS.values()
        ]
        self._right = np.array([row.right for row in rows], float)
        self._weights = np.array([row.weight for row in rows], float)
        self._own = [np.array([_number(getattr(row, name)) for row in rows], float) for name in FACTORS]
        self._ends = np.cumsum([inputs.shape[1] for inputs in self._inputs])
        self._is_bias = np.zeros(self._ends[-1], bool)
        self._is_bias[self._ends - 1] = True
        self._prior = np.zeros(self._ends[-1]) if prior is None else _flat(prior)
        self._ridge = np.where(self._is_bias & (prior is None), 0.0, penalty)

    def start(self) -> Numbers:
        """The prior, or a head that is unsure of everything."""
        return self._prior.copy() if self._prior.any() else np.where(self._is_bias, -1.0, 1.0)

    def slope(self, found: Numbers) -> Numbers:
        parts = np.split(found, self._ends[:-1])
        chances = [
            1.0 / (1.0 + np.exp(-np.clip(inputs @ part, -30, 30)))
            for inputs, part in zip(self._inputs, parts, strict=True)
        ]
        whole = np.clip(np.prod(chances, axis=0), 1e-6, 1 - 1e-6)
        of_whole = self._weights * (whole - self._right) / (1 - whole)
        slopes = []
        for inputs, chance, own in zip(self._inputs, chances, self._own, strict=True):
            of_own = np.where(np.isnan(own), 0.0, chance - np.nan_to_num(own))
            slopes.append(inputs.T @ (of_whole * (1 - chance) + _OWN_SHARE * self._weights * of_own))
        return np.concatenate(slopes) + self._ridge * (found - self._prior)

    def allowed(self, found: Numbers) -> Numbers:
        """No weight below 0; a bias may be anything."""
        return np.where(self._is_bias, found, np.maximum(found, 0.0))

    def head(self, found: Numbers, version: str) -> Head:
        parts = np.split(found, self._ends[:-1])
        factors = {
            factor: Factor(
                round(float(part[-1]), 4),
                {name: round(float(weight), 4) for name, weight in zip(names, part[:-1], strict=True)},
            )
            for (factor, names), part in zip(FACTORS.items(), parts, strict=True)
        }
        return Head(version, factors)


def _number(label: bool | None) -> float:
    return np.nan if label is None else float(label)


def _flat(head: Head) -> Numbers:
    values = []
    for factor, names in FACTORS.items():
        values += [*(head.factors[factor].weights.get(name, 0.0) for name in names), head.factors[factor].bias]
    return np.array(values, float)
