"""Makes a message self-contained: a follow-up gets the topic it leans on, two questions in one become two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from baton.assistant import phrases, questions, smalltalk, words

if TYPE_CHECKING:
    from baton.knowledge.search import Utterance

_MOST_TERMS_OF_A_FOLLOW_UP = 2
_LONGEST_TOPIC = 14
"""Words of topic that a follow-up carries."""
_CONNECTED = re.compile(
    r"^(?:and|but|so|also|then|ok|okay)[,\s]+(?=(?:how|what|when|where|who|why|which|can|do|does|is|are)\b)",
    re.IGNORECASE,
)

_OF_ANYTHING = re.compile(r"\b(?:something|anything)\b")
"""A question about whatever it may be leans on nothing: "how long do I have to return something"."""


def self_contained(message: str, history: Sequence[Utterance]) -> str:
    """The question without pleasantries; a follow-up names its topic: "and for sale items? (about: return an item)"."""
    asked = _without_opening(smalltalk.without_pleasantries(message))
    if questions.without_topic(asked)[1] or not is_follow_up(asked):
        return asked
    topic = topic_of(history, keep_question_word=questions.kind_of(asked) is None)
    if not topic:
        return asked
    topic = _without_what_is_replaced(topic, asked)
    return questions.with_topic(asked, topic) if topic else asked


def search_query(asked: str) -> str:
    """A question as the search takes it: "how long does X take" names X's time, "my money back" a refund."""
    plain, topic = questions.without_topic(asked)
    found = _patterns()["takes"].match(words.tidy(plain))
    wanted = f"{found['what']}{found['rest']} time" if found else plain.rstrip("?!. ")
    others = "".join(f", {other}" for other in words.idioms_in(plain))
    if not found and not others:
        return asked
    return questions.with_topic(f"{wanted}{others}", topic) if topic else f"{wanted}{others}"


def is_follow_up(asked: str) -> bool:
    """Whether a question leans on what was said before: "how long?", "and to France?", "can I change it?"."""
    said = words.tidy(asked).rstrip("?!. ")
    patterns = _patterns()
    terms = words.content(asked)
    if patterns["continues"].match(said):
        return len(terms) <= _MOST_TERMS_OF_A_FOLLOW_UP + 2
    if patterns["bare"].fullmatch(said):
        return True
    if patterns["points_back"].search(said) and not _names_its_own_topic(said):
        return len(terms) <= _MOST_TERMS_OF_A_FOLLOW_UP + 1
    return False


def topic_of(history: Sequence[Utterance], *, keep_question_word: bool = False) -> str:
    """The last question that stood on its own, with what follow-ups add; "how long" only if the next asks no other."""
    added: list[str] = []
    for utterance in reversed(history):
        if utterance.author != "visitor" or smalltalk.kind_of(utterance.text):
            continue
        asked = _without_opening(smalltalk.without_pleasantries(utterance.text))
        if not words.content(asked):
            continue
        if not is_follow_up(asked):
            topic = asked.rstrip("?!. ") if keep_question_word else _as_topic(asked)
            return _bounded(" ".join((topic, *reversed(added))))
        added.append(_telling(asked))
    return _bounded(" ".join(reversed(added)))


def split(message: str) -> tuple[str, ...]:
    """The questions of a message, each readable by itself; nearly always one, never more than three."""
    asked = _without_courtesy(smalltalk.without_pleasantries(message))
    parts = [part for sentence in _sentences(asked) for part in _conjoined(sentence)]
    kept = [part for part in parts if _asks(part)]
    if len(kept) < 2:
        return (" ".join(asked.split()),)
    return tuple(_with_subject(part, kept[:number]) for number, part in enumerate(kept[:3]))


def _sentences(text: str) -> list[str]:
    """Sentences; a statement stays with the question after it ("My lamp broke. Can I return it?")."""
    found: list[str] = []
    held = ""
    for sentence in re.findall(r"[^?!.\n]+(?:\.(?=\S)[^?!.\n]+)*[?!.]*", text):
        held = f"{held} {sentence.strip()}".strip()
        if sentence.strip().endswith("?") or _asks(sentence):
            found.append(held)
            held = ""
    if held and found:
        found[-1] = f"{found[-1]} {held}"
    return found or [text]


def _conjoined(sentence: str) -> list[str]:
    """Parts around an "and" that begins a question of its own."""
    for cut in _patterns()["joint"].finditer(sentence):
        before, after = sentence[: cut.start()].strip(" ,;"), sentence[cut.end("and") :].strip(" ,;")
        asks = _asks(before) and words.content(before)
        if asks and not _patterns()["lead_in"].fullmatch(words.tidy(before)):
            return [f"{before.rstrip('?')}?", *_conjoined(after)]
    return [sentence]


def _asks(part: str) -> bool:
    said = words.tidy(part).strip()
    return bool(_patterns()["asks"].search(said)) and not smalltalk.kind_of(part)


def _with_subject(part: str, before: list[str]) -> str:
    """A later part that says "it" is given what the first part was about."""
    said = words.tidy(part).rstrip("?!. ")
    says_little = len(_telling(said).split()) <= 1 and not _OF_ANYTHING.search(said)
    leans = says_little or bool(_patterns()["points_back"].search(said))
    opened = _without_opening(part)
    tidy_part = opened[:1].upper() + opened[1:]
    if not before or not leans:
        return tidy_part
    topic = _meant_by(said, before[0]) or _subject(before[0]) or _as_topic(before[0])
    return questions.with_topic(tidy_part, topic) if _telling(topic) else tidy_part


def _without_courtesy(asked: str) -> str:
    """What is asked, without what politeness puts around it: "if it isn't too much trouble"."""
    lines = (" ".join(_patterns()["courtesy"].sub(" ", line).split()).lstrip(" :,.") for line in asked.splitlines())
    return "\n".join(line for line in lines if line) or asked


def _without_opening(asked: str) -> str:
    return _CONNECTED.sub("", asked.strip()) or asked.strip()


def _names_its_own_topic(said: str) -> bool:
    """Whether a noun before the "it" already says what it is ("my lamp broke, can I return it?")."""
    first = _patterns()["points_back"].search(said)
    return first is not None and len(words.content(said[: first.start()])) >= 2


def _meant_by(said: str, before: str) -> str:
    """What "they" stands for: the last thing there are several of in the part before; empty when it says no "they"."""
    if not re.search(r"\b(?:they|them|these|those)\b", said):
        return ""
    several = (word for word in words.content(before) if word.endswith("s") and words.stem(word) != word)
    return next(iter(reversed(tuple(several))), "")


def _subject(asked: str) -> str:
    """What a yes-or-no question is about, "the knives" in "can the knives go in the dishwasher"; else empty."""
    found = _patterns()["subject"].match(words.tidy(asked))
    return found["what"] if found and words.content(found["what"]) else ""


def _as_topic(asked: str) -> str:
    plain, carried = questions.without_topic(asked)
    kept = re.sub(_data()["openings"], "", plain.strip().rstrip("?!. "), flags=re.IGNORECASE)
    return f"{kept} {carried}".strip()


def _telling(asked: str) -> str:
    stop = words.vocabulary().stop
    return " ".join(token for token in re.findall(r"[^\s?!.,;]+", asked) if words.tidy(token) not in stop)


def _without_what_is_replaced(topic: str, asked: str) -> str:
    """Takes out of the topic what the follow-up puts in its place: "to Germany" when it says "and to France?"."""
    given = _patterns()["preposition"].search(words.tidy(asked).rstrip("?!. "))
    if given:
        topic = re.sub(
            rf"\b{given['word']}\s+(?:(?:the|a|an|my|your)\s+)?[\w-]+(?:\s+(?=[A-Z])[\w-]+)*", "", topic, count=1
        )
    if questions.names_in(f"x {asked}"):
        kept = [
            word
            for word in topic.split()
            if not (word[:1].isupper() and words.tidy(word) in questions.names_in(f"x {topic}"))
        ]
        topic = " ".join(kept)
    return " ".join(topic.split())


def _bounded(topic: str) -> str:
    return " ".join(topic.split()[:_LONGEST_TOPIC])


@cache
def _data() -> dict[str, Any]:
    return dict(phrases.load("rewriting"))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    names = (
        "continues",
        "bare",
        "points_back",
        "joint",
        "asks",
        "preposition",
        "takes",
        "courtesy",
        "lead_in",
        "subject",
    )
    return {name: re.compile(_data()[name], re.IGNORECASE) for name in names}
