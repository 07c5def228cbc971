"""Turns in shadow mode: what they are about, which is left, and what a failed one says to visitors: nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

import baton.server.tables  # noqa: F401  (defines every table)
from baton.assistant.conversations import TURNS, Arrival, give_to_assistant, receive, resolve
from baton.assistant.decisions import Answer, Reason
from baton.assistant.judging import Outcome
from baton.assistant.recording import Recorder
from baton.assistant.settings import AssistantSettings
from baton.assistant.shadowing import receive_in_shadow
from baton.assistant.turns import gather
from baton.assistant.wording import Message
from baton.core.log import Author
from baton.core.transaction import CONVERSATIONS, EVENTS
from baton.handoff import rows
from baton.handoff.desk import Desk
from baton.handoff.settings import HandoffSettings
from tests.core.ground import Ground, open_ground

ARRIVAL = Arrival("vis_1", "en")
DESK = Desk(HandoffSettings())


@pytest.fixture
def ground(database_url: str, tmp_path: Path) -> Iterator[Ground]:
    with open_ground(database_url, tmp_path) as made:
        yield made


def write(ground: Ground, text: str, client_id: str | None = None) -> None:
    ground.writer.run_sync(lambda tx: receive_in_shadow(tx, "cnv_1", ARRIVAL, text, client_id, "me", desk=DESK))
    ground.clock.advance(seconds=1)


def turns(ground: Ground) -> list[tuple[str, str, bool]]:
    query = select(TURNS.c.id, TURNS.c.state, TURNS.c.shadow).order_by(TURNS.c.created_at)
    return [tuple(row) for row in ground.database.read_sync(lambda c: c.execute(query).all())]


def visible(ground: Ground) -> list[str]:
    query = select(EVENTS.c.kind, EVENTS.c.author_kind).where(EVENTS.c.audience == "visitor").order_by(EVENTS.c.seq)
    return [f"{row.kind} {row.author_kind}" for row in ground.database.read_sync(lambda c: c.execute(query).all())]


def test_a_message_goes_to_people_at_once_and_one_that_comes_again_does_nothing_more(ground: Ground) -> None:
    write(ground, "Where is it?", "m1")
    write(ground, "Where is it?", "m1")
    assert visible(ground) == ["message.added visitor", "handoff.requested assistant"]
    assert [(state, shadow) for _, state, shadow in turns(ground)] == [("queued", True)]


def test_of_a_burst_only_the_last_is_drafted_and_it_is_about_everything_since_people_spoke(ground: Ground) -> None:
    write(ground, "one")
    ground.writer.run_sync(
        lambda tx: tx.append(tx.conversation("cnv_1"), "message.added", Author.agent("stf_1"), {"text": "Hello."})
    )
    write(ground, "two")
    write(ground, "three")
    assert [state for _, state, _ in turns(ground)] == ["superseded", "superseded", "queued"]
    found = ground.database.read_sync(lambda c: gather(c, turns(ground)[-1][0]))
    assert found is not None and found.shadow
    assert (found.case.message, [one.text for one in found.case.history]) == ("two\nthree", ["one", "Hello."])
    assert found.basis == {"since_seq": 4}


def test_a_visitor_who_thinks_better_of_it_before_the_draft_is_there_is_not_put_into_the_queue_again(
    ground: Ground,
) -> None:
    write(ground, "Where is it?")
    ground.writer.run_sync(lambda tx: DESK.cancel(tx, "cnv_1", "vis_1", "c1"))
    recorder = Recorder(DESK, AssistantSettings(shadow=True), "Baton", "me")
    outcome = Outcome(Answer((Reason("confident", "."),)), Message("Here."), (), None, None, "en")
    turn = turns(ground)[0][0]
    ground.writer.run_sync(lambda tx: recorder.record(tx, turn, 1, outcome, {"since_seq": 0}))
    assert visible(ground)[-1] == "handoff.cancelled visitor"
    assert turns(ground)[0][1] == "done"


def test_who_waits_moves_up_once_the_draft_finds_it_pressing_and_never_down(ground: Ground) -> None:
    write(ground, "Where is it?")
    waiting = ground.database.read_sync(lambda c: rows.find_open(c, "cnv_1"))
    assert waiting is not None and waiting.priority == 1

    def press(code: str) -> tuple[int, list[str]]:
        reasons = [{"code": code, "text": "."}]
        ground.writer.run_sync(lambda tx: DESK.press(tx, tx.conversation("cnv_1"), reasons))
        found = ground.database.read_sync(lambda c: rows.find_open(c, "cnv_1"))
        assert found is not None
        return found.priority, [one["code"] for one in found.reasons]

    assert press("not_confident") == (1, ["shadow"])
    assert press("threat") == (3, ["shadow", "threat"])
    assert press("mood") == (3, ["shadow", "threat"])
    ground.writer.run_sync(lambda tx: DESK.cancel(tx, "cnv_1", "vis_1", "c1"))
    ground.writer.run_sync(lambda tx: DESK.press(tx, tx.conversation("cnv_1"), [{"code": "threat", "text": "."}]))
    assert ground.database.read_sync(lambda c: rows.find_open(c, "cnv_1")) is None


def test_a_turn_that_fails_in_shadow_says_nothing_and_people_keep_the_conversation(ground: Ground) -> None:
    write(ground, "Where is it?")
    before = visible(ground)
    recorder = Recorder(DESK, AssistantSettings(shadow=True), "Baton", "me")
    ground.writer.run_sync(lambda tx: recorder.give_up(tx, turns(ground)[0][0]))
    assert visible(ground) == before
    assert turns(ground)[0][1] == "done"


def test_a_turn_from_before_shadow_mode_that_fails_goes_to_people_unspoken(ground: Ground) -> None:
    ground.writer.run_sync(lambda tx: receive(tx, "cnv_1", ARRIVAL, "Where is it?", None, "me"))
    recorder = Recorder(DESK, AssistantSettings(shadow=True), "Baton", "me")
    ground.writer.run_sync(lambda tx: recorder.give_up(tx, turns(ground)[0][0]))
    assert visible(ground) == ["message.added visitor", "handoff.requested assistant"]
    status = select(CONVERSATIONS.c.status).where(CONVERSATIONS.c.id == "cnv_1")
    assert ground.database.read_sync(lambda c: c.execute(status).scalar()) == "waiting_for_agent"


def test_what_is_resolved_is_not_drafted_any_more_and_drafts_don_t_count_as_turns_taken(ground: Ground) -> None:
    write(ground, "Where is it?")
    recorder = Recorder(DESK, AssistantSettings(shadow=True), "Baton", "me")
    ground.writer.run_sync(lambda tx: resolve(tx, tx.conversation("cnv_1"), "confirmed", Author.agent("stf_1")))
    ground.writer.run_sync(lambda tx: recorder.give_up(tx, turns(ground)[0][0]))
    assert turns(ground)[0][1] == "superseded"
    ground.writer.run_sync(lambda tx: give_to_assistant(tx, tx.conversation("cnv_1")))
    ground.writer.run_sync(lambda tx: receive(tx, "cnv_1", ARRIVAL, "And now?", None, "me"))
    found = ground.database.read_sync(lambda c: gather(c, turns(ground)[-1][0]))
    assert found is not None and (found.case.turns_without_progress, found.shadow) == (0, False)
