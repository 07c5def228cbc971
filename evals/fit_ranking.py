"""Fits the weights that order what can be quoted: `python -m evals.fit_ranking --help-site FOLDER [--write]`.

It learns from the development questions (`evals/development`), never from the sixty of the first ten minutes. Each is
searched, and everything that could be quoted is said as it would be said; right is what states all the facts from one
of the question's pages. The loss is the listwise one, with a ridge around the weights it starts from, which were set by
hand. What it prints comes from five-fold cross-validation over the questions.
"""

import argparse
import asyncio
import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from baton.assistant import matching, rewriting
from baton.assistant.drafting import Reading, say
from baton.assistant.judging import PASSAGES, VISITOR
from baton.assistant.matching import FEATURES
from baton.knowledge.search import Search, Utterance
from evals.development import HELP_SITE, SHOP
from evals.first_ten_minutes import open_stage, source_of
from evals.utterances import Row, read_rows, states

Numbers = NDArray[np.float64]
SHIPPED = Path(matching.__file__).with_name("ranking.json")
FOLDS = 5
STEEPNESS, RIDGE, HOPELESS = 12.0, 1.0, 1e-3
STEPS, RATE = 400, 0.01
START = {
    "cover": 0.5, "cosine": 0.3, "rank": 0.3, "fits_kind": 0.2, "heading": 0.1, "heading_kind": 0.1,
    "negated_too": 0.1, "missing": -0.07, "opposed": -0.1, "names_row": 0.1, "opens_section": 0.015,
    "opens_document": 0.08, "tells_there_is": 0.3, "is_wanted_list": 0.1, "is_other_list": -0.06,
    "condition": -0.1, "deadline": -0.2, "half_said": -0.06, "points_back": -0.03,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: a row of features for each candidate, and whether it would have been right."""

    id: str
    features: Numbers
    right: NDArray[np.bool_]


async def ask(search: Search, rows: Sequence[Row]) -> list[Asked]:
    """Every question of the rows that asks something, with its candidates."""
    asked = []
    for row in rows:
        history = tuple(Utterance("visitor", text) for text in row.history)
        parts = rewriting.split(row.text) if row.sources else ()
        for part in parts:
            question = rewriting.self_contained(part, history)
            query = rewriting.search_query(question)
            found = await search.search(query, history, audiences=VISITOR, limit=PASSAGES)
            reading = Reading(question, found.passages, found.query_vector)
            if not reading.candidates:
                continue
            drafts = [say(reading, candidate) for candidate in reading.candidates]
            right = [
                states(draft.text, row.must, every=len(parts) == 1)
                and any(source_of(citation) in row.sources for citation in draft.citations)
                for draft in drafts
            ]
            features = np.array([candidate.match.features for candidate in reading.candidates])
            asked.append(Asked(row.id, features, np.array(right)))
    return asked


def fit(asked: Sequence[Asked]) -> Numbers:
    """Weights in the order of `FEATURES`, by Adam."""
    start = np.array([START.get(name, 0.0) for name in FEATURES])
    learnt = [one for one in asked if one.right.any() and not one.right.all()]
    weights, mean, square = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, STEPS + 1):
        slope = sum(_slope(one, weights) for one in learnt) / len(learnt) + 2 * RIDGE * (weights - start)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        weights = weights - RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return weights


def _slope(one: Asked, weights: Numbers) -> Numbers:
    """Of the negative logarithm of the right candidates' share of a softmax, bounded: the hopeless don't rule."""
    scores = STEEPNESS * (one.features @ weights)
    share = np.exp(scores - scores.max())
    share /= share.sum()
    right = share[one.right].sum()
    wanted = np.where(one.right, share / max(right, 1e-12), 0.0)
    slope: Numbers = STEEPNESS * right / (right + HOPELESS) * ((share - wanted) @ one.features)
    return slope


def is_right(one: Asked, weights: Numbers) -> bool:
    """Whether the first candidate is a right one."""
    return bool(one.right[np.argmax(one.features @ weights)])


def cross_validated(asked: Sequence[Asked]) -> list[bool]:
    """Whether each question comes out right by weights that were fitted without it."""
    fold = [hashlib.sha256(one.id.encode()).digest()[0] % FOLDS for one in asked]
    fits = [fit([one for one, own in zip(asked, fold, strict=True) if own != left]) for left in range(FOLDS)]
    return [is_right(one, fits[own]) for one, own in zip(asked, fold, strict=True)]


async def _ask_all(help_site: Path | None) -> dict[str, list[Asked]]:
    sets = {}
    for name, file, documents in (("shop", SHOP, None), ("help-site", HELP_SITE, help_site)):
        if name == "shop" or documents:
            rows = read_rows(file)
            with tempfile.TemporaryDirectory() as folder:
                async with open_stage(Path(folder), documents) as stage:
                    sets[name] = await ask(stage.search, rows)
    return sets


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--help-site", type=Path, help="folder of the help site's pages")
    parser.add_argument("--write", action="store_true", help="replace baton/assistant/ranking.json")
    arguments = parser.parse_args()
    sets = asyncio.run(_ask_all(arguments.help_site))
    everything = [one for asked in sets.values() for one in asked]
    start = np.array([START.get(name, 0.0) for name in FEATURES])
    right = dict(zip(map(id, everything), cross_validated(everything), strict=True))
    notes = {
        name: {
            "n": len(asked),
            "reachable": sum(bool(one.right.any()) for one in asked),
            "set by hand": sum(is_right(one, start) for one in asked),
            "cross-validated": sum(right[id(one)] for one in asked),
        }
        for name, asked in sets.items()
    }
    weights = {name: round(float(weight), 4) for name, weight in zip(FEATURES, fit(everything), strict=True)}
    made = {"made_by": "python -m evals.fit_ranking --write", "first is right": notes, "weights": weights}
    print(json.dumps(made, indent=2))
    if arguments.write:
        SHIPPED.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
