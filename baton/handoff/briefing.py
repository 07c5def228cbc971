"""The briefing: what an agent reads before the first word, made from the record alone, without any model.

A versioned JSON document, the same in console, webhook and mail. `build` is pure; `history` reads what it needs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from baton.handoff.facts import Fact, facts_in
from baton.handoff.matters import says_matter
from baton.handoff.words import mood_in_words, reason_in_words, signal_in_words

VERSION = 1
LIKELY = 0.5
"""A draft as probable as this is suggested to the agent even without a source that was shown."""

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """One event of the log that the briefing is made of."""

    seq: int
    kind: str
    author_kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tried:
    """One turn of the assistant. `said` is the event that came of it, `draft` what was drafted, said or not; of one in
    `shadow` the visitor heard nothing."""

    question: str
    decision: str
    said: str | None
    draft: str | None
    confidence: float | None
    citations: Sequence[Mapping[str, Any]]
    signals: Mapping[str, Any]
    mood: float | None
    upto_seq: int
    event_seq: int | None
    small_talk: bool = False
    shadow: bool = False


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, and how sure that is: `anonymous`, `claimed` or `verified`."""

    id: str | None
    name: str | None = None
    email: str | None = None
    assurance: str = "anonymous"
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """A former conversation of the same visitor."""

    conversation: str
    at: datetime
    first_line: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """Everything a briefing is made of, oldest first."""

    events: Sequence[Said]
    turns: Sequence[Tried]
    visitor: Visitor
    page_url: str | None = None
    page_title: str | None = None
    earlier: Sequence[Earlier] = ()
    promises: Sequence[str] = ()
    reasons: Sequence[Mapping[str, Any]] = ()
    upto_seq: int = 0


def build(record: Record) -> Document:
    """The document for the open request of `record`."""
    asked = [turn for turn in record.turns if turn.question and not turn.small_talk]
    turns = [turn for turn in asked if not turn.shadow]
    last = asked[-1] if asked else None
    return {
        "version": VERSION,
        "upto_seq": record.upto_seq,
        "question": _open_question(record),
        "reasons": [_reason(one) for one in record.reasons],
        "signals": _signals(last),
        "facts": [{"name": one.name, "value": one.value, "assurance": one.assurance} for one in _facts(record)],
        "tried": [_tried(turn, record) for turn in turns],
        "mood": _mood(record.turns),
        "notes": [text for said in record.events if said.kind == "handoff.noted" and (text := said.body.get("text"))],
        "promises": list(record.promises),
        "pending": [],
        "suggested_reply": _suggested_reply(last),
        "page": {"url": record.page_url, "title": record.page_title},
        "visitor": _visitor(record.visitor),
        "earlier": [_earlier(one) for one in record.earlier],
    }


def _reason(reason: Mapping[str, Any]) -> Document:
    return {"code": reason["code"], "text": reason_in_words(reason["code"], reason.get("text"))}


def _open_question(record: Record) -> str | None:
    """What still waits for an answer: what the visitor said of the matter since the last answer, or else the last
    question before. Only somebody who never said any is quoted with the bare wish for a person."""
    turns = [turn for turn in record.turns if not (turn.small_talk or turn.shadow)]
    answered = max((turn.upto_seq for turn in turns if turn.decision == "answer"), default=0)
    told = _told(record.events)
    matter = [said for said in told if said.seq > answered]
    if matter:
        return "\n".join(said.body["text"] for said in matter[-3:])
    if asked := next((turn.question for turn in reversed(turns) if turn.question and says_matter(turn.question)), None):
        return asked
    texts = [text for said in record.events if (text := _visitor_text(said))]
    return told[-1].body["text"] if told else texts[-1] if texts else None


def _told(events: Sequence[Said]) -> list[Said]:
    """The visitor's messages that say something of the matter."""
    found = []
    address_was_asked = False
    for said in events:
        if said.kind == "contact.asked":
            address_was_asked = True
        elif (text := _visitor_text(said)) and says_matter(text, address_was_asked=address_was_asked):
            found.append(said)
    return found


def _visitor_text(said: Said) -> str | None:
    return said.body.get("text") if said.kind == "message.added" and said.author_kind == "visitor" else None


def _signals(turn: Tried | None) -> Document:
    signals = turn.signals if turn else {}
    return {name: {"value": value, "words": signal_in_words(name, value)} for name, value in signals.items()}


def _facts(record: Record) -> list[Fact]:
    """Signed identity first, then what contact forms and messages claim."""
    facts = facts_in(text for said in record.events if (text := _visitor_text(said)))
    for said in record.events:
        if said.kind == "contact.given":
            facts += [Fact(name, str(said.body[name])) for name in ("name", "email", "phone") if said.body.get(name)]
    visitor = record.visitor
    signed = visitor.assurance == "verified"
    pairs = (("name", visitor.name), ("email", visitor.email)) if signed else ()
    known = [Fact(name, value, "verified") for name, value in pairs if value]
    distinct = {(one.name, one.value.casefold()): one for one in reversed(known + facts)}
    return list(reversed(distinct.values()))


def _tried(turn: Tried, record: Record) -> Document:
    sources = [{key: one.get(key) for key in ("title", "place", "quote")} for one in turn.citations]
    return {
        "question": turn.question,
        "answer": turn.said,
        "sources": sources,
        "decision": turn.decision,
        "came_of_it": _came_of_it(turn, record),
    }


def _came_of_it(turn: Tried, record: Record) -> str:
    """What happened next in the log, in words."""
    if turn.event_seq is None:
        return "Nothing was said."
    for said in record.events:
        if said.seq <= turn.event_seq:
            continue
        if said.kind == "feedback.given" and said.body.get("seq") in (None, turn.event_seq):
            return "The visitor said it helped." if said.body.get("helpful") else "The visitor said it did not help."
        if said.kind == "handoff.requested":
            return "The visitor asked for a person." if said.body.get("by") == "visitor" else "It went to a person."
        if text := _visitor_text(said):
            return f"The visitor wrote: “{_shortened(text)}”"
    return "The visitor has not replied."


def _shortened(text: str, limit: int = 120) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _mood(turns: Sequence[Tried]) -> list[Document]:
    return [
        {"seq": turn.upto_seq, "level": turn.mood, "words": mood_in_words(turn.mood)}
        for turn in turns
        if turn.mood is not None
    ]


def _suggested_reply(turn: Tried | None) -> Document | None:
    """The last draft, when it was not said as an answer and is worth a look: shown as the nearest, or likely right."""
    if turn is None or (turn.decision == "answer" and not turn.shadow) or not turn.draft:
        return None
    if not turn.citations and (turn.confidence or 0) < LIKELY:
        return None
    sources = [{key: one.get(key) for key in ("title", "place", "quote", "url")} for one in turn.citations]
    return {"text": turn.draft, "sources": sources}


def _visitor(visitor: Visitor) -> Document:
    return {
        "id": visitor.id,
        "name": visitor.name,
        "email": visitor.email,
        "assurance": visitor.assurance,
        "locale": visitor.locale,
    }


def _earlier(one: Earlier) -> Document:
    return {
        "conversation": one.conversation,
        "at": one.at.isoformat().replace("+00:00", "Z"),
        "first_line": one.first_line,
        "outcome": one.outcome,
    }
