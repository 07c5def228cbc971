"""What a conversation is about: names in titles that were mentioned, the more recently the better.

"Do they serve alcohol?" says nothing of the restaurant; the turns before it do, and the titles of its documents bear
its name. Each title is compared with the words of the conversation, which weigh less with every turn that passed.
"""

from collections.abc import Mapping, Sequence

from baton.knowledge.lexical import Rarity
from baton.knowledge.terms import Name, terms_of


def mentions(turns: Sequence[str], decay: float) -> dict[str, float]:
    """Each term of the conversation with the weight of its last mention: 1 in the last turn, then `decay` a turn."""
    weights: dict[str, float] = {}
    for age, turn in enumerate(reversed(turns)):
        for term in terms_of(turn):
            weights.setdefault(term, decay**age)
    return weights


def coverage(names: Sequence[Name], mentioned: Mapping[str, float], rarity: Rarity) -> float:
    """How fully the best mentioned of these names was mentioned, 0..1; rare words count most (their rarity squared)."""
    return max((_covered(name, mentioned, rarity) for name in names), default=0.0)


def _covered(name: Name, mentioned: Mapping[str, float], rarity: Rarity) -> float:
    worths = {term: rarity.of(term) ** 2 for term in name}
    whole = sum(worths.values())
    return sum(mentioned.get(term, 0.0) * worth for term, worth in worths.items()) / whole if whole else 0.0
