"""Softmax regression with a ridge, fitted by L-BFGS: the same rows always give the same weights.

The method is Nocedal and Wright's (Numerical Optimization, 2006, algorithm 7.4); its first guess at the curvature is
the one at the start, which halves the number of steps.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from baton.knowledge.vectors import Vectors

Labels = NDArray[np.int64]
_RIDGE, _RIDGE_OF_BIAS = 1.0, 0.01
_STEPS, _SETTLED, _REMEMBERED = 60, 1e-3, 8
_LEAST_STEP, _ARMIJO = 1e-3, 1e-4
_ROUNDING = 1e-4
"""Keeps the products of rows that repeat one another from being singular."""


@dataclass(frozen=True, slots=True)
class Softmax:
    """Weights of shape (features + 1, classes); the last row is the bias."""

    weights: Vectors

    def logits(self, features: Vectors) -> Vectors:
        """One row a row of features, one column a class."""
        found: Vectors = features @ self.weights[:-1] + self.weights[-1]
        return found


def fit(features: Vectors, labels: Labels, classes: int) -> Softmax:
    """The weights that make these labels (0 … classes - 1) likeliest, less a ridge of 1 a squared weight."""
    if len(features) >= features.shape[1]:
        return Softmax(_fit(features, labels, classes))
    # The ridge keeps weights within what the few rows span, so each row is as good as its products with the others.
    wide = features.astype(np.float64)
    factor = np.linalg.cholesky(wide @ wide.T + _ROUNDING * np.eye(len(features)))
    inner = _fit(factor.astype(np.float32), labels, classes)
    shares = np.linalg.solve(factor.T, inner[:-1]).astype(np.float32)
    return Softmax(np.concatenate([features.T @ shares, inner[-1:]]))


def _fit(features: Vectors, labels: Labels, classes: int) -> Vectors:
    loss = _Loss(features, labels, classes)
    weights = np.zeros((features.shape[1] + 1, classes), np.float32)
    value, slope = loss.at(weights)
    curvature = loss.curvature_at_start()
    taken: deque[tuple[Vectors, Vectors]] = deque(maxlen=_REMEMBERED)
    for _ in range(_STEPS):
        way = _direction(slope, curvature, taken)
        length, downhill = 1.0, float((way * slope).sum())
        while True:
            tried = weights - np.float32(length) * way
            lower, next_slope = loss.at(tried)
            if lower <= value - _ARMIJO * length * downhill or length < _LEAST_STEP:
                break
            length /= 2
        if float(((tried - weights) * (next_slope - slope)).sum()) > 0:
            taken.append((tried - weights, next_slope - slope))
        is_settled = value - lower <= _SETTLED * abs(value)
        weights, value, slope = tried, lower, next_slope
        if is_settled:
            break
    return weights


class _Loss:
    """Minus the logarithm of the labels' probability, with the ridge, and its slope."""

    def __init__(self, features: Vectors, labels: Labels, classes: int) -> None:
        ones = np.ones((len(features), 1), np.float32)
        self._rows = np.concatenate([features, ones], axis=1)
        self._truth = np.eye(classes, dtype=np.float32)[labels]
        self._ridge = np.full((self._rows.shape[1], 1), _RIDGE, np.float32)
        self._ridge[-1] = _RIDGE * _RIDGE_OF_BIAS

    def at(self, weights: Vectors) -> tuple[float, Vectors]:
        logits = self._rows @ weights
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        whole = odds.sum(axis=1, keepdims=True)
        penalty = 0.5 * float((self._ridge * weights * weights).sum())
        value = float(np.log(whole).sum()) - float((logits * self._truth).sum()) + penalty
        slope: Vectors = self._rows.T @ (odds / whole - self._truth) + self._ridge * weights
        return value, slope

    def curvature_at_start(self) -> Vectors:
        """The inverse of the second derivative where every class is as likely, one for all classes."""
        share = 1 / self._truth.shape[1]
        gram = (self._rows.T @ self._rows).astype(np.float64)
        whole = share * (1 - share) * gram + np.diag(self._ridge[:, 0])
        return np.linalg.inv(whole).astype(np.float32)


def _direction(slope: Vectors, curvature: Vectors, taken: deque[tuple[Vectors, Vectors]]) -> Vectors:
    """The slope through what the last steps told of the curvature (two-loop recursion)."""
    way = slope.copy()
    shares = []
    for step, change in reversed(taken):
        share = float((step * way).sum()) / float((step * change).sum())
        way -= np.float32(share) * change
        shares.append(share)
    way = curvature @ way
    if taken:
        step, change = taken[-1]
        way *= np.float32(float((step * change).sum()) / float((change * (curvature @ change)).sum()))
    for (step, change), share in zip(taken, reversed(shares), strict=True):
        way += step * np.float32(share - float((change * way).sum()) / float((step * change).sum()))
    return way
