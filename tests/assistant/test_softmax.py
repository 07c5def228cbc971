"""The regression finds the minimum, whether rows or columns are more."""

import numpy as np
import pytest

from baton.assistant.softmax import fit
from baton.assistant.wordings import DIMENSIONS, wording_vectors


def loss(weights: np.ndarray, features: np.ndarray, labels: np.ndarray) -> float:
    """What the regression minimises, written down a second time, in full precision."""
    logits = features.astype(np.float64) @ weights[:-1] + weights[-1]
    likely = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    penalty = 0.5 * (weights[:-1] ** 2).sum() + 0.5 * 0.01 * (weights[-1] ** 2).sum()
    return float(penalty - likely[np.arange(len(labels)), labels].sum())


@pytest.mark.parametrize(("rows", "columns"), [(200, 10), (12, 60)])
def test_no_small_change_of_the_weights_is_better(rows: int, columns: int) -> None:
    made = np.random.default_rng(3)
    labels = np.arange(rows) % 3
    features = (made.normal(size=(rows, columns)) + 2 * np.eye(3, columns)[labels]).astype(np.float32)
    weights = fit(features, labels, 3).weights.astype(np.float64)
    best = loss(weights, features, labels)
    for _ in range(50):
        assert loss(weights + 0.05 * made.normal(size=weights.shape), features, labels) > best
    assert best < 0.5 * loss(np.zeros_like(weights), features, labels)


def test_separable_rows_are_told_apart_and_one_class_needs_no_weights() -> None:
    features = np.eye(4, dtype=np.float32) * 5
    assert fit(features, np.arange(4), 4).logits(features).argmax(axis=1).tolist() == [0, 1, 2, 3]
    assert not fit(features, np.zeros(4, np.int64), 1).weights.any()


def test_rows_that_repeat_one_another_are_no_trouble() -> None:
    features = np.repeat(np.random.default_rng(1).normal(size=(3, 900)).astype(np.float32), 200, axis=0)
    labels = np.repeat(np.arange(3), 200)
    assert (fit(features, labels, 3).logits(features).argmax(axis=1) == labels).all()


def test_wordings_are_alike_where_words_are() -> None:
    near, same, far, empty = wording_vectors(["Return a pan", "return the pans", "Opening hours", " ?! "])
    assert near.shape == (DIMENSIONS,) and np.linalg.norm(near) == pytest.approx(1, abs=1e-5)
    assert near @ same > near @ far + 0.2
    assert not empty.any()
    assert np.array_equal(wording_vectors(["Return a pan"])[0], near)
