"""One short question back: what may be meant when two task types or two places compete, and what was chosen of them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from baton.assistant import questions, rewriting, words
from baton.assistant.excerpts import SEPARATOR
from baton.assistant.settings import TaskPolicy

if TYPE_CHECKING:
    from baton.assistant.drafting import Candidate, Reading
    from baton.knowledge.search import Utterance

_LONGEST_LABEL = 70
_MOST_TERMS = 2
"""Only a question this short leaves open what it is about; a longer one that isn't answered is not ambiguous."""
_STEEPNESS = 12.0
_LEAST_SHARE, _LEAST_OF_FIRST, _LEAST_COVER = 0.2, 0.55, 0.6


def label_of(name: str, policy: TaskPolicy) -> str:
    """A task type as a visitor chooses it: what it is about if that is short, else its name."""
    described = policy.description.strip().rstrip(".")
    if described and len(described) <= _LONGEST_LABEL:
        return described
    plain = name.replace("_", " ").replace("-", " ").strip()
    return plain[:1].upper() + plain[1:]


def labels_of(names: Sequence[str], tasks: Mapping[str, TaskPolicy]) -> tuple[str, ...]:
    """The choices that these competing types make."""
    return tuple(label_of(name, tasks[name]) for name in names)


def type_chosen(choice: str, tasks: Mapping[str, TaskPolicy]) -> str | None:
    """The task type that a choice stands for; None for a choice of a place."""
    return next((name for name, policy in tasks.items() if label_of(name, policy) == choice), None)


def places_competing(reading: Reading) -> tuple[str, ...]:
    """Titles of two documents, or headings of two places of one, that fit about equally well a short question for a
    price, a time, a way …: "how much does it cost" says no more than that."""
    asked = reading.asked
    if asked.kind is None or len(asked.terms) > _MOST_TERMS:
        return ()
    fitting = [one for one in reading.candidates if not asked.terms or one.match.cover >= _LEAST_COVER]
    by_document = _shares([(one.passage.title, one) for one in fitting])
    if rivals := _close(by_document):
        return rivals
    first = max(by_document, key=by_document.__getitem__, default="")
    inside = [one for one in fitting if one.passage.title == first]
    return _close(_shares([(one.passage.place.rpartition(SEPARATOR)[2], one) for one in inside]))


def chosen(message: str, choices: Sequence[str]) -> str | None:
    """The choice that a reply names, by tapping it or in fewer words ("the returns one"); None if it names none."""
    said = words.tidy(message).strip()
    for choice in choices:
        if said == words.tidy(choice).strip():
            return choice
    named = set(map(words.stem, words.content(message)))
    fitting = [choice for choice in choices if named and named <= set(map(words.stem, words.content(choice)))]
    return fitting[0] if len(fitting) == 1 else None


def completed(choice: str, history: Sequence[Utterance]) -> str:
    """The question that was asked back about, with what was chosen: "How long does it take? (about: Returns)"."""
    end = next((n for n in range(len(history), 0, -1) if history[n - 1].author == "visitor"), 0)
    start = end
    while start and history[start - 1].author == "visitor":
        start -= 1
    asked = rewriting.self_contained("\n".join(one.text for one in history[start:end]), history[:start])
    plain, topic = questions.without_topic(asked)
    return questions.with_topic(plain, f"{topic} {choice}") if plain.strip() else choice


def _shares(named: Sequence[tuple[str, Candidate]]) -> dict[str, float]:
    """The share of each name in the weight of all candidates, as confidence weighs them (`scoring`)."""
    top = max((candidate.match.score for _, candidate in named), default=0.0)
    masses: dict[str, float] = defaultdict(float)
    for name, candidate in named:
        masses[name] = max(masses[name], math.exp(_STEEPNESS * (candidate.match.score - top)))
    whole = sum(masses.values())
    return {name: mass / whole for name, mass in masses.items()}


def _close(shares: Mapping[str, float]) -> tuple[str, ...]:
    """Those that are about as likely as the first, if there are two or three of them."""
    ranked = sorted(shares.items(), key=lambda share: -share[1])
    least = max(_LEAST_SHARE, _LEAST_OF_FIRST * max(shares.values(), default=0.0))
    close = [name for name, share in ranked if name and share >= least]
    return tuple(close) if 2 <= len(close) <= 3 else ()
