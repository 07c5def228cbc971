"""What each signal adds to confidence: `python -m evals.ablation`. Cross-validated, no article on both sides.

Every row is the head fitted again: without one signal (in every factor that uses it), or by one kind of signal alone.
"""

import argparse
import asyncio
import math
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from baton.assistant import measures
from baton.assistant.scoring import SIGNALS
from evals.labelled_drafts import Collections, Example, cross_validated, read_collections

KINDS = {
    "search": ("closeness", "strength", "margin", "agreement"),
    "choice": ("share", "lead", "page_share"),
    "sufficiency": (
        "cover_of_quote",
        "cover_of_passage",
        "rarest_met",
        "words_known",
        "sentence",
        "heading",
        "fits_kind",
        "stated",
        "unopposed",
        "support",
    ),
}


def without(rows: Sequence[Example], names: Iterable[str]) -> list[Example]:
    """The examples with these signals missing."""
    gone = frozenset(names)
    return [replace(one, signals={n: v for n, v in one.signals.items() if n not in gone}) for one in rows]


def figures(collections: Collections, change: Callable[[Sequence[Example]], list[Example]]) -> list[str]:
    """AUROC against uncovered, near misses and wrong pages; ECE; coverage at 5 % error; AUROC on the demonstration."""
    parts = [change(rows) for rows in (collections.passages, collections.kitchen, collections.demonstration)]
    every = [one for rows in parts for one in rows]
    said = {id(one): math.prod(chances.values()) for one, chances in zip(every, cross_validated(every), strict=True)}
    passages, demonstration = parts[0], parts[2]
    plain = [one for one in passages if one.group != "near-miss"]
    covered = [one for one in passages if one.group == "covered"]
    found = (
        _auroc(said, plain, lambda one: one.should_answer),
        _auroc(said, [one for one in passages if one.group != "uncovered"], lambda one: one.should_answer),
        _auroc(said, covered, lambda one: one.on_page),
        measures.ece([said[id(one)] for one in plain], [one.right for one in plain]),
        measures.coverage_at(0.05, [said[id(one)] for one in plain], [one.right for one in plain]),
        _auroc(said, demonstration, lambda one: one.should_answer),
    )
    return [f"{value:.3f}" for value in found]


def _auroc(said: dict[int, float], rows: Sequence[Example], positive: Callable[[Example], bool]) -> float:
    return measures.auroc([said[id(one)] for one in rows], [positive(one) for one in rows]) or math.nan


def table(collections: Collections) -> Table:
    shown = Table("head", "uncovered", "near miss", "right page", "ECE", "answered at 5 %", "demonstration")
    shown.add_row("all signals", *figures(collections, list))
    shown.add_section()
    for name in SIGNALS:
        shown.add_row(f"without {name}", *figures(collections, partial(without, names=(name,))))
    shown.add_section()
    for kind, names in KINDS.items():
        others = [name for name in SIGNALS if name not in names]
        shown.add_row(f"{kind} alone", *figures(collections, partial(without, names=others)))
    return shown


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--folder", type=Path, help="where the collections are indexed and kept")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        collections = asyncio.run(read_collections(chosen.folder or Path(temporary)))
    Console(width=110).print(table(collections))


if __name__ == "__main__":
    main()
