"""Confidence falls with every signal that is missing, and what is not stated is named."""

from baton.assistant import scoring
from baton.assistant.drafting import extract
from baton.assistant.grounding import support
from tests.assistant.passages import drafted, passage, shop


def assessed(question: str) -> scoring.Assessment:
    found = shop()
    return scoring.assess(question, found, extract(question, found), None)


def test_no_signal_speaks_against_a_draft_by_being_higher() -> None:
    assert all(weight >= 0 for weight in scoring.shipped_head().weights.values())
    assert set(scoring.shipped_head().weights) <= set(scoring.SIGNALS)


def test_a_missing_signal_lowers_confidence() -> None:
    signals = dict.fromkeys(scoring.SIGNALS, 0.9)
    whole = scoring.confidence(signals)
    for name, weight in scoring.shipped_head().weights.items():
        if weight:
            assert scoring.confidence({k: v for k, v in signals.items() if k != name}) < whole


def test_a_covered_question_is_surer_than_an_uncovered_one() -> None:
    covered, uncovered = assessed("Can I pay with Klarna?"), assessed("Can I pay with seashells?")
    assert scoring.confidence(covered.signals) > scoring.confidence(uncovered.signals)


def test_numbers_names_and_days_that_are_not_stated_are_named() -> None:
    assert assessed("Can I return an item after 45 days?").missing == ("45",)
    assert assessed("Do you deliver to Canada?").missing == ("canada",)
    assert "sunday" in assessed("Is express delivery possible on Sunday?").missing


def test_a_length_of_time_that_is_not_the_quotes_is_missing_even_if_its_number_stands_there() -> None:
    found = (passage("Accounts can be created 5 times within 30 minutes.", "Rate limits"),)
    question = "How often may I create accounts within five minutes?"
    assert scoring.assess(question, found, extract(question, found), None).missing == ("five minutes",)
    same = (passage("You can return a lamp within 14 days.", "Returns"),)
    question = "Can I return a lamp after two weeks?"
    assert scoring.assess(question, same, extract(question, same), None).missing == ()


def test_how_many_is_not_met_by_the_number_of_something_else() -> None:
    question = "How many pictures fit in one post?"
    films = (passage("Pictures fit in a post. Only one film fits in one post.", "Posting"),)
    assert scoring.assess(question, films, extract(question, films), None).wants_figure
    images = (passage("Up to 4 images can be attached, per post.", "Posting"),)
    assert not scoring.assess(question, images, extract(question, images), None).wants_figure


def test_the_biggest_i_can_have_is_a_figure() -> None:
    question = "What is the biggest video I can upload?"
    found = (passage("The maximum size of any uploaded video, in bytes.", "Instance"),)
    assert scoring.assess(question, found, extract(question, found), None).wants_figure


def test_a_step_does_not_say_whether_something_is_so() -> None:
    found = (passage("To move your account:\n1. Open Settings.\n2. Press Move followers.", "Moving"),)
    question = "I want to move my account, will my followers come along?"
    assert scoring.assess(question, found, extract(question, found), None).wants_figure
    assert not scoring.assess("How do I move followers?", found, extract(question, found), None).wants_figure


def test_a_word_that_no_source_has_is_named() -> None:
    assert "seashells" in assessed("Can I pay with seashells?").unmet


def test_a_price_that_is_not_given_for_the_thing_asked_is_missed() -> None:
    found = (passage("Companies get 12 % off orders over £500. Engraving takes 10 working days.", "Companies"),)
    question = "How much does engraving cost?"
    assert scoring.assess(question, found, extract(question, found), None).wants_figure


def test_nothing_found_is_no_confidence() -> None:
    empty = scoring.assess("How?", (), extract("How?", ()), None)
    assert scoring.confidence(empty.signals) < 0.05


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
