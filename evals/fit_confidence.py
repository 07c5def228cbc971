"""Fits the confidence head that ships with Baton: `python -m evals.fit_confidence`.

It learns from drafts made by the real search and the extractive provider on three collections: `passages` of the
shared data (SQuAD 2.0, CC BY-SA 4.0), the kitchen shop in `evals/confidence` and the development questions to the
demonstration (our own). A draft is right when it cites a right page and, where that is noted, states the facts. What it
prints is measured by five-fold cross-validation in which no article is on both sides.
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baton.assistant import head, measures
from baton.assistant.calibration import Labelled, fit
from baton.assistant.drafting import VERSION, Reading, extract
from baton.assistant.head import Head
from baton.assistant.judging import PASSAGES as PASSAGES_FOUND
from baton.assistant.judging import VISITOR
from baton.assistant.rewriting import search_query
from baton.assistant.scoring import assess
from baton.knowledge.search import Search, Utterance
from evals.collection import build
from evals.development import shop_articles, shop_rows
from evals.utterances import states

HERE = Path(__file__).parent
PASSAGES = HERE.parent.parent / "shared" / "data" / "passages"
SHIPPED = Path(head.__file__).with_name("confidence.json")
FOLDS = 5
NEAR_MISS, OWN, SHOP = 0.04, 3.0, 6.0
"""How much a row counts: a page that is there without the answer is rarer in life than in SQuAD; ours are few."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the signals of its draft; `article` keeps one article's questions in one fold."""

    signals: dict[str, float]
    on_page: bool
    """Whether a right page is cited."""
    right: bool
    """Whether, besides, the draft states what had to be stated."""
    should_answer: bool
    group: str
    article: str
    weight: float


def rows_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


async def examples(documents: Path, rows: Sequence[dict[str, Any]], folder: Path, weight: float) -> list[Example]:
    """The examples of one collection, indexed in `folder`."""
    collection = await build(folder, documents)
    search = Search(collection.database, collection.lexical, collection.index, collection.embedding)
    try:
        return [await _example(search, row, weight) for row in rows]
    finally:
        await collection.close()


async def _example(search: Search, row: dict[str, Any], weight: float) -> Example:
    query, relevant = row["query"], row.get("relevant") or []
    history = [Utterance(said["author"], said["text"]) for said in row.get("history", ())]
    found = await search.search(search_query(query), history, audiences=VISITOR, limit=PASSAGES_FOUND)
    reading = Reading(query, found.passages, found.query_vector)
    draft = extract(reading)
    assessed = assess(reading, draft)
    cited = {citation.passage.external_id for citation in draft.citations}
    page = relevant[0] if relevant else found.passages[0].external_id if found.passages else "none"
    group, should_answer = row.get("group", "covered"), row["expect"] == "answer"
    on_page = should_answer and bool(cited & set(relevant))
    return Example(
        signals=dict(assessed.signals),
        on_page=on_page,
        right=on_page and states(draft.text, row.get("must", ())),
        should_answer=should_answer,
        group=group,
        article=str(page).rsplit("-", 1)[0] if "must" not in row else query,
        weight=weight * (NEAR_MISS if group == "near-miss" else 1.0),
    )


def head_of(found: Sequence[Example], version: str) -> Head:
    return fit([_labelled(one) for one in found], version=version)


def _labelled(one: Example) -> Labelled:
    """What is known of each factor: of a near miss that the answer isn't there, whatever page was quoted."""
    is_near_miss = one.group == "near-miss"
    return Labelled(
        one.signals,
        one.right,
        covered=one.should_answer or is_near_miss,
        on_page=one.on_page if one.should_answer else None,
        answered=False if is_near_miss else one.right if one.on_page else None,
        weight=one.weight,
    )


def cross_validated(found: Sequence[Example]) -> list[float]:
    """Every example's confidence by a head that saw nothing of its article."""
    folds = {article: number % FOLDS for number, article in enumerate(sorted({one.article for one in found}))}
    heads = [head_of([one for one in found if folds[one.article] != fold], "fold") for fold in range(FOLDS)]
    return [heads[folds[one.article]].confidence(one.signals) for one in found]


def report(found: Sequence[Example], scores: Sequence[float], *groups: str) -> dict[str, float | None]:
    """The figures over the examples of these groups."""
    chosen = [(one, score) for one, score in zip(found, scores, strict=True) if one.group in groups]
    said, right = [score for _, score in chosen], [one.right for one, _ in chosen]
    return {
        "n": len(chosen),
        "auroc": _rounded(measures.auroc(said, [one.should_answer for one, _ in chosen])),
        "ece": _rounded(measures.ece(said, right)),
        "brier": _rounded(measures.brier(said, right)),
        "coverage@error_5": _rounded(measures.coverage_at(0.05, said, right)),
    }


async def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true", help="replace baton/assistant/confidence.json")
    arguments.add_argument("--folder", type=Path, help="where the collections are indexed and kept")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        theirs = await examples(PASSAGES / "documents.jsonl", rows_of(PASSAGES / "decisions.jsonl"), folder, 1.0)
        ours = await examples(
            HERE / "confidence" / "articles.jsonl", rows_of(HERE / "confidence" / "questions.jsonl"), folder, OWN
        )
        shop = await examples(shop_articles(folder), list(shop_rows()), folder, SHOP)
    found = [*theirs, *ours, *shop]
    scores = cross_validated(found)
    figures = {
        "passages, covered against uncovered": report(theirs, scores[: len(theirs)], "covered", "uncovered"),
        "passages, covered against near-miss": report(theirs, scores[: len(theirs)], "covered", "near-miss"),
        "passages, all": report(theirs, scores[: len(theirs)], "covered", "uncovered", "near-miss"),
        "kitchen shop": report(ours, scores[len(theirs) : -len(shop)], "covered", "uncovered"),
        "demonstration": report(shop, scores[-len(shop) :], "covered", "uncovered"),
    }
    print(json.dumps(figures, indent=2))
    if chosen.write:
        SHIPPED.write_text(_file(head_of(found, "2026-11.2"), figures), encoding="utf-8")


def _file(fitted: Head, figures: dict[str, dict[str, float | None]]) -> str:
    described = {
        "about": "The confidence head: a product of factors, each 1 / (1 + exp(-(bias + sum of weight x signal))).",
        "made_by": "python -m evals.fit_confidence --write",
        "fitted_on": [
            {
                "data": "SQuAD 2.0 dev (2,466 questions)",
                "licence": "CC BY-SA 4.0",
                "used_for": "these numbers only; no text of it is here",
            },
            {"data": "evals/confidence (175 questions, our own)", "licence": "MIT"},
            {"data": "evals/development/shop.jsonl (single questions, our own)", "licence": "MIT"},
        ],
        "drafts": VERSION,
        "cross_validated": figures,
        **fitted.as_data(),
    }
    return json.dumps(described, indent=2) + "\n"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


if __name__ == "__main__":
    asyncio.run(main())
