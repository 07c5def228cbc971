"""Drafts by a model behind OpenAI's chat completions, or any server that speaks them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from baton.assistant.providers.chat_model import ChatModel, connection
from baton.assistant.providers.prompting import Words
from baton.assistant.providers.reply import SCHEMA
from baton.assistant.providers.settings import ModelSettings
from baton.assistant.providers.stream import Piece, Stream

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletionChunk


def open_openai(name: str, settings: ModelSettings, key: str | None) -> ChatModel:
    """The model, with a connection pool of its own."""
    import openai  # slow to load, and not needed without a model

    client = openai.AsyncOpenAI(**connection(settings, key))
    return ChatModel(name, settings, client, openai.OpenAIError, partial(_speak, client, settings))


async def _speak(client: AsyncOpenAI, settings: ModelSettings, words: Words) -> Stream:
    stream = await client.chat.completions.create(
        model=settings.model,
        messages=[
            {"role": "system", "content": words.instructions},
            {"role": "user", "content": words.data},
        ],
        stream=True,
        stream_options={"include_usage": True},
        **_options(settings),
    )
    async with stream:
        async for chunk in stream:
            yield _piece(chunk)


def _options(settings: ModelSettings) -> dict[str, Any]:
    options: dict[str, Any] = {settings.limit_field: settings.max_tokens}
    if settings.structured == "schema":
        form = {"name": "answer", "schema": SCHEMA, "strict": True}
        options["response_format"] = {"type": "json_schema", "json_schema": form}
    elif settings.structured == "object":
        options["response_format"] = {"type": "json_object"}
    if settings.effort:
        options["reasoning_effort"] = settings.effort
    return options


def _piece(chunk: ChatCompletionChunk) -> Piece:
    read, written = (chunk.usage.prompt_tokens, chunk.usage.completion_tokens) if chunk.usage else (0, 0)
    if not chunk.choices:
        return Piece(read=read, written=written)
    choice = chunk.choices[0]
    stop = "refused" if choice.delta.refusal else choice.finish_reason
    return Piece(choice.delta.content or "", read, written, "end" if stop == "stop" else stop)
