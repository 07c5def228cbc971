"""Whom to offer a handoff to: `choose` is pure, `candidates` reads what it needs."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, select

from baton.core.staff import STAFF
from baton.core.transaction import Transaction
from baton.handoff.presence import is_on_duty
from baton.handoff.rows import HANDOFFS
from baton.handoff.settings import HandoffSettings

LONGEST_PAUSE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent on duty. `load` counts conversations held; `idle_since` is when the last one came or went."""

    id: str
    teams: tuple[str, ...]
    capacity: int
    load: int
    is_asked: bool
    idle_since: datetime

    @property
    def is_free(self) -> bool:
        """One offer at a time, and no more conversations than fit."""
        return not self.is_asked and self.load < self.capacity


@dataclass(frozen=True, slots=True)
class Lapsed:
    """Who let an offer of a handoff pass, once for each time, and when the last of them did."""

    by: Sequence[str]
    at: datetime | None

    def not_again(
        self, declined_by: Sequence[str], on_duty: Iterable[Candidate], now: datetime, again_seconds: float
    ) -> list[str]:
        """Who of `declined_by` isn't asked now: who said no, and who let it pass, did nothing since and may rest."""
        again = {one.id for one in on_duty if self._may_be_asked(one, now, again_seconds)}
        return [id for id in declined_by if id not in again]

    def _may_be_asked(self, agent: Candidate, now: datetime, again_seconds: float) -> bool:
        times = self.by.count(agent.id)
        if not times or self.at is None:
            return False
        pause = timedelta(seconds=min(again_seconds * 2 ** min(times - 1, 16), LONGEST_PAUSE_SECONDS))
        return agent.idle_since > self.at or self.at + pause <= now


def candidates(
    connection: Connection, now: datetime, settings: HandoffSettings, only: str | None = None
) -> list[Candidate]:
    """Everybody on duty, or of these the one called `only`."""
    rows = HANDOFFS.c
    held = and_(rows.accepted_by == STAFF.c.id, rows.status == "accepted")
    asked = and_(rows.offered_to == STAFF.c.id, rows.status == "offered")
    load = select(func.count()).where(held).scalar_subquery()
    offers = select(func.count()).where(asked).scalar_subquery()
    came = select(func.max(rows.accepted_at)).where(rows.accepted_by == STAFF.c.id).scalar_subquery()
    went = select(func.max(rows.ended_at)).where(rows.accepted_by == STAFF.c.id).scalar_subquery()
    columns = (STAFF.c.id, STAFF.c.teams, STAFF.c.capacity, STAFF.c.presence_at, STAFF.c.created_at)
    query = select(*columns, load.label("load"), offers.label("offers"), came.label("came"), went.label("went")).where(
        is_on_duty(now, settings), *([STAFF.c.id == only] if only else [])
    )
    return [
        Candidate(
            row.id,
            tuple(row.teams),
            row.capacity,
            row.load,
            row.offers > 0,
            max(at for at in (row.came, row.went, row.presence_at, row.created_at) if at is not None),
        )
        for row in connection.execute(query)
    ]


def eligible(
    team: str, declined_by: Collection[str], on_duty: Iterable[Candidate], fallback_team: str | None
) -> list[Candidate]:
    """Who of those on duty may be asked: the team (or who belongs to none), else the fallback team, else anybody."""
    willing = [one for one in on_duty if one.id not in declined_by]
    for name in (team, fallback_team):
        members = [one for one in willing if not one.teams or name in one.teams]
        if name is not None and members:
            return members
    return willing if fallback_team is None else []


def choose(among: Sequence[Candidate]) -> Candidate | None:
    """The free agent with the fewest conversations, of these the one who has been idle longest."""
    free = [one for one in among if one.is_free]
    return min(free, key=lambda one: (one.load, one.idle_since, one.id), default=None)


def is_still_free(tx: Transaction, agent_id: str, settings: HandoffSettings) -> bool:
    """Whether the agent may be asked in this very transaction; somebody whom another process is asking now may not."""
    row = select(STAFF.c.id).where(STAFF.c.id == agent_id).with_for_update(skip_locked=True)
    if tx.connection.execute(row).first() is None:
        return False
    return any(one.is_free for one in candidates(tx.connection, tx.now, settings, only=agent_id))
