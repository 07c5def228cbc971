"""Visitors who send, resend, burst, cut the line and come back; each keeps its own account of what it was promised."""

import asyncio
import json
import random
import uuid
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from benchmarks.proving.checking import HELD_FROM, HELD_UNTIL
from benchmarks.proving.tally import Tally

ANSWER_SECONDS = 5.0
QUESTIONS = ("What does the blue label mean", "How long is the warranty on it", "Where is my parcel now", "Why is that")


class Gone(Exception):
    """The line is dead; the visitor connects again."""


@dataclass(slots=True)
class Visitor:
    """One visitor. `acked` is what the server promised: client_id to seq."""

    url: str
    random: random.Random
    tally: Tally
    token: str | None = None
    conversation: str | None = None
    acked: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    in_order: list[str] = field(default_factory=list)
    waiting: dict[str, str] = field(default_factory=dict)
    last_seen: int = 0
    is_with_agent: bool = False
    _socket: ClientConnection | None = None
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self, until: asyncio.Event) -> None:
        """Act at random until told to stop; then resend whatever was never acknowledged."""
        while not until.is_set():
            try:
                await self._one_connection(until)
            except (Gone, OSError, WebSocketException, TimeoutError):
                await asyncio.sleep(self.random.uniform(0.01, 0.2))

    async def settle(self) -> None:
        """Connect once more, resend what is open, and read everything there is."""
        for _ in range(60):
            try:
                async with self._connected():
                    await self._acknowledged(ANSWER_SECONDS)
                    return
            except (Gone, OSError, WebSocketException, TimeoutError):
                await asyncio.sleep(0.5)

    async def _one_connection(self, until: asyncio.Event) -> None:
        async with self._connected():
            while not until.is_set():
                await self._act()
                await asyncio.sleep(self.random.expovariate(8))

    def _connected(self) -> "_Line":
        return _Line(self)

    async def _act(self) -> None:
        choice = self.random.random()
        if choice < 0.62:
            await self._say(1)
            await self._acknowledged(ANSWER_SECONDS)
        elif choice < 0.74:
            await self._say(self.random.randint(2, 5))
            await self._acknowledged(ANSWER_SECONDS)
        elif choice < 0.84 and self.acked:
            await self._say_again(self.random.choice(list(self.acked)))
        elif choice < 0.92:
            raise Gone
        elif choice < 0.96:
            await self._send({"type": "handoff.request", "client_id": str(uuid.uuid4())})
        else:
            await self._send({"type": "handoff.cancel", "client_id": str(uuid.uuid4())})

    async def _say(self, times: int) -> None:
        for _ in range(times):
            client_id = str(uuid.uuid4())
            text = f"{self.random.choice(QUESTIONS)}, reference {client_id}?"
            self.waiting[client_id] = self.texts[client_id] = text
            self.in_order.append(client_id)
            await self._send({"type": "message.send", "client_id": client_id, "text": text})

    async def _say_again(self, client_id: str) -> None:
        """The same id again must give the same seq; the ack is checked as it comes."""
        self.tally.counts["resent"] += 1
        await self._send({"type": "message.send", "client_id": client_id, "text": self.texts[client_id]})

    async def _acknowledged(self, seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while self.waiting:
                self._arrived.clear()
                await self._arrived.wait()

    async def _send(self, frame: dict[str, Any]) -> None:
        assert self._socket is not None
        await self._socket.send(json.dumps(frame))

    def take_in(self, frame: dict[str, Any]) -> None:
        """One frame from the server."""
        match frame["type"]:
            case "ack":
                self._take_ack(frame["client_id"], frame["seq"])
            case "event" if frame["conversation"] == self.conversation:
                self._take_event(frame)
            case "stream":
                self.tally.chance("stream after a takeover")
                if self.is_with_agent:
                    self.tally.fault("stream after a takeover", f"{self.conversation} turn {frame['turn']}")
        self._arrived.set()

    def _take_ack(self, client_id: str, seq: int) -> None:
        if client_id not in self.texts:
            return
        if self.acked.setdefault(client_id, seq) != seq:
            self.tally.fault("messages doubled", f"{self.conversation} {client_id}: {self.acked[client_id]} and {seq}")
        self.waiting.pop(client_id, None)

    def _take_event(self, frame: dict[str, Any]) -> None:
        self.tally.chance("gaps in prev")
        if frame["seq"] <= self.last_seen:
            self.tally.fault("messages out of order", f"{self.conversation} seq {frame['seq']} after {self.last_seen}")
        elif frame["prev"] != self.last_seen:
            self.tally.fault(
                "gaps in prev", f"{self.conversation} seq {frame['seq']}: {frame['prev']}, had {self.last_seen}"
            )
        self.last_seen = max(self.last_seen, frame["seq"])
        if frame["kind"] in HELD_FROM:
            self.is_with_agent = True
        elif frame["kind"] in HELD_UNTIL:
            self.is_with_agent = False

    async def open(self) -> None:
        socket = await connect(
            self.url, subprotocols=[Subprotocol("baton.v1")], proxy=None, open_timeout=ANSWER_SECONDS
        )
        self._socket = socket
        hello = {"type": "hello", "token": self.token, "conversation": self.conversation, "after": self.last_seen}
        await self._send(hello | {"locale": "en", "page": None, "identity": None})
        async with asyncio.timeout(ANSWER_SECONDS):
            welcome = json.loads(await socket.recv())
        if welcome["type"] != "welcome":
            raise Gone
        self.token, self.conversation = welcome["token"], welcome["conversation"]
        for client_id, text in list(self.waiting.items()):
            await self._send({"type": "message.send", "client_id": client_id, "text": text})

    async def read(self) -> None:
        assert self._socket is not None
        async for raw in self._socket:
            self.take_in(json.loads(raw))
        raise Gone

    def cut(self) -> None:
        """End the line without a word, as a lost network does."""
        if self._socket is not None:
            self._socket.transport.abort()


class _Line:
    """A connection with its reader beside it; leaving it cuts the line."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        await self._visitor.open()
        self._reading = asyncio.create_task(self._visitor.read())

    async def __aexit__(self, *_error: object) -> None:
        self._visitor.cut()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
