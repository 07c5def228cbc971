"""Word, PowerPoint and Excel files, and the archives that they are."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from baton.knowledge.reading.blocks import Block, Body, CannotRead, Listing, Paragraph, Reading
from baton.knowledge.reading.html import read_fragment, titled
from baton.knowledge.reading.tables import table_of
from baton.knowledge.reading.text import fold

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LARGEST_UNPACKED = 300_000_000
_MOST_CELLS = 200_000
LOCKED = "That file is locked with a password. Save a copy without the password and add that."
BROKEN = "That file is damaged and can't be opened. Open it on your computer, save it again and add that."
_WORD_STYLES = "p[style-name='Title'] => h1.title:fresh\np[style-name='Subtitle'] => p:fresh"


def open_archive(content: bytes) -> zipfile.ZipFile:
    """The archive inside a modern office file or EPUB. Raises CannotRead for locked, damaged and swollen ones."""
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise CannotRead("locked", LOCKED)
        raise CannotRead("unsupported", "That file is in an old Office format. Save it as .docx, .pptx, .xlsx or PDF.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise CannotRead("broken", BROKEN) from error
    if sum(entry.file_size for entry in archive.infolist()) > _LARGEST_UNPACKED:
        raise CannotRead("too_large", "That file unpacks to more than Baton reads at once. Split it and add the parts.")
    return archive


def read_docx(content: bytes, title: str) -> Reading:
    """A Word file, by way of HTML; pictures are left out."""
    import mammoth

    open_archive(content)
    made = mammoth.convert_to_html(io.BytesIO(content), convert_image=_no_picture, style_map=_WORD_STYLES)
    return read_fragment(made.value, title)


def _no_picture(_image: Any) -> list[Any]:
    return []


def read_xlsx(content: bytes, title: str) -> Reading:
    """A workbook: each sheet is a heading and a table."""
    from openpyxl import load_workbook

    open_archive(content)
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    left = _MOST_CELLS
    blocks: list[Block] = []
    for sheet in book.worksheets:
        grid: list[list[str]] = []
        for row in sheet.iter_rows(values_only=True):
            left -= len(row)
            if left < 0:
                raise CannotRead(
                    "too_large", f"That workbook has more than {_MOST_CELLS:,} cells. Split it and add the parts."
                )
            grid.append([_cell(value) for value in row])
        table = table_of(_without_empty_columns([row for row in grid if any(row)]))
        if table.rows:
            blocks.append(Block((sheet.title,) if len(book.worksheets) > 1 else (), table))
    return Reading(fold(book.properties.title or "") or title, tuple(blocks))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return fold(str(value)).removesuffix(" 00:00:00")


def _without_empty_columns(grid: list[list[str]]) -> list[list[str]]:
    width = max((len(row) for row in grid), default=0)
    kept = [column for column in range(width) if any(column < len(row) and row[column] for row in grid)]
    return [[row[column] if column < len(row) else "" for column in kept] for row in grid]


def read_pptx(content: bytes, title: str) -> Reading:
    """A presentation: each slide's title is a heading; what is said in the notes belongs to it."""
    from pptx import Presentation

    open_archive(content)
    presentation = Presentation(io.BytesIO(content))
    blocks: list[Block] = []
    for number, slide in enumerate(presentation.slides, start=1):
        heading = fold(slide.shapes.title.text_frame.text) if slide.shapes.title is not None else ""
        bodies = [body for shape in slide.shapes if shape != slide.shapes.title for body in _shape(shape)]
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            bodies += _text_frame(slide.notes_slide.notes_text_frame)
        blocks += [Block((heading or f"Slide {number}",), body) for body in bodies]
    return titled(fold(presentation.core_properties.title or "") or title, blocks)


def _shape(shape: Any) -> Iterator[Body]:
    if getattr(shape, "has_table", False):
        yield table_of([[fold(cell.text) for cell in row.cells] for row in shape.table.rows])
    elif hasattr(shape, "shapes"):
        for inner in shape.shapes:
            yield from _shape(inner)
    elif shape.has_text_frame:
        yield from _text_frame(shape.text_frame)


def _text_frame(frame: Any) -> list[Body]:
    """One paragraph is a paragraph; several short ones are the points of a slide."""
    lines = [fold(paragraph.text) for paragraph in frame.paragraphs if paragraph.text.strip()]
    if len(lines) > 1 and not all(line.endswith(".") and len(line) > 120 for line in lines):
        return [Listing(tuple(lines))]
    return [Paragraph(line) for line in lines]
