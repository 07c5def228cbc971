"""What a conversation is about."""

import pytest

from baton.knowledge.lexical import Rarity
from baton.knowledge.terms import names_of
from baton.knowledge.topics import coverage, mentions, pairs

RARITY = Rarity(100, {"hotel": 50, "meghna": 2, "worth": 2, "hous": 40})


def _covered(title: str, *turns: str) -> float:
    return coverage(names_of(title), mentions(turns, 0.9), pairs(turns, 0.9), RARITY)


def test_a_mention_fades_turn_by_turn_and_the_last_one_counts() -> None:
    assert mentions(["the Meghna", "and dogs?", "yes"], 0.9)["meghna"] == pytest.approx(0.81)
    assert mentions(["the Meghna", "the Meghna again"], 0.9)["meghna"] == 1


def test_the_rare_word_of_a_name_counts_far_more_than_the_common_one() -> None:
    assert _covered("Meghna Hotel: Is there WiFi?", "Meghna") > 0.45
    assert _covered("Meghna Hotel: Is there WiFi?", "a hotel") < 0.05


def test_the_question_in_a_title_is_no_topic() -> None:
    assert _covered("Meghna Hotel: Is there WiFi?", "is there wifi?") == 0


def test_a_later_name_covers_more_than_an_earlier_one() -> None:
    turns = ("Meghna Hotel", "Worth House")

    assert _covered("Worth House: Dogs?", *turns) > _covered("Meghna Hotel: Dogs?", *turns)


def test_a_title_without_words_is_never_the_topic() -> None:
    assert _covered("", "anything") == 0 and _covered("???", "anything") == 0


def test_words_of_a_name_that_stand_apart_name_it_half() -> None:
    rarity = Rarity(100, {"restaurant": 40, "varsiti": 2, "garden": 3, "yu": 2})
    name = names_of("Yu Garden: Do you serve alcohol?")

    def covered(turn: str) -> float:
        return coverage(name, mentions([turn], 0.9), pairs([turn], 0.9), rarity)

    assert covered("a table at Yu Garden") == pytest.approx(1)
    assert covered("is there a garden at Yu") == pytest.approx(0.5)
    assert covered("the garden") < covered("is there a garden at Yu")


def test_a_name_of_one_word_needs_no_neighbour() -> None:
    rarity = Rarity(100, {"meghna": 2})
    assert coverage(names_of("Meghna: Dogs?"), mentions(["at Meghna"], 0.9), {}, rarity) == 1
