"""The scripts of the demonstration's past can be played."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import yaml

from baton.server.demo.articles import articles
from baton.server.demo.samples import CONFIG, STAFF_ACTS, PastConversation, history, staff

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
PAST = history(NOW)
ON_DUTY = {each.handle: each for each in staff() if each.role in ("agent", "supervisor")}


def test_the_staff_has_every_role() -> None:
    assert [each.role for each in staff()].count("agent") == 2
    assert {each.role for each in staff()} == {"agent", "supervisor", "content", "admin"}
    assert len({each.email for each in staff()}) == len(staff())


def test_the_past_covers_thirty_days_and_goes_on_until_now() -> None:
    assert len(PAST) >= 25
    assert NOW - timedelta(days=33) < PAST[0].begins_at < NOW - timedelta(days=29)
    assert NOW - timedelta(minutes=10) < PAST[-1].begins_at < NOW
    assert [each.begins_at for each in PAST] == sorted(each.begins_at for each in PAST)


@pytest.mark.parametrize("days", range(7))
def test_no_conversation_begins_before_the_last_one_ended(days: int) -> None:
    now = NOW + timedelta(days=days)
    past = history(now)
    for earlier, later in pairwise(past):
        assert earlier.begins_at + lasts(earlier) < later.begins_at
    assert past[-1].begins_at + lasts(past[-1]) < now


@pytest.mark.parametrize("days", range(7))
def test_people_answer_on_weekdays(days: int) -> None:
    for each in history(NOW + timedelta(days=days)):
        if any(act.kind in STAFF_ACTS for act in each.acts) and each.begins_at < NOW - timedelta(days=1):
            assert each.begins_at.weekday() < 5


@pytest.mark.parametrize("conversation", PAST, ids=lambda each: f"{each.begins_at:%m-%d}")
def test_staff_act_only_while_they_hold_the_conversation(conversation: PastConversation) -> None:
    holder = None
    asked = False
    for act in conversation.acts:
        if act.kind == "ask_person":
            asked = True
        elif act.kind == "accept":
            assert asked and act.value in ON_DUTY
            holder, asked = act.value, False
        elif act.kind == "take":
            assert act.value in ON_DUTY
            holder = act.value
        elif act.kind in STAFF_ACTS:
            assert holder is not None
            if act.kind in ("return", "resolve", "transfer"):
                asked = act.kind == "transfer"
                holder = None


def test_some_conversations_are_still_open_for_the_inbox() -> None:
    ends = [[act.kind for act in each.acts] for each in PAST[-3:]]
    assert any("ask_person" in kinds and "accept" not in kinds for kinds in ends)
    assert any("accept" in kinds and "resolve" not in kinds for kinds in ends)


def test_the_suggestions_are_a_table_cell_a_list_and_one_that_nobody_can_answer() -> None:
    brand = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["widget"]["brand"]
    assert len(brand["suggestions"]) == 3
    assert "| Norway | €16.90 |" in articles()["shipping-costs"].text
    assert "1. Wash the pan" in articles()["seasoning-a-pan"].text
    assert not any(re.search(r"\b(rent|wedding)", article.text) for article in articles().values())
    assert "software" in brand["greeting"] and "team" in brand["greeting"]


def lasts(conversation: PastConversation) -> timedelta:
    return timedelta(seconds=sum(act.after_seconds for act in conversation.acts))
