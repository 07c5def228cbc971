"""What visitors have already said about themselves and their matter."""

import pytest

from baton.handoff.facts import facts_in


@pytest.mark.parametrize(
    "text, expected",
    [
        ("My order 48213 never came", [("order", "48213")]),
        ("order number is AB-1234-X, thanks", [("order", "AB-1234-X")]),
        ("It is #B7731", [("order", "B7731")]),
        ("ORD10023 please", [("order", "ORD10023")]),
        ("Bestellung Nr. 99812", [("order", "99812")]),
        ("write to ann.o@example.co.uk.", [("email", "ann.o@example.co.uk")]),
        ("call +49 (0)170 1234567", [("phone", "+49 (0)170 1234567")]),
        ("it cost €12.50, or 1,299.00 EUR", [("amount", "€12.50"), ("amount", "1,299.00 EUR")]),
        ("bought on 03.11.2026", [("date", "03.11.2026")]),
        ("since March 3rd, 2026 or 2026-03-04", [("date", "March 3rd, 2026"), ("date", "2026-03-04")]),
        ("I ordered 20 items in 3 to 5 days", []),
    ],
)
def test_identifiers_are_found_whole_and_named(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(fact.name, fact.value) for fact in facts_in([text])] == expected


def test_what_stands_in_a_text_is_only_claimed() -> None:
    assert {fact.assurance for fact in facts_in(["order 48213, me@example.com"])} == {"claimed"}


def test_a_fact_said_twice_is_kept_once() -> None:
    assert len(facts_in(["order 48213", "I said order 48213!", "Me@example.com me@example.com"])) == 2


@pytest.mark.parametrize("text", ["my card is 4242 4242 4242 4242", "my number is 536-90-4399"])
def test_payment_cards_and_identity_papers_are_left_out(text: str) -> None:
    assert facts_in([text]) == []
