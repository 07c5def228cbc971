"""`baton replay` and `baton backtest` on the demonstration's month: what is as it was comes out as it was, and nobody
hears of what is tried."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
from sqlalchemy import MetaData, select

from baton.assistant import labels
from baton.assistant.conversations import TURNS
from baton.assistant.labels import LABELS
from baton.core.clock import SetClock
from baton.core.database import Database, open_database
from baton.core.transaction import EVENTS, Transaction
from baton.handoff.erasing import erase_conversation
from baton.server.config import load_config
from baton.server.demo.samples import CONFIG
from baton.server.demo.seeding import run_seed
from baton.server.ground import open_ground
from tests.server.command_line import Ran, baton, served

EXPORTS = Path(__file__).parent.parent / "assistant" / "exports"
KEPT = {"experiment", "experiment_row", "head"}
"""The only tables that a replay may write. Each transaction adds a head, which then names no entry of any log."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("month")
    clock = SetClock(datetime.now(UTC))
    with open_ground(load_config(CONFIG), folder, serving=True, clock=clock) as ground:
        run_seed(ground, clock, "http://127.0.0.1:8000", lambda said: None)
    return folder


@pytest.fixture
def database(data: Path) -> Iterator[Database]:
    opened = open_database("sqlite", data)
    yield opened
    opened.close()


def replay(data: Path, *words: str | Path) -> Ran:
    return baton("replay", *words, "--config", CONFIG, "--data", data, "--json")


def contents(database: Database) -> dict[str, list[Any]]:
    """Every row of every table but those that results are kept in."""
    metadata = MetaData()
    with database.writing.connect() as connection:
        metadata.reflect(connection)
        tables = [table for table in metadata.sorted_tables if table.name not in KEPT]
        return {table.name: [tuple(row) for row in connection.execute(select(table))] for table in tables}


def test_the_settings_as_they_are_reproduce_every_recorded_decision_word_for_word(data: Path) -> None:
    found = replay(data).document
    assert found["turns"] > 40
    assert (found["changed"], found["other_words"], found["changes"], found["left_out"]) == (0, 0, [], {})
    assert found["before"] == found["after"]
    assert {"answer", "offer", "escalate"} <= found["before"].keys()
    assert found["expected_error"]["before"] == pytest.approx(found["expected_error"]["after"], abs=1e-4)


def test_a_higher_threshold_takes_answers_away_and_nothing_is_written_but_the_result(
    data: Path, database: Database
) -> None:
    before = contents(database)
    found = replay(data, "--with", "assistant.min_confidence=0.97", "--name", "Stricter").document
    assert contents(database) == before
    assert baton("audit", "verify", "--data", data, "--json").document["ok"]

    assert found["changed"] == len([one for one in found["changes"] if one["change"] == "decision"]) > 0
    assert found["after"]["answer"] < found["before"]["answer"]
    assert found["after"].items() != found["before"].items()
    assert sum(count for row in found["table"].values() for count in row.values()) == found["turns"]
    assert found["settings"] == {"assistant.min_confidence": {"was": 0.6, "would_be": 0.97}}
    assert found["expected_error"]["after"] < found["expected_error"]["before"]
    assert found["feedback"]["helpful"]["answers"] > 0
    for one in found["changes"]:
        assert one["question"] and one["was"]["said"] and one["would_be"]["said"]
    listed = baton("experiments", "list", "--data", data, "--json").document["items"]
    assert (listed[0]["id"], listed[0]["name"], listed[0]["kind"]) == (found["experiment"], "Stricter", "replay")


def test_what_staff_judged_right_or_wrong_is_counted_before_and_after(data: Path) -> None:
    with open_ground(load_config(CONFIG), data) as ground:

        def draw_and_judge(tx: Transaction) -> None:
            labels.draw(tx, 20, Random(7))
            query = select(TURNS.c.id, TURNS.c.decision).join(LABELS, LABELS.c.turn_id == TURNS.c.id)
            for row in tx.connection.execute(query).all():
                labels.judge(tx, row.id, "right" if row.decision == "answer" else "not_covered", "stf_1")

        ground.writer.run_sync(draw_and_judge)
    judged = replay(data, "--with", "assistant.min_confidence=0.97").document["judged"]
    right, wrong = judged["right"], judged["wrong"]
    assert right["drafts"] == right["answered_before"] > right["answered_after"]
    assert wrong["drafts"] > 0 == wrong["answered_before"] == wrong["answered_after"]


def test_a_changed_turn_says_what_it_was_and_what_it_would_be(data: Path) -> None:
    shown = baton("replay", "--with", "assistant.min_confidence=0.97", "--config", CONFIG, "--data", data).out
    words = " ".join(shown.split())
    assert "answer 0." in words and "→ offer" in words and "is below the threshold of 0.97" in words
    assert "Would be said:" in words and "turns would be decided otherwise" in words


def test_what_to_take_again_can_be_chosen_and_every_turn_written(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "turns.jsonl"
    assert replay(data, "--limit", "5", "--out", out).document["turns"] == 5
    rows = [orjson.loads(line) for line in out.read_bytes().splitlines()]
    assert [one["at"] for one in rows] == sorted(one["at"] for one in rows) and rows[0]["change"] is None
    of_one = replay(data, "--conversation", rows[0]["conversation"], "--since", rows[0]["at"]).document
    assert 1 <= of_one["turns"] <= 5
    nothing = replay(data, "--since", "2999-01-01")
    assert (nothing.status, nothing.sentence) == (1, "There is no recorded turn to take again.")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--with", "assistant.min_confidnce=1"), "--with: assistant.min_confidnce is not a setting. Did you mean"),
        (("--with", "assistant.min_confidence=2"), "--with: assistant.min_confidence: Input should be less than"),
        (("--with", "widget.hue=2"), "is no setting of the assistant with a value"),
        (("--with", "assistant.min_confidence"), "is no setting of the assistant with a value"),
        (
            ("--with", "assistant.min_confidence.low=1"),
            "--with: assistant.min_confidence: Input should be a valid number",
        ),
        (("--with", "assistant.level.x=1", "--with", "assistant.level.y=2"), "assistant.level: Input should be"),
        (("--since", "yesterday"), "'yesterday' is no day or time"),
    ],
)
def test_what_can_not_be_tried_is_named(data: Path, words: tuple[str, ...], named: str) -> None:
    ran = replay(data, *words)
    assert ran.status == 2
    assert named in ran.sentence


def test_both_work_beside_a_server_on_the_same_folder(data: Path) -> None:
    with served(data, "--config", str(CONFIG)):
        assert replay(data, "--limit", "10").document["changed"] == 0
        file = EXPORTS / "own.jsonl"
        assert baton("backtest", file, "--config", CONFIG, "--data", data, "--json").document["turns"] == 4


def test_other_audience_rules_in_a_tried_file_are_not_applied(data: Path, database: Database, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("assistant:\n  min_confidence: 0.9\n", encoding="utf-8")
    before = contents(database)
    found = baton("replay", "--config", other, "--limit", "3", "--data", data, "--json").document
    assert found["settings"]["assistant.min_confidence"] == {"was": 0.6, "would_be": 0.9}
    assert contents(database) == before


def test_a_backtest_shows_what_would_be_said_beside_what_people_wrote(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    words = ("--config", CONFIG, "--data", data, "--json", "--out", out, "--max-error", "0.2")
    found = baton("backtest", EXPORTS / "own.jsonl", *words).document
    norway, days, person, saddles = found["rows"]
    assert norway["question"] == "Hello\nWhat does shipping to Norway cost?"
    assert norway["people_wrote"] == "Hi, this is Jonas. Norway is 16.90 euros."
    assert (norway["decision"], norway["task"], bool(norway["citations"])) == ("answer", "delivery", True)
    assert days["question"] == "and how long does it take?"
    assert (person["decision"], saddles["decision"]) == ("escalate", "offer")
    assert found["decisions"] == {
        one: [row["decision"] for row in found["rows"]].count(one) for one in found["decisions"]
    }
    assert found["within"]["max_error"] == 0.2 and found["tasks"]["delivery"]["answer"] >= 1
    assert [orjson.loads(line) for line in out.read_bytes().splitlines()] == found["rows"]


def test_a_replay_keeps_no_word_of_the_visitors_and_erasing_and_removing_reach_it(
    data: Path, database: Database
) -> None:
    found = replay(data, "--with", "assistant.min_confidence=0.97").document
    id, conversation = found["experiment"], found["changes"][0]["conversation"]
    kept = contents_of(database, id)
    assert len(kept) == len(found["changes"])
    questions = database.read_sync(lambda c: c.execute(select(TURNS.c.question)).scalars().all())
    said = database.read_sync(
        lambda c: c.execute(select(EVENTS.c.body).where(EVENTS.c.author_kind == "visitor")).scalars().all()
    )
    words = {str(orjson.loads(body)["text"]) for body in said if body and "text" in orjson.loads(body)} | set(questions)
    assert not [word for word in words if word and len(word) > 12 and any(word in row for row in kept)]

    with open_ground(load_config(CONFIG), data) as ground:
        ground.writer.run_sync(lambda tx: erase_conversation(tx, conversation))
    left = contents_of(database, id)
    assert left and not any(conversation in row for row in left) and len(left) < len(kept)
    assert replay(data).document["changed"] == 0

    assert baton("experiments", "remove", id, "--data", data, "--json").document == {"removed": id}
    assert contents_of(database, id) == []
    gone = baton("experiments", "remove", id, "--data", data)
    assert (gone.status, f"There is no experiment {id}" in gone.sentence) == (1, True)
    assert baton("audit", "verify", "--data", data, "--json").document["ok"]


def contents_of(database: Database, experiment: str) -> list[str]:
    """The stored text of each row of an experiment."""
    query = "SELECT conversation_id || body FROM experiment_row WHERE experiment_id = ?"
    with database.writing.connect() as connection:
        return [row[0] for row in connection.exec_driver_sql(query, (experiment,))]
