"""Facts a visitor has already given, found in what they wrote, so that nobody has to ask twice.

Whatever stands in a text is only claimed: it identifies nobody. Numbers of payment cards and of identity papers are
left out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from baton.assistant import identifiers

Name = Literal["email", "order", "phone", "date", "amount"]

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_CURRENCY = r"(?:€|\$|£|¥|eur|usd|gbp|chf|euros?|dollars?|pounds?)"
_NUMBER = r"\d{1,3}(?:[.,' ]\d{3})*(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_ORDER_WORD = (
    r"(?:order|invoice|tracking|ticket|booking|reservation|reference|bestellung|bestellnummer|rechnung|commande"
    r"|facture|pedido|factura|encomenda|ordine|fattura|bestelling|factuur)"
)

_PATTERNS: tuple[tuple[Name, re.Pattern[str]], ...] = (
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)),
    (
        "order",
        re.compile(
            rf"\b{_ORDER_WORD}\s*(?:number|nummer|num[ée]ro|n[uú]mero|code|id|no\.?|nr\.?|n[°º])?\s*(?:is|ist|est|es|é|è)?"
            r"\s*[:#]?\s*(?P<value>(?=[\w-]*\d)[A-Z0-9][A-Z0-9-]{3,29})\b",
            re.IGNORECASE,
        ),
    ),
    ("order", re.compile(r"(?<!\w)#\s?(?P<value>(?=[\w-]*\d)[A-Z0-9][A-Z0-9-]{2,29})\b", re.IGNORECASE)),
    ("order", re.compile(r"\b(?P<value>[A-Z]{1,5}-?\d{4,20}(?:-[A-Z0-9]+)*)\b")),
    ("date", re.compile(r"\b\d{4}-\d{2}-\d{2}\b")),
    ("date", re.compile(r"\b\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})\b")),
    (
        "date",
        re.compile(
            rf"\b(?:{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{_MONTH})\b"
            r"(?:,?\s+\d{4})?",
            re.IGNORECASE,
        ),
    ),
    (
        "amount",
        re.compile(rf"(?<!\w){_CURRENCY}\s?(?:{_NUMBER})|\b(?:{_NUMBER})\s?{_CURRENCY}(?!\w)", re.IGNORECASE),
    ),
    ("phone", re.compile(r"(?<![\w.])(?:\+|00)?\d(?:[\s()./-]{0,2}\d){7,14}(?!\w)")),
)
_LONG_NUMBER = re.compile(r"(?<![\w.])\d(?:[ -]?\d){8,18}(?!\w)")


@dataclass(frozen=True, slots=True)
class Fact:
    """A value and what it is; `assurance` is `claimed` or, when the site signed it, `verified`."""

    name: str
    value: str
    assurance: str = "claimed"


def facts_in(texts: Iterable[str]) -> list[Fact]:
    """Every fact of the texts once, in the order in which they were given."""
    found: dict[tuple[str, str], Fact] = {}
    for text in texts:
        for _, name, value in sorted(_matches(text)):
            found.setdefault((name, value.casefold()), Fact(name, value))
    return list(found.values())


def _matches(text: str) -> Iterator[tuple[int, Name, str]]:
    """Matches that do not overlap; the earlier pattern wins, so that a date is not taken for a telephone."""
    taken = [match.span() for match in _LONG_NUMBER.finditer(text) if _is_protected(match.group())]
    for name, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken) or _is_protected(match.group()):
                continue
            taken.append(match.span())
            yield match.start(), name, (match.groupdict().get("value") or match.group()).strip()


def _is_protected(text: str) -> bool:
    return identifiers.holds_payment_card(text) or identifiers.holds_identity_number(text)
