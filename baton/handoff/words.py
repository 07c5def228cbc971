"""Signals, moods and outcomes of turns in plain words, for people who decide in seconds."""

from typing import Any

REASONS: dict[str, str] = {
    "visitor_asked": "The visitor asked for a person.",
    "wish": "The visitor asked for a person.",
    "shadow": "The assistant only drafts for agents here, so people answer.",
    "taken": "An agent took the conversation over from the assistant.",
    "nobody_reviews": "The draft needed a check, and nobody was there to review it.",
}
"""Sentences for reasons that come without one; the assistant's own come with theirs."""

LEVELS: dict[str, tuple[str, str, str]] = {
    "confidence": ("unsure of the answer", "fairly sure of the answer", "sure of the answer"),
    "closeness": ("nothing close in meaning", "something near in meaning", "very close in meaning"),
    "strength": ("nothing strong was found", "something was found", "a strong match was found"),
    "margin": ("several documents equally near", "one document somewhat nearer", "one document clearly nearest"),
    "agreement": ("wording and meaning point apart", "wording and meaning partly agree", "wording and meaning agree"),
    "share": ("many places compete", "a few places compete", "one place stands out"),
    "page_share": ("many pages compete", "a few pages compete", "one page stands out"),
    "lead": ("no place is ahead", "one place is somewhat ahead", "one place is far ahead"),
    "cover_of_quote": (
        "the quote misses what was asked",
        "the quote has part of it",
        "the quote has all that was asked",
    ),
    "cover_of_passage": (
        "the passage misses what was asked",
        "the passage has part of it",
        "the passage has all of it",
    ),
    "rarest_met": ("the telling word is missing", "the telling word is nearly there", "the telling word is there"),
    "words_known": ("few of the words are in the documents", "some of the words are", "all words are in the documents"),
    "sentence": ("no sentence is near the question", "a sentence is near the question", "a sentence fits the question"),
    "heading": ("the heading is about something else", "the heading is near", "the heading names what was asked"),
    "fits_kind": (
        "the wrong kind of answer",
        "perhaps the right kind of answer",
        "the kind of answer that was asked for",
    ),
    "stated": ("names or numbers are not stated", "one name or number is not stated", "names and numbers are stated"),
    "unopposed": ("the source says the opposite", "the source may say the opposite", "the source does not contradict"),
    "support": ("a claim is not backed by its source", "claims are partly backed", "every claim is backed"),
    "verdict": ("the model doubted its answer", "the model half trusted it", "the model trusted its answer"),
    "dissatisfaction": ("seems to be served", "may not get what was asked for", "does not get what was asked for"),
    "repetition": ("a new question", "close to an earlier question", "the same question again"),
}
"""Words for a signal of 0..1 when low, middling, high."""


def reason_in_words(code: str, text: str | None) -> str:
    """The reason's own sentence, else the one kept for its code, else the code made readable."""
    return text or REASONS.get(code) or f"{_readable(code)}."


def signal_in_words(name: str, value: Any) -> str:
    """What a signal's value says, such as `sure of the answer`."""
    if value is None:
        return f"{_readable(name).lower()} not known"
    if isinstance(value, bool):
        return _readable(name).lower() if value else f"no {_readable(name).lower()}"
    if name in ("mood", "sentiment") and isinstance(value, int | float):
        return mood_in_words(float(value))
    if isinstance(value, int | float):
        return _number_in_words(name, float(value))
    return f"{_readable(name).lower()}: {value}"


def mood_in_words(sentiment: float) -> str:
    """A sentiment of -1..1 as one word or two."""
    for limit, words in ((-0.6, "angry"), (-0.25, "unhappy"), (0.25, "calm"), (0.6, "content")):
        if sentiment <= limit:
            return words
    return "happy"


def _number_in_words(name: str, value: float) -> str:
    if not 0 <= value <= 1 or name.startswith("turns"):
        return f"{value:g} {_readable(name).lower()}"
    plain = _readable(name).lower()
    low, middling, high = LEVELS.get(name, (f"low {plain}", f"middling {plain}", f"high {plain}"))
    return low if value < 1 / 3 else middling if value < 2 / 3 else high


def _readable(code: str) -> str:
    words = code.replace("_", " ").replace(".", " ").strip()
    return words[:1].upper() + words[1:]
