"""Reads the demonstration's staff and past conversations from their scripts."""

import calendar
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import yaml

FOLDER = Path(__file__).parent
CONFIG = FOLDER / "config.yaml"

VISITOR_ACTS: Final = frozenset({"visitor", "ask_person", "cancel", "helpful", "rating", "contact"})
STAFF_ACTS: Final = frozenset({"take", "accept", "agent", "note", "whisper", "transfer", "return", "resolve"})


@dataclass(frozen=True, slots=True)
class SampleStaff:
    """Somebody of the demonstration's staff; `handle` is the name the scripts use."""

    handle: str
    name: str
    email: str
    role: str
    teams: tuple[str, ...]
    skills: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing somebody did, `after_seconds` after the act before it.

    `visitor` (a message), `ask_person`, `cancel`, `helpful` (bool), `rating` (1..5), `contact` (an e-mail address),
    `take` and `accept` (a handle), `agent` (a reply), `note`, `whisper`, `transfer` (a team), `return` (a note),
    `resolve` (an outcome). What staff do after `take` or `accept` is done by that person until the next one.
    """

    kind: str
    value: Any
    after_seconds: float


@dataclass(frozen=True, slots=True)
class PastConversation:
    """The script of one conversation, to be played through the real pipeline with a set clock."""

    begins_at: datetime
    page: str
    acts: tuple[Act, ...]


def staff() -> tuple[SampleStaff, ...]:
    """Everybody, agents first."""
    return tuple(
        SampleStaff(**each | {key: tuple(each[key]) for key in ("teams", "skills", "languages")})
        for each in _read("staff.yaml")
    )


def history(now: datetime) -> tuple[PastConversation, ...]:
    """The thirty days before `now`, oldest first."""
    conversations = (_conversation(each, now) for each in _read("history.yaml"))
    return tuple(sorted(conversations, key=lambda each: each.begins_at))


def _conversation(script: dict[str, Any], now: datetime) -> PastConversation:
    acts = tuple(_acts(script["acts"]))
    with_people = any(act.kind in STAFF_ACTS for act in acts)
    return PastConversation(_begins_at(script, now, with_people), script["page"], acts)


def _begins_at(script: dict[str, Any], now: datetime, with_people: bool) -> datetime:
    """`minutes_ago`, or `days_ago` and `at`; people answer on weekdays, so at a weekend theirs move to the Friday."""
    if "minutes_ago" in script:
        return now - timedelta(minutes=script["minutes_ago"])
    at = time.fromisoformat(script["at"])
    day = now - timedelta(days=script["days_ago"])
    while with_people and day.weekday() > calendar.FRIDAY:
        day -= timedelta(days=1)
    return day.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)


def _acts(script: list[dict[str, Any]]) -> list[Act]:
    """`wait` (minutes) sets the pause before the next act; without one it is what reading and typing take."""
    acts: list[Act] = []
    pause: float | None = None
    for step in script:
        ((kind, value),) = step.items()
        if kind == "wait":
            pause = float(value) * 60
            continue
        if kind not in VISITOR_ACTS | STAFF_ACTS:
            raise ValueError(f"history.yaml: {kind!r} is nothing that anybody does")
        acts.append(Act(kind, value, _usual(kind, value) if pause is None else pause))
        pause = None
    return acts


def _usual(kind: str, value: Any) -> float:
    return 12 + 0.25 * len(value) if kind in ("visitor", "agent", "note") else 9


def _read(name: str) -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return values
