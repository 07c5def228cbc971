"""Past conversations from elsewhere, taken silently: what would be said, beside what people wrote then."""

import math
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from baton.assistant import wording
from baton.assistant.judging import Case, Judge, Outcome
from baton.assistant.measures import answerable_within, expected_error
from baton.assistant.recording import citation_body
from baton.assistant.transcripts.transcript import Message, Transcript
from baton.assistant.turns import MOST_REMEMBERED
from baton.knowledge.search import Utterance

NO_TASK = "none"


@dataclass(frozen=True, slots=True)
class PastTurn:
    """What a visitor asked, in one message or several running, and what people answered before they spoke again."""

    conversation: str
    case: Case
    answered: str
    at: str | None


@dataclass(frozen=True, slots=True)
class Tested:
    """A past turn, and what it would come to."""

    past: PastTurn
    outcome: Outcome

    @property
    def kind(self) -> str:
        """The decision, with small talk told apart: it is no question."""
        return "small_talk" if self.outcome.small_talk else self.outcome.decision.kind

    @property
    def lacks_only_confidence(self) -> bool:
        """Whether a threshold alone decides if this is answered: nothing else speaks against it."""
        codes = {reason.code for reason in self.outcome.decision.reasons}
        return self.kind in ("answer", "offer") and codes in ({"confident"}, {"not_confident"})


def past_turns(transcript: Transcript) -> Iterator[PastTurn]:
    """The visitor's turns that a person answered. Software that spoke between them ends a burst and answers nothing."""
    burst: list[int] = []
    answers: list[Message] = []
    is_over = False
    for place, message in enumerate((*transcript.messages, Message("visitor", ""))):
        if message.author == "agent":
            answers += [message] if burst else []
        elif message.author == "assistant":
            is_over = bool(burst)
        else:
            if burst and answers:
                yield _past_turn(transcript, burst, answers)
            if answers or is_over:
                burst, answers, is_over = [], [], False
            burst.append(place)


async def backtest(judge: Judge, turns: Sequence[PastTurn]) -> AsyncIterator[Tested]:
    """Each judged as a turn is, as it comes."""
    for turn in turns:
        yield Tested(turn, await judge.judge(turn.case))


def summarize(tested: Sequence[Tested], max_error: float) -> dict[str, Any]:
    """Totals, by task type too, and what could be answered at `max_error`.

    `within` is the largest set by confidence, among the turns that lack nothing but confidence, whose expected error
    (the mean of 1 - confidence) is at most `max_error`; its `share` is of all questions, small talk aside, and
    `threshold` the min_confidence that lets it through. Both hold as far as confidence is calibrated on such turns.
    """
    questions = [one for one in tested if one.kind != "small_talk"]
    answered = [one.outcome.confidence for one in questions if one.kind == "answer"]
    could_be = [one.outcome.confidence for one in questions if one.lacks_only_confidence]
    count, threshold = answerable_within(max_error, could_be)
    return {
        "turns": len(tested),
        "questions": len(questions),
        "decisions": dict(Counter(one.kind for one in tested).most_common()),
        "answered_share": round(len(answered) / len(questions), 4) if questions else None,
        "expected_error": _rounded(expected_error(answered)),
        "within": {
            "max_error": max_error,
            "answerable": count,
            "share": round(count / len(questions), 4) if questions else None,
            "threshold": None if threshold is None else math.floor(threshold * 10_000) / 10_000,
        },
        "tasks": _by_task(questions),
    }


def shown(one: Tested) -> dict[str, Any]:
    """A turn with all its words: they come from the file of whoever runs this, and go no further."""
    past, outcome = one.past, one.outcome
    return {
        "of": past.conversation,
        "at": past.at,
        "question": past.case.message,
        "decision": one.kind,
        "confidence": round(outcome.confidence, 4),
        "task": outcome.task,
        "reasons": [{"code": reason.code, "text": reason.text} for reason in outcome.decision.reasons],
        "said": wording.without_marks(outcome.message.text),
        "citations": [citation_body(citation) for citation in outcome.message.citations],
        "people_wrote": past.answered,
    }


def _past_turn(transcript: Transcript, burst: Sequence[int], answers: Sequence[Message]) -> PastTurn:
    first = burst[0]
    before = transcript.messages[max(0, first - MOST_REMEMBERED) : first]
    history = tuple(Utterance(message.author, message.text) for message in before)
    asked = "\n".join(transcript.messages[place].text for place in burst)
    answered = "\n".join(message.text for message in answers)
    return PastTurn(transcript.id, Case(asked, history), answered, transcript.messages[first].at)


def _by_task(questions: Sequence[Tested]) -> dict[str, dict[str, int]]:
    """Task type to how many questions came to what; those of no type last."""
    names = sorted({one.outcome.task or NO_TASK for one in questions}, key=lambda name: (name == NO_TASK, name))
    return {
        name: dict(Counter(one.kind for one in questions if (one.outcome.task or NO_TASK) == name).most_common())
        for name in names
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
