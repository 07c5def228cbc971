"""What `baton calibrate` left: the head fitted to this installation, and the judged turns that thresholds are shown on.

Both are one row, so that every process and the release gate go by the same until somebody calibrates again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from baton.assistant.head import Head, read_head
from baton.assistant.pausing import SETTINGS
from baton.core.staff import record

if TYPE_CHECKING:
    from baton.core.transaction import Transaction

NAME = "calibration"
log = logging.getLogger(__name__)


class Measured(NamedTuple):
    """A judged turn: its confidence by a head that didn't see it, the verdict, how many it stands for, its type."""

    confidence: float
    right: bool
    weight: float
    task: str | None


@dataclass(frozen=True, slots=True)
class Learnt:
    """`head` is None where the shipped one was as good, or nobody calibrated yet."""

    head: Head | None = None
    measured: Sequence[Measured] = field(default=())
    at: datetime | None = None
    """When it was learnt; None if nobody calibrated yet."""


def learnt(connection: Connection) -> Learnt:
    """What was kept last. What another version of Baton kept and this one can't use is left aside, with a warning."""
    row = connection.execute(select(SETTINGS.c.value, SETTINGS.c.at).where(SETTINGS.c.name == NAME)).first()
    if row is None:
        return Learnt()
    try:
        head = read_head(row.value["head"]) if row.value["head"] else None
        return Learnt(head, tuple(Measured(*one) for one in row.value["measured"]), row.at)
    except (KeyError, TypeError, ValueError) as error:
        log.warning("What was calibrated can't be used by this version (%s). Run `baton calibrate` again.", error)
        return Learnt()


def keep(tx: Transaction, found: Learnt, figures: Mapping[str, Any]) -> None:
    """Go by this from now on, in every process."""
    value = {"head": found.head and found.head.as_data(), "measured": [list(one) for one in found.measured]}
    tx.connection.execute(delete(SETTINGS).where(SETTINGS.c.name == NAME))
    tx.connection.execute(insert(SETTINGS), [{"name": NAME, "value": value, "at": tx.now}])
    record(tx, "assistant.calibrated", {"version": found.head.version if found.head else None, **figures})
    tx.notify("settings", name=NAME)
