"""What became of chunks in turns: found, cited or rejected. Written in the transaction of the turn itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Table

from baton.core.transaction import Transaction
from baton.knowledge.records import Usage

USAGE: Table = Usage.__table__  # type: ignore[attr-defined]
Kind = Literal["found", "cited", "rejected"]


@dataclass(frozen=True, slots=True)
class Used:
    """A chunk and what became of it; `rank` counts from 1 among what was found."""

    document: str
    chunk: str
    version: int
    kind: Kind
    rank: int | None = None


def record_usage(tx: Transaction, conversation: str, turn: str, used: Sequence[Used]) -> None:
    """Write a row for each."""
    for use in used:
        place = {"document_id": use.document, "chunk_id": int(use.chunk), "version": use.version, "rank": use.rank}
        tx.insert(Usage, place | {"conversation_id": conversation, "turn_id": turn, "kind": use.kind, "at": tx.now})
