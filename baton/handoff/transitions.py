"""The states of a handoff and what leads from one to the next: pure, one table, checked before anything is written."""

from datetime import datetime, timedelta
from typing import Literal, get_args

from baton.handoff.errors import not_open
from baton.handoff.settings import HandoffSettings

State = Literal["waiting", "offered", "accepted", "resolved", "returned", "expired", "cancelled"]
Move = Literal["offer", "lapse", "decline", "accept", "transfer", "put_back", "return", "resolve", "cancel", "expire"]

STATES: tuple[State, ...] = get_args(State)
OPEN: tuple[State, ...] = ("waiting", "offered", "accepted")
QUEUED: tuple[State, ...] = ("waiting", "offered")

TABLE: dict[State, dict[Move, State]] = {
    "waiting": {
        "offer": "offered",
        "decline": "waiting",
        "accept": "accepted",
        "transfer": "waiting",
        "cancel": "cancelled",
        "expire": "expired",
    },
    "offered": {
        "lapse": "waiting",
        "decline": "waiting",
        "accept": "accepted",
        "transfer": "waiting",
        "put_back": "waiting",
        "cancel": "cancelled",
        "expire": "expired",
    },
    "accepted": {
        "transfer": "waiting",
        "put_back": "waiting",
        "return": "returned",
        "resolve": "resolved",
        "cancel": "cancelled",
    },
    "resolved": {},
    "returned": {},
    "expired": {},
    "cancelled": {},
}

STATUS_OF: dict[State, str] = {
    "waiting": "waiting_for_agent",
    "offered": "waiting_for_agent",
    "accepted": "with_agent",
    "resolved": "resolved",
    "returned": "with_assistant",
    "expired": "with_assistant",
    "cancelled": "with_assistant",
}
"""The status of the conversation while its newest handoff is in that state."""


def after(state: State, move: Move) -> State:
    """The state that `move` leads to from `state`.

    Raises:
        Refused: `not_open` when nothing leads there.
    """
    try:
        return TABLE[state][move]
    except KeyError:
        raise not_open(state) from None


def deadline(state: State, now: datetime, expires_at: datetime, settings: HandoffSettings) -> datetime | None:
    """When somebody must look at the row again; every open state has such a moment, an ended one has none."""
    match state:
        case "waiting":
            return expires_at
        case "offered":
            return min(now + timedelta(seconds=settings.offer_seconds), expires_at)
        case "accepted":
            return now + timedelta(seconds=settings.holder_gone_seconds)
        case _:
            return None
