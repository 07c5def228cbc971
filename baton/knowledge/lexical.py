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

from sqlalchemy import Connection, Table, select, text

from baton.knowledge.records import AUDIENCES, Chunk
from baton.knowledge.terms import terms_of

CHUNKS: Table = Chunk.__table__  # type: ignore[attr-defined]
_PLACE_WEIGHT = 3.0
_MOST_TERMS = 12
_COMMON_SHARE = 0.1
"""A term in more than this share of the chunks is not looked for while there are rarer ones."""
_COUNTS_KEPT_SECONDS = 60.0
_BATCH = 500
Field = Literal["place", "body"]


@dataclass(frozen=True, slots=True)
class Rarity:
    """How rare terms are among the chunks of some audiences."""

    total: int
    counts: Mapping[str, int]

    def of(self, term: str) -> float:
        """BM25's inverse document frequency."""
        count = self.counts.get(term, 0)
        return math.log(1 + (self.total - count + 0.5) / (count + 0.5))


class Lexical:
    """The tables of one database. Counts of terms are remembered for a minute; they only weigh, so may be a bit old."""

    def __init__(self, dialect: Literal["sqlite", "postgresql"]) -> None:
        self._tables = _SqliteTables() if dialect == "sqlite" else _PostgresqlTables()
        self._counts: dict[tuple[str, str], int] = {}
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

    def rebuild(self, connection: Connection) -> None:
        """Make every entry anew from the chunk table."""
        for audience in AUDIENCES:
            self._tables.clear(connection, audience)
        ids = list(connection.execute(select(CHUNKS.c.id)).scalars())
        for start in range(0, len(ids), _BATCH):
            self._add(connection, ids[start : start + _BATCH])

    def missing(self, connection: Connection) -> list[int]:
        """Chunks without an entry, or entries without a chunk, such as a crash of an older version may have left."""
        stored = {(row.id, row.audience) for row in connection.execute(select(CHUNKS.c.id, CHUNKS.c.audience))}
        entered = {(id, audience) for audience in AUDIENCES for id in self._tables.ids(connection, audience)}
        return sorted({id for id, _ in stored ^ entered})

    def rarity(self, connection: Connection, terms: Iterable[str], audiences: Iterable[str]) -> Rarity:
        """How rare these terms are."""
        wanted = sorted(audiences)
        with self._lock:
            if time.monotonic() - self._counted_at > _COUNTS_KEPT_SECONDS:
                self._counts, self._totals, self._counted_at = {}, {}, time.monotonic()
            known, totals = self._counts, self._totals
        for audience in wanted:
            if audience not in totals:
                totals[audience] = self._tables.total(connection, audience)
            unknown = [term for term in set(terms) if (audience, term) not in known]
            for term, count in self._tables.count(connection, audience, unknown).items():
                known[audience, term] = count
        counts = {term: sum(known.get((audience, term), 0) for audience in wanted) for term in set(terms)}
        return Rarity(sum(totals[audience] for audience in wanted), counts)

    def candidates(
        self, connection: Connection, terms: Iterable[str], rarity: Rarity, audiences: Iterable[str], limit: int, field: Field | None = None
    ) -> list[int]:
        """Ids of the chunks that best match the rarest of these terms, in any field or in one, the best first."""
        wanted = {term: rarity.of(term) for term in rarest(terms, rarity)}
        if not wanted:
            return []
        found = [
            match
            for audience in sorted(audiences)
            for match in self._tables.match(connection, audience, wanted, limit, field)
        ]
        return [id for _, id in sorted(found, key=lambda match: (-match[0], match[1]))[:limit]]

    def _add(self, connection: Connection, ids: Sequence[int]) -> None:
        columns = (CHUNKS.c.id, CHUNKS.c.audience, CHUNKS.c.place, CHUNKS.c.text)
        entries: dict[str, list[dict[str, object]]] = {}
        for row in connection.execute(select(*columns).where(CHUNKS.c.id.in_(ids))):
            entry = {"id": row.id, "place": " ".join(terms_of(row.place)), "body": " ".join(terms_of(row.text))}
            entries.setdefault(row.audience, []).append(entry)
        for audience, rows in entries.items():
            self._tables.insert(connection, audience, rows)


def rarest(terms: Iterable[str], rarity: Rarity) -> list[str]:
    """The terms worth looking for: they occur, the common ones are left out if others remain, and not too many."""
    found = sorted((count, term) for term in set(terms) if (count := rarity.counts.get(term, 0)))
    rare = [term for count, term in found if count <= max(_COMMON_SHARE * rarity.total, 50)]
    return (rare or [term for _, term in found[:2]])[:_MOST_TERMS]


class _SqliteTables:
    """FTS5 tables `lexical_<audience>` and the vocabulary that FTS5 keeps of each."""

    def create(self, connection: Connection, audience: str) -> None:
        name = _name(audience)
        tokenizer = "unicode61 remove_diacritics 0"
        connection.execute(text(f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5(place, body, tokenize='{tokenizer}')"))
        connection.execute(text(f"CREATE VIRTUAL TABLE IF NOT EXISTS {name}_terms USING fts5vocab({name}, row)"))

    def clear(self, connection: Connection, audience: str) -> None:
        connection.execute(text(f"DELETE FROM {_name(audience)}"))

    def insert(self, connection: Connection, audience: str, rows: list[dict[str, object]]) -> None:
        connection.execute(text(f"INSERT INTO {_name(audience)} (rowid, place, body) VALUES (:id, :place, :body)"), rows)

    def remove(self, connection: Connection, audience: str, ids: Sequence[int]) -> None:
        connection.execute(text(f"DELETE FROM {_name(audience)} WHERE rowid = :id"), [{"id": id} for id in ids])

    def ids(self, connection: Connection, audience: str) -> list[int]:
        return list(connection.execute(text(f"SELECT rowid FROM {_name(audience)}")).scalars())

    def total(self, connection: Connection, audience: str) -> int:
        return int(connection.execute(text(f"SELECT count(*) FROM {_name(audience)}_content")).scalar_one())

    def count(self, connection: Connection, audience: str, terms: Sequence[str]) -> dict[str, int]:
        query = text(f"SELECT doc FROM {_name(audience)}_terms WHERE term = :term")
        return {term: connection.execute(query, {"term": term}).scalar() or 0 for term in terms}

    def match(
        self, connection: Connection, audience: str, terms: Mapping[str, float], limit: int, field: Field | None
    ) -> list[tuple[float, int]]:
        either = " OR ".join(f'"{term}"' for term in terms)
        query = text(
            f"SELECT -bm25({_name(audience)}, {_PLACE_WEIGHT}, 1.0) AS score, rowid FROM {_name(audience)}"
            f" WHERE {_name(audience)} MATCH :query ORDER BY score DESC LIMIT :limit"
        )
        wanted = f"{{{field}}} : ({either})" if field else either
        rows = connection.execute(query, {"query": wanted, "limit": limit})
        return [(row.score, row.rowid) for row in rows]


class _PostgresqlTables:
    """Tables `lexical_<audience>` of tsvectors made of our own terms, with a GIN index on each."""

    def create(self, connection: Connection, audience: str) -> None:
        name = _name(audience)
        columns = "id bigint PRIMARY KEY, place tsvector NOT NULL, body tsvector NOT NULL, both_fields tsvector NOT NULL"
        connection.execute(text(f"CREATE TABLE IF NOT EXISTS {name} ({columns})"))
        for column in ("place", "both_fields"):
            index = f"CREATE INDEX IF NOT EXISTS {name}_{column} ON {name} USING gin ({column})"
            connection.execute(text(index))

    def clear(self, connection: Connection, audience: str) -> None:
        connection.execute(text(f"DELETE FROM {_name(audience)}"))

    def insert(self, connection: Connection, audience: str, rows: list[dict[str, object]]) -> None:
        vectors = [f"array_to_tsvector(string_to_array({fields}, ' '))" for fields in (":place", ":body", ":both")]
        statement = f"INSERT INTO {_name(audience)} (id, place, body, both_fields) VALUES (:id, {', '.join(vectors)})"
        connection.execute(text(statement), [row | {"both": f"{row['place']} {row['body']}".strip()} for row in rows])

    def remove(self, connection: Connection, audience: str, ids: Sequence[int]) -> None:
        connection.execute(text(f"DELETE FROM {_name(audience)} WHERE id = ANY(:ids)"), {"ids": list(ids)})

    def ids(self, connection: Connection, audience: str) -> list[int]:
        return list(connection.execute(text(f"SELECT id FROM {_name(audience)}")).scalars())

    def total(self, connection: Connection, audience: str) -> int:
        return int(connection.execute(text(f"SELECT count(*) FROM {_name(audience)}")).scalar_one())

    def count(self, connection: Connection, audience: str, terms: Sequence[str]) -> dict[str, int]:
        query = text(f"SELECT count(*) FROM {_name(audience)} WHERE both_fields @@ CAST(:query AS tsquery)")
        return {term: connection.execute(query, {"query": f"'{term}'"}).scalar_one() for term in terms}

    def match(
        self, connection: Connection, audience: str, terms: Mapping[str, float], limit: int, field: Field | None
    ) -> list[tuple[float, int]]:
        column = field or "both_fields"
        worths = [f"CASE WHEN {column} @@ CAST(:t{n} AS tsquery) THEN CAST(:w{n} AS float) ELSE 0 END" for n in range(len(terms))]
        query = text(
            f"SELECT {' + '.join(worths)} AS score, id FROM {_name(audience)}"
            f" WHERE {column} @@ CAST(:query AS tsquery) ORDER BY score DESC, length({column}), id LIMIT :limit"
        )
        values: dict[str, object] = {"query": " | ".join(f"'{term}'" for term in terms), "limit": limit}
        for number, (term, worth) in enumerate(terms.items()):
            values |= {f"t{number}": f"'{term}'", f"w{number}": worth}
        return [(row.score, row.id) for row in connection.execute(query, values)]


def _name(audience: str) -> str:
    if audience not in AUDIENCES:
        raise ValueError(f"There is no audience {audience!r}.")
    return f"lexical_{audience}"
