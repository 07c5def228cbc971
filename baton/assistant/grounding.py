"""Holds every claim of a draft against the passages it cites; the weakest claim is what counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from baton.assistant import words
from baton.assistant.questions import all_numbers_in, is_negated, names_in
from baton.knowledge.sentences import sentences_of

if TYPE_CHECKING:
    from baton.assistant.providers.protocol import Draft

MARK = re.compile(r"\s*\[\d+\]")
_CONTRADICTED, _WRONG_FIGURE, _WRONG_NAME = 0.2, 0.0, 0.4


@dataclass(frozen=True, slots=True)
class Support:
    """How well a draft stands on its sources, 0..1, by its weakest claim."""

    weakest: float
    claim: str
    """The weakest claim's text, for people."""
    claims: int


def support(draft: Draft) -> Support:
    """The support of the weakest claim; a draft with claims and no citation has none.

    A claim that stands word for word in a cited passage is fully supported. Else it is worth the weighted share of its
    words that the cited passages hold, nothing with a figure they lack, and little with their negation turned round.
    """
    claims = claims_of(draft.text)
    if not claims:
        return Support(0.0, "", 0)
    cited = {citation.passage.chunk: citation.passage for citation in draft.citations}
    sources = [f"{passage.place}\n{passage.text}" for passage in cited.values()]
    scored = [(_supported(claim, sources), claim) for claim in claims]
    weakest, claim = min(scored)
    return Support(weakest, claim, len(claims))


def claims_of(text: str) -> tuple[str, ...]:
    """The sentences and lines of a draft that say something, without marks and bullets."""
    lines = (re.sub(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+", "", line) for line in MARK.sub("", text).splitlines())
    found = (sentence.strip() for line in lines for sentence in sentences_of(line))
    return tuple(claim for claim in found if words.content(claim))


def _supported(claim: str, sources: list[str]) -> float:
    return max((_supported_by(claim, source) for source in sources), default=0.0)


def _supported_by(claim: str, source: str) -> float:
    if _stands_in(claim, source):
        return 1.0
    if all_numbers_in(claim) - all_numbers_in(source):
        return _WRONG_FIGURE
    told = words.content(claim)
    stems = words.stems_of(source)
    total = sum(map(words.weight, told))
    share = sum(words.weight(word) * words.likeness(word, stems) for word in told) / total if total else 0.0
    if any(not words.likeness(name, stems) for name in names_in(f"x {claim}")):
        share = min(share, _WRONG_NAME)
    return min(share, _CONTRADICTED) if _turned_round(claim, source) else share


def _stands_in(claim: str, source: str) -> bool:
    """Word for word, as a row's name with some of its cells, or as a heading and what stands under it."""
    said, stated = _same(claim), f" {_same(source)} "
    if f" {said} " in stated:
        return True
    name, dash, cells = claim.rstrip(".").partition(" – ")
    if dash and all(f" {_same(piece)} " in stated for piece in (name, *cells.split("; "))):
        return True
    heading, mark, rest = claim.partition(": ")
    return bool(mark) and f" {_same(heading)} " in stated and f" {_same(rest)} " in stated


def _turned_round(claim: str, source: str) -> bool:
    """Whether the source's nearest sentence says no where the claim doesn't, or the other way."""
    stems = words.stems_of(claim)
    near = max(sentences_of(source), key=lambda sentence: len(words.stems_of(sentence) & stems), default="")
    return is_negated(claim) != is_negated(near)


@lru_cache(maxsize=4096)
def _same(text: str) -> str:
    return " ".join(words.tokens(text))
