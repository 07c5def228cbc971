"""How well a candidate answers the question: one number from what both halves and the conversation say of it.

The weights are fitted on data by `python -m evals.fit_fusion` and read from `fusion.json`, which says on what.
"""

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float32]
FILE = Path(__file__).with_name("fusion.json")
RIVAL = 4
"""The gate looks at the lead over the fifth-best topic: a question that stands alone leads, one that leans doesn't."""
ON_TOPIC = 0.7
"""Candidates mentioned nearly as much as the most mentioned one are what the conversation is about."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of each candidate, a place of every column each."""

    chunk: Column
    """Cosine of the question to place and text together."""
    place: Column
    """Cosine to the place alone, which for a page of questions and answers is the question."""
    sentence: Column
    """Cosine to the sentence that is nearest."""
    lexical: Column
    """BM25 in units of the question's whole rarity."""
    named: Column
    """How fully a long question mentions a name in the title (see `topics`); nothing for a short one."""
    topic: Column
    """How fully, and how lately, the conversation does; nothing when the question is its first message."""
    name: NDArray[np.int64]
    """Which candidates are about the same thing: equal numbers, equal names."""

    def __len__(self) -> int:
        return len(self.chunk)


@dataclass(frozen=True, slots=True)
class Weights:
    """Of each kind of evidence; of the gate before the topic's; and from score to probability."""

    chunk: float
    place: float
    sentence: float
    lexical: float
    named: float
    topic: float
    unsaid: float
    """How much of the lexical weight is taken back where the topic decides: a follow-up leaves the words out."""
    gate: float
    gate_lead: float
    gate_gap: float
    steepness: float
    middle: float


def alone(evidence: Evidence, weights: Weights) -> Column:
    """The score of each candidate by the question alone."""
    score: Column = (
        weights.chunk * evidence.chunk
        + weights.place * evidence.place
        + weights.sentence * evidence.sentence
        + weights.lexical * evidence.lexical
        + weights.named * evidence.named
    )
    return score


def fuse(evidence: Evidence, weights: Weights) -> Column:
    """The score of each candidate, with what the conversation is about.

    "Do they serve alcohol?" fits the documents of many restaurants equally, and the topic decides. "Where is my
    parcel?" has one document far ahead of every other topic, so what was spoken of before must not drag it along.
    """
    score = alone(evidence, weights)
    if not len(evidence) or not evidence.topic.any():
        return score
    added = weights.topic * evidence.topic - weights.unsaid * weights.lexical * evidence.lexical
    fused: Column = (score + openness(score, evidence, weights) * added).astype(np.float32)
    return fused


def openness(score: Column, evidence: Evidence, weights: Weights) -> float:
    """How far the topic may decide, 0..1: less the further the best candidate leads the other topics and this one."""
    bests = np.full(int(evidence.name.max()) + 1, -np.inf)
    np.maximum.at(bests, evidence.name, score)
    bests = np.sort(bests[np.isfinite(bests)])[::-1]
    lead = bests[0] - bests[min(RIVAL, len(bests) - 1)]
    gap = bests[0] - score[evidence.topic >= ON_TOPIC * evidence.topic.max()].max()
    return float(_sigmoid(weights.gate - weights.gate_lead * lead - weights.gate_gap * gap))


def probability(score: Column, weights: Weights) -> Column:
    """Scores as numbers in 0..1: about the share of questions whose best candidate, scored so, was right."""
    result: Column = _sigmoid(weights.steepness * (score - weights.middle)).astype(np.float32)
    return result


@cache
def fitted(kind: str) -> Weights:
    """The weights in `fusion.json`: "both" halves, or "words" where there is no embedding model."""
    return Weights(**json.loads(FILE.read_text())["weights"][kind])


def save(weights: dict[str, Weights], notes: dict[str, Any], file: Path = FILE) -> None:
    """Write the file that `fitted` reads."""
    rounded = {
        kind: {name: round(value, 4) for name, value in asdict(found).items()} for kind, found in weights.items()
    }
    file.write_text(json.dumps(notes | {"weights": rounded}, indent=2) + "\n")


def _sigmoid(value: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-np.clip(value, -50.0, 50.0)))
