"""A small, scripted server of the visitor socket, for what a sound one never does: it loses, delays, cuts and refuses.

It keeps real conversations (gap-free `seq`, one event per `client_id`), serves the widget's real files, and a shop
page that a test opens from another origin (`localhost` instead of `127.0.0.1`) under a strict policy.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from baton.widget.serving import browser_files, respond

Frame = dict[str, Any]

BRAND: Frame = {
    "name": "Fjell & Fern",
    "greeting": "Hello. I am an assistant, a piece of software, and I answer from our help pages. "
    "Our team is here too, one tap away.",
    "suggestions": ["What does shipping to Norway cost?", "How do I clean a wool jacket?"],
    "hue": 262,
}
ASSISTANT: Frame = {"kind": "assistant", "name": None, "avatar": None}
VISITOR: Frame = {"kind": "visitor", "name": None, "avatar": None}
SYSTEM: Frame = {"kind": "system", "name": None, "avatar": None}
MAYA: Frame = {"kind": "agent", "name": "Maya", "avatar": None}

SHOP = """<!doctype html><html lang="{lang}" dir="{dir}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Shop</title>
<script type="module" src="{host}/widget.js"></script>{more}</head>
<body><main><h1>Wool and down</h1><p>Everything for a cold day.</p><a href="#wool">Wool</a></main></body></html>"""


@dataclass
class Conversation:
    """Its events in order, and the number each client id was given."""

    id: str
    visitor: str
    events: list[Frame] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    state: Frame = field(default_factory=dict)


class VisitorServer:
    """What the tests turn and read."""

    def __init__(self) -> None:
        self.brand = dict(BRAND)
        self.conversations: dict[str, Conversation] = {}
        self.sockets: dict[WebSocket, Conversation | None] = {}
        self.received: list[Frame] = []
        self.port = 0
        self.allows_other_sites = True
        self.is_down = False
        self.lost_events = 0
        self.swallows_acks = False
        self.close_after_next_message = 0
        self.refused_tokens: set[str] = set()
        self.refusals: list[Frame] = []
        self.agents_online = 1
        self.files = browser_files()
        self._outbox: dict[WebSocket, asyncio.Queue[Frame | int]] = {}
        self._news = asyncio.Event()

    # What tests read

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def shop(self) -> str:
        """A page of another origin with the widget on it."""
        return f"http://localhost:{self.port}/shop"

    @property
    def newest(self) -> Conversation:
        return list(self.conversations.values())[-1]

    def texts(self) -> list[str]:
        """What visitors said in the newest conversation, in order."""
        return [
            event["body"]["text"]
            for event in (self.newest.events if self.conversations else [])
            if event["kind"] == "message.added" and event["author"]["kind"] == "visitor"
        ]

    def frames(self, type_: str) -> list[Frame]:
        return [frame for frame in self.received if frame["type"] == type_]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for what a frame of a visitor brings about."""
        async with asyncio.timeout(8):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def until_nobody_is_there(self) -> None:
        """Wait until every socket is closed."""
        await self.until(lambda: not self.sockets)

    # What tests do

    def append(self, kind: str, author: Frame, body: Frame, conversation: Conversation | None = None) -> Frame:
        """Store an event and send it to everybody who follows."""
        conversation = conversation or self.newest
        seq = len(conversation.events) + 1
        event = {
            "type": "event",
            "conversation": conversation.id,
            "seq": seq,
            "prev": seq - 1,
            "id": f"evt_{conversation.id}_{seq}",
            "kind": kind,
            "at": datetime.now(UTC).isoformat(),
            "author": author,
            "body": body,
        }
        conversation.events.append(event)
        if self.lost_events:
            self.lost_events -= 1
        else:
            self.send(event, conversation)
        return event

    def say(self, text: str, author: Frame = ASSISTANT, **body: Any) -> Frame:
        """A message to the visitor."""
        return self.append("message.added", author, {"text": text, **body})

    def state(self, conversation: Conversation | None = None, **change: Any) -> None:
        """Change what is going on, and say so."""
        conversation = conversation or self.newest
        conversation.state |= change
        self.send({"type": "state", **self._state(conversation)}, conversation)

    def send(self, frame: Frame, conversation: Conversation | None = None) -> None:
        conversation = conversation or self.newest
        for websocket, followed in self.sockets.items():
            if followed is conversation:
                self._outbox[websocket].put_nowait(frame)

    def cut(self, code: int = 1012) -> None:
        """Close every socket."""
        for queue in self._outbox.values():
            queue.put_nowait(code)

    # The server

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/widget.js", self._file),
                Route("/widget/check", self._check),
                Route("/widget/{path:path}", self._file),
                Route("/shop", self._shop),
                WebSocketRoute("/ws/visitor", self._visit),
            ]
        )

    async def _file(self, request: Request) -> Response:
        return respond(request, self.files.get(request.url.path.lstrip("/")))

    async def _check(self, request: Request) -> Response:
        origin = request.headers.get("origin", "")
        allowed = self._allows(origin)
        add = None if allowed else f"widget.origins: [{origin}]"
        return JSONResponse({"allowed": allowed, "add": add}, headers={"access-control-allow-origin": "*"})

    async def _shop(self, request: Request) -> Response:
        asked = request.query_params
        page = SHOP.format(
            lang=asked.get("lang", "en"), dir=asked.get("dir", "ltr"), host=self.host, more=asked.get("more", "")
        )
        sources = f"{self.host} {self.host.replace('http', 'ws')}"
        policy = f"default-src 'none'; script-src {self.host}; connect-src {sources}; style-src {self.host}"
        return HTMLResponse(page, headers={"content-security-policy": policy})

    def _allows(self, origin: str) -> bool:
        return self.allows_other_sites or origin == self.host

    async def _visit(self, websocket: WebSocket) -> None:
        if self.is_down or not self._allows(websocket.headers.get("origin", "")):
            return await websocket.send_denial_response(PlainTextResponse("no", 503 if self.is_down else 403))
        await websocket.accept(subprotocol="baton.v1")
        self.sockets[websocket] = None
        self._outbox[websocket] = asyncio.Queue()
        try:
            async with asyncio.TaskGroup() as tasks:
                writing = tasks.create_task(self._write(websocket))
                await self._read(websocket)
                writing.cancel()
        finally:
            del self.sockets[websocket], self._outbox[websocket]
            self._news.set()

    async def _write(self, websocket: WebSocket) -> None:
        while True:
            frame = await self._outbox[websocket].get()
            if isinstance(frame, int):
                return await websocket.close(frame)
            await websocket.send_text(json.dumps(frame))

    async def _read(self, websocket: WebSocket) -> None:
        try:
            while True:
                self._handle(websocket, json.loads(await websocket.receive_text()))
                self._news.set()
        except (WebSocketDisconnect, RuntimeError):
            return

    def _handle(self, websocket: WebSocket, frame: Frame) -> None:
        self.received.append(frame)
        reply = self._outbox[websocket].put_nowait
        if frame["type"] == "hello":
            return self._greet(websocket, frame)
        conversation = self.sockets[websocket]
        assert conversation is not None, "the first frame must be hello"
        if "client_id" not in frame:
            return None
        if self.refusals:
            return reply({"type": "error", "client_id": frame["client_id"], "message": "No."} | self.refusals.pop(0))
        if frame["type"] == "conversation.new":
            return self._follow(websocket, self._open(conversation.visitor), 0)
        seq = conversation.numbers.get(frame["client_id"]) or self._store(conversation, frame)
        if self.close_after_next_message:
            reply(self.close_after_next_message)
            self.close_after_next_message = 0
        elif not self.swallows_acks:
            reply({"type": "ack", "client_id": frame["client_id"], "seq": seq})
        return None

    def _store(self, conversation: Conversation, frame: Frame) -> int:
        seq = len(conversation.events) + 1
        conversation.numbers[frame["client_id"]] = seq
        self.conversations.setdefault(conversation.id, conversation)
        match frame["type"]:
            case "message.send":
                body = {"text": frame["text"], "client_id": frame["client_id"]}
                self.append("message.added", VISITOR, body, conversation)
            case "handoff.request":
                self.append("handoff.requested", VISITOR, {"handoff": "hnd_1", "by": "visitor"}, conversation)
                self.state(conversation, status="waiting_for_agent", holder={"kind": "handoff"})
            case "handoff.cancel":
                self.append("handoff.cancelled", VISITOR, {"handoff": "hnd_1"}, conversation)
                self.state(conversation, status="with_assistant", holder=ASSISTANT)
            case _:
                return len(conversation.events)
        return seq

    def _greet(self, websocket: WebSocket, hello: Frame) -> None:
        if hello["token"] in self.refused_tokens:
            return self._outbox[websocket].put_nowait(4401)
        visitor = hello["token"] or f"visitor-{len(self.received)}"
        own = [one for one in self.conversations.values() if one.visitor == visitor]
        asked = self.conversations.get(hello["conversation"] or "")
        if hello["conversation"] and asked not in own:
            return self._outbox[websocket].put_nowait({"type": "error", "code": "not_found", "message": "Not yours."})
        unresolved = [one for one in own if one.state.get("status") != "resolved"]
        conversation = asked or (unresolved[-1] if unresolved else self._open(visitor))
        self._follow(websocket, conversation, hello["after"])

    def _open(self, visitor: str) -> Conversation:
        return Conversation(f"cnv_{len(self.conversations) + 1}_{len(self.received)}", visitor)

    def _follow(self, websocket: WebSocket, conversation: Conversation, after: int) -> None:
        self.sockets[websocket] = conversation
        state = self._state(conversation)
        reply = self._outbox[websocket].put_nowait
        welcome = {"type": "welcome", "token": conversation.visitor, "conversation": conversation.id}
        more = {"last_seq": len(conversation.events), "brand": self.brand, "agents_online": self.agents_online}
        reply(welcome | more | {"status": state["status"]})
        for event in conversation.events[after:]:
            reply(event)
        reply({"type": "state", **state})

    def _state(self, conversation: Conversation) -> Frame:
        usual = {"status": "with_assistant", "holder": ASSISTANT, "agents_online": self.agents_online}
        return usual | {"working": None, "queue": None} | conversation.state


class _Runner(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_ready.set()


@asynccontextmanager
async def running() -> AsyncIterator[VisitorServer]:
    """The server on a free port of loopback, until the block ends."""
    server = VisitorServer()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server.port = listening.getsockname()[1]
        config = uvicorn.Config(server.app(), log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        runner = _Runner(config)
        serving = asyncio.create_task(runner.serve(sockets=[listening]))
        try:
            await runner.is_ready.wait()
            yield server
        finally:
            server.cut(1001)
            runner.should_exit = True
            await serving
