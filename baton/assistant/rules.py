"""Hard rules: what goes to a person whatever any score says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, Literal

from baton.assistant import identifiers, phrases, wishes, words
from baton.assistant.settings import AssistantSettings

Protected = Literal["payment", "identity", "health", "minor"]
Danger = Literal["self", "others", "accident"]
Kind = Literal["safety", "wish", "forbidden", "protected", "always_human"]


@dataclass(frozen=True, slots=True)
class HardRule:
    """A rule that fired; the reason is for staff and repeats nothing of what was protected."""

    kind: Kind
    name: str
    reason: str


def check(text: str, settings: AssistantSettings, task: str | None = None) -> HardRule | None:
    """The first hard rule that the message, or its task type, falls under."""
    return (
        _danger(text)
        or _protected_data(text, settings)
        or _wish(text)
        or _forbidden_topic(text, settings)
        or _always_human(task, settings)
    )


def danger(text: str) -> Danger | None:
    """What danger the message speaks of: harm to the visitor or to others that somebody means, or an accident."""
    said = words.tidy(text)
    return next((kind for kind in _DANGERS if _any(_patterns("safety")[kind], said)), None)


def protected_data(text: str) -> Protected | None:
    """The kind of protected data a message holds, told by check digits and by what is said of a person."""
    said, patterns = words.tidy(text), _patterns("protected")
    if identifiers.holds_payment_card(text) or identifiers.holds_bank_account(text) or _any(patterns["payment"], said):
        return "payment"
    if identifiers.holds_identity_number(text) or _any(patterns["identity"], said):
        return "identity"
    if _any(patterns["health"], said):
        return "health"
    return "minor" if _any(patterns["minor"], said) else None


def _danger(text: str) -> HardRule | None:
    """No setting takes this away."""
    kind = danger(text)
    return HardRule("safety", kind, f"The visitor speaks of {_DANGERS[kind]}.") if kind else None


def _protected_data(text: str, settings: AssistantSettings) -> HardRule | None:
    kind = protected_data(text)
    if kind is None or kind not in settings.protected_data:
        return None
    return HardRule("protected", kind, f"The message holds protected data ({_NAMES[kind]}), which only people handle.")


def _wish(text: str) -> HardRule | None:
    return HardRule("wish", "person", "The visitor asked for a person.") if wishes.wants_person(text) else None


def _forbidden_topic(text: str, settings: AssistantSettings) -> HardRule | None:
    said, spoken = words.tidy(text), f" {' '.join(words.tokens(text))} "
    topic = next((topic for topic in settings.forbidden_topics if _is_about(topic, said, spoken)), None)
    return HardRule("forbidden", topic, f"“{topic}” is a topic that only people speak about.") if topic else None


def _is_about(topic: str, said: str, spoken: str) -> bool:
    """A topic known by name is heard in all its forms; any, and so an owner's own, as it stands."""
    as_it_stands = " ".join(words.tokens(topic))
    forms = _patterns("topics").get(words.tidy(topic), ())
    return (bool(as_it_stands) and f" {as_it_stands} " in spoken) or _any(forms, said)


def _always_human(task: str | None, settings: AssistantSettings) -> HardRule | None:
    policy = settings.tasks.get(task) if task else None
    if task is None or policy is None or not policy.always_person:
        return None
    return HardRule("always_human", task, f"“{task}” always goes to a person.")


_DANGERS: dict[Danger, str] = {
    "self": "harming themselves",
    "others": "harming others",
    "accident": "somebody who is hurt, or of a fire",
}
_NAMES = {
    "payment": "payment details",
    "identity": "an identity document",
    "health": "somebody's health",
    "minor": "a visitor who is a minor",
}


def _any(patterns: tuple[re.Pattern[str], ...], said: str) -> bool:
    return any(pattern.search(said) for pattern in patterns)


@cache
def _patterns(file: str) -> dict[str, tuple[re.Pattern[str], ...]]:
    """The patterns of a file by name, those of all languages together: who writes in one may say a thing in another.

    A pattern holds what is `named` in the file by its name in capitals.
    """
    data: dict[str, Any] = phrases.load(file)
    named: dict[str, str] = data.get("named", {})
    found: dict[str, list[str] | dict[str, list[str]]] = {name: data[name] for name in data if name != "named"}
    return {
        name: phrases.joined(
            _with(named, pattern) for pattern in (chain(*each.values()) if isinstance(each, dict) else each)
        )
        for name, each in found.items()
    }


def _with(named: dict[str, str], pattern: str) -> str:
    for name, meant in named.items():
        pattern = pattern.replace(name, meant)
    return pattern
