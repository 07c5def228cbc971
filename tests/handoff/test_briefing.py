"""The briefing is made from the record, without a model, and leaves nothing to be asked twice."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from baton.assistant.conversations import TURNS, VISITORS
from baton.assistant.records import Turn
from baton.core.log import Author
from baton.core.transaction import Transaction
from baton.handoff.briefing import Earlier, Record, Said, Tried, Visitor, build
from baton.handoff.listing import read_conversation, read_handoff
from tests.handoff.world import World

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CITATION = {"n": 1, "title": "Returns", "place": "Returns › How long", "quote": "within 30 days", "url": "https://x/r"}


def said(seq: int, text: str, author: str = "visitor", kind: str = "message.added", **more: Any) -> Said:
    return Said(seq, kind, author, {"text": text} | more)


def tried(decision: str, **more: Any) -> Tried:
    usual = Tried(
        question="May I return it?",
        decision=decision,
        said="Within 30 days.",
        draft="Within 30 days.",
        confidence=0.4,
        citations=[CITATION],
        signals={"confidence": 0.4},
        mood=-0.7,
        upto_seq=1,
        event_seq=2,
    )
    return replace(usual, **more)


def record(events: list[Said], turns: list[Tried], **more: Any) -> Record:
    whole: dict[str, Any] = {"visitor": Visitor("vis_1", locale="en"), "upto_seq": len(events)}
    return Record(events, turns, **whole | more)


def test_the_open_question_is_what_was_said_since_the_last_answer() -> None:
    events = [
        said(1, "May I return it?"),
        said(2, "Within 30 days.", "assistant"),
        said(3, "And worn?"),
        said(4, "It is order 48213"),
        said(5, "Hello?"),
    ]
    assert build(record(events, [tried("answer")]))["question"] == "And worn?\nIt is order 48213"


def test_a_bare_wish_for_a_person_gives_way_to_the_question_before_it() -> None:
    events = [
        said(1, "May I return it?"),
        said(2, "Within 30 days.", "assistant"),
        said(3, "I want to talk to a human"),
    ]
    assert build(record(events, [tried("answer")]))["question"] == "May I return it?"
    assert build(record(events[2:], []))["question"] == "I want to talk to a human"


ASIDES = [
    "I want to talk to a person",
    "Yes, a human please",
    "thanks",
    "yes",
    "ja bitte",
    "Sí, por favor",
    "No, that's wrong",
    "ann@example.com",
    "my email is ann@example.com",
    "Hello?",
]


@pytest.mark.parametrize("aside", ASIDES)
def test_what_says_nothing_of_the_matter_is_never_the_open_question(aside: str) -> None:
    offered = tried("offer", question="Where is my kettle?", said="The closest I found is …")
    wished = tried("escalate", question=aside, upto_seq=3, event_seq=None)
    events = [said(1, "Where is my kettle?"), said(2, "The closest I found is …", "assistant"), said(3, aside)]
    for turns in ([offered], [offered, wished], [tried("answer", question="Where is my kettle?"), wished]):
        assert build(record(events, turns))["question"] == "Where is my kettle?"


def test_an_unanswered_question_stays_open_when_small_talk_was_answered_after_it() -> None:
    events = [said(1, "Where is my kettle?"), said(2, "The closest I found is …", "assistant"), said(3, "thanks")]
    turns = [tried("offer"), tried("answer", question="thanks", upto_seq=3, small_talk=True)]
    assert build(record(events, turns))["question"] == "Where is my kettle?"


def test_an_address_that_was_asked_for_is_no_question_and_what_comes_with_one_is() -> None:
    asked = Said(2, "contact.asked", "system", {"handoff": "hnd_1"})
    left = said(3, "You can write to me at ann@example.com")
    more = said(4, "My kettle leaks, write to ann@example.com")
    assert build(record([said(1, "Where is it?"), asked, left], []))["question"] == "Where is it?"
    assert build(record([said(1, "Where is it?"), left], []))["question"] == f"Where is it?\n{left.body['text']}"
    assert build(record([said(1, "Where is it?"), more], []))["question"] == f"Where is it?\n{more.body['text']}"


def test_small_talk_is_not_told_as_something_that_was_tried() -> None:
    document = build(record([said(1, "Hello!")], [tried("answer", question="Hello!", small_talk=True)]))
    assert (document["tried"], document["signals"]) == ([], {})


def test_what_was_tried_says_with_which_sources_and_what_came_of_it() -> None:
    events = [said(1, "May I return it?"), said(2, "Within 30 days.", "assistant"), said(3, "No, that's wrong")]
    attempt = build(record(events, [tried("answer")]))["tried"][0]
    assert attempt["sources"] == [{"title": "Returns", "place": "Returns › How long", "quote": "within 30 days"}]
    assert attempt["came_of_it"] == "The visitor wrote: “No, that's wrong”"


def test_feedback_and_silence_are_told_as_what_came_of_it() -> None:
    answer = [said(1, "May I return it?"), said(2, "Within 30 days.", "assistant")]
    judged = [*answer, Said(3, "feedback.given", "visitor", {"seq": 2, "helpful": False})]
    outcomes = [build(record(events, [tried("answer")]))["tried"][0]["came_of_it"] for events in (answer, judged)]
    assert outcomes == ["The visitor has not replied.", "The visitor said it did not help."]


def test_a_draft_worth_a_look_is_suggested_with_its_sources_and_a_said_answer_is_not() -> None:
    def suggested(turn: Tried) -> Any:
        return build(record([said(1, "May I return it?")], [turn]))["suggested_reply"]

    near = suggested(tried("offer", said="The closest I found is …"))
    assert (near["text"], near["sources"][0]["url"]) == ("Within 30 days.", "https://x/r")
    assert suggested(tried("escalate", citations=[], confidence=0.8)) == {"text": "Within 30 days.", "sources": []}
    assert suggested(tried("escalate", citations=[], confidence=0.2)) is None
    assert suggested(tried("answer")) is None


def test_signals_and_moods_come_with_words() -> None:
    document = build(record([said(1, "Well?")], [tried("offer")]))
    assert document["signals"]["confidence"] == {"value": 0.4, "words": "fairly sure of the answer"}
    assert document["mood"] == [{"seq": 1, "level": -0.7, "words": "angry"}]


def test_signed_identity_is_verified_and_what_a_form_says_is_claimed() -> None:
    events = [
        Said(1, "contact.given", "visitor", {"email": "other@example.com", "name": "Ann"}),
        said(2, "order 48213"),
    ]
    visitor = Visitor("vis_1", "Ann", "ann@example.com", "verified", "en")
    facts = {
        (one["name"], one["value"]): one["assurance"] for one in build(record(events, [], visitor=visitor))["facts"]
    }
    assert facts == {
        ("name", "Ann"): "verified",
        ("email", "ann@example.com"): "verified",
        ("email", "other@example.com"): "claimed",
        ("order", "48213"): "claimed",
    }


def test_the_document_keeps_its_shape_when_nothing_is_known() -> None:
    document = build(record([], []))
    assert document["version"] == 1
    assert set(document) == {
        *("version", "upto_seq", "question", "reasons", "signals", "facts", "tried", "mood", "notes"),
        *("promises", "pending", "suggested_reply", "page", "visitor", "earlier"),
    }
    assert document["visitor"]["assurance"] == "anonymous"


def test_earlier_conversations_say_when_what_and_how_they_ended() -> None:
    earlier = [Earlier("cnv_0", NOW, "Where is it?", "confirmed")]
    assert build(record([], [], earlier=earlier))["earlier"] == [
        {"conversation": "cnv_0", "at": "2026-03-02T09:00:00Z", "first_line": "Where is it?", "outcome": "confirmed"}
    ]


def test_the_record_of_a_real_conversation_is_read_whole(world: World) -> None:
    world.says("Hello there")
    id = world.says("Is my order 48213 late?", page_url="https://shop/x", page_title="Basket")

    def answered(tx: Transaction) -> None:
        conversation = tx.conversation(id)
        event = tx.append(conversation, "message.added", Author.assistant(), {"text": "It may be."})
        turn = Turn(
            id="trn_1",
            conversation_id=id,
            epoch=0,
            state="done",
            decision="answer",
            question="Is my order 48213 late?",
            draft="It may be. [1]",
            citations=[CITATION],
            signals={"support": 0.9},
            mood=-0.3,
            upto_seq=1,
            event_seq=event.seq,
            created_at=tx.now,
        )
        tx.connection.execute(insert(TURNS), [turn.model_dump()])
        tx.connection.execute(VISITORS.update().values(name="Ann", email="ann@example.com", assurance="claimed"))

    world.writer.run_sync(answered)
    world.says("That does not help. I want a person", id)
    world.writer.run_sync(lambda tx: world.desk.request(tx, id, "vis_1", "r1"))
    briefing = world.briefing(world.open_handoff(id).id)
    assert briefing["question"] == "Is my order 48213 late?"
    assert briefing["tried"][0]["answer"] == "It may be."
    assert briefing["tried"][0]["came_of_it"] == "The visitor wrote: “That does not help. I want a person”"
    assert briefing["page"] == {"url": "https://shop/x", "title": "Basket"}
    assert briefing["visitor"] == {
        "id": "vis_1",
        "name": "Ann",
        "email": "ann@example.com",
        "assurance": "claimed",
        "locale": None,
    }
    assert [one["first_line"] for one in briefing["earlier"]] == ["Hello there"]


def test_what_is_added_while_waiting_is_in_the_briefing_that_is_read(world: World) -> None:
    handoff = world.asks_for_person()
    world.says("By the way, it is order 48213", handoff.conversation_id)
    read = world.database.read_sync(lambda connection: read_handoff(connection, handoff.id, world.clock.now()))
    summary = world.database.read_sync(
        lambda connection: read_conversation(connection, handoff.conversation_id, world.clock.now())
    )
    for document in (read and read["briefing"], summary and summary["briefing"]):
        assert document
        assert document["facts"] == [{"name": "order", "value": "48213", "assurance": "claimed"}]
    ann = world.agent("Ann")
    accepted = world.writer.run_sync(lambda tx: world.desk.accept(tx, handoff.id, ann))
    assert accepted.briefing["facts"]
