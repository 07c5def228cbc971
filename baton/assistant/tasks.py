"""Tells the task type of a message by the examples in config.yaml; what is like none of them has no type."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from baton.assistant.type_model import NEAR, Ranking, Scores, Texts, TypeModel, held_out_scores, scores_of_right
from baton.knowledge.embedding import Embedding

_FEWEST_MISSED, _MOST_MISSED = 5, 1 / 3
"""A threshold rests on at least five examples below it, so that few make a strict one; of very few on a third."""
_NEAR_ENOUGH = 0.6
_CLOSE = 0.5
"""Two types whose scores differ by less are about as likely: the odds are below five to three."""


@dataclass(frozen=True, slots=True)
class Told:
    """The task type of a text; None when it is like none of them."""

    task: str | None
    certainty: float | None
    """0..1 that it is of any type at all; .5 at the threshold. None when there is nothing to tell it by."""
    nearest: str | None = None
    """The likeliest type, whether or not the text is of it."""
    rivals: tuple[str, ...] = ()
    """The two or three types that it is about as likely of, all above the threshold; empty when one is clear."""


NOT_TOLD = Told(None, None)


@dataclass(frozen=True, slots=True)
class Tasks:
    """The task types that have examples, with the score from which a text is of one. Make it with `open_tasks`."""

    embedding: Embedding
    names: tuple[str, ...]
    model: TypeModel
    threshold: float
    miss_rate: float

    async def classify(self, text: str) -> Told:
        """The type of a message that somebody waits for."""
        vectors = await self.embedding.embed_queries([text])
        return self._told(self.model.rank(Texts([text], vectors))[0])

    async def tell(self, texts: Sequence[str]) -> list[Told]:
        """The types of many texts."""
        return [self._told(ranking) for ranking in await self._rank(texts)]

    async def set_by(self, labelled: Sequence[tuple[str, str]]) -> Tasks:
        """The same with the threshold set on texts of known type that are no examples."""
        numbers = {name: number for number, name in enumerate(self.names)}
        ranked = await self._rank([text for text, _ in labelled])
        right = scores_of_right(ranked, [numbers.get(name, -1) for _, name in labelled])
        threshold = _threshold(np.array(right), self.miss_rate) if right else self.threshold
        return Tasks(self.embedding, self.names, self.model, threshold, self.miss_rate)

    async def _rank(self, texts: Sequence[str]) -> list[Ranking]:
        vectors = await self.embedding.embed(texts)
        return await asyncio.to_thread(self.model.rank, Texts(texts, vectors))

    def _told(self, ranking: Ranking) -> Told:
        names = [self.names[type] for type in ranking.types]
        best = float(ranking.scores[0])
        certainty = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, best - self.threshold))))
        if best < self.threshold:
            return Told(None, certainty, names[0])
        least = max(self.threshold, best - _CLOSE)
        close = tuple(name for name, score in zip(names, ranking.scores, strict=True) if score >= least)
        return Told(names[0], certainty, names[0], close if 2 <= len(close) <= 3 else ())


async def open_tasks(
    embedding: Embedding | None, examples: Mapping[str, Sequence[str]], miss_rate: float
) -> Tasks | None:
    """Learn from the examples of each type. None where there is no model, or no type has examples."""
    described = {name: texts for name, texts in examples.items() if texts}
    if embedding is None or not described:
        return None
    texts = [text for texts in described.values() for text in texts]
    labels = np.repeat(np.arange(len(described)), [len(texts) for texts in described.values()])
    known = Texts(texts, await embedding.embed(texts))
    model = await asyncio.to_thread(TypeModel, known, labels, len(described))
    held_out = await asyncio.to_thread(held_out_scores, known, labels, len(described))
    threshold = _threshold(held_out, miss_rate) if len(held_out) else _untried(model, known)
    return Tasks(embedding, tuple(described), model, threshold, miss_rate)


def _threshold(right: Scores, miss_rate: float) -> float:
    """The score below which as large a share of the texts told right lies, and at least five of them."""
    fewest = min(_FEWEST_MISSED, int(_MOST_MISSED * len(right)))
    return float(np.sort(right)[max(fewest, int(miss_rate * len(right)))])


def _untried(model: TypeModel, examples: Texts) -> float:
    """Where no example could be held out, each being the only one of its type: a text must be nearly one of them."""
    return min(float(own.scores[0]) for own in model.rank(examples)) - NEAR * (1 - _NEAR_ENOUGH)
