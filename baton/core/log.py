"""The append-only log of events: what an entry is, and the digests that make tampering show.

`digest = sha256(salt ‖ canonical body)`, `chain = sha256(previous chain ‖ header ‖ digest)`. Erasing removes body and
salt, and leaves the digest, so that the chain still holds.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from baton.core.randomness import random_bytes
from baton.core.types import canonical

AuthorKind = Literal["visitor", "assistant", "agent", "system"]
Audience = Literal["visitor", "staff"]


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote an entry; the assistant and the system have no id."""

    kind: AuthorKind
    id: str | None = None

    @classmethod
    def visitor(cls, id: str) -> "Author":
        return cls("visitor", id)

    @classmethod
    def agent(cls, id: str) -> "Author":
        return cls("agent", id)

    @classmethod
    def assistant(cls) -> "Author":
        return cls("assistant")

    @classmethod
    def system(cls) -> "Author":
        return cls("system")


@dataclass(frozen=True, slots=True)
class LogEvent:
    """An entry as it was written; `repeated` says that the same client_id had been written before."""

    id: str
    conversation_id: str
    seq: int
    prev: int
    kind: str
    author: Author
    audience: Audience
    body: dict[str, Any]
    client_id: str | None
    epoch: int
    at: datetime
    repeated: bool = False


def new_salt() -> str:
    """128 random bits, so that a short body can't be guessed from its digest."""
    return random_bytes(16).hex()


def digest_of(salt: str, body: str) -> str:
    """The digest of a body, given as its canonical JSON text."""
    return hashlib.sha256(f"{salt}{body}".encode()).hexdigest()


def chain_of(previous: str, event: LogEvent, digest: str) -> str:
    """The chain value after `event`; `previous` is empty for a log's first entry."""
    header = canonical(
        [
            event.id,
            event.conversation_id,
            event.seq,
            event.prev,
            event.kind,
            event.author.kind,
            event.author.id,
            event.audience,
            event.client_id,
            event.epoch,
            event.at,
        ]
    )
    return hashlib.sha256(previous.encode() + header + digest.encode()).hexdigest()
