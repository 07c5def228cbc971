"""The lexical half: which chunks hold the question's words. FTS5 on SQLite, tsvector on PostgreSQL.

There is one table per audience, which holds ids and terms only. The engines propose candidates and count documents;
how well a candidate matches is computed by `fusion` in the same way for both. They differ in who is proposed when very
many chunks match: FTS5 orders by BM25, PostgreSQL by the summed rarity of the matched terms.
"""

import math
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, Table, select

from baton.knowledge.chunking import SEPARATOR
from baton.knowledge.records import AUDIENCES, Chunk
from baton.knowledge.terms import names_of, terms_of
from baton.knowledge.word_tables import Field, PostgresqlTables, SqliteTables, WordTables

CHUNKS: Table = Chunk.__table__  # type: ignore[attr-defined]
MOST_TERMS = 12
_COMMON_SHARE = 0.1
"""A term in more than this share of the chunks is not looked for while there are rarer ones."""
_COUNTS_KEPT_SECONDS = 60.0
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Rarity:
    """How rare terms are among the chunks of some audiences."""

    total: int
    counts: Mapping[str, int]

    def of(self, term: str) -> float:
        """BM25's inverse document frequency."""
        count = self.counts.get(term, 0)
        return math.log(1 + (max(self.total - count, 0) + 0.5) / (count + 0.5))


class Lexical:
    """The tables of one database. Counts of terms are remembered for a minute; they only weigh, so may be a bit old."""

    def __init__(self, dialect: Literal["sqlite", "postgresql"]) -> None:
        self._tables: WordTables = SqliteTables() if dialect == "sqlite" else PostgresqlTables()
        self._counts: dict[tuple[str, Field | None, str], int] = {}
        self._totals: dict[str, int] = {}
        self._counted_at = 0.0
        self._lock = threading.Lock()

    def create(self, connection: Connection) -> None:
        """Make the tables that are missing."""
        for audience in sorted(AUDIENCES):
            self._tables.create(connection, audience)

    def refresh(self, connection: Connection, chunk_ids: Sequence[int]) -> None:
        """Make the entries of these chunks what the chunk table says: added, moved to another audience, or gone."""
        for start in range(0, len(chunk_ids), _BATCH):
            ids = list(chunk_ids[start : start + _BATCH])
            for audience in AUDIENCES:
                self._tables.remove(connection, audience, ids)
            self._add(connection, ids)
        self._forget()

    def rebuild(self, connection: Connection) -> None:
        """Make every entry anew from the chunk table."""
        for audience in AUDIENCES:
            self._tables.clear(connection, audience)
        ids = list(connection.execute(select(CHUNKS.c.id)).scalars())
        for start in range(0, len(ids), _BATCH):
            self._add(connection, ids[start : start + _BATCH])
        self._forget()

    def missing(self, connection: Connection) -> list[int]:
        """Chunks without an entry, or entries without a chunk, such as a crash of an older version may have left."""
        stored = {(row.id, row.audience) for row in connection.execute(select(CHUNKS.c.id, CHUNKS.c.audience))}
        entered = {(id, audience) for audience in AUDIENCES for id in self._tables.ids(connection, audience)}
        return sorted({id for id, _ in stored ^ entered})

    def rarity(
        self, connection: Connection, terms: Iterable[str], audiences: Iterable[str], field: Field | None = None
    ) -> Rarity:
        """How rare these terms are, in any field or in one."""
        terms, wanted = set(terms), sorted(audiences)
        known, totals = self._remembered()
        for audience in wanted:
            if not totals.get(audience):
                totals[audience] = self._tables.total(connection, audience)
            unknown = [term for term in terms if (audience, field, term) not in known]
            counted = self._tables.count(connection, audience, unknown, field) if unknown else {}
            known.update({(audience, field, term): count for term, count in counted.items() if count})
        counts = {term: sum(known.get((audience, field, term), 0) for audience in wanted) for term in terms}
        return Rarity(sum(totals[audience] for audience in wanted), counts)

    def candidates(
        self,
        connection: Connection,
        terms: Iterable[str],
        rarity: Rarity,
        audiences: Iterable[str],
        limit: int,
        *,
        field: Field | None = None,
        most_terms: int = MOST_TERMS,
    ) -> list[int]:
        """Ids of the chunks that best match the rarest of these terms, in any field or in one, the best first."""
        wanted = {term: rarity.of(term) for term in rarest(terms, rarity, most_terms)}
        if not wanted:
            return []
        found = [
            match
            for audience in sorted(audiences)
            for match in self._tables.match(connection, audience, wanted, limit, field)
        ]
        return [id for _, id in sorted(found, key=lambda match: (-match[0], match[1]))[:limit]]

    def _remembered(self) -> tuple[dict[tuple[str, Field | None, str], int], dict[str, int]]:
        """Counts and totals that are not too old. That a term occurs nowhere is never remembered."""
        with self._lock:
            if time.monotonic() - self._counted_at > _COUNTS_KEPT_SECONDS:
                self._forget()
            return self._counts, self._totals

    def _forget(self) -> None:
        self._counts, self._totals, self._counted_at = {}, {}, time.monotonic()

    def _add(self, connection: Connection, ids: Sequence[int]) -> None:
        columns = (CHUNKS.c.id, CHUNKS.c.audience, CHUNKS.c.place, CHUNKS.c.text)
        entries: dict[str, list[dict[str, object]]] = {}
        for row in connection.execute(select(*columns).where(CHUNKS.c.id.in_(ids))):
            entries.setdefault(row.audience, []).append({"id": row.id} | _fields(row.place, row.text))
        for audience, rows in entries.items():
            self._tables.insert(connection, audience, rows)


def _fields(place: str, body: str) -> dict[str, str]:
    """The fields of an entry as terms; the title stands first in the place."""
    names = names_of(place.split(SEPARATOR, 1)[0])
    words = {"name": [term for name in names for term in name], "place": terms_of(place), "body": terms_of(body)}
    return {field: " ".join(terms) for field, terms in words.items()}


def rarest(terms: Iterable[str], rarity: Rarity, most: int) -> list[str]:
    """The terms worth looking for: they occur, the common ones are left out if others remain, and not too many."""
    found = sorted((count, term) for term in set(terms) if (count := rarity.counts.get(term, 0)))
    rare = [term for count, term in found if count <= max(_COMMON_SHARE * rarity.total, 50)]
    return (rare or [term for _, term in found[:2]])[:most]
