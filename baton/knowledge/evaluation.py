"""Measures search on rows of questions and the documents that answer them (the suite `retrieval` of CONTRACT.md)."""

import asyncio
import json
import math
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baton.knowledge.search import Search, SearchResult, Utterance

_PASSAGES = 80
"""Enough for twenty documents, each at its best chunk."""
_DEPTH = 20


class BadRow(Exception):
    """A row isn't of the suite's form; the message says which and how."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One row's outcome: the documents found, by their external ids, the best first."""

    query: str
    relevant: tuple[str, ...]
    found: tuple[str, ...]
    scores: tuple[float, ...]
    milliseconds: float

    def hits(self) -> list[bool]:
        """Whether each found document is relevant."""
        return [id in self.relevant for id in self.found]


async def evaluate_retrieval(
    search: Search, rows: Sequence[Mapping[str, Any]], *, audiences: frozenset[str], out: Path | None = None
) -> dict[str, float]:
    """The suite's figures over `rows` as read from its file; each row with its scores goes to `out`. Raises BadRow."""
    ranked = [await _rank(search, number, row, audiences) for number, row in enumerate(rows, start=1)]
    if out is not None:
        await asyncio.to_thread(out.write_text, "".join(_line(one) for one in ranked), encoding="utf-8")
    return figures(ranked)


def figures(ranked: Sequence[Ranked]) -> dict[str, float]:
    """The suite's figures, flat."""
    if not ranked:
        return {"n": 0}
    waits = sorted(one.milliseconds for one in ranked)
    means = [_measures(one) for one in ranked]
    return {
        "n": len(ranked),
        **{name: round(statistics.fmean(each[name] for each in means), 4) for name in means[0]},
        "p50_ms": round(statistics.median(waits), 2),
        "p95_ms": round(waits[min(len(waits) - 1, math.ceil(0.95 * len(waits)) - 1)], 2),
    }


def _measures(one: Ranked) -> dict[str, float]:
    hits = one.hits()
    relevant = max(1, len(one.relevant))
    first = next((rank for rank, hit in enumerate(hits[:5], start=1) if hit), None)
    gained = sum(1 / math.log2(rank + 1) for rank, hit in enumerate(hits[:10], start=1) if hit)
    possible = sum(1 / math.log2(rank + 1) for rank in range(1, min(10, relevant) + 1))
    return {
        "hit@1": float(any(hits[:1])),
        "hit@5": float(any(hits[:5])),
        "mrr@5": 1 / first if first else 0.0,
        "recall@10": sum(hits[:10]) / relevant,
        "recall@20": sum(hits[:20]) / relevant,
        "ndcg@10": gained / possible,
    }


async def _rank(search: Search, number: int, row: Mapping[str, Any], audiences: frozenset[str]) -> Ranked:
    query, history, relevant = _read(number, row)
    started = time.perf_counter()
    result = await search.search(query, history, audiences=audiences, limit=_PASSAGES)
    milliseconds = (time.perf_counter() - started) * 1000
    documents = _documents(result)
    return Ranked(query, relevant, tuple(documents), tuple(documents.values()), milliseconds)


def _read(number: int, row: Mapping[str, Any]) -> tuple[str, list[Utterance], tuple[str, ...]]:
    try:
        history = [Utterance(str(said["author"]), str(said["text"])) for said in row.get("history") or ()]
        query, relevant = row["query"], tuple(dict.fromkeys(str(id) for id in row["relevant"]))
    except (KeyError, TypeError) as error:
        needs = '"query", "relevant" and a "history" of "author" and "text"'
        raise BadRow(f"Row {number} needs {needs} ({error}).") from error
    if not isinstance(query, str) or not relevant:
        raise BadRow(f'Row {number} needs a text as "query" and at least one id in "relevant".')
    return query, history, relevant


def _documents(result: SearchResult) -> dict[str, float]:
    """External ids (or our own, without one) with the score of their best chunk, the best first."""
    best: dict[str, float] = {}
    for passage in result.passages:
        best.setdefault(passage.external_id or passage.document, round(passage.score, 4))
    return dict(list(best.items())[:_DEPTH])


def _line(one: Ranked) -> str:
    found = [{"id": id, "score": score} for id, score in zip(one.found, one.scores, strict=True)]
    row = {"query": one.query, "relevant": list(one.relevant), "found": found}
    whole = row | _measures(one) | {"ms": round(one.milliseconds, 2)}
    return json.dumps(whole, ensure_ascii=False) + "\n"
