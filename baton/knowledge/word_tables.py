"""The word tables of both engines: FTS5 on SQLite, tsvector on PostgreSQL, one table an audience."""

# ruff: noqa: S608 - the only names put into SQL are those of our two audiences and of our own columns

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from sqlalchemy import Connection, bindparam, text

from baton.knowledge.records import AUDIENCES

Field = Literal["name", "place", "body"]
"""The names in the title (see `topics`), the place, which has title and headings, and the text."""

_WEIGHTS = {None: "0.0, 3.0, 1.0", "name": "1.0, 0.0, 0.0", "place": "0.0, 1.0, 0.0", "body": "0.0, 0.0, 1.0"}
"""Of name, place and body in the order of FTS5's candidates. The place holds the name too."""


class WordTables(Protocol):
    """One engine's tables. Rows are `{"id", "name", "place", "body"}`, the fields as terms with blanks between."""

    def create(self, connection: Connection, audience: str) -> None: ...

    def clear(self, connection: Connection, audience: str) -> None: ...

    def insert(self, connection: Connection, audience: str, rows: list[dict[str, object]]) -> None: ...

    def remove(self, connection: Connection, audience: str, ids: Sequence[int]) -> None: ...

    def ids(self, connection: Connection, audience: str) -> list[int]: ...

    def total(self, connection: Connection, audience: str) -> int: ...

    def count(self, connection: Connection, audience: str, terms: Sequence[str], field: Field | None) -> dict[str, int]:
        """In how many entries each term stands; those in none may be left out."""
        ...

    def match(
        self, connection: Connection, audience: str, terms: Mapping[str, float], limit: int, field: Field | None
    ) -> list[tuple[float, int]]:
        """(score, id) of the best entries that hold any of the terms, given with their rarity; the best first."""
        ...


class SqliteTables:
    """FTS5 tables `lexical_<audience>` and the vocabulary that FTS5 keeps of each."""

    def create(self, connection: Connection, audience: str) -> None:
        name = _name(audience)
        tokenizer = "unicode61 remove_diacritics 0"
        columns = f"name, place, body, tokenize='{tokenizer}'"
        connection.execute(text(f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5({columns})"))
        for kind in ("row", "col"):
            vocabulary = f"CREATE VIRTUAL TABLE IF NOT EXISTS {name}_{kind} USING fts5vocab({name}, {kind})"
            connection.execute(text(vocabulary))

    def clear(self, connection: Connection, audience: str) -> None:
        connection.execute(text(f"DELETE FROM {_name(audience)}"))

    def insert(self, connection: Connection, audience: str, rows: list[dict[str, object]]) -> None:
        columns = "(rowid, name, place, body) VALUES (:id, :name, :place, :body)"
        connection.execute(text(f"INSERT INTO {_name(audience)} {columns}"), rows)

    def remove(self, connection: Connection, audience: str, ids: Sequence[int]) -> None:
        connection.execute(text(f"DELETE FROM {_name(audience)} WHERE rowid = :id"), [{"id": id} for id in ids])

    def ids(self, connection: Connection, audience: str) -> list[int]:
        return list(connection.execute(text(f"SELECT rowid FROM {_name(audience)}")).scalars())

    def total(self, connection: Connection, audience: str) -> int:
        return int(connection.execute(text(f"SELECT count(*) FROM {_name(audience)}_content")).scalar_one())

    def count(self, connection: Connection, audience: str, terms: Sequence[str], field: Field | None) -> dict[str, int]:
        table = f"{_name(audience)}_{'col' if field else 'row'}"
        where = "WHERE term IN :terms" + (" AND col = :field" if field else "")
        query = text(f"SELECT term, doc FROM {table} {where}").bindparams(bindparam("terms", expanding=True))
        values = {"terms": list(terms)} | ({"field": field} if field else {})
        return {row.term: row.doc for row in connection.execute(query, values)}

    def match(
        self, connection: Connection, audience: str, terms: Mapping[str, float], limit: int, field: Field | None
    ) -> list[tuple[float, int]]:
        either = " OR ".join(f'"{term}"' for term in terms)
        query = text(
            f"SELECT -bm25({_name(audience)}, {_WEIGHTS[field]}) AS score, rowid FROM {_name(audience)}"
            f" WHERE {_name(audience)} MATCH :query ORDER BY score DESC LIMIT :limit"
        )
        wanted = f"{{{field}}} : ({either})" if field else either
        rows = connection.execute(query, {"query": wanted, "limit": limit})
        return [(row.score, row.rowid) for row in rows]


_COLUMNS = ("name", "place", "body", "anywhere")


class PostgresqlTables:
    """Tables `lexical_<audience>` of tsvectors made of our own terms, with a GIN index on each."""

    def create(self, connection: Connection, audience: str) -> None:
        name = _name(audience)
        columns = ", ".join(f"{column} tsvector NOT NULL" for column in _COLUMNS)
        connection.execute(text(f"CREATE TABLE IF NOT EXISTS {name} (id bigint PRIMARY KEY, {columns})"))
        for column in _COLUMNS:
            index = f"CREATE INDEX IF NOT EXISTS {name}_{column} ON {name} USING gin ({column})"
            connection.execute(text(index))

    def clear(self, connection: Connection, audience: str) -> None:
        connection.execute(text(f"DELETE FROM {_name(audience)}"))

    def insert(self, connection: Connection, audience: str, rows: list[dict[str, object]]) -> None:
        vectors = ", ".join(f"array_to_tsvector(string_to_array(:{column}, ' '))" for column in _COLUMNS)
        statement = f"INSERT INTO {_name(audience)} (id, {', '.join(_COLUMNS)}) VALUES (:id, {vectors})"
        connection.execute(
            text(statement), [row | {"anywhere": f"{row['place']} {row['body']}".strip()} for row in rows]
        )

    def remove(self, connection: Connection, audience: str, ids: Sequence[int]) -> None:
        connection.execute(text(f"DELETE FROM {_name(audience)} WHERE id = ANY(:ids)"), {"ids": list(ids)})

    def ids(self, connection: Connection, audience: str) -> list[int]:
        return list(connection.execute(text(f"SELECT id FROM {_name(audience)}")).scalars())

    def total(self, connection: Connection, audience: str) -> int:
        return int(connection.execute(text(f"SELECT count(*) FROM {_name(audience)}")).scalar_one())

    def count(self, connection: Connection, audience: str, terms: Sequence[str], field: Field | None) -> dict[str, int]:
        matching = f"{field or 'anywhere'} @@ CAST(quote_literal(term) AS tsquery)"
        counted = f"(SELECT count(*) FROM {_name(audience)} WHERE {matching}) AS documents"
        query = text(f"SELECT term, {counted} FROM unnest(CAST(:terms AS text[])) AS term")
        return {row.term: row.documents for row in connection.execute(query, {"terms": list(terms)})}

    def match(
        self, connection: Connection, audience: str, terms: Mapping[str, float], limit: int, field: Field | None
    ) -> list[tuple[float, int]]:
        column = field or "anywhere"
        worths = [
            f"CASE WHEN {column} @@ CAST(:t{n} AS tsquery) THEN CAST(:w{n} AS float) ELSE 0 END"
            for n in range(len(terms))
        ]
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
