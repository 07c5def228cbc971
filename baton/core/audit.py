"""Checking that nobody rewrote the past: every chain, every head, the file of heads, and a witness if there is one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, select

from baton.core.heads import PURPOSE, hash_of
from baton.core.keys import Keys
from baton.core.log import chain_of, digest_of
from baton.core.records import Head
from baton.core.transaction import CONVERSATIONS, EVENTS, read_event
from baton.core.types import canonical

HEADS = Head.__table__  # type: ignore[attr-defined]
ERASED = "body.erased"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit, and where: a conversation and seq, or a head's number."""

    place: str
    what: str


@dataclass(frozen=True, slots=True)
class Witness:
    """A list of heads from outside the database."""

    name: str
    lines: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, and what was found."""

    events: int
    heads: int
    findings: list[Finding]


def read_witness(path: Path) -> Witness:
    """The heads of a file. Read it before the database: what is committed meanwhile must not look like a forgery."""
    return Witness(path.name, path.read_text(encoding="ascii", errors="replace"))


def verify(connection: Connection, keys: Keys, witnesses: list[Witness]) -> Report:
    """Recompute every chain and head and compare them with what is stored and with each witness."""
    findings: list[Finding] = []
    chains: dict[tuple[str, int], str] = {}
    findings += _check_events(connection, chains)
    heads: dict[int, str] = {}
    findings += _check_heads(connection, keys, chains, heads)
    for witness in witnesses:
        findings += _check_witness(witness, heads)
    return Report(len(chains), len(heads), findings)


def _check_events(connection: Connection, chains: dict[tuple[str, int], str]) -> Iterator[Finding]:
    """Gap-free seq, digests and chain of every log; the conversation's own row must agree with its end."""
    ends: dict[str, tuple[int, str]] = {}
    erased = _erased_entries(connection)
    rows = connection.execution_options(yield_per=1000).execute(
        select(EVENTS).order_by(EVENTS.c.conversation_id, EVENTS.c.seq)
    )
    for row in rows:
        place = f"{row.conversation_id} seq {row.seq}"
        seq, chain = ends.get(row.conversation_id, (0, ""))
        if row.seq != seq + 1:
            yield Finding(place, f"Entries {seq + 1} to {row.seq - 1} are missing.")
        if row.body is None and (row.conversation_id, row.seq) not in erased:
            yield Finding(place, "The body is missing, and no entry says that it was erased.")
        if row.body is not None and digest_of(row.salt or "", row.body) != row.digest:
            yield Finding(place, "The body is not the one that was written.")
        expected = chain_of(chain, read_event(row), row.digest)
        if expected != row.chain:
            yield Finding(place, "The entry does not follow from the one before it.")
        ends[row.conversation_id] = (row.seq, row.chain)
        chains[row.conversation_id, row.seq] = row.chain
    for row in connection.execute(select(CONVERSATIONS.c.id, CONVERSATIONS.c.last_seq, CONVERSATIONS.c.chain)):
        if ends.get(row.id, (0, "")) != (row.last_seq, row.chain):
            yield Finding(f"{row.id} seq {row.last_seq}", "The end of the log is missing.")


def _erased_entries(connection: Connection) -> set[tuple[str, int]]:
    rows = connection.execute(select(EVENTS.c.conversation_id, EVENTS.c.body).where(EVENTS.c.kind == ERASED))
    return {(row.conversation_id, int(seq)) for row in rows for seq in _seqs(row.body)}


def _seqs(body: str | None) -> list[int]:
    value = orjson.loads(body).get("seq", []) if body else []
    return value if isinstance(value, list) else [value]


def _check_heads(
    connection: Connection, keys: Keys, chains: dict[tuple[str, int], str], heads: dict[int, str]
) -> Iterator[Finding]:
    """Numbers without a gap, each sealed, each naming what is in the log; and nothing in the log that no head names."""
    number, previous = 0, ""
    sealed: set[tuple[str, int]] = set()
    for row in connection.execution_options(yield_per=1000).execute(select(HEADS).order_by(HEADS.c.number)):
        place = f"head {row.number}"
        if row.number != number + 1 or row.previous != previous:
            yield Finding(place, "It does not follow the head before it.")
        if hash_of(row.number, row.previous, row.at, row.wrote) != row.hash:
            yield Finding(place, "What it says was written has been changed.")
        if not keys.verify(PURPOSE, row.hash.encode(), row.mac, row.key_id):
            yield Finding(place, "It was not sealed with this installation's key.")
        for conversation, seq, chain in orjson.loads(row.wrote):
            sealed.add((conversation, seq))
            if chains.get((conversation, seq)) != chain:
                yield Finding(f"{conversation} seq {seq}", f"It is not what head {row.number} sealed.")
        number, previous = row.number, row.hash
        heads[row.number] = row.hash
    for conversation, seq in sorted(chains.keys() - sealed):
        yield Finding(f"{conversation} seq {seq}", "No head seals this entry.")


def _check_witness(witness: Witness, heads: dict[int, str]) -> Iterator[Finding]:
    """Each line `number hash …` of the file must be a head of ours. A torn last line (a crash) is passed over."""
    for line in witness.lines.splitlines(keepends=True):
        parts = line.split()
        if not line.endswith("\n") or len(parts) < 2 or not parts[0].isdigit():
            continue
        if heads.get(int(parts[0])) != parts[1]:
            yield Finding(f"head {parts[0]}", f"{witness.name} knows another one: rows were put back or rewritten.")


def export(connection: Connection) -> Iterator[bytes]:
    """Every entry as a JSON line, by log and seq."""
    rows = connection.execution_options(yield_per=1000).execute(
        select(EVENTS).order_by(EVENTS.c.conversation_id, EVENTS.c.seq)
    )
    for row in rows:
        yield canonical(_line(row)) + b"\n"


def _line(row: Any) -> dict[str, Any]:
    values = dict(row._mapping)
    values["body"] = orjson.loads(row.body) if row.body is not None else None
    return values
