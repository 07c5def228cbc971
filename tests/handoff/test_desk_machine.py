"""From every state every input leads to a state that has a holder, and, while it waits for people, a deadline."""

import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from baton.core.staff import StaffMember
from baton.core.transaction import Transaction
from baton.handoff import rows
from baton.handoff.errors import Refused
from baton.handoff.messages import send_message
from baton.handoff.records import Handoff
from baton.handoff.transitions import STATUS_OF
from baton.handoff.waiting import carry_out, plan
from tests.handoff.world import World, open_world

AGENTS = st.integers(0, 2)


class DeskMachine(RuleBasedStateMachine):
    """One conversation, three agents, an impatient visitor, and a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.opened = contextmanager(open_world)("sqlite", Path(self.folder.name))
        self.world: World = self.opened.__enter__()
        roles = ("agent", "agent", "supervisor")
        self.agents = [self.world.agent(f"Agent {at}", role=role, here=True) for at, role in enumerate(roles)]
        self.id = self.world.says("Hello")
        self.number = 0
        self.epoch = 0

    def teardown(self) -> None:
        self.opened.__exit__(None, None, None)
        self.folder.cleanup()

    def newest(self) -> Handoff | None:
        return self.world.database.read_sync(lambda connection: rows.find_newest(connection, self.id))

    def attempt(self, work: Callable[[Transaction], Any]) -> Any:
        """A refusal is an answer too, as long as it has a code, and nothing was written."""
        before = len(self.world.events(self.id))
        try:
            return self.world.writer.run_sync(work)
        except Refused as refused:
            code = refused.code
        assert code in ("already_taken", "not_holder", "not_open", "invalid")
        assert len(self.world.events(self.id)) == before
        return None

    def client_id(self) -> str:
        self.number += 1
        return f"c{self.number}"

    def on_handoff(self, change: Callable[[Transaction, str], Any]) -> None:
        handoff = self.newest()
        if handoff is not None:
            self.attempt(lambda tx: change(tx, handoff.id))

    @rule()
    def visitor_writes(self) -> None:
        self.world.says("Anybody?", self.id)

    @rule()
    def visitor_asks(self) -> None:
        assert self.attempt(lambda tx: self.world.desk.request(tx, self.id, "vis_1", self.client_id())).seq > 0

    @rule()
    def visitor_cancels(self) -> None:
        self.attempt(lambda tx: self.world.desk.cancel(tx, self.id, "vis_1", self.client_id()))

    @precondition(lambda self: self.world.conversation(self.id).holder_kind == "assistant")
    @rule()
    def assistant_escalates(self) -> None:
        reasons = [{"code": "no_progress", "text": "No progress."}]
        self.attempt(lambda tx: self.world.desk.escalate(tx, tx.conversation(self.id), reasons))

    @rule(by=AGENTS)
    def agent_accepts(self, by: int) -> None:
        self.on_handoff(lambda tx, id: self.world.desk.accept(tx, id, self.agents[by]))

    @rule(by=AGENTS)
    def agent_declines(self, by: int) -> None:
        self.on_handoff(lambda tx, id: self.world.desk.decline(tx, id, self.agents[by]))

    @rule(by=AGENTS)
    def agent_takes(self, by: int) -> None:
        self.attempt(lambda tx: self.world.desk.take(tx, self.id, self.agents[by]))

    @rule(by=AGENTS, to=AGENTS)
    def agent_transfers_to_agent(self, by: int, to: int) -> None:
        self.on_handoff(lambda tx, id: self.world.desk.transfer(tx, id, self.agents[by], agent=self.agents[to].id))

    @rule(by=AGENTS, team=st.sampled_from(["support", "billing"]))
    def agent_transfers_to_team(self, by: int, team: str) -> None:
        self.on_handoff(lambda tx, id: self.world.desk.transfer(tx, id, self.agents[by], team=team, note="For you"))

    @rule(by=AGENTS)
    def agent_returns(self, by: int) -> None:
        self.on_handoff(lambda tx, id: self.world.desk.return_(tx, id, self.agents[by], "Done"))

    @rule(by=AGENTS)
    def agent_resolves(self, by: int) -> None:
        self.on_handoff(lambda tx, id: self.world.desk.resolve(tx, id, self.agents[by], "confirmed"))

    @rule(by=AGENTS)
    def agent_writes(self, by: int) -> None:
        agent: StaffMember = self.agents[by]
        written = self.attempt(lambda tx: send_message(tx, self.id, agent, self.client_id(), "Hello"))
        holds = self.world.conversation(self.id).holder_id == agent.id
        assert (written is not None) == holds

    @rule(seconds=st.sampled_from([1, 12, 60, 1000, 3 * 24 * 3600]))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.advance(seconds)
        now, desk = self.world.clock.now(), self.world.desk
        for step in self.world.database.read_sync(lambda connection: plan(connection, now, desk.settings)):
            self.attempt(partial(carry_out, desk=desk, step=step))

    @invariant()
    def the_row_and_the_conversation_agree(self) -> None:
        conversation, handoff = self.world.conversation(self.id), self.newest()
        assert conversation.epoch >= self.epoch
        self.epoch = conversation.epoch
        if handoff is None or handoff.ended_at is not None:
            assert conversation.holder_kind == "assistant"
            return
        assert conversation.status == STATUS_OF[handoff.status]  # type: ignore[index]
        assert handoff.due_at is not None
        held_by = ("agent", handoff.accepted_by) if handoff.status == "accepted" else ("handoff", handoff.id)
        assert (conversation.holder_kind, conversation.holder_id) == held_by
        assert (handoff.offered_to is not None) == (handoff.status == "offered")

    @invariant()
    def the_log_has_no_gap_and_visitors_see_no_staff_words(self) -> None:
        events = self.world.events(self.id)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        seen = [event for event in events if event.audience == "visitor"]
        assert [event.prev for event in seen] == [0, *(event.seq for event in seen[:-1])]
        ids = [agent.id for agent in self.agents]
        assert not any(id in str(event.body) for event in seen for id in ids)


def test_no_input_leaves_the_desk_without_a_holder_or_a_deadline() -> None:
    few = settings(max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(DeskMachine, settings=few)
