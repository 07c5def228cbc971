"""One head a commit: what it wrote, chained to the head before, sealed with the installation's key, and kept in a
file outside the database too, so that rows put back to an older state show."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select, text

from baton.core.keys import Keys
from baton.core.records import Head
from baton.core.rows import insert_rows, select_rows
from baton.core.types import canonical

PURPOSE = "head"
_LOCK = 0x6261746F6E  # "baton": PostgreSQL's advisory lock that lets one process at a time add a head
_LAST = select(Head.number, Head.hash).order_by(Head.number.desc()).limit(1)  # type: ignore[call-overload,attr-defined]
_HEADS: Table = Head.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class SealedHead:
    """A head as it goes to the file and to witnesses."""

    number: int
    hash: str
    mac: str

    def line(self) -> str:
        return f"{self.number} {self.hash} {self.mac}\n"


def hash_of(number: int, previous: str, at: datetime, wrote: str) -> str:
    """sha256 over number, previous head, time and what was written."""
    return hashlib.sha256(canonical([number, previous, at, wrote])).hexdigest()


def add_head(connection: Connection, keys: Keys, at: datetime, wrote: list[list[Any]]) -> SealedHead:
    """Append a head inside the caller's transaction. `wrote` lists [conversation, seq, chain] of each entry."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    number, previous = next(iter(select_rows(connection, _LAST, {})), (0, ""))
    number += 1
    written = canonical(wrote).decode()
    hashed = hash_of(number, previous, at, written)
    mac = keys.sign(PURPOSE, hashed.encode())
    row = {"number": number, "previous": previous, "at": at, "wrote": written, "hash": hashed}
    insert_rows(connection, _HEADS, [row | {"key_id": keys.current, "mac": mac}])
    return SealedHead(number, hashed, mac)


class HeadFile:
    """The list of heads outside the database: one line each, written after the commit it seals."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="ascii")

    def add(self, head: SealedHead) -> None:
        self._file.write(head.line())
        self._file.flush()

    def close(self) -> None:
        self._file.close()
