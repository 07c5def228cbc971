"""Drafts an answer by quoting: the sentences, the whole list or the table cell that meets the question best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from baton.assistant.excerpts import SEPARATOR, Unit, similarities, stems_of, units_of
from baton.assistant.listings import is_wanted, lists_in, say_list, whole_table
from baton.assistant.matching import Match, match, points_under_heading
from baton.assistant.prose import say_sentences
from baton.assistant.providers.protocol import Citation, Draft
from baton.assistant.questions import Question, analyse

if TYPE_CHECKING:
    import numpy as np

    from baton.knowledge.search import Passage

NAME = "extractive"
VERSION = "quotes-1"
PASSAGES_READ = 8
_LEAST_COVER, _LEAST_COSINE = 0.3, 0.4
_LIST_BONUS, _LIST_PENALTY, _FIRST_BONUS = 0.1, 0.06, 0.015
_INTRODUCTION, _ABOUT = 0.08, 0.25


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Units of one passage that may stand as the answer."""

    n: int
    passage: Passage
    units: tuple[Unit, ...]
    match: Match
    score: float


def extract(question: str, passages: Sequence[Passage], query_vector: np.ndarray | None = None) -> Draft:
    """An answer of exact quotes with their citations, or an empty draft when no passage is anywhere near."""
    asked = analyse(question)
    best = _best(asked, passages[:PASSAGES_READ], query_vector)
    if best is None or not _is_near(best.match):
        return _draft("", ())
    if best.units[0].kind == "sentence":
        said, quote = say_sentences(asked, best.passage, best.units[0])
    else:
        said, quote = say_list(asked, best.passage, best.units)
    if best.units[0].kind == "row" and "\n" in said:
        whole = whole_table(asked, best.passage, best.units[0], said.splitlines()[0], passages)
        if whole:
            return _draft(*whole)
    return _draft(f"{said} [{best.n}]", (Citation(best.n, best.passage, quote),))


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
        opens = _INTRODUCTION * (number == 0 and not asked.asks_for_list and _introduces(asked, passage, unit))
        found.append(_Candidate(n, passage, (unit,), met, met.score + _FIRST_BONUS * is_first + opens))
    for block in lists_in(units):
        met = match(asked, block, stems, rank_share, similar)
        wanted = is_wanted(asked, block[0])
        found.append(_Candidate(n, passage, block, met, met.score + (_LIST_BONUS if wanted else -_LIST_PENALTY)))
    return found


def _introduces(asked: Question, passage: Passage, unit: Unit) -> bool:
    """Whether a unit opens a document whose title is what was asked about."""
    return SEPARATOR not in passage.place and points_under_heading(asked, unit) >= _ABOUT


def _is_near(met: Match) -> bool:
    return met.cover >= _LEAST_COVER or (met.cosine or 0.0) >= _LEAST_COSINE
