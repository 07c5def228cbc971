"""Requests to draft for, and the two servers that speak the protocols: aimock, and one that sends any bytes."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from baton.assistant.providers.protocol import DraftRequest
from baton.knowledge.search import Passage, Utterance
from tests.requirements import require

HERE = Path(__file__).parent
AIMOCK = HERE.parents[2] / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"

SHIPPING = "Parcels to Norway cost €14 and take 4–6 working days. Parcels within Germany are free from €60."
RETURNS = "You can send a parcel back within 30 days.\nThe label is in the box."


def make_passage(
    text: str, title: str = "Shipping", place: str = "Shipping › Abroad", url: str | None = None
) -> Passage:
    """A passage as search would find it."""
    return Passage(
        chunk=f"chk_{title}",
        document=f"doc_{title}",
        external_id=None,
        title=title,
        url=url,
        place=place,
        text=text,
        audience="public",
        version=1,
        score=0.8,
        dense=0.7,
        lexical=0.6,
        dense_rank=1,
        lexical_rank=1,
        sentences=(),
    )


@pytest.fixture
def make_request() -> Callable[..., DraftRequest]:
    """A request over two passages about shipping and returns, unless told otherwise."""

    def make(
        question: str = "What does shipping to Norway cost?",
        *,
        texts: tuple[str, ...] = (SHIPPING, RETURNS),
        history: tuple[Utterance, ...] = (),
        language: str = "en",
        guidance: str | None = None,
        title: str = "Shipping",
        url: str | None = None,
    ) -> DraftRequest:
        passages = tuple(make_passage(text, title, url=url) for text in texts)
        return DraftRequest(question, history, passages, "Fjell & Fern", language, guidance)

    return make


class Aimock:
    """A running aimock: scripted by fixtures, and remembering what it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._control = httpx2.Client(base_url=f"{url}/__aimock", timeout=10)

    def answer(self, content: object, **more: Any) -> None:
        """Whatever is asked, the next matching fixture says this; first scripted, first matched."""
        text = content if isinstance(content, str) else json.dumps(content)
        self.script({"match": {"userMessage": "boundary"}, "response": {"content": text}} | more)

    def refuse(self, status: int, *, times: int | None = None, retry_after: float = 0) -> None:
        """Answers with an error, each time or for the first so many requests."""
        error = {"error": {"message": "no", "type": "server_error"}, "status": status, "retryAfter": retry_after}
        for index in [None] if times is None else range(times):
            match: dict[str, object] = {"userMessage": "boundary"}
            self.script({"match": match if index is None else match | {"sequenceIndex": index}, "response": error})

    def script(self, *fixtures: dict[str, object]) -> None:
        """Adds fixtures in aimock's own form."""
        self._control.post("/fixtures", json={"fixtures": list(fixtures)}).raise_for_status()

    def misbehave(self, **rates: float) -> None:
        """Sets aimock's chaos for every request until the next reset."""
        self._control.post("/chaos", json=rates).raise_for_status()

    def requests(self) -> list[dict[str, Any]]:
        """What it was asked, oldest first."""
        answer: list[dict[str, Any]] = self._control.get("/journal").json()
        return answer

    def reset(self) -> None:
        """Forgets fixtures, chaos and requests."""
        self._control.post("/reset").raise_for_status()
        self._control.delete("/chaos").raise_for_status()

    def close(self) -> None:
        """Lets the control connection go."""
        self._control.close()


@pytest.fixture(scope="session")
def aimock_server() -> Iterator[Aimock]:
    """One server for the whole run, on a free port."""
    if not AIMOCK.exists() or shutil.which("node") is None:
        require("aimock", "Node or node_modules is missing; with Node and npm on the path, run scripts/setup --dev")
    command = ["node", str(AIMOCK), "--port", "0", "--fixtures", str(HERE / "aimock"), "--log-level", "info"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            server = Aimock(_address(process))
            yield server
            server.close()
        finally:
            process.terminate()


@pytest.fixture
def aimock(aimock_server: Aimock) -> Aimock:
    """The server with nothing scripted and nothing remembered."""
    aimock_server.reset()
    return aimock_server


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found:
            return found[0]
    raise AssertionError("aimock ended before it listened")


@dataclass
class Wire:
    """A server that answers every request with the same bytes, then hangs up."""

    url: str
    requests: int = 0


@pytest.fixture
def wire() -> Callable[[bytes], AbstractAsyncContextManager[Wire]]:
    """For what aimock can't do: chunks that are no JSON, streams that end without an end."""

    @asynccontextmanager
    async def serve(body: bytes) -> AsyncIterator[Wire]:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            await reader.readexactly(int(length[1]) if length else 0)
            seen.requests += 1
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n" + body)
            await writer.drain()
            writer.close()
            await writer.wait_closed()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()[:2]
        seen = Wire(f"http://{host}:{port}")
        async with server:
            yield seen

    return serve


@pytest.fixture
def unused_port() -> int:
    """A port of loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
