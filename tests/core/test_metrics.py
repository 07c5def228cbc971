"""What Prometheus reads: what happened is counted, what is now is read when it asks."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from baton.core.metrics import Counts, CountSockets, Metrics, routes

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read(text: str) -> Samples:
    """(name, labels) to value."""
    families = text_string_to_metric_families(text)
    return {(one.name, tuple(one.labels.items())): one.value for family in families for one in family.samples}


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def http(metrics: Metrics) -> AsyncIterator[httpx2.AsyncClient]:
    async def count() -> Counts:
        return Counts(3, {"indexed": 7, "failed": 1})

    transport = httpx2.ASGITransport(Starlette(routes=routes(metrics, count)))
    async with httpx2.AsyncClient(transport=transport, base_url="http://operations") as client:
        yield client


async def test_what_happened_and_what_is_now_are_told(metrics: Metrics, http: httpx2.AsyncClient) -> None:
    metrics.committed(3, 5, 0.004)
    metrics.committed(1, 0, 0.001)
    metrics.turn_taken("answer", 0.03)
    answer = await http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    samples = read(answer.text)
    assert samples["baton_turns_total", (("decision", "answer"),)] == 1
    assert samples["baton_turn_seconds_count", ()] == 1
    assert samples["baton_events_written_total", ()] == 5
    assert (samples["baton_commit_units_sum", ()], samples["baton_commit_units_count", ()]) == (4, 2)
    assert samples["baton_commit_seconds_count", ()] == 2
    assert samples["baton_sockets_open", (("kind", "visitor"),)] == 0
    assert samples["baton_handoffs_waiting", ()] == 3
    assert samples["baton_documents", (("status", "failed"),)] == 1


def test_a_status_that_no_document_has_any_more_is_gone(metrics: Metrics) -> None:
    metrics.exposition(Counts(0, {"failed": 1}))
    samples = read(metrics.exposition(Counts(0, {"indexed": 1})).decode())
    assert ("baton_documents", (("status", "failed"),)) not in samples


@pytest.mark.parametrize("is_accepted", [True, False])
async def test_a_socket_counts_from_its_handshake_to_its_end(metrics: Metrics, is_accepted: bool) -> None:
    def open_now() -> float:
        return read(metrics.exposition(Counts(0, {})).decode())["baton_sockets_open", (("kind", "agent"),)]

    async def app(_scope: object, _receive: object, send: object) -> None:
        await send({"type": "websocket.accept" if is_accepted else "websocket.close"})  # type: ignore[operator]
        seen.append(open_now())
        raise RuntimeError("cut off")

    async def ignore(_message: object = None) -> None:
        return None

    seen: list[float] = []
    with pytest.raises(RuntimeError, match="cut off"):
        await CountSockets(app, metrics)({"type": "websocket", "path": "/ws/agent"}, ignore, ignore)  # type: ignore[arg-type]
    assert (seen, open_now()) == ([1.0 if is_accepted else 0.0], 0.0)


def test_two_applications_in_one_process_share_no_figures(metrics: Metrics) -> None:
    other = Metrics()
    other.turn_taken("answer", 1)
    assert b'decision="answer"' not in metrics.exposition(Counts(0, {}))
