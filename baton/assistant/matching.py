"""How well a piece of a passage meets a question: its telling words, its meaning, its kind of answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from baton.assistant import words
from baton.assistant.excerpts import Unit
from baton.assistant.questions import FIGURES, Question, is_negated, looks_like, missing_from, opposites_in

ABOVE = 0.92
"""A word met by the heading or the lead of a piece counts almost as much as one in the piece itself."""
AROUND = 0.5
"""A word met elsewhere in the passage counts half."""
_COVER, _COSINE, _KIND, _RANK = 0.5, 0.3, 0.2, 0.3
_LEANS = re.compile(
    r"(?:it|its|it's|this|these|they|they're|their|them|those|that|such|he|she|his|her|both|neither|either|yes|no|"
    r"in this case|in that case|the same|here|then|otherwise|so|also|however|but|and|or|instead|in addition|for this|"
    r"to do (?:so|this|that)|after that|if so|if not|(?:once|when|if) (?:it|this|that|they)|"
    r"(?:[\w']+ ){1,3}(?:also|instead|too))\b",
    re.IGNORECASE,
)
_IF = re.compile(r"(?:if|unless|when|once|until|tell us)\b", re.IGNORECASE)
_CONDITION = 0.1
_TAKES = frozenset({"take", "takes", "arrive", "arrives", "last", "lasts"})
_ORDER = re.compile(r"(?:tell|write|let|send|hand|ask|contact|return|report|call|bring)\b", re.IGNORECASE)
_ELLIPSIS = re.compile(r"(?:\b(?:are|is|do|does|can|will) not|n't)\.$", re.IGNORECASE)
_DEADLINE, _HALF_SAID = 0.2, 0.06
_HEADING, _NEGATION = 0.1, 0.1
_MISSING, _OPPOSITE, _POINTS_BACK = 0.07, 0.1, 0.03


@dataclass(frozen=True, slots=True)
class Match:
    """How a unit, or several read as one, meets a question. `score` orders candidates and means nothing beyond that."""

    score: float
    cover: float
    cosine: float | None
    fits_kind: bool | None


def cover(question: Question, stems: frozenset[str], above: frozenset[str] = frozenset(),
          around: frozenset[str] = frozenset()) -> float:  # fmt: skip
    """Weighted share of the question's words that a text meets, 0..1; without telling words nothing is met."""
    if not question.terms:
        return 0.0
    met = sum(term.weight * _met(term.word, stems, above, around) for term in question.terms)
    return met / question.weight


def match(question: Question, units: tuple[Unit, ...], passage_stems: frozenset[str], rank_share: float,
          similar: Mapping[int, float]) -> Match:  # fmt: skip
    """How units of one passage, read together, meet the question; `rank_share` is its score beside the best one's."""
    first = units[0]
    stems, above, context, text = first.stems, first.above, first.context, said(question, first)
    if len(units) > 1:
        stems = frozenset().union(*(unit.stems for unit in units))
        text = "\n".join(said(question, unit) for unit in units)
        context = "\n".join((first.context, *(unit.text for unit in units[1:])))
    covered = cover(question, stems, above, passage_stems)
    cosine = max((similar[unit.start] for unit in units if unit.start in similar), default=None)
    fits = looks_like(question.kind, text) if question.kind else None
    score = _COVER * covered + _COSINE * max(cosine or 0.0, 0.0) + _KIND * bool(fits) + _RANK * rank_share
    score += _HEADING * points_under_heading(question, first) + _NEGATION * (
        question.is_negated and is_negated(context)
    )
    score -= _MISSING * len(missing_from(question, context)) + _OPPOSITE * len(opposites_in(question, context))
    score -= _DEADLINE * _is_deadline_for_duration(question, first) + _HALF_SAID * bool(_ELLIPSIS.search(first.text))
    score -= _POINTS_BACK * points_back(first.text) + _CONDITION * (
        _IF.match(first.text) is not None and "if" not in question.words
    )
    return Match(score, covered, cosine, fits)


def _is_deadline_for_duration(question: Question, unit: Unit) -> bool:
    """ "How long does it take" is not met by what the visitor must do in time ("Tell us within 14 days")."""
    return question.kind == "duration" and bool(question.words & _TAKES) and bool(_ORDER.match(unit.text))


def said(question: Question, unit: Unit) -> str:
    """What of a unit may be the answer: for a figure, a row's values with their headers; else its text."""
    return unit.figures if question.kind in FIGURES else unit.text


def points_back(sentence: str) -> bool:
    """Whether a sentence leans on the one before it or on its heading: "It takes …", "You can also …"."""
    return bool(_LEANS.match(sentence))


def points_under_heading(question: Question, unit: Unit) -> float:
    """How far the nearest heading above a unit and the question say the same, 0..1, both ways."""
    name = unit.nearest_heading
    told = words.content(name)
    if not told or not question.terms:
        return 0.0
    asked = frozenset(words.stem(term.word) for term in question.terms)
    shared = sum(words.weight(word) * words.likeness(word, asked) for word in told) / sum(map(words.weight, told))
    return shared * cover(question, words.stems_of(name))


def _met(word: str, stems: frozenset[str], above: frozenset[str], around: frozenset[str]) -> float:
    return max(
        words.likeness(word, stems),
        ABOVE * words.likeness(word, above) if above else 0.0,
        AROUND * words.likeness(word, around) if around else 0.0,
    )
