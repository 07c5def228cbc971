"""What a conversation is about: names in titles that were mentioned, the more recently the better.

"Do they serve alcohol?" says nothing of the restaurant; the turns before it do, and the titles of its documents bear
its name. Each title is compared with the words of the conversation, which weigh less with every turn that passed.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from baton.knowledge.lexical import Rarity
from baton.knowledge.terms import Name, terms_of

ALONE = 0.5
"""What the words of a longer name count where they don't stand side by side: "a restaurant for us two" names no
"Restaurant Two Two". On the dialogues .3 to .7 do about as well."""
Beside = Mapping[tuple[str, str], float]
"""Two terms that stood side by side, with the weight of their last mention."""


def mentions(turns: Sequence[str], decay: float) -> dict[str, float]:
    """Each term of the conversation with the weight of its last mention: 1 in the last turn, then `decay` a turn."""
    weights: dict[str, float] = {}
    for age, turn in enumerate(reversed(turns)):
        for term in terms_of(turn):
            weights.setdefault(term, decay**age)
    return weights


def pairs(turns: Sequence[str], decay: float) -> Beside:
    """The same of terms that stand side by side."""
    weights: dict[tuple[str, str], float] = {}
    for age, turn in enumerate(reversed(turns)):
        for pair in pairwise(terms_of(turn)):
            weights.setdefault(pair, decay**age)
    return weights


def coverage(names: Sequence[Name], mentioned: Mapping[str, float], beside: Beside, rarity: Rarity) -> float:
    """How fully the best mentioned of these names was mentioned, 0..1; rare words count most (their rarity squared),
    and those of a longer name twice as much where they stand side by side."""
    return max((_covered(name, mentioned, beside, rarity) for name in names), default=0.0)


def _covered(name: Name, mentioned: Mapping[str, float], beside: Beside, rarity: Rarity) -> float:
    worths = {term: rarity.of(term) ** 2 for term in name}
    whole = sum(worths.values())
    if not whole:
        return 0.0
    singly = sum(mentioned.get(term, 0.0) * worth for term, worth in worths.items()) / whole
    if len(name) < 2 or not singly:
        return singly
    together = dict.fromkeys(name, 0.0)
    for pair in pairwise(name):
        for term in pair:
            together[term] = max(together[term], beside.get(pair, 0.0))
    joined = sum(together[term] * worth for term, worth in worths.items()) / whole
    return ALONE * singly + (1 - ALONE) * joined
