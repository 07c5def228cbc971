"""Turns are drawn by chance for people to judge; what they say is what confidence and thresholds are calibrated on.

Sure and unsure turns are drawn equally often, and a judged one weighs as many turns as it stands for, so that the
sample speaks for all of them (Horvitz and Thompson, 1952): the turns of its stratum over those judged there.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, and_, case, func, insert, select, update

from baton.assistant.calibration import Labelled
from baton.assistant.conversations import TURNS
from baton.assistant.records import TurnLabel
from baton.core.errors import BatonError, NotFound
from baton.core.transaction import Transaction

LABELS = TurnLabel.__table__  # type: ignore[attr-defined]
STRATA = 5
"""Turns are drawn evenly from each fifth of the scale of confidence."""
_EDGES = tuple(number / STRATA for number in range(1, STRATA))
Verdict = Literal["right", "not_answered", "wrong_page", "not_covered", "unclear"]
VERDICTS: Mapping[Verdict, str] = {
    "right": "Right",
    "not_answered": "The page is right, but that is no answer to it",
    "wrong_page": "From the wrong page",
    "not_covered": "Our pages don't say this at all",
    "unclear": "Can't tell",
}
"""What a judge may say of a draft, in words."""
_SCORED = and_(TURNS.c.state == "done", TURNS.c.small_talk.is_(False), TURNS.c.draft.is_not(None), TURNS.c.draft != "")


class LabelError(BatonError):
    """A turn can't be judged as asked; the message says why."""


@dataclass(frozen=True, slots=True)
class TurnLabelled:
    """A judged turn: the verdict, what follows from it, and its confidence by a head fitted without it, if one was."""

    turn: str
    task: str | None
    verdict: Verdict
    labelled: Labelled
    held_out: float | None


def draw(tx: Transaction, count: int, chance: random.Random) -> int:
    """Draw up to `count` more turns to be judged, evenly over the scale of confidence. Returns how many were."""
    free = _free(tx.connection)
    chosen = {
        name: chance.sample(turns, size) for (name, turns), size in zip(free.items(), _sizes(free, count), strict=True)
    }
    rows = [{"turn_id": turn, "drawn_at": tx.now} for turns in chosen.values() for turn in turns]
    if rows:
        tx.connection.execute(insert(LABELS), rows)
    return len(rows)


def judge(tx: Transaction, turn: str, verdict: str, by: str) -> None:
    """Keep what somebody says of a drawn turn; saying it again replaces it. Raises LabelError, NotFound."""
    if verdict not in VERDICTS:
        raise LabelError(f"`verdict` must be one of {', '.join(VERDICTS)}.")
    if tx.connection.execute(select(LABELS.c.turn_id).where(LABELS.c.turn_id == turn)).first() is None:
        raise NotFound("This turn was not drawn for judging.")
    values = {"verdict": verdict, "judged_by": by, "judged_at": tx.now, "held_out": None}
    tx.connection.execute(update(LABELS).where(LABELS.c.turn_id == turn).values(values))


def take_back(tx: Transaction, turn: str) -> None:
    """Undo a verdict: the turn waits to be judged again. Raises NotFound for one that was not drawn."""
    values = dict.fromkeys(("verdict", "judged_by", "judged_at", "held_out"))
    if not tx.connection.execute(update(LABELS).where(LABELS.c.turn_id == turn).values(values)).rowcount:
        raise NotFound("This turn was not drawn for judging.")


def next_to_judge(connection: Connection, skip: Sequence[str] = ()) -> Row[Any] | None:
    """The turn that has waited longest to be judged, or None."""
    query = select(TURNS).join_from(LABELS, TURNS, TURNS.c.id == LABELS.c.turn_id)
    query = query.where(LABELS.c.verdict.is_(None), LABELS.c.turn_id.not_in(skip), _SCORED)
    return connection.execute(query.order_by(LABELS.c.drawn_at, LABELS.c.turn_id).limit(1)).first()


def find_drawn(connection: Connection, turn: str) -> Row[Any] | None:
    """A drawn turn with its verdict, None until there is one; or None if it was not drawn."""
    query = select(TURNS, LABELS.c.verdict).join_from(LABELS, TURNS, TURNS.c.id == LABELS.c.turn_id)
    return connection.execute(query.where(LABELS.c.turn_id == turn)).first()


def count_drawn(connection: Connection) -> tuple[int, int]:
    """(judged, still to judge)"""
    query = select(func.count(LABELS.c.verdict), func.count()).select_from(LABELS)
    judged, drawn = connection.execute(query).one()
    return judged, drawn - judged


def judged(connection: Connection) -> list[TurnLabelled]:
    """Every judged turn that says something, the oldest first."""
    query = (
        select(LABELS, TURNS.c.task, TURNS.c.signals, TURNS.c.confidence)
        .join_from(LABELS, TURNS, TURNS.c.id == LABELS.c.turn_id)
        .where(LABELS.c.verdict.is_not(None), LABELS.c.verdict != "unclear")
        .order_by(LABELS.c.judged_at, LABELS.c.turn_id)
    )
    rows = connection.execute(query).all()
    strata = [_stratum(row.confidence) for row in rows]
    population, seen = _population(connection), Counter(strata)
    return [
        TurnLabelled(row.turn_id, row.task, row.verdict, _labelled(row, population[name] / seen[name]), row.held_out)
        for row, name in zip(rows, strata, strict=True)
    ]


def keep_held_out(tx: Transaction, confidences: Mapping[str, float]) -> None:
    """Keep each label's confidence by a head that didn't see it."""
    for turn, confidence in confidences.items():
        tx.connection.execute(update(LABELS).where(LABELS.c.turn_id == turn).values(held_out=confidence))


def _labelled(row: Row[Any], weight: float) -> Labelled:
    """What the verdict says of each factor; below the first that failed nothing is known."""
    signals = {name: value for name, value in row.signals.items() if isinstance(value, int | float)}
    covered = row.verdict != "not_covered"
    on_page = row.verdict != "wrong_page" if covered else None
    answered = row.verdict == "right" if on_page else None
    return Labelled(signals, row.verdict == "right", covered, on_page, answered, weight)


def _free(connection: Connection) -> dict[int, list[str]]:
    """The turns that may still be drawn, by stratum."""
    drawn = select(LABELS.c.turn_id)
    query = select(TURNS.c.id, TURNS.c.confidence).where(
        _SCORED, TURNS.c.confidence.is_not(None), TURNS.c.id.not_in(drawn)
    )
    free: dict[int, list[str]] = {}
    for row in connection.execute(query.order_by(TURNS.c.id)):
        free.setdefault(_stratum(row.confidence), []).append(row.id)
    return free


def _population(connection: Connection) -> Counter[int]:
    """How many turns there are in each stratum, judged or not."""
    confidence = TURNS.c.confidence
    name = case(*((confidence < edge, number) for number, edge in enumerate(_EDGES)), else_=len(_EDGES))
    query = select(name, func.count()).where(_SCORED, confidence.is_not(None)).group_by(name)
    return Counter({row[0]: row[1] for row in connection.execute(query)})


def _stratum(confidence: float) -> int:
    return bisect_right(_EDGES, confidence)


def _sizes(free: Mapping[int, Sequence[str]], count: int) -> list[int]:
    """How many to draw of each stratum: evenly, what one lacks being given to the others."""
    sizes = dict.fromkeys(free, 0)
    while count > 0 and (open_strata := [name for name in free if sizes[name] < len(free[name])]):
        for name in open_strata[:count]:
            sizes[name] += 1
        count -= len(open_strata[:count])
    return list(sizes.values())
