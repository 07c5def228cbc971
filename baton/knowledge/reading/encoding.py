"""Bytes to text: byte order marks, UTF-8, then the likeliest of the older encodings."""

import codecs
import unicodedata

from baton.knowledge.reading.blocks import CannotRead

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LIKELY = ["cp932", "cp1252", "gb18030", "euc_jp", "euc_kr", "big5", "cp1251", "iso8859_2"]
_MOST_CONTROLS = 0.01
NOT_TEXT = "That file doesn't hold text, or it is damaged. Open it on your computer, save it again and add that."


def decode(content: bytes, declared: str | None = None) -> str:
    """The text of `content`. Raises CannotRead when it isn't text in any encoding we know."""
    text = _by_mark(content) or _strictly(content, "utf-8") or _strictly(content, declared) or _by_guess(content)
    lines = "" if text is None else text.replace("\r\n", "\n").replace("\r", "\n")
    if text is None or _is_noise(lines):
        raise CannotRead("not_text", NOT_TEXT)
    return unicodedata.normalize("NFC", lines)


def _by_mark(content: bytes) -> str | None:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    return _strictly(content, encoding)


def _strictly(content: bytes, encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _by_guess(content: bytes) -> str | None:
    if b"\0" in content:
        return None
    from charset_normalizer import from_bytes

    best = from_bytes(content[:200_000], cp_isolation=_LIKELY).best()
    return None if best is None else content.decode(best.encoding, errors="replace")


def _is_noise(text: str) -> bool:
    """Control characters other than white space, or replacement marks, more often than a slip would leave."""
    sample = text[:20_000]
    strange = sum(1 for character in sample if character == "\ufffd" or _is_control(character))
    return strange > max(2, len(sample) * _MOST_CONTROLS)


def _is_control(character: str) -> bool:
    return character not in "\t\n\f\v" and unicodedata.category(character) in ("Cc", "Cn", "Co")
