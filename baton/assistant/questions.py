"""What a question asks: its telling words, the kind of answer it wants, and what an answer must not leave out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from baton.assistant import phrases, words

Kind = Literal["duration", "money", "size", "count", "time", "place", "person", "reason", "way"]
_TOPIC = re.compile(r"\s*\(about: (?P<topic>.+)\)\s*$", re.DOTALL)
FIGURES: tuple[Kind, ...] = ("duration", "money", "size", "count", "time")
"""Kinds of answer that are a price, a time or a number."""
_HOURS = {"minute": 1 / 60, "hour": 1, "day": 24, "week": 168, "month": 720, "year": 8760}
_NUMBER = r"\d+(?:\.\d+)?|[a-z]+"
_SPAN = re.compile(
    rf"\b(?:(?P<low>{_NUMBER}) ?(?:-|–|to|or|and) ?)?(?P<high>{_NUMBER})[ -]?"
    rf"(?:(?:working|business|calendar|full|more) )?(?P<unit>{'|'.join(_HOURS)})s?\b"
)
TOPIC_SHARE = 0.4
"""How much a word counts that only came along from the question before."""


@dataclass(frozen=True, slots=True)
class Term:
    """A telling word of a question and how much it counts."""

    word: str
    weight: float
    is_topic: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question, taken apart once. Everything is tidy but `text`."""

    text: str
    terms: tuple[Term, ...]
    kind: Kind | None
    is_yes_no: bool
    asks_whether: bool
    """Whether something is so ("will my followers come along?"), which no step of an instruction tells."""
    is_negated: bool
    asks_for_list: bool
    asks_if_there_is: bool
    """Whether there is such a thing at all: "do you have gift cards", "do you take Klarna"."""
    is_remark: bool
    """Whether it only adds to the question before ("it was a gift"): what follows from it, nobody asked."""
    numbers: frozenset[str]
    names: frozenset[str]
    dates: frozenset[str]
    spans: tuple[tuple[str, float], ...]
    """Lengths of time that it states, as said and in hours."""
    counted: str | None
    """What is counted in "how many pictures"."""
    words: frozenset[str]
    opposites: tuple[tuple[str, str], ...]
    """(word of the question, its opposite) for the words that have one."""

    @property
    def weight(self) -> float:
        return sum(term.weight for term in self.terms)


def with_topic(asked: str, topic: str) -> str:
    """A follow-up with the topic it leans on, in one readable line that `analyse` takes apart again."""
    return f"{asked.strip()} (about: {topic.strip()})"


def without_topic(text: str) -> tuple[str, str]:
    """What was asked, and the topic that came along; empty when there is none."""
    found = _TOPIC.search(text)
    return (text[: found.start()], found["topic"]) if found else (text, "")


def analyse(text: str) -> Question:
    """Takes a question apart; a topic added by `with_topic` counts less than what was asked."""
    asked, topic = without_topic(text)
    own = _distinct(words.content(asked), ())
    carried = _distinct(words.content(topic), own)
    said = words.tidy(asked)
    return Question(
        text=asked.strip(),
        terms=(
            *(Term(word, words.weight(word)) for word in own),
            *(Term(word, words.weight(word) * TOPIC_SHARE, is_topic=True) for word in carried),
        ),
        kind=_kind_wanted(asked) or (_kind_wanted(topic) if topic else None),
        is_yes_no=bool(re.search(_data()["yes_no"], said)),
        asks_whether=bool(re.search(_data()["asks_whether"], said)),
        is_negated=is_negated(asked),
        asks_for_list=bool(re.search(_data()["asks_for_list"], said)),
        asks_if_there_is=bool(re.search(_data()["asks_if_there_is"], said)),
        is_remark=bool(topic) and bool(re.search(_data()["remark"], said)) and "?" not in asked,
        numbers=numbers_in(asked),
        names=names_in(asked),
        dates=dates_in(asked),
        spans=spans_in(asked),
        counted=_counted_in(said),
        words=frozenset(words.tokens(asked)),
        opposites=_opposites_of(frozenset(words.tokens(asked))),
    )


def _distinct(found: Sequence[str], before: Sequence[str]) -> list[str]:
    """The words without those that say the same again ("how much does it cost")."""
    kept: list[str] = []
    for word in found:
        known = frozenset(words.stem(other) for other in (*before, *kept))
        if words.likeness(word, known) < words.MEANS_THE_SAME:
            kept.append(word)
    return kept


def is_negated(text: str) -> bool:
    """Whether the text says not, no, never, without or the like."""
    return bool(re.search(_data()["negated"], words.tidy(text)))


def columns_of(kind: Kind) -> frozenset[str]:
    """Stems of what a table calls the column that holds this kind of answer."""
    return frozenset(words.stem(name) for name in _data()["columns"].get(kind, ()))


def _kind_wanted(asked: str) -> Kind | None:
    """The kind that the answer must have: "do I get the delivery cost back" wants a yes or no, not a price."""
    said = words.tidy(asked)
    is_open = re.search(_data()["question_words"], said) or not re.search(_data()["yes_no"], said)
    return kind_of(asked) if is_open else None


@lru_cache(maxsize=8192)
def kind_of(text: str) -> Kind | None:
    """The kind of answer that is wanted, or None when the question doesn't say."""
    said = words.tidy(text).rstrip("?!. ")
    return next((kind for kind, (asks, _) in _kinds().items() if asks.search(said)), None)


@lru_cache(maxsize=20_000)
def looks_like(kind: Kind, text: str) -> bool:
    """Whether a text holds what an answer of this kind must hold: a duration, a price, a number …"""
    _, looks = _kinds()[kind]
    return bool(looks.search(text if kind in ("person", "place") else words.tidy(text)))


def numbers_in(text: str) -> frozenset[str]:
    """Numbers as digits; words for numbers count from eleven on, below that they rarely mean a figure."""
    found = set()
    for token in words.tokens(text):
        digits = re.fullmatch(r"(\d+(?:[.,]\d+)?)(?:st|nd|rd|th|s|h|am|pm|cm|mm|kg|m|km|g|k|gb|w)?", token)
        if digits:
            found.add(digits[1].replace(",", "."))
    return frozenset(found)


def all_numbers_in(text: str) -> frozenset[str]:
    """Every figure a text holds, in words and inside codes and dates too: what may meet a question's number."""
    spelled = _data()["numbers"]
    said = words.tidy(text)
    digits = {
        found.replace(",", ".") for found in re.findall(r"\d+(?:[.,]\d+)?", re.sub(r"(?<=\d),(?=\d{3}\b)", "", said))
    }
    whole = {part for found in digits for part in (found, *found.split("."), found.rstrip("0").rstrip("."))}
    return frozenset(whole | {spelled[token] for token in re.split(r"\W+", said) if token in spelled})


def spans_in(text: str) -> tuple[tuple[str, float], ...]:
    """Lengths of time as said and in hours, "two weeks" like "14 days"; of a range both ends. "One day" names none."""
    spelled: dict[str, str] = {word: number for word, number in _data()["numbers"].items() if number != "1"}
    found = []
    for match in _SPAN.finditer(words.tidy(text)):
        numbers = [spelled.get(number, number) for number in (match["low"], match["high"]) if number]
        hours = [float(number) * _HOURS[match["unit"]] for number in numbers if number.replace(".", "").isdigit()]
        found += [(match.group(), each) for each in hours]
    return tuple(found)


def _counted_in(said: str) -> str | None:
    """The first telling word after "how many"."""
    asked = re.search(r"\bhow many (?P<rest>.+)", said)
    return next(iter(words.content(asked["rest"])), None) if asked else None


def names_in(text: str) -> frozenset[str]:
    """Names and product codes: words with a capital inside a sentence, or with letters and digits mixed."""
    shouted = sum(char.isupper() for char in text) > 0.6 * sum(char.isalpha() for char in text)
    titled = sum(token[:1].isupper() for token in text.split()) > 0.7 * len(text.split()) > 2.1
    found = set()
    for match in words.TOKEN.finditer(text):
        raw = match.group()
        token = words.tidy(raw).removesuffix("'s")
        opens = not text[: match.start()].strip() or text[: match.start()].rstrip()[-1:] in '.!?:;"“('
        is_code = bool(re.search(r"\d", raw) and re.search(r"[a-zA-Z]{2}", raw)) and not numbers_in(raw)
        is_capital = raw[:1].isupper() and not opens and not shouted and not titled
        if (is_code or is_capital) and token not in words.vocabulary().stop and token not in _data()["not_names"]:
            found.add(token)
    return frozenset(found)


def dates_in(text: str) -> frozenset[str]:
    """Days, months and holidays that a question names."""
    known = _data()
    listed = {*known["days"], *known["months"], *known["holidays"]}
    return frozenset(
        token.removesuffix("s") if token in known["days"] else token for token in words.tokens(text) if token in listed
    )


def missing_from(question: Question, *texts: str) -> tuple[str, ...]:
    """Numbers, names and dates of the question that stand in none of the texts, in the order they matter."""
    if not (question.numbers or question.names or question.dates or question.spans):
        return ()
    figures, parts, stems = (frozenset().union(*sets) for sets in zip(*map(_stated, texts), strict=True))
    spans = [said for said, hours in question.spans if not any(hours in _spans_stated(text) for text in texts)]
    numbers = [number for number in sorted(question.numbers) if number not in figures]
    names = [name for name in sorted(question.names) if not _stands(name, parts, stems)]
    dates = [date for date in sorted(question.dates) if not _holds_day(date, parts)]
    return tuple(dict.fromkeys((*numbers, *names, *dates, *([] if numbers else spans))))


def opposites_in(question: Question, text: str) -> tuple[tuple[str, str], ...]:
    """Pairs (asked, stated) where the text has only the opposite of a word in the question."""
    if not question.opposites:
        return ()
    _, stated, _ = _stated(text)
    return tuple((one, other) for one, other in question.opposites if other in stated and one not in stated)


def _opposites_of(asked: frozenset[str]) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in _opposites() if pair[0] in asked and pair[1] not in asked)


@lru_cache(maxsize=8192)
def _spans_stated(text: str) -> frozenset[float]:
    return frozenset(hours for _, hours in spans_in(text))


@lru_cache(maxsize=8192)
def _stated(text: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Figures, words with their parts, and stems of a text."""
    said = words.tokens(text)
    parts = {part for token in said for part in re.split(r"[-'&./]", token)} | set(said)
    return all_numbers_in(text), frozenset(parts), words.stems_of(text)


def _stands(name: str, parts: frozenset[str], stems: frozenset[str]) -> bool:
    pieces = [piece for piece in re.split(r"[-'&./]", name) if piece]
    return (
        words.stem(name) in stems
        or all(piece in parts or words.stem(piece) in stems for piece in pieces)
        or name in _plain(parts)
    )


def _plain(parts: frozenset[str]) -> set[str]:
    return {part.removesuffix("s") for part in parts}


_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _holds_day(date: str, parts: frozenset[str]) -> bool:
    """A day is met by its name, by a range around it ("Monday to Friday"), or by "weekend" and "daily"."""
    if date in parts or f"{date}s" in parts or date[:3] in parts:
        return True
    if date not in _WEEK:
        return False
    named = sorted(_WEEK.index(day) for day in _WEEK if day in parts or f"{day}s" in parts)
    in_range = "to" in parts and len(named) >= 2 and named[0] <= _WEEK.index(date) <= named[-1]
    is_weekend = date in ("saturday", "sunday")
    return (
        in_range
        or bool(parts & ({"weekend", "weekends"} if is_weekend else {"weekday", "weekdays"}))
        or "daily" in parts
    )


@cache
def _data() -> dict[str, Any]:
    return dict(phrases.load("questions"))


@cache
def _kinds() -> dict[Kind, tuple[re.Pattern[str], re.Pattern[str]]]:
    return {
        kind: (re.compile(p["asks"]), re.compile(p["looks"])) for kind, p in phrases.load("questions")["kinds"].items()
    }


@cache
def _opposites() -> tuple[tuple[str, str], ...]:
    pairs = [tuple(pair) for pair in phrases.load("questions")["opposites"]]
    return tuple((one, other) for pair in pairs for one, other in (pair, pair[::-1]) if one != "with")
