"""The proof's verdict: what was found, what was never tried, and a control arm that shows nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from benchmarks.proving.checking import check_answered
from benchmarks.proving.tally import FAULTS, PAGE_FAULT, UNANSWERED, Tally
from benchmarks.proving.verdict import FEWEST_TAKEOVERS, MUST_LEAK, judge

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def sound(**counts: int) -> Tally:
    """An arm in which everything was tried and nothing found."""
    tally = Tally()
    for fault in FAULTS:
        tally.chance(fault, fault != PAGE_FAULT)
    tally.counts.update({"takeovers": FEWEST_TAKEOVERS, "kills": 1, "audit findings": 0} | counts)
    return tally


def leaking(*faults: str) -> Tally:
    tally = Tally()
    for fault in faults:
        tally.fault(fault, "here")
    return tally


def test_nothing_found_with_chances_enough_and_a_control_arm_that_leaks_is_proved() -> None:
    assert judge({"sqlite": sound(), "postgresql": sound()}, leaking(*MUST_LEAK)).is_proved


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        ({"takeovers": FEWEST_TAKEOVERS - 1}, "postgresql: too few takeovers: 99 of 100"),
        ({"kills": 0}, "postgresql: too few kills: 0 of 1"),
        ({"audit findings": 2}, "postgresql: the audit trail does not verify"),
        ({"audit findings": -1}, "postgresql: the audit trail does not verify"),
        ({"exit status after SIGTERM": 1}, "postgresql: it ended with 1 after SIGTERM"),
    ],
)
def test_one_arm_that_was_tried_too_little_or_ended_badly_is_no_proof(count: dict[str, int], reason: str) -> None:
    assert judge({"sqlite": sound(), "postgresql": sound(**count)}, leaking(*MUST_LEAK)).reasons == (reason,)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_speaks_against_it_and_so_does_one_that_could_never_have_shown(fault: str) -> None:
    found, untried = sound(), sound()
    found.fault(fault, "here")
    untried.chances[fault] = 0
    assert judge({"sqlite": found}, leaking(*MUST_LEAK)).reasons == (f"sqlite: 1 {fault}",)
    expected = () if fault == PAGE_FAULT else (f"sqlite: there was no chance of “{fault}”",)
    assert judge({"sqlite": untried}, leaking(*MUST_LEAK)).reasons == expected


@pytest.mark.parametrize("shown", MUST_LEAK)
def test_a_control_arm_that_leaks_in_one_way_only_is_blind_to_the_other(shown: str) -> None:
    (reason,) = judge({"sqlite": sound()}, leaking(shown)).reasons
    assert "blind" in reason and shown not in reason


def log(*kinds: str) -> list[dict[str, Any]]:
    """A conversation: `visitor` and `assistant` are messages, everything else is a kind of event."""
    events = []
    for seq, kind in enumerate(kinds, start=1):
        is_message = kind in ("visitor", "assistant", "agent")
        author = {"kind": kind if is_message else "system"}
        at = (BEGAN + timedelta(seconds=seq)).isoformat()
        events.append({"seq": seq, "kind": "message.added" if is_message else kind, "author": author, "at": at})
    return events


@pytest.mark.parametrize(
    ("kinds", "unanswered"),
    [
        (("visitor", "assistant"), 0),
        (("visitor", "assistant", "visitor"), 1),
        (("visitor", "visitor"), 1),
        (("visitor", "handoff.requested"), 0),
        (("visitor", "handoff.requested", "handoff.accepted", "visitor", "handoff.returned"), 0),
        (("handoff.requested", "handoff.cancelled", "visitor"), 1),
        (("visitor", "assistant", "conversation.resolved", "visitor"), 1),
    ],
)
def test_a_question_that_stands_at_the_end_with_nobody_to_answer_is_a_fault(
    kinds: tuple[str, ...], unanswered: int
) -> None:
    tally = Tally()
    check_answered(tally, "cnv_1", log(*kinds))
    assert tally.faults[UNANSWERED] == unanswered
