"""Proves, or disproves, that a highest error rate is kept where nothing was calibrated: `scripts/prove-error-rate`.

Each domain in turn is left out. On all others the head is fitted and the threshold is set by the bound that
`max_error_rate` uses; then the left-out domain is answered, and what was answered wrongly is counted. Beside it stands
a threshold on the raw cosine of the quoted passage that answers just as many. Near misses (the page is there, the
answer isn't) are left out of both, put into the test alone, and put into both; SQuAD has more of them than answerable
questions. The articles that are together as "other" have no answerable question here. It prints what it finds.
"""

import argparse
import asyncio
import json
import math
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from baton.assistant import measures
from baton.assistant.error_rates import Scored, lowest_threshold, upper_bound
from baton.assistant.head import Head
from evals.labelled_drafts import Collections, Example, cross_validated, head_of, read_collections

RATES = (0.05, 0.1)
FEWEST_OF_ARTICLE = 150
"""Articles with fewer questions are one domain together."""
NEAR_MISS = "near-miss"


class _Test(NamedTuple):
    """What is left out, the rate, and whether near misses are in the calibration and in the test."""

    domain: str
    max_error_rate: float
    calibrated_in: bool
    tested_in: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one left-out domain. `threshold` is None where the others could not show that the rate holds."""

    test: _Test
    n: int
    threshold: float | None
    wrong: int
    answered: int
    bound: float
    ece: float
    cosine_wrong: int
    """Wrong among as many answers, by the raw cosine."""


def domains(collections: Collections) -> dict[str, list[Example]]:
    """Questions about things that have nothing to do with each other."""
    sizes = Counter(one.article for one in collections.passages)
    found: dict[str, list[Example]] = {}
    for one in collections.passages:
        name = one.article.replace("_", " ") if sizes[one.article] >= FEWEST_OF_ARTICLE else "other articles"
        found.setdefault(name, []).append(one)
    return found | {"kitchen shop": collections.kitchen, "demonstration": collections.demonstration}


def left_out(every: dict[str, list[Example]], domain: str, *, calibrated_in: bool) -> list[Found]:
    """Each rate, set on the other domains with or without near misses, and tested on this one: with, and without too
    if they were calibrated without."""
    others = [one for name, rows in every.items() if name != domain for one in _plain(rows, calibrated_in)]
    scored = [
        Scored(math.prod(chances.values()), one.right)
        for one, chances in zip(others, cross_validated(others), strict=True)
    ]
    head = head_of(others, "others")
    thresholds = {rate: lowest_threshold(scored, rate) for rate in RATES}
    return [
        _tested(_Test(domain, rate, calibrated_in, tested_in), every[domain], head, shown.threshold if shown else None)
        for tested_in in ((True,) if calibrated_in else (False, True))
        for rate, shown in thresholds.items()
    ]


def _tested(test: _Test, rows: Sequence[Example], head: Head, threshold: float | None) -> Found:
    tested = _plain(rows, test.tested_in)
    said, right = [head.confidence(one.signals) for one in tested], [one.right for one in tested]
    line = math.inf if threshold is None else threshold
    answered = [was for was, confidence in zip(right, said, strict=True) if confidence >= line]
    wrong = answered.count(False)
    return Found(
        test,
        len(tested),
        threshold,
        wrong,
        len(answered),
        upper_bound(wrong, len(answered)),
        measures.ece(said, right),
        _nearest(tested, len(answered)).count(False),
    )


def _plain(rows: Sequence[Example], near_misses: bool) -> list[Example]:
    """Every row counts once: a domain must not be spoken for by another's weight."""
    return [replace(one, weight=1.0) for one in rows if near_misses or one.group != NEAR_MISS]


def _nearest(rows: Sequence[Example], count: int) -> list[bool]:
    """Whether each was right, of as many rows as these whose quoted passage has the highest cosine."""
    ordered = sorted(rows, key=lambda one: -one.signals["closeness"])
    return [one.right for one in ordered[:count]]


def _table(found: Sequence[Found]) -> Table:
    """One kind of test: every domain, and all together."""
    rate, calibrated_in, tested_in = found[0].test[1:]
    kinds = f"near misses {_in(calibrated_in)} the calibration, {_in(tested_in)} the test"
    table = Table(title=f"at most {rate:.0%} wrong; {kinds}")
    for name in ("left out", "n", "from", "answered", "wrong", "bound", "by cosine", "ECE"):
        table.add_column(name, justify="left" if name == "left out" else "right", no_wrap=True)
    for one in found:
        line = "none" if one.threshold is None else f"{one.threshold:.2f}"
        table.add_row(one.test.domain, str(one.n), line, *_shares([one]), f"{one.ece:.3f}")
    table.add_section()
    table.add_row("all", str(sum(one.n for one in found)), "", *_shares(found), "")
    return table


def _shares(found: Sequence[Found]) -> tuple[str, str, str, str]:
    wrong, answered, n = (sum(getattr(one, name) for one in found) for name in ("wrong", "answered", "n"))
    by_cosine = sum(one.cosine_wrong for one in found)
    bound = f"{upper_bound(wrong, answered):.1%}"
    return f"{answered / n:.0%}", _share(wrong, answered), bound, _share(by_cosine, answered)


def _in(is_in: bool) -> str:
    return "in" if is_in else "not in"


def _share(wrong: int, answered: int) -> str:
    return f"{wrong} ({wrong / answered:.1%})" if answered else "–"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--folder", type=Path, help="where the collections are indexed and kept")
    arguments.add_argument("--json", action="store_true", help="print one JSON document")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        every = domains(asyncio.run(read_collections(chosen.folder or Path(temporary))))
    found = [
        one
        for calibrated_in in (False, True)
        for name in every
        for one in left_out(every, name, calibrated_in=calibrated_in)
    ]
    if chosen.json:
        rows = [{name: getattr(one, name) for name in Found.__slots__} for one in found]
        return print(json.dumps([row | {"test": row["test"]._asdict()} for row in rows], indent=2))
    for kind in dict.fromkeys(one.test[1:] for one in found):
        Console(width=100).print(_table([one for one in found if one.test[1:] == kind]))
    return None


if __name__ == "__main__":
    main()
