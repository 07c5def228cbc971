"""Sentences as an answer: the best one first, then what completes or limits it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from baton.assistant import words
from baton.assistant.excerpts import Unit, units_of
from baton.assistant.matching import points_back, shared_with
from baton.assistant.questions import Question, looks_like

if TYPE_CHECKING:
    from baton.knowledge.search import Passage

MOST_WORDS = 60
MOST_SENTENCES = 3
_SHORT = 9
"""A sentence of fewer words is given the next one of its paragraph."""
_PRONOUN = re.compile(r"(?:it|it's|its|this|these|they|they're|those|that|yes|no|he|she)\b", re.IGNORECASE)
_OBJECT_BACK = re.compile(r"\w+ (?:it|them|this)\b", re.IGNORECASE)
_SAME_AS_HEADING = 0.5
_HALF_SAID = re.compile(
    r"\b(?:do|does|don't|doesn't|can|can't|cannot|are|aren't|is|isn't|will|won't|not)\.$", re.IGNORECASE
)
_LIMITS = re.compile(
    r"(?:however|but|unless|except|only|please note|note that|if not|otherwise|exceptions?|this does not|"
    r"this doesn't|it does not|it doesn't|we (?:do not|don't|cannot|can't)|you (?:cannot|can't))\b",
    re.IGNORECASE,
)


def sections_in(units: tuple[Unit, ...]) -> list[tuple[Unit, ...]]:
    """The sentences of a passage by what stands together under a heading: whole if short enough to say, else singly."""
    found: list[tuple[Unit, ...]] = []
    for _, group in groupby(units, key=lambda unit: (unit.kind == "sentence", _section(unit))):
        section = tuple(group)
        if section[0].kind == "sentence":
            found += [section] if _is_short(section) else [(unit,) for unit in section]
    return found


def say_section(section: tuple[Unit, ...], passage: Passage) -> tuple[str, str]:
    """What is said of a short section, and the quote it stands on."""
    return f"{_opening(section[0])}{_joined(section)}", passage.text[section[0].start : section[-1].end]


def say_sentences(asked: Question, passage: Passage, first: Unit) -> tuple[str, str]:
    """What is said, up to three sentences and 60 words, and the quote it stands on."""
    units = units_of(passage)
    at = next(number for number, unit in enumerate(units) if unit.start == first.start)
    chosen = [*_opening_of_section(asked, units, at), first]
    for unit in units[at + 1 : at + MOST_SENTENCES - len(chosen) + 1]:
        if unit.kind != "sentence" or _section(unit) != _section(first) or unit.block > first.block + 1:
            break
        if sum(_words(u.text) for u in (*chosen, unit)) > MOST_WORDS or not _adds(asked, chosen, unit):
            break
        chosen.append(unit)
    before = units[at - 1] if at and units[at - 1].block == first.block and units[at - 1].kind == "sentence" else None
    if (
        before
        and chosen[0] is first
        and _needs_before(first.text)
        and sum(_words(u.text) for u in (before, *chosen)) <= MOST_WORDS
    ):
        chosen.insert(0, before)
    return f"{_opening(chosen[0])}{_joined(chosen)}", passage.text[chosen[0].start : chosen[-1].end]


def _section(unit: Unit) -> tuple[tuple[str, ...], int]:
    """What sentences that may be quoted together share."""
    return unit.headings, unit.part


def _is_short(section: Sequence[Unit]) -> bool:
    return len(section) <= MOST_SENTENCES and sum(_words(unit.text) for unit in section) <= MOST_WORDS


def _joined(chosen: Sequence[Unit]) -> str:
    return " ".join([*(_as_sentence(unit) for unit in chosen[:-1]), chosen[-1].text])


def _opening(first: Unit) -> str:
    return _heading(first) if points_back(first.text) or _OBJECT_BACK.match(first.text) else ""


def _opening_of_section(asked: Question, units: tuple[Unit, ...], at: int) -> list[Unit]:
    """What stands before a sentence under a heading that is the question itself, when it all is short enough to say."""
    first = units[at]
    if asked.kind not in (None, "way") or shared_with(asked, first.nearest_heading) < _SAME_AS_HEADING:
        return []
    before = [unit for unit in units[:at] if _section(unit) == _section(first) and _ends(unit)]
    is_short = len(before) < MOST_SENTENCES and sum(_words(unit.text) for unit in (*before, first)) <= MOST_WORDS
    return before if is_short else []


def _ends(unit: Unit) -> bool:
    """Whether a piece is a whole sentence, not the caption of a picture."""
    return unit.kind == "sentence" and unit.text.rstrip(")\"'”’").endswith((".", "!", ":", "…"))


def _as_sentence(unit: Unit) -> str:
    return unit.text if _ends(unit) else f"{unit.text}."


def _needs_before(sentence: str) -> bool:
    """Whether a sentence makes no sense without the one before: "Our copper pans don't.", "You can also …"."""
    return bool(_HALF_SAID.search(sentence)) or (points_back(sentence) and not _PRONOUN.match(sentence))


def _adds(asked: Question, chosen: list[Unit], unit: Unit) -> bool:
    """Whether a further sentence limits what was said, or brings a word or the kind of answer still missing."""
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
