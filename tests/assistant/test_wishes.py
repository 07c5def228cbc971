"""A wish for a person is heard in seven languages, and only a wish."""

import pytest

from baton.assistant import phrases, wishes, wording


@pytest.mark.parametrize(
    "said",
    [
        "I want to talk to a person",
        "agent",
        "HUMAN NOW",
        "No, talk to a person",
        "Is there a person I can talk to?",
        "I don't want to talk to a bot",
        "call me back please",
        "can someone call me?",
        "Kann ich mit jemandem sprechen?",
        "Verbinden Sie mich mit einem Mitarbeiter",
        "puis-je parler à quelqu'un ?",
        "Quiero hablar con una persona",
        "falar com um atendente",
        "parlare con un operatore",
        "kan ik iemand spreken",
    ],
)
def test_a_wish_for_a_person_is_heard(said: str) -> None:
    assert wishes.wants_person(said)


@pytest.mark.parametrize(
    "said",
    [
        "is there a person named Bob in your team?",
        "human resources email",
        "how do you use my personal data",
        "how many people does the table seat",
        "do you have a shop where I can buy in person",
        "can someone else collect my parcel?",
        "do I need to be home, or can a neighbour sign",
        "do you support Apple Pay",
        "are you a person",
        "datos personales",
    ],
)
def test_what_only_sounds_like_a_wish_is_none(said: str) -> None:
    assert not wishes.wants_person(said)


@pytest.mark.parametrize("language", phrases.LANGUAGES)
def test_every_choice_of_a_person_is_heard_as_a_wish(language: str) -> None:
    assert wishes.wants_person(wording.choice("person", language))
    assert wishes.wants_person(wording.choice("no_person", language))


@pytest.mark.parametrize(
    "said", ["That's wrong", "no", "you didn't answer", "👎", "Das ist falsch", "thanks but that's wrong"]
)
def test_a_rejected_answer_is_heard(said: str) -> None:
    assert wishes.rejects_answer(said)


@pytest.mark.parametrize(
    "said", ["I received the wrong item", "no problem", "no delivery yet", "the lamp doesn't work", "is it true?"]
)
def test_a_complaint_about_something_else_rejects_no_answer(said: str) -> None:
    assert not wishes.rejects_answer(said)
