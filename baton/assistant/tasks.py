"""Tells the task type of a message by its nearest examples in config.yaml; what is near none of them has no type."""

from collections.abc import Mapping

import numpy as np

from baton.assistant.settings import TaskPolicy
from baton.knowledge.embedding import Embedding
from baton.knowledge.vectors import Vectors

NEAREST = 3
"""A type is judged by the mean of its nearest examples, so that one odd example doesn't decide."""


class Tasks:
    """The configured task types with the vectors of their examples. Make it with `open_tasks`."""

    def __init__(self, embedding: Embedding, names: list[str], examples: list[Vectors], least: float) -> None:
        self._embedding = embedding
        self._names = names
        self._examples = examples
        self._least = least

    async def classify(self, text: str) -> str | None:
        """The name of the nearest type, or None when none is near enough."""
        vector = (await self._embedding.embed_queries([text]))[0]
        similarities = [nearest_mean(examples @ vector) for examples in self._examples]
        best = int(np.argmax(similarities))
        return self._names[best] if similarities[best] >= self._least else None


async def open_tasks(embedding: Embedding | None, tasks: Mapping[str, TaskPolicy], least: float) -> Tasks | None:
    """Embed the examples once. None where there is no model, or no type has examples: then nothing has a type."""
    described = {name: policy.examples for name, policy in tasks.items() if policy.examples}
    if embedding is None or not described:
        return None
    examples = [await embedding.embed(list(texts)) for texts in described.values()]
    return Tasks(embedding, list(described), examples, least)


def nearest_mean(similarities: Vectors) -> float:
    """The mean of the highest few cosines."""
    count = min(NEAREST, len(similarities))
    return float(np.sort(similarities)[-count:].mean())
