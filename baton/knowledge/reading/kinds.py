"""Which kind of file this is: by its first bytes where those are telling, else by name and media type."""

from pathlib import PurePosixPath
from typing import Literal, get_args

from baton.knowledge.reading.blocks import CannotRead

Kind = Literal["markdown", "text", "html", "pdf", "docx", "pptx", "xlsx", "epub", "csv", "jsonl"]
KINDS: tuple[Kind, ...] = get_args(Kind)

SUFFIXES: dict[str, Kind] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdx": "markdown",
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".pptx": "pptx",
    ".xlsx": "xlsx",
    ".epub": "epub",
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
_MEDIA_TYPES: dict[str, Kind] = {
    "text/markdown": "markdown",
    "text/plain": "text",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/epub+zip": "epub",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "application/x-ndjson": "jsonl",
    "application/jsonl": "jsonl",
}
_OLD_OFFICE = {".doc": ".docx", ".dot": ".docx", ".xls": ".xlsx", ".ppt": ".pptx", ".rtf": ".docx", ".odt": ".docx"}
_PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff", ".bmp", ".heic", ".svg"}
READABLE = "Markdown, text, HTML, PDF, Word (.docx), PowerPoint (.pptx), Excel (.xlsx), EPUB, CSV and JSON lines"


def kind_of(name: str, media_type: str = "", start: bytes = b"") -> Kind:
    """The kind of the file called `name`; `start` is its first bytes. Raises CannotRead for one that nobody reads."""
    suffix = PurePosixPath(name.lower()).suffix
    if start.startswith(b"%PDF-"):
        return "pdf"
    kind = SUFFIXES.get(suffix) or _MEDIA_TYPES.get(media_type.partition(";")[0].strip().lower())
    if kind is None:
        raise CannotRead("unsupported", _unsupported(suffix))
    return kind


def can_read(name: str) -> bool:
    """Whether a file of this name is worth trying, for folders that also hold pictures and programs."""
    return PurePosixPath(name.lower()).suffix in SUFFIXES


def _unsupported(suffix: str) -> str:
    if suffix in _OLD_OFFICE:
        return f"Files of type {suffix} can't be read. Save it as {_OLD_OFFICE[suffix]} or PDF and add that."
    if suffix in _PICTURES:
        return "That file is a picture, so there is no text to search. Add a version with text."
    what = f"Files of type {suffix}" if suffix else "Files without a type in their name"
    return f"{what} can't be read. Add one of these: {READABLE}."
