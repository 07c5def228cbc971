"""Drafts an answer by quoting: the sentences, the whole list or the table cell that meets the question best."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from baton.assistant import words
from baton.assistant.excerpts import Unit, figure, pairs_of, similarities, stems_of, units_of
from baton.assistant.matching import Match, cover, match, points_back, points_under_heading
from baton.assistant.providers.protocol import Citation, Draft
from baton.assistant.questions import FIGURES, Question, analyse, columns_of, looks_like, missing_from

if TYPE_CHECKING:
    import numpy as np

    from baton.knowledge.search import Passage

NAME = "extractive"
VERSION = "quotes-1"
PASSAGES_READ = 8
MOST_WORDS = 60
MOST_WORDS_OF_A_TABLE = 170
MOST_SENTENCES = 3
_LEAST_COVER, _LEAST_COSINE = 0.3, 0.4
_SHORT = 9
"""A sentence of fewer words is given the next one of its paragraph."""
_PRONOUN = re.compile(r"(?:it|it's|its|this|these|they|they're|those|that|yes|no|he|she)\b", re.IGNORECASE)
_OBJECT_BACK = re.compile(r"\w+ (?:it|them|this)\b", re.IGNORECASE)
_SAME_AS_HEADING = 0.5
_HALF_SAID = re.compile(r"\b(?:do|does|don't|doesn't|can|can't|cannot|are|aren't|is|isn't|will|won't|not)\.$", re.IGNORECASE)
_LIST_BONUS, _LIST_PENALTY, _FIRST_BONUS = 0.1, 0.06, 0.015

_LIMITS = re.compile(
    r"(?:however|but|unless|except|only|please note|note that|if not|otherwise|exceptions?|this does not|this doesn't|it does not|"
    r"it doesn't|we (?:do not|don't|cannot|can't)|you (?:cannot|can't))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Units of one passage that may stand as the answer."""

    n: int
    passage: Passage
    units: tuple[Unit, ...]
    match: Match
    score: float


def extract(question: str, passages: Sequence[Passage], query_vector: np.ndarray | None = None) -> Draft:
    """An answer of exact quotes with one citation, or an empty draft when no passage is anywhere near."""
    asked = analyse(question)
    best = _best(asked, passages[:PASSAGES_READ], query_vector)
    if best is None or not _is_near(best.match):
        return _draft("", ())
    said, quote = _phrase(asked, best)
    drafted = _draft(f"{said} [{best.n}]", (Citation(best.n, best.passage, quote),))
    return _with_rest_of_table(asked, best, drafted, passages)


def _with_rest_of_table(asked: Question, best: _Candidate, drafted: Draft, passages: Sequence[Passage]) -> Draft:
    """A table that was divided into several passages is said whole when it was asked for whole and is short enough."""
    if best.units[0].kind != "row" or "\n" not in drafted.text:
        return drafted
    lead, *_ = drafted.text.splitlines()
    lines, citations = [lead], []
    seen: set[str] = set()
    for n, passage in sorted(enumerate(passages, start=1), key=lambda found: _order(found[1])):
        rows = [row for row in units_of(passage) if row.kind == "row" and row.text not in seen]
        if (passage.document, passage.place) != (best.passage.document, best.passage.place) or not rows:
            continue
        if {name for name, _ in pairs_of(rows[0].text)} - {name for name, _ in pairs_of(best.units[0].text)}:
            continue
        seen |= {row.text for row in rows}
        lines += [f"- {_cells(asked, row, only_first=asked.kind in FIGURES)}" for row in rows]
        lines[-1] += f" [{n}]"
        citations.append(Citation(n, passage, _rows(asked, passage, tuple(rows))[1]))
    text = "\n".join(lines)
    return _draft(text, tuple(citations)) if len(citations) > 1 and _words(text) <= MOST_WORDS_OF_A_TABLE else drafted


def _order(passage: Passage) -> tuple[int, str]:
    return (int(passage.chunk), "") if passage.chunk.isdigit() else (0, passage.chunk)


def _draft(text: str, citations: tuple[Citation, ...]) -> Draft:
    return Draft(text, citations, answered=bool(citations), verdict=None, provider=NAME, model=VERSION, tokens=(0, 0))


def _best(asked: Question, passages: Sequence[Passage], query_vector: np.ndarray | None) -> _Candidate | None:
    top = max((passage.score for passage in passages), default=0.0) or 1.0
    found = [
        candidate
        for n, passage in enumerate(passages, start=1)
        for candidate in _candidates(asked, n, passage, passage.score / top, query_vector)
    ]
    return max(found, key=lambda candidate: candidate.score, default=None)


def _candidates(
    asked: Question, n: int, passage: Passage, rank_share: float, query_vector: np.ndarray | None
) -> list[_Candidate]:
    """Every unit by itself, and every list or table as a whole."""
    units = units_of(passage)
    stems, similar = stems_of(passage.text, passage.place), similarities(passage, query_vector)
    found = []
    for number, unit in enumerate(units):
        met = match(asked, (unit,), stems, rank_share, similar)
        is_first = number == 0 or units[number - 1].headings != unit.headings
        found.append(_Candidate(n, passage, (unit,), met, met.score + _FIRST_BONUS * is_first))
    for block in _lists(units):
        met = match(asked, block, stems, rank_share, similar)
        wanted = _is_wanted(asked, block[0])
        found.append(_Candidate(n, passage, block, met, met.score + (_LIST_BONUS if wanted else -_LIST_PENALTY)))
    return found


def _is_wanted(asked: Question, first: Unit) -> bool:
    """Whether the question is for a list of this kind: steps for "how do I", a table with a column that was asked for."""
    if first.kind == "step":
        return asked.kind == "way"
    return asked.asks_for_list or _has_column(asked, first)


def _has_column(asked: Question, row: Unit) -> bool:
    """Whether a table has a column for the price, time or number that is asked for."""
    if row.kind != "row" or asked.kind not in FIGURES:
        return False
    columns = columns_of(asked.kind)
    return any(words.stems_of(h) & columns and looks_like(asked.kind, figure(h, v)) for h, v in pairs_of(row.text)[1:])


def _lists(units: tuple[Unit, ...]) -> list[tuple[Unit, ...]]:
    blocks: dict[int, list[Unit]] = {}
    for unit in units:
        if unit.kind != "sentence":
            blocks.setdefault(unit.block, []).append(unit)
    return [tuple(block) for block in blocks.values() if len(block) > 1]


def _is_near(met: Match) -> bool:
    return met.cover >= _LEAST_COVER or (met.cosine or 0.0) >= _LEAST_COSINE


def _phrase(asked: Question, best: _Candidate) -> tuple[str, str]:
    """What is said, and the exact quote it stands on."""
    units, first = units_of(best.passage), best.units[0]
    if first.kind == "sentence":
        return _sentences(asked, best, units)
    block = next((block for block in _lists(units) if any(unit.start == first.start for unit in block)), best.units)
    chosen = best.units
    if len(chosen) == 1 or first.kind == "row" or not asked.asks_for_list:
        chosen = _one_or_all(asked, first if len(chosen) == 1 else _nearest(asked, chosen), block)
    return _rows(asked, best.passage, chosen) if first.kind == "row" else _items(best.passage, chosen, block)


def _nearest(asked: Question, block: tuple[Unit, ...]) -> Unit:
    return max(block, key=lambda unit: (len(asked.names - _missing(asked, unit)), cover(asked, unit.stems)))


def _missing(asked: Question, unit: Unit) -> frozenset[str]:
    return frozenset(missing_from(asked, unit.text))


def _one_or_all(asked: Question, unit: Unit, block: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """One item when the question has a word or name that tells it from its neighbours, else the whole list."""
    if unit.kind == "step" and asked.kind == "way":
        return block
    telling = {*(term.word for term in asked.terms), *asked.names, *asked.numbers}
    for word in telling:
        if words.likeness(word, unit.stems) and not words.likeness(word, unit.above):
            met = tuple(other for other in block if words.likeness(word, other.stems))
            if len(met) < len(block):
                return met if asked.kind != "way" else (unit,)
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
    shown = [pair for pair in by_kind if pair in by_column] or by_name or by_column or by_kind or rest
    return f"{name} – " + "; ".join(f"{header}: {value}" for header, value in (shown[:1] if only_first else shown))


def _is_asked(asked: Question, row: Unit, header: str) -> bool:
    """Whether the question names the column by a word that does not name the whole table."""
    stems, table = words.stems_of(header), words.stems_of(" ".join((row.lead, row.nearest_heading)))
    return any(
        words.likeness(term.word, stems) >= words.RELATED and not words.likeness(term.word, table)
        for term in asked.terms
        if not term.is_topic
    )


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
    gaps = zip(units, units[1:], strict=False)
    return all(len(passage.text[one.end : other.start].strip()) <= 4 for one, other in gaps)


def _lead(unit: Unit) -> str:
    """The line that introduces a list, else the heading above it."""
    if unit.lead:
        return unit.lead
    return unit.nearest_heading if unit.nearest_heading.endswith("?") else f"{unit.nearest_heading.rstrip(':.')}:"


def _sentences(asked: Question, best: _Candidate, units: tuple[Unit, ...]) -> tuple[str, str]:
    """The best sentence first, then those after it that complete or limit it, up to three sentences and 60 words."""
    first = best.units[0]
    at = next(number for number, unit in enumerate(units) if unit.start == first.start)
    chosen = [*_opening_of_section(asked, units, at), first]
    for unit in units[at + 1 : at + MOST_SENTENCES - len(chosen) + 1]:
        if unit.kind != "sentence" or unit.headings != first.headings or unit.block > first.block + 1:
            break
        if sum(_words(u.text) for u in (*chosen, unit)) > MOST_WORDS or not _adds(asked, chosen, unit):
            break
        chosen.append(unit)
    before = units[at - 1] if at and units[at - 1].block == first.block and units[at - 1].kind == "sentence" else None
    if before and chosen[0] is first and _needs_before(first.text) and sum(_words(u.text) for u in (before, *chosen)) <= MOST_WORDS:
        chosen.insert(0, before)
    said = " ".join(unit.text for unit in chosen)
    opening = _heading(chosen[0]) if points_back(chosen[0].text) or _OBJECT_BACK.match(chosen[0].text) else ""
    return f"{opening}{said}", best.passage.text[chosen[0].start : chosen[-1].end]


def _opening_of_section(asked: Question, units: tuple[Unit, ...], at: int) -> list[Unit]:
    """What stands before a sentence under a heading that is the question itself, when it all is short enough to say."""
    first = units[at]
    if asked.kind not in (None, "way") or points_under_heading(asked, first) < _SAME_AS_HEADING:
        return []
    before = [unit for unit in units[:at] if unit.headings == first.headings and unit.kind == "sentence"]
    is_short = len(before) < MOST_SENTENCES and sum(_words(unit.text) for unit in (*before, first)) <= MOST_WORDS
    return before if is_short else []


def _needs_before(sentence: str) -> bool:
    """Whether a sentence makes no sense without the one before: "Our copper pans don't.", "However, …", "You can also …"."""
    return bool(_HALF_SAID.search(sentence)) or (points_back(sentence) and not _PRONOUN.match(sentence))


def _adds(asked: Question, chosen: list[Unit], unit: Unit) -> bool:
    """Whether a further sentence limits what was said, or brings a word or the kind of answer that was still missing."""
    if _LIMITS.match(unit.text) or sum(_words(u.text) for u in chosen) < _SHORT:
        return True
    said = frozenset().union(*(u.stems | u.above for u in chosen))
    brings_word = any(
        words.likeness(term.word, unit.stems) and not words.likeness(term.word, said)
        for term in asked.terms
        if term.weight >= 0.25
    )
    text = " ".join(u.text for u in chosen)
    brings_kind = bool(asked.kind) and not looks_like(asked.kind, text) and looks_like(asked.kind, unit.text)
    return brings_word or brings_kind


def _heading(unit: Unit) -> str:
    """The heading a sentence refers to with its "it": "How long it takes: " or "Can I change my order? "."""
    name = unit.nearest_heading
    return f"{name} " if name.endswith("?") else f"{name.rstrip(':.')}: " if name else ""


def _words(text: str) -> int:
    return len(text.split())
