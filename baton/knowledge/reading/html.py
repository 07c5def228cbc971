"""Web pages: the content without what leads elsewhere, and the page's title."""

import re

from lxml import html
from lxml.html import HtmlElement

from baton.knowledge.reading.blocks import Block, Reading
from baton.knowledge.reading.elements import is_silent, read_elements, text_of
from baton.knowledge.reading.encoding import decode

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_TITLE_PARTS = re.compile(r"\s+[|–—·»-]\s+")
_AROUND_CONTENT = frozenset(("header", "footer", "aside"))
_AROUND_NAMES = re.compile(
    r"\b(breadcrumbs?|cookie|sidebar|site-(header|footer|nav)|skip-?(to|link|nav)[\w-]*|toc|table-of-contents)\b",
    re.IGNORECASE,
)
_MAY_BE_MENU = frozenset(("div", "ul", "ol", "table", "section", "td", "p", "dl"))
_FEWEST_LINKS = 4
_LINK_SHARE = 0.75


def read_html(content: bytes, title: str) -> Reading:
    """A page. `title` is what to call it when it has neither a heading nor a title of its own."""
    text = _DECLARATION.sub("", decode(content, _declared_charset(content)))
    if not text.strip():
        return Reading(title, ())
    page = html.document_fromstring(text)
    own_title = text_of(page.find(".//title")) if page.find(".//title") is not None else ""
    blocks, first_heading = _content(page)
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


def _content(page: HtmlElement) -> tuple[list[Block], str]:
    """The blocks of the page's content and its main heading, if there is one."""
    marked = _marked_content(page)
    if marked is not None:
        return read_elements(marked), _main_heading(marked) or _main_heading(page)
    body = page.find("body")
    root = _without_surroundings(page if body is None else body)
    everything, heading = read_elements(root), _main_heading(root)
    return read_elements(_without_menus(root)) or everything, heading


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


def _without_menus(root: HtmlElement) -> HtmlElement:
    """Parts that are several links and next to no other text lead elsewhere, whatever they are called."""
    for element in list(root.iterdescendants(*_MAY_BE_MENU)):
        if _is_menu(element) and root in element.iterancestors():
            element.drop_tree()
    return root


def _is_menu(element: HtmlElement) -> bool:
    links = [text_of(link) for link in element.iter("a")]
    return len(links) >= _FEWEST_LINKS and sum(map(len, links)) >= _LINK_SHARE * max(1, len(text_of(element)))


def _is_surrounding(element: HtmlElement) -> bool:
    if not isinstance(element.tag, str) or element.tag in ("body", "main", "article"):
        return False
    return element.tag in _AROUND_CONTENT or bool(
        _AROUND_NAMES.search(f"{element.get('class') or ''} {element.get('id') or ''}")
    )


def _holds_main_heading(element: HtmlElement) -> bool:
    return element.tag == "header" and element.find(".//h1") is not None and element.find(".//nav") is None


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
    """ "Returns | Some shop" names the page first, and then where it stands."""
    return _TITLE_PARTS.split(title)[0]
