"""Drafts an answer by quoting: the sentences, the whole list or the table cell that meets the question best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from baton.assistant.excerpts import SEPARATOR, Unit, similarities, stems_of, units_of
from baton.assistant.listings import is_wanted, lists_in, order, say_list, whole_table
from baton.assistant.matching import Match, Setting, match, shared_with
from baton.assistant.prose import say_section, say_sentences, sections_in
from baton.assistant.providers.protocol import Citation, Draft
from baton.assistant.questions import Question, analyse

if TYPE_CHECKING:
    import numpy as np

    from baton.knowledge.search import Passage

NAME = "extractive"
VERSION = "quotes-1"
_LEAST_COVER, _LEAST_COSINE = 0.3, 0.4
_ABOUT, _ALL_ABOUT = 0.25, 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """Units of one passage that may stand as the answer; `n` counts the passages from 1."""

    n: int
    passage: Passage
    units: tuple[Unit, ...]
    match: Match


class Reading:
    """A question beside the passages found for it, taken apart once for drafting and for scoring."""

    def __init__(self, question: str, passages: Sequence[Passage], query_vector: np.ndarray | None = None) -> None:
        self.asked = analyse(question)
        self.passages = passages
        self.query_vector = query_vector

    @cached_property
    def candidates(self) -> list[Candidate]:
        """Every unit of the passages by itself, and every list or table as a whole."""
        top = max((passage.score for passage in self.passages), default=0.0) or 1.0
        first = _first_of_documents(self.passages)
        return [
            candidate
            for n, passage in enumerate(self.passages, start=1)
            for candidate in self._of_passage(
                n, passage, passage.score / top, is_first=first[passage.document] == passage.chunk
            )
        ]

    def _of_passage(self, n: int, passage: Passage, rank_share: float, *, is_first: bool) -> list[Candidate]:
        asked, units = self.asked, units_of(passage)
        around = Setting(
            title=passage.title,
            about=passage.about,
            passage_stems=stems_of(passage.text, passage.place),
            similar=similarities(passage, self.query_vector),
            rank_share=rank_share,
            opens_section=False,
            opens_document=False,
        )
        found = []
        singly = [(unit,) for unit in units if unit.kind != "sentence"]
        for chosen in (*sections_in(units), *singly):
            at = units.index(chosen[0])
            here = replace(
                around,
                opens_section=at == 0 or units[at - 1].headings != chosen[0].headings,
                opens_document=at == 0 and _introduces(asked, passage, chosen[0]),
                tells_there_is=at == 0 and is_first and _is_about(asked, passage),
            )
            found.append(Candidate(n, passage, chosen, match(asked, chosen, here)))
        for block in lists_in(units):
            here = replace(around, is_wanted_list=is_wanted(asked, block[0]))
            found.append(Candidate(n, passage, block, match(asked, block, here)))
        return found


def extract(reading: Reading) -> Draft:
    """An answer of exact quotes with their citations, or an empty draft when no passage is anywhere near."""
    best = max(reading.candidates, key=lambda candidate: candidate.match.score, default=None)
    return say(reading, best) if best and _is_near(best.match) else _draft("", ())


def say(reading: Reading, best: Candidate) -> Draft:
    """The draft that a candidate makes."""
    asked = reading.asked
    if best.units[0].kind == "sentence" and len(best.units) > 1:
        said, quote = say_section(best.units, best.passage)
    elif best.units[0].kind == "sentence":
        said, quote = say_sentences(asked, best.passage, best.units[0])
    else:
        said, quote = say_list(asked, best.passage, best.units)
    if best.units[0].kind == "row" and "\n" in said:
        whole = whole_table(asked, best.passage, best.units[0], said.splitlines()[0], reading.passages)
        if whole:
            return _draft(*whole)
    return _draft(f"{said} [{best.n}]", (Citation(best.n, best.passage, quote),))


def _draft(text: str, citations: tuple[Citation, ...]) -> Draft:
    return Draft(text, citations, answered=bool(citations), verdict=None, provider=NAME, model=VERSION, tokens=(0, 0))


def _introduces(asked: Question, passage: Passage, unit: Unit) -> bool:
    """Whether a unit opens a document whose title is what was asked about."""
    is_introduction = SEPARATOR not in passage.place and not asked.asks_for_list
    return is_introduction and shared_with(asked, unit.nearest_heading) >= _ABOUT


def _is_about(asked: Question, passage: Passage) -> bool:
    """Whether the question is if there is such a thing as the document is about."""
    return asked.asks_if_there_is and shared_with(asked, passage.title) >= _ALL_ABOUT


def _first_of_documents(passages: Sequence[Passage]) -> dict[str, str]:
    """The chunk that stands first among those found of each document."""
    return {passage.document: passage.chunk for passage in sorted(passages, key=order, reverse=True)}


def _is_near(met: Match) -> bool:
    return met.cover >= _LEAST_COVER or (met.cosine or 0.0) >= _LEAST_COSINE
