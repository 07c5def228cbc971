"""Browser modules as they are served: without the comments and spaces that only readers of the repository need."""

import re

BLANK = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
TOKEN = re.compile(r"""[\w$#]+|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|.""", re.DOTALL)
PATTERN = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\[\n])+/\w*")
BEFORE_PATTERN = frozenset("(=,:!&|?{};[")
SHEET = re.compile(r"`[^`]*;\n[^`]*`")
WORD = re.compile(r"[\w$#]")


def squeeze(source: str) -> str:
    """The same program. It must end every statement with `;` or `}` and nest no template literals."""
    out: list[str] = []
    at, last, apart = 0, ";", False
    while at < len(source):
        if blank := BLANK.match(source, at):
            at, apart = blank.end(), True
            continue
        token = (last in BEFORE_PATTERN and PATTERN.match(source, at)) or TOKEN.match(source, at)
        assert token is not None
        if out and out[-1] == "," and token[0] in ")]}":
            out.pop()
        if apart and WORD.match(last) and WORD.match(token[0]):
            out.append(" ")
        out.append(token[0])
        at, last, apart = token.end(), token[0][-1], False
    return SHEET.sub(_squeeze_sheet, "".join(out))


def _squeeze_sheet(sheet: re.Match[str]) -> str:
    """A style sheet in a template literal: no space where a declaration or rule begins or ends."""
    return re.sub(r"\s*([{};,]|: )\s*", lambda mark: mark[1].strip(), sheet[0])
