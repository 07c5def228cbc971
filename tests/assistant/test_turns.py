"""What a turn is about, read from the log."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

import baton.server.tables  # noqa: F401  (defines every table)
from baton.assistant.conversations import TURNS, Arrival, change_holder, finish_turn, receive
from baton.assistant.turns import Gathered, gather
from baton.core.log import Author
from baton.core.transaction import Transaction
from baton.knowledge.search import Utterance
from tests.core.ground import Ground, open_ground

ARRIVAL = Arrival("vis_1", "de")


@pytest.fixture
def ground(database_url: str, tmp_path: Path) -> Iterator[Ground]:
    with open_ground(database_url, tmp_path) as made:
        yield made


def ask(ground: Ground, text: str) -> str:
    """The turn that is to answer it."""

    def work(tx: Transaction) -> str:
        receive(tx, "cnv_1", ARRIVAL, text, None, "me")
        turn = tx.conversation("cnv_1").turn
        assert turn is not None
        return turn

    return ground.writer.run_sync(work)


def answer(
    ground: Ground, turn: str, text: str, decision: str, *, small_talk: bool = False, choices: tuple[str, ...] = ()
) -> None:
    """Say it, as the record of a turn would."""

    def work(tx: Transaction) -> None:
        conversation = tx.conversation("cnv_1")
        upto = conversation.last_seq
        tx.append(conversation, "message.added", Author.assistant(), {"text": text, "choices": list(choices)})
        kept = update(TURNS).where(TURNS.c.id == turn)
        tx.connection.execute(kept.values(state="done", decision=decision, small_talk=small_talk, due_at=None))
        finish_turn(tx, conversation, upto, "me")

    ground.writer.run_sync(work)
    ground.clock.advance(seconds=1)


def gathered(ground: Ground, turn: str) -> Gathered | None:
    return ground.database.read_sync(lambda connection: gather(connection, turn))


def test_a_burst_is_one_message_and_what_went_before_is_its_history(ground: Ground) -> None:
    answer(ground, ask(ground, "Where do you ship?"), "To these countries.", "answer")
    ask(ground, "And how long")
    turn = ask(ground, "does it take?")
    found = gathered(ground, turn)
    assert found is not None
    assert (found.turn, found.conversation, found.upto_seq) == (turn, "cnv_1", 4)
    assert found.case.message == "And how long\ndoes it take?"
    assert found.case.history == (
        Utterance("visitor", "Where do you ship?"),
        Utterance("assistant", "To these countries."),
    )
    assert (found.case.locale, found.case.turns_without_progress, found.case.clarified_last) == ("de", 0, False)


def test_turns_without_an_answer_are_counted_from_the_newest_and_small_talk_is_none(ground: Ground) -> None:
    answer(ground, ask(ground, "one"), "Here.", "answer")
    answer(ground, ask(ground, "two"), "I don't know.", "offer")
    answer(ground, ask(ground, "three"), "Which one?", "clarify")
    answer(ground, ask(ground, "thanks"), "You're welcome.", "answer", small_talk=True)
    found = gathered(ground, ask(ground, "four"))
    assert found is not None
    assert (found.case.turns_without_progress, found.case.clarified_last) == (2, True)


def test_what_was_given_to_choose_from_comes_along_until_it_is_answered(ground: Ground) -> None:
    answer(ground, ask(ground, "one"), "Which one?", "clarify", choices=("Returns", "Repairs"))
    turn = ask(ground, "Repairs")
    found = gathered(ground, turn)
    assert found is not None and found.case.choices == ("Returns", "Repairs")
    answer(ground, turn, "The closest is this.", "offer", choices=("Yes", "No, talk to a person"))
    later = gathered(ground, ask(ground, "Repairs"))
    assert later is not None and later.case.choices == ()


def test_what_agents_whisper_comes_along_as_advice_and_is_no_part_of_what_was_said(ground: Ground) -> None:
    turn = ask(ground, "Do you have a discount?")

    def whisper(tx: Transaction) -> None:
        for text in ("Be brief.", "Offer ten percent."):
            body = {"text": text, "client_id": None}
            tx.append(tx.conversation("cnv_1"), "whisper.added", Author.agent("stf_1"), body, audience="staff")

    ground.writer.run_sync(whisper)
    found = gathered(ground, turn)
    assert found is not None
    assert found.case.guidance == "Be brief.\nOffer ten percent."
    assert (found.case.message, found.case.history) == ("Do you have a discount?", ())


def test_a_turn_that_lost_the_word_is_about_nothing(ground: Ground) -> None:
    replaced = ask(ground, "one")
    taken = ask(ground, "two")
    assert gathered(ground, replaced) is None
    assert gathered(ground, "trn_none") is None
    assert gathered(ground, taken) is not None
    ground.writer.run_sync(
        lambda tx: change_holder(tx, tx.conversation("cnv_1"), status="with_agent", kind="agent", id="stf_1")
    )
    assert gathered(ground, taken) is None
