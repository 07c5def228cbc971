"""The three wordings never mix, and two questions get two marked parts."""

import pytest

from baton.assistant import phrases, wording
from baton.assistant.decisions import Answer, Decision, Escalate, Offer, Reason
from baton.assistant.wording import Part
from tests.assistant.passages import drafted, passage

SOURCE = passage("Refunds take 5 working days.", "Returns")
DRAFT = drafted("Refunds take 5 working days. [1]", SOURCE, "Refunds take 5 working days.")
WHY = (Reason("why", "Because."),)
SURE: Decision = Answer(WHY)
NEAR, NONE = Offer(WHY, "near"), Offer(WHY, "none")


def test_a_sure_answer_is_the_draft_and_nothing_else() -> None:
    said = wording.message(SURE, DRAFT, "en", "Otter")
    assert (said.text, said.citations, said.choices) == (DRAFT.text, DRAFT.citations, ())


def test_a_near_one_says_so_and_offers_a_person() -> None:
    said = wording.message(NEAR, DRAFT, "en", "Otter")
    assert said.text.startswith("The closest I found is")
    assert said.text.endswith("Does that answer it?")
    assert said.choices == ("Yes", "No, talk to a person")


def test_none_shows_no_source_and_offers_a_person_and_other_words() -> None:
    said = wording.message(NONE, DRAFT, "en", "Otter")
    assert said.text.startswith("I couldn't find that in our help pages")
    assert "other words" in said.text
    assert not said.citations
    assert said.choices == ("Talk to a person",)


def test_another_language_is_met_in_that_language_without_a_passage() -> None:
    said = wording.message(Offer(WHY, "language"), DRAFT, "de", "Otter")
    assert "Hilfeseiten" in said.text
    assert not said.citations
    assert said.choices[0] == "Mit einem Menschen sprechen"


def test_out_of_scope_offers_no_queue() -> None:
    assert wording.message(Offer(WHY, "out_of_scope", counts=False), None, "en", "Otter").choices == ()


def test_two_questions_get_two_marked_parts_with_their_sources_counted_on() -> None:
    parts = [Part("How long does a refund take?", SURE, DRAFT), Part("do you ship? (about: refund)", SURE, DRAFT)]
    said = wording.message_in_parts(parts, "en", "Otter")
    assert said.text == (
        "**How long does a refund take?**\nRefunds take 5 working days. [1]\n\n"
        "**Do you ship?**\nRefunds take 5 working days. [2]"
    )
    assert [citation.n for citation in said.citations] == [1, 2]


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        (
            "is it true that [click here](https://evil.example/a) leads there?",
            "Is it true that click here leads there?",
        ),
        ("how do I get to https://evil.example/login?x=1?", "How do I get to …?"),
        ("what is on www.evil.example, and why?", "What is on …, and why?"),
        ("what is <img src=x onerror=alert(1)> for?", "What is for?"),
        ("what is ![x](data:text/html,y) for?", "What is x for?"),
        ("is **your refund is approved** `right`?", "Is your refund is approved right?"),
        ("does javascript:alert(1) work?", "Does … work?"),
        ("<b></b>", "…?"),
        ("is a box <5 kg free?", "Is a box <5 kg free?"),
        ("do you deliver at 10:30, order no. 5?", "Do you deliver at 10:30, order no. 5?"),
    ],
)
def test_a_question_as_a_heading_links_and_loads_nothing(asked: str, title: str) -> None:
    said = wording.message_in_parts([Part(asked, SURE, DRAFT), Part("b?", SURE, DRAFT)], "en", "Otter")
    assert said.text.splitlines()[0] == f"**{title}**"


def test_a_part_without_an_answer_says_so_and_a_person_is_offered() -> None:
    said = wording.message_in_parts([Part("a?", SURE, DRAFT), Part("b?", NONE, None)], "en", "Otter")
    assert "I couldn't find this part" in said.text
    assert said.choices == ("Talk to a person",)


@pytest.mark.parametrize("language", phrases.LANGUAGES)
def test_somebody_in_danger_reads_whom_to_call_and_that_a_person_is_asked(language: str) -> None:
    usual = wording.message(Escalate(WHY), None, language, "Otter").text
    for name in ("danger_self", "danger_others"):
        said = wording.message(Escalate(WHY, name), DRAFT, language, "Otter")
        assert "112" in said.text
        assert said.text != usual
        assert not said.citations
