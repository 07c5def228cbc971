"""Small talk gets its set reply; whatever also asks something is a question."""

import pytest

from baton.assistant import smalltalk


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("hiiii", "greeting"),
        ("Hello team!", "greeting"),
        ("thnaks", "thanks"),
        ("Thank you so much for your help", "thanks"),
        ("No thanks", "thanks"),
        ("Danke schön!", "thanks"),
        ("bye bye!!", "goodbye"),
        ("who are you?", "who_are_you"),
        ("Am I talking to a real person or a bot?", "are_you_a_person"),
        ("Hello, how are you doing today?", "how_are_you"),
        ("good job!", "compliment"),
        ("👍", "emoji"),
        ("asdfgh", "gibberish"),
        ("???", "gibberish"),
        ("ok", "okay"),
    ],
)
def test_small_talk_is_known_whatever_its_spelling(said: str, kind: str) -> None:
    reply = smalltalk.reply(said, None, "Otter")
    assert reply is not None
    assert reply.kind == kind


@pytest.mark.parametrize(
    "asked",
    [
        "Hi, where is my order?",
        "returns",
        "size?",
        "BT-4471",
        "thanks but that's wrong",
        "great, do you have it in blue?",
        "no",
        "😡",
    ],
)
def test_a_message_that_asks_something_is_no_small_talk(asked: str) -> None:
    assert smalltalk.reply(asked, None, "Otter") is None


def test_thanks_are_answered_without_asking_for_anything() -> None:
    reply = smalltalk.reply("thanks", "en", "Otter")
    assert reply is not None
    assert "?" not in reply.text


@pytest.mark.parametrize("asked", ["are you human?", "are you a bot?"])
def test_it_says_truthfully_that_it_is_software(asked: str) -> None:
    reply = smalltalk.reply(asked, "en", "Otter")
    assert reply is not None
    assert reply.text.startswith("I'm software, not a person")


@pytest.mark.parametrize("struck", ["asdkjh qwe", "sdfsdf fgh", "lkj", "asdasd"])
def test_keys_struck_at_random_are_gibberish(struck: str) -> None:
    assert smalltalk.kind_of(struck) == "gibberish"


@pytest.mark.parametrize("name", ["DHL", "GLS", "flask", "LL-20418", "alaska"])
def test_short_names_are_no_gibberish(name: str) -> None:
    assert smalltalk.kind_of(name) is None


def test_a_greeting_is_returned_in_its_language() -> None:
    reply = smalltalk.reply("Guten Tag", None, "Otter")
    assert reply is not None
    assert "Hilfeseiten" in reply.text


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Hi there, thanks for the help! where is my order?", "where is my order?"),
        ("Ok and for sale items?", "and for sale items?"),
        ("can you help me with a return", "can you help me with a return"),
        ("where is my order?", "where is my order?"),
    ],
)
def test_pleasantries_are_taken_off_the_question(said: str, asked: str) -> None:
    assert smalltalk.without_pleasantries(said) == asked
