"""Mood: everyday trouble is calm, negation is understood, and what should bring a person does."""

import pytest

from baton.assistant import mood
from baton.knowledge.search import Utterance


@pytest.mark.parametrize(
    "said",
    [
        "How do I cancel my order?",
        "my lamp arrived broken",
        "no problem",
        "can't complain, works well",
        "How do I complain?",
        "IKEA USB?",
        "a fatal error when I save",
        "a mist diffuser with a wheelchair ramp",
    ],
)
def test_everyday_trouble_is_calm(said: str) -> None:
    felt = mood.score(said)
    assert felt.level > -0.2
    assert not felt.triggers


@pytest.mark.parametrize(
    "said",
    [
        "I'm not happy with this",
        "terible service",
        "Thanks for nothing",
        "oh great, another broken lamp",
        "wow, brilliant service, three weeks and no parcel",
        "I allready told you my order number",
        "Das ist eine Frechheit",
    ],
)
def test_unhappiness_is_felt_through_negation_typos_and_sarcasm(said: str) -> None:
    assert mood.score(said).level <= -0.5


@pytest.mark.parametrize(
    "said",
    [
        "Wo ist die Lampe, die ich bestellt habe?",
        "War die Lampe im Angebot?",
        "Die Lampe ist kaputt",
        "Comment retourner un article abîmé ?",
        "Ma commande n'est pas arrivée",
        "Mi pedido no ha llegado",
        "No sé cuál es mi número de pedido",
        "A minha encomenda não chegou",
        "Il mio ordine non è arrivato",
        "Mijn bestelling is niet aangekomen",
    ],
)
def test_everyday_trouble_is_calm_in_every_language(said: str) -> None:
    assert mood.score(said).level > -0.1


@pytest.mark.parametrize(
    "said",
    [
        "Ich bin sehr unzufrieden mit Ihnen",
        "Je ne suis pas content du tout",
        "esto es un desastre",
        "Estou muito insatisfeito",
        "è uno schifo",
        "Ik ben hier niet blij mee",
    ],
)
def test_unhappiness_is_felt_in_every_language(said: str) -> None:
    assert mood.score(said).level <= -0.5


@pytest.mark.parametrize(
    "said",
    ["Super, das hat geholfen", "C'est parfait, merci", "Ya está, muchas gracias", "Dit werkt, heel erg bedankt"],
)
def test_gladness_is_felt_in_every_language(said: str) -> None:
    assert mood.score(said).level >= 0.3


@pytest.mark.parametrize(
    ("said", "trigger"),
    [
        ("You are useless", "insult"),
        ("I'll call my lawyer", "threat"),
        ("I already told you my order number", "told_already"),
        ("Das habe ich Ihnen doch schon geschrieben", "told_already"),
        ("Je vous ai déjà donné le numéro", "told_already"),
        ("Ya le he dicho el número", "told_already"),
        ("Já lhe disse o número", "told_already"),
        ("Ho già detto il numero", "told_already"),
        ("Dat heb ik al verteld", "told_already"),
        ("Bei Ihnen bestelle ich nie wieder", "leaving"),
        ("WHERE IS MY ORDER", "shouting"),
        ("This is ridiculous!!", "floor"),
    ],
)
def test_what_should_bring_a_person_is_named(said: str, trigger: str) -> None:
    assert trigger in mood.score(said).triggers


def test_the_same_question_again_is_repetition() -> None:
    felt = mood.score(
        "where is my parcel??", [Utterance("visitor", "Where is my parcel?"), Utterance("assistant", "…")]
    )
    assert felt.repetition == 1.0
    assert "repetition" in felt.triggers


def test_three_unhappy_messages_running_are_sustained() -> None:
    before = [Utterance("visitor", "this is annoying"), Utterance("visitor", "I'm really disappointed")]
    assert "sustained" in mood.score("not happy at all", before).triggers


def test_a_steep_fall_is_told_from_the_message_before() -> None:
    assert (
        "fall"
        in mood.score("this is terrible, you are useless", [Utterance("visitor", "thanks, you are great")]).triggers
    )
