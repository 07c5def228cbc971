"""A past conversation, wherever it comes from: who said what, in order."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from baton.core.errors import BatonError

Author: TypeAlias = Literal["visitor", "agent", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """What one said. `assistant` is any software that spoke there; `at` is the time as the file writes it."""

    author: Author
    text: str
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation by its id in the file. What was never shown to the visitor isn't in it."""

    id: str
    messages: tuple[Message, ...]


class BadTranscript(BatonError):
    """The file, or an entry of it, isn't of a form that is known; the message says where and what."""
