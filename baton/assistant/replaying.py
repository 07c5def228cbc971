"""Recorded turns taken again, under other settings, over today's knowledge or with another model. Nothing is said.

The words come from the log, and what else a turn was judged on from its record; together they make the same case.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import Connection, Select, select

from baton.assistant import wording
from baton.assistant.conversations import TURNS
from baton.assistant.judging import Case, Judge, Outcome
from baton.assistant.labels import LABELS
from baton.assistant.measures import expected_error
from baton.assistant.recording import FAILED, PAUSED, citation_body
from baton.assistant.turns import case_of, read_said
from baton.core.transaction import CONVERSATIONS, EVENTS

Change = Literal["decision", "words"]
DECISIONS = ("answer", "clarify", "offer", "hold", "act", "escalate")
_UNJUDGED = frozenset({PAUSED.code, FAILED.code})


@dataclass(frozen=True, slots=True)
class Which:
    """The turns to take again: the newest `limit` of a conversation, or of all, since a time."""

    limit: int | None = None
    since: datetime | None = None
    conversation: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A turn as it was taken. `helpful` is what the visitor said of the answer, and `is_right` what somebody of the
    staff judged its draft to be, where they did."""

    turn: str
    conversation: str
    at: datetime
    case: Case
    decision: str
    confidence: float
    small_talk: bool
    reasons: list[dict[str, str]]
    said: str
    draft: str | None
    helpful: bool | None
    is_right: bool | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """A turn and what it would come to now."""

    recorded: Recorded
    outcome: Outcome

    @property
    def decision(self) -> str:
        return self.outcome.decision.kind

    @property
    def said(self) -> str:
        return wording.without_marks(self.outcome.message.text)

    @property
    def draft(self) -> str | None:
        weakest = self.outcome.weakest
        return weakest.draft.text if weakest and weakest.draft else None

    @property
    def change(self) -> Change | None:
        """Another decision; or the same one in other words, as when another place is quoted."""
        if self.decision != self.recorded.decision:
            return "decision"
        return "words" if self.said != self.recorded.said else None


def read_recorded(connection: Connection, which: Which) -> tuple[list[Recorded], Counter[str]]:
    """The turns, oldest first, and how many can't be taken again, by why: `paused` and `failed` were never judged, of
    `erased` the words are gone, and `older` ones were recorded before their basis was."""
    found: list[Recorded] = []
    left_out: Counter[str] = Counter()
    for row in connection.execute(_turns(which)).all():
        codes = {reason["code"] for reason in row.reasons or ()}
        if not row.basis:
            left_out[next(iter(codes & _UNJUDGED), "older")] += 1
        elif recorded := _read_one(connection, row):
            found.append(recorded)
        else:
            left_out["erased"] += 1
    return found[::-1], left_out


def find_recorded(connection: Connection, turn: str) -> Recorded | None:
    """One turn with its words; None when they are gone."""
    row = connection.execute(_columns().where(TURNS.c.id == turn)).first()
    return _read_one(connection, row) if row is not None and row.basis else None


async def replay(judge: Judge, recorded: Sequence[Recorded]) -> AsyncIterator[Replayed]:
    """Each turn judged again, as it comes."""
    for one in recorded:
        yield Replayed(one, await judge.judge(one.case))


def summarize(replayed: Sequence[Replayed], left_out: Mapping[str, int]) -> dict[str, Any]:
    """What would be different, in figures. `expected_error` is the mean of 1 - confidence over what is answered, small
    talk aside: the share of wrong answers to expect if confidence is a calibrated probability."""
    changes = Counter(one.change for one in replayed)
    return {
        "turns": len(replayed),
        "changed": changes["decision"],
        "other_words": changes["words"],
        "left_out": dict(left_out),
        "before": _counts([one.recorded.decision for one in replayed]),
        "after": _counts([one.decision for one in replayed]),
        "table": _table(replayed),
        "expected_error": {
            "before": expected_error([one.recorded.confidence for one in replayed if _was_answered(one.recorded)]),
            "after": expected_error([one.outcome.confidence for one in replayed if _would_be_answered(one)]),
        },
        "feedback": {"helpful": _marked(replayed, True), "unhelpful": _marked(replayed, False)},
        "judged": {"right": _judged(replayed, True), "wrong": _judged(replayed, False)},
    }


def shown(one: Replayed) -> dict[str, Any]:
    """A turn with its words, for whoever runs the command."""
    was, would_be = one.recorded, one.outcome
    return {
        **kept(one),
        "at": was.at,
        "question": was.case.message,
        "was": {"decision": was.decision, "confidence": was.confidence, "reasons": was.reasons, "said": was.said},
        "would_be": {
            "decision": one.decision,
            "confidence": round(would_be.confidence, 4),
            "reasons": [{"code": code, "text": text} for code, text in would_be.decision.reasons],
            "said": one.said,
        },
    }


def kept(one: Replayed) -> dict[str, Any]:
    """A turn as an experiment keeps it: by its id, without a word of the visitor's. Reasons may repeat some, so only
    their codes are kept; what is quoted stands in the documents."""
    was, would_be = one.recorded, one.outcome
    return {
        "turn": was.turn,
        "conversation": was.conversation,
        "change": one.change,
        "was": {"decision": was.decision, "confidence": was.confidence},
        "would_be": {
            "decision": one.decision,
            "confidence": round(would_be.confidence, 4),
            "reasons": [reason.code for reason in would_be.decision.reasons],
            "citations": [citation_body(citation) for citation in would_be.message.citations],
        },
    }


def _columns() -> Select[Any]:
    names = ("id", "conversation_id", "created_at", "upto_seq", "event_seq", "basis", "decision", "confidence")
    columns = (TURNS.c[name] for name in (*names, "small_talk", "reasons", "draft"))
    query = select(*columns, CONVERSATIONS.c.locale, LABELS.c.verdict)
    query = query.join_from(TURNS, CONVERSATIONS, CONVERSATIONS.c.id == TURNS.c.conversation_id)
    return query.outerjoin(LABELS, LABELS.c.turn_id == TURNS.c.id)


def _turns(which: Which) -> Select[Any]:
    query = _columns().where(TURNS.c.state == "done", TURNS.c.decision.is_not(None))
    query = query.order_by(TURNS.c.created_at.desc(), TURNS.c.id.desc())
    if which.since is not None:
        query = query.where(TURNS.c.created_at >= which.since)
    if which.conversation is not None:
        query = query.where(TURNS.c.conversation_id == which.conversation)
    return query if which.limit is None else query.limit(which.limit)


def _read_one(connection: Connection, row: Any) -> Recorded | None:
    """None where the words are gone."""
    of_case = {name: value for name, value in row.basis.items() if name != "since_seq"}
    said = read_said(connection, row.conversation_id, row.upto_seq)
    case = case_of(said, row.basis["since_seq"], row.locale, of_case)
    event = _body(connection, row.conversation_id, row.event_seq)
    if case is None or event is None:
        return None
    return Recorded(
        row.id,
        row.conversation_id,
        row.created_at,
        case,
        row.decision,
        row.confidence or 0.0,
        row.small_talk,
        row.reasons or [],
        str(event.get("text", "")),
        row.draft,
        _helpful(connection, row.conversation_id, row.event_seq),
        None if row.verdict in (None, "unclear") else row.verdict == "right",
    )


def _body(connection: Connection, conversation: str, seq: int | None) -> dict[str, Any] | None:
    body = connection.execute(
        select(EVENTS.c.body).where(EVENTS.c.conversation_id == conversation, EVENTS.c.seq == seq)
    ).scalar()
    return orjson.loads(body) if body else None


def _helpful(connection: Connection, conversation: str, seq: int) -> bool | None:
    """What the visitor said last of the message at `seq`."""
    given = select(EVENTS.c.body).where(
        EVENTS.c.conversation_id == conversation,
        EVENTS.c.kind == "feedback.given",
        EVENTS.c.body.is_not(None),
    )
    bodies = [orjson.loads(body) for body in connection.execute(given.order_by(EVENTS.c.seq)).scalars()]
    said = [bool(body["helpful"]) for body in bodies if body["seq"] == seq]
    return said[-1] if said else None


def _counts(decisions: Sequence[str]) -> dict[str, int]:
    counted = Counter(decisions)
    return {name: counted[name] for name in DECISIONS if counted[name]}


def _table(replayed: Sequence[Replayed]) -> dict[str, dict[str, int]]:
    """Old decision to new decision to how many."""
    olds = _counts([one.recorded.decision for one in replayed])
    return {old: _counts([one.decision for one in replayed if one.recorded.decision == old]) for old in olds}


def _was_answered(one: Recorded) -> bool:
    return one.decision == "answer" and not one.small_talk


def _would_be_answered(one: Replayed) -> bool:
    return one.decision == "answer" and not one.outcome.small_talk


def _marked(replayed: Sequence[Replayed], helpful: bool) -> dict[str, int]:
    """Answers that visitors marked so, and how many of them would not be given any more."""
    marked = [one for one in replayed if one.recorded.helpful is helpful and one.recorded.decision == "answer"]
    return {"answers": len(marked), "no_longer_answered": sum(one.decision != "answer" for one in marked)}


def _judged(replayed: Sequence[Replayed], is_right: bool) -> dict[str, int]:
    """Drafts that staff judged so, and how many of them were and would be given as the answer. A judgement holds for
    its draft alone: turns that would be drafted otherwise are not counted."""
    same = [one for one in replayed if one.recorded.is_right is is_right and one.draft == one.recorded.draft]
    before, after = (sum(_was_answered(one.recorded) for one in same), sum(_would_be_answered(one) for one in same))
    return {"drafts": len(same), "answered_before": before, "answered_after": after}
