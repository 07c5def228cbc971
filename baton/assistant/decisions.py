"""What a turn can come to: six decisions, each with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

OfferKind = Literal["near", "none", "language", "out_of_scope", "rejected", "mood", "unreviewed"]
EscalateKind = Literal["escalate", "danger_self", "danger_others"]


class Reason(NamedTuple):
    """Why, as a code for programs and a sentence for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Say the draft as sure."""

    reasons: tuple[Reason, ...]
    kind: str = field(default="answer", init=False)


@dataclass(frozen=True, slots=True)
class Clarify:
    """Ask which of these is meant."""

    reasons: tuple[Reason, ...]
    choices: tuple[str, ...]
    kind: str = field(default="clarify", init=False)


@dataclass(frozen=True, slots=True)
class Offer:
    """Say what is missing and offer a person; nothing is queued until the visitor accepts."""

    reasons: tuple[Reason, ...]
    wording: OfferKind
    counts: bool = True
    """Whether it counts towards the offers running that bring a person; being out of scope doesn't, nor does showing
    what is closest: who asks on has read it."""
    kind: str = field(default="offer", init=False)


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep the draft for a reviewer."""

    reasons: tuple[Reason, ...]
    kind: str = field(default="hold", init=False)


@dataclass(frozen=True, slots=True)
class Act:
    """Carry out an action, perhaps after approval."""

    reasons: tuple[Reason, ...]
    action: str
    arguments: Mapping[str, object]
    needs_approval: bool
    kind: str = field(default="act", init=False)


@dataclass(frozen=True, slots=True)
class Escalate:
    """Hand over to a person now."""

    reasons: tuple[Reason, ...]
    wording: EscalateKind = "escalate"
    kind: str = field(default="escalate", init=False)


Decision = Answer | Clarify | Offer | Hold | Act | Escalate
