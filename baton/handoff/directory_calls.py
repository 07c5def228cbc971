"""`/api/v1/staff`, `/teams`, `/reviews` and `/audit`: who is there for a transfer, and who did what."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from baton.core.staff import StaffMember
from baton.core.web import page, read_page
from baton.handoff.cursors import unwrap
from baton.handoff.listing import list_audit, list_staff, list_teams
from baton.handoff.presenting import event_shape
from baton.handoff.workplace import Workplace

FROM_THE_START = "0"


class DirectoryCalls:
    """The endpoints about people, and the audit trail."""

    def __init__(self, workplace: Workplace) -> None:
        self._at = workplace

    def routes(self) -> list[Route]:
        """What is served, to agents and, the trail, to administrators."""
        call = self._at.call
        return [
            Route("/api/v1/staff", call(self.staff, "agent"), methods=["GET"]),
            Route("/api/v1/teams", call(self.teams, "agent"), methods=["GET"]),
            Route("/api/v1/reviews", call(self.reviews, "agent"), methods=["GET"]),
            Route("/api/v1/audit", call(self.audit, "admin"), methods=["GET"]),
        ]

    async def staff(self, _request: Request, _member: StaffMember) -> Response:
        now, settings = self._at.clock.now(), self._at.desk.settings
        return page(await self._at.database.read(lambda connection: list_staff(connection, now, settings)), None)

    async def teams(self, _request: Request, _member: StaffMember) -> Response:
        now, settings = self._at.clock.now(), self._at.desk.settings
        return page(await self._at.database.read(lambda connection: list_teams(connection, now, settings)), None)

    async def reviews(self, _request: Request, _member: StaffMember) -> Response:
        """Nothing is held for review, so the list is truly empty."""
        return page([], None)

    async def audit(self, request: Request, _member: StaffMember) -> Response:
        asked = read_page(request)
        after: Any = None if asked.after == FROM_THE_START else unwrap(asked.after, int, int)
        entries, next = await self._at.database.read(lambda connection: list_audit(connection, after, asked.limit))
        items = [
            await event_shape(event, self._at.directory) | {"head": head, "chain": chain}
            for head, event, chain in entries
        ]
        return page(items, next)
