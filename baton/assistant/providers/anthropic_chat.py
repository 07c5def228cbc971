"""Drafts by a model behind Anthropic's messages, or any server that speaks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from baton.assistant.providers.faults import faults_of
from baton.assistant.providers.prompting import Words, write_prompt
from baton.assistant.providers.protocol import Draft, DraftRequest
from baton.assistant.providers.reply import SCHEMA, read_reply
from baton.assistant.providers.settings import ModelSettings
from baton.assistant.providers.stream import Piece, Stream, listen

if TYPE_CHECKING:
    from anthropic.types import RawMessageStreamEvent


class AnthropicChat:
    """One model, one connection pool; `close` it when done."""

    def __init__(self, name: str, settings: ModelSettings, key: str | None) -> None:
        import anthropic  # slow to load, and not needed without a model

        self.name = name
        self._settings = settings
        self._library_error = anthropic.AnthropicError
        self._client = anthropic.AsyncAnthropic(
            api_key=key or "none",
            base_url=settings.address,
            timeout=settings.timeout_seconds,
            max_retries=0,
        )

    async def draft(self, request: DraftRequest) -> Draft:
        """Raises ProviderError."""
        words = write_prompt(request)
        said = await listen(self.name, lambda: self._speak(words), self._settings)
        return read_reply(said, request, provider=self.name, model=self._settings.model)

    async def close(self) -> None:
        """Lets the connections go."""
        await self._client.close()

    async def _speak(self, words: Words) -> Stream:
        with faults_of(self.name, self._library_error):
            stream = await self._client.messages.create(
                model=self._settings.model,
                max_tokens=self._settings.max_tokens,
                system=words.instructions,
                messages=[{"role": "user", "content": words.data}],
                stream=True,
                **_options(self._settings),
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
