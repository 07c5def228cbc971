"""Short messages are told apart in seven languages; what can't be told is nobody's."""

import pytest

from baton.assistant import languages, phrases


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("Where is my order?", "en"),
        ("opening hours", "en"),
        ("do u deliver to paris", "en"),
        ("delivery to Porto", "en"),
        ("Wo ist mein Paket?", "de"),
        ("Versandkosten?", "de"),
        ("Puis-je retourner un article soldé ?", "fr"),
        ("livraison gratuite?", "fr"),
        ("¿Cuánto tarda el envío?", "es"),
        ("a minha encomenda não chegou", "pt"),
        ("come posso restituire un articolo", "it"),
        ("kan ik mijn bestelling retourneren", "nl"),
    ],
)
def test_the_language_of_a_short_message_is_told(said: str, language: str) -> None:
    assert languages.detect(said) == language


@pytest.mark.parametrize("said", ["Klarna?", "12345", "", "…"])
def test_what_cannot_be_told_is_nobodys_language(said: str) -> None:
    assert languages.detect(said) is None


@pytest.mark.parametrize("file", ["wording", "smalltalk"])
def test_every_fixed_text_is_there_in_all_languages(file: str) -> None:
    texts = phrases.load(file)
    sentences = texts["replies"] if file == "smalltalk" else {**texts, **texts["choices"]}
    sentences.pop("choices", None)
    for name, by_language in sentences.items():
        assert set(by_language) == set(phrases.LANGUAGES), name
