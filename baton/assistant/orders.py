"""Text in documents that gives orders to the software, or to the agent behind it, instead of telling visitors a thing.

Documents are partly a stranger's (reviews, crawled pages). What reads like an order is neither quoted nor shown to a
model, nor is what follows it up to the next heading: it is told by wording alone, so a clever paraphrase gets through,
and then it is a quote with its source like any other.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from baton.assistant import phrases, words
from baton.knowledge.sentences import split_sentences

LEFT_OUT = "[…]"
_HEADING = re.compile(r"\s*#{1,6}\s")


@lru_cache(maxsize=8192)
def gives_orders(text: str) -> bool:
    """Whether a heading or a sentence is addressed to whoever reads for the visitor."""
    said = words.tidy(text)
    return any(pattern.search(said) for pattern in _patterns())


def without_orders(text: str) -> str:
    """A passage whose orders, with what follows them in their section, are replaced by a mark."""
    kept: list[str] = []
    is_distrusted = False
    for line in text.splitlines(keepends=True):
        if _HEADING.match(line):
            is_distrusted = False
        elif is_distrusted:
            continue
        begin = _first_order(line)
        is_distrusted = begin is not None
        kept.append(line if begin is None else f"{line[:begin]}{LEFT_OUT}\n")
    return "".join(kept)


def _first_order(line: str) -> int | None:
    """Where the first sentence of a line that gives orders begins."""
    if not gives_orders(line):
        return None
    return next((begin for begin, end in split_sentences(line) if gives_orders(line[begin:end])), 0)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    data = phrases.load("orders")
    return tuple(re.compile(pattern.replace("ASSISTANTS", data["assistants"])) for pattern in data["orders"])
