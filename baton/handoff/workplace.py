"""What every call of an agent works with, and how a refusal becomes an answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from baton.core.bus import Bus
from baton.core.clock import Clock
from baton.core.database import Database
from baton.core.directory import Directory
from baton.core.errors import NotFound
from baton.core.guards import Guards, Handler
from baton.core.staff import StaffMember
from baton.core.web import Problem
from baton.core.writer import Writer
from baton.handoff.desk import Desk
from baton.handoff.errors import Refused


@dataclass(frozen=True, slots=True)
class Workplace:
    """One for the process."""

    database: Database
    writer: Writer
    bus: Bus
    clock: Clock
    directory: Directory
    guards: Guards
    desk: Desk

    def call(self, endpoint: Handler, *roles: str) -> Callable[[Request], Awaitable[Response]]:
        """`endpoint(request, member)` for whoever may act as one of `roles`, with refusals as problems."""

        @wraps(endpoint)
        async def answering(request: Request, member: StaffMember) -> Response:
            try:
                return await endpoint(request, member)
            except Refused as refused:
                raise Problem(refused.status, refused.code, refused.detail, **refused.more) from refused
            except NotFound as error:
                raise Problem(404, "not_found", str(error)) from error

        return self.guards.require(*roles)(answering)
