"""The suite `retrieval`: the figures by hand, and rows that are refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from baton.knowledge.evaluation import BadRow, Ranked, evaluate_retrieval, figures
from baton.knowledge.search import Passage, SearchResult

EVERYBODY = frozenset({"public"})


class Canned:
    """A search that always finds the same passages."""

    def __init__(self, *documents: str) -> None:
        self.documents = documents
        self.asked: list[tuple[str, int, frozenset[str]]] = []

    async def search(self, query: str, history: Any = (), *, audiences: frozenset[str], limit: int = 8) -> SearchResult:
        self.asked.append((query, len(history), audiences))
        return SearchResult(tuple(_passage(document) for document in self.documents), None, {})


def _passage(document: str) -> Passage:
    own = {
        "chunk": "1",
        "document": "doc_1",
        "external_id": document,
        "title": "",
        "url": None,
        "place": "",
        "text": "",
    }
    ranks = {"dense": 0.5, "about": 0.5, "lexical": 0.5, "dense_rank": None, "lexical_rank": None, "sentences": ()}
    return Passage(**own, **ranks, audience="public", version=1, score=0.5)  # type: ignore[arg-type]


def test_the_figures_are_what_their_names_say() -> None:
    second = Ranked("q", ("a", "b"), ("x", "a", "y", "z", "w", "v", "b"), (), 10.0)
    nowhere = Ranked("q", ("a",), ("x",), (), 30.0)

    assert figures([second, nowhere]) == {
        "n": 2,
        "hit@1": 0.0,
        "hit@5": 0.5,
        "mrr@5": 0.25,
        "recall@10": 0.5,
        "recall@20": 0.5,
        "ndcg@10": pytest.approx((1 / 1.58496 + 1 / 3) / (1 + 1 / 1.58496) / 2, abs=1e-3),
        "p50_ms": 20.0,
        "p95_ms": 30.0,
    }
    assert figures([]) == {"n": 0}


async def test_a_document_ranks_at_its_best_chunk_and_rows_are_written(tmp_path: Path) -> None:
    search, out = Canned("a", "a", "b"), tmp_path / "rows.jsonl"
    rows = [
        {"query": "é?", "history": [{"author": "visitor", "text": "hello"}], "relevant": ["b"], "more": 1},
        {"query": "why?", "relevant": ["a"]},
    ]

    result = await evaluate_retrieval(search, rows, audiences=EVERYBODY, out=out)  # type: ignore[arg-type]

    assert (result["n"], result["hit@1"], result["hit@5"]) == (2, 0.5, 1.0)
    assert search.asked == [("é?", 1, EVERYBODY), ("why?", 0, EVERYBODY)]
    first, _ = (json.loads(line) for line in out.read_text(encoding="utf-8").splitlines())
    assert first["query"] == "é?" and [found["id"] for found in first["found"]] == ["a", "b"] and first["hit@1"] == 0


@pytest.mark.parametrize("row", [{"query": "q"}, {"relevant": ["a"]}, {"query": "q", "relevant": []}, {"query": 1}])
async def test_a_row_of_another_form_is_named(row: dict[str, Any]) -> None:
    with pytest.raises(BadRow, match="Row 1"):
        await evaluate_retrieval(Canned(), [row], audiences=EVERYBODY)  # type: ignore[arg-type]
