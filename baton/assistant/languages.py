"""Which of the seven languages a short message is written in; a doubtful one is nobody's."""

from __future__ import annotations

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from baton.assistant import phrases, smalltalk, words

_CLEAR_LEAD = 0.18
"""Share of a message's words by which the telling words of one language must lead those of the next."""
_SURE = 0.9
_LIKELY = 0.6
_ENOUGH_LETTERS = 12
_LONG_WORD = 9


def detect(text: str) -> str | None:
    """`en de fr es pt it nl`, or None when the message is too short or too mixed to tell."""
    tokens = words.tokens(text)
    if not any(char.isalpha() for token in tokens for char in token):
        return None
    return (
        smalltalk.language_of(text) if smalltalk.kind_of(text) else _by_telling_words(tokens) or _by_model(text, tokens)
    )


def looks_foreign(text: str) -> bool:
    """Whether more of its words betray another language than English; much cheaper than telling which."""
    tokens = words.tokens(text)
    counts = {language: sum(token in known for token in tokens) for language, known in _telling().items()}
    return max(counts.values()) > counts["en"]


def _by_telling_words(tokens: list[str]) -> str | None:
    """By function words; English counts its everyday words too, so that a bare "opening hours" is English."""
    shares = {language: sum(token in known for token in tokens) / len(tokens) for language, known in _telling().items()}
    shares["en"] = max(
        shares["en"], 0.8 * sum(words.is_known(token) for token in tokens) / len(tokens) - _foreign(shares)
    )
    (best, first), (_, second) = sorted(shares.items(), key=lambda item: -item[1])[:2]
    return best if first - second >= _CLEAR_LEAD and first >= 0.25 else None


def _foreign(shares: dict[str, float]) -> float:
    """How foreign the function words look: short words of other languages are also in English word lists."""
    return max(share for language, share in shares.items() if language != "en") / 2 if shares["en"] == 0 else 0.0


def _by_model(text: str, tokens: list[str]) -> str | None:
    language, probability = _identifier().classify(text)
    if len(tokens) == 1:
        is_foreign = len(tokens[0]) >= _LONG_WORD and not words.is_known(tokens[0])
        return str(language) if is_foreign and probability >= _LIKELY else None
    is_long = not text.isascii() or len("".join(tokens)) >= _ENOUGH_LETTERS
    return str(language) if is_long and probability >= _SURE else None


@cache
def _telling() -> dict[str, frozenset[str]]:
    return {language: frozenset(found) for language, found in phrases.load("languages").items()}


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(phrases.LANGUAGES))
    return identifier
