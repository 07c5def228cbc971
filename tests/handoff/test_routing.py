"""Whom a handoff is offered to, and what a visitor is told about the wait. All of it pure."""

from datetime import UTC, datetime, timedelta

import pytest

from baton.handoff.line import estimate_seconds
from baton.handoff.routing import Candidate, choose, eligible
from baton.handoff.settings import HandoffSettings
from baton.handoff.urgency import priority_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def agent(id: str, *teams: str, load: int = 0, asked: bool = False, idle: float = 0) -> Candidate:
    return Candidate(id, teams, 2, load, asked, NOW - timedelta(seconds=idle))


def ids(found: list[Candidate]) -> list[str]:
    return [one.id for one in found]


def test_the_least_loaded_is_chosen_and_of_these_who_has_been_idle_longest() -> None:
    best = choose([agent("busy", load=1, idle=900), agent("new", idle=10), agent("idle", idle=600)])
    assert best is not None
    assert best.id == "idle"


def test_nobody_is_asked_twice_at_once_or_beyond_capacity() -> None:
    assert choose([agent("asked", asked=True), agent("full", load=2)]) is None


def test_the_team_is_asked_before_the_fallback_team_and_that_before_nobody() -> None:
    on_duty = [agent("b", "billing"), agent("s", "support"), agent("any")]
    assert ids(eligible("billing", [], on_duty, "support")) == ["b", "any"]
    assert ids(eligible("billing", ["b", "any"], on_duty, "support")) == ["s"]
    assert ids(eligible("billing", ["b", "any", "s"], on_duty, "support")) == []


def test_without_a_fallback_team_anybody_willing_is_better_than_nobody() -> None:
    assert ids(eligible("billing", [], [agent("s", "support")], None)) == ["s"]


@pytest.mark.parametrize(
    "reasons, sentiment, risk, priority",
    [
        (["visitor_asked"], None, None, 1),
        (["no_progress"], 0.1, "low", 2),
        (["visitor_asked"], -0.4, None, 2),
        (["visitor_asked"], -0.8, None, 3),
        (["visitor_asked"], 0.5, "high", 3),
        (["protected"], None, None, 3),
    ],
)
def test_urgency_grows_with_reason_mood_and_risk(
    reasons: list[str], sentiment: float | None, risk: str | None, priority: int
) -> None:
    assert priority_of(reasons, sentiment, risk) == priority


def test_the_estimate_follows_recent_waits_and_is_not_made_up_when_nobody_is_there() -> None:
    settings = HandoffSettings(minutes_per_conversation=5)
    assert estimate_seconds(2, [40, 50, 60, 45, 55], 1, 1, settings) == 120
    assert estimate_seconds(1, [], 2, 0, settings) == 150
    assert estimate_seconds(1, [], 2, 1, settings) == 30
    assert estimate_seconds(2, [], 2, 1, settings) == 300
    assert estimate_seconds(1, [0, 0, 0, 0, 0], 3, 0, settings) == 30
    assert estimate_seconds(1, [40] * 9, 0, 0, settings) is None
