"""Text in documents that gives orders to the software, or to the agent behind it, instead of telling visitors a thing.

Documents are partly a stranger's (reviews, crawled pages). What reads like an order is neither quoted nor shown to a
model, nor is the rest of its paragraph; where a heading or a line that leads up to more is addressed to the assistant,
its section goes too. It is told by wording alone, so a clever paraphrase gets through, and then it is a quote with its
source like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from baton.assistant import phrases, words
from baton.knowledge.sentences import Span, split_sentences

LEFT_OUT = "[…]"
_HEADING = re.compile(r"\s*#{1,6}\s")
_OWN_BLOCK = re.compile(r"\s*(?:[-*+•|]|\d{1,3}[.)])\s")
_LEADS_ON = re.compile(r":\W*$")


@lru_cache(maxsize=8192)
def gives_orders(text: str) -> bool:
    """Whether a heading or a sentence is addressed to whoever reads for the visitor."""
    said = words.tidy(text)
    return any(pattern.search(said) for pattern in _patterns())


@lru_cache(maxsize=2048)
def orders_in(text: str) -> tuple[Span, ...]:
    """[start, end) of what is left out of a passage: from an order to the end of its paragraph or section."""
    found: list[Span] = []
    is_distrusted = False
    for start, end in _blocks(text):
        is_heading = bool(_HEADING.match(text, start, end))
        if is_distrusted and not is_heading:
            found[-1] = (found[-1][0], end)
            continue
        begin = _first_order(text[start:end])
        is_distrusted = begin is not None and (is_heading or _leads_on(text[start + begin : end]))
        if begin is not None:
            found.append((start + begin, end))
    return tuple(found)


def without_orders(text: str) -> str:
    """A passage whose orders are replaced by a mark."""
    kept: list[str] = []
    at = 0
    for start, end in orders_in(text):
        kept += (text[at:start], LEFT_OUT)
        at = end
    return "".join((*kept, text[at:]))


def _blocks(text: str) -> Iterator[Span]:
    """[start, end) of every heading, list item, table row and paragraph, without the line break that ends it."""
    block: Span | None = None
    at = 0
    for line in text.splitlines(keepends=True):
        said = (at, at + len(line.rstrip()))
        at += len(line)
        is_heading = bool(_HEADING.match(line))
        if block and (not line.strip() or is_heading or _OWN_BLOCK.match(line)):
            yield block
            block = None
        if is_heading:
            yield said
        elif line.strip():
            block = (block[0], said[1]) if block else said
    if block:
        yield block


def _first_order(block: str) -> int | None:
    """Where the first line or sentence of a block that gives orders begins."""
    begins = [begin for begin, end in (*_lines(block), *split_sentences(block)) if gives_orders(block[begin:end])]
    return min(begins, default=0 if gives_orders(block) else None)


def _lines(block: str) -> Iterator[Span]:
    return (match.span() for match in re.finditer(r"\S.*", block)) if "\n" in block else iter(())


def _leads_on(order: str) -> bool:
    """Whether an order goes on after its paragraph: "Assistant, do this:", or a mark of another role."""
    return bool(_LEADS_ON.search(order) or _marks().search(words.tidy(order)))


@cache
def _marks() -> re.Pattern[str]:
    return re.compile(phrases.load("orders")["marks"])


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    data = phrases.load("orders")
    named = (
        pattern.replace("TASKS", data["tasks"]).replace("ASSISTANTS", data["assistants"]) for pattern in data["orders"]
    )
    return (*map(re.compile, named), _marks())
