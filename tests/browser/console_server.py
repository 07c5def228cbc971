"""A scripted server for the console: the contract's calls over a world in memory, with faults to order."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

import baton.core
from baton.core.guards import Caller, Guards
from baton.core.staff import StaffMember
from baton.core.templating import BRAND_CSS, Templates
from baton.core.web import Problem, SecurityHeaders, answer_problem
from baton.handoff.console import pages
from tests.browser.console_world import AGENT, OTHER, Frame, Talk, World

ALIVE_SECONDS = 1.0
CORE_FILES = Path(baton.core.__path__[0]) / "browser"


class OpenGuards(Guards):
    """Everybody is Ana, until she is signed out."""

    def __init__(self) -> None:
        self.member: StaffMember | None = StaffMember(
            AGENT["id"], "ana@shop.example", AGENT["name"], "agent", ("support",), (), None
        )

    async def caller(self, connection: HTTPConnection) -> Caller | None:
        return Caller(self.member, "token-against-forgery") if self.member else None


class ConsoleServer:
    """The world behind HTTP and a socket. Faults are plain attributes."""

    def __init__(self) -> None:
        self.world = World(self._tell)
        self.guards = OpenGuards()
        self.sockets: dict[WebSocket, tuple[asyncio.Queue[Frame], dict[str, bool]]] = {}
        self.heard: list[Frame] = []
        self._heard_more = asyncio.Condition()
        self.posts: list[tuple[str, dict[str, Any]]] = []
        self.url = ""
        self.is_silent = False
        """Frames go nowhere, and sockets look open: a network that swallows."""
        self.refuses_sockets = False
        self.failing: dict[str, int] = {}
        """A part of a path, and the status that calls of it are answered with."""
        self.held = asyncio.Event()
        """Calls wait for it: a slow server while it is clear."""
        self.held.set()

    def app(self) -> Any:
        page = self.guards.require("agent")
        calls: list[tuple[str, str, Any]] = [
            ("GET", "/conversations", self._list),
            ("GET", "/conversations/{id}", self._one),
            ("GET", "/conversations/{id}/events", self._events),
            ("POST", "/conversations/{id}/take", self._take),
            ("POST", "/conversations/{id}/{aside:path}", self._write),
            ("POST", "/handoffs/{id}/{move}", self._move),
            ("GET", "/turns/{id}", self._turn),
            ("GET", "/staff", self._staff),
            ("GET", "/teams", self._teams),
        ]
        routes = [Route(f"/api/v1{path}", page(self._faulty(call)), methods=[method]) for method, path, call in calls]
        app = Starlette(
            routes=[
                *pages.routes(self.guards),
                *routes,
                Route("/sign-in", self._sign_in),
                WebSocketRoute("/ws/agent", self._socket),
                Mount("/assets/core", StaticFiles(directory=CORE_FILES)),
                Route(BRAND_CSS, lambda _request: Response("", media_type="text/css")),
            ],
            exception_handlers={Problem: answer_problem, HTTPException: _not_found},
        )
        return SecurityHeaders(app)

    # Faults

    async def drop(self, code: int = 1012) -> None:
        """Close every socket whose page isn't gone already."""
        for socket in list(self.sockets):
            with suppress(WebSocketDisconnect):
                await socket.close(code)

    async def heard_one(self, matches: Callable[[Frame], bool]) -> Frame:
        """The first frame of a client's that matches, once it comes."""
        async with asyncio.timeout(10), self._heard_more:
            await self._heard_more.wait_for(lambda: any(map(matches, self.heard)))
        return next(filter(matches, self.heard))

    def become(self, role: str) -> None:
        """Ana has another role."""
        assert self.guards.member is not None
        self.guards.member = replace(self.guards.member, role=role)

    def sign_out(self) -> None:
        self.guards.member = None

    # HTTP

    def _faulty(self, call: Callable[..., Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
        async def answer(request: Request, member: StaffMember) -> Response:
            await self.held.wait()
            for part, status in self.failing.items():
                if part in request.url.path:
                    raise Problem(status, "broken", "The server was told to fail here.")
            if request.method == "POST":
                self.posts.append((request.url.path.removeprefix("/api/v1"), await request.json()))
            return await call(request)

        return answer

    async def _list(self, request: Request) -> Response:
        query = request.query_params
        status, words = query.get("status"), query.get("q", "").lower()
        first, limit = int(query.get("after") or 0), int(query.get("limit") or 50)
        found = [talk for talk in self.world.talks.values() if not status or talk.summary["status"] == status]
        found = [
            talk
            for talk in found
            if any(words in str(event["body"]).lower() for event in talk.events or [{"body": ""}])
        ]
        found.sort(key=lambda talk: talk.summary["last_message_at"], reverse=True)
        items = [talk.summary for talk in found[first : first + limit]]
        return JSONResponse({"items": items, "next": str(first + limit) if len(found) > first + limit else None})

    async def _one(self, request: Request) -> Response:
        return JSONResponse(self._talk(request).summary)

    async def _events(self, request: Request) -> Response:
        after, limit = int(request.query_params.get("after") or 0), int(request.query_params.get("limit") or 50)
        events = self._talk(request).events[after : after + limit]
        return JSONResponse({"items": events, "next": events[-1]["seq"] if len(events) == limit else None})

    async def _write(self, request: Request) -> Response:
        talk, body = self._talk(request), await request.json()
        if known := talk.sent.get(body["client_id"]):
            return JSONResponse({"seq": known})
        seq = talk.sent[body["client_id"]] = self._written(talk, request.path_params["aside"], body)
        return JSONResponse({"seq": seq}, 201)

    def _written(self, talk: Talk, aside: str, body: dict[str, Any]) -> int:
        author = {"kind": "agent", "id": AGENT["id"], "name": AGENT["name"], "avatar": None}
        if aside == "messages":
            if talk.summary["holder"]["id"] != AGENT["id"]:
                raise Problem(409, "not_holder", "You do not hold this conversation. Take it over first.")
            return int(self.world.say(talk, "agent", body["text"], by=author, client_id=body["client_id"])["seq"])
        kind = {"notes": "note.added", "whispers": "whisper.added"}[aside]
        return int(self.world.append(talk, kind, author, dict(body), audience="staff")["seq"])

    async def _take(self, request: Request) -> Response:
        return self._accepted(self._talk(request))

    async def _move(self, request: Request) -> Response:
        id, move, body = request.path_params["id"], request.path_params["move"], await request.json()
        talk = next(one for one in self.world.talks.values() if (one.summary["handoff"] or {}).get("id") == id)
        author = {"kind": "agent", "id": AGENT["id"], "name": AGENT["name"], "avatar": None}
        if move == "accept":
            return self._accepted(talk)
        if move == "decline":
            self.world.append(talk, "handoff.declined", author, {"handoff": id}, audience="staff")
        elif move == "transfer":
            self.world.hand_over(talk, talk.summary["handoff"]["briefing"], team=body.get("team") or "support")
        else:
            self.world.give(talk, AGENT, {"return": "returned", "resolve": "resolved"}[move])
            kind = {"return": "handoff.returned", "resolve": "conversation.resolved"}[move]
            self.world.append(talk, kind, author, {"handoff": id} | body)
        return JSONResponse(talk.summary["handoff"])

    def _accepted(self, talk: Talk) -> Response:
        holder = talk.summary["holder"]
        if holder["kind"] == "agent" and holder["id"] != AGENT["id"]:
            by = {"id": holder["id"], "name": holder["name"]}
            raise Problem(409, "already_taken", f"{holder['name']} has already taken it.", by=by)
        self.world.give(talk, AGENT)
        author = {"kind": "agent", "id": AGENT["id"], "name": AGENT["name"], "avatar": None}
        self.world.append(talk, "handoff.accepted", author, {"agent": {"name": AGENT["name"], "avatar": None}})
        return JSONResponse(talk.summary["handoff"])

    async def _turn(self, request: Request) -> Response:
        for talk in self.world.talks.values():
            if turn := talk.turns.get(request.path_params["id"]):
                return JSONResponse(turn)
        raise Problem(404, "not_found", "There is no such turn.")

    async def _staff(self, _request: Request) -> Response:
        people = [person | {"presence": "available", "load": 2} for person in (AGENT, OTHER)]
        return JSONResponse({"items": people, "next": None})

    async def _teams(self, _request: Request) -> Response:
        return JSONResponse({"items": [{"id": name, "name": name} for name in ("support", "returns")], "next": None})

    async def _sign_in(self, _request: Request) -> Response:
        return Templates().page("sign_in.html", csrf_token="token", next="/console")

    def _talk(self, request: Request) -> Talk:
        talk = self.world.talks.get(request.path_params["id"])
        if talk is None:
            raise Problem(404, "not_found", "There is no such conversation.")
        return talk

    # The socket

    async def _socket(self, socket: WebSocket) -> None:
        if self.refuses_sockets or self.guards.member is None:
            await socket.close(1013)
            return
        await socket.accept("baton.v1")
        queue: asyncio.Queue[Frame] = asyncio.Queue()
        watched: dict[str, bool] = {}
        self.sockets[socket] = queue, watched
        await self._send(socket, {"type": "welcome", "staff": AGENT, "presence": "available"})
        try:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(self._write_frames(socket, queue))
                await self._read_frames(socket, watched)
                writer.cancel()
        finally:
            self.sockets.pop(socket, None)

    async def _read_frames(self, socket: WebSocket, watched: dict[str, bool]) -> None:
        try:
            while True:
                frame = await socket.receive_json()
                async with self._heard_more:
                    self.heard.append(frame)
                    self._heard_more.notify_all()
                if frame["type"] == "watch":
                    watched["inbox" if frame.get("inbox") else frame["conversation"]] = True
                    self._catch_up(socket, frame)
                elif frame["type"] == "unwatch":
                    watched.pop(frame["conversation"], None)
                elif frame["type"] == "read":
                    self._seen(frame["conversation"])
        except WebSocketDisconnect:
            return

    def _catch_up(self, socket: WebSocket, frame: Frame) -> None:
        talk = self.world.talks.get(frame.get("conversation", ""))
        for event in talk.events[frame["after"] :] if talk else []:
            self.sockets[socket][0].put_nowait({"type": "event"} | event)

    def _seen(self, conversation: str) -> None:
        talk = self.world.talks[conversation]
        talk.summary["unread"] = 0
        self.world.tell_summary(talk)

    async def _write_frames(self, socket: WebSocket, queue: asyncio.Queue[Frame]) -> None:
        while True:
            try:
                frame = await asyncio.wait_for(queue.get(), ALIVE_SECONDS)
            except TimeoutError:
                frame = {"type": "alive", "at": datetime.now(UTC).isoformat()}
            await self._send(socket, frame)

    async def _send(self, socket: WebSocket, frame: Frame) -> None:
        if not self.is_silent:
            await socket.send_json(frame)

    def _tell(self, about: str, frame: Frame) -> None:
        for queue, watched in self.sockets.values():
            if about in watched:
                queue.put_nowait(frame)


async def _not_found(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return Templates().page("error.html", status=error.status_code)


@asynccontextmanager
async def serving(server: ConsoleServer) -> AsyncIterator[ConsoleServer]:
    """Serve it on a free port of loopback while the context lasts."""
    config = uvicorn.Config(server.app(), port=0, log_level="warning", timeout_graceful_shutdown=1, lifespan="off")
    running = uvicorn.Server(config)
    listener = config.bind_socket()
    server.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    task = asyncio.create_task(running.serve([listener]))
    try:
        yield server
    finally:
        running.should_exit = True
        await server.drop(1001)
        await task
