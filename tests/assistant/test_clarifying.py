"""Asking back: what competes, what was chosen, and the question that the choice completes."""

import pytest

from baton.assistant import clarifying
from baton.assistant.drafting import Reading
from baton.assistant.settings import TaskPolicy
from baton.knowledge.search import Utterance
from tests.assistant.passages import passage

TASKS = {
    "order_change": TaskPolicy(description="Changing or cancelling an order that is placed."),
    "gift-cards": TaskPolicy(),
    "care": TaskPolicy(description="Everything there is to say about how things are " + "kept well " * 9),
}
RETURNS = passage("A return takes two weeks. Send it back in its box.", "Returns", chunk="1")
REPAIRS = passage("A repair takes two weeks. Send it to the workshop.", "Repairs", chunk="2")


def test_a_type_is_offered_by_what_it_is_about_or_by_its_name_where_that_is_long() -> None:
    labels = clarifying.labels_of(tuple(TASKS), TASKS)
    assert labels == ("Changing or cancelling an order that is placed", "Gift cards", "Care")
    assert clarifying.type_chosen("Gift cards", TASKS) == "gift-cards"
    assert clarifying.type_chosen("Returns", TASKS) is None


def test_two_documents_that_a_short_question_fits_alike_compete() -> None:
    assert set(clarifying.places_competing(Reading("How long does it take?", (RETURNS, REPAIRS)))) == {
        "Returns",
        "Repairs",
    }


@pytest.mark.parametrize(
    "question",
    ["How long does a repair take?", "How long does my blue parcel to Norway take?", "weeks", "When is the shop open?"],
)
def test_a_question_that_says_what_it_is_about_has_no_rivals(question: str) -> None:
    assert clarifying.places_competing(Reading(question, (RETURNS, REPAIRS))) == ()


@pytest.mark.parametrize(
    ("said", "choice"),
    [
        ("Returns", "Returns"),
        ("returns.", "Returns"),
        ("the returns one", "Returns"),
        ("gift wrapping", "Gift wrapping"),
        ("gift", None),
        ("What is your phone number?", None),
        ("yes", None),
    ],
)
def test_a_choice_is_named_by_tapping_it_or_in_fewer_words(said: str, choice: str | None) -> None:
    assert clarifying.chosen(said, ("Returns", "Gift cards", "Gift wrapping")) == choice


def test_a_choice_completes_the_question_that_was_asked() -> None:
    history = (
        Utterance("visitor", "hello"),
        Utterance("assistant", "Hello."),
        Utterance("visitor", "How long does it take?"),
        Utterance("assistant", "Which of these do you mean?"),
    )
    assert clarifying.completed("Returns", history) == "How long does it take? (about: Returns)"
