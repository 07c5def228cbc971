"""Decides recorded turns again by other thresholds, from what their records hold: nothing is searched or drafted anew.

Only what came of confidence can come out otherwise. A turn that went to a person for a rule, for the visitor's mood or
because nothing was found stays what it was; so does one that was asked back, since its record doesn't say what else was
lacking, and one of several questions that was not answered, since its record has the signals of one of them. A turn is
decided as if the conversation before it had gone the same way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from baton.assistant import policy
from baton.assistant.conversations import TURNS
from baton.assistant.head import Head
from baton.assistant.policy import Evidence
from baton.assistant.scoring import is_long
from baton.assistant.settings import AssistantSettings

OF_CONFIDENCE = frozenset(
    {
        "confident",
        "not_confident",
        "not_stated",
        "opposite",
        "no_figure",
        "guess",
        "unsupported",
        "below_escalates",
        "offers_running",
    }
)
"""Codes of reasons that the threshold has a part in."""
MOST = 5000
"""So many turns are decided again at once, the newest."""


@dataclass(frozen=True, slots=True)
class Again:
    """Turns by what was decided (`was`) and by what would be (`would`), for each task type; None is of no type."""

    was: Mapping[str | None, Counter[str]] = field(default_factory=dict)
    would: Mapping[str | None, Counter[str]] = field(default_factory=dict)
    turns: int = 0

    @property
    def is_cut(self) -> bool:
        """Whether there were more turns than are decided again at once."""
        return self.turns >= MOST


def decide_since(connection: Connection, since: datetime, settings: AssistantSettings, head: Head) -> Again:
    """Every turn that was decided since then, small talk left out, decided again by these settings."""
    query = select(TURNS).where(TURNS.c.state == "done", TURNS.c.small_talk.is_(False), TURNS.c.decision.is_not(None))
    query = query.where(TURNS.c.finished_at >= since).order_by(TURNS.c.finished_at.desc()).limit(MOST)
    was: dict[str | None, Counter[str]] = {}
    would: dict[str | None, Counter[str]] = {}
    rows = connection.execute(query).all()
    for turn in rows:
        was.setdefault(turn.task, Counter())[turn.decision] += 1
        would.setdefault(turn.task, Counter())[decide_again(turn, settings, head)] += 1
    return Again(was, would, len(rows))


def decide_again(turn: Row[Any], settings: AssistantSettings, head: Head) -> str:
    """What the table would decide of a recorded turn; what was decided where no threshold had a part in it."""
    reasons = {reason["code"]: reason["text"] for reason in turn.reasons or ()}
    signals = turn.signals or {}
    is_one_of_several = "parts" in signals and turn.decision != "answer"
    if not reasons or not reasons.keys() <= OF_CONFIDENCE or is_one_of_several:
        return str(turn.decision)
    return policy.decide(_evidence(turn, signals, reasons, settings, head), settings).kind


def _evidence(
    turn: Row[Any],
    signals: Mapping[str, Any],
    reasons: Mapping[str, str],
    settings: AssistantSettings,
    head: Head,
) -> Evidence:
    return Evidence(
        confidence=_confidence(turn, signals, head),
        has_draft=bool(turn.draft),
        missing=tuple(signals.get("missing", ())),
        opposed=tuple((asked, stated) for asked, stated in signals.get("opposed", ())),
        unmet=tuple(signals.get("unmet", ())),
        wants_figure="no_figure" in reasons,
        guess=reasons.get("guess", ""),
        is_long=is_long(turn.draft or ""),
        support=signals.get("support"),
        task=turn.task,
        offers_running=settings.offers_before_person - 1 if "offers_running" in reasons else 0,
    )


def _confidence(turn: Row[Any], signals: Mapping[str, Any], head: Head) -> float | None:
    """As recorded, or by this head from the recorded signals where another one scored the turn."""
    if (turn.versions or {}).get("scoring") == head.version or "support" not in signals:
        return None if turn.confidence is None else float(turn.confidence)
    return head.confidence({name: value for name, value in signals.items() if isinstance(value, int | float)})
