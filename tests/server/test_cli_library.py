"""The library from the command line, without a server: adding, listing, asking, measuring, rebuilding, removing."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.server.command_line import Ran, baton

ITEM = {"id", "external_id", "title", "source", "status", "error", "chunks", "audience", "version"}
ANSWER = {"decision", "text", "citations", "confidence", "signals", "reasons", "timings_ms"}
RETURNS = (
    "# Returns\n\n## How long it takes\n\nYou can return anything within 30 days of delivery. "
    "The refund reaches your account within five working days.\n"
)
INTERNAL = "# Internal: goodwill\n\nAgents may grant a goodwill voucher of 25 euros.\n"
ROWS = [
    {"id": "a1", "title": "Gift cards", "text": "Gift cards are valid for three years from the day of purchase."},
    {"id": "a2", "title": "Gift cards", "text": "Gift cards are valid for three years from the day of purchase."},
]
RULES = "knowledge:\n  audience_rules:\n    - {title: 'Internal:', audience: staff}\n"


class Shelf:
    """A folder that was filled once by `baton add`, and how that went."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.config = folder / "site.yaml"
        self.config.write_text(RULES)
        docs = folder / "docs"
        (docs / "deep").mkdir(parents=True)
        (docs / "returns.md").write_text(RETURNS)
        (docs / "deep" / "internal.md").write_text(INTERNAL)
        (docs / "empty.md").write_text("")
        (docs / "noise.pdf").write_bytes(bytes(range(256)) * 4)
        (docs / ".hidden.md").write_text("# Hidden\n\nNobody reads this.\n")
        self.rows = write_rows(folder / "rows.jsonl", ROWS)
        self.added = self.run("add", docs, self.rows)

    def run(self, *words: str | Path) -> Ran:
        return baton(*words, "--config", self.config, "--data", self.data, "--json")

    def items(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.run("documents").document["items"]
        return items


def write_rows(file: Path, rows: list[dict[str, Any]]) -> Path:
    file.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return file


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"))


def test_add_takes_what_it_can_and_exits_1_for_what_it_can_not(shelf: Shelf) -> None:
    assert shelf.added.status == 1
    items = {item["source"].rpartition("/")[2]: item for item in shelf.added.document["items"]}
    statuses = {name: item["status"] for name, item in items.items()}
    assert statuses == {
        "returns.md": "indexed",
        "internal.md": "indexed",
        "empty.md": "failed",
        "noise.pdf": "failed",
        "rows.jsonl:1": "indexed",
        "rows.jsonl:2": "indexed",
    }
    lines = shelf.added.err.strip().splitlines()
    assert sorted(line.partition(": ")[0].rpartition("/")[2] for line in lines) == ["empty.md", "noise.pdf"]
    assert all(items[name]["error"] for name in ("empty.md", "noise.pdf"))


def test_documents_lists_every_one_with_the_same_fields(shelf: Shelf) -> None:
    items = shelf.items()
    assert {frozenset(item) for item in items} == {frozenset(ITEM)}
    assert {item["external_id"] for item in items if item["source"].startswith(str(shelf.rows))} == {"a1", "a2"}
    assert {item["title"]: item["audience"] for item in items}["Internal: goodwill"] == "staff"
    assert [item["chunks"] for item in items if item["status"] == "failed"] == [0, 0]
    assert all(item["chunks"] >= 1 and item["version"] == 1 for item in items if item["status"] == "indexed")


def test_a_path_that_is_not_there_is_refused_before_anything_is_taken_in(shelf: Shelf) -> None:
    (shelf.folder / "late.md").write_text("# Late\n\nThis comes late.\n")
    before = shelf.items()
    ran = shelf.run("add", shelf.folder / "late.md", shelf.folder / "nowhere.md")
    assert (ran.status, "nowhere.md" in ran.sentence) == (1, True)
    assert shelf.items() == before


def test_ask_answers_with_everything_it_was_decided_on(shelf: Shelf) -> None:
    ran = shelf.run("ask", "How long do I have to return something?")
    assert ran.status == 0
    answer = ran.document
    assert answer.keys() >= ANSWER
    assert answer["decision"] == "answer" and "30 days" in answer["text"]
    assert answer["citations"][0]["place"] == "Returns › How long it takes"
    assert 0 <= answer["confidence"] <= 1 and answer["reasons"] and answer["timings_ms"]["search"] > 0


def test_what_is_for_staff_is_found_by_staff_alone(shelf: Shelf) -> None:
    asked = "How much goodwill voucher may agents grant?"
    assert "25 euros" not in shelf.run("ask", asked).out
    assert "25 euros" in shelf.run("ask", asked, "--staff").out


def test_an_unanswerable_question_is_done_too(shelf: Shelf) -> None:
    ran = shelf.run("ask", "Do you repair antique grand pianos?")
    assert (ran.status, ran.document["decision"] != "answer") == (0, True)
    assert shelf.run("ask", "  ").status == 1


def test_eval_retrieval_reports_the_figures_of_the_contract(shelf: Shelf) -> None:
    suite = [{"query": "how long are gift cards valid", "history": [], "relevant": ["a1", "a2"], "note": "ignored"}]
    rows, out = write_rows(shelf.folder / "suite.jsonl", suite * 3), shelf.folder / "out.jsonl"
    ran = shelf.run("eval", "retrieval", rows, "--limit", "2", "--out", out, "--audience", "visitor")
    figures = {"n", "hit@1", "hit@5", "mrr@5", "recall@10", "recall@20", "ndcg@10", "p50_ms", "p95_ms"}
    assert ran.document.keys() >= figures
    assert (ran.document["n"], ran.document["hit@1"], len(out.read_text().splitlines())) == (2, 1.0, 2)


def test_eval_mood_reports_the_figures_of_the_contract(shelf: Shelf) -> None:
    rows = [
        {"message": "This is useless, I am furious", "history": [], "dissatisfied": True},
        {"message": "Where is the link?", "history": [], "dissatisfied": False},
    ]
    ran = shelf.run("eval", "mood", write_rows(shelf.folder / "mood.jsonl", rows))
    assert ran.document == {"n": 2, "auroc": 1.0, "f1": 1.0, "precision": 1.0, "recall": 1.0}


def test_eval_decisions_reports_the_figures_of_the_contract(shelf: Shelf) -> None:
    suite: list[dict[str, Any]] = [
        {"query": "How long are gift cards valid?", "history": [], "expect": "answer", "relevant": ["a1", "a2"]},
        {"query": "Do you repair antique grand pianos?", "history": [], "expect": "escalate"},
    ]
    ran = shelf.run("eval", "decisions", write_rows(shelf.folder / "decisions.jsonl", suite))
    figures = {"n", "auroc", "aurc", "ece", "brier", "coverage@error_1", "coverage@error_5", "coverage@error_10"}
    assert ran.document.keys() >= figures | {"escalation_precision", "escalation_recall"}
    assert (ran.document["n"], ran.document["auroc"]) == (2, 1.0)
    drawn = shelf.folder / "curves.svg"
    assert shelf.run("eval", "decisions", shelf.folder / "decisions.jsonl", "--curves", drawn).status == 0
    assert "Decisions on 2 rows" in drawn.read_text()
    assert shelf.run("eval", "mood", shelf.folder / "decisions.jsonl", "--curves", drawn).status == 2


@pytest.mark.parametrize("content", ["", "not json\n", "[1]\n", '{"no": "query"}\n'])
def test_a_suite_that_can_not_be_read_is_a_sentence(shelf: Shelf, content: str) -> None:
    file = shelf.folder / "bad.jsonl"
    file.write_text(content)
    ran = shelf.run("eval", "retrieval", file)
    assert (ran.status, "bad.jsonl" in ran.sentence or "query" in ran.sentence) == (1, True)


def test_reindex_searches_the_next_generation(shelf: Shelf) -> None:
    first, second = shelf.run("reindex").document, shelf.run("reindex").document
    assert second["generation"] == first["generation"] + 1
    assert second["chunks"] == sum(item["chunks"] for item in shelf.items())
    assert shelf.run("ask", "How long do I have to return something?").document["decision"] == "answer"


def test_doctor_names_what_failed_and_what_to_do(shelf: Shelf) -> None:
    ran = shelf.run("doctor")
    findings = {finding["check"]: finding for finding in ran.document["findings"]}
    assert (ran.status, ran.document["ok"]) == (1, False)
    assert not findings["documents"]["ok"] and "baton documents" in findings["documents"]["advice"]
    assert findings["database"]["ok"] and findings["configuration"]["ok"] and findings["embedding"]["ok"]


def test_doctor_names_a_task_type_whose_sources_fit_nothing_that_visitors_may_see(shelf: Shelf) -> None:
    config = shelf.folder / "specialists.yaml"
    sources = {"returning": "Returns", "goodwill": "Internal: goodwill", "unheard": "Nowhere"}
    about = (
        f"{name}: {{examples: [{name} things], sources: [{{title: '{title}'}}]}}" for name, title in sources.items()
    )
    tasks = "".join(f"    {one}\n" for one in about)
    config.write_text(f"{RULES}assistant:\n  tasks:\n{tasks}")
    ran = baton("doctor", "--config", config, "--data", shelf.data, "--json")
    advice = [finding["advice"] for finding in ran.document["findings"] if finding["check"] == "task type"]
    assert [said.split(".")[2] for said in advice] == ["goodwill", "unheard"]


def test_an_index_that_is_broken_is_found_by_doctor(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert baton("documents", "--data", data, "--json").document == {"items": []}
    (data / "index").mkdir(parents=True)
    (data / "index" / "chroma.sqlite3").write_bytes(b"this is no database at all" * 100)
    ran = baton("doctor", "--data", data, "--json")
    faults = {finding["check"]: finding for finding in ran.document["findings"] if not finding["ok"]}
    assert "index" in faults and faults["index"]["advice"]


def test_removed_documents_are_out_of_list_and_answers(shelf: Shelf) -> None:
    [by_id] = [item["id"] for item in shelf.items() if item["external_id"] == "a1"]
    ran = shelf.run("remove", by_id, "a2")
    assert (ran.status, len(ran.document["removed"])) == (0, 2)
    assert not {"a1", "a2"} & {item["external_id"] for item in shelf.items()}
    assert "three years" not in shelf.run("ask", "How long are gift cards valid?").out
    again = shelf.run("remove", "a2")
    assert (again.status, "a2" in again.sentence) == (1, True)
