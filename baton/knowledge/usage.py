"""What became of chunks in turns: found, cited or rejected. Written in the transaction of the turn itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, Table, func, select

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


def count_usage(connection: Connection, documents: Sequence[str]) -> dict[str, dict[str, int]]:
    """For each of these documents that was used, how often in each way."""
    query = select(USAGE.c.document_id, USAGE.c.kind, func.count().label("times"))
    grouped = query.where(USAGE.c.document_id.in_(documents)).group_by(USAGE.c.document_id, USAGE.c.kind)
    counts: dict[str, dict[str, int]] = {}
    for row in connection.execute(grouped):
        counts.setdefault(row.document_id, {})[row.kind] = row.times
    return counts
