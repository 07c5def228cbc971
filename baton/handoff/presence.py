"""Who is on duty. An agent's tabs, in whatever process, keep one row fresh; a row that goes stale is an agent gone."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from baton.core.staff import STAFF
from baton.core.transaction import Transaction
from baton.handoff.people import CONVERSING
from baton.handoff.settings import HandoffSettings

NEW_AFTER = timedelta(minutes=1)
"""Who was gone for longer than this comes anew, and can be asked what they let pass."""
State = Literal["available", "away"]


def arrive(tx: Transaction, staff_id: str) -> State:
    """A tab was opened. Who never said otherwise is available; who went away stays so until told."""
    columns = (STAFF.c.presence, STAFF.c.presence_at, STAFF.c.seen_at)
    row = tx.connection.execute(select(*columns).where(STAFF.c.id == staff_id)).one()
    was_gone = row.seen_at is None or row.seen_at + NEW_AFTER < tx.now
    if row.presence_at is None or (row.presence == "available" and was_gone):
        return set_presence(tx, staff_id, "available")
    keep_alive(tx, {staff_id})
    tx.notify("staff", staff=staff_id)
    return "available" if row.presence == "available" else "away"


def set_presence(tx: Transaction, staff_id: str, state: State) -> State:
    """The agent says whether handoffs may be offered."""
    values = {"presence": state, "presence_at": tx.now, "seen_at": tx.now}
    tx.connection.execute(update(STAFF).where(STAFF.c.id == staff_id).values(values))
    tx.notify("staff", staff=staff_id, presence=state)
    return state


def keep_alive(tx: Transaction, staff_ids: Collection[str]) -> None:
    """These agents have an open connection now."""
    tx.connection.execute(update(STAFF).where(STAFF.c.id.in_(sorted(staff_ids))).values(seen_at=tx.now))


def is_on_duty(now: datetime, settings: HandoffSettings) -> ColumnElement[bool]:
    """The condition on staff rows: may converse, says available, and was connected a moment ago, with some grace."""
    since = now - timedelta(seconds=settings.grace_seconds)
    here = STAFF.c.seen_at > since
    return and_(here, STAFF.c.active, STAFF.c.presence == "available", STAFF.c.role.in_(CONVERSING))


def count_on_duty(connection: Connection, now: datetime, settings: HandoffSettings) -> int:
    """How many agents a visitor could be given to."""
    query = select(func.count()).select_from(STAFF).where(is_on_duty(now, settings))
    return int(connection.execute(query).scalar_one())


def presence_of(presence: str, seen_at: datetime | None, now: datetime, settings: HandoffSettings) -> str:
    """`available`, `away`, or `offline` once the connection has been silent for `lost_seconds`."""
    if seen_at is None or (now - seen_at).total_seconds() > settings.lost_seconds:
        return "offline"
    return presence


def gone_from(connection: Connection, staff_ids: Collection[str]) -> set[str]:
    """Those of `staff_ids` who were deactivated."""
    rows = connection.execute(select(STAFF.c.id).where(STAFF.c.id.in_(sorted(staff_ids)), ~STAFF.c.active))
    return {row.id for row in rows}
