"""Harmless differences between trials of one script: what nobody who reads it would take for another conversation."""

import random
import re

_LONG_WORD = re.compile(r"\b[a-z]{6,}\b")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
GREETINGS = ("hi", "hello", "Good morning", "hey there")
THANKS = ("ok", "thanks", "I see", "ok thank you")
_CHANCE = 0.5


class Variation:
    """One telling of a script. Number 0 tells it as it is written; every other by its own seed."""

    def __init__(self, script: str, number: int) -> None:
        self._random = random.Random(f"{script} {number}") if number else None  # noqa: S311 - no secret

    def before(self, place: int) -> str | None:
        """Small talk to say before the turn at this place, if any."""
        if not self._happens():
            return None
        return self._choose(THANKS if place else GREETINGS)

    def tell(self, text: str) -> tuple[str, ...]:
        """The messages that say a text: perhaps one for each sentence, in another case, with a typing error."""
        said = _SENTENCE_END.split(text) if self._happens() else [text]
        return tuple(self._retyped(part) for part in said)

    def _retyped(self, text: str) -> str:
        if self._happens():
            text = text[:1].lower() + text[1:].rstrip(".?!")
        return self._misspelt(text) if self._happens() else text

    def _misspelt(self, text: str) -> str:
        """Two letters inside one long word change places; figures and names stay."""
        words = list(_LONG_WORD.finditer(text))
        if not words or self._random is None:
            return text
        word = self._random.choice(words)
        at = word.start() + self._random.randrange(2, len(word.group()) - 2)
        return f"{text[:at]}{text[at + 1]}{text[at]}{text[at + 2 :]}"

    def _happens(self) -> bool:
        return self._random is not None and self._random.random() < _CHANCE

    def _choose(self, texts: tuple[str, ...]) -> str:
        return self._random.choice(texts) if self._random else texts[0]
