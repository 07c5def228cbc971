"""Passages made by hand for the tests of the judgement."""

from baton.assistant.providers.protocol import Citation, Draft
from baton.knowledge.search import Passage

RETURNS = """You can return any unused item within 30 days of delivery. It must be in its original packaging.
## How to return an item
1. Sign in and open My account.
2. Choose the item and press Return.
3. Hand in the parcel within 14 days.
## When you get your money
This takes up to 5 working days after we receive the parcel. Delivery costs are not refunded.
## What cannot be returned
- Personalised knives
- Opened coffee
- Gift cards"""

DELIVERY = """- Method: Standard; Delivery time: 3 to 5 working days; Price: £4.95
- Method: Express; Delivery time: Next working day; Price: £9.95
Standard delivery is free for orders over £60."""

PAYING = """You can pay with:
- Visa and Mastercard
- PayPal
- Klarna, in three instalments"""


def passage(text: str, place: str, *, chunk: str = "1", score: float = 0.9) -> Passage:
    return Passage(
        chunk=chunk,
        document=f"doc_{chunk}",
        external_id=place.split(" ")[0].lower(),
        title=place,
        url=None,
        place=place,
        text=text,
        audience="public",
        version=1,
        score=score,
        dense=0.6,
        about=0.6,
        lexical=0.8,
        dense_rank=1,
        lexical_rank=1,
        sentences=(),
    )


def shop() -> tuple[Passage, ...]:
    return (
        passage(RETURNS, "Returns", chunk="1"),
        passage(DELIVERY, "Delivery › Methods and prices", chunk="2", score=0.8),
        passage(PAYING, "Paying", chunk="3", score=0.7),
    )


def drafted(text: str, source: Passage, quote: str) -> Draft:
    return Draft(text, (Citation(1, source, quote),), True, None, "test", "test", (0, 0))
