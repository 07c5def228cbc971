"""White space, and plain text files: paragraphs, lists, and headings that are underlined or numbered."""

import re

from baton.knowledge.reading.blocks import Block, Listing, Paragraph, Reading
from baton.knowledge.reading.encoding import decode

_SPACES = re.compile(r"[\s\u200b\ufeff\u00ad\u2060]+")
_BULLET = re.compile(r"^\s*(?:[-*•◦▪‣·–]|\(?\d{1,2}[.)])\s+(?=\S)")
_NUMBERED = re.compile(r"^\s*\(?\d{1,2}[.)]\s")
_UNDERLINE = re.compile(r"^(=|-|~|\*){3,}\s*$")
_PARAGRAPH_BREAK = re.compile(r"\n[ \t]*\n+")
LONGEST_HEADING = 90


def fold(text: str) -> str:
    """`text` on one line, with single spaces."""
    return _SPACES.sub(" ", text).strip()


def fold_lines(text: str) -> str:
    """The same, but a vertical tab, which stands for a wanted line break, becomes one."""
    return "\n".join(line for line in (fold(part) for part in text.split("\v")) if line)


def read_text(content: bytes, title: str) -> Reading:
    """A plain text file."""
    return Reading(title, tuple(blocks_of(decode(content))))


def blocks_of(text: str) -> list[Block]:
    """Paragraphs are divided by empty lines; a short line underlined by ===, --- or ~~~ is a heading."""
    headings: tuple[str, ...] = ()
    blocks: list[Block] = []
    for part in _PARAGRAPH_BREAK.split(text.replace("\f", "\n\n")):
        lines = [line.rstrip() for line in part.split("\n") if line.strip()]
        if len(lines) >= 2 and _UNDERLINE.match(lines[1]) and len(lines[0]) <= LONGEST_HEADING:
            headings, lines = (fold(lines[0]),), lines[2:]
        blocks += [Block(headings, body) for body in bodies_of([line for line in lines if not _UNDERLINE.match(line)])]
    return blocks


def bodies_of(lines: list[str]) -> list[Paragraph | Listing]:
    """Lines that belong together, parted where a list begins or ends; a line that continues an item joins it."""
    bodies: list[Paragraph | Listing] = []
    prose: list[str] = []
    items: list[str] = []
    ordered = False
    for line in lines:
        if is_item(line):
            bodies += _paragraph(prose)
            prose = []
            ordered = ordered or bool(_NUMBERED.match(line))
            items.append(without_bullet(line))
        elif items and (line[:1].isspace() or not items[-1].endswith((".", "!", "?", ":"))):
            items[-1] += " " + line.strip()
        else:
            bodies += _listing(items, ordered)
            items, ordered = [], False
            prose.append(line)
    return bodies + _paragraph(prose) + _listing(items, ordered)


def is_item(line: str) -> bool:
    """Whether a line begins with a bullet or a number."""
    return bool(_BULLET.match(line))


def without_bullet(line: str) -> str:
    return _BULLET.sub("", line).strip()


def _paragraph(lines: list[str]) -> list[Paragraph | Listing]:
    text = fold(" ".join(lines))
    return [Paragraph(text)] if text else []


def _listing(items: list[str], ordered: bool) -> list[Paragraph | Listing]:
    return [Listing(tuple(fold(item) for item in items), ordered)] if items else []
