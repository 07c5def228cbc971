"""The one transaction in which a turn speaks: fence, record, message, effect and usage commit together or not."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, select, update

from baton.assistant import excerpts, shadowing, wording
from baton.assistant.conversations import TURNS, finish_turn, may_speak, note_line
from baton.assistant.decisions import Escalate, Offer, Reason
from baton.assistant.desk import Desk
from baton.assistant.judging import Judged, Outcome, found_passages
from baton.assistant.pausing import is_paused
from baton.assistant.providers.protocol import Citation
from baton.assistant.settings import AssistantSettings
from baton.core.log import Author, LogEvent
from baton.core.transaction import LockedConversation, Transaction
from baton.knowledge.usage import Used, record_usage

PAUSED = Reason("paused", "The assistant is paused.")
FAILED = Reason("failed", "The assistant could not take this turn, after several tries.")

# Statements are made once: making one costs more than running it.
_TURN = select(*(TURNS.c[name] for name in ("id", "conversation_id", "state", "epoch", "shadow"))).where(
    TURNS.c.id == bindparam("turn_id")
)


@cache
def _keep(names: tuple[str, ...]) -> Update:
    columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(TURNS).where(TURNS.c.id == bindparam("turn_id")).values(columns)


class Recorder:
    """Writes what turns come to."""

    def __init__(self, desk: Desk, settings: AssistantSettings, brand: str, worker: str) -> None:
        self._desk = desk
        self._settings = settings
        self._brand = brand
        self._worker = worker

    @property
    def in_shadow(self) -> bool:
        """Whether visitors hear nothing of what is decided."""
        return self._settings.shadow

    def record(
        self, tx: Transaction, turn_id: str, upto_seq: int, outcome: Outcome, basis: Mapping[str, Any]
    ) -> LogEvent | None:
        """Say what was decided, and on which basis, if this turn still has the word; None when it has not."""
        turn = tx.connection.execute(_TURN, {"turn_id": turn_id}).one()
        conversation = tx.conversation(turn.conversation_id)
        if not _stands(turn, conversation):
            self.supersede(tx, turn_id)
            return None
        if is_paused(tx.connection, outcome.task):
            return self._hand_over(tx, conversation, turn, upto_seq, PAUSED)
        if turn.shadow or self.in_shadow:
            return self._draft(tx, conversation, turn, upto_seq, outcome, basis)
        event = self._speak(tx, conversation, turn_id, outcome)
        self._keep(tx, turn_id, outcome, {"upto_seq": upto_seq, "event_seq": event.seq, "basis": basis})
        conversation.mood = outcome.mood.level if outcome.mood else conversation.mood
        conversation.offers_running = _offers_running(conversation.offers_running, outcome)
        self._carry_out(tx, conversation, turn_id, upto_seq, outcome)
        record_usage(tx, conversation.id, turn_id, _used(outcome))
        return event

    def supersede(self, tx: Transaction, turn_id: str) -> None:
        """Take a turn out of the queue that lost the word."""
        values = {"state": "superseded", "due_at": None, "finished_at": tx.now}
        tx.connection.execute(update(TURNS).where(TURNS.c.id == turn_id, TURNS.c.state == "queued").values(values))

    def give_up(self, tx: Transaction, turn_id: str) -> None:
        """Hand the question of a turn that can't be taken to a person."""
        turn = tx.connection.execute(_TURN, {"turn_id": turn_id}).one()
        conversation = tx.conversation(turn.conversation_id)
        if not _stands(turn, conversation):
            return self.supersede(tx, turn_id)
        self._hand_over(tx, conversation, turn, conversation.last_seq, FAILED)

    def _speak(self, tx: Transaction, conversation: LockedConversation, turn_id: str, outcome: Outcome) -> LogEvent:
        shown = outcome.message
        text = wording.without_marks(shown.text)
        body: dict[str, Any] = {"text": text, "client_id": None, "turn": turn_id, "files": []}
        body |= {"citations": [citation_body(citation) for citation in shown.citations], "choices": list(shown.choices)}
        event = tx.append(conversation, "message.added", Author.assistant(), body)
        note_line(conversation, text, tx)
        return event

    def _draft(
        self,
        tx: Transaction,
        conversation: LockedConversation,
        turn: Any,
        upto_seq: int,
        outcome: Outcome,
        basis: Mapping[str, Any],
    ) -> LogEvent:
        """Show staff what would have been said, and how pressing it is. A turn from before shadow mode goes to people
        with it."""
        record = turn_record(outcome, self._settings)
        body = {name: record[name] for name in ("decision", "confidence", "reasons", "citations")}
        body |= {"turn": turn.id, "text": wording.without_marks(outcome.message.text)}
        event = tx.append(conversation, "answer.drafted", Author.assistant(), body, audience="staff")
        about = {"upto_seq": upto_seq, "event_seq": event.seq, "basis": basis, "shadow": True}
        self._keep(tx, turn.id, outcome, about)
        conversation.mood = outcome.mood.level if outcome.mood else conversation.mood
        self._give_to_people(tx, conversation, turn, upto_seq, shadowing.REASON)
        pressing = record["reasons"] if isinstance(outcome.decision, Escalate) else []
        self._desk.press(tx, conversation, pressing, risk=record["risk"])
        return event

    def _carry_out(
        self, tx: Transaction, conversation: LockedConversation, turn_id: str, upto_seq: int, outcome: Outcome
    ) -> None:
        """What follows from the decision: a person, the offer of one, or nothing more."""
        if isinstance(outcome.decision, Escalate):
            conversation.answered_seq = max(conversation.answered_seq, upto_seq)
            return self._escalate(tx, conversation, turn_id, outcome)
        if isinstance(outcome.decision, Offer):
            suggest_person(tx, conversation.id)
        finish_turn(tx, conversation, upto_seq, self._worker)

    def _escalate(self, tx: Transaction, conversation: LockedConversation, turn_id: str, outcome: Outcome) -> None:
        policy = self._settings.tasks.get(outcome.task) if outcome.task else None
        self._desk.escalate(
            tx,
            conversation,
            _reasons(outcome.decision.reasons),
            turn=turn_id,
            team=policy.team if policy else None,
            risk=policy.risk if policy else None,
        )

    def _hand_over(
        self, tx: Transaction, conversation: LockedConversation, turn: Any, upto_seq: int, reason: Reason
    ) -> LogEvent | None:
        """See that a person takes this, and say so unless visitors hear nothing; for turns that may not or can't be
        judged."""
        event = None if turn.shadow or self.in_shadow else self._announce(tx, conversation, turn.id)
        values: dict[str, Any] = {"state": "done", "due_at": None, "finished_at": tx.now}
        values |= {"upto_seq": upto_seq, "event_seq": event.seq if event else None}
        values |= {"decision": "escalate", "reasons": _reasons((reason,)), "confidence": 0.0}
        tx.connection.execute(update(TURNS).where(TURNS.c.id == turn.id).values(values))
        self._give_to_people(tx, conversation, turn, upto_seq, reason)
        return event

    def _announce(self, tx: Transaction, conversation: LockedConversation, turn_id: str) -> LogEvent:
        """Say that a person takes this."""
        text = wording.said("escalate", conversation.locale, self._brand)
        body: dict[str, Any] = {"text": text, "client_id": None, "turn": turn_id, "files": []}
        event = tx.append(conversation, "message.added", Author.assistant(), body | {"citations": [], "choices": []})
        note_line(conversation, text, tx)
        return event

    def _give_to_people(
        self, tx: Transaction, conversation: LockedConversation, turn: Any, upto_seq: int, reason: Reason
    ) -> None:
        """Where the turn had the word. With one in shadow they were asked already, and the visitor may have thought
        better of it since."""
        if not turn.shadow:
            conversation.answered_seq = max(conversation.answered_seq, upto_seq)
            self._desk.escalate(tx, conversation, _reasons((reason,)), turn=turn.id)

    def _keep(self, tx: Transaction, turn_id: str, outcome: Outcome, about: dict[str, Any]) -> None:
        """The record of the turn: every signal, threshold, rule, version and timing."""
        values = {"state": "done", "due_at": None, "claimed_until": None, "finished_at": tx.now}
        values |= about | turn_record(outcome, self._settings)
        tx.update(_keep(tuple(values)), {f"new_{name}": value for name, value in values.items()} | {"turn_id": turn_id})


def _stands(turn: Any, conversation: LockedConversation) -> bool:
    """Whether what a turn came to may be written: it still has the word, or says nothing to the visitor anyway."""
    if turn.state != "queued":
        return False
    is_draft = turn.shadow and conversation.status != "resolved"
    return is_draft or may_speak(conversation, turn.id, turn.epoch)


def suggest_person(tx: Transaction, conversation_id: str) -> None:
    """Offer a person; the queue is entered when the visitor accepts."""
    tx.append(tx.conversation(conversation_id), "handoff.suggested", Author.assistant(), {})


def turn_record(outcome: Outcome, settings: AssistantSettings) -> dict[str, Any]:
    """The columns of a turn that say what was decided, and on what."""
    weakest, task = outcome.weakest, outcome.task
    policy = settings.tasks.get(task) if task else None
    return {
        "decision": outcome.decision.kind,
        "reasons": _reasons(outcome.decision.reasons),
        "confidence": outcome.confidence,
        "threshold": outcome.threshold,
        "mood": outcome.mood.level if outcome.mood else None,
        "task": task,
        "risk": policy.risk if policy else None,
        "small_talk": outcome.small_talk,
        "question": weakest.question if weakest else None,
        "draft": weakest.draft.text if weakest and weakest.draft else None,
        "signals": _signals(outcome, weakest),
        "citations": [citation_body(citation) for citation in outcome.message.citations],
        "versions": _versions(outcome, weakest),
        "timings": outcome.timings_ms,
    }


def _used(outcome: Outcome) -> list[Used]:
    """What was found, and what of it is shown as a source."""
    found = found_passages(outcome.parts)
    cited = {citation.passage.chunk: citation.passage for citation in outcome.message.citations}
    seen = [Used(one.document, one.chunk, one.version, "found", rank) for rank, one in enumerate(found, start=1)]
    return seen + [Used(one.document, one.chunk, one.version, "cited") for one in cited.values()]


def citation_body(citation: Citation) -> dict[str, Any]:
    """A source as the visitor's message carries it."""
    passage = citation.passage
    return {
        "n": citation.n,
        "document": passage.document,
        "title": passage.title,
        "url": passage.url,
        "place": excerpts.place_of(citation),
        "quote": citation.quote,
    }


def _signals(outcome: Outcome, weakest: Judged | None) -> dict[str, Any]:
    """Every signal of the weakest question, and what the others scored."""
    signals: dict[str, Any] = {}
    if weakest and weakest.assessment:
        assessment = weakest.assessment
        signals |= {name: round(value, 4) for name, value in assessment.signals.items()}
        signals |= {"missing": list(assessment.missing), "unmet": list(assessment.unmet)}
        signals["opposed"] = [list(pair) for pair in assessment.opposed]
        signals["chances"] = {name: round(value, 4) for name, value in weakest.chances.items()}
    if outcome.task_certainty is not None:
        signals["task_certainty"] = round(outcome.task_certainty, 4)
    if outcome.mood:
        signals["mood_triggers"] = list(outcome.mood.triggers)
        signals["dissatisfaction"] = round(outcome.mood.dissatisfaction, 4)
    if len(outcome.parts) > 1:
        signals["parts"] = [{"question": part.question, "confidence": part.confidence} for part in outcome.parts]
    return signals


def _versions(outcome: Outcome, weakest: Judged | None) -> dict[str, Any]:
    versions: dict[str, Any] = {"scoring": outcome.scoring}
    if weakest and weakest.draft:
        versions |= {"provider": weakest.draft.provider, "model": weakest.draft.model}
        versions["skipped"] = list(weakest.draft.skipped)
    return versions


def _reasons(reasons: Sequence[Reason]) -> list[dict[str, str]]:
    return [{"code": reason.code, "text": reason.text} for reason in reasons]


def _offers_running(before: int, outcome: Outcome) -> int:
    """Small talk, and an offer that doesn't count, neither add to a run of offers nor end it."""
    if outcome.small_talk:
        return before
    return before + outcome.decision.counts if isinstance(outcome.decision, Offer) else 0
