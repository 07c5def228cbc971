"""Which quotes stand in a passage."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baton.assistant.providers.quotes import find_quote

TEXT = "It’s free from €60.\nTakes 4–6 days, “usually”  less. | Norway | €14 | 15 days |"


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("free from €60", "free from €60"),
        ("It's free", "It’s free"),
        ("free from €60. Takes 4-6 days", "free from €60.\nTakes 4–6 days"),
        ('"usually" less.', "“usually”  less."),
        ('"4–6 days"', "4–6 days"),
        ("…Takes 4–6 days…", "Takes 4–6 days"),
        ("| Norway | €14 |", "| Norway | €14 |"),
    ],
)
def test_a_quote_is_given_back_as_the_passage_writes_it(quote: str, found: str) -> None:
    assert find_quote(quote, TEXT) == found


@pytest.mark.parametrize(
    "quote",
    [
        "free from €50",
        "6 days",
        "5 days",
        "Takes 4",
        "free … days",
        "Free from €60",
        "or way",
        "free from €6",
        "",
        "…",
        "|",
        "a",
    ],
)
def test_what_is_not_there_word_by_word_is_no_quote(quote: str) -> None:
    assert find_quote(quote, TEXT) is None


@pytest.mark.parametrize("text", ["in 15 days", "in 2.5 days", "in 3-5 days", "in 1,5 days", "in 3–5 days"])
def test_a_part_of_a_number_is_no_quote(text: str) -> None:
    assert find_quote("5 days", text) is None


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60), st.text(max_size=200))
def test_a_found_quote_is_always_a_substring(quote: str, text: str) -> None:
    found = find_quote(quote, text)
    assert found is None or found in text
