"""Reads a model's stream whole: the first word in time, tries only before it, nothing kept of a broken one."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass

import stamina

from baton.assistant.providers.protocol import ProviderError, UnusableReply
from baton.assistant.providers.settings import ModelSettings

_LONGEST_WAIT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Piece:
    """What one chunk brought; token counts are totals so far."""

    text: str = ""
    read: int = 0
    written: int = 0
    stop: str | None = None
    """`end` when the model finished by itself, else its own word for why it stopped."""


@dataclass(frozen=True, slots=True)
class Said:
    """A whole reply."""

    text: str
    tokens: tuple[int, int]


Stream = AsyncGenerator[Piece, None]


async def listen(name: str, speak: Callable[[], Stream], settings: ModelSettings) -> Said:
    """Raises ProviderError when the reply is late, broken, cut short or refused."""
    try:
        async with asyncio.timeout(settings.timeout_seconds), AsyncExitStack() as stack:
            begun, stream = await _begin(name, speak, settings, stack)
            pieces = [*begun, *[piece async for piece in stream]]
    except TimeoutError as error:
        raise ProviderError(f"{name} was too slow", retryable=True) from error
    return _whole(name, pieces)


async def _begin(
    name: str, speak: Callable[[], Stream], settings: ModelSettings, stack: AsyncExitStack
) -> tuple[list[Piece], Stream]:
    attempts = stamina.retry_context(
        on=_worth_another_try, attempts=settings.attempts, timeout=None, wait_initial=0.2, wait_max=1, wait_jitter=0.2
    )
    async for attempt in attempts:
        with attempt:
            stream = await stack.enter_async_context(aclosing(speak()))
            async with asyncio.timeout(settings.first_token_seconds):
                return await _until_first_word(name, stream), stream
    raise AssertionError("the attempts end in a return or an error")


async def _until_first_word(name: str, stream: Stream) -> list[Piece]:
    pieces = []
    async for piece in stream:
        pieces.append(piece)
        if piece.text:
            return pieces
    raise ProviderError(f"{name} said nothing", retryable=True)


def _worth_another_try(error: Exception) -> bool | float:
    """Seconds to wait before the next try when the provider named them, and they are few."""
    if not isinstance(error, ProviderError) or not error.retryable:
        return False
    if error.retry_after_seconds is None:
        return True
    return error.retry_after_seconds if error.retry_after_seconds <= _LONGEST_WAIT_SECONDS else False


def _whole(name: str, pieces: list[Piece]) -> Said:
    stop = next((piece.stop for piece in reversed(pieces) if piece.stop), None)
    if stop is None:
        raise ProviderError(f"{name} broke off in mid-sentence", retryable=True)
    if stop != "end":
        raise UnusableReply(f"{name} stopped early ({stop})")
    tokens = max(piece.read for piece in pieces), max(piece.written for piece in pieces)
    return Said("".join(piece.text for piece in pieces), tokens)
