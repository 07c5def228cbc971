"""Fits the weights of search on the evaluation data: `python -m evals.fit_fusion DATA [--work FOLDER]`.

Three collections of documents, each asked in the ways that search must get right: questions alone, dialogues whose last
turn needs the ones before, the same questions after talk of the same thing, and after talk of something else, which
must not drag them along. The loss is the listwise one (the right document's share of a softmax over the candidates).
What is reported comes from fits on the other half: halves are told apart by a digest of the right document's id.
"""

import argparse
import asyncio
import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baton.assistant import rewriting
from baton.knowledge import fusion
from baton.knowledge.evaluation import Ranked, figures
from baton.knowledge.fusion import Evidence, Weights
from baton.knowledge.records import PUBLIC
from baton.knowledge.search import Search, Utterance
from evals.collection import build
from evals.development import shop_articles, shop_rows
from evals.fusion_batch import Asked, Batch

HERE = Path(__file__).parent
Row = Mapping[str, Any]
Vector = NDArray[np.float64]
SHARES = {
    "dialogues": 1.0,
    "passages": 0.5,
    "passages, topic changed": 1.0,
    "passages, topic kept": 0.25,
    "bank": 0.25,
    "shop": 0.7,
    "kitchen": 0.3,
}
"""How much each set counts in the loss, whatever its number of rows."""
RECALLED = {"bank"}
"""Sets whose questions need many documents: found are all of them, not any."""
START = Weights(0.3, 0.2, 0.5, 0.3, 0.1, 1.2, 0.5, 3.0, 10.0, 1.0, 10.0, 0.6)
FEW_BY_SCORE, FEW_BY_TOPIC = 60, 30
"""Candidates kept of each question, by a first guess at the weights: the others' share of the softmax is nothing."""
STEPS = 100
RATE = 0.06
MARGIN = 0.02
FREE, GATE = 11, 7
"""How many of the weights are fitted, and which of them may be negative."""


Sets = dict[str, list[Asked]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with bank, dialogues and passages")
    parser.add_argument("--work", type=Path, default=Path("build/fusion"), help="where indexed collections are kept")
    arguments = parser.parse_args()
    sets, uncovered = asyncio.run(_ask_all(arguments.data, arguments.work))
    weights, notes = {}, {}
    for kind in ("both", "words"):
        fitted, notes[kind] = _fit_and_check(sets if kind == "both" else _only_words(sets), kind)
        weights[kind] = _fit_probability(fitted, sets, uncovered, kind)
    made = {"made_by": "python -m evals.fit_fusion", "on": str(datetime.now(UTC).date()), "cross_validated": notes}
    fusion.save(weights, made)
    print(json.dumps(made | {"weights": {kind: asdict(found) for kind, found in weights.items()}}, indent=2))


async def _ask_all(data: Path, work: Path) -> tuple[Sets, list[Asked]]:
    sets: Sets = {}
    for name in ("dialogues", "passages", "bank"):
        sets[name] = await _ask(data / name, work, _lines(data / name / "retrieval.jsonl"))
    rows = _lines(data / "passages" / "retrieval.jsonl")[::2]
    documents = {row["id"]: row for row in _lines(data / "passages" / "documents.jsonl")}
    for name, same in (("passages, topic changed", False), ("passages, topic kept", True)):
        sets[name] = await _ask(data / "passages", work, _with_talk(rows, documents, same=same))
    sets["shop"] = await _ask_file(shop_articles(work), work, _alone(shop_rows()))
    kitchen = [row for row in _lines(HERE / "confidence" / "questions.jsonl") if row.get("relevant")]
    sets["kitchen"] = await _ask_file(HERE / "confidence" / "articles.jsonl", work, kitchen)
    decisions = _lines(data / "passages" / "decisions.jsonl")
    uncovered = [row | {"relevant": []} for row in decisions if row.get("group") == "uncovered"][::2]
    return sets, await _ask(data / "passages", work, uncovered)


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def _with_talk(rows: Sequence[Row], documents: Mapping[str, Row], *, same: bool) -> list[Row]:
    """Each question after two others and the beginnings of their answers, about the same title or about another."""
    chance = random.Random(7)
    title = {id: row["title"] for id, row in documents.items()}
    by_title: dict[str, list[Row]] = {}
    for row in rows:
        by_title.setdefault(title[row["relevant"][0]], []).append(row)
    talked: list[Row] = []
    for row in rows:
        own = title[row["relevant"][0]]
        about = own if same else chance.choice([other for other in by_title if other != own])
        others = [other for other in by_title[about] if other is not row]
        said: list[dict[str, str]] = []
        for other in chance.sample(others, min(2, len(others))):
            said.append({"author": "visitor", "text": other["query"]})
            said.append({"author": "assistant", "text": documents[other["relevant"][0]]["text"][:160]})
        talked.append({**row, "history": said})
    return talked


def _alone(rows: Iterable[Row]) -> list[Row]:
    """Covered questions without a history, in the words that the assistant searches for."""
    asked = (row for row in rows if row["relevant"] and not row["history"])
    return [{**row, "query": rewriting.search_query(row["query"])} for row in asked]


async def _ask(folder: Path, work: Path, rows: Sequence[Row]) -> list[Asked]:
    return await _ask_file(folder / "documents.jsonl", work, rows)


async def _ask_file(documents: Path, work: Path, rows: Sequence[Row]) -> list[Asked]:
    collection = await build(work, documents)
    search = Search(collection.database, collection.lexical, collection.index, collection.embedding)
    asked = []
    for row in rows:
        history = [Utterance(said["author"], said["text"]) for said in row["history"]]
        found = await search.find(row["query"], history, audiences=frozenset({PUBLIC}), limit=30)
        ids = [candidate.external_id or candidate.document for candidate in found.candidates]
        right = np.array([id in row["relevant"] for id in ids], np.bool_)
        asked.append(_with_few(Asked(row, found.evidence, ids, right)))
    await collection.close()
    return asked


def _with_few(asked: Asked) -> Asked:
    evidence = asked.evidence
    by_score = np.argsort(-fusion.fuse(evidence, START), kind="stable")[:FEW_BY_SCORE]
    by_topic = np.argsort(-evidence.topic, kind="stable")[:FEW_BY_TOPIC]
    kept = np.union1d(by_score, by_topic)
    columns = {field.name: getattr(evidence, field.name)[kept] for field in fields(evidence)}
    columns["name"] = np.unique(columns["name"], return_inverse=True)[1]
    return Asked(asked.row, Evidence(**columns), [asked.documents[number] for number in kept], asked.right[kept])


def _only_words(sets: Sets) -> Sets:
    def without(asked: Asked) -> Asked:
        nothing = np.zeros_like(asked.evidence.chunk)
        return replace(asked, evidence=replace(asked.evidence, chunk=nothing, place=nothing, sentence=nothing))

    return {name: [without(asked) for asked in rows] for name, rows in sets.items()}


def _fit_and_check(sets: Sets, kind: str) -> tuple[Weights, dict[str, Any]]:
    """The weights of all rows, and what weights of one half reach on the other."""
    held_out: dict[str, list[Ranked]] = {name: [] for name in sets}
    for half in (0, 1):
        weights = _fit({name: [one for one in rows if one.half != half] for name, rows in sets.items()}, kind)
        for name, rows in sets.items():
            held_out[name] += [_ranked(one, weights) for one in rows if one.half == half]
    shown = ("n", "hit@1", "hit@5", "mrr@5", "recall@10")
    notes = {name: {key: figures(ranked)[key] for key in shown} for name, ranked in held_out.items()}
    return _fit(sets, kind), notes


def _ranked(asked: Asked, weights: Weights) -> Ranked:
    order = np.argsort(-fusion.fuse(asked.evidence, weights), kind="stable")
    documents = tuple(dict.fromkeys(asked.documents[number] for number in order))[:20]
    return Ranked(asked.row["query"], tuple(asked.row["relevant"]), documents, (), 0.0)


def _fit(sets: Sets, kind: str) -> Weights:
    """Adam on numeric gradients: there are eleven numbers."""
    answerable = {name: [one for one in rows if one.right.any()] for name, rows in sets.items()}
    batches = {name: Batch(rows, every=name in RECALLED) for name, rows in answerable.items()}

    def loss(point: Vector) -> float:
        weights = _weights(point, kind)
        return sum(SHARES[name] * batch.loss(weights) for name, batch in batches.items())

    point = _point(START)
    mean, square = np.zeros_like(point), np.zeros_like(point)
    for step in range(1, STEPS + 1):
        gradient = _gradient(loss, point)
        mean = 0.8 * mean + 0.2 * gradient
        square = 0.95 * square + 0.05 * gradient**2
        point = point - RATE * (mean / (1 - 0.8**step)) / (np.sqrt(square / (1 - 0.95**step)) + 1e-8)
    return _weights(point, kind)


def _gradient(loss: Callable[[Vector], float], point: Vector) -> Vector:
    here = loss(point)
    return np.array([(loss(point + MARGIN * unit) - here) / MARGIN for unit in np.eye(len(point))])


def _point(weights: Weights) -> Vector:
    """Weights as free numbers: all but the gate's middle stay positive."""
    values = np.array(list(asdict(weights).values())[:FREE])
    return np.array([value if number == GATE else np.log(value) for number, value in enumerate(values)])


def _weights(point: Vector, kind: str) -> Weights:
    """The cosines' weights add up to one, so that scores of different fits are on one scale."""
    values = [float(value) if number == GATE else float(np.exp(value)) for number, value in enumerate(point)]
    cosines = sum(values[:3])
    values[:3] = [value / cosines for value in values[:3]] if kind == "both" else [0.0, 0.0, 0.0]
    if kind == "words":
        values[3] = 1.0
    return Weights(*values, *[START.middle])


def _fit_probability(weights: Weights, sets: Sets, uncovered: Sequence[Asked], kind: str) -> Weights:
    """Steepness and middle by logistic regression: was the best candidate right, given its score?"""
    asked = [*sets["dialogues"], *sets["passages"], *uncovered]
    if kind == "words":
        asked = _only_words({"all": asked})["all"]
    scores = [fusion.fuse(one.evidence, weights) for one in asked if len(one.evidence)]
    best = np.array([score.max() for score in scores], np.float64)
    right = np.array([one.right[score.argmax()] for one, score in zip(asked, scores, strict=True)], np.float64)
    slope, offset = 1.0, 0.0
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(slope * best + offset)))
        spread = chance * (1 - chance)
        mixed = (spread * best).sum()
        hessian = np.array([[(spread * best * best).sum(), mixed], [mixed, spread.sum()]])
        change = np.linalg.solve(hessian + 1e-6 * np.eye(2), [((right - chance) * best).sum(), (right - chance).sum()])
        slope, offset = slope + change[0], offset + change[1]
    return replace(weights, steepness=float(slope), middle=float(-offset / slope))


if __name__ == "__main__":
    main()
