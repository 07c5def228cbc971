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
        """Start again whenever it fails; a loop that lasts longer than the pause counts as up."""
        while True:
            lasts = asyncio.get_running_loop().call_later(self._pause_seconds, self._down.pop, name, None)
            try:
                await start()
                self._down[name] = "it ended"
            except Exception as error:
                log.exception("The loop %r failed and is started again.", name)
                self._down[name] = f"{type(error).__name__}: {error}"
            finally:
                lasts.cancel()
            await asyncio.sleep(self._pause_seconds)
