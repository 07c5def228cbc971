"""A passage as what can be quoted from it: sentences, list items and table rows, each under its heading."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from baton.assistant import orders, words
from baton.knowledge.sentences import Span, split_sentences

if TYPE_CHECKING:
    from baton.assistant.providers.protocol import Citation
    from baton.knowledge.search import Passage

SEPARATOR = " › "
_HEADING = re.compile(r"#{1,6}\s+(?P<name>.+)")
_ITEM = re.compile(r"(?:[-*+•]|\d{1,3}[.)])\s+(?P<said>.+)")
_STEP = re.compile(r"\d{1,3}[.)]\s")
_PAIR = r"[^:;\n]{1,40}: [^;\n]+"
_ROW = re.compile(rf"{_PAIR}(?:; {_PAIR})+")


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece that can stand in an answer. `text` is `passage.text[start:end]`, without its bullet."""

    kind: Literal["sentence", "item", "step", "row"]
    text: str
    start: int
    end: int
    headings: tuple[str, ...]
    """Headings inside the passage that stand above it; the passage's own are in `place`."""
    lead: str
    """The line that introduces its list or table: "You can pay by:"."""
    lead_start: int
    block: int
    """Units of one paragraph, list or table share a number."""
    stems: frozenset[str]
    above: frozenset[str]
    """Stems of the headings, the place, the lead and, for a row, the table's header."""
    context: str = ""
    """All its words with those above it, for what must stand in it."""
    nearest_heading: str = ""
    figures: str = ""
    """What tells the kind of answer it holds: the text, or a row's values, bare numbers with their header."""
    part: int = 0
    """How many orders were left out before it: a quote stays within one part."""


@lru_cache(maxsize=2048)
def stems_of(text: str, place: str) -> frozenset[str]:
    """Stems of everything a passage says, place and headings included."""
    return frozenset().union(*(unit.stems | unit.above for unit in _parse(text, place)), words.stems_of(place))


def units_of(passage: Passage) -> tuple[Unit, ...]:
    """What can be quoted from a passage, in reading order."""
    return _parse(passage.text, passage.place)


def similarities(passage: Passage, query_vector: np.ndarray | None) -> dict[int, float]:
    """How near each unit of a passage is to the query, by the unit's start; empty where there are no vectors."""
    vectors = [sentence.vector for sentence in passage.sentences if sentence.vector is not None]
    if query_vector is None or not vectors or len(vectors) < len(passage.sentences):
        return {}
    near = (np.stack(vectors) @ query_vector).tolist()
    numbers = _sentence_numbers(passage.text, passage.place, tuple(sentence.text for sentence in passage.sentences))
    return {start: near[number] for start, number in numbers}


def place_of(citation: Citation) -> str:
    """Where a quote stands, headings inside the passage included: "Returns › How long it takes"."""
    start = citation.passage.text.find(citation.quote)
    inner = next(
        (unit.headings for unit in _parse(citation.passage.text, citation.passage.place) if unit.end > max(start, 0)),
        (),
    )
    place = citation.passage.place.split(SEPARATOR)
    return SEPARATOR.join([*place, *(name for name in inner if name not in place and not name.endswith("?"))])


def pairs_of(row: str) -> tuple[tuple[str, str], ...]:
    """A table row's cells with their headers: "Method: Standard; Time: 3 days" gives two pairs."""
    cells = [cell.partition(": ") for cell in row.split("; ")]
    return tuple((name.strip(), value.strip()) for name, mark, value in cells if mark)


def headers_of(unit: Unit) -> tuple[str, ...]:
    """The headers of a row's table; nothing for what is no row."""
    return tuple(header for header, _ in pairs_of(unit.text)) if unit.kind == "row" else ()


def figure(header: str, value: str) -> str:
    """A cell as a figure: a bare number takes its unit from the header, "2-4" under "Working days"."""
    return f"{value} {header}" if re.fullmatch(r"[\d.,–-]+", value) else value


@lru_cache(maxsize=2048)
def _parse(text: str, place: str) -> tuple[Unit, ...]:
    """Kept for the passages that are found again and again; parsing is what costs most of a draft."""
    names = words.stems_of(place)
    return tuple(
        replace(
            unit,
            above=unit.above | names,
            context=" ".join((unit.text, unit.lead, *unit.headings, place)),
            nearest_heading=unit.headings[-1] if unit.headings else place.split(SEPARATOR)[-1],
            figures="; ".join(figure(*pair) for pair in pairs_of(unit.text)) if unit.kind == "row" else unit.text,
            part=sum(begin < unit.start for begin, _ in orders.orders_in(text)),
        )
        for unit in (() if orders.gives_orders(place) else _read(text))
    )


def _read(text: str) -> tuple[Unit, ...]:
    """The units of a text but for orders to the assistant."""
    left_out = orders.orders_in(text)
    found: list[Unit] = []
    headings: dict[int, str] = {}
    lead, lead_start, block, was_item = "", -1, 0, False
    start = 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        at = start + len(line) - len(line.lstrip())
        start += len(line)
        heading, item = _HEADING.fullmatch(stripped), _ITEM.fullmatch(stripped)
        if not stripped or stripped.startswith("```"):
            continue
        if heading:
            level = len(stripped) - len(stripped.lstrip("#"))
            headings = {depth: name for depth, name in headings.items() if depth < level}
            if not _overlaps(left_out, at, start):
                headings[level] = heading["name"]
            lead, was_item, block = "", False, block + 1
            continue
        if item and _overlaps(left_out, at, start):
            lead, lead_start, was_item = "", -1, False
            continue
        if item and item["said"].endswith("?"):
            headings, was_item, block = {**headings, 9: item["said"]}, False, block + 1
            continue
        if item:
            block += not was_item
            said = item["said"]
            kind: Literal["row", "step", "item"] = (
                "row" if _ROW.fullmatch(said) else "step" if _STEP.match(stripped) else "item"
            )
            found.append(_unit(kind, text, at + item.start("said"), said, headings, lead, lead_start, block))
            was_item = True
            continue
        block, was_item = block + 1, False
        for begin, end in split_sentences(stripped):
            sentence = stripped[begin:end]
            if _overlaps(left_out, at + begin, at + end):
                lead, lead_start = "", -1
                break
            if sentence.endswith("?"):
                headings = {**headings, 9: sentence}
                continue
            lead, lead_start = sentence, at + begin
            if not sentence.endswith(":"):
                found.append(_unit("sentence", text, at + begin, sentence, headings, "", -1, block))
    return tuple(found)


def _overlaps(spans: tuple[Span, ...], start: int, end: int) -> bool:
    return any(begin < end and start < until for begin, until in spans)


def _unit(
    kind: Literal["sentence", "item", "step", "row"],
    text: str,
    start: int,
    said: str,
    headings: dict[int, str],
    lead: str,
    lead_start: int,
    block: int,
) -> Unit:
    names = tuple(headings.values())
    headers = [header for header, _ in pairs_of(said)] if kind == "row" else []
    stems = words.stems_of(" ".join(value for _, value in pairs_of(said)) if kind == "row" else said)
    above = words.stems_of(" ".join((*names, lead, *headers)))
    return Unit(kind, text[start : start + len(said)], start, start + len(said), names, lead, lead_start, block,
                stems, above)  # fmt: skip


@lru_cache(maxsize=2048)
def _sentence_numbers(text: str, place: str, sentences: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """(start of unit, number of the indexed sentence that is or holds it)."""
    bare = [_bare(sentence) for sentence in sentences]
    found = []
    for unit in _parse(text, place):
        said = _bare(unit.text)
        number = next((n for n, sentence in enumerate(bare) if sentence == said), None)
        if number is None:
            number = next(
                (n for n, sentence in enumerate(bare) if said in sentence or (sentence and sentence in said)), None
            )
        if number is not None:
            found.append((unit.start, number))
    return tuple(found)


def _bare(sentence: str) -> str:
    return re.sub(r"^(?:[-*+•]|\d{1,3}[.)])\s+", "", sentence.strip())
