"""JSON lines: each row `{"id", "title", "text"}` is a document of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from baton.knowledge.reading.blocks import CannotRead, Reading, Unreadable
from baton.knowledge.reading.html import titled
from baton.knowledge.reading.markdown import read_markdown


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `id` is its identity, and without one its text is. `line` counts from 1."""

    line: int
    id: str | None
    title: str
    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that isn't such a row."""

    line: int
    problem: Unreadable


def read_rows(content: bytes) -> Iterator[Row | BadRow]:
    """The rows of a JSON lines file, in order; empty lines are passed over."""
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        if line.strip():
            yield _read_row(number, line)


def read_row(content: bytes, title: str) -> Reading:
    """One row as a document: its text is Markdown, and its title, or else the one given, stands."""
    row = next(read_rows(content), None)
    if not isinstance(row, Row):
        raise CannotRead("broken", row.problem.sentence if row else "That row is empty.")
    reading = read_markdown(row.text.encode(), row.title or title)
    return titled(row.title or title, list(reading.blocks))


def _read_row(number: int, line: bytes) -> Row | BadRow:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return _bad(number, f"isn't JSON ({error})")
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return _bad(number, 'has no "text"')
    if not value["text"].strip():
        return _bad(number, 'has an empty "text"')
    return Row(
        number, _word(value.get("id")), _word(value.get("title")) or "", value["text"], _address(value.get("url"))
    )


def _word(value: Any) -> str | None:
    return str(value).strip() or None if isinstance(value, str | int) and not isinstance(value, bool) else None


def _address(value: Any) -> str | None:
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else None


def _bad(number: int, what: str) -> BadRow:
    sentence = (
        f'Line {number} {what}. Each line must be one JSON object such as {{"id": "…", "title": "…", "text": "…"}}.'
    )
    return BadRow(number, Unreadable("broken", sentence))
