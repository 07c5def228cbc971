"""Reads a model's stream whole: the first word in time, tries only before it, nothing kept of a broken one."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass

from baton.assistant.providers.protocol import ProviderError, UnusableReply
from baton.assistant.providers.settings import ModelSettings

_USUAL_PAUSE_SECONDS = 0.3
_LONGEST_PAUSE_SECONDS = 2.0


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
    for tries_left in reversed(range(settings.attempts)):
        try:
            stream = await stack.enter_async_context(aclosing(speak()))
            async with asyncio.timeout(settings.first_token_seconds):
                return await _until_first_word(name, stream), stream
        except ProviderError as error:
            if not tries_left or not _is_worth_another_try(error):
                raise
            pause = error.retry_after_seconds
        await asyncio.sleep(_USUAL_PAUSE_SECONDS if pause is None else pause)
    raise AssertionError("the attempts end in a return or an error")


async def _until_first_word(name: str, stream: Stream) -> list[Piece]:
    pieces = []
    async for piece in stream:
        pieces.append(piece)
        if piece.text:
            return pieces
    if stop := _why_it_stopped(pieces):
        raise UnusableReply(f"{name} said nothing ({stop})")
    raise ProviderError(f"{name} broke off before the first word", retryable=True)


def _is_worth_another_try(error: ProviderError) -> bool:
    """A provider that asks to be left alone for long is left alone: the next one can answer meanwhile."""
    return error.retryable and (error.retry_after_seconds or 0) <= _LONGEST_PAUSE_SECONDS


def _whole(name: str, pieces: list[Piece]) -> Said:
    stop = _why_it_stopped(pieces)
    if stop is None:
        raise ProviderError(f"{name} broke off in mid-sentence", retryable=True)
    if stop != "end":
        raise UnusableReply(f"{name} stopped early ({stop})")
    tokens = max(piece.read for piece in pieces), max(piece.written for piece in pieces)
    return Said("".join(piece.text for piece in pieces), tokens)


def _why_it_stopped(pieces: list[Piece]) -> str | None:
    """The first reason that is not a plain end, since a refusal may be followed by one; None when it never stopped."""
    stops = [piece.stop for piece in pieces if piece.stop]
    return next((stop for stop in stops if stop != "end"), stops[0] if stops else None)
