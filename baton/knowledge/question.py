"""What is looked for: the question in parts, its terms, and what the conversation before it mentioned."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from baton.knowledge.sentences import sentences_of
from baton.knowledge.terms import terms_of
from baton.knowledge.topics import Beside, mentions, pairs

DECAY = 0.9
"""How much of a mention's weight is left a turn later; .8 to .95 do about as well on the dialogues."""
_TURNS = 16
_LONG_WORDS = 60
_PART_WORDS = 20
_MOST_PARTS = 24


@dataclass(frozen=True, slots=True)
class Question:
    """A question made ready. A long one is looked for part by part: one vector can't stand for a whole brief."""

    parts: tuple[str, ...]
    terms: Mapping[str, int]
    named: Mapping[str, float]
    """Terms of the question, each with weight 1."""
    mentioned: Mapping[str, float]
    """Terms of the whole conversation, each with the weight of its last mention."""
    beside: Beside
    """Terms that stood side by side in it, likewise."""
    has_history: bool


def prepare(query: str, history: Sequence[str]) -> Question:
    """The question with the utterances before it, the oldest first."""
    turns = [*history[-_TURNS:], query]
    terms = Counter(terms_of(query))
    mentioned, beside = mentions(turns, DECAY), pairs(turns, DECAY)
    return Question(tuple(_parts(query)), terms, dict.fromkeys(terms, 1.0), mentioned, beside, bool(history))


def _parts(query: str) -> list[str]:
    if len(query.split()) <= _LONG_WORDS:
        return [query]
    parts = [""]
    for sentence in sentences_of(query):
        if len(parts[-1].split()) >= _PART_WORDS:
            parts.append("")
        parts[-1] = f"{parts[-1]} {sentence}".strip()
    return parts[:_MOST_PARTS]
