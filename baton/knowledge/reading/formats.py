"""One reader for each kind of file, and the checks that hold for all of them."""

from collections.abc import Callable

from baton.knowledge.reading.blocks import CannotRead, Reading, Unreadable, has_text
from baton.knowledge.reading.delimited import read_csv
from baton.knowledge.reading.epub import read_epub
from baton.knowledge.reading.html import read_html
from baton.knowledge.reading.kinds import Kind
from baton.knowledge.reading.markdown import read_markdown
from baton.knowledge.reading.office import read_docx, read_pptx, read_xlsx
from baton.knowledge.reading.pdf import read_pdf
from baton.knowledge.reading.rows import read_row
from baton.knowledge.reading.text import read_text

READERS: dict[Kind, Callable[[bytes, str], Reading]] = {
    "markdown": read_markdown,
    "text": read_text,
    "html": read_html,
    "pdf": read_pdf,
    "docx": read_docx,
    "pptx": read_pptx,
    "xlsx": read_xlsx,
    "epub": read_epub,
    "csv": read_csv,
    "jsonl": read_row,
}
MOST_CHARACTERS = 5_000_000
_BROKEN = "That file is damaged, or isn't what its name says. Open it on your computer, save it again and add that."
_EMPTY = "There is no text in that file, so there is nothing to search. Check that it is the right one."
_TOO_MUCH = "That file holds more text than Baton reads at once. Split it and add the parts."
_TOO_MUCH_MEMORY = "Reading that file takes more memory than is allowed. Split it, or add a simpler version."


def read_content(kind: Kind, content: bytes, title: str) -> Reading | Unreadable:
    """Read a file of this kind. A file that can't be read is a value, whatever went wrong inside the parser."""
    try:
        reading = READERS[kind](content, title)
    except CannotRead as problem:
        return Unreadable(problem.code, problem.sentence)
    except MemoryError:
        return Unreadable("too_large", _TOO_MUCH_MEMORY)
    except Exception:  # noqa: BLE001 - parsers of strangers' files raise anything at all
        return Unreadable("broken", _BROKEN)
    return _checked(reading)


def _checked(reading: Reading) -> Reading | Unreadable:
    if not has_text(reading.blocks):
        return Unreadable("empty", _EMPTY)
    if sum(len(repr(block.body)) for block in reading.blocks) > MOST_CHARACTERS:
        return Unreadable("too_large", _TOO_MUCH)
    return reading
