"""Browser modules as they are served: without the comments and spaces that only readers of the repository need."""

import re

BLANK = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
TOKEN = re.compile(r"""[\w$#]+|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|.""", re.DOTALL)
PATTERN = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\[\n])+/\w*")
BEFORE_PATTERN = frozenset("(=,:!&|?{};[")
NEEDLESS = frozenset([",)", ",]", ",}", ";}"])
"""Pairs of which the first does nothing."""
SHEET = re.compile(r"`[^`]*;\s*[}\n][^`]*`")
WORD = re.compile(r"[\w$#]")


def squeeze(source: str) -> str:
    """The same program. It must end every statement with `;` or `}`, give every loop a body in braces and nest no
    template literals."""
    out: list[str] = []
    at, last, apart = 0, ";", False
    while at < len(source):
        if blank := BLANK.match(source, at):
            at, apart = blank.end(), True
            continue
        token = (last in BEFORE_PATTERN and PATTERN.match(source, at)) or TOKEN.match(source, at)
        assert token is not None
        if out and (out[-1] + token[0]) in NEEDLESS:
            out.pop()
        if apart and WORD.match(last) and WORD.match(token[0]):
            out.append(" ")
        out.append(token[0])
        at, last, apart = token.end(), token[0][-1], False
    return SHEET.sub(_squeeze_sheet, "".join(out))


def _squeeze_sheet(sheet: re.Match[str]) -> str:
    """A style sheet in a template literal: no space or zero that does nothing."""
    shorter = re.sub(r"\s*([{};,]|: )\s*", lambda mark: mark[1].strip(), sheet[0])
    return re.sub(r"(?<![\d.])0(?=\.\d)", "", shorter).replace(";}", "}")
