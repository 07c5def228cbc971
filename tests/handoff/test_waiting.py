"""What happens without anybody asking, by a clock that is set, over both databases."""

import asyncio

import pytest

from baton.assistant.conversations import VISITORS, Arrival, open_conversation
from baton.assistant.phrases import LANGUAGES
from baton.core.ids import new_id
from baton.core.staff import deactivate_staff
from baton.handoff import presence
from baton.handoff.listing import list_staff
from baton.handoff.lobby import Lobby
from baton.handoff.messages import send_message
from baton.handoff.nobody import in_words
from baton.handoff.settings import HandoffSettings
from tests.handoff.world import World

MOST_HELD = 4
"""Conversations that fit an agent who was given no other capacity."""


def keep_alive(world: World, *ids: str) -> None:
    world.writer.run_sync(lambda tx: presence.keep_alive(tx, set(ids)))


async def test_with_nobody_on_duty_the_visitor_is_told_within_thirty_seconds_and_asked_for_an_address(
    world: World,
) -> None:
    handoff = world.asks_for_person()
    await world.sweep.sweep()
    assert world.kinds(handoff.conversation_id, "visitor")[-1] == "handoff.requested"
    world.clock.advance(11)
    await world.sweep.sweep()
    await world.sweep.sweep()
    told, asked = [event for event in world.events(handoff.conversation_id) if event.audience == "visitor"][-2:]
    assert (told.author.kind, asked.kind) == ("system", "contact.asked")
    assert "Nobody from our team is here" in told.body["text"]
    assert world.kinds(handoff.conversation_id).count("contact.asked") == 1
    ann = world.agent("Ann")
    assert world.writer.run_sync(lambda tx: world.desk.accept(tx, handoff.id, ann)).status == "accepted"


@pytest.mark.parametrize(
    ("said", "locale", "told"),
    [
        ("Ich möchte bitte mit einem Menschen sprechen", "en", "Gerade ist niemand aus unserem Team da."),
        ("ok", "fr-CH", "Personne de notre équipe n'est là pour le moment."),
        (None, "nl", "Er is op dit moment niemand van ons team aanwezig."),
        (None, "fi", "Nobody from our team is here right now."),
        (None, None, "Nobody from our team is here right now."),
    ],
)
async def test_nobody_is_here_is_said_in_the_visitors_language(
    world: World, said: str | None, locale: str | None, told: str
) -> None:
    id = world.says(said, locale=locale) if said else new_id("cnv")
    if not said:
        world.writer.run_sync(lambda tx: open_conversation(tx, id, Arrival("vis_1", locale)).id)
    world.writer.run_sync(lambda tx: world.desk.request(tx, id, "vis_1", "h1"))
    world.clock.advance(11)
    await world.sweep.sweep()
    assert world.events(id)[-2].body["text"].startswith(told)


async def test_the_owners_own_words_are_said_as_they_stand(world: World) -> None:
    own = {"nobody_text": "Closed.", "opening_hours": "Open 9 to 5.", "address_text": "Write to us."}
    world.desk.settings = world.desk.settings.model_copy(update=own)
    id = world.says("Ich möchte bitte mit einem Menschen sprechen")
    world.writer.run_sync(lambda tx: world.desk.request(tx, id, "vis_1", "h1"))
    world.clock.advance(11)
    await world.sweep.sweep()
    assert world.events(id)[-2].body["text"] == "Closed. Open 9 to 5. Write to us."


def test_what_is_said_is_there_in_every_language() -> None:
    for known in (False, True):
        said = {language: in_words(HandoffSettings(), language, knows_address=known) for language in LANGUAGES}
        assert len(set(said.values())) == len(LANGUAGES)


async def test_nobody_is_here_is_not_said_while_somebody_is_who_let_it_pass_or_was_asked_about_another(
    world: World,
) -> None:
    ann = world.agent("Ann", here=True)
    first, second = world.asks_for_person(), world.asks_for_person()
    world.clock.advance(11)
    keep_alive(world, ann.id)
    await world.sweep.sweep()
    world.clock.advance(46)
    keep_alive(world, ann.id)
    await world.sweep.sweep()
    await world.sweep.sweep()
    for handoff in (first, second):
        assert "contact.asked" not in world.kinds(handoff.conversation_id)


async def test_who_has_given_an_address_is_not_asked_for_it_again(world: World) -> None:
    handoff = world.asks_for_person()
    known = VISITORS.update().values(email="ann@example.com", assurance="claimed")
    world.writer.run_sync(lambda tx: tx.connection.execute(known).close())
    world.clock.advance(11)
    await world.sweep.sweep()
    assert world.kinds(handoff.conversation_id, "visitor")[-2:] == ["handoff.requested", "message.added"]
    assert "we have your address" in world.events(handoff.conversation_id)[-1].body["text"]


async def test_a_free_agent_is_offered_it_and_the_offer_lapses_to_the_next_one(world: World) -> None:
    first, second = world.agent("Ann", here=True), world.agent("Bob", here=True)
    handoff = world.asks_for_person()
    await world.sweep.sweep()
    offered = world.handoff(handoff.id)
    assert offered.status == "offered"
    asked = offered.offered_to
    assert asked in (first.id, second.id)
    other = second if asked == first.id else first
    world.clock.advance(46)
    keep_alive(world, first.id, second.id)
    await world.sweep.sweep()
    await world.sweep.sweep()
    again = world.handoff(handoff.id)
    assert (again.status, again.offered_to, again.declined_by) == ("offered", other.id, [asked])
    assert world.kinds(handoff.conversation_id, "visitor").count("handoff.offered") == 2
    assert not any(
        first.id in str(event.body) for event in world.events(handoff.conversation_id) if event.audience == "visitor"
    )


def offered_to(world: World, handoff: str) -> str | None:
    return world.handoff(handoff).offered_to


async def let_pass(world: World, *here: str) -> None:
    """The offer's time runs out while these have their consoles open, and is noticed."""
    world.clock.advance(46)
    keep_alive(world, *here)
    await world.sweep.sweep()
    await world.sweep.sweep()


async def test_who_let_an_offer_pass_is_asked_again_after_a_while_and_then_after_a_longer_one(world: World) -> None:
    ann, handoff = world.agent("Ann", here=True), world.asks_for_person()
    await world.sweep.sweep()
    for pause in (120, 240, 480):
        assert offered_to(world, handoff.id) == ann.id
        await let_pass(world, ann.id)
        assert (world.handoff(handoff.id).status, offered_to(world, handoff.id)) == ("waiting", None)
        world.clock.advance(pause - 1)
        keep_alive(world, ann.id)
        await world.sweep.sweep()
        assert offered_to(world, handoff.id) is None
        world.clock.advance(1)
        await world.sweep.sweep()
    assert offered_to(world, handoff.id) == ann.id
    accepted = world.writer.run_sync(lambda tx: world.desk.accept(tx, handoff.id, ann))
    assert (accepted.status, accepted.declined_by) == ("accepted", [ann.id])


async def test_who_let_an_offer_pass_and_comes_back_is_asked_at_once(world: World) -> None:
    ann, handoff = world.agent("Ann", here=True), world.asks_for_person()
    await world.sweep.sweep()
    await let_pass(world, ann.id)
    for state in ("away", "available"):
        assert offered_to(world, handoff.id) is None
        world.clock.advance(1)
        world.writer.run_sync(lambda tx, state=state: presence.set_presence(tx, ann.id, state))  # type: ignore[misc]
        await world.sweep.sweep()
    assert offered_to(world, handoff.id) == ann.id

    await let_pass(world)
    world.clock.advance(61)
    world.writer.run_sync(lambda tx: presence.arrive(tx, ann.id))
    await world.sweep.sweep()
    assert offered_to(world, handoff.id) == ann.id


async def test_who_is_free_is_asked_again_while_everybody_else_is_busy_but_never_who_said_no(world: World) -> None:
    ann, bob, cid = (world.agent(name, here=True) for name in ("Ann", "Bob", "Cid"))
    handoff = world.asks_for_person()
    world.writer.run_sync(lambda tx: world.desk.decline(tx, handoff.id, cid))
    world.writer.run_sync(lambda tx: world.desk.offer(tx, handoff.id, ann.id, "Free."))
    for _ in range(MOST_HELD):
        other = world.asks_for_person()
        world.writer.run_sync(lambda tx, id=other.id: world.desk.accept(tx, id, bob))  # type: ignore[misc]
    await let_pass(world, ann.id, bob.id, cid.id)
    assert offered_to(world, handoff.id) is None
    world.clock.advance(120)
    keep_alive(world, ann.id, bob.id, cid.id)
    await world.sweep.sweep()
    assert offered_to(world, handoff.id) == ann.id


async def test_who_let_it_pass_can_still_say_no(world: World) -> None:
    ann, handoff = world.agent("Ann", here=True), world.asks_for_person()
    await world.sweep.sweep()
    await let_pass(world, ann.id)
    declined = world.writer.run_sync(lambda tx: world.desk.decline(tx, handoff.id, ann))
    assert (declined.status, declined.declined_by, declined.lapsed_by) == ("waiting", [ann.id], [])
    world.clock.advance(600)
    keep_alive(world, ann.id)
    await world.sweep.sweep()
    assert offered_to(world, handoff.id) is None


async def test_one_agent_is_asked_for_one_at_a_time_and_the_urgent_one_first(world: World) -> None:
    world.agent("Ann", here=True)
    calm = world.asks_for_person()
    id = world.says("This is useless!!")
    reasons = [{"code": "protected", "text": "It is about a card."}]
    world.writer.run_sync(lambda tx: world.desk.escalate(tx, tx.conversation(id), reasons))
    await world.sweep.sweep()
    await world.sweep.sweep()
    assert (world.handoff(calm.id).status, world.open_handoff(id).status) == ("waiting", "offered")


async def test_two_sweeps_at_once_offer_a_handoff_once(world: World) -> None:
    world.agent("Ann", here=True)
    world.agent("Bob", here=True)
    handoff = world.asks_for_person()
    await asyncio.gather(*(world.sweep.sweep() for _ in range(4)))
    assert world.kinds(handoff.conversation_id).count("handoff.offered") == 1


async def test_who_is_away_or_has_no_open_console_is_not_offered_anything(world: World) -> None:
    away, gone, lost = world.agent("Ann", here=True), world.agent("Bob"), world.agent("Cid", here=True)
    world.writer.run_sync(lambda tx: presence.set_presence(tx, away.id, "away"))
    world.clock.advance(21)
    keep_alive(world, away.id)
    handoff = world.asks_for_person()
    await world.sweep.sweep()
    assert world.handoff(handoff.id).status == "waiting"
    now, settings = world.clock.now(), world.desk.settings
    shown = world.database.read_sync(lambda connection: list_staff(connection, now, settings))
    states = {one["id"]: one["presence"] for one in shown}
    assert states == {away.id: "away", gone.id: "offline", lost.id: "offline"}


async def test_a_lost_connection_shows_within_ten_seconds_and_counts_only_after_some_grace(world: World) -> None:
    ann, lobby = world.agent("Ann", here=True), Lobby(world.desk.settings, world.clock)
    world.clock.advance(11)
    now, settings = world.clock.now(), world.desk.settings
    assert (
        world.database.read_sync(lambda connection: list_staff(connection, now, settings))[0]["presence"] == "offline"
    )
    assert world.database.read_sync(lobby.agents_online) == 1
    world.clock.advance(10)
    assert world.database.read_sync(lobby.agents_online) == 0
    keep_alive(world, ann.id)
    assert world.database.read_sync(lobby.agents_online) == 1


async def test_a_handoff_nobody_took_ends_and_the_assistant_holds_again(world: World) -> None:
    handoff = world.asks_for_person()
    world.clock.advance(72 * 3600 + 1)
    await world.sweep.sweep()
    ended = world.handoff(handoff.id)
    assert (ended.status, ended.due_at) == ("expired", None)
    assert world.conversation(handoff.conversation_id).status == "with_assistant"
    assert "handoff.expired" in world.kinds(handoff.conversation_id, "visitor")


async def test_what_an_agent_held_waits_again_once_they_have_been_gone_too_long(world: World) -> None:
    ann = world.agent("Ann", here=True)
    handoff = world.asks_for_person()
    world.writer.run_sync(lambda tx: world.desk.accept(tx, handoff.id, ann))
    world.clock.advance(800)
    keep_alive(world, ann.id)
    world.clock.advance(200)
    await world.sweep.sweep()
    assert world.handoff(handoff.id).status == "accepted"
    world.clock.advance(701)
    await world.sweep.sweep()
    back = world.handoff(handoff.id)
    assert (back.status, back.accepted_by) == ("waiting", None)
    assert "agent_gone" in str([event.body for event in world.events(handoff.conversation_id)])


async def test_a_program_that_never_opened_a_console_keeps_what_it_holds(world: World) -> None:
    program = world.agent("Desk robot")
    handoff = world.asks_for_person()
    world.writer.run_sync(lambda tx: world.desk.accept(tx, handoff.id, program))
    world.clock.advance(5000)
    await world.sweep.sweep()
    world.writer.run_sync(lambda tx: send_message(tx, handoff.conversation_id, program, "m1", "Still here."))
    kept = world.handoff(handoff.id)
    assert kept.status == "accepted"
    assert kept.due_at is not None
    assert kept.due_at > world.clock.now()


async def test_what_a_deactivated_agent_held_waits_again_though_another_process_deactivated_them(world: World) -> None:
    ann = world.agent("Ann", here=True)
    handoff = world.asks_for_person()
    world.writer.run_sync(lambda tx: world.desk.accept(tx, handoff.id, ann))
    world.writer.run_sync(lambda tx: deactivate_staff(tx, ann.id))
    await world.sweep.sweep()
    back = world.handoff(handoff.id)
    assert (back.status, back.accepted_by, back.declined_by) == ("waiting", None, [ann.id])
    assert world.conversation(handoff.conversation_id).holder_kind == "handoff"


async def test_the_place_in_the_queue_counts_who_came_before_in_the_same_team(world: World) -> None:
    lobby, before = Lobby(world.desk.settings, world.clock), world.asks_for_person()
    world.clock.advance(1)
    mine = world.asks_for_person()
    ids = (before.conversation_id, mine.conversation_id)
    places = world.database.read_sync(lambda connection: [lobby.queue(connection, id) for id in ids])
    assert places == [{"position": 1, "estimate_seconds": None}, {"position": 2, "estimate_seconds": None}]
    world.agent("Ann", here=True)
    world.writer.run_sync(lambda tx: world.desk.cancel(tx, before.conversation_id, "vis_1", "c"))
    moved = world.database.read_sync(lambda connection: lobby.queue(connection, mine.conversation_id))
    assert moved == {"position": 1, "estimate_seconds": 30}


async def test_samples_wait_apart_and_are_offered_to_nobody(world: World) -> None:
    lobby, ann = Lobby(world.desk.settings, world.clock), world.agent("Ann", here=True)
    sample = world.says("The lid came off", sample=True)
    world.writer.run_sync(lambda tx: world.desk.request(tx, sample, "vis_1", "h1"))
    world.clock.advance(11)
    keep_alive(world, ann.id)
    await world.sweep.sweep()
    waiting = world.open_handoff(sample)
    assert (waiting.sample, waiting.status) == (True, "waiting")

    mine = world.asks_for_person()
    queue = world.database.read_sync(lambda connection: lobby.queue(connection, mine.conversation_id))
    assert queue is not None and queue["position"] == 1
    await world.sweep.sweep()
    assert world.handoff(mine.id).offered_to == ann.id
    assert world.writer.run_sync(lambda tx: world.desk.accept(tx, waiting.id, ann)).status == "accepted"
    assert "contact.asked" not in world.kinds(sample)


async def test_the_running_sweep_acts_on_a_request_without_being_asked(world: World) -> None:
    ann = world.agent("Ann", here=True)
    async with world.bus.subscribe("handoffs") as notices:
        running = asyncio.create_task(world.sweep.run())
        handoff = await asyncio.to_thread(world.asks_for_person)
        async with asyncio.timeout(10):
            async for notice in notices:
                if notice.payload["status"] == "offered":
                    break
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert world.handoff(handoff.id).offered_to == ann.id
