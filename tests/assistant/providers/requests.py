"""Requests to draft for."""

from baton.assistant.providers.protocol import DraftRequest
from baton.knowledge.search import Passage, Utterance

SHIPPING = "Parcels to Norway cost €14 and take 4–6 working days. Parcels within Germany are free from €60."
RETURNS = "You can send a parcel back within 30 days.\nThe label is in the box."


def a_request(
    question: str = "What does shipping to Norway cost?",
    *,
    texts: tuple[str, ...] = (SHIPPING, RETURNS),
    history: tuple[Utterance, ...] = (),
    language: str = "en",
    guidance: str | None = None,
    instructions: str = "",
    title: str = "Shipping",
    url: str | None = None,
) -> DraftRequest:
    """Asks about two passages, on shipping and on returns, unless told otherwise."""
    passages = tuple(_passage(text, title, url) for text in texts)
    return DraftRequest(question, history, passages, "Fjell & Fern", language, guidance, instructions=instructions)


def _passage(text: str, title: str, url: str | None) -> Passage:
    return Passage(
        chunk=f"chk_{len(text)}",
        document=f"doc_{len(text)}",
        external_id=None,
        title=title,
        url=url,
        place="Shipping › Abroad",
        text=text,
        audience="public",
        version=1,
        score=0.8,
        dense=0.7,
        about=0.7,
        lexical=0.6,
        dense_rank=1,
        lexical_rank=1,
        sentences=(),
    )
