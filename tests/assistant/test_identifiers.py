"""Numbers of payment cards are known by their check digit, and lists don't repeat them."""

import pytest

from baton.assistant import identifiers


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("my card is 4242 4242 4242 4242, exp 12/28", "my card is •••• 4242, exp 12/28"),
        ("5555555555554444", "•••• 4444"),
        ("order 4242424242424241", "order 4242424242424241"),
        ("no number", "no number"),
    ],
)
def test_only_the_last_four_digits_of_a_card_are_left(text: str, shown: str) -> None:
    assert identifiers.without_payment_cards(text) == shown
