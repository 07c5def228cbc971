"""PDF files: text boxes in reading order, headings by their size, ruled tables as tables, page furniture dropped."""

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from baton.knowledge.reading.blocks import Block, CannotRead, Listing, Paragraph, Reading, Table
from baton.knowledge.reading.office import LOCKED
from baton.knowledge.reading.tables import table_of
from baton.knowledge.reading.text import LONGEST_HEADING, bodies_of, fold, is_item

MOST_PAGES = 2000
_HEADING_RATIO = 1.12
_FURNITURE_SHARE = 0.5
_FEWEST_PAGES_FOR_FURNITURE = 3
_HYPHEN = re.compile(r"(\w)[-\u00ad]$")
_RULE_OR_NUMBER = re.compile(r"^(?:\W+|\d{1,4})$")
_DIGITS = re.compile(r"\d+")
_SCAN = (
    "That PDF is a scan: its {pages} are pictures without a text layer, so there is nothing to search. "
    "Add a version with text, or run text recognition (OCR) on it first."
)
_BROKEN = "That PDF is damaged and can't be opened. Export it again and add that."


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: float
    bold: bool
    top: float
    middle: float


@dataclass(frozen=True, slots=True)
class _Page:
    """What stands on a page, in reading order: text boxes, each a list of lines, and tables."""

    parts: tuple[tuple[_Line, ...] | Table, ...]
    height: float


def read_pdf(content: bytes, title: str) -> Reading:
    """A PDF file. Raises CannotRead for a locked, damaged, or merely scanned one."""
    pages, own_title = _open(content)
    silent = sum(1 for page in pages if not page.parts)
    if silent == len(pages):
        raise CannotRead("scan", _SCAN.format(pages=_count(len(pages))))
    parts = [part for page in _without_furniture(pages) for part in page.parts]
    blocks, heading = _blocks(parts, _body_size(parts))
    note = f"{silent} of {_count(len(pages))} are pictures without text and were left out." if silent else None
    return Reading(own_title or heading or title, blocks, note)


def _count(pages: int) -> str:
    return "1 page" if pages == 1 else f"{pages} pages"


def _open(content: bytes) -> tuple[list[_Page], str]:
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(io.BytesIO(content), laparams={}) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                raise CannotRead("too_large", f"That PDF has more than {MOST_PAGES} pages. Split it and add the parts.")
            pages = [_read_page(page) for page in pdf.pages]
            return pages, _own_title(pdf.metadata)
    except PdfminerException as error:
        locked = any(isinstance(argument, PDFPasswordIncorrect) for argument in error.args)
        raise CannotRead("locked" if locked else "broken", LOCKED if locked else _BROKEN) from error


def _own_title(metadata: dict[str, Any]) -> str:
    """The title in the file's metadata, unless a program put a file name or nothing there."""
    title = fold(str(metadata.get("Title") or ""))
    is_name = not re.search(r"\s", title) or title.lower().startswith(("microsoft word", "untitled", "(anonymous)"))
    return "" if is_name else title


def _read_page(page: Any) -> _Page:
    tables = [table for table in page.find_tables() if len(table.rows) > 1 and len(table.columns) > 1]
    placed = [(table.bbox[1], _read_table(table)) for table in tables]
    parts: list[tuple[_Line, ...] | Table] = []
    for box in _boxes(page.layout):
        lines = tuple(line for line in _lines(box, page.height) if not _is_inside(line, tables))
        parts += [table for top, table in placed if lines and top < lines[0].top]
        placed = [item for item in placed if not lines or item[0] >= lines[0].top]
        parts += [lines] if lines else []
    parts += [table for _, table in placed]
    page.close()
    return _Page(tuple(part for part in parts if not isinstance(part, Table) or part.rows), float(page.height))


def _read_table(table: Any) -> Table:
    return table_of([[fold(cell or "") for cell in row] for row in table.extract()])


def _boxes(layout: Any) -> Iterator[Any]:
    from pdfminer.layout import LTFigure, LTTextBox

    for element in layout:
        if isinstance(element, LTTextBox):
            yield element
        elif isinstance(element, LTFigure):
            yield from _boxes(element)


def _lines(box: Any, height: float) -> Iterator[_Line]:
    from pdfminer.layout import LTChar, LTTextLine

    for line in box:
        text = fold(line.get_text()) if isinstance(line, LTTextLine) else ""
        characters = [character for character in line if isinstance(character, LTChar)] if text else []
        if characters and "(cid:" not in text and not _RULE_OR_NUMBER.match(text):
            sizes = sorted(character.size for character in characters)
            bold = all("bold" in character.fontname.lower() for character in characters if character.get_text().strip())
            yield _Line(text, round(sizes[len(sizes) // 2], 1), bold, height - line.y1, (line.x0 + line.x1) / 2)


def _is_inside(line: _Line, tables: Sequence[Any]) -> bool:
    return any(
        top - 2 <= line.top <= bottom and left <= line.middle <= right
        for left, top, right, bottom in (table.bbox for table in tables)
    )


def _without_furniture(pages: list[_Page]) -> list[_Page]:
    """Pages without the running heads, feet and page numbers that most of them share."""
    if len(pages) < _FEWEST_PAGES_FOR_FURNITURE:
        return pages
    seen = Counter(mark for page in pages for mark in {_mark(line) for line in _edge_lines(page)})
    furniture = {mark for mark, times in seen.items() if times >= len(pages) * _FURNITURE_SHARE}
    return [_Page(tuple(_kept(part, page, furniture) for part in page.parts), page.height) for page in pages]


def _kept(part: tuple[_Line, ...] | Table, page: _Page, furniture: set[str]) -> tuple[_Line, ...] | Table:
    if isinstance(part, Table):
        return part
    return tuple(line for line in part if not (_is_at_edge(line, page) and _mark(line) in furniture))


def _edge_lines(page: _Page) -> list[_Line]:
    return [line for part in page.parts if not isinstance(part, Table) for line in part if _is_at_edge(line, page)]


def _is_at_edge(line: _Line, page: _Page) -> bool:
    return line.top < page.height * 0.12 or line.top > page.height * 0.88


def _mark(line: _Line) -> str:
    return _DIGITS.sub("0", line.text)


def _body_size(parts: Sequence[tuple[_Line, ...] | Table]) -> float:
    """The size most of the text is set in."""
    sizes: Counter[float] = Counter()
    for part in parts:
        if not isinstance(part, Table):
            for line in part:
                sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _blocks(parts: Sequence[tuple[_Line, ...] | Table], body_size: float) -> tuple[tuple[Block, ...], str]:
    """The blocks, and the text of the largest heading on the first pages, which names a file without a title."""
    headings: list[tuple[float, str]] = []
    blocks: list[Block] = []
    first: tuple[float, str] = (0.0, "")
    for part in parts:
        if isinstance(part, Table):
            blocks.append(Block(_path(headings), part))
            continue
        heading, lines = _split_heading(part, body_size)
        if heading is not None:
            rank, text = heading
            first = max(first, heading, key=lambda item: item[0])
            headings = [item for item in headings if item[0] > rank] + [(rank, text)]
        blocks += [Block(_path(headings), body) for body in _bodies(lines)]
    return _joined_over_pages(blocks, first[1]), first[1]


def _path(headings: list[tuple[float, str]]) -> tuple[str, ...]:
    return tuple(text for _, text in headings)


def _split_heading(lines: tuple[_Line, ...], body_size: float) -> tuple[tuple[float, str] | None, list[_Line]]:
    """The heading at the top of a text box, if it is set larger, or bold above plain text."""
    count = 0
    while count < len(lines) and _is_heading(lines[count], body_size) and lines[count].size == lines[0].size:
        count += 1
    text = fold(" ".join(line.text for line in lines[:count]))
    if not count or len(text) > LONGEST_HEADING * 2:
        return None, list(lines)
    return (lines[0].size + (0.1 if lines[0].bold else 0.0), text), list(lines[count:])


def _is_heading(line: _Line, body_size: float) -> bool:
    if len(line.text) > LONGEST_HEADING or (is_item(line.text) and line.size <= body_size):
        return False
    if not any(character.isalpha() for character in line.text):
        return False
    larger = line.size >= body_size * _HEADING_RATIO
    return larger or (line.bold and line.size >= body_size * 0.98 and not line.text.endswith((".", ",", ";")))


def _bodies(lines: list[_Line]) -> list[Paragraph | Listing]:
    texts: list[str] = []
    for line in lines:
        if texts and _HYPHEN.search(texts[-1]) and line.text[:1].islower():
            texts[-1] = _HYPHEN.sub(r"\1", texts[-1]) + line.text
        else:
            texts.append(line.text)
    return bodies_of(texts)


def _joined_over_pages(blocks: list[Block], title: str) -> tuple[Block, ...]:
    """Paragraphs that a page or column break cut in two are one again; the title is no heading of its own."""
    made: list[Block] = []
    for block in blocks:
        headings = block.headings[1:] if block.headings[:1] == (title,) else block.headings
        block = Block(headings, block.body)
        if made and _goes_on(made[-1], block):
            made[-1] = Block(headings, Paragraph(f"{_words(made[-1])} {_words(block)}"))
        else:
            made.append(block)
    return tuple(made)


def _goes_on(before: Block, after: Block) -> bool:
    """Whether a sentence that stopped without an end is taken up under the same heading."""
    return before.headings == after.headings and _words(before)[-1:].isalnum() and _words(after)[:1].islower()


def _words(block: Block) -> str:
    return block.body.text if isinstance(block.body, Paragraph) else ""
