"""The queue's runner: notices that may have been lost make it look at the rows, and break nothing."""

import asyncio
from pathlib import Path

from sqlmodel import SQLModel

import baton.server.tables  # noqa: F401  (defines every table)
from baton.assistant.conversations import Arrival, receive
from baton.assistant.runner import TurnRunner
from baton.core.bus import LocalBus
from baton.core.clock import SystemClock
from baton.core.database import open_database
from baton.core.heads import HeadFile
from baton.core.keys import load_keys
from baton.core.writer import Writer


async def test_a_wake_up_call_makes_it_look_and_it_goes_on(tmp_path: Path) -> None:
    database, bus = open_database("sqlite", tmp_path), LocalBus()
    SQLModel.metadata.create_all(database.writing)
    writer = Writer(database, load_keys(tmp_path / "k"), SystemClock(), bus, HeadFile(tmp_path / "heads"))
    writer.start()
    taken: asyncio.Queue[str] = asyncio.Queue()
    runner = TurnRunner(writer, bus, taken.put, lambda _tx, _turn: None, "me")
    running = asyncio.create_task(runner.run())
    async with asyncio.timeout(10):
        for number, worker in enumerate(["me", None, "me"]):
            bus.wake_all()
            conversation = f"cnv_{number}"
            arrival = Arrival(f"vis_{number}")
            await writer.run(lambda tx, c=conversation, a=arrival, w=worker: receive(tx, c, a, "hello", "m1", w))  # type: ignore[misc]
            bus.wake_all()
            await taken.get()
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    writer.close()
    database.close()
