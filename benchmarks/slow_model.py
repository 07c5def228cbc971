"""A model server that takes its time: it speaks OpenAI's chat completions and never finds an answer in the passages.

Journeys and proofs use it to have turns under way for as long as they like.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

REPLY = {"quotes": [], "answered": False, "answer": "", "verdict": "no"}


def slow_model(seconds: Callable[[], float]) -> Starlette:
    """The application; `seconds()` says how long the next reply takes."""

    async def pause() -> None:
        await asyncio.sleep(seconds() / 2)

    return gated_model(pause)


def gated_model(pause: Callable[[], Awaitable[object]]) -> Starlette:
    """The same, but it waits for `pause()` before its first word and again in the middle of its reply."""

    async def complete(_request: Request) -> StreamingResponse:
        return StreamingResponse(_reply(pause), media_type="text/event-stream")

    return Starlette(routes=[Route("/v1/chat/completions", complete, methods=["POST"])])


def random_seconds(seed: int, least: float, most: float) -> Callable[[], float]:
    """A source of delays, the same for the same seed."""
    source = random.Random(seed)
    return lambda: source.uniform(least, most)


async def _reply(pause: Callable[[], Awaitable[object]]) -> AsyncIterator[bytes]:
    text = json.dumps(REPLY)
    half = len(text) // 2
    await pause()
    yield _chunk(text[:half], None)
    await pause()
    yield _chunk(text[half:], None)
    yield _chunk("", "stop")
    yield b"data: [DONE]\n\n"


def _chunk(text: str, finish: str | None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    chunk = {"id": "slow", "object": "chat.completion.chunk", "created": 0, "model": "slow", "choices": [choice]}
    return f"data: {json.dumps(chunk)}\n\n".encode()
