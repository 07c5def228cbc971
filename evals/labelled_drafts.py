"""Drafts with known answers: made by the real search and the extractive provider, with what is right about them.

Three collections: `passages` of the shared data (SQuAD 2.0, CC BY-SA 4.0), the kitchen shop in `evals/confidence` and
the development questions to the demonstration (our own).
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baton.assistant.calibration import Labelled, fit
from baton.assistant.drafting import Reading, extract
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
PASSAGES = Path(os.environ.get("BATON_TEST_DATA", HERE.parent.parent / "shared" / "data")) / "passages"
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


@dataclass(frozen=True, slots=True)
class Collections:
    """The examples of the three collections."""

    passages: list[Example]
    kitchen: list[Example]
    demonstration: list[Example]

    def every(self) -> list[Example]:
        return [*self.passages, *self.kitchen, *self.demonstration]


async def read_collections(folder: Path) -> Collections:
    """Index the collections in `folder`, which may keep them for the next time, and draft an answer to every row."""
    return Collections(
        await examples(PASSAGES / "documents.jsonl", rows_of(PASSAGES / "decisions.jsonl"), folder, 1.0),
        await examples(
            HERE / "confidence" / "articles.jsonl", rows_of(HERE / "confidence" / "questions.jsonl"), folder, OWN
        ),
        await examples(shop_articles(folder), list(shop_rows()), folder, SHOP),
    )


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


def cross_validated(found: Sequence[Example]) -> list[dict[str, float]]:
    """Every example's chances by a head that saw nothing of its article."""
    folds = {article: number % FOLDS for number, article in enumerate(sorted({one.article for one in found}))}
    heads = [head_of([one for one in found if folds[one.article] != fold], "fold") for fold in range(FOLDS)]
    return [heads[folds[one.article]].chances(one.signals) for one in found]
