"""What comes in to become a document: a file, a page or a row, with what makes it the same one when it comes again."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from baton.core.types import canonical
from baton.knowledge.reading.blocks import CannotRead, Unreadable
from baton.knowledge.reading.kinds import kind_of
from baton.knowledge.reading.reader import title_of
from baton.knowledge.reading.rows import BadRow, Row, read_rows

ROW = "jsonl"
PAGE: Literal["page"] = "page"
SITE: Literal["site"] = "site"
"""Kinds of documents that still have to be fetched: one page, or a page and what it leads to."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Bytes and their identity. `problem` says that they can't be read, which is known before trying."""

    identity: str
    source: str
    name: str
    content: bytes
    kind: str
    title: str
    media_type: str = ""
    external_id: str | None = None
    url: str | None = None
    problem: Unreadable | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def from_path(path: Path, content: bytes, root: Path | None = None) -> Iterator[Arrival]:
    """The documents in a file on this machine; `root` is the folder it was added with, for a shorter name."""
    shown = str(path.relative_to(root.parent)) if root is not None else str(path)
    yield from _arrivals(f"path:{path.resolve()}", shown, path.name, content)


def from_upload(name: str, content: bytes, media_type: str = "") -> Iterator[Arrival]:
    """The documents in an uploaded file; the name, which may have folders in front, is its identity."""
    yield from _arrivals(f"name:{name}", name, name, content, media_type)


def refused_upload(name: str, problem: Unreadable) -> Arrival:
    """An uploaded file that is not taken in, and why."""
    return unread(f"name:{name}", name, name, problem)


def from_page(url: str, content: bytes, media_type: str) -> Arrival:
    """The document at an address."""
    identity, name = f"url:{url}", url.split("?", 1)[0].rstrip("/").rsplit("/", 1)[-1] or url
    try:
        kind = kind_of(name, media_type or "text/html", content[:16])
    except CannotRead as error:
        return replace(unread(identity, url, name, Unreadable(error.code, error.sentence)), content=content, url=url)
    if kind == ROW:
        return unread(identity, url, name, Unreadable("unsupported", "Download that JSON lines file and add it here."))
    return Arrival(identity, url, name, content, kind, title_of(name), media_type, url=url)


def unread(identity: str, source: str, name: str, problem: Unreadable) -> Arrival:
    """A file or page that could not even be taken in."""
    return Arrival(identity, source, name, b"", UNKNOWN, title_of(name), problem=problem)


def _arrivals(identity: str, source: str, name: str, content: bytes, media_type: str = "") -> Iterator[Arrival]:
    try:
        kind: str = kind_of(name, media_type, content[:16])
        problem = None
    except CannotRead as error:
        kind, problem = UNKNOWN, Unreadable(error.code, error.sentence)
    if kind == ROW and content.strip():
        yield from (_from_line(line, identity, source) for line in read_rows(content))
    else:
        yield Arrival(identity, source, name, content, kind, title_of(name), media_type, problem=problem)


def _from_line(line: Row | BadRow, identity: str, source: str) -> Arrival:
    place = f"{source}:{line.line}"
    if isinstance(line, BadRow):
        return unread(f"{identity}:{line.line}", place, place, line.problem)
    content = canonical({"id": line.id, "title": line.title, "text": line.text, "url": line.url})
    own = f"id:{line.id}" if line.id else f"row:{hashlib.sha256(content).hexdigest()}"
    name = f"{line.id or line.line}.jsonl"
    title = line.title or _first_words(line.text)
    return Arrival(own, place, name, content, ROW, title, external_id=line.id, url=line.url)


def _first_words(text: str) -> str:
    line = text.strip().split("\n", 1)[0].lstrip("# ")
    return line if len(line) <= 80 else line[:79].rsplit(" ", 1)[0] + "…"
