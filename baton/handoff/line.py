"""The queue: a handoff's place in it, and an honest estimate of the wait."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from statistics import median

from sqlalchemy import Connection, and_, func, or_, select

from baton.handoff.records import Handoff
from baton.handoff.rows import HANDOFFS
from baton.handoff.settings import HandoffSettings
from baton.handoff.transitions import QUEUED

ENOUGH_WAITS = 5
RECENT = timedelta(hours=24)
STEP_SECONDS = 30


def position_of(connection: Connection, handoff: Handoff) -> int:
    """1 for the next in line of its team: the more urgent go first, then who has waited longer. Samples wait apart."""
    rows = HANDOFFS.c
    same_urgency = and_(rows.priority == handoff.priority, rows.queued_at < handoff.queued_at)
    ahead = or_(rows.priority > handoff.priority, same_urgency)
    line = (rows.status.in_(QUEUED), rows.team == handoff.team, rows.sample == handoff.sample, rows.id != handoff.id)
    return 1 + int(connection.execute(select(func.count()).where(*line, ahead)).scalar_one())


def recent_waits(connection: Connection, now: datetime, limit: int = 20) -> list[float]:
    """How many seconds those who were answered last had waited."""
    query = select(HANDOFFS.c.queued_at, HANDOFFS.c.accepted_at).where(
        HANDOFFS.c.accepted_at > now - RECENT, HANDOFFS.c.requested_by != "agent", ~HANDOFFS.c.sample
    )
    rows = connection.execute(query.order_by(HANDOFFS.c.accepted_at.desc()).limit(limit))
    return [(row.accepted_at - row.queued_at).total_seconds() for row in rows]


def estimate_seconds(
    position: int, waits: Sequence[float], on_duty: int, free: int, settings: HandoffSettings
) -> int | None:
    """Seconds until the one at `position` is answered, rounded up to half a minute; None when nobody is on duty.

    Recent waits tell best. Without enough of them: soon while an agent is `free`, else a conversation's usual length.
    """
    if on_duty < 1:
        return None
    if len(waits) >= ENOUGH_WAITS:
        each = median(waits)
    else:
        each = 0 if position <= free else settings.minutes_per_conversation * 60 / on_duty
    return max(STEP_SECONDS, ceil(position * each / STEP_SECONDS) * STEP_SECONDS)
