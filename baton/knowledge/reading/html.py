"""Web pages: the content without what leads elsewhere, and the page's title."""

import re

from lxml import html
from lxml.html import HtmlElement

from baton.knowledge.reading.blocks import Block, Reading
from baton.knowledge.reading.elements import HEADINGS, is_silent, read_elements, text_of
from baton.knowledge.reading.encoding import decode

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_TITLE_PARTS = re.compile(r"\s+[|–—·»-]\s+")
_AROUND_CONTENT = frozenset(("header", "footer", "aside"))
_AROUND_NAMES = re.compile(
    r"\b(breadcrumbs?|cookie|sidebar|site-(header|footer|nav)|toc|table-of-contents)\b", re.IGNORECASE
)
_SHORT_PAGE = 1500
_LEAST_SHARE = 0.25
_TEI = {
    "head": "h2",
    "list": "ul",
    "item": "li",
    "row": "tr",
    "lb": "br",
    "quote": "blockquote",
    "hi": "span",
    "del": "s",
}


def read_html(content: bytes, title: str) -> Reading:
    """A page. `title` is what to call it when it has neither a heading nor a title of its own."""
    text = _DECLARATION.sub("", decode(content, _declared_charset(content)))
    if not text.strip():
        return Reading(title, ())
    page = html.document_fromstring(text)
    own_title = text_of(page.find(".//title")) if page.find(".//title") is not None else ""
    blocks, first_heading = _content(page, text)
    return titled(first_heading or _without_site(own_title) or title, blocks)


def read_fragment(markup: str, title: str) -> Reading:
    """Markup that is all content, such as what Markdown and Word become."""
    root = html.fragment_fromstring(markup, create_parent="div")
    return titled(_only_main_heading(root) or title, read_elements(root))


def titled(title: str, blocks: list[Block]) -> Reading:
    """A reading whose blocks don't repeat its title as their first heading."""
    own = title.casefold()
    return Reading(
        title,
        tuple(
            Block(block.headings[1:], block.body) if block.headings and block.headings[0].casefold() == own else block
            for block in blocks
        ),
    )


def _declared_charset(content: bytes) -> str | None:
    found = _CHARSET.search(content[:4096])
    return found.group(1).decode("ascii") if found else None


def _content(page: HtmlElement, text: str) -> tuple[list[Block], str]:
    """The blocks of the page's content and its main heading, if there is one."""
    marked = _marked_content(page)
    if marked is not None:
        return read_elements(marked), _main_heading(marked) or _main_heading(page)
    body = page.find("body")
    root = _without_surroundings(page if body is None else body)
    whole = read_elements(root)
    return _extracted(text, whole), _main_heading(root)


def _marked_content(page: HtmlElement) -> HtmlElement | None:
    """The element in which the page says its content stands."""
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = page.findall(path)
        if len(found) == 1 and len(text_of(found[0])) > 0:
            return found[0]
    return None


def _without_surroundings(root: HtmlElement) -> HtmlElement:
    for element in list(root.iterdescendants()):
        if element.getparent() is not None and _is_surrounding(element) and not _holds_main_heading(element):
            element.drop_tree()
    return root


def _is_surrounding(element: HtmlElement) -> bool:
    if not isinstance(element.tag, str) or element.tag in ("body", "main", "article"):
        return False
    return element.tag in _AROUND_CONTENT or bool(
        _AROUND_NAMES.search(f"{element.get('class') or ''} {element.get('id') or ''}")
    )


def _holds_main_heading(element: HtmlElement) -> bool:
    return element.tag == "header" and element.find(".//h1") is not None and element.find(".//nav") is None


def _extracted(text: str, whole: list[Block]) -> list[Block]:
    """What trafilatura takes for the content of a page that doesn't say, unless that is next to nothing."""
    size = _size(whole)
    if size <= _SHORT_PAGE:
        return whole
    import trafilatura

    found = trafilatura.extract(
        text, output_format="xml", include_tables=True, include_comments=False, include_links=False, favor_recall=True
    )
    if not found:
        return whole
    blocks = read_elements(_as_html(found))
    return blocks if _size(blocks) >= size * _LEAST_SHARE else whole


def _size(blocks: list[Block]) -> int:
    return sum(len(repr(block.body)) for block in blocks)


def _as_html(tei: str) -> HtmlElement:
    """Trafilatura's XML with the names that HTML has for the same things."""
    root = html.fromstring(re.sub(r"<(/?)head\b", r"<\1heading", tei))
    for element in root.iter():
        if element.tag == "heading":
            level = element.get("rend") or "h2"
            element.tag = level if level in HEADINGS else "h2"
        elif element.tag == "cell":
            element.tag = "th" if element.get("role") == "head" else "td"
        elif element.tag == "code" and "\n" in (element.text or ""):
            element.tag = "pre"
        else:
            element.tag = _TEI.get(element.tag, element.tag)
    return root


def _main_heading(root: HtmlElement) -> str:
    """The text of the first h1 that is shown."""
    for heading in root.iter("h1"):
        if not any(is_silent(parent) for parent in (heading, *heading.iterancestors())) and text_of(heading):
            return text_of(heading).strip(" #¶")
    return ""


def _only_main_heading(root: HtmlElement) -> str:
    """The h1 marked as title, or the only one; with several they are parts, and none of them names the whole."""
    headings = root.findall(".//h1[@class='title']")[:1] or [heading for heading in root.iter("h1") if text_of(heading)]
    return text_of(headings[0]).strip(" #¶") if len(headings) == 1 else ""


def _without_site(title: str) -> str:
    """ "Returns | Some shop" names the page first; the longer part wins when the site comes first."""
    parts = _TITLE_PARTS.split(title)
    return max(parts[0], parts[-1], key=len) if len(parts) == 2 else parts[0]
