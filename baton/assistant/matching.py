"""How a piece of a passage meets a question: its telling words, its meaning, its kind of answer, as fitted features."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from baton.assistant import words
from baton.assistant.excerpts import Unit, pairs_of
from baton.assistant.questions import (
    FIGURES,
    Question,
    is_negated,
    kind_of,
    looks_like,
    missing_from,
    opposites_in,
)

ABOVE = 0.92
"""A word met by the heading or the lead of a piece counts almost as much as one in the piece itself."""
AROUND = 0.5
"""A word met elsewhere in the passage counts half."""
_LEANS = re.compile(
    r"(?:it|its|it's|this|these|they|they're|their|them|those|that|such|he|she|his|her|both|neither|either|yes|no|"
    r"in this case|in that case|the same|here|then|otherwise|so|also|however|but|and|or|instead|in addition|for this|"
    r"to do (?:so|this|that)|after that|if so|if not|(?:once|when|if) (?:it|this|that|they)|"
    r"(?:[\w']+ ){1,3}(?:also|instead|too))\b",
    re.IGNORECASE,
)
_IF = re.compile(r"(?:if|unless|when|once|until|tell us)\b", re.IGNORECASE)
_TAKES = frozenset({"take", "takes", "arrive", "arrives", "last", "lasts"})
_ORDER = re.compile(r"(?:tell|write|let|send|hand|ask|contact|return|report|call|bring)\b", re.IGNORECASE)
_ELLIPSIS = re.compile(r"(?:\b(?:are|is|do|does|can|will) not|n't)\.$", re.IGNORECASE)
FEATURES = (
    "cover",
    "cover_by_itself",
    "cosine",
    "about",
    "rank",
    "fits_kind",
    "heading",
    "heading_kind",
    "title",
    "negated_too",
    "negated_alone",
    "missing",
    "opposed",
    "is_section",
    "opens_section",
    "opens_document",
    "tells_there_is",
    "is_row",
    "names_row",
    "is_wanted_list",
    "is_other_list",
    "condition",
    "deadline",
    "half_said",
    "points_back",
)
"""What a candidate is ordered by; the weights stand in `ranking.json`, fitted by `python -m evals.fit_ranking`."""
_MOST_MISSING = 3


@dataclass(frozen=True, slots=True)
class Match:
    """How a unit, or several read as one, meets a question; `features` are in the order of `FEATURES`."""

    features: tuple[float, ...]
    cover: float
    cosine: float | None
    score: float
    """Orders candidates and means nothing beyond that."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds a candidate. `rank_share` is its passage's score beside the best one's, 0..1."""

    title: str
    about: float
    passage_stems: frozenset[str]
    similar: Mapping[int, float]
    rank_share: float
    opens_section: bool
    opens_document: bool
    tells_there_is: bool = False
    is_wanted_list: bool = False


def cover(question: Question, stems: frozenset[str], above: frozenset[str] = frozenset(),
          around: frozenset[str] = frozenset()) -> float:  # fmt: skip
    """Weighted share of the question's words that a text meets, 0..1; without telling words nothing is met."""
    if not question.terms:
        return 0.0
    met = sum(term.weight * _met(term.word, stems, above, around) for term in question.terms)
    return met / question.weight


def match(question: Question, units: tuple[Unit, ...], setting: Setting) -> Match:
    """How units of one passage, read together, meet the question."""
    first, is_list = units[0], len(units) > 1 and units[0].kind != "sentence"
    stems, above, context, text = first.stems, first.above, first.context, said(question, first)
    if len(units) > 1:
        stems = frozenset().union(*(unit.stems for unit in units))
        text = "\n".join(said(question, unit) for unit in units)
        context = "\n".join((first.context, *(unit.text for unit in units[1:])))
    covered = cover(question, stems, above, setting.passage_stems)
    cosine = max((setting.similar[unit.start] for unit in units if unit.start in setting.similar), default=None)
    negated = is_negated(f"{first.nearest_heading} {first.text}")
    features = {
        "cover": covered,
        "cover_by_itself": cover(question, stems),
        "cosine": max(cosine or 0.0, 0.0),
        "about": max(setting.about, 0.0),
        "rank": setting.rank_share,
        "fits_kind": float(question.kind is not None and looks_like(question.kind, text)),
        "heading": shared_with(question, first.nearest_heading),
        "heading_kind": float(question.kind is not None and kind_of(first.nearest_heading) == question.kind),
        "title": shared_with(question, setting.title),
        "negated_too": float(question.is_negated and is_negated(context)),
        "negated_alone": float(negated and not question.is_negated and not question.is_yes_no),
        "missing": min(len(missing_from(question, context)), _MOST_MISSING),
        "opposed": float(bool(opposites_in(question, context))),
        "is_section": float(len(units) > 1 and not is_list),
        "opens_section": float(setting.opens_section and not is_list),
        "opens_document": float(setting.opens_document and not is_list),
        "tells_there_is": float(setting.tells_there_is),
        "is_row": float(first.kind == "row" and not is_list),
        "names_row": _names(question, first) if first.kind == "row" and not is_list else 0.0,
        "is_wanted_list": float(is_list and setting.is_wanted_list),
        "is_other_list": float(is_list and not setting.is_wanted_list),
        "condition": float(_IF.match(first.text) is not None and "if" not in question.words),
        "deadline": float(_is_deadline_for_duration(question, first)),
        "half_said": float(len(units) == 1 and bool(_ELLIPSIS.search(first.text))),
        "points_back": float(points_back(first.text)),
    }
    ordered = tuple(features[name] for name in FEATURES)
    return Match(ordered, covered, cosine, sum(map(operator.mul, _weights(), ordered)))


@cache
def _weights() -> tuple[float, ...]:
    """The fitted weights in the order of `FEATURES`."""
    data = json.loads(resources.files("baton.assistant").joinpath("ranking.json").read_text(encoding="utf-8"))
    return tuple(data["weights"][name] for name in FEATURES)


def _names(question: Question, row: Unit) -> float:
    """How much of a row's first cell the question says, 0..1; its topic counts half."""
    told = words.content(next((value for _, value in pairs_of(row.text)), ""))
    if not told:
        return 0.0
    own = frozenset(words.stem(term.word) for term in question.terms if not term.is_topic)
    every = frozenset(words.stem(term.word) for term in question.terms)
    return max(_share_met(told, own), 0.5 * _share_met(told, every))


def _share_met(told: tuple[str, ...], asked: frozenset[str]) -> float:
    return sum(words.likeness(word, asked) >= words.MISSPELT for word in told) / len(told)


def _is_deadline_for_duration(question: Question, unit: Unit) -> bool:
    """ "How long does it take" is not met by what the visitor must do in time ("Tell us within 14 days")."""
    return question.kind == "duration" and bool(question.words & _TAKES) and bool(_ORDER.match(unit.text))


def said(question: Question, unit: Unit) -> str:
    """What of a unit may be the answer: for a figure, a row's values with their headers; else its text."""
    return unit.figures if question.kind in FIGURES else unit.text


def points_back(sentence: str) -> bool:
    """Whether a sentence leans on the one before it or on its heading: "It takes …", "You can also …"."""
    return bool(_LEANS.match(sentence))


def shared_with(question: Question, name: str) -> float:
    """How far a heading or title and the question say the same, 0..1, both ways."""
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
