"""A loop that fails is started again, and until it lasts the process says that it is not ready."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from baton.server.loops import Loops


async def test_a_loop_that_fails_is_started_again_and_named_meanwhile() -> None:
    loops, starts, up = Loops(pause_seconds=0.05), 0, asyncio.Event()

    async def fails_once() -> None:
        nonlocal starts
        starts += 1
        if starts == 1:
            raise ValueError("broken")
        up.set()
        await asyncio.Event().wait()

    async with loops.running({"turns": fails_once}), asyncio.timeout(5):
        async for is_down in _seen(loops):
            if is_down:
                break
        with pytest.raises(RuntimeError, match="turns: ValueError: broken"):
            await loops.check()
        await up.wait()
        async for is_down in _seen(loops):
            if not is_down:
                break
        await loops.check()
    assert starts == 2


async def _seen(loops: Loops) -> AsyncIterator[bool]:
    """What is known of the loop, again and again, between turns of the event loop."""
    while True:
        yield loops.is_down("turns")
        await asyncio.to_thread(lambda: None)
