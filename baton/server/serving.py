"""Running the server: one process that owns its data folder, or several that share PostgreSQL, Redis and Chroma."""

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import structlog
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from baton.core.errors import BatonError, ConfigurationError
from baton.core.web import Problem, answer_problem
from baton.server.app import Application
from baton.server.collecting import collect_seldom
from baton.server.config import Config
from baton.server.ground import Ground, open_ground
from baton.server.knowledge import Knowledge
from baton.server.owner import Lock, own_folder
from baton.server.remote_index import owner_routes
from baton.server.sockets import FramesTogether
from baton.server.workers import Workers

FRAME_BYTES = 64 * 1024
PING_SECONDS = 4
GRACE_SECONDS = 4
"""Open connections get this long after SIGTERM; with the loops' end it stays under ten seconds."""

log = logging.getLogger(__name__)

Announce = Callable[[str], None]
"""Called with the server's address once it answers."""
ExtraRoutes = Callable[[Ground], list[BaseRoute]]


class Server(uvicorn.Server):
    """Ends on SIGTERM and SIGINT as asked, and is then done: the signal is not raised a second time."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        collect_seldom()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        wanted = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in wanted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class InnerServer(uvicorn.Server):
    """A server beside the main one; it ends when it is told."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(config: Config, config_file: Path | None, data: Path, announce: Announce) -> None:
    """Serve until SIGTERM. Raises FolderInUse, ConfigurationError, BatonError when the port is taken."""
    set_up_logging(config.server.log_level)
    if config.server.workers > 1:
        return _serve_many(config, config_file, data, announce)
    serve_one(config, data, announce)


def serve_one(config: Config, data: Path, announce: Announce, extra: ExtraRoutes | None = None) -> None:
    """One process, which owns the folder."""
    with own_folder(data) as lock, open_ground(config, data, serving=True) as ground, ExitStack() as places:
        listening = places.enter_context(bind(config.server.host, config.server.port))
        owner = places.enter_context(bind("127.0.0.1", 0))
        operations = places.enter_context(_bind_operations(config))
        uvloop.run(_run(ground, lock, (listening, owner, operations), announce, extra))


def _serve_many(config: Config, config_file: Path | None, data: Path, announce: Announce) -> None:
    """Several processes on one socket; what would keep each of them from starting is said once, before any does."""
    check_many(config)
    with open_ground(config, data, serving=True):
        listening = bind(config.server.host, config.server.port)
    with listening:
        address = address_of(listening)
        Workers(config.server.workers, listening, config_file, data, lambda: announce(address)).run()


def check_many(config: Config) -> None:
    """Raises ConfigurationError naming what several workers lack."""
    lacking = [
        name
        for name, is_missing in (
            ("PostgreSQL (database.url)", config.database.url.startswith("sqlite")),
            ("Redis (bus.url)", config.bus.url == "local"),
            ("a Chroma server (knowledge.index_url)", config.knowledge.index_url is None),
        )
        if is_missing
    ]
    if lacking:
        raise ConfigurationError(f"server.workers is {config.server.workers}, which needs {' and '.join(lacking)}.")


def bind(host: str, port: int, named_by: str = "--port") -> socket.socket:
    """A listening socket. Raises BatonError that says why not, and which setting to change."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise BatonError(
            f"{host}:{port} can't be listened on: {error.strerror}. Name another with {named_by}."
        ) from error
    listening.listen(2048)
    listening.setblocking(False)
    return listening


async def _run(
    ground: Ground,
    lock: Lock,
    places: tuple[socket.socket, socket.socket, socket.socket | None],
    announce: Announce,
    extra: ExtraRoutes | None,
) -> None:
    """The main server, the inner one that other commands on this folder speak to, and the one of figures."""
    listening, owner, operations = places
    knowledge = Knowledge(ground)
    application = Application(ground, knowledge, extra(ground) if extra else None)
    owner_app = Starlette(
        routes=owner_routes(lock, ground.bus, knowledge.index), exception_handlers={Problem: answer_problem}
    )
    lock.announce(owner.getsockname()[1], address_of(listening))
    beside = [(owner_app, owner), (application.operations, operations)]
    await _serve_all(application, ground.config, listening, beside, announce)


async def _serve_all(
    application: Application,
    config: Config,
    listening: socket.socket,
    beside: list[tuple[Starlette, socket.socket | None]],
    announce: Announce | None = None,
) -> None:
    """The main server until its end, and with it those beside it. Raises BatonError when it did not start."""
    server = Server(_uvicorn_config(application.asgi, config))
    inner = [
        (InnerServer(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none")), place)
        for app, place in beside
        if place is not None
    ]
    async with asyncio.TaskGroup() as tasks:
        serving = [tasks.create_task(one.serve([place])) for one, place in inner]
        telling = tasks.create_task(_tell(server, address_of(listening), announce)) if announce else None
        try:
            await server.serve([listening])
        finally:
            for one, _ in inner:
                one.should_exit = True
            if telling:
                telling.cancel()
        await asyncio.gather(*serving)
    if not server.started:
        raise BatonError("The server did not start; the lines above say why.")


@contextlib.contextmanager
def _bind_operations(config: Config, worker: int = 0) -> Iterator[socket.socket | None]:
    """Where `/metrics` is served, if anywhere. Each worker has a port of its own, from the first one's up."""
    settings = config.server
    if settings.operations_port is None:
        yield None
        return
    port = settings.operations_port + worker if settings.operations_port else 0
    with bind(settings.operations_host, port, "server.operations_port") as listening:
        log.info("Metrics are at %s/metrics.", address_of(listening))
        yield listening


def _uvicorn_config(app: Starlette, config: Config) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws=FramesTogether,
        ws_max_size=FRAME_BYTES,
        ws_per_message_deflate=False,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        forwarded_allow_ips=config.server.trusted_proxies,
        log_config=None,
        access_log=False,
        server_header=False,
    )


async def _tell(server: uvicorn.Server, address: str, announce: Announce) -> None:
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    announce(address)


def address_of(listening: socket.socket) -> str:
    """The address as a browser on this machine opens it."""
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def serve_worker(config: Config, data: Path, listening: socket.socket, number: int) -> None:
    """One of several processes on the same socket, counted from 0."""
    set_up_logging(config.server.log_level)
    with open_ground(config, data, serving=True) as ground:
        application = Application(ground, Knowledge(ground))
        with _bind_operations(config, number) as operations:
            uvloop.run(_serve_all(application, config, listening, [(application.operations, operations)]))


def set_up_logging(level: str) -> None:
    """Lines on standard error; what libraries say of ordinary refusals is left out."""
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr, force=True
    )
    for name in ("uvicorn.error", "uvicorn.access", "httpx", "httpx2", "chromadb", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, structlog.processors.KeyValueRenderer(key_order=["event"])],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
