"""The oversight pages: figures only where turns were judged, and a turn with all that judging it needs."""

import random
from typing import Any

import pytest
from starlette.requests import Request

from baton.assistant import labels
from baton.assistant.calibrated import governed
from baton.assistant.conversations import TURNS
from baton.assistant.error_rates import answering
from baton.assistant.learnt import Learnt, Measured, keep, learnt
from baton.assistant.settings import AssistantSettings
from baton.core.log import Author
from baton.core.transaction import Transaction
from baton.core.web import Problem
from baton.handoff.oversight import confidence, judging
from baton.knowledge.records import Chunk, Document
from baton.knowledge.usage import Used, record_usage
from tests.assistant.judged_turns import add_turns, judge_all
from tests.handoff.world import World


def fill(world: World, turns: int, judged: int) -> None:
    """Turns, some of them judged and measured by a head that did not see them."""
    chance = random.Random(5)
    world.writer.run_sync(lambda tx: add_turns(tx, turns, chance, "returns"))
    world.writer.run_sync(lambda tx: judge_all(tx, judged, chance))
    found = world.database.read_sync(labels.judged)
    query = TURNS.select()
    rows = world.database.read_sync(lambda connection: connection.execute(query).all())
    said = {row.id: row.confidence for row in rows}
    measured = [Measured(said[one.turn], one.labelled.right, one.labelled.weight, one.task) for one in found]
    world.writer.run_sync(lambda tx: keep(tx, Learnt(None, measured), {}))


def seen(world: World, rate: int, **settings: Any) -> dict[str, Any]:
    now, chosen = world.clock.now(), AssistantSettings(**settings)
    return world.database.read_sync(lambda connection: confidence.view(connection, now, chosen, rate))


def asked(rate: str | None) -> Request:
    query = b"" if rate is None else f"rate={rate}".encode()
    return Request({"type": "http", "method": "GET", "query_string": query, "headers": []})


def test_with_too_few_judged_turns_there_are_no_figures(embedded_world: World) -> None:
    fill(embedded_world, 80, 40)
    shown = seen(embedded_world, 5)
    assert not shown["known"].is_enough
    assert shown["chosen"] is None
    assert not {"automation", "points", "reliability", "tenths"} & shown.keys()
    assert (shown["is_shown"], shown["threshold"]) == (False, 0.95)


def test_a_rate_that_labels_show_has_their_threshold_and_bound(embedded_world: World) -> None:
    fill(embedded_world, 600, 500)
    shown = seen(embedded_world, 20, min_confidence=0.6)
    assert shown["is_shown"]
    assert shown["chosen"].bound <= 0.20
    assert shown["threshold"] == shown["chosen"].threshold
    measured = embedded_world.database.read_sync(learnt).measured
    again = answering(governed(measured, AssistantSettings(), None), shown["threshold"])
    assert (again.error, again.coverage) == (shown["chosen"].error, shown["chosen"].coverage)
    assert "answered" in shown["automation"]
    assert sum(judged for *_, judged in shown["tenths"]) == 500
    assert (shown["in_force"], shown["rate_in_force"], shown["is_in_force"]) == (0.6, None, False)


def test_the_week_is_decided_again_and_task_types_with_thresholds_of_their_own_stand(embedded_world: World) -> None:
    fill(embedded_world, 200, 0)
    reasons = [{"code": "confident", "text": "It was sure."}]
    embedded_world.writer.run_sync(lambda tx: tx.connection.execute(TURNS.update().values(reasons=reasons)))
    common = seen(embedded_world, 1)["total"]
    assert common.was == {"answer": 200}
    assert 0 < common.would["offer"] == 200 - common.would["answer"]
    own = seen(embedded_world, 1, tasks={"returns": {"min_confidence": 0.0, "near_from": 0.0}})
    assert [(row.task, row.is_own, row.threshold) for row in own["rows"]] == [("returns", True, 0.0)]
    assert own["total"].would["answer"] > common.would["answer"]


def test_before_the_first_calibration_the_shipped_head_is_measured_and_nothing_is_chosen_by_it(
    embedded_world: World,
) -> None:
    chance = random.Random(5)
    embedded_world.writer.run_sync(lambda tx: add_turns(tx, 300, chance))
    embedded_world.writer.run_sync(lambda tx: judge_all(tx, 300, chance))
    shown = seen(embedded_world, 20)
    assert (shown["known"].is_enough, shown["known"].is_measured, shown["known"].is_own) == (True, False, False)
    assert not shown["is_shown"]
    assert len(shown["known"].measured) == 300


def test_the_lines_for_the_configuration_are_left_out_where_they_stand_there(embedded_world: World) -> None:
    for setting, is_there in ((0.05, True), (0.07, False), (0.052, False)):
        assert seen(embedded_world, 5, max_error_rate=setting)["is_in_force"] is is_there
    for rate in range(confidence.LOWEST, confidence.HIGHEST + 1):
        assert seen(embedded_world, rate, max_error_rate=float(f"{rate / 100:.2f}"))["is_in_force"]


def test_the_rate_is_a_whole_per_cent_and_begins_at_the_setting() -> None:
    settings = AssistantSettings(max_error_rate=0.08)
    assert confidence.rate_of(asked(None), settings) == 8
    assert confidence.rate_of(asked(None), AssistantSettings()) == confidence.USUAL
    assert confidence.rate_of(asked("25"), settings) == 25
    for wrong in ("0", "26", "5.5", "-1", "many", ""):
        with pytest.raises(Problem, match="whole number of per cent from 1 to 25"):
            confidence.rate_of(asked(wrong), settings)


def test_a_turn_is_judged_by_what_was_asked_before_it_and_not_by_how_sure_it_was(embedded_world: World) -> None:
    world = embedded_world
    conversation = world.says("How long does delivery take?")
    (turn,) = world.writer.run_sync(lambda tx: add_turns(tx, 1, random.Random(1)))

    def work(tx: Transaction) -> None:
        held = tx.conversation(conversation)
        tx.append(held, "message.added", Author.assistant(), {"text": "Two days."})
        tx.append(held, "note.added", Author("agent", "stf_1"), {"text": "Staff only."}, audience="staff")
        tx.append(held, "message.added", Author("visitor", "vis_1"), {"text": "And to Norway?"})
        values = {"conversation_id": conversation, "upto_seq": held.last_seq, "question": "Delivery to Norway?"}
        tx.append(held, "message.added", Author.assistant(), {"text": "Six days."})
        tx.connection.execute(TURNS.update().where(TURNS.c.id == turn).values(values))
        labels.draw(tx, 1, random.Random(1))

    world.writer.run_sync(work)
    shown = world.database.read_sync(lambda c: judging.view(c, judging.Asked(None, (), None)))
    assert shown["shown"] == {
        "id": turn,
        "before": [
            {"who": "visitor", "text": "How long does delivery take?"},
            {"who": "assistant", "text": "Two days."},
        ],
        "question": "And to Norway?",
        "taken_as": "Delivery to Norway?",
        "draft": "Delivery takes two days.",
        "sources": [],
        "found": [],
    }
    assert shown["last"] is None
    basis = {"basis": {"since_seq": 0}}
    world.writer.run_sync(lambda tx: tx.connection.execute(TURNS.update().values(basis)))
    both = world.database.read_sync(lambda c: judging.view(c, judging.Asked(None, (), None)))["shown"]
    assert (both["before"], both["question"]) == ([], "How long does delivery take?\nAnd to Norway?")
    skipped = world.database.read_sync(lambda c: judging.view(c, judging.Asked(None, (turn,), None)))
    assert (skipped["shown"], skipped["left"]) == (None, 1)


def add_found(tx: Transaction, turn: str, *texts: str) -> None:
    """Passages that a search found for a turn, the first one first."""
    document = Document(
        id="doc_1", identity="file:a", title="Delivery", source="a", kind="text", created_at=tx.now, updated_at=tx.now
    )
    tx.insert(Document, document.model_dump())
    for rank, text in enumerate(texts, start=1):
        place = f"Place {rank}"
        chunk = Chunk(id=rank, document_id="doc_1", version=1, ordinal=rank, place=place, text=text, audience="public")
        tx.insert(Chunk, chunk.model_dump())
    used = [Used("doc_1", str(rank), 1, "found", rank) for rank in range(1, len(texts) + 1)]
    record_usage(tx, "cnv_1", turn, used)


def test_a_draft_that_was_not_shown_has_the_passages_that_its_marks_name(embedded_world: World) -> None:
    world = embedded_world
    (turn,) = world.writer.run_sync(lambda tx: add_turns(tx, 1, random.Random(1)))
    world.writer.run_sync(lambda tx: add_found(tx, turn, "One.", "Two.", "Three.", "Four.", "Five."))
    world.writer.run_sync(lambda tx: labels.draw(tx, 1, random.Random(1)))

    def shown(**values: Any) -> dict[str, Any]:
        world.writer.run_sync(lambda tx: tx.connection.execute(TURNS.update().values(values)))
        found = world.database.read_sync(lambda c: judging.view(c, judging.Asked(None, (), None)))
        return {name: found["shown"][name] for name in ("draft", "sources", "found")}

    assert shown(draft="Delivery takes two days. [4]") == {
        "draft": "Delivery takes two days.",
        "sources": [{"place": "Place 4", "quote": "Four."}],
        "found": [],
    }
    unmarked = shown(draft="Two days.")
    assert (unmarked["sources"], [one["quote"] for one in unmarked["found"]]) == ([], ["One.", "Two.", "Three."])
    several = shown(draft="Two days. [4]", signals={"parts": []})
    assert (several["sources"], len(several["found"])) == ([], 3)
    cited = [{"n": 1, "title": "Delivery", "place": "Place 9", "quote": "Nine.", "url": None}]
    assert shown(citations=cited) == {"draft": "Two days.", "sources": cited, "found": []}


def test_a_judged_turn_shows_how_sure_it_was_and_may_be_shown_again(embedded_world: World) -> None:
    world = embedded_world
    first, second = world.writer.run_sync(lambda tx: add_turns(tx, 2, random.Random(1)))
    world.writer.run_sync(lambda tx: labels.draw(tx, 2, random.Random(1)))
    world.writer.run_sync(lambda tx: labels.judge(tx, first, "right", "stf_1"))
    shown = world.database.read_sync(lambda c: judging.view(c, judging.Asked(None, (), first)))
    assert (shown["last"].id, shown["last"].verdict, shown["shown"]["id"]) == (first, "right", second)
    again = world.database.read_sync(lambda c: judging.view(c, judging.Asked(first, (), None)))
    assert again["shown"]["id"] == first
    world.writer.run_sync(lambda tx: labels.take_back(tx, first))
    assert world.database.read_sync(labels.count_drawn) == (0, 2)
