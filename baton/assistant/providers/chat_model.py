"""One model behind a client library: what is the same whichever protocol it speaks."""

from collections.abc import Callable
from contextlib import aclosing
from typing import Any, Protocol

from baton.assistant.providers.faults import faults_of
from baton.assistant.providers.prompting import Words, write_prompt
from baton.assistant.providers.protocol import Draft, DraftRequest
from baton.assistant.providers.reply import read_reply
from baton.assistant.providers.settings import ModelSettings
from baton.assistant.providers.stream import Stream, listen


class Client(Protocol):
    """A library's connection pool."""

    async def close(self) -> None: ...


class ChatModel:
    """Drafts by one model over one connection pool; `close` it when done."""

    def __init__(
        self,
        name: str,
        settings: ModelSettings,
        client: Client,
        library_error: type[Exception],
        speak: Callable[[Words], Stream],
    ) -> None:
        self.name = name
        self._settings = settings
        self._client = client
        self._library_error = library_error
        self._speak = speak

    async def draft(self, request: DraftRequest) -> Draft:
        """Raises ProviderError."""
        words = write_prompt(request)
        said = await listen(self.name, lambda: self._pieces(words), self._settings)
        return read_reply(said, request, provider=self.name, model=self._settings.model)

    async def close(self) -> None:
        """Lets the connections go."""
        await self._client.close()

    async def _pieces(self, words: Words) -> Stream:
        with faults_of(self.name, self._library_error):
            async with aclosing(self._speak(words)) as pieces:
                async for piece in pieces:
                    yield piece


def connection(settings: ModelSettings, key: str | None) -> dict[str, Any]:
    """What either library's client is made with. It tries once: trying again is ours to decide."""
    limits = {"timeout": settings.timeout_seconds, "max_retries": 0}
    return {"api_key": key or "none", "base_url": settings.address} | limits
