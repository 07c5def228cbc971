"""Words are compared by what they mean in a support chat."""

import pytest

from baton.assistant import words


@pytest.mark.parametrize(
    ("said", "content"),
    [
        ("shipping to the US cost", ("shipping", "usa", "cost")),
        ("contact us", ("contact",)),
        ("can you tell us", ()),
        ("the 28cm pan", ("28", "pan")),
        ("do u take amex tho", ("american", "express")),
        ("my money back", ("refund",)),
    ],
)
def test_what_carries_meaning(said: str, content: tuple[str, ...]) -> None:
    assert words.content(said) == content


def test_other_words_for_the_same_thing_are_alike_and_numbers_never() -> None:
    assert words.likeness("shipping", words.stems_of("delivery")) == words.MEANS_THE_SAME
    assert words.likeness("28", words.stems_of("24 cm")) == 0.0
