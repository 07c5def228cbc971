"""The loops beside the server: each is started again when it fails, and `/readyz` tells while one is down."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

AGAIN_AFTER_SECONDS = 1.0
log = logging.getLogger(__name__)

Start = Callable[[], Coroutine[Any, Any, None]]


class Loops:
    """Loops by name. None of them ever ends by itself; one that does, or raises, has failed."""

    def __init__(self, pause_seconds: float = AGAIN_AFTER_SECONDS) -> None:
        self._pause_seconds = pause_seconds
        self._down: dict[str, str] = {}

    @asynccontextmanager
    async def running(self, starts: dict[str, Start]) -> AsyncIterator[None]:
        """Run them all until the block is left."""
        async with asyncio.TaskGroup() as tasks:
            kept = [tasks.create_task(self._keep(name, start)) for name, start in starts.items()]
            try:
                yield
            finally:
                for task in kept:
                    task.cancel()

    def is_down(self, name: str) -> bool:
        """Whether this loop failed and has not lasted since."""
        return name in self._down

    async def check(self) -> None:
        """Raises RuntimeError naming the loops that are down."""
        if self._down:
            raise RuntimeError("; ".join(f"{name}: {fault}" for name, fault in self._down.items()))

    async def _keep(self, name: str, start: Start) -> None:
        while True:
            running = asyncio.create_task(start())
            await self._watch(name, running)
            error = running.exception()
            log.error("The loop %r failed and is started again.", name, exc_info=error)
            self._down[name] = f"{type(error).__name__}: {error}" if error else "it ended"
            await asyncio.sleep(self._pause_seconds)

    async def _watch(self, name: str, running: asyncio.Task[None]) -> None:
        """Wait for its end; a loop that lasts longer than the pause is up again."""
        try:
            done, _ = await asyncio.wait([running], timeout=self._pause_seconds)
            if not done:
                self._down.pop(name, None)
                await asyncio.wait([running])
        except asyncio.CancelledError:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            raise
