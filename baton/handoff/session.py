"""One agent's socket: what it watches, and what goes out in which order.

The reader handles frames one at a time; everything that goes out passes through one bounded mailbox, into which the bus
and the inbox put their notices too.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, select
from starlette.websockets import WebSocket

from baton.core.bus import WAKE, Notice, Subscription
from baton.core.directory import Directory
from baton.core.errors import NotFound, WriteFailed
from baton.core.log import LogEvent
from baton.core.sending import Outbox
from baton.core.staff import StaffMember
from baton.core.transaction import CONVERSATIONS
from baton.handoff import inbox, presence, seats
from baton.handoff.frames import BadFrame, Presence, Read, Typing, Unwatch, Watch, parse_frame
from baton.handoff.inbox import Inbox
from baton.handoff.listing import exists, read_events
from baton.handoff.lobby import Lobby
from baton.handoff.messages import mark_read
from baton.handoff.people import name_of
from baton.handoff.presenting import event_shape
from baton.handoff.workplace import Workplace

OUT, WATCH = "@out", "@watch"
ALIVE_SECONDS = 4.0
PAGE = 200
MOST_WATCHED = 100
T = TypeVar("T")


class Closed(Exception):
    """The socket is to be closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class EventFrames:
    """Events as finished frames: made once, however many agents watch."""

    def __init__(self, directory: Directory, most: int = 512) -> None:
        self._directory = directory
        self._most = most
        self._made: OrderedDict[str, bytes] = OrderedDict()

    async def frame(self, event: LogEvent) -> bytes:
        """The frame of `event`, every audience included."""
        made = self._made.get(event.id)
        if made is None:
            made = _dump({"type": "event", **await event_shape(event, self._directory)})
            self._made[event.id] = made
            if len(self._made) > self._most:
                self._made.popitem(last=False)
        return made


@dataclass(slots=True)
class Watched:
    """A conversation that is followed: the last seq sent, how it stood when last read, and what was said of that."""

    seen: int
    state: dict[str, Any] = field(default_factory=dict)
    working: str | None = None
    said: dict[str, Any] = field(default_factory=dict)


class AgentSession:
    """The state of one socket."""

    def __init__(
        self,
        at: Workplace,
        inbox: Inbox,
        frames: EventFrames,
        member: StaffMember,
        websocket: WebSocket,
        mailbox: Subscription,
    ) -> None:
        self._at = at
        self._inbox = inbox
        self._frames = frames
        self._member = member
        self._mailbox = mailbox
        self._outbox = Outbox(websocket)
        self._lobby = Lobby(at.desk.settings, at.clock)
        self._watched: dict[str, Watched] = {}

    # In: one frame at a time

    async def handle(self, raw: str) -> None:
        """Act on one frame; what is wrong with it is said, and the socket stays open."""
        try:
            await self._act(raw)
        except BadFrame as error:
            self._complain(error.code, str(error))
        except NotFound as error:
            self._complain("not_found", str(error))
        except WriteFailed as error:
            self._complain("unavailable", str(error))

    async def _act(self, raw: str) -> None:
        match parse_frame(raw):
            case Watch(inbox=True):
                self._inbox.watch(self._mailbox)
            case Watch(conversation=str(conversation), after=after):
                if len(self._watched) >= MOST_WATCHED and conversation not in self._watched:
                    raise BadFrame("bad_frame", f"At most {MOST_WATCHED} conversations can be watched at once.")
                self._mailbox.join(f"conversation:{conversation}")
                self._mailbox.put(Notice(WATCH, {"conversation": conversation, "after": after}))
            case Unwatch(inbox=True):
                self._inbox.unwatch(self._mailbox)
            case Unwatch(conversation=str(conversation)):
                self._leave(conversation)
            case Watch() | Unwatch():
                raise BadFrame("bad_frame", "Name a `conversation`, or set `inbox` to true.")
            case Typing(conversation=conversation, on=on):
                self._type(conversation, on)
            case Read(conversation=conversation, seq=seq):
                await self._at.writer.run(lambda tx: mark_read(tx, conversation, seq), conversation=conversation)
            case Presence(state=state):
                id = self._member.id
                await self._at.writer.run(lambda tx: presence.set_presence(tx, id, state))

    def _type(self, conversation: str, on: bool) -> None:
        """The visitor sees it only of who holds the conversation."""
        watched = self._watched.get(conversation)
        if watched and watched.state.get("holder", {}).get("id") == self._member.id:
            typing = {"author": "agent", "id": self._member.id, "name": self._member.name, "on": on}
            self._at.bus.publish(f"conversation:{conversation}", {"typing": typing})

    def _leave(self, conversation: str) -> None:
        self._mailbox.leave(f"conversation:{conversation}")
        self._watched.pop(conversation, None)

    # Out: one mailbox, in order

    async def write(self, state: presence.State) -> None:
        """Greet, then send whatever the mailbox holds, until cancelled. Raises Closed."""
        staff = {"id": self._member.id, "name": self._member.name, "role": self._member.role}
        await self._transmit({"type": "welcome", "staff": staff, "presence": state})
        while True:
            if self._mailbox.is_empty:
                await self._outbox.flush()
            notice = await self._next_notice()
            if self._mailbox.missed:
                raise Closed(1013, "This connection is too slow. Connect again and resume.")
            if notice is None:
                await self._transmit({"type": "alive", "at": self._at.clock.now()})
            else:
                await self._pass_on(notice)

    async def _next_notice(self) -> Notice | None:
        """None when nothing has come for so long that the console is to hear that this is alive."""
        if not self._mailbox.is_empty:
            return await anext(self._mailbox)
        try:
            async with asyncio.timeout(ALIVE_SECONDS):
                return await anext(self._mailbox)
        except TimeoutError:
            return None

    async def _pass_on(self, notice: Notice) -> None:
        topic, payload = notice.topic, notice.payload
        if topic == inbox.TOPIC:
            await self._outbox.put(payload["frame"])
        elif topic == OUT:
            await self._transmit(payload)
        elif topic == WATCH:
            await self._begin(payload["conversation"], payload["after"])
        elif topic == seats.DISMISSED:
            raise Closed(4401, "This account was deactivated.")
        elif topic == "staff":
            await self._heard_of_staff(payload)
        elif topic == WAKE:
            for conversation, watched in list(self._watched.items()):
                await self._catch_up(conversation, watched)
                await self._refresh_state(conversation, watched)
        else:
            await self._heard(topic.removeprefix("conversation:"), payload)

    async def _begin(self, conversation: str, after: int) -> None:
        """Everything after `after`, then how it stands, then what comes."""
        if not await self._read(lambda connection: exists(connection, conversation)):
            self._leave(conversation)
            return self._complain("not_found", f"There is no conversation {conversation}.")
        watched = self._watched[conversation] = Watched(after)
        await self._catch_up(conversation, watched)
        await self._refresh_state(conversation, watched)

    async def _heard_of_staff(self, payload: dict[str, Any]) -> None:
        if payload.get("staff") != self._member.id:
            return
        if payload.get("deactivated"):
            raise Closed(4401, "This account was deactivated.")
        if "presence" in payload:
            await self._transmit({"type": "presence", "state": payload["presence"]})

    async def _heard(self, conversation: str, payload: dict[str, Any]) -> None:
        watched = self._watched.get(conversation)
        if watched is None:
            return
        if "seq" in payload:
            await self._pass_events(conversation, watched, payload["seq"], payload.get("events") or ())
        elif "working" in payload:
            watched.working = payload["working"]
            await self._send_state(watched)
        elif "typing" in payload:
            typing = payload["typing"]
            if typing.get("id") != self._member.id:
                author = {"kind": typing["author"], "id": typing.get("id"), "name": typing.get("name")}
                await self._transmit(
                    {"type": "typing", "conversation": conversation, "author": author, "on": typing["on"]}
                )
        elif "read" in payload:
            author = {"kind": payload["read"]["author"], "id": None, "name": None}
            seq = payload["read"]["seq"]
            await self._transmit({"type": "read", "conversation": conversation, "author": author, "seq": seq})
        elif "queue" in payload:
            await self._refresh_state(conversation, watched)

    async def _pass_events(
        self, conversation: str, watched: Watched, seq: int, events: list[LogEvent] | tuple[()]
    ) -> None:
        """Send what the notice brought if nothing is missing before it, else read the log."""
        if seq <= watched.seen:
            return
        new = [event for event in events if event.seq > watched.seen]
        if new and new[0].seq == watched.seen + 1:
            for event in new:
                await self._outbox.put(await self._frames.frame(event))
            watched.seen = new[-1].seq
        else:
            new = await self._catch_up(conversation, watched)
        if any(event.author.kind == "assistant" for event in new):
            watched.working = None
        if any(event.kind.startswith(("handoff.", "conversation.")) for event in new):
            await self._refresh_state(conversation, watched)

    async def _catch_up(self, conversation: str, watched: Watched) -> list[LogEvent]:
        delivered: list[LogEvent] = []
        while True:
            read = partial(read_events, conversation=conversation, after=watched.seen, limit=PAGE)
            events = await self._read(read)
            for event in events:
                await self._outbox.put(await self._frames.frame(event))
                watched.seen = event.seq
            delivered += events
            if len(events) < PAGE:
                return delivered

    async def _refresh_state(self, conversation: str, watched: Watched) -> None:
        """Read how it stands, and say so if it stands otherwise than was said last."""
        watched.state = await self._read(lambda connection: self._state(connection, conversation))
        await self._send_state(watched)

    async def _send_state(self, watched: Watched) -> None:
        frame = watched.state | {"working": watched.working}
        if frame != watched.said:
            watched.said = frame
            await self._transmit(frame)

    def _state(self, connection: Connection, conversation: str) -> dict[str, Any]:
        row = connection.execute(select(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation)).one()
        name = name_of(connection, row.holder_id) if row.holder_kind == "agent" else None
        return {
            "type": "state",
            "conversation": conversation,
            "status": row.status,
            "holder": {"kind": row.holder_kind, "id": row.holder_id, "name": name},
            "agents_online": self._lobby.agents_online(connection),
            "queue": self._lobby.queue(connection, conversation),
        }

    def _complain(self, code: str, message: str) -> None:
        self._mailbox.put(Notice(OUT, {"type": "error", "code": code, "message": message}))

    async def _read(self, query: Callable[[Connection], T]) -> T:
        """Read from the database; what is ready to be sent doesn't wait for it."""
        await self._outbox.flush()
        return await self._at.database.read(query)

    async def _transmit(self, frame: dict[str, Any]) -> None:
        await self._outbox.put(_dump(frame))


def _dump(frame: dict[str, Any]) -> bytes:
    return orjson.dumps(frame, option=orjson.OPT_UTC_Z)
