"""Which task type a text is of, as far as examples tell: a softmax over meaning and wording, and the nearest examples.

What it is made of was chosen on the validation rows of 150 task types and on draws of two to thirty types with four to
twenty examples (docs/decisions/0010-task-types.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from baton.assistant.softmax import Labels, Softmax, fit
from baton.assistant.wordings import wording_vectors
from baton.knowledge.vectors import Vectors

Scores = NDArray[np.float64]
NEAREST = 5
"""A type is judged by the mean of its nearest examples, so that one odd example doesn't decide."""
NEAR = 5.0
"""What a cosine to the nearest examples counts beside a logit."""
_MEANING, _WORDING = np.float32(5.0), np.float32(3.0)
_SHORTLIST = 10
_FOLDS, _ENOUGH_HELD_OUT = 5, 1000


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts with their sentence vectors, a row each."""

    texts: Sequence[str]
    vectors: Vectors

    def features(self) -> Vectors:
        """What the softmax sees."""
        return np.concatenate([_MEANING * self.vectors, _WORDING * wording_vectors(self.texts)], axis=1)

    def only(self, chosen: NDArray[np.bool_]) -> Texts:
        """Those that are marked."""
        return Texts([text for text, kept in zip(self.texts, chosen, strict=True) if kept], self.vectors[chosen])


@dataclass(frozen=True, slots=True)
class Ranking:
    """The likeliest types of one text as their numbers, the likeliest first, with their scores.

    A score is the type's logit and NEAR times the mean cosine to its nearest examples: the sum tells the type, and how
    high it is tells whether the text is of any.
    """

    types: NDArray[np.int64]
    scores: Scores


class TypeModel:
    """Fitted on examples; their types are numbers from 0."""

    def __init__(self, examples: Texts, labels: Labels, types: int) -> None:
        self._softmax: Softmax = fit(examples.features(), labels, types)
        self._examples = [examples.vectors[labels == type] for type in range(types)]

    def rank(self, asked: Texts) -> list[Ranking]:
        """The likeliest types of each text."""
        logits = self._softmax.logits(asked.features())
        return [self._rank(row, vector) for row, vector in zip(logits, asked.vectors, strict=True)]

    def _rank(self, logits: Vectors, vector: Vectors) -> Ranking:
        likely = np.argsort(-logits, kind="stable")[:_SHORTLIST]
        near = [NEAR * nearest_mean(self._examples[type] @ vector) for type in likely]
        scores = logits[likely].astype(np.float64) + np.array(near)
        order = np.argsort(-scores, kind="stable")
        return Ranking(likely[order], scores[order])


def held_out_scores(examples: Texts, labels: Labels, types: int) -> Scores:
    """Scores of examples that a model which didn't see them told right: all of them in turn, or enough of very many."""
    fold = _folds(labels)
    scores: list[float] = []
    tried = 0
    for number in range(_FOLDS):
        out = fold == number
        if tried >= _ENOUGH_HELD_OUT or not out.any() or out.all():
            continue
        ranked = TypeModel(examples.only(~out), labels[~out], types).rank(examples.only(out))
        scores += scores_of_right(ranked, labels[out])
        tried += int(out.sum())
    return np.array(scores)


def scores_of_right(ranked: Sequence[Ranking], labels: Sequence[int] | Labels) -> list[float]:
    """The scores of those told right."""
    return [float(one.scores[0]) for one, label in zip(ranked, labels, strict=True) if one.types[0] == label]


def nearest_mean(similarities: Vectors) -> float:
    """The mean of the highest few cosines; 0 when there are none."""
    if not len(similarities):
        return 0.0
    count = min(NEAREST, len(similarities))
    return float(np.partition(similarities, len(similarities) - count)[-count:].mean())


def _folds(labels: Labels) -> NDArray[np.int64]:
    """The examples of each type dealt out in turn."""
    folds = np.zeros(len(labels), np.int64)
    for type in np.unique(labels):
        places = np.flatnonzero(labels == type)
        folds[places] = np.arange(len(places)) % _FOLDS
    return folds
