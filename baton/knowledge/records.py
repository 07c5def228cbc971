"""The tables of the knowledge base. `library` is their only write path; chunks own text, place, audience, version."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary
from sqlmodel import Field, SQLModel

from baton.core.claims import Claimable
from baton.core.types import Json, UtcDateTime

PUBLIC = "public"
STAFF = "staff"
AUDIENCES = frozenset({PUBLIC, STAFF})

BigNumber = BigInteger().with_variant(Integer(), "sqlite")


class Document(Claimable, SQLModel, table=True):
    """One file, page or row that the company wrote. The claim columns are its place in the indexing queue.

    `version` is the published one: chunks of any other version don't count. It is 0 until the first indexing is done,
    and keeps naming the old version while a changed file is read (`status` tells of the reading, not of the old text).
    """

    __tablename__ = "document"

    id: str = Field(primary_key=True)
    identity: str = Field(unique=True)
    """What makes a document the same one: an external id, a path, an address or a file name, with its kind in front."""
    external_id: str | None = Field(default=None, index=True)
    title: str = ""
    source: str
    """Where it came from, for people: the path, file name or address that was given."""
    url: str | None = None
    """Where a visitor can read it, when there is such a place."""
    kind: str
    """markdown, text, html, pdf, docx, csv, jsonl …"""
    sha256: str = Field(default="", index=True)
    """Of the newest bytes received, read or not."""
    status: str = Field(default="queued", index=True)
    """queued, reading, indexed or failed."""
    error: str | None = None
    note: str | None = None
    """What had to be left out of the published version, such as pages that are pictures."""
    chunks: int = 0
    """How many chunks the published version has."""
    audience: str = PUBLIC
    version: int = 0
    newest_version: int = 1
    """The version that is queued or being read; equals `version` once it is indexed."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class DocumentFile(SQLModel, table=True):
    """The bytes of one version of a document, kept so that it can be read again without its source."""

    __tablename__ = "document_file"

    document_id: str = Field(primary_key=True, foreign_key="document.id", ondelete="CASCADE")
    version: int = Field(primary_key=True)
    name: str
    media_type: str
    sha256: str
    size: int
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    received_at: datetime = Field(sa_type=UtcDateTime)


class Chunk(SQLModel, table=True):
    """A piece of one version of a document: what is indexed and found.

    `vector` holds two, of place and text together and of the place alone; `sentence_vectors` one a sentence. They are
    unit vectors packed by `baton.knowledge.vectors`, so that an index can be rebuilt and an answer grounded
    without embedding anything again; they are empty when the chunk was indexed without an embedding model. An id
    is never given a second time, so that what an index still holds of a removed chunk can't name another one.
    """

    __tablename__ = "chunk"
    __table_args__ = (
        Index("chunk_of_version", "document_id", "version", "ordinal", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(BigNumber, primary_key=True, autoincrement=True))
    document_id: str = Field(foreign_key="document.id", ondelete="CASCADE")
    version: int
    ordinal: int
    """From 0, in reading order."""
    place: str
    """The title and the headings above it: "Returns › How long it takes"."""
    text: str
    audience: str
    vector: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    sentences: list[list[int]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    """[start, end) offsets into `text`, in order."""
    sentence_vectors: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))


class Usage(SQLModel, table=True):
    """What became of a chunk in a turn: found, cited or rejected."""

    __tablename__ = "usage"
    __table_args__ = (Index("usage_of_document", "document_id", "at"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(BigNumber, primary_key=True, autoincrement=True))
    document_id: str
    chunk_id: int
    version: int
    conversation_id: str = Field(index=True)
    turn_id: str
    kind: str
    rank: int | None = None
    at: datetime = Field(sa_type=UtcDateTime)


class KnowledgeState(SQLModel, table=True):
    """One row (id 1): what searching must agree on, changed in one transaction."""

    __tablename__ = "knowledge_state"

    id: int = Field(default=1, primary_key=True)
    index_generation: int = 0
    """Which vector index is searched; a rebuild fills the next one beside it and then raises this."""
    embedding_model: str = ""
    """Identity of the model that made the stored vectors; another one means a rebuild."""
    audience_rules_digest: str = ""
    """Of the audience rules that documents were last marked with; others are applied before anything is served."""
