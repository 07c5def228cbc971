"""How likely it is that a visitor isn't being served: asked in vain, misunderstood, or settling for less.

What a conversation shows is read here as signals; how much each counts is fitted on lines of our own
(`python -m evals.fit_mood`) and kept, readable, in `dissatisfaction.json`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from baton.assistant import phrases, words

if TYPE_CHECKING:
    from baton.knowledge.search import Utterance

GROUPS: Mapping[str, tuple[str, ...]] = {
    "feeling": ("unhappy", "not_happy", "exclaims"),
    "words of the visitor": ("objects", "negates", "retries", "gives_up", "regrets", "not_accepting"),
    "what was said before": ("refused", "undelivered", "not_asked"),
    "repetition": ("repeats", "rewords", "assistant_repeats"),
}
"""Names of the signals by what they look at. Each is 0..1, and the higher the worse."""
SIGNALS = tuple(name for group in GROUPS.values() for name in group)
_SHORTEST = 3
"""Telling words of the shortest message that can be wholly a repetition."""
_SHORT = 4
_EXCLAIMED = re.compile(r"[!?]{2}|\.\.\.|…")


@dataclass(frozen=True, slots=True)
class Weights:
    """Of a logistic model: probability = 1 / (1 + exp(-(bias + Σ weight · signal)))."""

    version: str
    bias: float
    of: Mapping[str, float]


def probability(signals: Mapping[str, float], weights: Weights | None = None) -> float:
    """The probability that an onlooker would call the visitor dissatisfied."""
    weights = weights or shipped()
    total = weights.bias + sum(weight * signals.get(name, 0.0) for name, weight in weights.of.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def signals_of(message: str, history: Sequence[Utterance], level: float) -> dict[str, float]:
    """What shows in a message after `history`, oldest first; `level` is the message's sentiment, -1..1."""
    asked = [utterance.text for utterance in history if utterance.author == "visitor"]
    answers = [utterance.text for utterance in history if utterance.author != "visitor"]
    return dict.fromkeys(SIGNALS, 0.0) | {
        "unhappy": max(0.0, -level),
        "not_happy": 1.0 - max(0.0, level),
        **_of_message(message),
        **(_of_answers(answers) | _of_reply(message) if answers else {}),
        "repeats": _repeats(message, asked[-3:], answers[-1:]),
        "rewords": _repeats(message, asked[-1:], ()),
    }


@lru_cache(maxsize=4096)
def _of_message(message: str) -> dict[str, float]:
    said = words.tidy(message)
    return {
        **{name: _shows(name, said) for name in ("gives_up", "regrets")},
        "not_accepting": 1.0 - _shows("accepts", said),
        "exclaims": float(bool(_EXCLAIMED.search(message))),
    }


@lru_cache(maxsize=4096)
def _of_reply(message: str) -> dict[str, float]:
    """What means something only after an answer: "is it really waterproof?" may be the first thing that is asked."""
    said = words.tidy(message)
    return {name: _shows(name, said) for name in ("objects", "negates", "retries")}


def _of_answers(answers: Sequence[str]) -> dict[str, float]:
    """Of what the visitor was told last."""
    refused, delivered = _reply(answers[-1])
    return {
        "refused": refused,
        "undelivered": 1.0 - delivered,
        "not_asked": float(not answers[-1].rstrip().endswith("?")),
        "assistant_repeats": max((_likeness(answers[-1], text) for text in answers[-4:-1]), default=0.0),
    }


@lru_cache(maxsize=4096)
def _reply(text: str) -> tuple[float, float]:
    """Whether what was said to the visitor refuses something, and whether it gives something."""
    said = words.tidy(text)
    return _shows("refuses", said), _shows("delivers", said)


def _repeats(message: str, before: Sequence[str], answer: Sequence[str]) -> float:
    """Share of the message's telling words that stand in the texts before and not in the answer, which took them up."""
    mine = _stems(message)
    said, taken_up = (frozenset().union(*map(_stems, texts)) for texts in (before, answer))
    return len((mine & said) - taken_up) / max(_SHORTEST, len(mine))


def _likeness(one: str, other: str) -> float:
    a, b = _stems(one), _stems(other)
    return len(a & b) / len(a | b) if a and b else 0.0


@lru_cache(maxsize=8192)
def _stems(text: str) -> frozenset[str]:
    """Stems of the telling words. Idioms stay apart: this is read for every text of a conversation."""
    return frozenset(words.stem(word) for word in words.tokens(text) if word not in _stop() and len(word) > 1)


def _shows(cue: str, said: str) -> float:
    return float(bool(_cues()[cue].search(said)))


@cache
def _stop() -> frozenset[str]:
    """English words without a topic, and the short words by which other languages are told."""
    telling = (word for found in phrases.load("languages").values() for word in map(str, found) if len(word) <= _SHORT)
    return words.vocabulary().stop.union(telling)


@cache
def shipped() -> Weights:
    """The weights that come with the package."""
    text = resources.files("baton.assistant").joinpath("dissatisfaction.json").read_text(encoding="utf-8")
    data = json.loads(text)
    return Weights(data["version"], data["bias"], data["weights"])


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    return {name: re.compile("|".join(found)) for name, found in phrases.load("dissatisfaction").items()}
