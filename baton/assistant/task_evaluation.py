"""Measures task types on rows of their suite (CONTRACT.md, "Evaluation files")."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baton.assistant import measures
from baton.assistant.evaluation import BadRow
from baton.assistant.tasks import Tasks, Told


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and its task type; None is out of scope."""

    text: str
    task: str | None


def labelled(rows: Sequence[Mapping[str, Any]], file: str) -> list[Labelled]:
    """The rows of a file, checked. Raises BadRow."""
    return [_labelled(row, f"{file}, row {number}") for number, row in enumerate(rows, start=1)]


def examples_in(rows: Sequence[Labelled]) -> dict[str, tuple[str, ...]]:
    """The examples of each task type; a row out of scope is an example of none."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.task is not None:
            found.setdefault(row.task, []).append(row.text)
    return {task: tuple(texts) for task, texts in found.items()}


async def evaluate_tasks(
    tasks: Tasks, rows: Sequence[Labelled], *, val: Sequence[Labelled] | None = None, out: Path | None = None
) -> dict[str, float]:
    """The suite's figures over `rows`, at the threshold that `val` sets, or else the examples. Raises BadRow.

    A row of a type without examples is in scope, and can't be told right.
    """
    types = {row.task for row in rows if row.task is not None}
    if types and not types & set(tasks.names):
        raise BadRow(f"No row is of a task type that has examples, such as “{tasks.names[0]}”. Name others.")
    if val is not None:
        tasks = await tasks.set_by([(row.text, row.task) for row in val if row.task is not None])
    told = await tasks.tell([row.text for row in rows])
    if out is not None:
        lines = "".join(_line(row, one) for row, one in zip(rows, told, strict=True))
        await asyncio.to_thread(out.write_text, lines, encoding="utf-8")
    return figures(rows, told)


def figures(rows: Sequence[Labelled], told: Sequence[Told]) -> dict[str, float]:
    """The suite's figures, flat; those that need a kind of row that isn't there are left out.

    `accuracy_kept` is over all rows in scope, so that one taken for none of the types counts as wrong.
    """
    pairs = list(zip(rows, told, strict=True))
    inside = [(row, one) for row, one in pairs if row.task is not None]
    outside = [one for row, one in pairs if row.task is None]
    found: dict[str, float] = {"n": len(pairs)}
    if inside:
        found["accuracy"] = _share([one.nearest == row.task for row, one in inside])
        found["accuracy_kept"] = _share([one.task == row.task for row, one in inside])
    if outside:
        found["oos_recall"] = _share([one.task is None for one in outside])
    ranked = measures.auroc([one.certainty or 0.0 for one in told], [row.task is not None for row in rows])
    return found | ({"oos_auroc": round(ranked, 4)} if ranked is not None else {})


def _share(right: Sequence[bool]) -> float:
    return round(sum(right) / len(right), 4)


def _labelled(row: Mapping[str, Any], where: str) -> Labelled:
    text, task = row.get("text"), row.get("task", "")
    if not isinstance(text, str) or not text.strip():
        raise BadRow(f'{where} needs a text as "text".')
    if task is not None and (not isinstance(task, str) or not task.strip()):
        raise BadRow(f'{where} needs "task" to be the name of a task type, or null for out of scope.')
    return Labelled(text, task)


def _line(row: Labelled, told: Told) -> str:
    whole = {"text": row.text, "task": row.task, "nearest": told.nearest, "told": told.task}
    return json.dumps(whole | {"certainty": round(told.certainty or 0.0, 6)}, ensure_ascii=False) + "\n"
