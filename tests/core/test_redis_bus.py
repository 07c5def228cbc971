"""Notices between two buses on a real Redis."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from baton.core.bus import WAKE, Notice, Subscription
from baton.core.redis_bus import ANSWER_SECONDS, MOST_WAITING, RedisBus

DEADLINE = 20


@dataclass
class SlowLine:
    """A line to Redis that passes nothing on while `is_open` is not set."""

    url: str
    is_open: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def slow_line(redis_url: str) -> AsyncIterator[SlowLine]:
    redis, lines = urlsplit(redis_url), list[asyncio.StreamWriter]()

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await source.read(65536):
                await line.is_open.wait()
                sink.write(data)
                await sink.drain()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, onward = await asyncio.open_connection(redis.hostname, redis.port)
        lines.extend([writer, onward])
        await asyncio.gather(pump(reader, onward), pump(there, writer))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    line = SlowLine(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}{redis.path}")
    try:
        yield line
    finally:
        line.is_open.set()
        server.close()
        for writer in lines:
            writer.close()


async def until(notices: Subscription, topic: str) -> Notice:
    while (notice := await anext(notices)).topic != topic:
        continue
    return notice


async def heard(here: RedisBus, notices: Subscription, topic: str) -> Notice:
    """Published by one bus again and again, until the other listens and has it."""
    async with asyncio.timeout(DEADLINE):
        while True:
            here.publish(topic, {"seq": 3, "events": [object()]})
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    return await until(notices, topic)


async def test_a_notice_reaches_the_other_process_without_the_events(redis_url: str) -> None:
    channel = f"baton:test:{secrets.token_hex(6)}"
    here, there = RedisBus(redis_url, channel), RedisBus(redis_url, channel)
    async with there.subscribe("inbox", "conversation:cnv_1") as notices, asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(there.listen())
        received = await heard(here, notices, "conversation:cnv_1")
        listening.cancel()
    assert (received.topic, received.payload) == ("conversation:cnv_1", {"seq": 3})
    here.close()
    there.close()


async def test_a_redis_that_hangs_holds_nobody_up_and_later_others_look_at_the_log(redis_url: str) -> None:
    channel = f"baton:test:{secrets.token_hex(6)}"
    there = RedisBus(redis_url, channel)
    async with slow_line(redis_url) as line, there.subscribe("inbox") as notices, asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(there.listen())
        line.is_open.set()
        here = RedisBus(line.url, channel)
        await heard(here, notices, "inbox")
        line.is_open.clear()
        async with here.subscribe("inbox") as own:
            for number in range(2 * MOST_WAITING + 2):  # as many as fit may be on their way already
                started = time.monotonic()
                here.publish("inbox", {"number": number})
                assert time.monotonic() - started < ANSWER_SECONDS / 2
                assert (await anext(own)).payload == {"number": number}
        line.is_open.set()
        async with asyncio.timeout(DEADLINE):
            await until(notices, WAKE)
            here.publish("inbox", {"number": -1})
            while (await until(notices, "inbox")).payload != {"number": -1}:
                continue
        listening.cancel()
        await asyncio.to_thread(here.close)
    there.close()
