"""Reads what a model said, strictly: what it can't show in a passage does not count."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from baton.assistant.providers.protocol import Citation, Draft, DraftRequest, UnusableReply
from baton.assistant.providers.quotes import find_quote
from baton.assistant.providers.stream import Said

if TYPE_CHECKING:
    from baton.knowledge.search import Passage

VERDICTS: Final = {"certain": 0.95, "likely": 0.75, "unsure": 0.4, "no": 0.1}
_MARK = re.compile(r"\s*[\[【]\s*(\d{1,3}(?:\s*,\s*\d{1,3})*)\s*[\]】]")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"']+", re.IGNORECASE)
_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*)\n\s*```\s*\Z", re.DOTALL)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Quote(_Strict):
    n: int
    quote: str


class _Reply(_Strict):
    quotes: list[_Quote] = Field(max_length=40)
    answered: bool
    answer: str = Field(max_length=4_000)
    verdict: Literal["certain", "likely", "unsure", "no"]


SCHEMA: Final[dict[str, object]] = {
    "type": "object",
    "properties": {
        "quotes": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"n": {"type": "integer"}, "quote": {"type": "string"}},
                "required": ["n", "quote"],
                "additionalProperties": False,
            },
        },
        "answered": {"type": "boolean"},
        "answer": {"type": "string"},
        "verdict": {"type": "string", "enum": list(VERDICTS)},
    },
    "required": ["quotes", "answered", "answer", "verdict"],
    "additionalProperties": False,
}
"""The reply's form in the part of JSON Schema that both protocols enforce; quotes come first, so that they are
looked for before the answer is worded."""


def read_reply(said: Said, request: DraftRequest, *, provider: str, model: str) -> Draft:
    """Raises UnusableReply when the reply has another form, or links to what no cited passage contains."""
    reply = _parse(said.text, provider)
    found = _citations(reply, request.passages)
    text = _keep_marks(reply.answer, {citation.n for citation in found}).strip()
    marked = _marks(text)
    citations = tuple(each for each in found if each.n in marked or not reply.answered)
    _refuse_foreign_addresses(text, citations, provider)
    if reply.answered and not text:
        raise UnusableReply(f"{provider} called an empty reply an answer")
    return Draft(
        text=text,
        citations=citations,
        answered=reply.answered and bool(citations),
        verdict=VERDICTS[reply.verdict],
        provider=provider,
        model=model,
        tokens=said.tokens,
    )


def _parse(text: str, provider: str) -> _Reply:
    fenced = _FENCE.match(text)
    try:
        return _Reply.model_validate_json(fenced[1] if fenced else text)
    except ValidationError as error:
        raise UnusableReply(f"{provider} replied in another form than asked for") from error


def _citations(reply: _Reply, passages: tuple[Passage, ...]) -> tuple[Citation, ...]:
    """Quotes whose passage exists and holds them word by word, each once."""
    citations: dict[tuple[int, str], Citation] = {}
    for given in reply.quotes:
        if not 1 <= given.n <= len(passages):
            continue
        passage = passages[given.n - 1]
        quote = find_quote(given.quote, passage.text)
        if quote is not None:
            citations.setdefault((given.n, quote), Citation(given.n, passage, quote))
    return tuple(citations.values())


def _keep_marks(text: str, supported: set[int]) -> str:
    """The text with one mark per supported citation and no others; a claim without support loses its mark."""

    def kept(mark: re.Match[str]) -> str:
        numbers = dict.fromkeys(int(number) for number in mark[1].split(","))
        marks = "".join(f"[{number}]" for number in numbers if number in supported)
        return f" {marks}" if marks else ""

    return _MARK.sub(kept, text)


def _marks(text: str) -> set[int]:
    return {int(number) for mark in _MARK.finditer(text) for number in mark[1].split(",")}


def _refuse_foreign_addresses(text: str, citations: tuple[Citation, ...], provider: str) -> None:
    known = " ".join(f"{each.passage.text} {each.passage.url or ''}" for each in citations)
    for address in _ADDRESS.findall(text):
        if address.rstrip(".,;:!?") not in known:
            raise UnusableReply(f"{provider} links to an address that no cited passage contains")
