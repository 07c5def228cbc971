"""What asks for nothing gets a set reply: greetings, thanks, goodbyes, "are you a person", emoji, gibberish."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from baton.assistant import phrases, words

_PRIORITY = (
    "are_you_a_person", "who_are_you", "how_are_you", "compliment", "thanks", "goodbye", "sorry", "greeting", "okay",
)  # fmt: skip
_UNHAPPY = frozenset("👎😠😡🤬😤😒🙁☹😞😢😭💩🤮😑🙄😣😫😩🖕")
_KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop")
_ROWS_WITHOUT_WORDS = ("asdfghjkl", "yxcvbnm", "zxcvbnm")
"""Hardly a long word is made of one of these rows alone, and those that are stand in the vocabulary."""
_LEANS_ON_WHAT_WENT_BEFORE = frozenset({"with", "about", "regarding", "to", "for", "on", "in", "of"})
_LONGEST_PHRASE = 9


@dataclass(frozen=True, slots=True)
class Reply:
    """A set reply and the kind of small talk it answers."""

    kind: str
    text: str


def reply(text: str, language: str | None, brand: str) -> Reply | None:
    """The set reply to a message that is only small talk, else None: one that also asks something is a question."""
    kind = kind_of(text, brand)
    if kind is None:
        return None
    said = phrases.in_language(phrases.load("smalltalk")["replies"][kind], language or language_of(text))
    return Reply(kind, said.format(brand=brand))


def kind_of(text: str, brand: str = "") -> str | None:
    """The kind of small talk a whole message is, or None."""
    named = set(_tokens(brand))
    tokens = [token for token in _tokens(text) if token not in named] or _tokens(text)
    if not tokens:
        return _wordless(text)
    if any(pattern.fullmatch(" ".join(tokens)) for pattern in _book().asks_what_it_is):
        return "are_you_a_person"
    kinds, rest = _consume(tokens)
    if rest and not all(token in _book().fillers for token in rest):
        return "gibberish" if is_gibberish(text) else None
    if not kinds:
        return None
    return next(kind for kind in _PRIORITY if kind in kinds)


def without_pleasantries(text: str) -> str:
    """The message from its first word that asks something: "Hi there, where is my order?" is "where is my order?"."""
    tokens = _tokens(text)
    _, rest = _consume(tokens, only_openers=True)
    while rest and rest[0] in _book().light_fillers:
        rest = rest[1:]
    if not rest or len(rest) == len(tokens) or rest[0] in _LEANS_ON_WHAT_WENT_BEFORE:
        return text.strip()
    starts = [match.start() for match in words.TOKEN.finditer(text)]
    if len(starts) != len(tokens):
        return text.strip()
    return text[starts[len(tokens) - len(rest)] :].strip()


def language_of(text: str) -> str | None:
    """The one language in which the message is a set phrase, or None when none or several know it."""
    tokens = tuple(_tokens(text))
    for size in range(min(_LONGEST_PHRASE, len(tokens)), 0, -1):
        found = _book().languages.get(tokens[:size])
        if found:
            return "en" if "en" in found else found[0] if len(found) == 1 else None
    return None


def is_gibberish(text: str) -> bool:
    """Whether no token can be a word of any language: keys struck at random, one letter repeated."""
    tokens = [token for token in words.tokens(text) if not token.isdigit()]
    return bool(tokens) and all(_is_mash(token) for token in tokens)


@dataclass(frozen=True, slots=True)
class _Book:
    kinds: dict[tuple[str, ...], frozenset[str]]
    languages: dict[tuple[str, ...], tuple[str, ...]]
    fillers: frozenset[str]
    light_fillers: frozenset[str]
    asks_what_it_is: tuple[re.Pattern[str], ...]
    single_words: frozenset[str]


@cache
def _book() -> _Book:
    data = phrases.load("smalltalk")
    kinds: dict[tuple[str, ...], set[str]] = {}
    languages: dict[tuple[str, ...], list[str]] = {}
    for kind, by_language in data["phrases"].items():
        for language, said in by_language.items():
            for phrase in said:
                key = tuple(_tokens(str(phrase)))
                kinds.setdefault(key, set()).add(kind)
                if language not in languages.setdefault(key, []):
                    languages[key].append(language)
    return _Book(
        kinds={key: frozenset(found) for key, found in kinds.items()},
        languages={key: tuple(found) for key, found in languages.items()},
        fillers=frozenset(data["fillers"]),
        light_fillers=frozenset(data["light_fillers"]),
        asks_what_it_is=tuple(re.compile(pattern) for pattern in data["asks_what_it_is"]),
        single_words=frozenset(key[0] for key in kinds if len(key) == 1 and len(key[0]) >= 4),
    )


def _tokens(text: str) -> list[str]:
    return [_unstretched(token) for token in words.tokens(text)]


def _unstretched(token: str) -> str:
    """`hiiii` as `hi`, `thaaanks` as `thanks`; a double letter of a known word stays."""
    return re.sub(r"([a-z])\1{2,}", r"\1", token)


def _consume(tokens: list[str], *, only_openers: bool = False) -> tuple[set[str], list[str]]:
    """Takes set phrases off the front, longest first, and returns their kinds and what is left."""
    book, kinds, at = _book(), set[str](), 0
    openers = frozenset(phrases.load("smalltalk")["openers"])
    while at < len(tokens):
        size, found = _phrase_at(tokens, at)
        if only_openers:
            found = found & openers
        if found:
            kinds |= found
            at += size
        elif kinds and not only_openers and tokens[at] in book.fillers:
            at += 1
        else:
            break
    return kinds, tokens[at:]


def _phrase_at(tokens: list[str], at: int) -> tuple[int, frozenset[str]]:
    book = _book()
    for size in range(min(_LONGEST_PHRASE, len(tokens) - at), 0, -1):
        found = book.kinds.get(tuple(tokens[at : at + size]))
        if found:
            return size, found
    token = tokens[at]
    if len(token) >= 4 and not words.is_known(token):
        near = next((word for word in book.single_words if words.within_one_edit(token, word)), None)
        if near:
            return 1, book.kinds[(near,)]
    return 0, frozenset()


def _wordless(text: str) -> str | None:
    """Emoji and lone punctuation; an unhappy face is no small talk."""
    marks = [char for char in text if not char.isspace()]
    if not marks or any(char in _UNHAPPY for char in marks):
        return None
    return "emoji" if any(unicodedata.category(char) in ("So", "Sk") for char in marks) else "gibberish"


def _is_mash(token: str) -> bool:
    if words.is_known(token) or any(char.isdigit() for char in token) or not token.isascii():
        return False
    if len(set(token)) == 1 and len(token) >= 3:
        return True
    runs = any(row[i : i + 4] in token for row in _KEYBOARD_ROWS for i in range(len(row) - 3))
    runs = runs or (len(token) >= 3 and any(token in row or token[::-1] in row for row in _KEYBOARD_ROWS))
    runs = runs or (len(token) >= 6 and any(set(token) <= set(row) for row in _ROWS_WITHOUT_WORDS))
    no_vowel = len(token) >= 4 and not re.search(r"[aeiouy]", token)
    return no_vowel or runs or bool(re.search(r"[bcdfghjklmnpqrstvwxz]{6,}", token))
