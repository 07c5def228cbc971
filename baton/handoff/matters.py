"""Whether a message says anything of the visitor's matter, or only greets, agrees, asks for a person, or leaves an
address."""

import re

from baton.assistant import smalltalk
from baton.assistant.wishes import rejects_answer, wants_person
from baton.handoff.facts import facts_in

FEW_WORDS = 8
"""A wish for a person, a refusal or an asked-for address in no more words than these says nothing of the matter."""
WORDS_AROUND_ADDRESS = 3
"""An address that nobody asked for, with no more words than these: "my email is ann@example.com"."""

_PLEASE = re.compile(
    r"\b(?:please|pls|bitte|s['’]il (?:vous|te) pla[iî]t|svp|por favor"
    r"|per favore|per piacere|alstublieft|alsjeblieft)\b",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[,;:!?\n]+|\.(?=\s|$)")


def says_matter(text: str, *, address_was_asked: bool = False) -> bool:
    """Whether an agent learns from it what the visitor wants to have answered or done."""
    if _only_leaves_address(text, FEW_WORDS if address_was_asked else WORDS_AROUND_ADDRESS):
        return False
    is_short = len(text.split()) <= FEW_WORDS
    plain = _PLEASE.sub(" ", text)
    parts = [part for part in _PARTS.split(plain) if part.strip()]
    return not (smalltalk.kind_of(plain) or all(_is_aside(part, is_short) for part in parts))


def _is_aside(part: str, is_short: bool) -> bool:
    return bool(smalltalk.kind_of(part)) or (is_short and (wants_person(part) or rejects_answer(part)))


def _only_leaves_address(text: str, most_words: int) -> bool:
    addresses = [fact.value for fact in facts_in([text]) if fact.name in ("email", "phone")]
    rest = text
    for address in addresses:
        rest = rest.replace(address, " ")
    return bool(addresses) and "?" not in rest and len(rest.split()) <= most_words
