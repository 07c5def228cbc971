"""The table of states: nothing dead-ends, and what is open always has a deadline."""

from datetime import UTC, datetime, timedelta

import pytest

from baton.handoff.errors import Refused
from baton.handoff.settings import HandoffSettings
from baton.handoff.transitions import OPEN, STATES, TABLE, Move, State, after, deadline

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SETTINGS = HandoffSettings()
MOVES = sorted({move for moves in TABLE.values() for move in moves})


@pytest.mark.parametrize("state", STATES)
def test_every_open_state_has_a_deadline_and_no_ended_one_has(state: State) -> None:
    due_at = deadline(state, NOW, NOW + timedelta(hours=72), SETTINGS)
    assert (due_at is not None) == (state in OPEN)


@pytest.mark.parametrize("state", OPEN)
def test_an_end_can_be_reached_from_every_open_state(state: State) -> None:
    reached: set[State] = {state}
    fresh: list[State] = [state]
    while fresh:
        found = [to for to in TABLE[fresh.pop()].values() if to not in reached]
        reached.update(found)
        fresh.extend(found)
    assert reached - set(OPEN)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", MOVES)
def test_every_move_leads_to_a_known_state_or_is_refused_by_name(state: State, move: Move) -> None:
    if move in TABLE[state]:
        assert after(state, move) in STATES
        return
    with pytest.raises(Refused) as refused:
        after(state, move)
    assert (refused.value.status, refused.value.code) == (409, "not_open")


def test_an_offer_never_outlives_the_handoff() -> None:
    expires_at = NOW + timedelta(seconds=5)
    assert deadline("offered", NOW, expires_at, SETTINGS) == expires_at


def test_only_an_agent_can_end_what_an_agent_holds_except_by_the_visitors_own_wish() -> None:
    assert set(TABLE["accepted"]) == {"transfer", "put_back", "return", "resolve", "cancel"}
