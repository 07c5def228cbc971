"""What the page /assistant/confidence shows: the head, what judged turns say of it, and another highest error rate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request

from baton.assistant import measures
from baton.assistant.calibrated import Calibrated, calibrated
from baton.assistant.curves import answered_at, automation_chart, reliability_chart
from baton.assistant.deciding_again import MOST, Again, decide_since
from baton.assistant.error_rates import SURE_OF_BOUND, Answered, answering, fewest_labels
from baton.assistant.policy import thresholds
from baton.assistant.refitting import FEWEST, FEWEST_OF_A_KIND
from baton.assistant.settings import AssistantSettings
from baton.assistant.standing import Standing, standing
from baton.core.charts import Bar, bar_chart, share
from baton.core.web import Problem

LOWEST, HIGHEST, USUAL = 1, 25, 5
"""Of the slider, in per cent."""
DAYS = 7
KINDS = {
    "answer": "Answered",
    "offer": "Offered a person",
    "escalate": "Handed to a person",
    "clarify": "Asked back",
    "hold": "Held for review",
    "act": "Acted",
}


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task type's turns of the week: by what was decided, and by what would have been."""

    task: str | None
    threshold: float
    is_own: bool
    """Whether its threshold is a setting of its own, which the assistant's error rate doesn't move."""
    was: Mapping[str, int]
    would: Mapping[str, int]


def rate_of(request: Request, settings: AssistantSettings) -> int:
    """The highest error rate that is looked at, in per cent. Raises Problem 400."""
    asked = request.query_params.get("rate")
    if asked is None:
        return USUAL if settings.max_error_rate is None else _whole(settings.max_error_rate)
    if not asked.isdecimal() or not LOWEST <= int(asked) <= HIGHEST:
        detail = f"`rate` is a whole number of per cent from {LOWEST} to {HIGHEST}."
        raise Problem(400, "bad_request", detail, field="rate")
    return int(asked)


def view(connection: Connection, now: datetime, settings: AssistantSettings, rate: int) -> dict[str, Any]:
    """Everything the page says, with the assistant's `max_error_rate` set to `rate` per cent."""
    known, in_force = standing(connection, settings), calibrated(connection, settings)
    looked_at = settings.model_copy(update={"max_error_rate": rate / 100})
    there = calibrated(connection, looked_at)
    chosen = there.shown.get(None) or answering(known.measured, there.settings.min_confidence)
    again = decide_since(connection, now - timedelta(days=DAYS), there.settings, there.head)
    return {
        "known": known,
        "rate": rate,
        "lowest": LOWEST,
        "highest": HIGHEST,
        "threshold": there.settings.min_confidence,
        "is_shown": None in there.shown,
        "chosen": chosen if known.is_enough and chosen.labels else None,
        "fewest_labels": fewest_labels(rate / 100),
        "needed": {"labels": FEWEST, "of_a_kind": FEWEST_OF_A_KIND},
        "sure_of_bound": SURE_OF_BOUND,
        "in_force": in_force.settings.min_confidence,
        "rate_in_force": settings.max_error_rate,
        "is_in_force": settings.max_error_rate == rate / 100,
        "days": DAYS,
        "most": MOST,
        "share": share,
        **_week(again, settings, there, rate),
        **(_measured(known, chosen) if known.is_enough else {}),
    }


def _measured(known: Standing, chosen: Answered) -> dict[str, Any]:
    """The two pictures and their tables; only for enough judged turns."""
    points = answered_at(known.measured)
    columns = [one.confidence for one in known.measured], [one.right for one in known.measured]
    table = measures.reliability(*columns, weights=[one.weight for one in known.measured])
    tenths = Counter(min(int(one.confidence * 10), 9) for one in known.measured)
    return {
        "automation": automation_chart(points, chosen),
        "points": points[:: max(1, len(points) // 12)],
        "reliability": reliability_chart(table),
        "tenths": [(*row, tenths[number]) for row, number in zip(table, sorted(tenths), strict=True)],
    }


def _week(again: Again, settings: AssistantSettings, there: Calibrated, rate: int) -> dict[str, Any]:
    rows = [
        TaskRow(
            task, thresholds(task, there.settings).sure, _is_own(task, settings), again.was[task], again.would[task]
        )
        for task in sorted(again.was, key=lambda task: (task is None, -again.was[task].total(), task))
    ]
    was, would = (sum(some.values(), Counter[str]()) for some in (again.was, again.would))
    kinds = [kind for number, kind in enumerate(KINDS) if number < 3 or was[kind] or would[kind]]
    return {
        "again": again,
        "rows": rows,
        "total": TaskRow(None, there.settings.min_confidence, False, was, would),
        "kinds": {kind: KINDS[kind] for kind in kinds},
        "week_chart": _week_chart(was, would, kinds, rate) if rows else None,
    }


def _week_chart(was: Counter[str], would: Counter[str], kinds: list[str], rate: int) -> Any:
    """What was decided above what would have been, kind by kind."""
    total, bars = was.total(), []
    for kind in kinds:
        bars.append(Bar(KINDS[kind], was[kind] / total, str(was[kind]), "ideal"))
        bars.append(Bar(f"at {rate} %", would[kind] / total, str(would[kind])))
    said = "; ".join(f"{KINDS[kind].lower()}: {was[kind]}, at {rate} % {would[kind]}" for kind in kinds)
    return bar_chart(f"Of {total} turns {said}.", bars)


def _is_own(task: str | None, settings: AssistantSettings) -> bool:
    policy = settings.tasks.get(task) if task else None
    return policy is not None and (policy.min_confidence is not None or policy.max_error_rate is not None)


def _whole(error_rate: float) -> int:
    """A setting as a place on the slider."""
    return min(HIGHEST, max(LOWEST, round(error_rate * 100)))
