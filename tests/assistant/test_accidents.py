"""Whoever is hurt, or sees something burn, gets a person and the emergency number; who asks about safety, an answer."""

import pytest

from baton.assistant import rules


@pytest.mark.parametrize(
    "said",
    [
        "The pot exploded and burned my hand",
        "My child swallowed a piece of enamel",
        "I got an electric shock from the kettle",
        "the pan caught fire",
        "I cut my finger badly on the lid",
        "my daughter is bleeding, the glass broke",
        "There is smoke, flames are coming from the oven",
        "Ich habe mir die Hand verbrannt",
        "Mein Kind hat ein Teil verschluckt",
        "la poêle a pris feu",
        "mon fils a avalé un morceau",
        "me he quemado con la olla",
        "a panela explodiu",
        "mi sono ustionata con la padella",
        "mijn kind heeft een stukje ingeslikt",
    ],
)
def test_an_accident_is_heard(said: str) -> None:
    assert rules.danger(said) == "accident"


@pytest.mark.parametrize(
    "said",
    [
        "Is the fire alarm included?",
        "do you sell a fire pit",
        "My food burned in the new pan",
        "the bottom of the pot is burnt",
        "Can I use it on an open fire?",
        "I cut the label off by mistake",
        "the handle broke off",
        "is the glass heat shock proof",
        "Do the pans explode on induction?",
        "I hurt for time, can you deliver tomorrow?",
        "which gas hobs does it fit",
        "Angebrannte Pfanne reinigen",
        "brennt sich das Essen an?",
        "une poêle pour feu vif",
        "fuego lento",
        "my dog loves the bowl",
        "The enamel chipped, is it dangerous if swallowed?",
        "wie heiß darf die Pfanne werden",
        "smoke point of linseed oil",
        "what burns at 200 degrees",
    ],
)
def test_a_question_about_safety_is_no_accident(said: str) -> None:
    assert rules.danger(said) is None
