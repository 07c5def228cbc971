"""How urgent a handoff is: 1 usual, 2 soon, 3 now. Pure; the queue is ordered by it, then by the wait."""

from collections.abc import Collection

NOW = frozenset({"safety", "protected", "threat"})
SOON = frozenset({"mood", "unhappy_for_long", "rejected", "no_progress", "offers_running", "forbidden", "always_human"})
"""Codes of the assistant's reasons that say how pressing it is."""
ANGRY, UNHAPPY = -0.6, -0.25


def priority_of(reasons: Collection[str], sentiment: float | None, risk: str | None) -> int:
    """From why it was escalated, the visitor's sentiment (-1..1) and the risk of the task type."""
    if NOW.intersection(reasons) or risk == "high" or (sentiment is not None and sentiment <= ANGRY):
        return 3
    if SOON.intersection(reasons) or risk == "medium" or (sentiment is not None and sentiment <= UNHAPPY):
        return 2
    return 1
