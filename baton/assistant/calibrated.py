"""What an installation goes by: its own head, and for every highest error rate the threshold that keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection

from baton.assistant.error_rates import Answered, Scored, lowest_threshold, strictest
from baton.assistant.head import Head, shipped_head
from baton.assistant.learnt import NAME, Learnt, Measured, learnt
from baton.assistant.settings import AssistantSettings, TaskPolicy
from baton.core.bus import WAKE

if TYPE_CHECKING:
    from baton.assistant.judging import Judge
    from baton.core.bus import Bus
    from baton.core.database import Database

Policy = TypeVar("Policy", AssistantSettings, TaskPolicy)


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The head in use, and the settings with every `max_error_rate` turned into the threshold that keeps it."""

    head: Head
    settings: AssistantSettings
    shown: Mapping[str | None, Answered] = field(default_factory=dict)
    """By task type (None: all that have no rate or threshold of their own) what judged turns show of its threshold;
    without one it is cautious."""


def calibrated(connection: Connection, settings: AssistantSettings) -> Calibrated:
    """What is in use now."""
    return apply(learnt(connection), settings)


def apply(found: Learnt, settings: AssistantSettings) -> Calibrated:
    """The settings by what was learnt."""
    shown: dict[str | None, Answered] = {}
    lines: dict[str | None, float] = {}
    for task, rate in _rates(settings).items():
        scored = governed(found.measured, settings, task)
        if answered := lowest_threshold(scored, rate):
            shown[task] = answered
        lines[task] = answered.threshold if answered else cautious(scored, _min_confidence(settings, task), rate)
    return Calibrated(found.head or shipped_head(), _with_thresholds(settings, lines), shown)


async def follow(database: Database, bus: Bus, settings: AssistantSettings, judge: Judge) -> None:
    """Let a judge use what was learnt as soon as it is kept, also by another process. Runs until cancelled."""
    async with bus.subscribe("settings") as notices:
        await _use(database, settings, judge)
        async for notice in notices:
            if notice.topic == WAKE or notices.missed or notice.payload.get("name") == NAME:
                notices.missed = False
                await _use(database, settings, judge)


async def _use(database: Database, settings: AssistantSettings, judge: Judge) -> None:
    now = await database.read(lambda connection: calibrated(connection, settings))
    judge.use(now.settings, now.head)


def governed(measured: Sequence[Measured], settings: AssistantSettings, task: str | None) -> list[Scored]:
    """The judged turns that a task type's rate is about; for None those of all types that the common rate governs."""
    own = {name for name, policy in settings.tasks.items() if _has_own(policy)}
    chosen = (one for one in measured if (one.task not in own if task is None else one.task == task))
    return [Scored(one.confidence, one.right, one.weight) for one in chosen]


def _has_own(policy: TaskPolicy) -> bool:
    return policy.min_confidence is not None or policy.max_error_rate is not None


def _rates(settings: AssistantSettings) -> dict[str | None, float]:
    """Highest error rates by task type; None is for all that have none, and no threshold, of their own."""
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
