"""Stories at the desk, told over both databases: who holds, what the log says, who is refused and how."""

import asyncio
from functools import partial

import pytest

from baton.assistant.conversations import may_speak
from baton.core.staff import StaffMember
from baton.handoff.errors import Refused
from baton.handoff.messages import send_message, write_aside
from tests.handoff.world import World

LATE = StaffMember("stf_late", None, "Late", "agent", (), (), None)


def test_a_request_makes_the_conversation_wait_and_tells_the_reason_to_staff_alone(world: World) -> None:
    handoff = world.asks_for_person()
    conversation = world.conversation(handoff.conversation_id)
    assert (conversation.status, conversation.holder_kind, conversation.holder_id) == (
        "waiting_for_agent",
        "handoff",
        handoff.id,
    )
    requested, reasoned = world.events(handoff.conversation_id)[1:]
    assert requested.body == {"handoff": handoff.id, "agent": None, "position": 1, "by": "visitor"}
    assert (reasoned.kind, reasoned.audience) == ("handoff.reasoned", "staff")
    assert handoff.requested_seq == requested.seq
    assert handoff.due_at is not None


def test_a_second_request_gets_the_seq_of_the_open_one(world: World) -> None:
    handoff = world.asks_for_person()
    id = handoff.conversation_id
    again = world.writer.run_sync(lambda tx: world.desk.request(tx, id, "vis_1", "second"))
    assert again.seq == handoff.requested_seq
    world.writer.run_sync(lambda tx: world.desk.cancel(tx, id, "vis_1", "cancel"))
    late = world.writer.run_sync(lambda tx: world.desk.request(tx, id, "vis_1", "second"))
    assert late.seq == handoff.requested_seq
    assert world.conversation(id).status == "with_assistant"


async def test_of_two_agents_at_once_exactly_one_has_it_and_the_other_is_told_who(world: World) -> None:
    handoff = world.asks_for_person()
    ann, bob = world.agent("Ann"), world.agent("Bob")
    accepts = [partial(world.desk.accept, handoff_id=handoff.id, agent=who) for who in (ann, bob) * 5]
    outcomes = await asyncio.gather(*map(world.writer.run, accepts), return_exceptions=True)
    refusals = [one for one in outcomes if isinstance(one, Refused)]
    assert len(refusals) == 5
    holder = world.handoff(handoff.id).accepted_by
    winner = ann if holder == ann.id else bob
    assert {(one.status, one.code) for one in refusals} == {(409, "already_taken")}
    assert refusals[0].more["by"] == {"id": winner.id, "name": winner.name}
    assert world.kinds(handoff.conversation_id).count("handoff.accepted") == 1


def test_the_visitor_sees_who_accepted_by_name_and_avatar_only(world: World) -> None:
    handoff, ann = world.asks_for_person(), world.agent("Ann")
    world.writer.run_sync(lambda tx: world.desk.accept(tx, handoff.id, ann))
    accepted = world.events(handoff.conversation_id)[-1]
    assert accepted.body == {"handoff": handoff.id, "agent": {"name": "Ann", "avatar": None}, "position": None}


def test_taking_over_from_the_assistant_fences_the_turn_that_was_under_way(world: World) -> None:
    id, ann = world.says("Where is my parcel?"), world.agent("Ann")
    before = world.conversation(id)
    assert may_speak(before, before.turn, before.epoch)
    handoff = world.writer.run_sync(lambda tx: world.desk.take(tx, id, ann))
    now = world.conversation(id)
    assert (handoff.status, now.holder_id) == ("accepted", ann.id)
    assert now.epoch > before.epoch
    assert not may_speak(now, before.turn, before.epoch)
    assert world.writer.run_sync(lambda tx: world.desk.take(tx, id, ann)).id == handoff.id


def test_taking_what_another_agent_holds_is_refused_by_name(world: World) -> None:
    id, ann, bob = world.says("Hello"), world.agent("Ann"), world.agent("Bob")
    world.writer.run_sync(lambda tx: world.desk.take(tx, id, ann))
    with pytest.raises(Refused) as refused:
        world.writer.run_sync(lambda tx: world.desk.take(tx, id, bob))
    assert (refused.value.code, refused.value.more["by"]["name"]) == ("already_taken", "Ann")


def test_a_message_is_written_once_and_only_by_the_holder(world: World) -> None:
    handoff, ann, bob = world.asks_for_person(), world.agent("Ann"), world.agent("Bob")
    id = handoff.conversation_id
    world.writer.run_sync(lambda tx: world.desk.accept(tx, handoff.id, ann))
    first = world.writer.run_sync(lambda tx: send_message(tx, id, ann, "m1", "Hello, this is Ann."))
    again = world.writer.run_sync(lambda tx: send_message(tx, id, ann, "m1", "Hello, this is Ann."))
    assert (again.seq, first.repeated, again.repeated) == (first.seq, False, True)
    with pytest.raises(Refused) as refused:
        world.writer.run_sync(lambda tx: send_message(tx, id, bob, "m2", "And this is Bob."))
    assert refused.value.code == "not_holder"
    world.writer.run_sync(lambda tx: world.desk.return_(tx, handoff.id, ann, "She wants a call."))
    late = world.writer.run_sync(lambda tx: send_message(tx, id, ann, "m1", "Hello, this is Ann."))
    assert late.seq == first.seq
    with pytest.raises(Refused):
        world.writer.run_sync(lambda tx: send_message(tx, id, ann, "m3", "One more thing."))


def test_notes_whispers_and_reasons_are_never_for_the_visitor(world: World) -> None:
    handoff, ann, bob = world.asks_for_person(), world.agent("Ann"), world.agent("Bob", here=True)
    id = handoff.conversation_id
    secret = "zebra-secret"
    world.writer.run_sync(lambda tx: world.desk.accept(tx, handoff.id, ann))
    world.writer.run_sync(lambda tx: write_aside(tx, "note.added", id, bob, "n1", secret))
    world.writer.run_sync(lambda tx: write_aside(tx, "whisper.added", id, bob, "w1", secret))
    world.writer.run_sync(lambda tx: world.desk.transfer(tx, handoff.id, ann, agent=bob.id, note=secret))
    world.writer.run_sync(lambda tx: world.desk.accept(tx, handoff.id, bob))
    world.writer.run_sync(lambda tx: world.desk.resolve(tx, handoff.id, bob, secret))
    seen = [event for event in world.events(id) if event.audience == "visitor"]
    assert not any(secret in str(event.body) or bob.id in str(event.body) for event in seen)
    assert sum(secret in str(event.body) for event in world.events(id)) == 4
    assert [event.prev for event in seen[1:]] == [event.seq for event in seen[:-1]]


def test_a_transfer_to_a_team_waits_there_and_only_its_holder_may_ask_for_it(world: World) -> None:
    handoff, ann, bob = world.asks_for_person(), world.agent("Ann"), world.agent("Bob")
    with pytest.raises(Refused) as refused:
        world.writer.run_sync(lambda tx: world.desk.transfer(tx, handoff.id, bob, team="billing"))
    assert refused.value.code == "not_holder"
    world.writer.run_sync(lambda tx: world.desk.accept(tx, handoff.id, ann))
    moved = world.writer.run_sync(lambda tx: world.desk.transfer(tx, handoff.id, ann, team="billing", note="A refund."))
    assert (moved.status, moved.team, moved.accepted_by, moved.note) == ("waiting", "billing", None, "A refund.")
    assert world.briefing(handoff.id)["notes"] == ["A refund."]
    assert world.conversation(handoff.conversation_id).status == "waiting_for_agent"
    boss = world.agent("Sue", role="supervisor")
    offered = world.writer.run_sync(lambda tx: world.desk.transfer(tx, handoff.id, boss, agent=bob.id))
    assert (offered.status, offered.offered_to) == ("offered", bob.id)


@pytest.mark.parametrize(
    "target",
    [{}, {"team": "billing", "agent": "stf_x"}, {"team": "nowhere"}, {"agent": "stf_nobody"}],
    ids=["neither", "both", "unknown team", "unknown agent"],
)
def test_a_transfer_without_a_real_target_is_refused_and_changes_nothing(
    embedded_world: World, target: dict[str, str]
) -> None:
    world = embedded_world
    handoff, ann = world.asks_for_person(), world.agent("Ann")
    world.writer.run_sync(lambda tx: world.desk.accept(tx, handoff.id, ann))
    before = world.kinds(handoff.conversation_id)
    with pytest.raises(Refused):
        world.writer.run_sync(lambda tx: world.desk.transfer(tx, handoff.id, ann, **target))
    assert world.kinds(handoff.conversation_id) == before
    assert world.handoff(handoff.id).accepted_by == ann.id


def test_a_decline_is_remembered_and_the_handoff_waits_on(world: World) -> None:
    handoff, ann = world.asks_for_person(), world.agent("Ann", here=True)
    world.writer.run_sync(lambda tx: world.desk.offer(tx, handoff.id, ann.id, "first"))
    declined = world.writer.run_sync(lambda tx: world.desk.decline(tx, handoff.id, ann))
    assert (declined.status, declined.offered_to, declined.declined_by) == ("waiting", None, [ann.id])
    assert "handoff.declined" not in world.kinds(handoff.conversation_id, "visitor")


def test_any_agent_may_accept_what_was_offered_to_another(world: World) -> None:
    handoff, ann, bob = world.asks_for_person(), world.agent("Ann"), world.agent("Bob")
    world.writer.run_sync(lambda tx: world.desk.offer(tx, handoff.id, ann.id, "first"))
    assert world.writer.run_sync(lambda tx: world.desk.accept(tx, handoff.id, bob)).accepted_by == bob.id


def test_the_visitors_cancel_gives_it_back_to_the_assistant_once(world: World) -> None:
    handoff = world.asks_for_person()
    id = handoff.conversation_id
    first = world.writer.run_sync(lambda tx: world.desk.cancel(tx, id, "vis_1", "c1"))
    again = world.writer.run_sync(lambda tx: world.desk.cancel(tx, id, "vis_1", "c1"))
    other = world.writer.run_sync(lambda tx: world.desk.cancel(tx, id, "vis_1", "c2"))
    assert {written.seq for written in (first, again, other) if written} == {world.handoff(handoff.id).ended_seq}
    conversation = world.conversation(id)
    assert (conversation.status, conversation.holder_kind) == ("with_assistant", "assistant")
    with pytest.raises(Refused) as refused:
        world.writer.run_sync(lambda tx: world.desk.accept(tx, handoff.id, LATE))
    assert refused.value.code == "not_open"


def test_a_cancel_without_any_handoff_writes_nothing(embedded_world: World) -> None:
    id = embedded_world.says("Hello")
    assert embedded_world.writer.run_sync(lambda tx: embedded_world.desk.cancel(tx, id, "vis_1", "c1")) is None
    assert embedded_world.kinds(id) == ["message.added"]


def test_a_resolved_conversation_reopens_with_the_assistant_and_can_be_handed_over_again(world: World) -> None:
    handoff, ann = world.asks_for_person(), world.agent("Ann")
    id = handoff.conversation_id
    world.writer.run_sync(lambda tx: world.desk.accept(tx, handoff.id, ann))
    world.writer.run_sync(lambda tx: world.desk.resolve(tx, handoff.id, ann, "solved"))
    resolved = world.conversation(id)
    assert (resolved.status, resolved.outcome, resolved.resolved_at) == ("resolved", "solved", world.clock.now())
    assert world.kinds(id, "visitor")[-2:] == ["conversation.resolved", "rating.asked"]
    world.writer.run_sync(lambda tx: world.desk.request(tx, id, "vis_1", "again"))
    assert world.kinds(id, "visitor")[-2:] == ["conversation.reopened", "handoff.requested"]
    assert world.conversation(id).epoch > resolved.epoch
    assert world.open_handoff(id).id != handoff.id


def test_resolving_or_returning_twice_by_the_same_agent_is_once(world: World) -> None:
    handoff, ann, bob = world.asks_for_person(), world.agent("Ann"), world.agent("Bob")
    world.writer.run_sync(lambda tx: world.desk.accept(tx, handoff.id, ann))
    world.writer.run_sync(lambda tx: world.desk.resolve(tx, handoff.id, ann, "solved"))
    events = len(world.events(handoff.conversation_id))
    world.writer.run_sync(lambda tx: world.desk.resolve(tx, handoff.id, ann, "solved"))
    assert len(world.events(handoff.conversation_id)) == events
    with pytest.raises(Refused) as refused:
        world.writer.run_sync(lambda tx: world.desk.resolve(tx, handoff.id, bob, "solved"))
    assert refused.value.code == "not_open"


def test_while_a_person_is_awaited_or_there_the_assistant_gets_no_turn(world: World) -> None:
    handoff, ann = world.asks_for_person(), world.agent("Ann")
    id = handoff.conversation_id
    for _ in ("waiting", "accepted"):
        world.says("Anybody there?", id)
        assert world.conversation(id).turn is None
        world.writer.run_sync(lambda tx: world.desk.take(tx, id, ann))


def test_the_assistants_escalation_says_who_asked_and_keeps_its_reasons_for_staff(world: World) -> None:
    id = world.says("This is the third time! My order 48213 is not here")
    reasons = [{"code": "no_progress", "text": "Three turns brought nothing."}]
    world.writer.run_sync(lambda tx: world.desk.escalate(tx, tx.conversation(id), reasons, team="billing"))
    handoff = world.open_handoff(id)
    assert (handoff.team, handoff.reason, handoff.priority, handoff.requested_by) == (
        "billing",
        "no_progress",
        2,
        "assistant",
    )
    seen = [event for event in world.events(id) if event.audience == "visitor"][-1]
    assert seen.body["by"] == "assistant"
    assert set(seen.body) == {"handoff", "agent", "position", "by"}
    briefing = world.briefing(handoff.id)
    assert briefing["reasons"] == reasons
    assert {"name": "order", "value": "48213", "assurance": "claimed"} in briefing["facts"]
