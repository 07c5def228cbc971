"""CSV as spreadsheets and other programs write it: any encoding, any common delimiter."""

import csv
import io
from collections import Counter

from baton.knowledge.reading.blocks import Block, CannotRead, Reading
from baton.knowledge.reading.encoding import decode
from baton.knowledge.reading.tables import table_of
from baton.knowledge.reading.text import fold

_DELIMITERS = ",;\t|"
_LARGEST_FIELD = 1_000_000


def read_csv(content: bytes, title: str) -> Reading:
    """One table; its first row is the header."""
    text = decode(content)
    csv.field_size_limit(_LARGEST_FIELD)
    try:
        rows = [[fold(cell) for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter_of(text))]
    except csv.Error as error:
        raise CannotRead(
            "broken", f"That CSV file can't be read: {error}. Save it again as CSV and add that."
        ) from error
    table = table_of([row for row in rows if any(row)])
    return Reading(title, (Block((), table),) if table.rows else ())


def delimiter_of(text: str) -> str:
    """The delimiter that divides most lines into the same number of cells, more than one."""
    lines = [line for line in text.split("\n")[:50] if line.strip()]
    return max(_DELIMITERS, key=lambda delimiter: _evenness(lines, delimiter)) if lines else ","


def _evenness(lines: list[str], delimiter: str) -> tuple[float, int]:
    """The share of lines with the commonest number of cells, and that number; a delimiter not there is worst."""
    counts = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
    cells, often = max(counts.items(), key=lambda item: (item[0] > 1, item[1]))
    return (often / len(lines), cells) if cells > 1 else (0.0, 0)
