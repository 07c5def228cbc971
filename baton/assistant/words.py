"""Words as the judgement sees them: tokens, stems, how much each tells, and when two words mean the same."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from baton.assistant import phrases
from baton.knowledge import synonyms

TOKEN = re.compile(r"[^\W_]+(?:[.,'’&-][^\W_]+)*", re.UNICODE)
_GLUED = re.compile(r"(?<![\w.])(\d+(?:[.,]\d+)?)(cm|mm|m|km|kg|g|ml|cl|l|litres?|liters?|inch|w|°c|c)\b")
_THE_US = re.compile(r"\bUS\b")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})

SAME, MEANS_THE_SAME, MISSPELT, RELATED = 1.0, 0.9, 0.85, 0.7


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the package knows about English words, read once."""

    ranks: dict[str, int]
    stem_ranks: dict[str, int]
    """The best rank of any form of a word, by its stem."""
    stop: frozenset[str]
    groups: dict[str, frozenset[int]]
    """Stem to the groups of words that are used for the same thing in a support chat."""
    idioms: tuple[tuple[re.Pattern[str], str], ...]


def tidy(text: str) -> str:
    """Lower case, plain apostrophes, no accents, single spaces: the form in which phrases are compared. The US are not
    us."""
    if _THE_US.search(text) and not (text.isupper() and " " in text):
        text = _THE_US.sub("usa", text)
    if text.isascii():
        return " ".join(text.replace("`", "'").lower().split())
    decomposed = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def tokens(text: str) -> list[str]:
    """Tidy words and numbers of a text, in order; `1,000` is one token and reads `1000`, `28cm` reads `28 cm`."""
    return [_plain(match) for match in TOKEN.findall(_GLUED.sub(r"\1 \2", tidy(text)))]


@lru_cache(maxsize=8192)
def content(text: str) -> tuple[str, ...]:
    """The tokens that carry meaning, after idioms (`money back`) became one word (`refund`)."""
    known = vocabulary()
    found = (token for token in tokens(without_idioms(text)) if token not in known.stop)
    return tuple(token for token in found if len(token) > 1 or token.isdigit())


def without_idioms(text: str) -> str:
    tidied = tidy(text)
    for pattern, word in vocabulary().idioms:
        tidied = pattern.sub(word, tidied)
    return tidied


def idioms_in(text: str) -> tuple[str, ...]:
    """The words that a text's idioms stand for, without those it says itself."""
    tidied = tidy(text)
    said = tokens(tidied)
    meant = (word for pattern, word in vocabulary().idioms if pattern.search(tidied))
    return tuple(dict.fromkeys(word for word in meant if word not in said))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A light English stem: plural, -ing, -ed, -ation, -ment, -ly and a silent e are taken off."""
    word = _irregular().get(word, word)
    if len(word) <= 3 or any(c.isdigit() for c in word):
        return word
    for ending, rest in _ENDINGS:
        if word.endswith(ending) and _is_stem(word[: -len(ending)]):
            return _without_silent_end(word[: -len(ending)] + rest)
    return _without_silent_end(word)


@lru_cache(maxsize=20_000)
def weight(word: str) -> float:
    """How much a word tells, 0.1 (everyday) to 1 (unknown or rare), by its rank among English words."""
    known = vocabulary()
    rank = known.stem_ranks.get(stem(word))
    if rank is None:
        return 1.0
    return min(1.0, max(0.1, math.log((rank + 40) / 40) / math.log(len(known.ranks) / 40)))


def is_known(word: str) -> bool:
    """Whether the word is an English word that people commonly write."""
    known = vocabulary()
    return (
        any(form in known.ranks for form in (word, word.removesuffix("s")))
        or word in known.stop
        or stem(word) in known.groups
    )


@lru_cache(maxsize=100_000)
def likeness(word: str, stems: frozenset[str]) -> float:
    """How well a question's word is met by the stems of a text: 1 the same, 0 not at all."""
    root = stem(word)
    if root in stems:
        return SAME
    if any(char.isdigit() for char in word):
        return 0.0
    groups = vocabulary().groups
    mine = groups.get(root)
    if mine and any(mine & groups[other] for other in stems if other in groups):
        return MEANS_THE_SAME
    if len(root) >= 5 and any(_is_family(root, other) for other in stems if other[:4] == root[:4]):
        return RELATED
    could_be_misspelt = len(word) >= 5 and not is_known(word)
    if could_be_misspelt and any(within_one_edit(root, other) for other in stems if len(other) >= 4):
        return MISSPELT
    return 0.0


@lru_cache(maxsize=8192)
def stems_of(text: str) -> frozenset[str]:
    """Stems of every token, and of the words that its idioms and signs stand for: "£6 each" names a price."""
    priced = (stem("price"),) if any(sign in text for sign in "£$€¥") else ()
    return frozenset((*(stem(token) for token in (*tokens(text), *tokens(without_idioms(text)))), *priced))


def within_one_edit(a: str, b: str) -> bool:
    """Whether one letter inserted, dropped, changed or swapped with its neighbour turns one word into the other."""
    if a == b:
        return True
    if abs(len(a) - len(b)) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[start:], b[start:]
    return (
        rest_a[1:] == rest_b[1:]
        or rest_a[1:] == rest_b
        or rest_a == rest_b[1:]
        or (rest_a[:2] == rest_b[:2][::-1] and rest_a[2:] == rest_b[2:])
    )


@cache
def _irregular() -> dict[str, str]:
    """Irregular forms and the word they are forms of."""
    return {str(form): str(word) for form, word in phrases.load("words")["irregular"].items()}


@cache
def vocabulary() -> Vocabulary:
    """The package's word lists; a missing one is a broken installation and raises FileNotFoundError."""
    lists = phrases.load("words")
    lines = phrases.lines("word_ranks.txt")
    stem_ranks: dict[str, int] = {}
    for rank, word in enumerate(lines):
        stem_ranks.setdefault(stem(word), rank)
    return Vocabulary(
        ranks={word: rank for rank, word in enumerate(lines)},
        stem_ranks=stem_ranks,
        stop=frozenset(tidy(" ".join(lists["stop"])).split()),
        groups=synonyms.by_stem(lambda word: stem(tidy(word))),
        idioms=tuple((re.compile(rf"\b(?:{pattern})(?!\w)"), word) for pattern, word in lists["idioms"].items()),
    )


_ENDINGS = (
    ("ations", ""),
    ("ation", ""),
    ("ments", ""),
    ("ment", ""),
    ("ings", ""),
    ("ing", ""),
    ("ies", "y"),
    ("sses", "ss"),
    ("xes", "x"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("ed", ""),
    ("ly", ""),
    ("s", ""),
)
_KEEPS_S = ("ss", "us", "is")


def _is_stem(rest: str) -> bool:
    return len(rest) >= 3 and any(c in "aeiouy" for c in rest) and not (rest + "s").endswith(_KEEPS_S)


def _without_silent_end(word: str) -> str:
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeious" and (word[-1] != "l" or len(word) > 5):
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def _is_family(a: str, b: str) -> bool:
    """Whether two stems share so long a beginning that they are forms of one word (`assembl`, `assembly`)."""
    shared = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return shared >= 5 and max(len(a), len(b)) - shared <= 3 and min(len(a), len(b)) - shared <= 1


def _plain(token: str) -> str:
    if "," in token and re.fullmatch(r"\d{1,3}(?:,\d{3})+", token):
        return token.replace(",", "")
    return token.removesuffix("'s")
