"""Numbers said in words."""

from typing import Any

import pytest

from baton.handoff.words import mood_in_words, reason_in_words, signal_in_words


@pytest.mark.parametrize(
    "name, value, words",
    [
        ("confidence", 0.9, "sure of the answer"),
        ("support", 0.1, "a claim is not backed by its source"),
        ("something_new", 0.5, "middling something new"),
        ("turns_without_progress", 3, "3 turns without progress"),
        ("margin", None, "margin not known"),
        ("wish_for_person", True, "wish for person"),
        ("wish_for_person", False, "no wish for person"),
        ("sentiment", -0.9, "angry"),
        ("task", "returns", "task: returns"),
    ],
)
def test_a_signal_says_what_it_means(name: str, value: Any, words: str) -> None:
    assert signal_in_words(name, value) == words


def test_moods_run_from_angry_to_happy() -> None:
    assert [mood_in_words(at) for at in (-1, -0.4, 0, 0.5, 1)] == ["angry", "unhappy", "calm", "content", "happy"]


def test_a_reason_keeps_its_own_sentence_and_else_gets_one() -> None:
    assert reason_in_words("no_progress", "Three turns brought nothing.") == "Three turns brought nothing."
    assert reason_in_words("visitor_asked", None) == "The visitor asked for a person."
    assert reason_in_words("budget.spent", None) == "Budget spent."
