"""The loss of search's weights over many questions at once: `fusion.fuse` for padded tables of candidates."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baton.knowledge.fusion import ON_TOPIC, RIVAL, Evidence, Weights

Table = NDArray[np.float64]
HOPELESS = 0.05
_NOWHERE = -1e9


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its candidates."""

    row: Mapping[str, Any]
    evidence: Evidence
    documents: list[str]
    right: NDArray[np.bool_]

    @property
    def half(self) -> int:
        """Which half of the data it belongs to; questions of one document belong together."""
        name = self.row["relevant"][0] if self.row["relevant"] else self.row["query"]
        return hashlib.sha256(name.encode()).digest()[0] % 2


class Batch:
    """Questions, a row each, with as many columns as the one with the most candidates has."""

    def __init__(self, asked: Sequence[Asked], *, every: bool = False) -> None:
        """`every`: the loss asks for each right candidate, not for any."""
        self._every = every
        self._shape = (len(asked), max(len(one.documents) for one in asked))
        self._real = self._table([np.ones(len(one.documents)) for one in asked]) > 0
        self._right = self._table([one.right for one in asked]) > 0
        columns = ("chunk", "place", "sentence", "lexical", "named")
        self._alone = np.stack([self._table([getattr(one.evidence, name) for one in asked]) for name in columns])
        self._topic = self._table([one.evidence.topic for one in asked])
        self._on_topic = self._real & (self._topic >= ON_TOPIC * self._topic.max(axis=1, keepdims=True))
        self._talked = self._topic.any(axis=1)
        self._names = self._table([one.evidence.name for one in asked]).astype(np.int64)

    def scores(self, weights: Weights) -> Table:
        """What `fusion.fuse` gives each candidate; padding is far below."""
        own = np.array([weights.chunk, weights.place, weights.sentence, weights.lexical, weights.named])
        alone = np.where(self._real, np.tensordot(own, self._alone, axes=1), _NOWHERE)
        best = alone.max(axis=1)
        lead = best - self._rivals(alone)
        gap = best - np.where(self._on_topic, alone, _NOWHERE).max(axis=1)
        logit = weights.gate - weights.gate_lead * lead - weights.gate_gap * gap
        openness = self._talked / (1 + np.exp(-np.clip(logit, -50, 50)))
        added = weights.topic * self._topic - weights.unsaid * weights.lexical * self._alone[3]
        scores: Table = alone + openness[:, None] * added
        return scores

    def loss(self, weights: Weights) -> float:
        """Mean negative logarithm of the right candidates' share of a softmax, bounded: the hopeless don't rule."""
        scores = weights.steepness * self.scores(weights)
        share = np.exp(scores - scores.max(axis=1, keepdims=True))
        share = share / share.sum(axis=1, keepdims=True)
        if self._every:
            losses = np.where(self._right, -np.log(share + HOPELESS), 0.0).sum(axis=1)
            return float((losses / self._right.sum(axis=1)).mean())
        right = np.where(self._right, share, 0.0).sum(axis=1)
        return float(-np.log(right + HOPELESS).mean())

    def _rivals(self, alone: Table) -> Table:
        """In each row the best score of the name that comes fifth, or of the last there is."""
        bests = np.full(self._shape, _NOWHERE)
        rows = np.repeat(np.arange(self._shape[0]), self._shape[1])
        np.maximum.at(bests, (rows, self._names.ravel()), alone.ravel())
        bests = -np.sort(-bests, axis=1)
        last = np.minimum((bests > _NOWHERE / 2).sum(axis=1) - 1, RIVAL)
        rivals: Table = bests[np.arange(len(bests)), last]
        return rivals

    def _table(self, columns: Sequence[NDArray[Any]]) -> Table:
        table = np.zeros(self._shape)
        for row, column in enumerate(columns):
            table[row, : len(column)] = column
        return table
