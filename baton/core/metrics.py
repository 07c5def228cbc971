"""What Prometheus is told of one process: counters and histograms fed as things happen, gauges read when it asks."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SOCKETS = {"/ws/visitor": "visitor", "/ws/agent": "agent"}
TURN_SECONDS = (0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30)
COMMIT_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1)
BATCH_UNITS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True, slots=True)
class Counts:
    """What the rows say now."""

    handoffs_waiting: int
    documents: Mapping[str, int]


class Metrics:
    """The figures of one process, in a registry of their own."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self._turns = Counter("baton_turns", "Turns by what was decided.", ["decision"], registry=registry)
        self._turn_seconds = Histogram(
            "baton_turn_seconds", "From taking a turn to its record.", buckets=TURN_SECONDS, registry=registry
        )
        self._events = Counter("baton_events_written", "Entries written to logs.", registry=registry)
        self._batch = Histogram(
            "baton_commit_units", "Units of work in one transaction.", buckets=BATCH_UNITS, registry=registry
        )
        self._commit_seconds = Histogram(
            "baton_commit_seconds", "Seconds of one transaction.", buckets=COMMIT_SECONDS, registry=registry
        )
        self._sockets = Gauge("baton_sockets_open", "Open sockets by whose they are.", ["kind"], registry=registry)
        self._waiting = Gauge("baton_handoffs_waiting", "Visitors who wait for a person.", registry=registry)
        self._documents = Gauge("baton_documents", "Documents by status.", ["status"], registry=registry)
        for kind in SOCKETS.values():
            self._sockets.labels(kind)

    def committed(self, units: int, entries: int, seconds: float) -> None:
        """One transaction of the writer."""
        self._batch.observe(units)
        self._events.inc(entries)
        self._commit_seconds.observe(seconds)

    def turn_taken(self, decision: str, seconds: float) -> None:
        """One turn; `decision` is "superseded" for one that lost the word."""
        self._turns.labels(decision).inc()
        self._turn_seconds.observe(seconds)

    def socket_opened(self, kind: str) -> None:
        self._sockets.labels(kind).inc()

    def socket_closed(self, kind: str) -> None:
        self._sockets.labels(kind).dec()

    def exposition(self, counts: Counts) -> bytes:
        """Everything as text, the gauges as of now."""
        self._waiting.set(counts.handoffs_waiting)
        self._documents.clear()
        for status, number in counts.documents.items():
            self._documents.labels(status).set(number)
        return generate_latest(self.registry)


def routes(metrics: Metrics, count: Callable[[], Awaitable[Counts]]) -> list[BaseRoute]:
    """`/metrics`, for the operations address alone."""

    async def show(_request: Request) -> Response:
        return Response(metrics.exposition(await count()), headers={"content-type": CONTENT_TYPE_PLAIN_0_0_4})

    return [Route("/metrics", show)]


class CountSockets:
    """Counts sockets from their handshake to their end; a refused one is never counted."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = SOCKETS.get(scope["path"]) if scope["type"] == "websocket" else None
        if kind is None:
            await self._app(scope, receive, send)
            return
        is_open = False

        async def send_counted(message: Message) -> None:
            nonlocal is_open
            await send(message)
            if message["type"] == "websocket.accept" and not is_open:
                is_open = True
                self._metrics.socket_opened(kind)

        try:
            await self._app(scope, receive, send_counted)
        finally:
            if is_open:
                self._metrics.socket_closed(kind)
