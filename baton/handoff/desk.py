"""The desk: every transition of a handoff. Each writes row, log and holder in the caller's one transaction.

Notes, reasons and names of who was asked are staff-only events of their own; what a visitor sees of a transition is
`{handoff, agent: {name, avatar} | null, position}`.
"""

from dataclasses import dataclass
from datetime import timedelta

from baton.assistant.conversations import change_holder, give_to_assistant
from baton.core.ids import new_id
from baton.core.log import Author
from baton.core.staff import StaffMember
from baton.core.transaction import LockedConversation, Transaction
from baton.handoff import rows, steps
from baton.handoff.errors import invalid, not_found
from baton.handoff.history import Reasons, brief
from baton.handoff.nobody import in_words
from baton.handoff.people import face_of, find_agent
from baton.handoff.records import Handoff
from baton.handoff.settings import HandoffSettings
from baton.handoff.transitions import OPEN, QUEUED
from baton.handoff.urgency import priority_of
from baton.handoff.words import reason_in_words


@dataclass(frozen=True, slots=True)
class Written:
    """Where in the log something stands; `repeated` says that it stood there already."""

    seq: int
    repeated: bool = False


class Desk:
    """Transitions as methods over a transaction. They lock the conversation, so that two can't both succeed."""

    def __init__(self, settings: HandoffSettings) -> None:
        self.settings = settings

    # Into the queue

    def request(self, tx: Transaction, conversation_id: str, visitor: str, client_id: str) -> Written:
        """The visitor asks for a person. A second request is answered with the `seq` of the open one."""
        conversation = tx.conversation(conversation_id)
        if first := tx.find_written(conversation_id, client_id):
            return Written(first.body.get("seq", first.seq), repeated=True)
        author = Author.visitor(visitor)
        if handoff := rows.find_open(tx.connection, conversation_id):
            body = {"handoff": handoff.id, "seq": handoff.requested_seq}
            tx.append(conversation, "handoff.asked_again", author, body, audience="staff", client_id=client_id)
            return Written(handoff.requested_seq, repeated=True)
        steps.reopen_if_resolved(tx, conversation)
        reasons = [{"code": "visitor_asked", "text": reason_in_words("visitor_asked", None)}]
        return Written(self._open(tx, conversation, author, reasons, client_id=client_id).requested_seq)

    def escalate(
        self,
        tx: Transaction,
        conversation: LockedConversation,
        reasons: Reasons,
        *,
        turn: str | None = None,
        team: str | None = None,
        risk: str | None = None,
        client_id: str | None = None,
    ) -> Written:
        """The assistant gives the conversation to people; the caller has checked that its fence still stands."""
        if handoff := rows.find_open(tx.connection, conversation.id):
            return Written(handoff.requested_seq, repeated=True)
        author = Author.assistant()
        handoff = self._open(tx, conversation, author, reasons, turn=turn, team=team, risk=risk, client_id=client_id)
        return Written(handoff.requested_seq)

    def press(
        self, tx: Transaction, conversation: LockedConversation, reasons: Reasons, *, risk: str | None = None
    ) -> None:
        """More is known of how pressing a waiting handoff is: it moves up, and staff see why. It never moves down."""
        handoff = rows.find_open(tx.connection, conversation.id)
        priority = priority_of([str(one["code"]) for one in reasons], conversation.mood, risk)
        if handoff is None or handoff.status not in QUEUED or priority <= handoff.priority:
            return
        added = [dict(one) for one in reasons]
        handoff.priority, handoff.reasons = priority, [*handoff.reasons, *added]
        staff_only = {"reasons": added, "team": handoff.team, "priority": priority}
        steps.say_staff(tx, conversation, handoff, "handoff.reasoned", Author.assistant(), **staff_only)
        rows.save(tx, handoff)

    # Offers

    def offer(self, tx: Transaction, handoff_id: str, agent_id: str, why: str) -> Handoff:
        """Ask one agent, until the deadline of an offer. Raises `not_open` when it no longer waits."""
        conversation, handoff = steps.locked(tx, handoff_id)
        self._offer(tx, handoff, agent_id)
        steps.say(tx, conversation, handoff, "handoff.offered", Author.system())
        steps.say_staff(tx, conversation, handoff, "handoff.routed", Author.system(), agent=agent_id, why=why)
        rows.save(tx, handoff)
        return handoff

    def lapse(self, tx: Transaction, handoff_id: str) -> Handoff:
        """The offer ran out unanswered; it goes to somebody else."""
        conversation, handoff = steps.locked(tx, handoff_id)
        asked = str(handoff.offered_to)
        steps.move(tx, handoff, "lapse", self.settings)
        steps.lapse(tx, handoff, asked)
        steps.say_staff(tx, conversation, handoff, "handoff.lapsed", Author.system(), agent=asked)
        rows.save(tx, handoff)
        return handoff

    def decline(self, tx: Transaction, handoff_id: str, agent: StaffMember) -> Handoff:
        """`agent` does not want it and isn't asked again. Raises `already_taken`, `not_open`."""
        conversation, handoff = steps.locked(tx, handoff_id)
        if handoff.status == "accepted":
            steps.held_by_other(tx, handoff)
        if handoff.status in OPEN and steps.has_declined(handoff, agent.id):
            return handoff
        if handoff.offered_to in (None, agent.id):
            steps.move(tx, handoff, "decline", self.settings)
        steps.decline(handoff, agent.id)
        steps.say_staff(tx, conversation, handoff, "handoff.declined", Author.agent(agent.id))
        rows.save(tx, handoff)
        return handoff

    # To a person

    def accept(self, tx: Transaction, handoff_id: str, agent: StaffMember) -> Handoff:
        """`agent` takes it, whoever was asked. Again by the holder: the same. Raises `already_taken`, `not_open`."""
        conversation, handoff = steps.locked(tx, handoff_id)
        if handoff.status == "accepted":
            return steps.held_already(tx, handoff, agent.id)
        return self._accept(tx, conversation, handoff, agent)

    def take(self, tx: Transaction, conversation_id: str, agent: StaffMember) -> Handoff:
        """`agent` takes the conversation over without waiting, also from the assistant. Raises `already_taken`."""
        conversation = tx.conversation(conversation_id)
        handoff = rows.find_open(tx.connection, conversation_id)
        if handoff and handoff.status == "accepted":
            return steps.held_already(tx, handoff, agent.id)
        if handoff is None:
            steps.reopen_if_resolved(tx, conversation)
            reasons = [{"code": "taken", "text": f"{agent.name} took the conversation over."}]
            handoff = self._open(tx, conversation, Author.agent(agent.id), reasons)
        return self._accept(tx, conversation, handoff, agent)

    def transfer(
        self,
        tx: Transaction,
        handoff_id: str,
        by: StaffMember,
        *,
        team: str | None = None,
        agent: str | None = None,
        note: str | None = None,
    ) -> Handoff:
        """To a team's queue, or offered to one agent. Only by the holder or a supervisor.

        Raises `not_holder`, `not_open`, `invalid`.
        """
        conversation, handoff = steps.locked(tx, handoff_id)
        steps.must_hold(handoff, by, or_supervisor=True)
        self._check_target(tx, by, team, agent)
        steps.move(tx, handoff, "transfer", self.settings)
        steps.requeue(tx, conversation, handoff, team or handoff.team, [by.id], self.settings)
        if agent:
            self._offer(tx, handoff, agent)
        face, author = face_of(tx.connection, agent), Author.agent(by.id)
        steps.say(tx, conversation, handoff, "handoff.transferred", author, face)
        steps.say_staff(tx, conversation, handoff, "handoff.routed", author, agent=agent, team=handoff.team)
        steps.note(tx, conversation, handoff, by.id, note)
        rows.save(tx, handoff)
        return handoff

    def put_back(self, tx: Transaction, handoff_id: str, code: str, text: str) -> Handoff:
        """Whoever held it, or was asked, is gone: it waits again. Raises `not_open`."""
        conversation, handoff = steps.locked(tx, handoff_id)
        gone = handoff.accepted_by or handoff.offered_to
        steps.move(tx, handoff, "put_back", self.settings)
        left = [gone] if gone else []
        passed, lapsed = [*handoff.declined_by, *left], [*handoff.lapsed_by, *left]
        steps.requeue(tx, conversation, handoff, handoff.team, passed, self.settings, lapsed)
        steps.say(tx, conversation, handoff, "handoff.transferred", Author.system())
        reasons = [{"code": code, "text": text}]
        steps.say_staff(tx, conversation, handoff, "handoff.reasoned", Author.system(), reasons=reasons)
        rows.save(tx, handoff)
        return handoff

    # To an end

    def return_(self, tx: Transaction, handoff_id: str, agent: StaffMember, note: str | None = None) -> Handoff:
        """Back to the assistant, with a note for it and for colleagues. Raises `not_holder`, `not_open`."""
        conversation, handoff = steps.locked(tx, handoff_id)
        if handoff.status == "returned" and handoff.ended_by == agent.id:
            return handoff
        steps.must_hold(handoff, agent)
        steps.end(tx, handoff, "return", agent.id, self.settings)
        give_to_assistant(tx, conversation)
        steps.note(tx, conversation, handoff, agent.id, note)
        face = face_of(tx.connection, agent.id)
        event = steps.say(tx, conversation, handoff, "handoff.returned", Author.agent(agent.id), face)
        return self._save_ended(tx, handoff, event.seq)

    def resolve(self, tx: Transaction, handoff_id: str, agent: StaffMember, outcome: str) -> Handoff:
        """The matter is settled; the visitor is asked how it went. Raises `not_holder`, `not_open`."""
        conversation, handoff = steps.locked(tx, handoff_id)
        if handoff.status == "resolved" and handoff.ended_by == agent.id:
            return handoff
        steps.must_hold(handoff, agent)
        steps.end(tx, handoff, "resolve", agent.id, self.settings)
        handoff.outcome = outcome
        change_holder(tx, conversation, status="resolved", kind="assistant")
        conversation.outcome, conversation.resolved_at = outcome, tx.now
        author, face = Author.agent(agent.id), face_of(tx.connection, agent.id)
        steps.say_staff(tx, conversation, handoff, "handoff.resolved", author, outcome=outcome)
        event = steps.say(tx, conversation, handoff, "conversation.resolved", author, face)
        tx.append(conversation, "rating.asked", Author.system(), {"handoff": handoff.id})
        return self._save_ended(tx, handoff, event.seq)

    def cancel(self, tx: Transaction, conversation_id: str, visitor: str, client_id: str) -> Written | None:
        """The visitor no longer wants a person: the assistant holds again. None when there never was a handoff."""
        conversation = tx.conversation(conversation_id)
        if first := tx.find_written(conversation_id, client_id):
            return Written(first.seq, repeated=True)
        handoff = rows.find_newest(tx.connection, conversation_id)
        if handoff is None:
            return None
        if handoff.status not in OPEN:
            return Written(handoff.ended_seq or handoff.requested_seq, repeated=True)
        steps.end(tx, handoff, "cancel", None, self.settings)
        give_to_assistant(tx, conversation)
        author = Author.visitor(visitor)
        event = steps.say(tx, conversation, handoff, "handoff.cancelled", author, client_id=client_id)
        self._save_ended(tx, handoff, event.seq)
        return Written(event.seq)

    def expire(self, tx: Transaction, handoff_id: str) -> Handoff:
        """Nobody took it in all that time. The assistant holds again, and an address is asked for if none is known."""
        conversation, handoff = steps.locked(tx, handoff_id)
        steps.end(tx, handoff, "expire", None, self.settings)
        give_to_assistant(tx, conversation)
        event = steps.say(tx, conversation, handoff, "handoff.expired", Author.system())
        if not steps.knows_address(tx, conversation):
            tx.append(conversation, "contact.asked", Author.system(), {"handoff": handoff.id})
        return self._save_ended(tx, handoff, event.seq)

    def tell_nobody_is_here(self, tx: Transaction, handoff_id: str, language: str | None = None) -> Handoff:
        """Say so once, and ask for an address if none is known; the handoff stays open and can still be accepted."""
        conversation, handoff = steps.locked(tx, handoff_id)
        if handoff.told_nobody_at is not None or handoff.status not in QUEUED:
            return handoff
        handoff.told_nobody_at = tx.now
        is_known = steps.knows_address(tx, conversation)
        body = {"text": in_words(self.settings, language, knows_address=is_known), "handoff": handoff.id}
        tx.append(conversation, "message.added", Author.system(), body)
        if not is_known:
            tx.append(conversation, "contact.asked", Author.system(), {"handoff": handoff.id})
        rows.save(tx, handoff)
        return handoff

    # Steps that need the settings

    def _open(
        self,
        tx: Transaction,
        conversation: LockedConversation,
        author: Author,
        reasons: Reasons,
        *,
        turn: str | None = None,
        team: str | None = None,
        risk: str | None = None,
        client_id: str | None = None,
    ) -> Handoff:
        """A new handoff: the conversation waits, and the log says who asked and, to staff, why."""
        expires_at = tx.now + timedelta(hours=self.settings.expire_hours)
        handoff = Handoff(
            id=new_id("hnd"),
            conversation_id=conversation.id,
            team=team if team in self.settings.teams else self.settings.default_team,
            priority=priority_of([str(one["code"]) for one in reasons], conversation.mood, risk),
            reason=str(reasons[0]["code"]) if reasons else "unspecified",
            reasons=[dict(one) for one in reasons],
            turn=turn,
            requested_by=author.kind,
            requested_seq=0,
            sample=conversation.sample,
            created_at=tx.now,
            queued_at=tx.now,
            expires_at=expires_at,
            due_at=expires_at,
        )
        steps.hold_in_queue(tx, conversation, handoff)
        event = steps.say(tx, conversation, handoff, "handoff.requested", author, client_id=client_id, by=author.kind)
        handoff.requested_seq = event.seq
        staff_only = {"reasons": handoff.reasons, "team": handoff.team, "priority": handoff.priority}
        steps.say_staff(tx, conversation, handoff, "handoff.reasoned", author, **staff_only)
        rows.add(tx, handoff)
        tx.notify("handoffs", handoff=handoff.id, status=handoff.status)
        return handoff

    def _offer(self, tx: Transaction, handoff: Handoff, agent_id: str) -> None:
        steps.move(tx, handoff, "offer", self.settings)
        handoff.offered_to, handoff.offered_at = agent_id, tx.now

    def _accept(
        self, tx: Transaction, conversation: LockedConversation, handoff: Handoff, agent: StaffMember
    ) -> Handoff:
        steps.move(tx, handoff, "accept", self.settings)
        handoff.accepted_by, handoff.accepted_at = agent.id, tx.now
        handoff.offered_to = handoff.offered_at = None
        change_holder(tx, conversation, status="with_agent", kind="agent", id=agent.id)
        conversation.offers_running = 0
        face = face_of(tx.connection, agent.id)
        steps.say(tx, conversation, handoff, "handoff.accepted", Author.agent(agent.id), face)
        handoff.briefing = brief(tx.connection, conversation, handoff.reasons)
        rows.save(tx, handoff)
        return handoff

    def _check_target(self, tx: Transaction, by: StaffMember, team: str | None, agent: str | None) -> None:
        if (team is None) == (agent is None):
            raise invalid("team", "Name either a team or an agent.")
        if team is not None and team not in self.settings.teams:
            raise invalid("team", f"There is no team {team!r}. Teams are {', '.join(self.settings.teams)}.")
        if agent == by.id:
            raise invalid("agent", "It can't be given to yourself. Accept it, or take the conversation over.")
        if agent is not None and find_agent(tx.connection, agent) is None:
            raise not_found("agent")

    def _save_ended(self, tx: Transaction, handoff: Handoff, seq: int) -> Handoff:
        handoff.ended_seq = seq
        rows.save(tx, handoff)
        return handoff
