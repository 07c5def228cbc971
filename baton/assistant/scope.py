"""What is asked of any chat for sport (weather, jokes, sums) and is declined kindly, without a queue."""

from __future__ import annotations

import re
from functools import cache

from baton.assistant import phrases, words


def is_outside(text: str) -> bool:
    """Whether the message asks for something no company's help pages deal with; a sure answer still goes before it."""
    said = words.tidy(text)
    return any(pattern.search(said) for pattern in _patterns())


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in phrases.load("scope")["outside"])
