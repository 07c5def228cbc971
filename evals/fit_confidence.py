"""Fits the confidence head that ships with Baton: `python -m evals.fit_confidence`.

It learns from the drafts of `evals.labelled_drafts`. A draft is right when it cites a right page and, where that is
noted, states the facts. What it prints is measured by five-fold cross-validation in which no article is on both sides.
"""

import argparse
import asyncio
import json
import math
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from baton.assistant import head, measures
from baton.assistant.drafting import VERSION
from baton.assistant.head import Head
from evals.labelled_drafts import Collections, Example, cross_validated, head_of, read_collections

SHIPPED = Path(head.__file__).with_name("confidence.json")


def measured(collections: Collections) -> dict[str, dict[str, float | None]]:
    """The figures of each collection, by heads that saw nothing of an example's article."""
    found = collections.every()
    scored = dict(zip(map(id, found), cross_validated(found), strict=True))

    def of(rows: Sequence[Example], *groups: str) -> dict[str, float | None]:
        return report(rows, [math.prod(scored[id(one)].values()) for one in rows], *groups)

    def factor(name: str, positive: Callable[[Example], bool], *groups: str) -> dict[str, float | None]:
        rows = [one for one in collections.passages if one.group in groups]
        ranked = measures.auroc([scored[id(one)][name] for one in rows], [positive(one) for one in rows])
        return {"n": len(rows), "auroc": _rounded(ranked)}

    passages = collections.passages
    return {
        "passages, covered against uncovered": of(passages, "covered", "uncovered"),
        "passages, covered against near-miss": of(passages, "covered", "near-miss"),
        "passages, all": of(passages, "covered", "uncovered", "near-miss"),
        "passages, the chance of being covered": factor(
            "covered", lambda one: one.should_answer, "covered", "uncovered"
        ),
        "passages, the chance of being on the right page": factor("on_page", lambda one: one.on_page, "covered"),
        "passages, the chance of being the answer": factor(
            "answered", lambda one: one.should_answer, "covered", "near-miss"
        ),
        "kitchen shop": of(collections.kitchen, "covered", "uncovered"),
        "demonstration": of(collections.demonstration, "covered", "uncovered"),
    }


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
        collections = await read_collections(chosen.folder or Path(temporary))
    figures = measured(collections)
    print(json.dumps(figures, indent=2))
    if chosen.write:
        SHIPPED.write_text(_file(head_of(collections.every(), "2026-11.2"), figures), encoding="utf-8")


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
