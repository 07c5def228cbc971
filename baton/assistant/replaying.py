"""Recorded turns taken again, under other settings, over today's knowledge or with another model. Nothing is said.

The words come from the log, and what else a turn was judged on from its record; together they make the same case.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from baton.assistant import wording
from baton.assistant.judging import Judge, Outcome
from baton.assistant.measures import expected_error
from baton.assistant.recorded import Recorded
from baton.assistant.recording import citation_body

Change = Literal["decision", "words"]
DECISIONS = ("answer", "clarify", "offer", "hold", "act", "escalate")


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
    was, shape = one.recorded, kept(one)
    reasons = [{"code": code, "text": text} for code, text in one.outcome.decision.reasons]
    return shape | {
        "at": was.at,
        "question": was.case.message,
        "was": shape["was"] | {"reasons": was.reasons, "said": was.said},
        "would_be": shape["would_be"] | {"reasons": reasons, "said": one.said},
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
