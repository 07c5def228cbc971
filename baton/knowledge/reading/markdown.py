"""Markdown as help sites write it: front matter read, template tags of Hugo, Jekyll and the like taken out."""

import re
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from baton.knowledge.reading.blocks import Reading
from baton.knowledge.reading.encoding import decode
from baton.knowledge.reading.html import read_fragment, titled

_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)\n\1[ \t]*(?:\n|\Z)", re.DOTALL)
_CODE = re.compile(r"(^[ \t]*(```+|~~~+).*?^[ \t]*\2[ \t]*$|`+[^`\n]+`+)", re.DOTALL | re.MULTILINE)
_SHORTCODE = re.compile(r"\{\{([<%])(.*?)[>%]\}\}", re.DOTALL)
_LIQUID = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|<%.*?%>", re.DOTALL)
_SHOWN_ARGUMENT = re.compile(r"""\b(?:caption|text|label|alt)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_BARE_WORD = re.compile(r"^[a-z]+$")
_ANCHOR = re.compile(r"[ \t]*\{[#.:][^}\n]*\}[ \t]*$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TOML_TITLE = re.compile(r"""^title\s*=\s*["'](.*)["']\s*$""", re.MULTILINE)
_DEFINITION = re.compile(r"^:[ \t]+", re.MULTILINE)


def read_markdown(content: bytes, title: str) -> Reading:
    """A Markdown file; `title` is used when neither front matter nor a single main heading names it."""
    text, own_title = without_front_matter(decode(content))
    reading = read_fragment(_renderer().render(without_template_tags(text)), own_title or title)
    return titled(own_title, list(reading.blocks)) if own_title else reading


def without_front_matter(text: str) -> tuple[str, str]:
    """The text and the title that its front matter states, or an empty one."""
    found = _FRONT_MATTER.match(text)
    if not found:
        return text, ""
    mark, matter = found.groups()
    return text[found.end() :], _yaml_title(matter) if mark == "---" else _toml_title(matter)


def without_template_tags(text: str) -> str:
    """Text whose template tags are gone; code keeps the braces it shows."""
    without_shortcodes = _SHORTCODE.sub(_shown_text, _COMMENT.sub("", text))
    parts = _CODE.split(without_shortcodes)
    prose = [_ANCHOR.sub("", _LIQUID.sub("", part)) for part in parts[0::3]]
    return "".join(a + b for a, b in zip(prose, [*parts[1::3], ""], strict=True))


def _shown_text(match: re.Match[str]) -> str:
    """What a shortcode shows: its caption; a lone word within a line is a badge, such as "required"."""
    inside = match.group(2).strip()
    caption = _SHOWN_ARGUMENT.search(inside)
    if caption:
        return caption.group(1) or caption.group(2) or ""
    return f"({inside})" if _BARE_WORD.match(inside) and _stands_in_line(match) else ""


def _stands_in_line(match: re.Match[str]) -> bool:
    line_start = match.string.rfind("\n", 0, match.start()) + 1
    line_end = match.string.find("\n", match.end())
    rest = match.string[line_start : match.start()] + match.string[match.end() : line_end if line_end >= 0 else None]
    return bool(_SHORTCODE.sub("", rest).strip())


def _yaml_title(matter: str) -> str:
    try:
        values: Any = yaml.safe_load(matter)
    except yaml.YAMLError:
        return ""
    title = values.get("title") if isinstance(values, dict) else None
    return str(title).strip() if isinstance(title, str | int | float) else ""


def _toml_title(matter: str) -> str:
    found = _TOML_TITLE.search(matter)
    return found.group(1).strip() if found else ""


class _AnyLink(MarkdownIt):
    """Takes every link for one, `javascript:` too: only its words are kept, but of a refused one all the source is."""

    def validateLink(self, url: str) -> bool:
        return True


def _renderer() -> MarkdownIt:
    renderer = _AnyLink("commonmark").enable(["table", "strikethrough"])
    renderer.core.ruler.after("block", "definitions", _definitions)
    return renderer


def _definitions(state: StateCore) -> None:
    """ "Term", and under it lines that begin with a colon: a definition list, which CommonMark hasn't."""
    for opening, inline, closing in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if opening.type == "paragraph_open" and inline.type == "inline" and _DEFINITION.search(inline.content):
            _make_definition(opening, inline, closing)


def _make_definition(opening: Token, inline: Token, closing: Token) -> None:
    term, *descriptions = _DEFINITION.split(inline.content)
    if not term.strip() or not descriptions:
        return
    opening.tag = closing.tag = "dl"
    opening.hidden = closing.hidden = False
    inline.content = f"<dt>{term.strip()}</dt>" + "".join(f"<dd>{text.strip()}</dd>" for text in descriptions)
