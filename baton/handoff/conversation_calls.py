"""`/api/v1/conversations` and `/api/v1/turns`: reading them, writing as an agent, taking over."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from baton.core.log import LogEvent
from baton.core.records import INSTALLATION
from baton.core.staff import StaffMember
from baton.core.transaction import Transaction
from baton.core.web import JsonResponse, Problem, page, read_body, read_page
from baton.handoff.cursors import unwrap
from baton.handoff.errors import invalid, not_found
from baton.handoff.listing import exists, read_conversation, read_events, read_handoff, read_turn
from baton.handoff.messages import AsideKind, send_message, write_aside
from baton.handoff.presenting import event_shape, turn_shape
from baton.handoff.summaries import STATUSES, list_conversations
from baton.handoff.workplace import Workplace


class WordsBody(BaseModel):
    """What an agent writes; `client_id` is made by the sender, and the same one again writes nothing."""

    client_id: str = Field(min_length=1, max_length=128)
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class ConversationCalls:
    """The endpoints of conversations."""

    def __init__(self, workplace: Workplace) -> None:
        self._at = workplace

    def routes(self) -> list[Route]:
        """What is served, to agents."""
        call, one = self._at.call, "/api/v1/conversations/{id}"
        return [
            Route("/api/v1/conversations", call(self.list, "agent"), methods=["GET"]),
            Route(one, call(self.get, "agent"), methods=["GET"]),
            Route(f"{one}/events", call(self.events, "agent"), methods=["GET"]),
            Route(f"{one}/messages", call(self.send, "agent"), methods=["POST"]),
            Route(f"{one}/notes", call(self.note, "agent"), methods=["POST"]),
            Route(f"{one}/whispers", call(self.whisper, "agent"), methods=["POST"]),
            Route(f"{one}/take", call(self.take, "agent"), methods=["POST"]),
            Route("/api/v1/turns/{id}", call(self.turn, "agent"), methods=["GET"]),
        ]

    async def list(self, request: Request, _member: StaffMember) -> Response:
        asked, now = read_page(request), self._at.clock.now()
        status, words = request.query_params.get("status") or None, request.query_params.get("q")
        if status is not None and status not in STATUSES:
            raise Problem(400, "bad_request", f"`status` must be one of {', '.join(STATUSES)}.", field="status")
        after: Any = unwrap(asked.after, datetime, str)
        return page(
            *await self._at.database.read(
                lambda connection: list_conversations(
                    connection, now, status=status, words=words, after=after, limit=asked.limit
                )
            )
        )

    async def get(self, request: Request, _member: StaffMember) -> Response:
        id, now = request.path_params["id"], self._at.clock.now()
        shape = await self._at.database.read(lambda connection: read_conversation(connection, id, now))
        if shape is None:
            raise not_found("conversation")
        return JsonResponse(shape)

    async def events(self, request: Request, _member: StaffMember) -> Response:
        id, asked = request.path_params["id"], read_page(request)
        after = asked.after_number
        found = await self._at.database.read(
            lambda connection: read_events(connection, id, after, asked.limit + 1) if exists(connection, id) else None
        )
        if found is None:
            raise not_found("conversation")
        items = [await event_shape(event, self._at.directory) for event in found[: asked.limit]]
        return page(items, items[-1]["seq"] if len(found) > asked.limit else None)

    async def send(self, request: Request, member: StaffMember) -> Response:
        id, body = self._conversation(request), await self._words(request)
        return await self._write(id, body.client_id, lambda tx: send_message(tx, id, member, body.client_id, body.text))

    async def note(self, request: Request, member: StaffMember) -> Response:
        return await self._aside("note.added", request, member)

    async def whisper(self, request: Request, member: StaffMember) -> Response:
        return await self._aside("whisper.added", request, member)

    async def take(self, request: Request, member: StaffMember) -> Response:
        id, now = self._conversation(request), self._at.clock.now()
        handoff = await self._at.writer.run(lambda tx: self._at.desk.take(tx, id, member).id, conversation=id)
        return JsonResponse(await self._at.database.read(lambda connection: read_handoff(connection, handoff, now)))

    async def turn(self, request: Request, _member: StaffMember) -> Response:
        id = request.path_params["id"]
        row = await self._at.database.read(lambda connection: read_turn(connection, id))
        if row is None:
            raise not_found("turn")
        return JsonResponse(turn_shape(row))

    async def _aside(self, kind: AsideKind, request: Request, member: StaffMember) -> Response:
        id, body = self._conversation(request), await self._words(request)
        return await self._write(
            id, body.client_id, lambda tx: write_aside(tx, kind, id, member, body.client_id, body.text)
        )

    async def _write(self, id: str, client_id: str, work: Callable[[Transaction], LogEvent]) -> Response:
        event = await self._at.writer.run(work, conversation=id, client_id=client_id)
        return JsonResponse({"seq": event.seq}, 200 if event.repeated else 201)

    async def _words(self, request: Request) -> WordsBody:
        body, most = await read_body(request, WordsBody), self._at.desk.settings.message_characters
        if len(body.text) > most:
            raise invalid("text", f"At most {most} characters; this has {len(body.text)}.")
        return body

    def _conversation(self, request: Request) -> str:
        """The id in the path; the installation's own log is no conversation."""
        id = str(request.path_params["id"])
        if id == INSTALLATION:
            raise not_found("conversation")
        return id
