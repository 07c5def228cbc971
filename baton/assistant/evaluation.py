"""Measures decisions and mood on rows of their suites (CONTRACT.md, "Evaluation files")."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baton.assistant import measures, mood
from baton.assistant.curves import curves_file
from baton.assistant.settings import MoodSettings
from baton.knowledge.search import Utterance

ANSWER = "answer"
_ERRORS = {"coverage@error_1": 0.01, "coverage@error_5": 0.05, "coverage@error_10": 0.10}


class BadRow(Exception):
    """A row isn't of the suite's form; the message says which and how."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one turn came to: its decision's name, its confidence, and the external ids of the documents it cites."""

    decision: str
    confidence: float
    cited: tuple[str, ...] = ()
    text: str = ""


Take = Callable[[str, Sequence[Utterance]], Awaitable[Taken]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and what came of it."""

    query: str
    should_answer: bool
    right: bool
    taken: Taken


async def evaluate_decisions(
    take: Take, rows: Sequence[Mapping[str, Any]], *, out: Path | None = None, curves: Path | None = None
) -> dict[str, float]:
    """The suite's figures over `rows`; `take` runs one turn without saying anything. `out` gets every row with its
    scores, `curves` the pictures as SVG. Raises BadRow."""
    judged = [await _judge(take, number, row) for number, row in enumerate(rows, start=1)]
    if out is not None:
        _write(out, [_shown(one) for one in judged])
    if curves is not None:
        _draw(curves, judged)
    return figures(judged)


def figures(judged: Sequence[Judged]) -> dict[str, float]:
    """The decisions suite's figures, flat; those that need both kinds of row are left out without them."""
    if not judged:
        return {"n": 0}
    scores, right = [one.taken.confidence for one in judged], [one.right for one in judged]
    ranked = measures.auroc(scores, [one.should_answer for one in judged])
    found: dict[str, float] = {"n": len(judged)}
    if ranked is not None:
        found["auroc"] = round(ranked, 4)
    found |= {
        "aurc": round(measures.aurc(scores, right), 4),
        "ece": round(measures.ece(scores, right), 4),
        "brier": round(measures.brier(scores, right), 4),
        **{name: round(measures.coverage_at(error, scores, right), 4) for name, error in _ERRORS.items()},
    }
    escalated = [one.taken.decision != ANSWER for one in judged]
    return found | _precision_and_recall(escalated, [not one.should_answer for one in judged], "escalation_")


def evaluate_mood(
    rows: Sequence[Mapping[str, Any]], *, settings: MoodSettings, out: Path | None = None
) -> dict[str, float]:
    """The mood suite's figures: how well the probability ranks the dissatisfied, and any trigger tells them. Raises
    BadRow."""
    felt = [mood.score(_text(row, n, "message"), _history(row, n), settings) for n, row in enumerate(rows, start=1)]
    truth = [bool(row.get("dissatisfied")) for row in rows]
    if out is not None:
        _write(
            out,
            [
                {
                    "message": row["message"],
                    "dissatisfaction": round(one.dissatisfaction, 4),
                    "level": one.level,
                    "triggers": one.triggers,
                }
                for row, one in zip(rows, felt, strict=True)
            ],
        )
    ranked = measures.auroc([one.dissatisfaction for one in felt], truth)
    told = [bool(one.triggers) for one in felt]
    scores = _precision_and_recall(told, truth, "")
    both = scores["precision"] + scores["recall"]
    f1 = 2 * scores["precision"] * scores["recall"] / both if both else 0.0
    return {"n": len(felt), **({"auroc": round(ranked, 4)} if ranked is not None else {}), "f1": round(f1, 4), **scores}


async def _judge(take: Take, number: int, row: Mapping[str, Any]) -> Judged:
    query, history = _text(row, number, "query"), _history(row, number)
    expected = row.get("expect")
    if expected not in (ANSWER, "escalate"):
        raise BadRow(f'Row {number} needs "expect" to be "answer" or "escalate", not {expected!r}.')
    taken = await take(query, history)
    relevant = {str(id) for id in row.get("relevant") or ()}
    should_answer = expected == ANSWER
    right = should_answer and (not relevant or bool(relevant & set(taken.cited)))
    return Judged(query, should_answer, right, taken)


def _text(row: Mapping[str, Any], number: int, name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadRow(f'Row {number} needs a text as "{name}".')
    return value


def _history(row: Mapping[str, Any], number: int) -> list[Utterance]:
    try:
        return [Utterance(str(said["author"]), str(said["text"])) for said in row.get("history") or ()]
    except (KeyError, TypeError) as error:
        raise BadRow(f'Row {number}: each entry of "history" needs "author" and "text" ({error}).') from error


def _precision_and_recall(told: Sequence[bool], truth: Sequence[bool], prefix: str) -> dict[str, float]:
    both = sum(one and other for one, other in zip(told, truth, strict=True))
    return {
        f"{prefix}precision": round(both / sum(told), 4) if any(told) else 0.0,
        f"{prefix}recall": round(both / sum(truth), 4) if any(truth) else 0.0,
    }


def _shown(one: Judged) -> dict[str, Any]:
    taken = one.taken
    return {
        "query": one.query,
        "expect": ANSWER if one.should_answer else "escalate",
        "decision": taken.decision,
        "confidence": round(taken.confidence, 4),
        "cited": list(taken.cited),
        "right": one.right,
        "text": taken.text,
    }


def _draw(curves: Path, judged: Sequence[Judged]) -> None:
    scores, right = [one.taken.confidence for one in judged], [one.right for one in judged]
    curves.write_text(curves_file(f"Decisions on {len(judged)} rows", scores, right), encoding="utf-8")


def _write(out: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
