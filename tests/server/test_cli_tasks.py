"""`baton eval tasks`: figures of the contract, with examples from a file or from the settings, without a document."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.server.command_line import Ran, baton

TYPES = {
    "delivery": [
        "When will my parcel arrive?",
        "Do you deliver to Ireland?",
        "Where is my parcel?",
        "How much is shipping?",
    ],
    "password": ["I forgot my password", "How do I reset my password?", "I can't sign in", "My login doesn't work"],
}
ASKED = [
    ("how much is shipping to France", "delivery"),
    ("has my parcel arrived yet", "delivery"),
    ("please reset my password", "password"),
    ("who won the football match", None),
    ("write a poem about autumn", None),
]


def write(file: Path, rows: Iterable[tuple[str, str | None]]) -> Path:
    lines = (json.dumps({"text": text, "task": task, "note": "ignored"}) for text, task in rows)
    file.write_text("\n".join(lines) + "\n")
    return file


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    return write(tmp_path / "rows.jsonl", ASKED)


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    return write(tmp_path / "examples.jsonl", [(text, task) for task, texts in TYPES.items() for text in texts])


def measured(tmp_path: Path, *words: str | Path) -> Ran:
    return baton("eval", "tasks", *words, "--data", tmp_path / "fresh", "--json")


def test_it_reports_the_figures_of_the_contract_and_needs_no_knowledge(
    tmp_path: Path, rows: Path, examples: Path
) -> None:
    out = tmp_path / "out.jsonl"
    ran = measured(tmp_path, rows, "--examples", examples, "--out", out, "--audience", "visitor")
    assert ran.status == 0, ran.err
    assert set(ran.document) == {"n", "accuracy", "accuracy_kept", "oos_recall", "oos_auroc"}
    assert ran.document["n"] == 5
    assert (ran.document["accuracy"], ran.document["oos_recall"], ran.document["oos_auroc"]) == (1.0, 1.0, 1.0)
    written = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["nearest"] for row in written[:3]] == ["delivery", "delivery", "password"]
    assert {row["told"] for row in written[3:]} == {None}
    assert not list((tmp_path / "fresh").glob("*.db"))


def test_other_rows_may_set_the_threshold(tmp_path: Path, rows: Path, examples: Path) -> None:
    own = write(tmp_path / "val.jsonl", [(text, task) for task, texts in TYPES.items() for text in texts])
    usual = measured(tmp_path, rows, "--examples", examples).document
    strict = measured(tmp_path, rows, "--examples", examples, "--val", own).document
    assert strict["accuracy"] == usual["accuracy"] == 1.0
    assert strict["accuracy_kept"] < usual["accuracy_kept"], "examples told by themselves put it beyond reach"


def test_the_settings_give_the_examples_when_no_file_does(tmp_path: Path, rows: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        json.dumps({"assistant": {"tasks": {name: {"examples": texts} for name, texts in TYPES.items()}}})
    )
    assert measured(tmp_path, rows, "--config", config, "--limit", "3").document == {
        "n": 3,
        "accuracy": 1.0,
        "accuracy_kept": 1.0,
    }


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('{"text": "", "task": null}', "row 1 needs a text"),
        ('{"text": "hello"}', 'row 1 needs "task"'),
        ('{"text": "hello", "task": 4}', 'row 1 needs "task"'),
        ('{"text": "hello", "task": "unheard"}', "No row is of a task type that has examples"),
    ],
)
def test_a_row_of_another_form_is_named(tmp_path: Path, examples: Path, row: str, said: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(row)
    ran = measured(tmp_path, file, "--examples", examples)
    assert ran.status == 1
    assert said in ran.sentence


def test_without_examples_it_says_where_to_give_them(tmp_path: Path, rows: Path) -> None:
    (tmp_path / "empty.yaml").write_text("")
    ran = measured(tmp_path, rows, "--config", tmp_path / "empty.yaml")
    assert ran.status == 1
    assert "--examples" in ran.sentence
