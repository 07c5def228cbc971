"""How a visitor feels: the level of this message, its course over the conversation, and what should bring a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from baton.assistant import dissatisfaction, languages, phrases, words
from baton.assistant.settings import MoodSettings

if TYPE_CHECKING:
    from baton.knowledge.search import Utterance

_SIGNS = {"shouting": 0.3, "insult": 0.75, "told_already": 0.5, "threat": 0.6, "leaving": 0.3}
_REPEATED, _IN_VAIN, _FURTHER, _EXCLAIMED = 0.25, 0.4, 0.4, 0.1
"""What a repeated question costs, and a conversation that surely goes wrong; how much every further sign counts; what
"!!" adds."""
_REMEMBERED, _READ = 6, 16
"""Messages of the visitor that a course is made of, and utterances that are read at all."""
_BEGINNING, _END = 800, 400
"""Characters of a long text that are read: how somebody feels is said first and last."""
_SAME_QUESTION, _PLEASED = 0.7, 0.4
"""The likeness from which on two messages ask the same, and how glad thanks in another language than English are."""
_IN_WORDS = {
    "insult": "insults",
    "shouting": "shouting",
    "told_already": "had to say it before",
    "threat": "threatens",
    "leaving": "speaks of leaving",
    "unserved": "does not get what was asked for",
    "repetition": "asks the same again",
    "floor": "very unhappy",
    "fall": "suddenly unhappy",
    "sustained": "unhappy for several messages",
}


@dataclass(frozen=True, slots=True)
class Mood:
    """`level` and `course` are -1..1; `repetition` is 0..1, the likeness to an earlier message of the visitor;
    `dissatisfaction` is the probability that an onlooker would call the visitor dissatisfied."""

    level: float
    course: float
    repetition: float
    triggers: tuple[str, ...]
    dissatisfaction: float = 0.0

    def in_words(self) -> tuple[str, ...]:
        return tuple(_IN_WORDS[trigger] for trigger in self.triggers) or ("calm",)


def score(message: str, history: Sequence[Utterance] = (), settings: MoodSettings | None = None) -> Mood:
    """The mood of a message after these utterances, oldest first; the message itself is not among them."""
    settings = settings or MoodSettings()
    message, history = _ends_of(message), [replace(said, text=_ends_of(said.text)) for said in history[-_READ:]]
    before = [utterance.text for utterance in history if utterance.author == "visitor"][-_REMEMBERED:]
    repetition = max((likeness(message, text) for text in before[-3:]), default=0.0)
    said = level_of(message)
    unserved = dissatisfaction.probability(dissatisfaction.signals_of(message, history, said))
    signs = _signs(message)
    is_unserved = unserved >= settings.dissatisfied_from and bool(before)
    signs += ("repetition",) * (repetition >= _SAME_QUESTION) + ("unserved",) * is_unserved
    in_vain = is_unserved * (unserved - settings.dissatisfied_from) / (1.0 - settings.dissatisfied_from)
    level = _bounded(said - _REPEATED * ("repetition" in signs) - _IN_VAIN * in_vain)
    earlier = [level_of(text) for text in before]
    usual = sum(earlier) / len(earlier) if earlier else 0.0
    return Mood(level, _bounded(level - usual), repetition, signs + _lasting(level, earlier, settings), unserved)


def _ends_of(text: str) -> str:
    return text if len(text) <= _BEGINNING + _END else f"{text[:_BEGINNING]}\n{text[-_END:]}"


@lru_cache(maxsize=4096)
def level_of(message: str) -> float:
    """The sentiment of one message, -1 to 1; a plain question about something broken or cancelled is near 0."""
    costs = sorted(_costs(message), reverse=True)
    feeling = _feeling(message)
    if not costs:
        return _bounded(feeling * (1.0 if feeling > 0 else 0.6))
    exclaimed = _EXCLAIMED if re.search(r"[!?]{2,}", message) else 0.0
    return _bounded(min(feeling, 0.0) * 0.2 - costs[0] - _FURTHER * sum(costs[1:]) - exclaimed)


def _costs(message: str) -> list[float]:
    """What each sign of trouble takes from the level."""
    said, signs = _spelled(message), _signs(message)
    found = [cost for pattern, cost in _phrases() if pattern.search(said)]
    found += [cost for sign, cost in _SIGNS.items() if sign in signs]
    return found + [cost for cost in (_faces(message),) if cost]


def likeness(message: str, earlier: str) -> float:
    """How much two messages say the same, 0..1, by their telling words; short ones say too little to tell."""
    one = frozenset(words.stem(word) for word in words.content(message))
    other = frozenset(words.stem(word) for word in words.content(earlier))
    return len(one & other) / len(one | other) if len(one) >= 2 and len(other) >= 2 else 0.0


@lru_cache(maxsize=4096)
def _signs(message: str) -> tuple[str, ...]:
    said, patterns = _spelled(message), _patterns()
    found = [name for name in ("insult", "told_already", "threat", "leaving") if patterns[name].search(said)]
    return (*found, "shouting") if is_shouted(message) else tuple(found)


def is_shouted(message: str) -> bool:
    """Whether it is written in capitals: three words or more, product codes aside."""
    spoken = [word for word in re.findall(r"[^\W\d_]{2,}", message) if not re.search(r"\d", word)]
    capitals = [word for word in spoken if word.isupper() and len(word) > 1]
    return (len(capitals) >= 3 and len(capitals) >= 0.6 * len(spoken)) or bool(
        re.search(r"\b[A-Z]{3,}\s+NOW\b|\bNOW\s*!+", message)
    )


def _lasting(level: float, earlier: Sequence[float], settings: MoodSettings) -> tuple[str, ...]:
    found = []
    if level <= settings.floor:
        found.append("floor")
    if earlier and earlier[-1] - level >= settings.steep_fall:
        found.append("fall")
    recent = [*earlier, level][-settings.sustained_messages :]
    if len(recent) >= settings.sustained_messages and all(one <= settings.sustained_level for one in recent):
        found.append("sustained")
    return tuple(found)


def _feeling(message: str) -> float:
    """VADER's compound score without the words that are everyday business here. It reads English, in which "die" is no
    article."""
    if languages.looks_foreign(message):
        return _PLEASED * bool(_patterns()["pleased"].search(_spelled(message)))
    calm = _patterns()["calm"].sub(" ", _spelled(message))
    kept = " ".join(word for word in re.findall(r"[\w'*]+|[!?]+", calm) if word not in _neutral())
    return float(_analyser().polarity_scores(kept)["compound"]) if kept else 0.0


@lru_cache(maxsize=4096)
def _spelled(message: str) -> str:
    """Tidy, with misspelt strong words put right ("terible", "ridiculus")."""
    return re.sub(r"\b[a-z]{6,16}\b", lambda match: _put_right(match.group()), words.tidy(message))


@lru_cache(maxsize=20_000)
def _put_right(word: str) -> str:
    """A strong word for one that is an edit away from it; hardly anybody misspells the first letter."""
    alike = _strong_words().get(word[0], ())
    if not alike or words.is_known(word):
        return word
    return next((strong for strong in alike if words.within_one_edit(word, strong)), word)


def _faces(message: str) -> float:
    data = phrases.load("mood")
    return 0.6 * any(face in message for face in data["angry_faces"]) + 0.3 * any(
        face in message for face in data["sad_faces"]
    )


def _bounded(value: float) -> float:
    return max(-1.0, min(1.0, value))


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], float], ...]:
    return tuple((re.compile(pattern), float(cost)) for pattern, cost in phrases.load("mood")["phrases"])


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data = phrases.load("mood")
    calm = "|".join(data["calm"])
    return {
        **{name: re.compile(data[name]) for name in ("insult", "told_already", "leaving")},
        "threat": re.compile("|".join(data["threat"])),
        "calm": re.compile(calm),
        "pleased": re.compile(data["pleased"]),
    }


@cache
def _neutral() -> frozenset[str]:
    return frozenset(str(word) for word in phrases.load("mood")["neutral"])


@cache
def _strong_words() -> dict[str, tuple[str, ...]]:
    """Strong words by their first letter."""
    said = " ".join(pattern for pattern, _ in phrases.load("mood")["phrases"][:9]) + phrases.load("mood")["insult"]
    found = sorted({word for word in re.findall(r"[a-z]{7,}", said) if words.is_known(word)})
    return {letter: tuple(group) for letter, group in groupby(found, key=itemgetter(0))}


@cache
def _analyser() -> Any:
    """VADER (Hutto and Gilbert, 2014); its lexicon is read on first use."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
