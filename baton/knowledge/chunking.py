"""A document to chunks: by heading, each knowing its place and fitting the embedder's window.

A part of the document that is short stays whole, its inner headings as lines of the text. Longer ones are divided at
their headings, then between blocks, and only then inside one: a table or list between its rows or items, which are
preceded by the sentence that introduces them each time, prose between sentences, of which the last is said again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from baton.knowledge.reading.blocks import Block, Body, Listing, Paragraph, Reading, Table
from baton.knowledge.rendering import Passage, render

Count = Callable[[str], int]
"""Tokens of the embedder in a text."""

SEPARATOR = " › "
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Sizes:
    """In tokens: the embedder's window, what a chunk may hold, what is short enough to stay whole, and so on."""

    window: int = 254
    most: int = 200
    whole: int = 60
    overlap: int = 40
    place: int = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk before it is stored; `place` is "Returns › How long it takes"."""

    place: str
    text: str


@dataclass(slots=True)
class _Section:
    """A heading with what stands directly under it and the sections inside it."""

    headings: tuple[str, ...]
    passages: list[Passage] = field(default_factory=list)
    inner: list["_Section"] = field(default_factory=list)


def divide(reading: Reading, count: Count, sizes: Sizes = Sizes()) -> list[Piece]:
    """The chunks of a document, in reading order; those without a letter or digit say nothing and are left out."""
    pieces = _Division(reading.title, count, sizes).of(_section_tree(reading.blocks))
    return [piece for piece in pieces if any(character.isalnum() for character in piece.text)]


class _Division:
    """One document being divided."""

    def __init__(self, title: str, count: Count, sizes: Sizes) -> None:
        self._title = title
        self._count = cache(count)
        self._sizes = sizes

    def of(self, section: _Section) -> Iterator[Piece]:
        if not section.passages and len(section.inner) == 1:
            yield from self.of(section.inner[0])
            return
        whole = "\n".join(_lines(section, len(section.headings)))
        if self._count(whole) <= self._sizes.whole:
            yield from [Piece(self._place(section.headings), whole)] if whole else []
            return
        yield from self._pack(section)
        for inner in section.inner:
            yield from self.of(inner)

    def _pack(self, section: _Section) -> Iterator[Piece]:
        """Fill chunks with the section's own passages, in order."""
        place = self._place(section.headings)
        room = min(self._sizes.most, self._sizes.window - self._count(place))
        filled: list[Passage] = []
        for passage in (part for whole in section.passages for part in self._fitting(whole, room)):
            if filled and self._size(filled) + self._count(passage.text) > room:
                yield Piece(place, _text(filled))
                filled = self._said_again(filled, passage, room)
            filled.append(passage)
        if filled:
            yield Piece(place, _text(filled))

    def _size(self, passages: Sequence[Passage]) -> int:
        return sum(self._count(passage.text) for passage in passages)

    def _said_again(self, before: list[Passage], after: Passage, room: int) -> list[Passage]:
        """The last sentence of a full chunk opens the next one, when prose goes on in prose."""
        last = before[-1]
        if not (last.is_prose and after.is_prose):
            return []
        size = self._count(last.parts[-1])
        fits = size <= self._sizes.overlap and size + self._count(after.text) <= room
        return [Passage("", last.parts[-1:], last.joint, is_prose=True)] if fits else []

    def _fitting(self, passage: Passage, room: int) -> Iterator[Passage]:
        """The passage itself, or as many as it takes to fit; each begins with the lead."""
        if self._count(passage.text) <= room:
            yield passage
            return
        lead = self._count(passage.lead) + self._count(passage.trail)
        left = room - lead if lead < room // 2 else room
        frame = passage if lead < room // 2 else Passage("", passage.parts, passage.joint, is_prose=passage.is_prose)
        for parts in self._groups(passage.parts, left, passage.is_prose):
            yield Passage(frame.lead, parts, frame.joint, frame.trail, frame.is_prose)

    def _groups(self, parts: Sequence[str], room: int, repeat: bool) -> Iterator[tuple[str, ...]]:
        group: list[str] = []
        size = 0
        for part in (small for whole in parts for small in self._small_enough(whole, room)):
            tokens = self._count(part)
            if group and size + tokens > room:
                yield tuple(group)
                last = self._count(group[-1])
                group = group[-1:] if repeat and last <= self._sizes.overlap and last + tokens <= room else []
                size = last if group else 0
            group.append(part)
            size += tokens
        if group:
            yield tuple(group)

    def _small_enough(self, part: str, room: int) -> Iterator[str]:
        """A sentence, item or row too long for one chunk, cut between words; characters when it has none."""
        if self._count(part) <= room:
            yield part
            return
        words = part.split(" ")
        if len(words) == 1:
            middle = len(part) // 2
            halves = (part[:middle], part[middle:])
        else:
            halves = (" ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :]))
        for half in halves:
            yield from self._small_enough(half, room)

    def _place(self, headings: tuple[str, ...]) -> str:
        """Title and headings; the middle ones go first when that is too long."""
        names = [_clipped(name) for name in (self._title, *headings)]
        while len(names) > 2 and self._count(SEPARATOR.join(names)) > self._sizes.place:
            del names[1]
        return SEPARATOR.join(names)


def _section_tree(blocks: Sequence[Block]) -> _Section:
    root = _Section(())
    for headings, bodies in _grouped(blocks):
        _find(root, headings).passages += _passages(bodies)
    return root


def _find(section: _Section, headings: tuple[str, ...]) -> _Section:
    """The section under these headings: the one being read, or a new one when the heading comes again later."""
    for depth in range(1, len(headings) + 1):
        path = headings[:depth]
        if not section.inner or section.inner[-1].headings != path:
            section.inner.append(_Section(path))
        section = section.inner[-1]
    return section


def _grouped(blocks: Sequence[Block]) -> Iterator[tuple[tuple[str, ...], list[Body]]]:
    bodies: list[Body] = []
    for number, block in enumerate(blocks):
        bodies.append(block.body)
        if number + 1 == len(blocks) or blocks[number + 1].headings != block.headings:
            yield block.headings, bodies
            bodies = []


def _passages(bodies: Sequence[Body]) -> Iterator[Passage]:
    """Bodies as text; a paragraph that ends in a colon becomes the lead of the list or table after it."""
    lead = ""
    for number, body in enumerate(bodies):
        after = bodies[number + 1] if number + 1 < len(bodies) else None
        if isinstance(body, Paragraph) and isinstance(after, Listing | Table) and body.text.endswith(":"):
            lead = body.text
            continue
        passage = render(body, lead)
        lead = ""
        if passage.parts:
            yield passage


def _lines(section: _Section, depth: int) -> Iterator[str]:
    """The section as text; headings below `depth` are lines of their own."""
    if len(section.headings) > depth:
        yield f"{'#' * min(6, len(section.headings) + 1)} {section.headings[-1]}"
    yield from (passage.text for passage in section.passages)
    for inner in section.inner:
        yield from _lines(inner, depth)


def _text(passages: Sequence[Passage]) -> str:
    return "\n".join(passage.text for passage in passages)


def _clipped(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "…"
