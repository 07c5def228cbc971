"""Whether a visitor is being served is told by the conversation, not by its tone alone."""

import time

import pytest

from baton.assistant import dissatisfaction, mood
from baton.assistant.dissatisfaction import SIGNALS
from baton.assistant.mood import Mood
from baton.assistant.settings import MoodSettings
from baton.knowledge.search import Utterance
from evals import fit_mood

NOT_FOUND = "I couldn't find that in our help pages. You can put it in other words, or I can get you a person."


def felt(message: str, *before: str, settings: MoodSettings | None = None) -> Mood:
    """The mood of a message after these, said in turn by the visitor and the assistant."""
    authors = ("visitor", "assistant")
    history = [Utterance(authors[place % 2], text) for place, text in enumerate(before)]
    return mood.score(message, history, settings)


@pytest.mark.parametrize(
    ("before", "message"),
    [
        (("How long are gift cards valid?", NOT_FOUND), "How long is a gift card valid?"),
        (("Deliver it on Tuesday please", "We deliver on Monday."), "No, I said Tuesday"),
        (("Is there a table at eight?", "I'm sorry, there is none."), "Never mind then"),
        (("Where is my parcel?", "Parcels take 3 days.", "It took 9", "Parcels take 3 days."), "You said that already"),
        (("Liefern Sie nach Wien?", "Das habe ich leider nicht gefunden."), "Nein, ich habe nach Wien gefragt"),
        (("Vous livrez à Lyon ?", "Je n'ai pas trouvé cela."), "Laissez tomber"),
    ],
)
def test_a_visitor_who_asks_in_vain_is_told_from_the_words_before(before: tuple[str, ...], message: str) -> None:
    after, alone = felt(message, *before), felt(message)
    assert "unserved" in after.triggers
    assert after.dissatisfaction > alone.dissatisfaction
    assert after.level < alone.level
    assert "unserved" not in alone.triggers


@pytest.mark.parametrize(
    ("before", "message"),
    [
        (("Do you ship to France?", "Yes, for 9 euros."), "And how long does it take?"),
        (("Do you ship to France?", "Yes, for 9 euros."), "No, thanks, that's all"),
        (("I want to return a lamp", "What is your order number?"), "48213"),
        (("Red or blue?", "Both are in stock. Which one do you want?"), "Blue please"),
        (("Is the red one back?", "It is sold out, but here is one in blue."), "Great, I'll take it"),
    ],
)
def test_a_visitor_who_is_served_stays_calm(before: tuple[str, ...], message: str) -> None:
    now = felt(message, *before)
    assert not now.triggers
    assert now.level > -0.1


@pytest.mark.parametrize("said", ["Is it really waterproof?", "Can I return it again?", "my lamp is broken, what now"])
def test_a_first_question_is_nobodys_failure(said: str) -> None:
    assert felt(said).dissatisfaction < 0.1


def test_from_which_probability_on_is_the_owners_to_set() -> None:
    said, before = "No, I said Tuesday", ("Deliver it on Tuesday please", "We deliver on Monday.")
    assert "unserved" not in felt(said, *before, settings=MoodSettings(dissatisfied_from=0.99)).triggers


def test_the_shipped_weights_are_what_the_lines_give() -> None:
    fitted = fit_mood.fit([*fit_mood.lines("fit"), *fit_mood.lines("validation")], version="2026-11")
    assert dissatisfaction.shipped() == fitted
    assert set(fitted.of) == set(SIGNALS)
    assert min(fitted.of.values()) >= 0


def test_no_conversation_is_both_fitted_on_and_kept_apart() -> None:
    fitted, kept_apart = ({line.conversation for line in fit_mood.lines(name)} for name in ("fit", "validation"))
    assert (len(fitted), len(kept_apart)) == (178, 59)
    assert not fitted & kept_apart


def test_lines_that_were_kept_apart_are_ranked_well() -> None:
    kept_apart = fit_mood.lines("validation")
    weights = fit_mood.fit(fit_mood.lines("fit"))
    said = [dissatisfaction.probability(line.signals, weights) for line in kept_apart]
    assert fit_mood.report(kept_apart, said)["auroc"] > 0.85


@pytest.mark.parametrize("unit", ["a", "no ", "I have a ", "!?", "ich bin 1 ", "1234-", "still the other day "])
def test_no_long_message_makes_mood_search_for_ever(unit: str) -> None:
    """A pattern that goes back and forth would take seconds; it takes some milliseconds."""
    felt("the word lists are read once", "hello", NOT_FOUND)
    texts = [(f"{number} " + unit * 4000)[:4000] for number in range(3)]
    assert min(seconds_for(text) for text in texts) < 0.3


def seconds_for(text: str) -> float:
    since = time.process_time()
    felt(text, "Where is my order?", NOT_FOUND)
    return time.process_time() - since
