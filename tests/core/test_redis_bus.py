"""Notices between two buses on a real Redis."""

import asyncio
import secrets

from baton.core.bus import Notice
from baton.core.redis_bus import RedisBus


async def test_a_notice_reaches_the_other_process_without_the_events(redis_url: str) -> None:
    channel = f"baton:test:{secrets.token_hex(6)}"
    here, there = RedisBus(redis_url, channel), RedisBus(redis_url, channel)
    async with there.subscribe("inbox", "conversation:cnv_1") as notices, asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(there.listen())
        async with asyncio.timeout(10):
            received: Notice | None = None
            while received is None:
                here.publish("conversation:cnv_1", {"seq": 3, "events": [object()]})
                try:
                    async with asyncio.timeout(0.2):
                        received = await anext(notices)
                except TimeoutError:
                    continue
        listening.cancel()
    assert (received.topic, received.payload) == ("conversation:cnv_1", {"seq": 3})
    here.close()
    there.close()
