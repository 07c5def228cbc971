"""HTML tables and rows of cells to `Table`: spans filled in, the header found."""

from collections.abc import Callable, Iterator, Sequence

from lxml.html import HtmlElement

from baton.knowledge.reading.blocks import Table

_WIDEST_SPAN = 50
_MOST_ROWS_SPANNED = 1000


def is_data_table(table: HtmlElement) -> bool:
    """Whether a table holds data rather than the page's layout."""
    if table.get("role") in ("presentation", "none") or next(table.iterdescendants("table"), None) is not None:
        return False
    return any(len([cell for cell in row if cell.tag in ("td", "th")]) > 1 for row in table.iterdescendants("tr"))


def read_table(table: HtmlElement, text_of: Callable[[HtmlElement], str]) -> Table:
    """The table with every span filled in; several header rows are joined into one."""
    rows = [row for row in table.iterdescendants("tr") if not _is_hidden(row)]
    grid = list(_grid(rows, text_of))
    caption = table.find("caption")
    made = table_of(grid, _header_rows(rows), _first_column_heads(rows))
    return Table(made.header, made.rows, text_of(caption) if caption is not None else "")


def table_of(grid: Sequence[Sequence[str]], header_rows: int = 1, first_column_heads: bool = False) -> Table:
    """A table of these cells. Without header rows two columns read as name and value; wider ones take the first row."""
    width = max((len(row) for row in grid), default=0)
    cells = [tuple(row) + ("",) * (width - len(row)) for row in grid]
    head, rows = _filled(cells[:header_rows]), _filled(cells[header_rows:])
    if not head and (width == 2 or first_column_heads):
        return Table((), rows)
    head, rows = (head, rows) if head else (rows[:1], rows[1:])
    header = tuple(_joined(column) for column in zip(*head, strict=True))
    return Table(header, rows) if rows else Table((), head)


def _filled(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple(row for row in rows if any(cell.strip() for cell in row))


def _joined(cells: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(cell for cell in cells if cell))


def _is_hidden(row: HtmlElement) -> bool:
    return row.get("hidden") is not None or row.get("aria-hidden") == "true"


def _header_rows(rows: Sequence[HtmlElement]) -> int:
    """How many rows at the top are header: those in `thead`, or made of `th` alone."""
    count = 0
    for row in rows:
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        in_head = row.getparent() is not None and row.getparent().tag == "thead"
        if not in_head and (not cells or any(cell.tag == "td" for cell in cells)):
            break
        count += 1
    return count


def _first_column_heads(rows: Sequence[HtmlElement]) -> bool:
    """Whether each row is named by a `th` of its own."""
    firsts = [next((cell for cell in row if cell.tag in ("td", "th")), None) for row in rows]
    return bool(firsts) and all(cell is not None and cell.tag == "th" for cell in firsts)


def _grid(rows: Sequence[HtmlElement], text_of: Callable[[HtmlElement], str]) -> Iterator[list[str]]:
    """Rows of texts; a cell over several rows is repeated in each, one over several columns in each header cell."""
    hanging: dict[int, tuple[int, str]] = {}
    for row in rows:
        line: list[str] = []
        for cell in (child for child in row if child.tag in ("td", "th")):
            _take_hanging(line, hanging)
            text, wide, high = text_of(cell), _span(cell, "colspan"), _span(cell, "rowspan")
            for offset in range(min(wide, _WIDEST_SPAN)):
                shown = text if offset == 0 or cell.tag == "th" else ""
                if high > 1:
                    hanging[len(line)] = (min(high, _MOST_ROWS_SPANNED) - 1, shown)
                line.append(shown)
        _take_hanging(line, hanging)
        yield line


def _take_hanging(line: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    while len(line) in hanging:
        left, text = hanging.pop(len(line))
        if left > 1:
            hanging[len(line)] = (left - 1, text)
        line.append(text)


def _span(cell: HtmlElement, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return max(1, int(value)) if value.isdigit() else 1
