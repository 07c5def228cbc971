"""The application: everything is made here once, given what it needs, and mounted."""

import logging
import os
import secrets
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from baton.assistant import calibrated, turns
from baton.assistant.conversations import receive
from baton.assistant.judging import Judge
from baton.assistant.recording import Recorder, suggest_person
from baton.assistant.runner import TurnRunner, release_claims
from baton.assistant.shadowing import receive_in_shadow
from baton.assistant.turns import TurnTaker
from baton.core.assets import FreshFiles
from baton.core.directory import Directory
from baton.core.guards import Guards
from baton.core.metrics import CountSockets, Metrics
from baton.core.metrics import routes as metrics_routes
from baton.core.redis_bus import RedisBus
from baton.core.sign_in import SignIn
from baton.core.templating import BRAND_CSS, Templates
from baton.core.web import UNAVAILABLE, Problem, SecurityHeaders, unavailable
from baton.handoff import routes as handoff_routes
from baton.handoff.console import pages as console_pages
from baton.handoff.desk import Desk
from baton.handoff.inbox import Inbox
from baton.handoff.lobby import Lobby
from baton.handoff.oversight import experiments as experiment_pages
from baton.handoff.oversight import pages as oversight_pages
from baton.handoff.oversight import risk_page
from baton.handoff.seats import Seats
from baton.handoff.waiting import Sweep
from baton.handoff.workplace import Workplace
from baton.server import health
from baton.server.api import routes as api_routes
from baton.server.counting import count, counted
from baton.server.ground import Ground
from baton.server.knowledge import Knowledge
from baton.server.loops import Loops, Start
from baton.widget import routes as widget_routes
from baton.widget.door import Door
from baton.widget.limits import Limits
from baton.widget.origins import Origins
from baton.widget.visitors import Visitors

SHARED_FILES = Path(__file__).parent.parent / "core" / "browser"
log = logging.getLogger(__name__)


class Application:
    """One process of the server: routes for uvicorn, and the loops that run beside them."""

    def __init__(self, ground: Ground, knowledge: Knowledge, extra_routes: list[BaseRoute] | None = None) -> None:
        config = ground.config
        self._ground = ground
        self._knowledge = knowledge
        self._metrics = Metrics()
        ground.writer.on_commit = self._metrics.committed
        self._worker = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        brand = config.widget.brand
        self._directory = Directory(ground.database, brand.name, brand.avatar)
        self._guards = Guards(ground.database, ground.writer, ground.clock, config.staff)
        self._desk = Desk(config.handoff)
        self._lobby = Lobby(config.handoff, ground.clock)
        self._workplace = self._make_workplace()
        self._inbox = Inbox(ground.database, ground.bus, ground.clock)
        self._loops = Loops()
        self._seats = Seats(ground.database, ground.writer)
        self.door = self._make_door()
        self.asgi = Starlette(
            routes=[*(extra_routes or []), *self._routes()],
            middleware=[Middleware(SecurityHeaders), Middleware(CountSockets, metrics=self._metrics)],
            exception_handlers={
                Problem: self._problem,
                404: self._not_found,
                Exception: self._our_fault,
                **dict.fromkeys(UNAVAILABLE, self._unavailable),
            },
            lifespan=self._lifespan,
        )
        self.operations = Starlette(
            routes=[
                *health.routes(self._checks()),
                *metrics_routes(self._metrics, lambda: count(ground.database)),
            ]
        )
        """What the operations address serves: figures are for who runs it, not for the world."""

    def _make_workplace(self) -> Workplace:
        ground = self._ground
        return Workplace(
            database=ground.database,
            writer=ground.writer,
            bus=ground.bus,
            clock=ground.clock,
            directory=self._directory,
            guards=self._guards,
            desk=self._desk,
        )

    def _make_door(self) -> Door:
        ground, settings = self._ground, self._ground.config.widget
        in_shadow = ground.config.assistant.shadow
        return Door(
            database=ground.database,
            writer=ground.writer,
            bus=ground.bus,
            clock=ground.clock,
            directory=self._directory,
            desk=self._desk,
            lobby=self._lobby,
            visitors=Visitors(ground.keys, settings.identity_secret),
            origins=Origins(settings.origins, ground.writer, ground.clock),
            settings=settings,
            worker=self._worker,
            limits=Limits(settings, time.monotonic),
            suggest_person=suggest_person,
            receive=partial(receive_in_shadow, desk=self._desk) if in_shadow else receive,
            people_only=in_shadow,
        )

    def _routes(self) -> list[BaseRoute]:
        ground, secure = self._ground, self._ground.config.server.secure_cookies
        sign_in = SignIn(ground.database, ground.writer, self._guards, ground.config.staff, secure)
        return [
            *widget_routes.routes(self.door),
            *health.routes(self._checks()),
            *handoff_routes.routes(self._workplace, self._inbox, self._seats),
            *console_pages.routes(self._guards),
            *oversight_pages.routes(self._workplace, ground.config.assistant),
            *experiment_pages.routes(self._guards, ground.database, ground.writer, ground.clock),
            *risk_page.routes(self._guards, ground.database, ground.config.assistant, ground.config.handoff),
            *self._knowledge.routes(self._guards),
            *sign_in.routes(),
            *api_routes.routes(),
            Mount("/assets/core", FreshFiles(directory=SHARED_FILES), name="shared-assets"),
            Route(BRAND_CSS, self._brand_css),
            Route("/", lambda _request: RedirectResponse("/console", 303)),
        ]

    def _checks(self) -> dict[str, health.Check]:
        ground = self._ground
        return {
            "database": lambda: ground.database.read(lambda connection: connection.execute(text("SELECT 1"))),
            "writer": lambda: ground.writer.run(lambda tx: None),
            "index": self._knowledge.check,
            "loops": self._loops.check,
        }

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Start the loops; at the end stop them. What they had begun stays rows."""
        ground = self._ground
        if ground.database.dialect == "sqlite":
            await ground.writer.run(release_claims)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._knowledge.open())
            judge, taker = await stack.enter_async_context(self._open_taker())
            take = counted(taker.take, ground.database, self._metrics)
            runner = TurnRunner(ground.writer, ground.bus, take, taker.give_up, self._worker)
            await stack.enter_async_context(self._loops.running(self._starts(runner, judge)))
            yield

    @asynccontextmanager
    async def _open_taker(self) -> AsyncIterator[tuple[Judge, TurnTaker]]:
        """Whoever judges and takes turns, with its connections to models."""
        ground, settings, brand = self._ground, self._ground.config.assistant, self._ground.config.widget.brand.name
        async with turns.open_provider(settings, os.environ) as provider:
            judge = await self._knowledge.open_judge(provider, settings, brand)
            recorder = Recorder(self._desk, settings, brand, self._worker)
            yield judge, TurnTaker(ground.database, ground.writer, ground.bus, judge, recorder)

    def _starts(self, runner: TurnRunner, judge: Judge) -> dict[str, Start]:
        ground = self._ground
        sweep = Sweep(ground.database, ground.writer, ground.bus, ground.clock, self._desk)
        starts: dict[str, Start] = {
            "turns": runner.run,
            "queue": sweep.run,
            "inbox": self._inbox.run,
            "presence": self._seats.run,
            "names": lambda: self._directory.follow(ground.bus),
            "calibration": lambda: calibrated.follow(ground.database, ground.bus, ground.config.assistant, judge),
            "indexing": self._knowledge.run,
            "generation": self._knowledge.follow,
        }
        if isinstance(ground.bus, RedisBus):
            starts["notices"] = ground.bus.listen
        return starts

    async def _brand_css(self, _request: Request) -> Response:
        """The owner's hue, for the pages of the staff."""
        hue = self._ground.config.widget.brand.hue
        return Response(f":root {{ --baton-hue: {hue:g}; }}\n", media_type="text/css")

    async def _problem(self, request: Request, problem: Exception) -> Response:
        """A page for people whose browser asks for one, else the problem as programs read it."""
        assert isinstance(problem, Problem)
        wants_page = not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")
        if wants_page and problem.status in (403, 404, 429, 503):
            return Templates().page("error.html", status=problem.status, detail=problem.detail)
        return problem.response()

    async def _unavailable(self, request: Request, error: Exception) -> Response:
        """Also for a socket that was not accepted yet."""
        log.warning("%s could not be served: %s", request.url.path, error)
        return await self._problem(request, unavailable(error))

    async def _not_found(self, request: Request, _error: Exception) -> Response:
        if request.url.path.startswith("/api/"):
            return Problem(404, "not_found", f"There is nothing at {request.url.path}.").response()
        return Templates().page("error.html", status=404)

    async def _our_fault(self, request: Request, error: Exception) -> Response:
        log.error("%s %s failed.", request.method, request.url.path, exc_info=error)
        detail = "Something went wrong on our side. It is in the server's log; try again in a moment."
        return Problem(500, "internal", detail).response()
