"""The signals that confidence is made of: of search, of the choice among candidates, of sufficiency, of support.

What they are is decided here; how much each counts is fitted (`head`, `python -m evals.fit_confidence`). A signal that
is missing takes the value that lowers confidence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from baton.assistant import excerpts, words
from baton.assistant.drafting import Candidate, Reading
from baton.assistant.grounding import support
from baton.assistant.matching import cover, said, shared_with
from baton.assistant.questions import (
    FIGURES,
    Question,
    columns_of,
    kind_of,
    looks_like,
    missing_from,
    numbers_in,
    opposites_in,
    spans_in,
)

if TYPE_CHECKING:
    import numpy as np

    from baton.assistant.excerpts import Unit
    from baton.assistant.providers.protocol import Draft
    from baton.knowledge.search import Passage

_MOST_OF = 0.75
_POINTING = frozenset({"it", "this", "that", "they", "them", "these", "those"})
_TELLING = 0.4
_STEEPNESS, _FAR_AHEAD = 12.0, 0.3
_LONG = 80
_REMARK = "The visitor added something to an earlier question, and what follows from it is not asked in words."
_PART = "The source is a part of a longer table."
_OPEN = "What the question is about is not said."
_DOUBTED = "The model that drafted this doubts it."
_DOUBT = 0.5
"""A model's own verdict below this is a doubt. What models say of their certainty is no probability (Xiong and others,
"Can LLMs express their uncertainty?", 2024), so only its rank counts: doubt forbids a sure answer, trust earns
nothing."""
SIGNALS = (
    "closeness",
    "strength",
    "margin",
    "agreement",
    "share",
    "lead",
    "page_share",
    "cover_of_quote",
    "cover_of_passage",
    "rarest_met",
    "words_known",
    "sentence",
    "heading",
    "fits_kind",
    "stated",
    "unopposed",
    "support",
)
"""Names of the signals, each 0..1 and the higher the better."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the judgement of one draft is made of."""

    signals: Mapping[str, float]
    missing: tuple[str, ...]
    """Numbers, names and dates of the question that the cited passages don't state."""
    opposed: tuple[tuple[str, str], ...]
    """(asked, stated) where the quote has only the opposite of what was asked."""
    unmet: tuple[str, ...]
    """Words of the question that no cited passage has and that tell too much to be passed over, the heaviest first."""
    wants_figure: bool
    """Whether a price, a time, a number, a reason or a yes was asked for that the quote doesn't give."""
    guess: str = ""
    """Why the draft may be right and yet not be known to be: a sentence, or nothing."""
    is_long: bool = False
    """Whether the draft is a longer list than anybody reads who was not sure to be answered."""


def assess(reading: Reading, draft: Draft) -> Assessment:
    """The signals of a draft; all are 0 when nothing was found or drafted."""
    asked, passages = reading.asked, reading.passages
    if not passages or not draft.citations:
        return Assessment(dict.fromkeys(SIGNALS, 0.0), (), (), _unmet(asked, frozenset()), wants_figure=False)
    cited = tuple({citation.passage.chunk: citation.passage for citation in draft.citations}.values())
    quoted = tuple(unit for citation in draft.citations for unit in _quoted(citation.passage, citation.quote))
    stems = frozenset().union(*(excerpts.stems_of(passage.text, passage.place) for passage in cited))
    everywhere = stems.union(*(excerpts.stems_of(passage.text, passage.place) for passage in passages))
    context = _context(draft, cited, quoted)
    missing, opposed = missing_from(asked, *context), opposites_in(asked, "\n".join(unit.context for unit in quoted))
    missing = (*missing, *(span for span in _other_spans(asked, quoted) if not {span, *span.split()} & {*missing}))
    signals = {
        **_of_search(cited, passages),
        **_of_choice(cited, reading.candidates),
        **_of_sufficiency(asked, quoted, stems, everywhere),
        "sentence": _nearest(draft, reading.query_vector),
        "stated": 1.0 / (1 + len(missing)),
        "unopposed": 0.0 if opposed else 1.0,
        "support": support(draft).weakest,
    }
    is_beside = asked.asks_whether and all(unit.kind == "step" for unit in quoted)
    wants_figure = is_beside or (asked.kind in (*FIGURES, "reason") and not signals["fits_kind"])
    guess = _guess(reading, draft, cited, quoted)
    return Assessment(signals, missing, opposed, _unmet(asked, stems), wants_figure, guess, is_long(draft.text))


def is_long(draft: str) -> bool:
    """Whether a draft is a longer list than anybody reads who was not sure to be answered."""
    return len(draft.split()) > _LONG


def _guess(reading: Reading, draft: Draft, cited: Sequence[Passage], quoted: Sequence[Unit]) -> str:
    """Why the draft may be right and yet not be known to be."""
    if reading.asked.is_remark:
        return _REMARK
    if _is_open(reading.asked):
        return _OPEN
    if draft.verdict is not None and draft.verdict < _DOUBT:
        return _DOUBTED
    return _PART if _is_part(cited, quoted, reading.passages) else ""


def _is_open(asked: Question) -> bool:
    """Whether "it" or "they" is all that a question is about, and nothing before it says what that is."""
    is_topic_known = any(term.is_topic for term in asked.terms)
    return bool(asked.words & _POINTING) and not is_topic_known and len(asked.terms) <= 1


def _context(draft: Draft, cited: Sequence[Passage], quoted: Sequence[Unit]) -> tuple[str, ...]:
    """Where numbers, names and dates of the question must stand: the cited passages with their places. Of a table it is
    what is said of it, and where rows are named by numbers their names: a base of 20 cm is not the pan of 20 cm."""
    if all(unit.kind == "row" for unit in quoted):
        names = [excerpts.pairs_of(unit.text)[0][1] for unit in quoted]
        said_of_it = "\n".join(names) if any(map(numbers_in, names)) else draft.text
        above = (" ".join((*unit.headings, unit.lead, *excerpts.headers_of(unit))) for unit in quoted)
        return (said_of_it, *above, *(passage.place for passage in cited))
    whole = (text for passage in cited for text in (passage.place, passage.text))
    return (*(unit.context for unit in quoted), *whole)


def _is_part(cited: Sequence[Passage], quoted: Sequence[Unit], passages: Sequence[Passage]) -> bool:
    """Whether several rows of a divided table are quoted while more of it was found."""
    headers = {excerpts.headers_of(unit) for unit in quoted if unit.kind == "row"}
    if sum(unit.kind == "row" for unit in quoted) < 2:
        return False
    places, chunks = {(one.document, one.place) for one in cited}, {one.chunk for one in cited}
    others = (one for one in passages if (one.document, one.place) in places and one.chunk not in chunks)
    return any(excerpts.headers_of(unit) in headers for one in others for unit in excerpts.units_of(one))


def _of_search(cited: Sequence[Passage], passages: Sequence[Passage]) -> dict[str, float]:
    best = cited[0]
    rival = max((p.score for p in passages if p.document != best.document), default=0.0)
    ranks = [rank for rank in (best.dense_rank, best.lexical_rank) if rank]
    return {
        "closeness": _bounded(best.dense),
        "strength": _bounded(best.score),
        "margin": _bounded((best.score - rival) / best.score) if best.score > 0 else 0.0,
        "agreement": sum(1.0 / rank for rank in ranks) / 2,
    }


def _of_choice(cited: Sequence[Passage], found: Sequence[Candidate]) -> dict[str, float]:
    """How far the cited places are ahead of all others that could have been quoted: their share, their lead, and the
    share of the documents that they stand in."""
    places, pages = {passage.place for passage in cited}, {passage.document for passage in cited}
    ours = [one.match.score for one in found if one.passage.place in places]
    others = [one.match.score for one in found if one.passage.place not in places]
    if not ours:
        return {"share": 0.0, "lead": 0.0, "page_share": 0.0}
    top = max(*ours, *others, -math.inf)
    masses = [(one.passage, math.exp(_STEEPNESS * (one.match.score - top))) for one in found]
    mass = sum(each for _, each in masses)
    return {
        "share": sum(each for passage, each in masses if passage.place in places) / mass,
        "lead": _bounded((max(ours) - max(others, default=0.0)) / _FAR_AHEAD),
        "page_share": sum(each for passage, each in masses if passage.document in pages) / mass,
    }


def _of_sufficiency(
    asked: Question, quoted: Sequence[Unit], stems: frozenset[str], everywhere: frozenset[str]
) -> dict[str, float]:
    in_quote = frozenset().union(*(unit.stems for unit in quoted))
    above = frozenset().union(*(unit.above for unit in quoted))
    return {
        "cover_of_quote": cover(asked, in_quote, above),
        "cover_of_passage": cover(asked, stems),
        "rarest_met": 1.0 - max((t.weight for t in asked.terms if not words.likeness(t.word, stems)), default=0.0),
        "words_known": cover(asked, everywhere),
        "heading": max((shared_with(asked, unit.nearest_heading) for unit in quoted), default=0.0),
        "fits_kind": _fits_kind(asked, quoted),
    }


def _nearest(draft: Draft, query_vector: np.ndarray | None) -> float:
    """The similarity of the nearest quoted sentence to the question."""
    found = []
    for citation in draft.citations:
        similar = excerpts.similarities(citation.passage, query_vector)
        found += [similar[unit.start] for unit in _quoted(citation.passage, citation.quote) if unit.start in similar]
    return _bounded(max(found, default=0.0))


def _fits_kind(asked: Question, quoted: Sequence[Unit]) -> float:
    """Whether one quoted piece holds both what was asked about and the kind of answer; 0.5 when no kind is asked for.

    "Companies get 12 % off. Engraving takes 10 days." does not say what engraving costs.
    """
    if asked.kind is None:
        return 0.5
    best = max((cover(asked, unit.stems, unit.above) for unit in quoted), default=0.0)
    fitting = (cover(asked, unit.stems, unit.above) for unit in quoted if _gives_kind(asked, unit))
    return float(max(fitting, default=-1.0) >= _MOST_OF * best)


def _other_spans(asked: Question, quoted: Sequence[Unit]) -> tuple[str, ...]:
    """Lengths of time that were asked about, where the quote speaks of others: "within 30 minutes" for five."""
    stated = {hours for unit in quoted for _, hours in spans_in(unit.context)}
    return tuple(said for said, hours in asked.spans if stated and hours not in stated)


def _gives_kind(asked: Question, unit: Unit) -> bool:
    """Whether a piece holds the kind of answer, and for "how many pictures" what is counted too."""
    if asked.kind is None:
        return False
    headers = words.stems_of(" ".join(excerpts.headers_of(unit)))
    is_said_above = kind_of(unit.nearest_heading) == asked.kind or bool(headers & columns_of(asked.kind))
    if asked.kind not in FIGURES and is_said_above:
        return True
    if not looks_like(asked.kind, said(asked, unit)):
        return False
    is_counted = asked.kind != "count" or asked.counted is None
    return is_counted or bool(words.likeness(asked.counted or "", unit.stems | unit.above))


def _unmet(asked: Question, stems: frozenset[str]) -> tuple[str, ...]:
    unmet = [term for term in asked.terms if term.weight >= _TELLING and not words.likeness(term.word, stems)]
    return tuple(term.word for term in sorted(unmet, key=lambda term: -term.weight))


def _quoted(passage: Passage, quote: str) -> tuple[Unit, ...]:
    """The units of a passage that a quote touches."""
    start = passage.text.find(quote)
    units = excerpts.units_of(passage)
    touched = tuple(unit for unit in units if unit.start < start + len(quote) and unit.end > start)
    return touched or units[:1]


def _bounded(value: float) -> float:
    return max(0.0, min(1.0, value))
