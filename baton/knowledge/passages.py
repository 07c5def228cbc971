"""Chunks as they are read for ranking: only those of a published version and an allowed audience come back."""

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Table, bindparam, select

from baton.knowledge.audiences import fits
from baton.knowledge.minilm import DIMENSIONS
from baton.knowledge.records import Chunk, Document
from baton.knowledge.settings import DocumentRule
from baton.knowledge.terms import terms_of
from baton.knowledge.vectors import Vectors, unpack

CHUNKS: Table = Chunk.__table__  # type: ignore[attr-defined]
DOCUMENTS: Table = Document.__table__  # type: ignore[attr-defined]
_CACHED = 4096


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage; its unit vector was made at indexing, if there was a model."""

    text: str
    vector: Vectors | None


@dataclass(frozen=True, slots=True)
class Content:
    """What never changes about a chunk: its text, made ready to be compared."""

    place: str
    text: str
    spans: tuple[tuple[int, int], ...]
    vectors: Vectors
    """Place and text together, place alone, then one a sentence; no rows without a model."""
    terms: Mapping[str, int]
    length: int

    def sentences(self) -> tuple[Sentence, ...]:
        """Its sentences, in order."""
        vectors = self.vectors[2:] if len(self.vectors) else [None] * len(self.spans)
        pairs = zip(self.spans, vectors, strict=True)
        return tuple(Sentence(self.text[start:end], vector) for (start, end), vector in pairs)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that counts now, with its document as it is now."""

    id: int
    document: str
    external_id: str | None
    title: str
    url: str | None
    audience: str
    version: int
    content: Content


class Passages:
    """Reads candidates. A chunk's content never changes, so it is kept; whether it counts is asked every time."""

    def __init__(self) -> None:
        self._contents: OrderedDict[int, Content] = OrderedDict()
        self._lock = threading.Lock()

    def read(
        self,
        connection: Connection,
        ids: Iterable[int],
        audiences: Iterable[str],
        sources: Sequence[DocumentRule] = (),
    ) -> list[Candidate]:
        """Those of these chunks that count, in the order given; with `sources` only those of documents that fit one."""
        wanted = list(dict.fromkeys(ids))
        found: Iterable[Any] = connection.execute(_COUNTING, {"ids": wanted, "audiences": sorted(audiences)})
        rows = {row.id: row for row in found if is_among(sources, row.title, row.source)}
        contents = self._read_contents(connection, list(rows))
        return [_candidate(rows[id], contents[id]) for id in wanted if id in rows]

    def _read_contents(self, connection: Connection, ids: Sequence[int]) -> dict[int, Content]:
        """Of these chunks, from what is kept or from the database. Several reader threads share what is kept."""
        with self._lock:
            known = {id: self._contents[id] for id in ids if id in self._contents}
        missing = [id for id in ids if id not in known]
        if missing:
            found: Iterable[Any] = connection.execute(_CONTENTS, {"ids": missing})
            known |= {row.id: _content(row) for row in found}
        with self._lock:
            self._keep(known)
        return known

    def _keep(self, used: Mapping[int, Content]) -> None:
        for id, content in used.items():
            self._contents[id] = content
            self._contents.move_to_end(id)
        while len(self._contents) > _CACHED:
            self._contents.popitem(last=False)


_PUBLISHED = (CHUNKS.c.document_id == DOCUMENTS.c.id) & (CHUNKS.c.version == DOCUMENTS.c.version)
_AMONG = CHUNKS.c.id.in_(bindparam("ids", expanding=True))
_COUNTING = select(
    CHUNKS.c.id,
    CHUNKS.c.audience,
    CHUNKS.c.version,
    DOCUMENTS.c.id.label("document"),
    DOCUMENTS.c.external_id,
    DOCUMENTS.c.title,
    DOCUMENTS.c.url,
    DOCUMENTS.c.source,
).where(_AMONG, _PUBLISHED, CHUNKS.c.audience.in_(bindparam("audiences", expanding=True)))
_OF_DOCUMENTS = (
    select(CHUNKS.c.id)
    .where(CHUNKS.c.document_id.in_(bindparam("documents", expanding=True)), _PUBLISHED)
    .where(CHUNKS.c.audience.in_(bindparam("audiences", expanding=True)))
    .order_by(CHUNKS.c.id)
    .limit(bindparam("limit"))
)
_NAMES = select(DOCUMENTS.c.id, DOCUMENTS.c.title, DOCUMENTS.c.source).where(
    DOCUMENTS.c.version > 0, DOCUMENTS.c.audience.in_(bindparam("audiences", expanding=True))
)
_CONTENTS = select(
    CHUNKS.c.id, CHUNKS.c.place, CHUNKS.c.text, CHUNKS.c.sentences, CHUNKS.c.vector, CHUNKS.c.sentence_vectors
).where(_AMONG)


def is_among(sources: Sequence[DocumentRule], title: str, source: str) -> bool:
    """Whether a document fits one of these rules; without rules every one does."""
    return not sources or any(fits(rule, title, source) for rule in sources)


def ids_of(connection: Connection, sources: Sequence[DocumentRule], audiences: Iterable[str], limit: int) -> list[int]:
    """Up to `limit` chunks that count of documents that fit, so that a few documents among very many are found too."""
    allowed = {"audiences": sorted(audiences)}
    rows = connection.execute(_NAMES, allowed)
    documents = [row.id for row in rows if is_among(sources, row.title, row.source)]
    return list(connection.execute(_OF_DOCUMENTS, allowed | {"documents": documents[:limit], "limit": limit}).scalars())


def _content(row: Any) -> Content:
    vectors = np.concatenate([unpack(row.vector, DIMENSIONS), unpack(row.sentence_vectors, DIMENSIONS)])
    terms = Counter(terms_of(f"{row.place}\n{row.text}"))
    spans = tuple((start, end) for start, end in row.sentences)
    return Content(row.place, row.text, spans, vectors, terms, terms.total())


def _candidate(row: Any, content: Content) -> Candidate:
    return Candidate(row.id, row.document, row.external_id, row.title, row.url, row.audience, row.version, content)
