"""Lists and tables as answers: one item or all of them, a cell under its header, a divided table put together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from baton.assistant import words
from baton.assistant.excerpts import Unit, figure, pairs_of, units_of
from baton.assistant.matching import cover
from baton.assistant.providers.protocol import Citation
from baton.assistant.questions import FIGURES, Question, columns_of, kind_of, looks_like, missing_from

if TYPE_CHECKING:
    from baton.knowledge.search import Passage

_MOST_WORDS_OF_A_TABLE = 170


def lists_in(units: tuple[Unit, ...]) -> list[tuple[Unit, ...]]:
    """The lists and tables of a passage, those of one item aside."""
    blocks: dict[int, list[Unit]] = {}
    for unit in units:
        if unit.kind != "sentence":
            blocks.setdefault(unit.block, []).append(unit)
    return [tuple(block) for block in blocks.values() if len(block) > 1]


def is_wanted(asked: Question, first: Unit) -> bool:
    """Whether a list of this kind is asked for: steps for "how do I", a table with a column for the figure."""
    if first.kind == "step":
        return asked.kind == "way"
    return asked.asks_for_list or _has_column(asked, first)


def say_list(asked: Question, passage: Passage, chosen: tuple[Unit, ...]) -> tuple[str, str]:
    """What is said of a list, or of some of its items, and the quote it stands on."""
    first = chosen[0]
    units = units_of(passage)
    block = next((block for block in lists_in(units) if any(unit.start == first.start for unit in block)), chosen)
    if len(chosen) == 1 or first.kind == "row" or not asked.asks_for_list:
        chosen = _one_or_all(asked, first if len(chosen) == 1 else _nearest(asked, chosen), block)
    return _rows(asked, passage, chosen) if first.kind == "row" else _items(passage, chosen, block)


def whole_table(
    asked: Question, part: Passage, row: Unit, lead: str, passages: Sequence[Passage]
) -> tuple[str, tuple[Citation, ...]] | None:
    """A table that was divided into several passages, if more of it was found and that is short enough to say."""
    headers = {name for name, _ in pairs_of(row.text)}
    lines, citations, seen = [lead], list[Citation](), set[str]()
    for n, passage in sorted(enumerate(passages, start=1), key=lambda found: order(found[1])):
        if (passage.document, passage.place) != (part.document, part.place):
            continue
        rows = tuple(unit for unit in units_of(passage) if unit.kind == "row" and unit.text not in seen)
        if not rows or {name for name, _ in pairs_of(rows[0].text)} - headers:
            continue
        seen |= {unit.text for unit in rows}
        lines += [f"- {_cells(asked, unit, only_first=asked.kind in FIGURES)}" for unit in rows]
        lines[-1] += f" [{n}]"
        citations.append(Citation(n, passage, _rows(asked, passage, rows)[1]))
    text = "\n".join(lines)
    return (text, tuple(citations)) if len(citations) > 1 and len(text.split()) <= _MOST_WORDS_OF_A_TABLE else None


def _nearest(asked: Question, block: tuple[Unit, ...]) -> Unit:
    return max(block, key=lambda unit: (len(asked.names - _missing(asked, unit)), cover(asked, unit.stems)))


def _missing(asked: Question, unit: Unit) -> frozenset[str]:
    return frozenset(missing_from(asked, unit.text))


def _one_or_all(asked: Question, unit: Unit, block: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """One item when the question has a word or name that tells it from its neighbours, else the whole list."""
    tells_why = asked.kind == "reason" and kind_of(unit.nearest_heading) == "reason"
    if unit.kind != "row" and (asked.kind == "way" or tells_why):
        return block
    telling = {*(term.word for term in asked.terms), *asked.names, *asked.numbers}
    for word in telling:
        if words.likeness(word, unit.stems) and not words.likeness(word, unit.above):
            met = tuple(other for other in block if words.likeness(word, other.stems))
            if len(met) < len(block):
                return met
    return block


def _rows(asked: Question, passage: Passage, rows: tuple[Unit, ...]) -> tuple[str, str]:
    """Cells as "Express – Time: 1 day"; only the columns that were asked for when the question names any."""
    lines = [_cells(asked, row) for row in rows]
    quote = passage.text[rows[0].start : rows[-1].end] if _adjoin(passage, rows) else rows[0].text
    if len(lines) == 1:
        return f"{lines[0].rstrip('.')}.", quote
    return "\n".join([_lead(rows[0]), *(f"- {line}" for line in lines)]), quote


def _cells(asked: Question, row: Unit, *, only_first: bool = False) -> str:
    (_, name), *rest = pairs_of(row.text)
    by_kind = [pair for pair in rest if asked.kind in FIGURES and looks_like(asked.kind, figure(*pair))]
    by_column = [pair for pair in rest if asked.kind and words.stems_of(pair[0]) & columns_of(asked.kind)]
    by_name = [pair for pair in rest if _is_asked(asked, row, pair[0])]
    by_name = by_name or [pair for pair in by_kind if _is_asked(asked, row, pair[0], by_topic=True)]
    shown = [pair for pair in by_kind if pair in by_column] or by_name or by_column or by_kind or rest
    return f"{name} – " + "; ".join(f"{header}: {value}" for header, value in (shown[:1] if only_first else shown))


def _is_asked(asked: Question, row: Unit, header: str, *, by_topic: bool = False) -> bool:
    """Whether the question, or its topic, names the column by a word that does not name the whole table."""
    stems, table = words.stems_of(header), words.stems_of(" ".join((row.lead, row.nearest_heading)))
    return any(
        words.likeness(term.word, stems) >= words.RELATED and not words.likeness(term.word, table)
        for term in asked.terms
        if term.is_topic == by_topic
    )


def _has_column(asked: Question, row: Unit) -> bool:
    """Whether a table has a column for the price, time or number that is asked for."""
    if row.kind != "row" or asked.kind not in FIGURES:
        return False
    columns = columns_of(asked.kind)
    return any(words.stems_of(h) & columns and looks_like(asked.kind, figure(h, v)) for h, v in pairs_of(row.text)[1:])


def _items(passage: Passage, chosen: tuple[Unit, ...], block: tuple[Unit, ...]) -> tuple[str, str]:
    """A list under the line that introduces it, or one item of it."""
    if len(chosen) == 1:
        return f"{_lead(chosen[0])} {chosen[0].text}", chosen[0].text
    numbers = {unit.start: number for number, unit in enumerate(block, start=1)}
    marks = [f"{numbers[unit.start]}." if unit.kind == "step" else "-" for unit in chosen]
    lines = [f"{mark} {unit.text}" for mark, unit in zip(marks, chosen, strict=True)]
    return "\n".join([_lead(chosen[0]), *lines]), _list_quote(passage, chosen)


def _list_quote(passage: Passage, chosen: tuple[Unit, ...]) -> str:
    first, last = chosen[0], chosen[-1]
    if not _adjoin(passage, chosen):
        return first.text
    start = first.lead_start if first.lead and len(chosen) > 1 else first.start
    return passage.text[start : last.end]


def _adjoin(passage: Passage, units: tuple[Unit, ...]) -> bool:
    """Whether nothing but bullets stands between the units."""
    return all(len(passage.text[one.end : other.start].strip()) <= 4 for one, other in pairwise(units))


def _lead(unit: Unit) -> str:
    """The line that introduces a list, else the heading above it."""
    if unit.lead:
        return unit.lead
    return unit.nearest_heading if unit.nearest_heading.endswith("?") else f"{unit.nearest_heading.rstrip(':.')}:"


def order(passage: Passage) -> tuple[int, str]:
    """Passages of one document sort by this as they stand in it."""
    return (int(passage.chunk), "") if passage.chunk.isdigit() else (0, passage.chunk)
