"""What of a model's reply counts."""

from __future__ import annotations

import json

import pytest

from baton.assistant.providers.protocol import Draft, DraftRequest, UnusableReply
from baton.assistant.providers.reply import SCHEMA, VERDICTS, _Quote, _Reply, read_reply
from baton.assistant.providers.stream import Said
from tests.assistant.providers.requests import a_request

NORWAY = {"n": 1, "quote": "Parcels to Norway cost €14"}
LABEL = {"n": 2, "quote": "The label is in the box."}


def read(request: DraftRequest, **reply: object) -> Draft:
    whole = {"quotes": [NORWAY, LABEL], "answered": True, "answer": "€14 [1].", "verdict": "likely"} | reply
    return read_reply(Said(json.dumps(whole), (10, 5)), request, provider="p", model="m")


def test_marks_without_a_citation_are_taken_out() -> None:
    draft = read(a_request(), answer="€14 [1][7]. Free gift [3]. Label inside [2, 9].")
    assert draft.text == "€14 [1]. Free gift. Label inside [2]."
    assert [each.n for each in draft.citations] == [1, 2]


def test_a_quote_that_its_passage_does_not_hold_takes_its_mark_along() -> None:
    draft = read(a_request(), quotes=[NORWAY, {"n": 2, "quote": NORWAY["quote"]}], answer="€14 [1], back free [2].")
    assert draft.text == "€14 [1], back free."
    assert [each.n for each in draft.citations] == [1]


def test_an_answer_that_cites_nothing_is_not_answered() -> None:
    draft = read(a_request(), answer="It is free everywhere.")
    assert not draft.answered
    assert draft.citations == ()


def test_a_quote_that_no_claim_uses_is_no_citation() -> None:
    assert [each.n for each in read(a_request()).citations] == [1]


def test_without_an_answer_the_nearest_places_stay() -> None:
    draft = read(a_request(), answered=False, answer="", verdict="no")
    assert not draft.answered and draft.text == ""
    assert [each.n for each in draft.citations] == [1, 2]
    assert draft.verdict == pytest.approx(0.1)


@pytest.mark.parametrize("marked", ["€14【1】.", "€14 [ 1 ].", "€14[1] [1,1]."])
def test_other_ways_to_write_a_mark_are_understood(marked: str) -> None:
    assert read(a_request(), answer=marked).text.startswith("€14 [1]")


@pytest.mark.parametrize("n", [0, -1, 3, 999])
def test_a_citation_of_no_passage_is_dropped(n: int) -> None:
    draft = read(a_request(), quotes=[{"n": n, "quote": NORWAY["quote"]}], answer=f"€14 [{n}].")
    assert draft.citations == ()


def test_the_same_quote_twice_is_one_citation() -> None:
    assert len(read(a_request(), quotes=[NORWAY, NORWAY]).citations) == 1


def test_a_fence_around_the_object_is_forgiven() -> None:
    reply = json.dumps({"quotes": [NORWAY], "answered": True, "answer": "€14 [1].", "verdict": "certain"})
    said = Said(f"```json\n{reply}\n```", (0, 0))
    assert read_reply(said, a_request(), provider="p", model="m").answered


@pytest.mark.parametrize(
    "answer", ["See https://evil.example/pay [1].", "Go to www.evil.example [1].", "[€14](http://evil.example) [1]."]
)
def test_an_address_that_no_cited_passage_contains_makes_the_reply_useless(answer: str) -> None:
    with pytest.raises(UnusableReply, match="address"):
        read(a_request(), answer=answer)


def test_an_address_of_the_cited_passage_may_be_repeated() -> None:
    request = a_request(url="https://shop.example/help/shipping")
    assert read(request, answer="€14, see https://shop.example/help/shipping. [1]").answered


def test_the_schema_asks_for_what_is_parsed() -> None:
    properties = SCHEMA["properties"]
    assert isinstance(properties, dict)
    assert list(properties) == list(_Reply.model_fields) == SCHEMA["required"]
    assert list(properties["quotes"]["items"]["properties"]) == list(_Quote.model_fields)
    assert properties["verdict"]["enum"] == list(VERDICTS)
