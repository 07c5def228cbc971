"""Where sentences begin and end: the unit that is quoted, grounded and embedded beside its chunk."""

import re
from collections.abc import Iterator

Span = tuple[int, int]

_TITLES = (
    "mr mrs ms dr prof st sr jr sen rep gov gen col capt lt sgt rev hon "
    "hr fr frau herr mme mlle m sra dott sig dhr mevr"
)
_SHORTENED = (
    "e.g i.e eg ie vs cf al approx appt dept est misc resp incl excl ext tel max min avg inc ltd corp co llc plc bros "
    "jan feb mar apr jun jul aug sep sept oct nov dec z.b d.h u.a bzw ca usw inkl zzgl evtl ggf p.ex c.-à-d ej p.ej av "
    "bijv m.b.t d.w.z o.a i.v.m"
)
_NUMBERED = "no nos nr núm num n art arts fig figs p pp vol ch sec para tab § abs"
ABBREVIATIONS = frozenset(f"{_TITLES} {_SHORTENED}".split())
"""Words whose full stop doesn't end a sentence."""
BEFORE_NUMBERS = frozenset(_NUMBERED.split())
"""Words whose full stop doesn't end a sentence when a number follows: "No. 5", but "No. It is closed."."""

_ENDS = re.compile(r"""(?:[.!?…]+["'”’»)\]*_]*(?=\s))|(?:[。！？]+[」』”’）]*)""")
_INITIALS = re.compile(r"(?:^|[\s(])(?:\w\.)*\w$")
_DAYTIME = re.compile(r"\b[ap]\.m$", re.IGNORECASE)
_BULLET = re.compile(r"\s*(?:[-*+•·–]|\d{1,3}[.)]|[a-zA-Z][.)])\s+")
_OWN_LINE = re.compile(r"\s*(?:#{1,6}\s|\||>|```|[-*+•·–]\s|\d{1,3}[.)]\s)")
_WRAPPED_AT = 50
"""A line at least this long that stops in mid-sentence goes on in the next one."""


def split_sentences(text: str) -> list[Span]:
    """[start, end) of every sentence, in order, without surrounding blanks.

    A heading, a list item and a table row are one each, whatever they hold, if they hold no full stop.
    """
    return [span for block in _blocks(text) for span in _sentences(text, *block)]


def sentences_of(text: str) -> list[str]:
    """The sentences themselves."""
    return [text[start:end] for start, end in split_sentences(text)]


def _blocks(text: str) -> Iterator[Span]:
    """Runs of lines that one sentence may cross."""
    start = None
    line_start = 0
    for line in text.splitlines(keepends=True):
        line_end = line_start + len(line)
        if start is not None and (not line.strip() or not _goes_on(text[start:line_start], line)):
            yield start, line_start
            start = None
        if line.strip() and start is None:
            start = line_start
        line_start = line_end
    if start is not None:
        yield start, len(text)


def _goes_on(block: str, line: str) -> bool:
    last = block.rstrip().rsplit("\n", 1)[-1]
    if _OWN_LINE.match(line) or last.lstrip().startswith(("#", "|")):
        return False
    if last.endswith((".", "!", "?", ":", "…")):
        return False
    return line.lstrip()[:1].islower() or len(last) >= _WRAPPED_AT


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    bullet = _BULLET.match(text, start, end)
    searched = bullet.end() if bullet else start
    for match in _ENDS.finditer(text, searched, end):
        if _ends_sentence(text[start : match.start()], match.group(), text[match.end() : end].lstrip()):
            yield _trimmed(text, start, match.end())
            start = match.end()
    if text[start:end].strip():
        yield _trimmed(text, start, end)


def _ends_sentence(before: str, mark: str, after: str) -> bool:
    if not after or mark[0] in "。！？":
        return True
    if after[0].islower():
        return False
    if not mark.startswith(".") or mark.startswith(".."):
        return True
    word = before.split()[-1].lstrip("([\"'“‘«*_").lower() if before.split() else ""
    if word in ABBREVIATIONS or (word in BEFORE_NUMBERS and after[0].isdigit()):
        return False
    return not _INITIALS.search(before) or bool(_DAYTIME.search(before)) or word.isdigit()


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
