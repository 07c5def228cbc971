"""The parent's side of reading: one child process, replaced when it dies, hangs or has read enough."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass

import orjson

from baton.knowledge.reading.blocks import Reading, Unreadable, from_json

_READ_BEFORE_REPLACED = 500
_LONGEST_ANSWER = 64 * 1024 * 1024
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV")
_EMPTY = Unreadable("empty", "That file is empty. Check that it was saved, and add it again.")
_DIED = Unreadable(
    "broken", "That file can't be read: it is damaged, or needs more memory than is allowed. Add a simpler version."
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take."""

    seconds: int = 60
    memory_mb: int = 1024
    megabytes: int = 25


class Reader:
    """Reads one file at a time in a child process. Close it when done."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._child: Process | None = None
        self._reads = 0
        self._turn = asyncio.Lock()

    @property
    def child_pid(self) -> int | None:
        """The process that reads, while there is one."""
        return self._child.pid if self._child else None

    async def read(self, content: bytes, kind: str, title: str) -> Reading | Unreadable:
        """The document in `content`. What can't be read is a value; `title` is used when the file states none."""
        problem = self._refusal(content)
        if problem is not None:
            return problem
        async with self._turn:
            return await self._ask({"kind": kind, "title": title, "size": len(content)}, content)

    async def close(self) -> None:
        """End the child."""
        async with self._turn:
            await self._end_child()

    def _refusal(self, content: bytes) -> Unreadable | None:
        if not content.strip():
            return _EMPTY
        if len(content) > self._limits.megabytes * 1_000_000:
            return too_large(self._limits.megabytes)
        return None

    async def _ask(self, request: dict[str, str | int], content: bytes) -> Reading | Unreadable:
        child = await self._ready_child()
        try:
            async with asyncio.timeout(self._limits.seconds):
                answer = await _exchange(child, orjson.dumps(request) + b"\n" + content)
        except TimeoutError:
            await self._end_child()
            return _took_too_long(self._limits.seconds)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await self._end_child()
            return _DIED
        except asyncio.CancelledError:
            await self._end_child()
            raise
        return from_json(orjson.loads(answer))

    async def _ready_child(self) -> Process:
        if self._child is None or self._child.returncode is not None or self._reads >= _READ_BEFORE_REPLACED:
            await self._end_child()
            self._child = await self._start()
            self._reads = 0
        self._reads += 1
        return self._child

    async def _start(self) -> Process:
        command = (sys.executable, "-P", "-m", "baton.knowledge.reading.child")
        numbers = (str(self._limits.memory_mb), str(self._limits.seconds))
        environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        return await asyncio.create_subprocess_exec(
            *command, *numbers, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment, limit=_LONGEST_ANSWER
        )

    async def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if child.returncode is None:
            child.kill()
        await child.communicate()


async def _exchange(child: Process, request: bytes) -> bytes:
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(request)
    await child.stdin.drain()
    return await child.stdout.readuntil(b"\n")


def too_large(megabytes: int) -> Unreadable:
    """What to say of a file over the limit."""
    return Unreadable(
        "too_large",
        f"That file is larger than {megabytes} MB. Split it and add the parts, or raise knowledge.max_file_mb.",
    )


def title_of(name: str) -> str:
    """A title made of a file name: `how_to-return.md` is "How to return"."""
    stem = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    words = " ".join(stem.replace("_", " ").replace("-", " ").split())
    return words[:1].upper() + words[1:] if words else "Untitled"


def _took_too_long(seconds: int) -> Unreadable:
    return Unreadable(
        "too_slow", f"Reading that file took longer than {seconds} seconds. Split it, or add a simpler version."
    )
