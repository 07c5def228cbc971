"""The chain: whatever a model does on the wire, a draft comes, or an error that leads to a person."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from baton.assistant.providers.chain import open_chain
from baton.assistant.providers.protocol import Draft, DraftRequest, ProviderError
from baton.assistant.providers.settings import ProvidersSettings
from tests.assistant.providers.aimock import Aimock
from tests.assistant.providers.requests import a_request
from tests.assistant.providers.wire import silent

GOOD = {
    "quotes": [{"n": 1, "quote": "Parcels to Norway cost €14"}],
    "answered": True,
    "answer": "Shipping to Norway costs €14 [1].",
    "verdict": "certain",
}


class Quoting:
    """Stands for the provider that needs no model."""

    name = "extractive"

    async def draft(self, request: DraftRequest) -> Draft:
        return Draft(request.passages[0].text, (), True, None, self.name, "", (0, 0))


class Watch:
    """A stopwatch set by hand."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def chain_of(url: str, *kinds: str, last: bool = True, impatient: bool = False, **more: Any) -> ProvidersSettings:
    """One model of each kind on the server at `url`, named after its kind and place; the first may be impatient."""
    names = [f"{kind}-{place}" for place, kind in enumerate(kinds)]
    models = {
        name: {
            "kind": kind,
            "model": name,
            "base_url": f"{url}/v1" if kind == "openai" else url,
            "attempts": 1,
            "first_token_seconds": 0.4 if impatient and place == 0 else 20,
        }
        for place, (name, kind) in enumerate(zip(names, kinds, strict=True))
    }
    chain = [*names, "extractive"] if last else names
    return ProvidersSettings.model_validate({"chain": chain, "models": models} | more)


def spoil(aimock: Aimock, trouble: str, model: str | None = None) -> None:
    """Makes one model of the server, or all of it, fail in the way named."""
    match = {"userMessage": "boundary"} | ({"model": model} if model else {})
    good = {"content": json.dumps(GOOD)}
    error = {"error": {"message": "no", "type": "server_error"}}
    fixtures: dict[str, dict[str, Any]] = {
        "429": {"response": error | {"status": 429, "retryAfter": 0}},
        "500": {"response": error | {"status": 500}},
        "401": {"response": error | {"status": 401}},
        "dropped": {"response": good, "chunkSize": 10, "truncateAfterChunks": 6, "latency": 5},
        "disconnected": {"response": good, "chaos": {"disconnectRate": 1}},
        "malformed": {"response": good, "chaos": {"malformedRate": 1}},
        "slow first token": {"response": good, "streamingProfile": {"ttft": 30_000}},
        "invalid JSON": {"response": {"content": '{"quotes": [], "answer'}},
        "cut short": {"response": good | {"finishReason": "length"}},
        "injected": {"response": {"content": json.dumps(GOOD | {"answer": "Pay at https://evil.example [1]."})}},
    }
    aimock.script({"match": match} | fixtures[trouble])


TROUBLES = [
    "429",
    "500",
    "401",
    "dropped",
    "disconnected",
    "malformed",
    "slow first token",
    "invalid JSON",
    "cut short",
    "injected",
]


@pytest.mark.parametrize("kind", ["openai", "anthropic"])
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_the_visitor_gets_the_quoted_answer_when_the_model_fails(aimock: Aimock, kind: str, trouble: str) -> None:
    spoil(aimock, trouble)
    async with open_chain(chain_of(aimock.url, kind, impatient=trouble.startswith("slow")), {}, Quoting()) as chain:
        draft = await chain.draft(a_request())
    assert draft.provider == "extractive"
    assert draft.text.startswith("Parcels to Norway")
    assert len(draft.skipped) == 1 and draft.skipped[0].startswith(f"{kind}-0")


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_the_next_model_answers_and_nothing_half_said_is_used(aimock: Aimock, trouble: str) -> None:
    spoil(aimock, trouble, model="openai-0")
    aimock.answer(GOOD)
    settings = chain_of(aimock.url, "openai", "anthropic", impatient=trouble.startswith("slow"))
    async with open_chain(settings, {}, Quoting()) as chain:
        draft = await chain.draft(a_request())
    assert draft.provider == "anthropic-1"
    assert draft.text == GOOD["answer"]
    assert len(draft.skipped) == 1


async def test_a_good_model_is_the_only_one_asked(aimock: Aimock) -> None:
    aimock.answer(GOOD)
    async with open_chain(chain_of(aimock.url, "openai", "anthropic"), {}, Quoting()) as chain:
        draft = await chain.draft(a_request())
    assert (draft.provider, draft.skipped) == ("openai-0", ())
    assert len(aimock.requests()) == 1


async def test_all_failing_without_a_last_resort_is_an_error(aimock: Aimock) -> None:
    aimock.refuse(500)
    async with open_chain(chain_of(aimock.url, "openai", "anthropic", last=False), {}, Quoting()) as chain:
        with pytest.raises(ProviderError, match=r"openai-0 answered 500; anthropic-1 answered 500"):
            await chain.draft(a_request())


async def test_the_common_deadline_ends_the_models_turn(aimock: Aimock) -> None:
    spoil(aimock, "slow first token")
    settings = chain_of(aimock.url, "openai", "anthropic", deadline_seconds=0.2)
    async with open_chain(settings, {}, Quoting()) as chain:
        draft = await chain.draft(a_request())
    assert draft.provider == "extractive"
    assert all("time was up" in reason for reason in draft.skipped)


async def test_a_model_that_keeps_failing_is_left_alone_and_then_tried_again(aimock: Aimock) -> None:
    aimock.refuse(500)
    watch = Watch()
    async with open_chain(chain_of(aimock.url, "openai"), {}, Quoting(), watch) as chain:
        for _ in range(5):
            await chain.draft(a_request())
        assert len(aimock.requests()) == 3
        aimock.reset()
        aimock.answer(GOOD)
        assert "rests" in (await chain.draft(a_request())).skipped[0]
        watch.seconds = 31
        assert (await chain.draft(a_request())).provider == "openai-0"


async def test_useless_replies_do_not_switch_a_model_off(aimock: Aimock) -> None:
    aimock.answer("No JSON today.")
    async with open_chain(chain_of(aimock.url, "openai"), {}, Quoting()) as chain:
        for _ in range(5):
            await chain.draft(a_request())
    assert len(aimock.requests()) == 5


async def test_a_superseded_turn_hangs_up() -> None:
    async with (
        silent() as server,
        open_chain(chain_of(server.url, "openai"), {}, Quoting()) as chain,
        asyncio.timeout(10),
    ):
        turn = asyncio.create_task(chain.draft(a_request()))
        await server.asked.wait()
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
        await server.left.wait()


async def test_a_missing_key_is_said_by_the_name_of_its_variable() -> None:
    settings = ProvidersSettings.model_validate(
        {"chain": ["big"], "models": {"big": {"kind": "anthropic", "model": "m"}}}
    )
    with pytest.raises(ProviderError, match="ANTHROPIC_API_KEY"):
        async with open_chain(settings, {"ANTHROPIC_API_KEY": " "}, Quoting()):
            pass


async def test_the_key_of_the_environment_reaches_the_server(aimock: Aimock) -> None:
    aimock.answer(GOOD)
    settings = chain_of(aimock.url, "openai")
    settings.models["openai-0"].key_env = "SHOP_KEY"
    async with open_chain(settings, {"SHOP_KEY": "sk-shop"}, Quoting()) as chain:
        assert (await chain.draft(a_request())).answered
