"""Hard rules: what goes to a person whatever any score says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from baton.assistant import identifiers, phrases, wishes, words
from baton.assistant.settings import AssistantSettings

Protected = Literal["payment", "identity", "health", "minor"]
Kind = Literal["wish", "forbidden", "protected", "always_human"]


@dataclass(frozen=True, slots=True)
class HardRule:
    """A rule that fired; the reason is for staff and repeats nothing of what was protected."""

    kind: Kind
    name: str
    reason: str


def check(text: str, settings: AssistantSettings, task: str | None = None) -> HardRule | None:
    """The first hard rule that the message, or its task type, falls under."""
    return (
        _protected_data(text, settings)
        or _wish(text)
        or _forbidden_topic(text, settings)
        or _always_human(task, settings)
    )


def protected_data(text: str) -> Protected | None:
    """The kind of protected data a message holds, told by check digits and by what is said of a person."""
    said, patterns = words.tidy(text), _patterns()
    if identifiers.holds_payment_card(text) or identifiers.holds_bank_account(text) or _any(patterns["payment"], said):
        return "payment"
    if identifiers.holds_identity_number(text) or _any(patterns["identity"], said):
        return "identity"
    if _any(patterns["health"], said):
        return "health"
    return "minor" if _any(patterns["minor"], said) else None


def _protected_data(text: str, settings: AssistantSettings) -> HardRule | None:
    kind = protected_data(text)
    if kind is None or kind not in settings.protected_data:
        return None
    return HardRule("protected", kind, f"The message holds protected data ({_NAMES[kind]}), which only people handle.")


def _wish(text: str) -> HardRule | None:
    return HardRule("wish", "person", "The visitor asked for a person.") if wishes.wants_person(text) else None


def _forbidden_topic(text: str, settings: AssistantSettings) -> HardRule | None:
    said = f" {' '.join(words.tokens(text))} "
    topic = next((t for t in settings.forbidden_topics if t.strip() and f" {' '.join(words.tokens(t))} " in said), None)
    return HardRule("forbidden", topic, f"“{topic}” is a topic that only people speak about.") if topic else None


def _always_human(task: str | None, settings: AssistantSettings) -> HardRule | None:
    policy = settings.tasks.get(task) if task else None
    if task is None or policy is None or not policy.always_person:
        return None
    return HardRule("always_human", task, f"“{task}” always goes to a person.")


_NAMES = {
    "payment": "payment details",
    "identity": "an identity document",
    "health": "somebody's health",
    "minor": "a visitor who is a minor",
}


def _any(patterns: tuple[re.Pattern[str], ...], said: str) -> bool:
    return any(pattern.search(said) for pattern in patterns)


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    data = phrases.load("protected")
    return {kind: tuple(re.compile(pattern) for pattern in found) for kind, found in data.items()}
