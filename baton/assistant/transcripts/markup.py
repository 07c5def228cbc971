"""What a message written in HTML says, line by line."""

from lxml import etree, html

_BREAKS = ("br", "p", "div", "li", "tr", "blockquote", "pre", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6")
_SILENT = ("script", "style")


def text_of_markup(markup: str) -> str:
    """The text of a fragment; what begins a line in a browser begins one here."""
    if not markup.strip():
        return ""
    try:
        root = html.fragment_fromstring(" ".join(markup.split()), create_parent="div")
    except etree.ParserError:
        return ""
    for element in list(root.iterdescendants(*_SILENT)):
        element.drop_tree()
    for element in root.iterdescendants(*_BREAKS):
        element.tail = f"\n{element.tail or ''}"
    lines = (" ".join(line.split()) for line in root.text_content().split("\n"))
    return "\n".join(line for line in lines if line)
