"""G19: acknowledged messages that are missing or doubled after the server was killed under load.

`python -m benchmarks.g19`. Visitors send as fast as they are acknowledged; the server is killed with SIGKILL at a
random moment and started again on the same folder, where each visitor sends its open message once more under the same
`client_id`. At the end every visitor reads its conversation from the first entry and counts for itself.
"""

import argparse
import asyncio
import json
import random
import tempfile
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from benchmarks.load.processes import Server, baton_command, free_port, start
from benchmarks.load.report import Goal, tell
from benchmarks.load.servers import ASK_PERSON, WITHOUT_LIMITS, machine

ANSWER_SECONDS = 20.0


@dataclass(slots=True)
class Visitor:
    """Sends, and remembers what it was promised: `acknowledged` is client_id to seq."""

    url: str
    token: str | None = None
    conversation: str | None = None
    acknowledged: dict[str, int] = field(default_factory=dict)
    open_message: str | None = None
    resent: int = 0

    async def send_until_cut(self) -> None:
        """Connect and send until the line is dead."""
        try:
            async with self._connected() as socket:
                while True:
                    await self._send_one(socket)
        except (OSError, WebSocketException, TimeoutError):
            return

    async def settle(self) -> None:
        """Have the message acknowledged that was open when the line was cut."""
        if self.open_message is not None:
            async with self._connected() as socket:
                await self._send_one(socket)

    async def read_all(self) -> Counter[tuple[str, int]]:
        """How often each (client_id, seq) of a message stands in the log, from its first entry."""
        seen: Counter[tuple[str, int]] = Counter()
        async with self._connected(after=0) as socket:
            while True:
                frame = await _receive(socket)
                if frame["type"] == "state":
                    return seen
                if (
                    frame["type"] == "event"
                    and frame["kind"] == "message.added"
                    and frame["author"]["kind"] == "visitor"
                ):
                    seen[frame["body"]["client_id"], frame["seq"]] += 1

    async def _send_one(self, socket: ClientConnection) -> None:
        if self.open_message is None:
            self.open_message = str(uuid.uuid4())
        else:
            self.resent += 1
        message = {"type": "message.send", "client_id": self.open_message, "text": "hello, where is my order?"}
        await socket.send(json.dumps(message))
        ack = await _wait_for(socket, "ack", self.open_message)
        self.acknowledged[self.open_message] = ack["seq"]
        self.open_message = None

    @asynccontextmanager
    async def _connected(self, after: int | None = None) -> AsyncIterator[ClientConnection]:
        """Greeted. The first time a person is asked for, so that no turn is taken; then it goes on after `after`."""
        newest = max(self.acknowledged.values(), default=0) if after is None else after
        hello = {"type": "hello", "token": self.token, "conversation": self.conversation, "after": newest}
        async with connect(self.url, subprotocols=[Subprotocol("baton.v1")], proxy=None, max_queue=None) as socket:
            await socket.send(json.dumps(hello | {"locale": "en"}))
            welcome = await _wait_for(socket, "welcome")
            if self.token is None:
                await socket.send(ASK_PERSON)
                await _wait_for(socket, "ack")
            self.token, self.conversation = welcome["token"], welcome["conversation"]
            yield socket


@dataclass(frozen=True, slots=True)
class Account:
    """What all visitors together found."""

    kills: int
    acknowledged: int
    resent: int
    missing: int
    doubled: int


async def run(visitors: int, kills: int, seconds: float, folder: Path) -> Account:
    """Load, kill and start again `kills` times, then count."""
    port = free_port()
    people = [Visitor(f"ws://127.0.0.1:{port}/ws/visitor") for _ in range(visitors)]
    server = await _start(folder, port)
    try:
        for _ in range(kills):
            await _load_and_kill(server, people, seconds)
            server = await _start(folder, port)
        await asyncio.gather(*(one.settle() for one in people))
        seen = await asyncio.gather(*(one.read_all() for one in people))
    finally:
        await asyncio.to_thread(server.stop)
    return count(people, seen, kills)


def count(people: Sequence[Visitor], seen: Sequence[Counter[tuple[str, int]]], kills: int) -> Account:
    """Missing: acknowledged, and not in the log under that `seq`. Doubled: in the log more than once."""
    missing = doubled = 0
    for one, log in zip(people, seen, strict=True):
        missing += sum(log[promise] == 0 for promise in one.acknowledged.items())
        times = Counter(client_id for client_id, _ in log.elements())
        doubled += sum(number - 1 for number in times.values())
    promised = sum(len(one.acknowledged) for one in people)
    return Account(kills, promised, sum(one.resent for one in people), missing, doubled)


async def _load_and_kill(server: Server, people: Sequence[Visitor], seconds: float) -> None:
    sending = asyncio.gather(*(one.send_until_cut() for one in people))
    await asyncio.sleep(random.uniform(0.3, 1.0) * seconds)
    await asyncio.to_thread(server.kill)
    await sending


async def _start(folder: Path, port: int) -> Server:
    command = baton_command(folder / "data", port)
    return await asyncio.to_thread(start, command, port, folder / "baton.log", WITHOUT_LIMITS)


async def _receive(socket: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(ANSWER_SECONDS):
        frame: dict[str, Any] = json.loads(await socket.recv())
    return frame


async def _wait_for(socket: ClientConnection, type: str, client_id: str | None = None) -> dict[str, Any]:
    while True:
        frame = await _receive(socket)
        if frame["type"] == type and client_id in (None, frame.get("client_id")):
            return frame


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=20, choices=range(1, 101), metavar="1..100")
    parser.add_argument("--kills", type=int, default=5, choices=range(1, 51), metavar="1..50")
    parser.add_argument("--seconds", type=float, default=3.0, help="of load before each kill, at most 20")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    details = {"machine": machine()}
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(run(options.visitors, options.kills, min(options.seconds, 20.0), Path(folder)))
    goals = [
        Goal("G19", "acknowledged messages missing", found.missing, "most", 0, 0),
        Goal("G19", "messages doubled", found.doubled, "most", 0, 0),
    ]
    row = {"kills": found.kills, "acknowledged": found.acknowledged, "sent again": found.resent}
    tell(goals, details, [row], options.json)


if __name__ == "__main__":
    main()
