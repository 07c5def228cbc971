"""Confidence falls with every signal that is missing, and what is not stated is named."""

from dataclasses import replace

import pytest

from baton.assistant import scoring
from baton.assistant.drafting import Reading, extract
from baton.assistant.grounding import support
from baton.assistant.head import shipped_head
from baton.knowledge.search import Passage
from tests.assistant.passages import drafted, passage, shop


def assessed(question: str) -> scoring.Assessment:
    return scored(question, shop())


def scored(question: str, found: tuple[Passage, ...]) -> scoring.Assessment:
    reading = Reading(question, found)
    return scoring.assess(reading, extract(reading))


def test_a_covered_question_is_surer_than_an_uncovered_one() -> None:
    covered, uncovered = assessed("Can I pay with Klarna?"), assessed("Can I pay with seashells?")
    assert shipped_head().confidence(covered.signals) > shipped_head().confidence(uncovered.signals)


def test_numbers_names_and_days_that_are_not_stated_are_named() -> None:
    assert assessed("Can I return an item after 45 days?").missing == ("45",)
    assert assessed("Do you deliver to Canada?").missing == ("canada",)
    assert "sunday" in assessed("Is express delivery possible on Sunday?").missing


def test_a_length_of_time_that_is_not_the_quotes_is_missing_even_if_its_number_stands_there() -> None:
    found = (passage("Accounts can be created 5 times within 30 minutes.", "Rate limits"),)
    question = "How often may I create accounts within five minutes?"
    assert scored(question, found).missing == ("five minutes",)
    same = (passage("You can return a lamp within 14 days.", "Returns"),)
    question = "Can I return a lamp after two weeks?"
    assert scored(question, same).missing == ()


def test_how_many_is_not_met_by_the_number_of_something_else() -> None:
    question = "How many pictures fit in one post?"
    films = (passage("Pictures fit in a post. Only one film fits in one post.", "Posting"),)
    assert scored(question, films).wants_figure
    images = (passage("Up to 4 images can be attached, per post.", "Posting"),)
    assert not scored(question, images).wants_figure


def test_the_biggest_i_can_have_is_a_figure() -> None:
    question = "What is the biggest video I can upload?"
    found = (passage("The maximum size of any uploaded video, in bytes.", "Instance"),)
    assert scored(question, found).wants_figure


def test_a_step_does_not_say_whether_something_is_so() -> None:
    found = (passage("To move your account:\n1. Open Settings.\n2. Press Move followers.", "Moving"),)
    question = "I want to move my account, will my followers come along?"
    assert scored(question, found).wants_figure
    assert not scored("How do I move followers?", found).wants_figure


@pytest.mark.parametrize(
    ("verdict", "is_doubted"), [(None, False), (0.95, False), (0.75, False), (0.4, True), (0.1, True)]
)
def test_a_model_that_doubts_its_draft_is_never_sure_and_one_that_trusts_it_no_surer(
    verdict: float | None, is_doubted: bool
) -> None:
    reading = Reading("Can I pay with Klarna?", shop())
    draft = extract(reading)
    plain, told = scoring.assess(reading, draft), scoring.assess(reading, replace(draft, verdict=verdict))
    assert bool(told.guess) is is_doubted
    assert told.signals == plain.signals


def test_a_word_that_no_source_has_is_named() -> None:
    assert "seashells" in assessed("Can I pay with seashells?").unmet


def test_a_price_that_is_not_given_for_the_thing_asked_is_missed() -> None:
    found = (passage("Companies get 12 % off orders over £500. Engraving takes 10 working days.", "Companies"),)
    question = "How much does engraving cost?"
    assert scored(question, found).wants_figure


def test_nothing_found_is_no_confidence() -> None:
    empty = scored("How?", ())
    assert shipped_head().confidence(empty.signals) < 0.05


def test_a_quote_is_fully_supported_and_an_invented_figure_not_at_all() -> None:
    source = passage("Refunds take 5 working days. Gift cards can't be returned.", "Refunds")
    quoted = drafted("Refunds take 5 working days. [1]", source, "Refunds take 5 working days.")
    invented = drafted("Refunds take 5 working days. They cost 12 euros. [1]", source, "Refunds take 5 working days.")
    turned = drafted("Gift cards can be returned. [1]", source, "Gift cards can't be returned.")
    assert support(quoted).weakest == 1.0
    assert support(invented).weakest == 0.0
    assert support(turned).weakest <= 0.2


def test_a_row_is_supported_by_its_cells_whatever_its_other_cells_deny() -> None:
    source = passage("- Country: Norway; Working days: 5–8; Express: not offered", "Shipping")
    said = drafted(
        "Norway – Working days: 5–8. [1]", source, "Country: Norway; Working days: 5–8; Express: not offered"
    )
    assert support(said).weakest == 1.0


PANS = """- Pan: 24 cm; Base: 17 cm; Price: €69
- Pan: 28 cm; Base: 20 cm; Price: €84
- Pan: 32 cm; Base: 23 cm; Price: €98"""


def test_a_number_of_another_column_does_not_name_a_row() -> None:
    found = (passage(PANS, "Sizes › Pan"),)
    for question, missing in (("What does the 28 cm pan cost?", ()), ("What does the 20 cm pan cost?", ("20",))):
        assert scored(question, found).missing == missing


def test_a_remark_is_a_guess_and_a_question_is_none() -> None:
    found = shop()
    for question, is_guess in (("it was a gift (about: return an item)", True), ("how long? (about: return)", False)):
        assert bool(scored(question, found).guess) is is_guess


def test_a_part_of_a_divided_table_is_a_guess() -> None:
    rest = passage("- Pan: 36 cm; Base: 27 cm; Price: €120", "Sizes › Pan", chunk="2", score=0.5)
    parts = (replace(passage(PANS, "Sizes › Pan"), document="doc"), replace(rest, document="doc"))
    question, draft = "Which pans are there?", drafted(PANS, parts[0], PANS)
    assert "part of a longer table" in scoring.assess(Reading(question, parts), draft).guess
    assert not scoring.assess(Reading(question, parts[:1]), draft).guess


@pytest.mark.parametrize(
    ("question", "is_open"),
    [("When does it come?", True), ("Can I change it?", True), ("Can I change it? (about: my order)", False),
     ("Is it safe in the dishwasher?", False), ("When does my parcel come?", False)],
)  # fmt: skip
def test_a_question_about_it_is_a_guess_where_nothing_says_what_it_is(question: str, is_open: bool) -> None:
    found = (
        passage("Parcels come within two days. Your order can be changed. All pans are dishwasher safe.", "Order"),
    )
    assert ("is not said" in scored(question, found).guess) is is_open
