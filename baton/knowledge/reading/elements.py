"""A tree of HTML elements to blocks. HTML, Markdown, Word and EPUB all come through here."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from baton.knowledge.reading.blocks import Block, Body, Code, Listing, Paragraph
from baton.knowledge.reading.tables import is_data_table, read_table
from baton.knowledge.reading.text import fold, fold_lines

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_SILENT_NAMES = (
    "script style noscript template svg math head nav iframe object embed audio video canvas select textarea input "
    "button datalist dialog menu img map"
)
_SILENT_ROLE_NAMES = "navigation search banner contentinfo complementary dialog alertdialog toolbar menu"
_INLINE_NAMES = (
    "a abbr b bdi bdo cite code data del dfn em font i ins kbd label mark q s samp small span strike strong sub sup "
    "time tt u var wbr br tbody"
)
_ANCHOR_CLASS_NAMES = "headerlink anchor anchorjs-link heading-anchor mw-editsection"
_SILENT = frozenset(_SILENT_NAMES.split())
_SILENT_ROLES = frozenset(_SILENT_ROLE_NAMES.split())
_INLINE = frozenset(_INLINE_NAMES.split())
_ANCHOR_CLASSES = frozenset(_ANCHOR_CLASS_NAMES.split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\[\s*(\d{1,3}|[a-z]|citation needed|update|edit)\s*\]")
_ANCHOR_MARKS = " \t#¶§🔗"
_DEEPEST = 99
_LONG_MENU = 12
_MENU_SHARE = 0.95


def read_elements(root: HtmlElement) -> list[Block]:
    """The blocks under `root`, in reading order."""
    walk = _Walk()
    walk.into(root)
    walk.end_paragraph()
    return walk.blocks


def text_of(element: HtmlElement) -> str:
    """What a reader sees of `element`, on one line."""
    return fold("".join(_pieces(element)))


def is_silent(element: HtmlElement) -> bool:
    """Whether `element` says nothing: hidden, a control, a script, or a way to other pages."""
    if not isinstance(element.tag, str) or element.tag in _SILENT:
        return True
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if element.get("role") in _SILENT_ROLES or _HIDDEN.search(element.get("style") or ""):
        return True
    return element.tag in ("a", "span") and not _ANCHOR_CLASSES.isdisjoint((element.get("class") or "").split())


class _Walk:
    """Goes through the tree once, with the headings above the current point and the paragraph being gathered."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._headings: list[tuple[int, str]] = []
        self._pieces: list[str] = []

    def into(self, element: HtmlElement) -> None:
        """Walk the children of `element` and the text between them."""
        self._pieces.append(element.text or "")
        for child in element:
            if not is_silent(child):
                self._visit(child)
            self._pieces.append(child.tail or "")

    def end_paragraph(self) -> None:
        text = _without_footnotes(fold_lines("".join(self._pieces)))
        self._pieces.clear()
        if text:
            self._add(Paragraph(text))

    def _visit(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag == "br":
            self._pieces.append("\v")
        elif tag in _INLINE:
            self._visit_inline(element)
        else:
            self.end_paragraph()
            self._visit_block(element)
            self.end_paragraph()

    def _visit_inline(self, element: HtmlElement) -> None:
        if any(child.tag not in _INLINE for child in element.iterdescendants() if isinstance(child.tag, str)):
            self.into(element)
        else:
            self._pieces.extend(_pieces(element))

    def _visit_block(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in HEADINGS:
            self._enter_heading(HEADINGS[tag], element)
        elif tag in ("ul", "ol"):
            self._read_list(element)
        elif tag == "dl":
            self._add_list(list(_definitions(element)), ordered=False)
        elif tag == "table" and is_data_table(element):
            self._add(read_table(element, text_of))
        elif tag in ("pre", "listing"):
            self._add(Code(element.text_content().strip("\n")))
        elif tag == "details":
            self._read_details(element)
        else:
            self.into(element)

    def _enter_heading(self, level: int, element: HtmlElement) -> None:
        heading = _without_footnotes(fold("".join(_pieces(element, controls=True)))).strip(_ANCHOR_MARKS)
        if heading:
            self._leave_headings(level)
            self._headings.append((level, heading))

    def _leave_headings(self, level: int) -> None:
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()

    def _read_details(self, element: HtmlElement) -> None:
        """A fold-out: its summary is the heading of what it holds, and of nothing after it."""
        summary = element.find("summary")
        heading = text_of(summary) if summary is not None else ""
        before = list(self._headings)
        if summary is not None and heading:
            self._headings.append((_DEEPEST, heading))
            summary.drop_tree()
        self.into(element)
        self.end_paragraph()
        self._headings = before

    def _read_list(self, element: HtmlElement) -> None:
        if _leads_elsewhere(element):
            return
        if any(True for _ in element.iterdescendants("h1", "h2", "h3", "h4", "h5", "h6", "table", "pre")):
            self._read_list_of_blocks(element)
        else:
            self._add_list(list(_items(element)), element.tag == "ol")

    def _read_list_of_blocks(self, element: HtmlElement) -> None:
        """Items that hold tables, code or headings of their own read as what they hold."""
        for item in element:
            if not is_silent(item):
                self.into(item)
                self.end_paragraph()

    def _add_list(self, items: list[str], ordered: bool) -> None:
        kept = tuple(item for item in (_without_footnotes(item) for item in items) if item)
        if kept:
            self._add(Listing(kept, ordered))

    def _add(self, body: Body) -> None:
        self.blocks.append(Block(tuple(heading for _, heading in self._headings), body))


def _pieces(element: HtmlElement, controls: bool = False) -> Iterator[str]:
    """The text inside an element; `controls` also reads buttons, which headings that fold out are made of."""
    yield element.text or ""
    for child in element:
        if child.tag == "br":
            yield "\v"
        elif not is_silent(child) or (controls and child.tag == "button"):
            yield "" if child.tag in _INLINE else " "
            yield from _pieces(child, controls)
            yield "" if child.tag in _INLINE else " "
        yield child.tail or ""


def _items(element: HtmlElement) -> Iterator[str]:
    """One text per item; an inner list follows its item's text as indented lines."""
    for item in (child for child in element if not is_silent(child)):
        if item.tag in ("ul", "ol"):
            yield from _items(item)
            continue
        inner = [child for child in item.iterdescendants("ul", "ol") if _closest_list(child) is element]
        lines = [fold(_own_text(item))]
        for nested in inner:
            marks = (f"{n}. " if nested.tag == "ol" else "- " for n in range(1, 10_000))
            lines += [
                "  " + mark + line.replace("\n", "\n  ") for mark, line in zip(marks, _items(nested), strict=False)
            ]
        yield "\n".join(line for line in lines if line.strip())


def _leads_elsewhere(element: HtmlElement) -> bool:
    """Whether a long list is nothing but links, as menus, language choices and lists of further pages are."""
    links = list(element.iterdescendants("a"))
    if len(links) < _LONG_MENU or any(link.get("href", "#").startswith("#") for link in links[:2]):
        return False
    linked = sum(len(text_of(link)) for link in links)
    return linked >= _MENU_SHARE * max(1, len(text_of(element).replace(" ", "")))


def _closest_list(element: HtmlElement) -> HtmlElement | None:
    return next(element.iterancestors("ul", "ol"), None)


def _own_text(item: HtmlElement) -> str:
    """An item's text without the lists inside it."""
    if item.tag in ("ul", "ol") or is_silent(item):
        return ""
    pieces = [item.text or ""]
    for child in item:
        pieces += [*([" "] if child.tag not in _INLINE else []), _own_text(child), " " if child.tag == "br" else ""]
        pieces += [*([" "] if child.tag not in _INLINE else []), child.tail or ""]
    return "".join(pieces)


def _definitions(element: HtmlElement) -> Iterator[str]:
    """ "Term: what it means", one for each description of a `dl`."""
    terms: list[str] = []
    described = False
    for child in element.iterdescendants("dt", "dd"):
        if child.tag == "dt":
            terms = [] if described else terms
            described = False
            terms.append(text_of(child))
        else:
            described = True
            yield joined(", ".join(terms), text_of(child))


def joined(term: str, description: str) -> str:
    """A term and what is said of it, as one line."""
    if not term or not description:
        return term or description
    return f"{term} {description}" if term[-1] in "?!:." else f"{term}: {description}"


def _without_footnotes(text: str) -> str:
    return _FOOTNOTE.sub("", text).strip()
