"""Finds a quote in a passage, forgiving only how it was typed: spaces, quotation marks, dashes."""

import re

_TYPED_ALIKE = ("'’‘`´", '"“”„«»', "-‐‑‒–—−")
_WRAPPING = " \t\r\n\"“”„«»'‘’…"
_FEWEST_CHARACTERS = 2


def find_quote(quote: str, text: str) -> str | None:
    """The exact substring of `text` that `quote` stands for, or None.

    It begins and ends at whole words and whole numbers: "5 days" is not a quote of "15 days", "2.5 days" or "3-5 days".
    """
    for candidate in dict.fromkeys((quote.strip(), quote.strip(_WRAPPING))):
        words = candidate.split()
        if sum(character.isalnum() for character in candidate) < _FEWEST_CHARACTERS:
            continue
        pattern = r"(?<!\w)(?<!\d[.,\-–])" + r"\s+".join(map(_as_typed, words)) + r"(?!\w)(?![.,\-–]\d)"
        found = re.search(pattern, text)
        if found:
            return found[0]
    return None


def _as_typed(word: str) -> str:
    return "".join(_alike(character) for character in word)


def _alike(character: str) -> str:
    for kind in _TYPED_ALIKE:
        if character in kind:
            return "[" + re.escape(kind) + "]"
    return re.escape(character)
