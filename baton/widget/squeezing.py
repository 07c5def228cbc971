"""Browser modules as they are served: without the comments and spaces that only readers of the repository need."""

import re
from string import ascii_lowercase

BLANK = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
TOKEN = re.compile(r"""[\w$#]+|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|.""", re.DOTALL)
PATTERN = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\[\n])+/\w*")
BEFORE_PATTERN = frozenset("(=,:!&|?{};[")
NEEDLESS = frozenset([",)", ",]", ",}", ";}"])
"""Pairs of which the first does nothing."""
SHEET = re.compile(r"`[^`]*;\s*[}\n][^`]*`")
PRIVATE = re.compile(r"^#\w+|(?<=this\.)#\w+")
"""As a token of its own, or in the blank of a template."""
WORD = re.compile(r"[\w$#]")


def squeeze(source: str) -> str:
    """The same program; private names, which no other file can know, are numbered. It must end every statement with
    `;` or `}`, give every loop a body in braces and nest no template literals."""
    out: list[str] = []
    private: dict[str, str] = {}
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
        out.append(PRIVATE.sub(lambda name: private.setdefault(name[0], _short(len(private))), token[0]))
        at, last, apart = token.end(), token[0][-1], False
    return SHEET.sub(_squeeze_sheet, "".join(out))


def _short(number: int) -> str:
    """#a … #z, #a1 … #z1, …"""
    turn, letter = divmod(number, len(ascii_lowercase))
    return f"#{ascii_lowercase[letter]}{turn or ''}"


def _squeeze_sheet(sheet: re.Match[str]) -> str:
    """A style sheet in a template literal: no space or zero that does nothing."""
    shorter = re.sub(r"\s*([{};,]|: )\s*", lambda mark: mark[1].strip(), sheet[0])
    return re.sub(r"(?<![\d.])0(?=\.\d)", "", shorter).replace(";}", "}")
