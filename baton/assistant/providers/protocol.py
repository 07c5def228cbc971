"""What every provider takes and gives back: passages and a question in, a cited draft out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from baton.assistant.drafting import Reading
    from baton.knowledge.search import Passage, Utterance


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """One question with all that a draft may rely on.

    Everything but `brand`, `instructions` and `guidance` comes from strangers (visitors, documents) and is data, never
    an instruction.
    """

    question: str
    history: tuple[Utterance, ...]
    passages: tuple[Passage, ...]
    brand: str
    language: str
    """The language to answer in, as a BCP 47 tag."""
    guidance: str | None = None
    """What a colleague asked for when the last draft was rejected, or whispered."""
    reading: Reading | None = None
    """Question and passages taken apart, for providers that choose sentences themselves; None if nobody has yet."""
    instructions: str = ""
    """What the owner's settings say about questions of this task type."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A place of a passage that a draft relies on."""

    n: int
    """The mark `[n]` in the draft's text: the passage's place in the request, counted from 1."""
    passage: Passage
    quote: str
    """An exact substring of `passage.text`."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before the decision."""

    text: str
    """Carries marks such as `[1]`, each of which has a citation; marks without one were taken out."""
    citations: tuple[Citation, ...]
    answered: bool
    """Whether the provider holds that the passages answer the question."""
    verdict: float | None
    """The provider's own belief, 0..1, that the answer is right and supported; None when it has no say."""
    provider: str
    model: str
    tokens: tuple[int, int]
    """Tokens read and written, as the provider counted them; zeros when it does not count."""
    skipped: tuple[str, ...] = ()
    """Why each provider that stood before this one in the chain gave no draft."""


class ProviderError(Exception):
    """A provider gave no usable draft."""

    def __init__(self, message: str, *, retryable: bool, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retryable = retryable
        """Whether the same request may succeed at a second try; with a wrong key or a wrong model id it will not."""
        self.retry_after_seconds = retry_after_seconds
        """How long the provider asked to be left alone, when it said so."""


class UnusableReply(ProviderError):
    """A reply came whole, yet can't be used; it speaks against this reply, not against the provider's health."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retryable=False)


class Provider(Protocol):
    """Drafts an answer from the passages of one request."""

    @property
    def name(self) -> str:
        """The name it has in configuration, in turn records and in logs."""

    async def draft(self, request: DraftRequest) -> Draft:
        """Raises ProviderError when there is no usable draft; nothing half-said is ever returned."""
