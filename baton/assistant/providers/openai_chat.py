"""Drafts by a model behind OpenAI's chat completions, or any server that speaks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from baton.assistant.providers.faults import faults_of
from baton.assistant.providers.prompting import Words, write_prompt
from baton.assistant.providers.protocol import Draft, DraftRequest
from baton.assistant.providers.reply import SCHEMA, read_reply
from baton.assistant.providers.settings import ModelSettings
from baton.assistant.providers.stream import Piece, Stream, listen

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionChunk


class OpenAIChat:
    """One model, one connection pool; `close` it when done."""

    def __init__(self, name: str, settings: ModelSettings, key: str | None) -> None:
        import openai  # slow to load, and not needed without a model

        self.name = name
        self._settings = settings
        self._library_error = openai.OpenAIError
        self._client = openai.AsyncOpenAI(
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
            stream = await self._client.chat.completions.create(
                model=self._settings.model,
                messages=[
                    {"role": "system", "content": words.instructions},
                    {"role": "user", "content": words.data},
                ],
                stream=True,
                stream_options={"include_usage": True},
                **_options(self._settings),
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
