"""The command line's manners: exit statuses, one sentence for what is wrong, JSON alone on standard output."""

from pathlib import Path

import pytest

from baton.server.cli import COMMANDS
from baton.server.schema import HEAD
from tests.server.command_line import baton, run_apart

REQUIRED = {
    "demo",
    "serve",
    "add",
    "documents",
    "remove",
    "reindex",
    "ask",
    "staff",
    "token",
    "eval",
    "pause",
    "resume",
}
REQUIRED |= {"audit", "keys", "doctor", "migrate"}


def test_every_command_of_the_contract_is_there_and_explains_itself() -> None:
    shown = baton("--help")
    assert shown.status == 0
    assert COMMANDS.keys() >= REQUIRED
    assert [name for name in COMMANDS if f"│ {name} " not in shown.out] == []
    assert [name for name in COMMANDS if baton(name, "--help").status != 0] == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["frobnicate"], "frobnicate"),
        (["staff", "hire"], "hire"),
        (["ask"], "text"),
        (["ask", "hello", "--loud"], "--loud"),
        (["serve", "--port", "many"], "--port"),
        (["serve", "--port", "99999"], "--port"),
        (["serve", "--workers", "0"], "--workers"),
        (["token", "create", "--role", "agent"], "--name"),
        (["eval", "retrieval", "rows.jsonl", "--audience", "dogs"], "--audience"),
        (["documents", "--config", "nowhere.yaml"], "nowhere.yaml"),
        (["pause", "--task", "gardening"], "gardening"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_wrong_usage_exits_2_and_names_the_argument(tmp_path: Path, words: list[str], named: str) -> None:
    place = [] if words[0] in ("frobnicate", "staff") else ["--data", str(tmp_path / "data")]
    ran = baton(*words, *place)
    assert ran.status == 2
    assert named in ran.sentence


def test_a_data_folder_that_is_a_file_is_wrong_usage(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    ran = baton("documents", "--data", file)
    assert ran.status == 2
    assert "--data" in ran.sentence


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ("widgets: {}\n", "widgets"),
        ("widget:\n  orgins: []\n", "widget.orgins"),
        ("server:\n  port: many\n", "server.port"),
        ("server: [1, 2]\n", "server"),
        ("- a list\n", "sections"),
        ("server: {port: 1\n", "YAML"),
    ],
)
def test_a_wrong_setting_exits_2_naming_the_key(tmp_path: Path, settings: str, named: str) -> None:
    file = tmp_path / "site.yaml"
    file.write_text(settings)
    ran = baton("documents", "--config", file, "--data", tmp_path / "data")
    assert ran.status == 2
    assert named in ran.sentence and "site.yaml" in ran.sentence


def test_a_misspelt_setting_is_told_what_is_meant_and_allowed(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("knowledge:\n  max_file_bm: 3\n")
    sentence = baton("documents", "--config", file, "--data", tmp_path / "data").sentence
    assert "`max_file_mb`" in sentence and "index_url" in sentence


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.yaml").write_text("staff:\n  password_minimum: 10\n")
    monkeypatch.chdir(tmp_path)
    add = ("staff", "add", "ann@shop.example", "--role", "agent", "--password-stdin", "--data", "data")
    monkeypatch.setenv("BATON_STAFF__PASSWORD_MINIMUM", "12")
    refused = baton(*add, stdin="eleven char\n")
    assert (refused.status, "12 characters" in refused.sentence) == (1, True)
    monkeypatch.delenv("BATON_STAFF__PASSWORD_MINIMUM")
    assert baton(*add, stdin="eleven char\n").status == 0


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("BATON_WIDGET__ORGINS", "[]", "BATON_WIDGET__ORGINS"),
        ("BATON_WIDGETS__ORIGINS", "[]", "BATON_WIDGETS__ORIGINS"),
        ("BATON_SERVER__PORT", "many", "BATON_SERVER__PORT"),
        ("BATON_WIDGET__ORIGINS", "https://shop.example", "BATON_WIDGET__ORIGINS"),
    ],
)
def test_a_wrong_variable_exits_2_naming_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, named: str
) -> None:
    monkeypatch.setenv(variable, value)
    ran = baton("documents", "--data", tmp_path / "data")
    assert ran.status == 2
    assert named in ran.sentence


def test_the_options_of_every_command_stand_after_its_last_word(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for words in (["documents"], ["audit", "verify"], ["staff", "list"], ["samples", "remove"], ["doctor"]):
        assert isinstance(baton(*words, "--data", data, "--json").document, dict), words
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


def test_as_a_process_a_failure_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    ran = run_apart("staff", "deactivate", "nobody@shop.example", "--data", tmp_path / "data")
    assert ran.status == 1
    assert "nobody@shop.example" in ran.sentence


def test_a_database_that_does_not_answer_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    monkeypatch.setenv("BATON_DATABASE__URL", f"postgresql://root:hidden@127.0.0.1:{free_port}/nothing")
    ran = baton("documents", "--data", tmp_path / "data")
    assert ran.status == 1
    assert "database" in ran.sentence and "hidden" not in ran.sentence
    looked = baton("doctor", "--data", tmp_path / "data", "--json")
    assert looked.status == 1
    faults = {finding["check"]: finding for finding in looked.document["findings"] if not finding["ok"]}
    assert faults["database"]["advice"]


def test_postgresql_is_used_only_after_migrate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_url: str
) -> None:
    monkeypatch.setenv("BATON_DATABASE__URL", postgres_url)
    data = ("--data", tmp_path / "data")
    for words in (["serve", "--port", "0"], ["documents"]):
        refused = baton(*words, *data)
        assert (refused.status, "baton migrate" in refused.sentence) == (2, True)
    assert baton("migrate", *data, "--json").document["before"] is None
    assert baton("migrate", *data, "--json").document["before"] == HEAD
    assert baton("documents", *data, "--json").document == {"items": []}
