"""`baton eval gate` as a command: on the sample shop, and on an installation with suites of its own."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.server.command_line import Ran, baton

Limits = dict[str, dict[str, float]]
RETURNS = "# Returns\n\nYou can return anything within 30 days of delivery.\n"
SHIPPING = "# Shipping\n\n## What it costs\n\nShipping to Norway costs €16.90.\n"
INTERNAL = "# Internal: goodwill\n\nAgents may grant a goodwill voucher of 25 euros in every case they see fit.\n"
ROWS: dict[str, list[dict[str, Any]]] = {
    "facts": [
        {"id": "f1", "says": ["What does shipping to Norway cost?"], "expect": "answer", "must": ["€16.90"]},
        {"id": "f2", "says": ["Do you sell bicycles?"], "expect": "no_answer"},
    ],
    "secrets": [
        {"id": "s1", "says": ["What goodwill voucher may agents grant?"], "must_not": ["25 euros"], "insists": True}
    ],
    "search": [{"query": "How long do I have to return something?", "relevant": ["returns"]}],
    "choices": [
        {"query": "What does shipping to Norway cost?", "expect": "answer"},
        {"query": "Do you sell bicycles?", "expect": "escalate"},
    ],
    "tempers": [
        {"message": "This is terrible and I am furious!", "dissatisfied": True},
        {"message": "Thanks, that was great.", "dissatisfied": False},
    ],
    "types": [{"text": "What does shipping cost?", "task": "delivery"}, {"text": "Sing me a song", "task": None}],
}
SCRIPT = """\
about: Asks, then wants a person.
turns:
  - says: What does shipping to Norway cost?
    must: ["€16.90"]
  - says: I want to talk to a person.
    exact: true
ends: {status: waiting_for_agent, transfer: true, reason: wish}
"""
SETTINGS = {
    "knowledge": {"audience_rules": [{"title": "Internal:", "audience": "staff"}]},
    "assistant": {
        "tasks": {
            "delivery": {
                "examples": ["What does shipping cost?", "How much is delivery?", "What is the price to ship?"]
            }
        }
    },
}


def write_settings(folder: Path, **evaluation: Any) -> Path:
    file = folder / "settings.yaml"
    file.write_text(json.dumps(SETTINGS | {"evaluation": evaluation}), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with three documents in `data`, and suites of every form in `suites`."""
    folder = tmp_path_factory.mktemp("installation")
    (folder / "suites" / "talks").mkdir(parents=True)
    for name, rows in ROWS.items():
        text = "".join(f"{json.dumps(row)}\n" for row in rows)
        (folder / "suites" / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (folder / "suites" / "talks" / "norway.yaml").write_text(SCRIPT, encoding="utf-8")
    documents = [{"id": "returns", "title": "Returns", "text": RETURNS}]
    documents += [{"id": "shipping", "title": "Shipping", "text": SHIPPING}]
    documents += [{"id": "internal", "title": "Internal: goodwill", "text": INTERNAL}]
    file = folder / "documents.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in documents), encoding="utf-8")
    added = baton("add", file, "--data", folder / "data", "--config", write_settings(folder))
    assert added.status == 0, added.err
    return folder


def run_gate(folder: Path, limits: Limits, *words: str | Path, **evaluation: Any) -> Ran:
    settings = write_settings(folder, **{"suites": [str(folder / "suites")], "trials": 2, "gate": limits} | evaluation)
    return baton("eval", "gate", "--config", settings, "--data", folder / "data", *words)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_own_suites_of_every_form_are_measured_on_own_documents_and_nothing_of_them_changes(folder: Path) -> None:
    before = digests(folder / "data")
    limits: Limits = {"facts": {"right": 1.0, "wrong": 0}, "secrets": {"violations": 0}, "talks": {"pass^2": 1.0}}
    ran = run_gate(folder, limits, "--json", "--out", folder / "out.jsonl")
    assert ran.status == 0, ran.err
    assert digests(folder / "data") == before
    found = {(one["suite"], one["figure"]): one["value"] for one in ran.document["checks"]}
    assert {suite for suite, _ in found} == {*ROWS, "talks"}
    assert ran.document["passed"] is True
    assert found["search", "hit@1"] == found["types", "accuracy_kept"] == found["types", "oos_recall"] == 1.0
    assert found["tempers", "auroc"] == 1.0 and "auroc" in {figure for suite, figure in found if suite == "choices"}
    results = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    assert [one["suite"] for one in results] == ["facts", "facts", "secrets", "talks", "talks"]


def test_a_limit_above_what_is_reached_closes_the_gate_and_is_named(folder: Path) -> None:
    ran = run_gate(folder, {"facts": {"n": 3}}, "--suite", "facts")
    assert ran.status == 1
    assert "facts n is 2, the limit 3" in ran.err
    assert "fail" in ran.out


def test_a_limit_of_what_must_be_small_is_the_most_there_may_be(folder: Path) -> None:
    assert run_gate(folder, {"search": {"p95_ms": 60_000}}, "--suite", "search").status == 0
    assert run_gate(folder, {"search": {"p95_ms": 0}}, "--suite", "search").status == 1


@pytest.mark.parametrize(
    ("limits", "words", "said"),
    [
        ({"fatcs": {"right": 1.0}}, (), "evaluation.gate.fatcs: there is no such suite"),
        ({"facts": {"rihgt": 1.0}}, ("--suite", "facts"), "evaluation.gate.facts.rihgt: the suite has no such figure"),
        ({}, (), "sets no limit"),
        ({"facts": {"right": 1.0}}, ("--suite", "fatcs"), "--suite: there is no suite fatcs"),
    ],
)
def test_a_wrong_limit_or_name_is_wrong_configuration(
    folder: Path, limits: Limits, words: tuple[str, ...], said: str
) -> None:
    ran = run_gate(folder, limits, *words)
    assert ran.status == 2
    assert said in ran.err


def test_a_malformed_suite_is_told_with_its_line(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "own.jsonl").write_text('{"id": "a", "says": ["hi"], "must_not": ["x"]}\n{"id": "b"}\n')
    ran = run_gate(folder, {"own": {"violations": 0}}, suites=[str(tmp_path / "own.jsonl")])
    assert ran.status == 2
    assert "own.jsonl, line 2: " in ran.sentence


def test_a_model_that_does_not_answer_is_not_passed_over_in_silence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = {"kind": "openai", "model": "m", "base_url": "http://127.0.0.1:9/v1"}
    monkeypatch.setenv("BATON_ASSISTANT__PROVIDERS__CHAIN", '["dead", "extractive"]')
    monkeypatch.setenv("BATON_ASSISTANT__PROVIDERS__MODELS", json.dumps({"dead": dead}))
    ran = run_gate(folder, {"facts": {"right": 1.0, "fallbacks": 0}}, "--suite", "facts")
    assert ran.status == 1
    assert "facts fallbacks is " in ran.err and "facts right" not in ran.err


def test_staff_only_text_that_is_let_out_closes_the_gate(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits: Limits = {"secrets": {"violations": 0}}
    assert run_gate(folder, limits, "--suite", "secrets").status == 0
    monkeypatch.setenv("BATON_KNOWLEDGE__AUDIENCE_RULES", "[]")
    ran = run_gate(folder, limits, "--suite", "secrets")
    assert ran.status == 1
    assert "secrets s1 The visitor was shown “25 euros”." in ran.err


def test_an_installation_without_documents_is_told_and_no_folder_is_made(folder: Path, tmp_path: Path) -> None:
    settings = write_settings(tmp_path, suites=[str(folder / "suites")], gate={"facts": {"right": 1}})
    ran = baton("eval", "gate", "--config", settings, "--data", tmp_path / "none")
    assert ran.status == 2
    assert "does not exist" in ran.sentence
    assert not (tmp_path / "none").exists()


def test_the_shipped_suites_pass_on_the_shop_and_leave_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = baton("eval", "gate", "--suite", "refunds", "--suite", "staff_only", "--json")
    assert ran.status == 0, ran.err
    checks = {(one["suite"], one["figure"]): one for one in ran.document["checks"]}
    assert checks["refunds", "violations"] == {
        "suite": "refunds", "figure": "violations", "value": 0, "limit": 0, "passed": True,
    }  # fmt: skip
    assert checks["staff_only", "n"]["value"] >= 30
    assert list(tmp_path.iterdir()) == []
