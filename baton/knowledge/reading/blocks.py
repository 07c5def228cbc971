"""What reading makes of a file: a title, and blocks that each know the headings above them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, white space folded."""

    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; an item that holds a list of its own keeps it as further lines, each indented by two spaces a level."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header; `header` is empty when the first column names what the others say."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """Text whose line breaks and spaces mean something."""

    text: str


Body = Paragraph | Listing | Table | Code


@dataclass(frozen=True, slots=True)
class Block:
    """One body and its place: the headings above it, outermost first, without the document's title."""

    headings: tuple[str, ...]
    body: Body


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that could be read. `note` says what had to be left out, such as pages that are pictures."""

    title: str
    blocks: tuple[Block, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not; `sentence` tells a person what is wrong and what to do."""

    code: str
    sentence: str


class CannotRead(Exception):
    """Raised inside a reader; becomes an `Unreadable` before it leaves the package."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


_KINDS: dict[str, type[Paragraph | Listing | Table | Code]] = {
    "paragraph": Paragraph,
    "listing": Listing,
    "table": Table,
    "code": Code,
}


def as_json(result: Reading | Unreadable) -> dict[str, Any]:
    """The form in which a result leaves the child process."""
    if isinstance(result, Unreadable):
        return {"unreadable": result.code, "sentence": result.sentence}
    blocks = [[list(block.headings), type(block.body).__name__.lower(), _fields(block.body)] for block in result.blocks]
    return {"title": result.title, "blocks": blocks, "note": result.note}


def from_json(value: dict[str, Any]) -> Reading | Unreadable:
    """The result that `as_json` wrote."""
    if "unreadable" in value:
        return Unreadable(value["unreadable"], value["sentence"])
    blocks = (Block(tuple(headings), _body(kind, fields)) for headings, kind, fields in value["blocks"])
    return Reading(value["title"], tuple(blocks), value["note"])


def _fields(body: Body) -> dict[str, Any]:
    return {name: getattr(body, name) for name in body.__slots__}


def _body(kind: str, fields: dict[str, Any]) -> Body:
    return _KINDS[kind](**{name: _frozen(value) for name, value in fields.items()})


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def has_text(blocks: Sequence[Block]) -> bool:
    """Whether there is anything at all to search."""
    return any(_has_text(block.body) for block in blocks)


def _has_text(body: Body) -> bool:
    match body:
        case Paragraph(text) | Code(text):
            return any(character.isalnum() for character in text)
        case Listing(items):
            return any(character.isalnum() for item in items for character in item)
        case Table(header, rows):
            return any(character.isalnum() for row in (header, *rows) for cell in row for character in cell)
