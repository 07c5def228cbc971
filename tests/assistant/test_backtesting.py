"""Past conversations taken silently: which turns there are, and what could be answered at an error rate."""

from pathlib import Path

import pytest

from baton.assistant import backtesting
from baton.assistant.backtesting import PastTurn, past_turns, summarize
from baton.assistant.decisions import Answer, Decision, Escalate, Offer, Reason
from baton.assistant.judging import Case, Judged, Outcome
from baton.assistant.transcripts.reading import read_transcripts
from baton.assistant.transcripts.transcript import Message, Transcript
from baton.assistant.wording import Message as Words

EXPORTS = Path(__file__).parent / "exports"
SURE, UNSURE = Reason("confident", "."), Reason("not_confident", ".")


def turns(*said: tuple[str, str]) -> list[PastTurn]:
    messages = tuple(Message(author, text) for author, text in said)  # type: ignore[arg-type]
    return list(past_turns(Transcript("a", messages)))


def test_a_burst_is_one_turn_with_what_people_answered_until_the_visitor_spoke_again() -> None:
    first, second = turns(
        ("agent", "Welcome."),
        ("visitor", "Hello"),
        ("visitor", "Where is it?"),
        ("agent", "On its way."),
        ("agent", "Tomorrow."),
        ("visitor", "Thanks"),
        ("agent", "Bye."),
        ("visitor", "One more thing"),
    )
    assert (first.case.message, first.answered) == ("Hello\nWhere is it?", "On its way.\nTomorrow.")
    assert [one.text for one in first.case.history] == ["Welcome."]
    assert (second.case.message, second.answered) == ("Thanks", "Bye.")
    assert [one.author for one in second.case.history] == ["agent", "visitor", "visitor", "agent", "agent"]


def test_what_software_answered_is_no_turn_but_what_it_only_announced_is() -> None:
    (answered,) = turns(("visitor", "A?"), ("assistant", "a"), ("visitor", "B?"), ("agent", "b"))
    assert (answered.case.message, len(answered.case.history)) == ("B?", 2)
    (announced,) = turns(("visitor", "A?"), ("assistant", "Somebody comes."), ("agent", "a"))
    assert (announced.case.message, announced.answered) == ("A?", "a")


def test_every_form_of_the_samples_has_its_turns() -> None:
    counts = {
        name: sum(len(list(past_turns(one))) for one in read_transcripts(EXPORTS / name))
        for name in ("own.jsonl", "zendesk.json", "intercom.jsonl")
    }
    assert counts == {"own.jsonl": 4, "zendesk.json": 3, "intercom.jsonl": 2}


def outcome_of(
    decision: Decision, confidence: float, task: str | None = None, *, small_talk: bool = False
) -> backtesting.Tested:
    part = Judged("q", decision, confidence=confidence)
    outcome = Outcome(decision, Words(""), (part,), mood=None, task=task, language="en", small_talk=small_talk)
    return backtesting.Tested(PastTurn("a", Case("q"), "b", None), outcome)


def test_the_largest_set_within_the_error_rate_is_of_those_that_lack_only_confidence() -> None:
    found = summarize(
        [
            outcome_of(Answer((SURE,)), 0.98, "delivery"),
            outcome_of(Answer((SURE,)), 0.94, "delivery"),
            outcome_of(Offer((UNSURE,), "near"), 0.92),
            outcome_of(Offer((UNSURE,), "none"), 0.5),
            outcome_of(Offer((Reason("not_stated", "."), UNSURE), "near"), 0.99),
            outcome_of(Escalate((Reason("wish", "."),)), 0.0),
            outcome_of(Answer((Reason("small_talk", "."),)), 1.0, small_talk=True),
        ],
        0.06,
    )
    assert (found["turns"], found["questions"]) == (7, 6)
    assert found["decisions"] == {"offer": 3, "answer": 2, "escalate": 1, "small_talk": 1}
    assert found["expected_error"] == pytest.approx(0.04)
    assert found["within"] == {"max_error": 0.06, "answerable": 3, "share": 0.5, "threshold": 0.92}
    assert found["tasks"] == {"delivery": {"answer": 2}, "none": {"offer": 3, "escalate": 1}}


def test_with_nothing_answerable_there_is_no_threshold() -> None:
    found = summarize([outcome_of(Offer((UNSURE,), "none"), 0.3)], 0.05)
    assert found["within"] == {"max_error": 0.05, "answerable": 0, "share": 0.0, "threshold": None}
    assert found["expected_error"] is None
