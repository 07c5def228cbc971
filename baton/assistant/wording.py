"""The assistant's own words. A sure answer is the draft and nothing else; near and none each have their one wording."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from baton.assistant import phrases, questions
from baton.assistant.decisions import Decision, Offer

if TYPE_CHECKING:
    from baton.assistant.providers.protocol import Citation, Draft

_MARK = re.compile(r"\[(\d+)\]")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)?")
_TAG = re.compile(r"<[a-z/!][^>]*>?", re.IGNORECASE)
_SCHEME = r"(?:https?|ftp|file|data|javascript|vbscript|mailto|tel):|www\."
_ADDRESS = re.compile(rf"\b(?:{_SCHEME})\S*?(?=[?!.,;:]*(?:\s|$))", re.IGNORECASE)
_HARMLESS = ((_LINK, r"\1"), (_TAG, " "), (_ADDRESS, "…"), (re.compile(r"[*`#\[\]]"), ""))
"""What a screen would make a link, a picture or bold letters of, and what stands for it; the words of links stay."""
_CHOICES: dict[str, tuple[str, ...]] = {
    "near": ("yes", "no_person"),
    "none": ("person",),
    "language": ("person", "no_thanks"),
    "out_of_scope": (),
    "rejected": ("person", "no_thanks"),
    "mood": ("person", "no_thanks"),
    "unreviewed": ("person", "no_thanks"),
}


@dataclass(frozen=True, slots=True)
class Message:
    """What the visitor reads: text with marks, the sources it may show, and what can be tapped."""

    text: str
    citations: tuple[Citation, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One of several questions of a message, with what was decided about it alone."""

    question: str
    decision: Decision
    draft: Draft | None


def message(decision: Decision, draft: Draft | None, language: str | None, brand: str) -> Message:
    """The words for a decision. Only Answer and a near Offer show the draft, and only those carry citations."""
    match decision.kind:
        case "answer" if draft:
            return Message(draft.text, draft.citations)
        case "offer" if isinstance(decision, Offer):
            return _offer(decision, draft, language, brand)
        case "clarify":
            return Message(said("clarify", language, brand), choices=getattr(decision, "choices", ()))
        case "hold":
            return Message(said("hold", language, brand))
        case _:
            return Message(said(getattr(decision, "wording", "escalate"), language, brand))


def message_in_parts(parts: Sequence[Part], language: str | None, brand: str) -> Message:
    """Several questions, each answered under its own words; a part without an answer says so and offers a person."""
    texts: list[str] = []
    citations: list[Citation] = []
    is_open = False
    for part in parts:
        shown = message(part.decision, part.draft, language, brand)
        text, own = _renumbered(shown, len(citations))
        if part.decision.kind != "answer":
            is_open = True
            text = text if shown.citations else said("part_missing", language, brand)
        citations += own
        texts.append(f"**{_title(part.question)}**\n{text}")
    return Message("\n\n".join(texts), tuple(citations), _choices(("person",), language) if is_open else ())


def welcome(language: str | None, brand: str, topics: Sequence[str] = ()) -> str:
    """The greeting: what it knows, that it is software, that people are there."""
    listed = f" ({', '.join(topics)})" if topics else ""
    return phrases.in_language(_texts()["welcome"], language).format(brand=brand, topics=listed)


def said(name: str, language: str | None, brand: str) -> str:
    """A fixed sentence by its name in `phrases/wording.yaml`."""
    return phrases.in_language(_texts()[name], language).format(brand=brand)


def choice(name: str, language: str | None) -> str:
    """The label of one thing that can be tapped: `yes`, `no_person`, `person`, `no_thanks`."""
    return phrases.in_language(phrases.load("wording")["choices"][name], language)


def passages_marked(text: str) -> tuple[int, ...]:
    """The passages that a draft's marks name, counted from 1 in the order they were found."""
    return tuple(dict.fromkeys(int(mark[1]) for mark in _MARK.finditer(text)))


def without_marks(text: str) -> str:
    """A draft's text as a visitor reads it where sources are listed below."""
    return re.sub(r"\s*\[\d+\]", "", text)


def _offer(decision: Offer, draft: Draft | None, language: str | None, brand: str) -> Message:
    choices = _choices(_CHOICES[decision.wording], language)
    if decision.wording == "near" and draft and draft.citations:
        text = phrases.in_language(_texts()["near"], language).format(quote=draft.text)
        return Message(text, draft.citations, choices)
    name = "none" if decision.wording == "near" else decision.wording
    return Message(said(name, language, brand), choices=_choices(_CHOICES[name], language))


def _choices(names: tuple[str, ...], language: str | None) -> tuple[str, ...]:
    return tuple(choice(name, language) for name in names)


def _renumbered(shown: Message, before: int) -> tuple[str, tuple[Citation, ...]]:
    """Marks and citations counted on from the parts before."""
    numbers = {citation.n: before + place for place, citation in enumerate(shown.citations, start=1)}
    text = _MARK.sub(lambda mark: f"[{numbers[int(mark[1])]}]" if int(mark[1]) in numbers else "", shown.text)
    return text, tuple(replace(citation, n=numbers[citation.n]) for citation in shown.citations)


def _title(question: str) -> str:
    """The visitor's question as a heading. It stands in the assistant's name, so that it links and loads nothing."""
    plain, _ = questions.without_topic(question)
    for pattern, replacement in _HARMLESS:
        plain = pattern.sub(replacement, plain)
    plain = " ".join(plain.split()) or "…"
    return plain[:1].upper() + plain[1:].rstrip("?!. ") + "?"


def _texts() -> dict[str, dict[str, str]]:
    return phrases.load("wording")  # type: ignore[no-any-return]
