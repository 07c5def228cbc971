"""What an installation has learnt of itself: its own head, and the thresholds that keep its highest error rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, delete, insert, select

from baton.assistant.error_rates import Answered, Scored, lowest_threshold, strictest
from baton.assistant.head import Head, read_head, shipped_head
from baton.assistant.labels import TurnLabelled, judged
from baton.assistant.pausing import SETTINGS
from baton.assistant.settings import AssistantSettings, TaskPolicy
from baton.core.staff import record

if TYPE_CHECKING:
    from baton.assistant.judging import Judge
    from baton.core.bus import Bus
    from baton.core.database import Database
    from baton.core.transaction import Transaction

NAME = "calibration"
Policy = TypeVar("Policy", AssistantSettings, TaskPolicy)


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The head in use, and the settings with every `max_error_rate` turned into the threshold that keeps it."""

    head: Head
    settings: AssistantSettings
    shown: Mapping[str | None, Answered] = field(default_factory=dict)
    """By task type (None: everything else) what labelled turns show of its threshold; without one it is cautious."""


def calibrated(connection: Connection, settings: AssistantSettings) -> Calibrated:
    """What is in use now: the installation's own head if it has one, and its thresholds."""
    head, rates = own_head(connection) or shipped_head(), _rates(settings)
    labels = judged(connection) if rates else []
    shown: dict[str | None, Answered] = {}
    lines: dict[str | None, float] = {}
    for task, rate in rates.items():
        measured = scored(labels, task)
        if found := lowest_threshold(measured, rate):
            shown[task] = found
        lines[task] = found.threshold if found else cautious(measured, _min_confidence(settings, task), rate)
    return Calibrated(head, _with_thresholds(settings, lines), shown)


def own_head(connection: Connection) -> Head | None:
    """The head that was fitted to this installation's labelled turns, if one was."""
    row = connection.execute(select(SETTINGS.c.value).where(SETTINGS.c.name == NAME)).first()
    return read_head(row.value) if row else None


async def follow(database: Database, bus: Bus, settings: AssistantSettings, judge: Judge) -> None:
    """Let a judge use what was learnt as soon as it is kept, also by another process. Runs until cancelled."""
    async with bus.subscribe("settings") as notices:
        await _use(database, settings, judge)
        async for notice in notices:
            if notice.payload.get("name") == NAME:
                await _use(database, settings, judge)


async def _use(database: Database, settings: AssistantSettings, judge: Judge) -> None:
    now = await database.read(lambda connection: calibrated(connection, settings))
    judge.use(now.settings, now.head)


def keep_head(tx: Transaction, head: Head, figures: Mapping[str, Any]) -> None:
    """Use this head from now on, in every process."""
    tx.connection.execute(delete(SETTINGS).where(SETTINGS.c.name == NAME))
    tx.connection.execute(insert(SETTINGS), [{"name": NAME, "value": head.as_data(), "at": tx.now}])
    record(tx, "assistant.calibrated", {"version": head.version, **figures})
    tx.notify("settings", name=NAME)


def scored(labels: Sequence[TurnLabelled], task: str | None = None) -> list[Scored]:
    """Judged turns of a task type, or all, that took part in a calibration, scored by a head that didn't see them."""
    return [
        Scored(one.held_out, one.labelled.right, one.labelled.weight)
        for one in labels
        if one.held_out is not None and task in (None, one.task)
    ]


def _rates(settings: AssistantSettings) -> dict[str | None, float]:
    """Highest error rates by task type; None is for all the others."""
    rates: dict[str | None, float | None] = {None: settings.max_error_rate}
    rates |= {name: task.max_error_rate for name, task in settings.tasks.items()}
    return {name: rate for name, rate in rates.items() if rate is not None}


def _min_confidence(settings: AssistantSettings, task: str | None) -> float:
    own = settings.tasks[task].min_confidence if task else None
    return settings.min_confidence if own is None else own


def _with_thresholds(settings: AssistantSettings, lines: Mapping[str | None, float]) -> AssistantSettings:
    tasks = {
        name: _lifted(task, lines[name], settings.near_from if task.near_from is None else task.near_from)
        if name in lines
        else task
        for name, task in settings.tasks.items()
    }
    lifted = _lifted(settings, lines[None], settings.near_from) if None in lines else settings
    return lifted.model_copy(update={"tasks": tasks})


def _lifted(policy: Policy, line: float, near_from: float) -> Policy:
    """With this threshold; what is near lies never above it."""
    return policy.model_copy(update={"min_confidence": line, "near_from": min(near_from, line)})


def cautious(labels: Sequence[Scored], min_confidence: float, max_error_rate: float) -> float:
    """The threshold where labels don't show one: every answer must be as sure by itself as all together have to be,
    and not less sure than where labels show the lowest rate that they can."""
    shown = strictest(labels)
    return max(min_confidence, 1 - max_error_rate, shown.threshold if shown else 0.0)
