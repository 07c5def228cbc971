"""What a visitor wants done, whatever the question: a person, or a better answer than the last."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from baton.assistant import phrases, words


def wants_person(text: str) -> bool:
    """Whether the visitor asks for a person, in any of the seven languages."""
    said = _clauses(text)
    return any(map(_is_wish, said)) or any(
        _is_wish(right) for clause in said if (right := _put_right(clause)) != clause
    )


def _is_wish(clause: str) -> bool:
    heard = _patterns()
    return any(pattern.search(clause) for pattern in heard["wants"]) and not any(
        pattern.search(clause) for pattern in heard["not_wants"]
    )


def _put_right(clause: str) -> str:
    """The clause with the words of a wish spelled as they should be ("tlak to a perosn")."""
    return re.sub(r"\b[a-z]{4,16}\b", lambda match: _spelled(match.group()), clause)


@lru_cache(maxsize=20_000)
def _spelled(word: str) -> str:
    if words.is_known(word):
        return word
    meant = phrases.load("wishes")["spelled"]
    return next((each for each in meant if each[0] == word[0] and words.within_one_edit(word, each)), word)


def rejects_answer(text: str) -> bool:
    """Whether the visitor says that the last answer was wrong or no help: "that's wrong", "no", a thumb down."""
    if any(face in text for face in phrases.load("wishes")["unhappy_faces"]) and not words.tokens(text):
        return True
    return any(pattern.search(clause) for clause in _clauses(text) for pattern in _patterns()["rejects"])


def _clauses(text: str) -> list[str]:
    """The tidy sentences of a message, without the punctuation inside them."""
    parts = re.split(r"[.!?;:\n]+", words.tidy(text))
    plain = (re.sub(r"[^\w'\s-]+", " ", part) for part in parts)
    found = [" ".join(part.split()) for part in plain]
    return [clause for clause in found if clause]


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    data = phrases.load("wishes")
    wants = [
        pattern.replace("PERSON", data["person"][code]) for code, found in data["wants"].items() for pattern in found
    ]
    rejects = [pattern for found in data["rejects"].values() for pattern in found]
    groups = {"wants": wants, "not_wants": data["not_wants"], "rejects": rejects}
    return {name: phrases.joined(found) for name, found in groups.items()}
