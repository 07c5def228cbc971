"""Which words count as the same, and what a title names."""

import pytest

from baton.knowledge.terms import names_of, stem, terms_of


@pytest.mark.parametrize(
    "forms",
    [
        ("return", "returns", "returned", "returning"),
        ("policy", "policies"),
        ("stop", "stopped", "stopping"),
        ("price", "prices", "priced", "pricing"),
        ("shop", "shops", "shop's"),
    ],
)
def test_forms_of_a_word_are_one_term(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


def test_stop_words_case_and_accents_are_dropped() -> None:
    assert terms_of("What's the price of a CAFÉ?") == terms_of("price cafes")


def test_numbers_and_signs_of_products_stay() -> None:
    assert terms_of("RX-4471 costs 20") == ["rx", "4471", "cost", "20"]


def test_terms_hold_nothing_that_a_query_language_reads() -> None:
    assert all(term.isalnum() for term in terms_of("a\"b OR 'c' ( d* \\e & f:g | -h ~ i^2 'll o'clock’s"))


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("MEGHNA: Do you have outdoor seating?", [("meghna",)]),
        ("Blue Account: What does it cost?", [("blue", "account")]),
        ("Internal: Closing a card", [("internal",), ("clos", "card")]),
        ("How do I return an item?", [("return", "item")]),
        ("Returns", [("return",)]),
        ("", []),
    ],
)
def test_a_title_names_what_is_not_a_question(title: str, names: list[tuple[str, ...]]) -> None:
    assert list(names_of(title)) == names
