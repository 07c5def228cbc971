"""`/api/v1/handoffs`: the queue, and what an agent does with one of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from baton.core.staff import StaffMember
from baton.core.transaction import Transaction
from baton.core.web import JsonResponse, Problem, page, read_body, read_page
from baton.handoff import rows
from baton.handoff.cursors import unwrap
from baton.handoff.errors import not_found
from baton.handoff.listing import list_handoffs, list_queue, read_handoff
from baton.handoff.records import Handoff
from baton.handoff.transitions import STATES
from baton.handoff.workplace import Workplace

NOTE = Field(default=None, max_length=8000)


class TransferBody(BaseModel):
    """Either a team or an agent, and what they should know."""

    model_config = ConfigDict(str_strip_whitespace=True)
    team: str | None = None
    agent: str | None = None
    note: str | None = NOTE


class ReturnBody(BaseModel):
    """What was settled and promised, for the assistant and for colleagues."""

    model_config = ConfigDict(str_strip_whitespace=True)
    note: str | None = NOTE


class ResolveBody(BaseModel):
    """How it ended: usually `confirmed`, `assumed` or `abandoned`."""

    model_config = ConfigDict(str_strip_whitespace=True)
    outcome: str = Field(default="assumed", min_length=1, max_length=60)


class HandoffCalls:
    """The endpoints of handoffs."""

    def __init__(self, workplace: Workplace) -> None:
        self._at = workplace

    def routes(self) -> list[Route]:
        """What is served, to agents."""
        call, one = self._at.call, "/api/v1/handoffs/{id}"
        return [
            Route("/api/v1/handoffs", call(self.list, "agent"), methods=["GET"]),
            Route(one, call(self.get, "agent"), methods=["GET"]),
            Route(f"{one}/accept", call(self.accept, "agent"), methods=["POST"]),
            Route(f"{one}/decline", call(self.decline, "agent"), methods=["POST"]),
            Route(f"{one}/transfer", call(self.transfer, "agent"), methods=["POST"]),
            Route(f"{one}/return", call(self.return_, "agent"), methods=["POST"]),
            Route(f"{one}/resolve", call(self.resolve, "agent"), methods=["POST"]),
        ]

    async def list(self, request: Request, _member: StaffMember) -> Response:
        asked, status, now = read_page(request), request.query_params.get("status") or None, self._at.clock.now()
        if status is not None and status not in STATES:
            raise Problem(400, "bad_request", f"`status` must be one of {', '.join(STATES)}.", field="status")
        after: Any = unwrap(asked.after, *((int, datetime, str) if status == "waiting" else (datetime, str)))

        def read(connection: Connection) -> tuple[list[Any], str | None]:
            if status == "waiting":
                return list_queue(connection, now, after, asked.limit)
            return list_handoffs(connection, now, status, after, asked.limit)

        return page(*await self._at.database.read(read))

    async def get(self, request: Request, _member: StaffMember) -> Response:
        return await self._answer(request.path_params["id"])

    async def accept(self, request: Request, member: StaffMember) -> Response:
        return await self._change(request, lambda tx, id: self._at.desk.accept(tx, id, member))

    async def decline(self, request: Request, member: StaffMember) -> Response:
        return await self._change(request, lambda tx, id: self._at.desk.decline(tx, id, member))

    async def transfer(self, request: Request, member: StaffMember) -> Response:
        body = await read_body(request, TransferBody)
        return await self._change(
            request,
            lambda tx, id: self._at.desk.transfer(
                tx, id, member, team=body.team or None, agent=body.agent or None, note=body.note
            ),
        )

    async def return_(self, request: Request, member: StaffMember) -> Response:
        body = await read_body(request, ReturnBody)
        return await self._change(request, lambda tx, id: self._at.desk.return_(tx, id, member, body.note))

    async def resolve(self, request: Request, member: StaffMember) -> Response:
        body = await read_body(request, ResolveBody)
        return await self._change(request, lambda tx, id: self._at.desk.resolve(tx, id, member, body.outcome))

    async def _change(self, request: Request, change: Callable[[Transaction, str], Handoff]) -> Response:
        """Run one transition. The conversation is named beforehand, so that a batch locks all of its own in order."""
        id = request.path_params["id"]
        known = await self._at.database.read(lambda connection: rows.find(connection, id))
        if known is None:
            raise not_found("handoff")
        await self._at.writer.run(lambda tx: change(tx, id), conversation=known.conversation_id)
        return await self._answer(id)

    async def _answer(self, id: str) -> Response:
        now = self._at.clock.now()
        shape = await self._at.database.read(lambda connection: read_handoff(connection, id, now))
        if shape is None:
            raise not_found("handoff")
        return JsonResponse(shape)
