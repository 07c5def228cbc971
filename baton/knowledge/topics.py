"""What a conversation is about: names in titles that were mentioned, the more recently the better.

"Do they serve alcohol?" says nothing of the restaurant; the turns before it do, and the titles of its documents bear
its name. Each title is compared with the words of the conversation, which weigh less with every turn that passed.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from baton.knowledge.lexical import Rarity
from baton.knowledge.terms import terms_of

_SEPARATORS = re.compile(r"\s*[:›»|–—]\s+|\s+[-/]\s+|\s*[()\[\]]\s*")
_QUESTION = re.compile(
    r"(?:what|which|who|whose|when|where|why|how|is|are|am|was|were|do|does|did|can|could|may|will|would|should|has|have)\b",
    re.IGNORECASE,
)
Name = tuple[str, ...]


def mentions(turns: Sequence[str], decay: float) -> dict[str, float]:
    """Each term of the conversation with the weight of its last mention: 1 in the last turn, `decay` in the one before."""
    weights: dict[str, float] = {}
    for age, turn in enumerate(reversed(turns)):
        for term in terms_of(turn):
            weights.setdefault(term, decay**age)
    return weights


@lru_cache(maxsize=20_000)
def names_of(title: str) -> tuple[Name, ...]:
    """The parts of a title that name something, as terms: "Blue Account" of "Blue Account: what does it cost?"."""
    parts = [part for part in _SEPARATORS.split(title) if part.strip()]
    naming = [part for part in parts if not _is_question(part)] or parts
    names = [tuple(dict.fromkeys(terms_of(part))) for part in naming]
    return tuple(name for name in names if name)


def coverage(names: Sequence[Name], mentioned: Mapping[str, float], rarity: Rarity) -> float:
    """How fully the best mentioned of these names was mentioned, 0..1; rare words count most (their rarity squared)."""
    return max((_covered(name, mentioned, rarity) for name in names), default=0.0)


def _covered(name: Name, mentioned: Mapping[str, float], rarity: Rarity) -> float:
    worths = {term: rarity.of(term) ** 2 for term in name}
    whole = sum(worths.values())
    return sum(mentioned.get(term, 0.0) * worth for term, worth in worths.items()) / whole if whole else 0.0


def _is_question(part: str) -> bool:
    return part.rstrip().endswith("?") or bool(_QUESTION.match(part.strip()))
