"""Asks one provider after the other until a draft is whole; each failure is known, none is the visitor's."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from baton.assistant.providers.anthropic_chat import open_anthropic
from baton.assistant.providers.breaker import Breaker
from baton.assistant.providers.chat_model import ChatModel
from baton.assistant.providers.openai_chat import open_openai
from baton.assistant.providers.protocol import Draft, DraftRequest, Provider, ProviderError, UnusableReply
from baton.assistant.providers.settings import EXTRACTIVE, ModelSettings, ProvidersSettings

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_chain(
    settings: ProvidersSettings,
    environment: Mapping[str, str],
    extractive: Provider,
    monotonic: Callable[[], float] = time.monotonic,
) -> AsyncIterator[Provider]:
    """The configured chain with its connections, which close at the end.

    Raises ProviderError (not retryable) naming the environment variable when a model's key is missing.
    """
    async with AsyncExitStack() as stack:
        models: list[Provider] = []
        for name in settings.chain:
            if name != EXTRACTIVE:
                model = _connect(name, settings.models[name], environment)
                stack.push_async_callback(model.close)
                models.append(model)
        last = extractive if EXTRACTIVE in settings.chain else None
        yield Chain(models, last, settings, monotonic)


def _connect(name: str, settings: ModelSettings, environment: Mapping[str, str]) -> ChatModel:
    variable = settings.key_variable
    key = environment.get(variable, "").strip() if variable else None
    if variable and not key:
        raise ProviderError(
            f"The model {name!r} needs a key: set the environment variable {variable}, "
            f"or take {name!r} out of assistant.providers.chain.",
            retryable=False,
        )
    return (open_openai if settings.kind == "openai" else open_anthropic)(name, settings, key)


class Chain:
    """A provider made of providers: models within a common deadline, then the one that needs no model."""

    name = "chain"

    def __init__(
        self,
        models: Sequence[Provider],
        last: Provider | None,
        settings: ProvidersSettings,
        monotonic: Callable[[], float],
    ) -> None:
        self._models = [
            (model, Breaker(settings.breaker_failures, settings.breaker_rest_seconds, monotonic)) for model in models
        ]
        self._last = last
        self._deadline_seconds = settings.deadline_seconds
        self._monotonic = monotonic

    async def draft(self, request: DraftRequest) -> Draft:
        """Raises ProviderError when all of the chain failed; a person is next then."""
        deadline = self._monotonic() + self._deadline_seconds
        skipped: list[str] = []
        for model, breaker in self._models:
            if not breaker.lets_through():
                skipped.append(f"{model.name} rests after failing repeatedly")
                continue
            try:
                draft = await self._ask(model, request, deadline)
            except ProviderError as error:
                _remember(breaker, error)
                skipped.append(str(error))
                log.warning("Fell back from %s: %s.", model.name, error)
            else:
                breaker.succeeded()
                return replace(draft, skipped=tuple(skipped))
        if self._last is None:
            raise ProviderError("no provider could draft: " + "; ".join(skipped), retryable=True)
        return replace(await self._last.draft(request), skipped=tuple(skipped))

    async def _ask(self, model: Provider, request: DraftRequest, deadline: float) -> Draft:
        try:
            async with asyncio.timeout(deadline - self._monotonic()):
                return await model.draft(request)
        except TimeoutError as error:
            raise ProviderError(f"{model.name} was not ready when time was up", retryable=True) from error


def _remember(breaker: Breaker, error: ProviderError) -> None:
    """A visitor can provoke useless replies, so those must not switch the model off for everybody."""
    if isinstance(error, UnusableReply):
        breaker.succeeded()
    else:
        breaker.failed()
