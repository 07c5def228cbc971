"""Drafts by a model behind Anthropic's messages, or any server that speaks them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from baton.assistant.providers.chat_model import ChatModel, connection
from baton.assistant.providers.prompting import Words
from baton.assistant.providers.reply import SCHEMA
from baton.assistant.providers.settings import ModelSettings
from baton.assistant.providers.stream import Piece, Stream

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic
    from anthropic.types import RawMessageStreamEvent


def open_anthropic(name: str, settings: ModelSettings, key: str | None) -> ChatModel:
    """The model, with a connection pool of its own."""
    import anthropic  # slow to load, and not needed without a model

    client = anthropic.AsyncAnthropic(**connection(settings, key))
    return ChatModel(name, settings, client, anthropic.AnthropicError, partial(_speak, client, settings))


async def _speak(client: AsyncAnthropic, settings: ModelSettings, words: Words) -> Stream:
    stream = await client.messages.create(
        model=settings.model,
        max_tokens=settings.max_tokens,
        system=words.instructions,
        messages=[{"role": "user", "content": words.data}],
        stream=True,
        **_options(settings),
    )
    async with stream:
        async for event in stream:
            yield _piece(event)


def _options(settings: ModelSettings) -> dict[str, Any]:
    config: dict[str, Any] = {}
    if settings.structured == "schema":
        config["format"] = {"type": "json_schema", "schema": SCHEMA}
    if settings.effort:
        config["effort"] = settings.effort
    return {"output_config": config} if config else {}


def _piece(event: RawMessageStreamEvent) -> Piece:
    if event.type == "message_start":
        usage = event.message.usage
        cached = (usage.cache_read_input_tokens or 0) + (usage.cache_creation_input_tokens or 0)
        return Piece(read=usage.input_tokens + cached)
    if event.type == "content_block_delta" and event.delta.type == "text_delta":
        return Piece(event.delta.text)
    if event.type == "message_delta":
        stop = event.delta.stop_reason
        return Piece(written=event.usage.output_tokens, stop="end" if stop == "end_turn" else stop)
    return Piece()
