"""Ratios of interleaved pairs, and how a goal is told: a table for people, one JSON document for programs."""

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Goal:
    """One promise of PERFORMANCE.md with what was measured: `at` is "least" or "most"."""

    name: str
    what: str
    value: float
    at: Literal["least", "most"]
    promise: float
    stretch: float | None = None

    @property
    def is_kept(self) -> bool:
        return self.value >= self.promise if self.at == "least" else self.value <= self.promise


def median_of_ratios(pairs: Sequence[tuple[float, float]]) -> float:
    """The median of ours divided by the reference's, pair by pair: neighbours on the machine slow both of a pair."""
    return round(statistics.median(ours / reference for ours, reference in pairs), 3)


def tell(
    goals: Sequence[Goal], details: Mapping[str, Any], columns: Sequence[Mapping[str, Any]], as_json: bool
) -> None:
    """Print what was found; `columns` are the rows of the table of raw figures."""
    if as_json:
        kept = [asdict(goal) | {"kept": goal.is_kept} for goal in goals]
        return print(json.dumps({"goals": kept, **details, "runs": list(columns)}))
    console = Console()
    if columns:
        console.print(
            _table([str(name) for name in columns[0]], [[str(cell) for cell in row.values()] for row in columns])
        )
    signs = {"least": "≥", "most": "≤"}
    rows = [
        [
            goal.name,
            goal.what,
            f"{goal.value:g}",
            f"{signs[goal.at]} {goal.promise:g}",
            "kept" if goal.is_kept else "MISSED",
        ]
        for goal in goals
    ]
    console.print(_table(["goal", "what", "measured", "promise", ""], rows))


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(*names)
    for row in rows:
        table.add_row(*row)
    return table
