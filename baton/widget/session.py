"""One visitor's socket: who it belongs to, which conversation it follows, and what goes out in which order.

The reader handles frames one at a time; everything that goes out passes through one mailbox, so that an
acknowledgement, an event and a welcome keep their order. The bus puts its notices into the same mailbox.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection
from starlette.websockets import WebSocket

from baton.assistant.conversations import Arrival
from baton.core.bus import WAKE, Notice, Subscription
from baton.core.errors import WriteFailed
from baton.core.log import LogEvent
from baton.core.sending import Outbox
from baton.core.transaction import CONVERSATIONS
from baton.widget import commands
from baton.widget.commands import NoSuchEvent, Work
from baton.widget.door import Door
from baton.widget.frames import (
    BadFrame,
    CancelHandoff,
    Frame,
    Hello,
    NewConversation,
    Read,
    RequestHandoff,
    SendContact,
    SendFeedback,
    SendMessage,
    SendRating,
    Typing,
    parse_frame,
)
from baton.widget.presenting import brand_shape, changes_state, event_frame, state_frame, stream_frames, visible_after
from baton.widget.visitors import VERIFIED, BadIdentity, Identity, newest_unresolved, owner_of

OUT, FOLLOW = "@out", "@follow"
PAGE = 200
T = TypeVar("T")
log = logging.getLogger(__name__)


class Closed(Exception):
    """The socket is to be closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class VisitorSession:
    """The state of one socket."""

    def __init__(self, door: Door, websocket: WebSocket, mailbox: Subscription) -> None:
        self._door = door
        self._mailbox = mailbox
        self._outbox = Outbox(websocket)
        self._arrival: Arrival | None = None
        self._conversation = ""
        self._seen = 0
        self._state: dict[str, Any] = {}
        self._working: str | None = None

    @property
    def is_greeted(self) -> bool:
        """Whether a hello was accepted."""
        return self._arrival is not None

    # In: one frame at a time

    async def handle(self, raw: str) -> None:
        """Act on one frame; what is wrong with it is said, and the socket stays open."""
        try:
            await self._act(parse_frame(raw))
        except BadFrame as error:
            self._complain("bad_frame", str(error), error.client_id)

    async def _act(self, frame: Frame) -> None:
        if isinstance(frame, Hello):
            return await self._greet(frame)
        if self._arrival is None:
            raise BadFrame("The first frame must be `hello`.", getattr(frame, "client_id", None))
        wait = self._door.take_token(self._arrival.visitor)
        if wait:
            message = "That is too fast. Try again in a moment."
            return self._complain("rate_limited", message, getattr(frame, "client_id", None), wait)
        match frame:
            case SendMessage():
                await self._send_message(frame, self._arrival)
            case Typing(on):
                typing = {"author": "visitor", "name": None, "on": on}
                self._door.bus.publish(f"conversation:{self._conversation}", {"typing": typing})
            case Read(seq):
                await self._door.writer.run(
                    commands.read_up_to(self._conversation, seq), conversation=self._conversation
                )
            case NewConversation(client_id):
                await self._start_another(client_id, self._arrival)
            case _:
                await self._store(frame.client_id, self._work_of(frame, self._arrival))

    def _work_of(self, frame: Frame, arrival: Arrival) -> Work:
        door, conversation = self._door, self._conversation
        match frame:
            case RequestHandoff(client_id):
                return commands.request_handoff(conversation, arrival, door.desk, client_id)
            case CancelHandoff(client_id):
                return commands.cancel_handoff(conversation, arrival, door.desk, client_id)
            case SendFeedback():
                return commands.send_feedback(conversation, arrival, frame, door.suggest_person)
            case SendRating():
                return commands.send_rating(conversation, arrival, frame)
            case SendContact():
                return commands.send_contact(conversation, arrival, frame)
        raise AssertionError(frame)

    async def _send_message(self, frame: SendMessage, arrival: Arrival) -> None:
        most = self._door.settings.message_characters
        if len(frame.text) > most:
            return self._complain("too_large", f"A message may have {most} characters.", frame.client_id)
        await self._store(frame.client_id, commands.send_message(self._conversation, arrival, frame, self._door))

    async def _store(self, client_id: str, work: Work) -> None:
        """Commit, then acknowledge."""
        try:
            seq = await self._door.writer.run(work, conversation=self._conversation, client_id=client_id)
        except NoSuchEvent as error:
            return self._complain("bad_frame", str(error), client_id)
        except WriteFailed as error:
            return self._complain("unavailable", str(error), client_id, 1)
        except Exception:
            log.exception("A visitor's frame could not be stored.")
            return self._complain("unavailable", "This could not be stored. Try again in a moment.", client_id, 1)
        self._send({"type": "ack", "client_id": client_id, "seq": seq})

    # Hello

    async def _greet(self, hello: Hello) -> None:
        visitor = self._door.visitors.read_token(hello.token) if hello.token else None
        if hello.token and visitor is None:
            raise Closed(4401, "This token was not given by us. Say hello without one.")
        identity = self._identify(hello.identity)
        if identity is not None:
            visitor = self._door.visitors.subject_visitor(identity.subject)
        elif visitor is not None and visitor.startswith(VERIFIED):
            raise Closed(4401, "This token belongs to somebody who was signed in. Say hello without it.")
        visitor = visitor or self._door.visitors.new_visitor()
        conversation = await self._choose(hello.conversation, visitor)
        if conversation is None:
            return self._complain("not_found", "There is no such conversation of yours.", None)
        self._arrival = Arrival(
            visitor,
            hello.locale,
            hello.page_url,
            hello.page_title,
            identity.name if identity else None,
            identity.email if identity else None,
            identity.subject if identity else None,
        )
        self._follow(conversation, hello.after if hello.conversation else 0)

    def _identify(self, token: str | None) -> Identity | None:
        if token is None:
            return None
        try:
            return self._door.visitors.verify(token)
        except BadIdentity as error:
            self._complain("unauthorized", str(error), None)
            return None

    async def _choose(self, asked: str | None, visitor: str) -> str | None:
        """The conversation to follow, or None for one that is not this visitor's."""
        if asked is None:
            newest = await self._door.database.read(lambda connection: newest_unresolved(connection, visitor))
            return newest or self._door.visitors.new_conversation(visitor)
        owner = await self._door.database.read(lambda connection: owner_of(connection, asked))
        if owner is None:
            return asked if self._door.visitors.made_for(asked, visitor) else None
        return asked if owner == visitor else None

    async def _start_another(self, client_id: str, arrival: Arrival) -> None:
        conversation = self._door.visitors.new_conversation(arrival.visitor, client_id)
        self._follow(conversation, 0)
        self._send({"type": "ack", "client_id": client_id, "seq": 0})

    def _follow(self, conversation: str, after: int) -> None:
        if self._conversation:
            self._mailbox.leave(f"conversation:{self._conversation}")
        self._conversation = conversation
        self._mailbox.join(f"conversation:{conversation}")
        self._mailbox.put(Notice(FOLLOW, {"conversation": conversation, "after": after}))

    # Out: one mailbox, in order

    async def write(self) -> None:
        """Send whatever the mailbox holds, until cancelled. Raises Closed for a client that reads too slowly."""
        async for notice in self._mailbox:
            if self._mailbox.missed:
                raise Closed(1013, "This connection is too slow. Connect again and resume.")
            if notice.topic == OUT:
                await self._transmit(notice.payload)
            elif notice.topic == FOLLOW:
                await self._welcome(notice.payload["conversation"], notice.payload["after"])
            elif notice.topic == f"conversation:{self._conversation}":
                await self._pass_on(notice.payload)
            elif notice.topic == WAKE and self._conversation:
                await self._catch_up(self._seen)
                await self._refresh_state()
            if self._mailbox.is_empty:
                await self._outbox.flush()

    async def _welcome(self, conversation: str, after: int) -> None:
        if conversation != self._conversation or self._arrival is None:
            return
        state, last_visible, last_seq = await self._read(lambda c: self._read_state(c, conversation))
        await self._transmit(
            {
                "type": "welcome",
                "token": self._door.visitors.token(self._arrival.visitor),
                "conversation": conversation,
                "last_seq": last_visible,
                "status": state["status"],
                "brand": brand_shape(self._door.settings.brand, people_only=self._door.people_only),
                "agents_online": state["agents_online"],
            }
        )
        self._seen, self._working = min(after, last_seq), None
        await self._catch_up(last_seq)
        await self._send_state(state)

    async def _pass_on(self, payload: dict[str, Any]) -> None:
        if "seq" in payload:
            await self._pass_events(payload["seq"], payload.get("events"))
        elif "working" in payload:
            self._working = payload["working"]
            await self._send_state(self._state)
        elif "typing" in payload and payload["typing"]["author"] != "visitor":
            typing = payload["typing"]
            author = {"kind": typing["author"], "name": typing.get("name"), "avatar": None}
            await self._transmit({"type": "typing", "author": author, "on": typing["on"]})
        elif "read" in payload:
            author = {"kind": payload["read"]["author"], "name": None, "avatar": None}
            await self._transmit({"type": "read", "author": author, "seq": payload["read"]["seq"]})
        elif "queue" in payload:
            await self._refresh_state()

    async def _pass_events(self, seq: int, events: list[LogEvent] | None) -> None:
        if seq <= self._seen:
            return
        new = [event for event in events or () if event.seq > self._seen]
        if not new or new[0].seq != self._seen + 1:
            new = await self._catch_up(seq)
        else:
            for event in new:
                await self._deliver(event)
            self._seen = seq
        if changes_state(new):
            self._working = None
            await self._refresh_state()

    async def _catch_up(self, seq: int) -> list[LogEvent]:
        """Read from the log what came after the last event seen, up to `seq` at least."""
        delivered: list[LogEvent] = []
        conversation = self._conversation
        while True:
            after = self._seen
            events = await self._read(lambda c: visible_after(c, conversation, after, PAGE))  # noqa: B023 - read before the loop goes on
            for event in events:
                await self._transmit(await event_frame(event, self._door.directory))
                self._seen = event.seq
            delivered += events
            if len(events) < PAGE:
                self._seen = max(self._seen, seq)
                return delivered

    async def _deliver(self, event: LogEvent) -> None:
        if event.audience != "visitor":
            return
        if event.author.kind == "assistant":
            self._working = None
            for frame in stream_frames(event):
                await self._transmit(frame)
        await self._transmit(await event_frame(event, self._door.directory))

    async def _refresh_state(self) -> None:
        conversation = self._conversation
        state, _, _ = await self._read(lambda c: self._read_state(c, conversation))
        await self._send_state(state)

    async def _send_state(self, state: dict[str, Any]) -> None:
        self._state = state
        holder = await self._door.directory.signature(state["holder_kind"], state["holder_id"])
        shown = None if state["holder_kind"] == "handoff" else holder
        frame = state_frame(state["status"], shown, state["agents_online"], state["queue"], self._working)
        await self._transmit(frame)

    def _read_state(self, connection: Connection, conversation: str) -> tuple[dict[str, Any], int, int]:
        row = connection.execute(CONVERSATIONS.select().where(CONVERSATIONS.c.id == conversation)).first()
        online = self._door.lobby.agents_online(connection)
        state: dict[str, Any] = {
            "status": "with_assistant",
            "holder_kind": "assistant",
            "holder_id": None,
            "queue": None,
        }
        if row is None:
            return state | {"agents_online": online}, 0, 0
        queue = self._door.lobby.queue(connection, conversation) if row.status == "waiting_for_agent" else None
        state = {"status": row.status, "holder_kind": row.holder_kind, "holder_id": row.holder_id, "queue": queue}
        return state | {"agents_online": online}, row.last_visible_seq, row.last_seq

    def _send(self, frame: dict[str, Any]) -> None:
        self._mailbox.put(Notice(OUT, frame))

    def _complain(self, code: str, message: str, client_id: str | None, retry_after: float | None = None) -> None:
        self._send(
            {"type": "error", "code": code, "message": message, "client_id": client_id, "retry_after": retry_after}
        )

    async def _read(self, query: Callable[[Connection], T]) -> T:
        """Read from the database; what is ready to be sent doesn't wait for it."""
        await self._outbox.flush()
        return await self._door.database.read(query)

    async def _transmit(self, frame: dict[str, Any]) -> None:
        await self._outbox.put(orjson.dumps(frame, option=orjson.OPT_UTC_Z))
