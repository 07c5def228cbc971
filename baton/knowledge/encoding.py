"""What the embedding model makes of a chunk when it is indexed, as its row keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from baton.knowledge.embedding import Embedding
from baton.knowledge.sentences import Span, split_sentences
from baton.knowledge.vectors import Vectors, pack, unpack


@dataclass(frozen=True, slots=True)
class Encoded:
    """Columns of a chunk's row. `vector` holds two: of place and text together, and of the place alone."""

    vector: bytes
    sentences: list[list[int]]
    sentence_vectors: bytes


async def encode(embedding: Embedding | None, pieces: Sequence[tuple[str, str]]) -> list[Encoded]:
    """Encode (place, text) pairs, in order; without a model only the sentences are found."""
    spans = [split_sentences(text) for _, text in pieces]
    if embedding is None:
        return [Encoded(b"", _lists(found), b"") for found in spans]
    texts = [_texts(place, text, found) for (place, text), found in zip(pieces, spans, strict=True)]
    distinct = list(dict.fromkeys(text for group in texts for text in group))
    made = await embedding.embed(distinct)
    row = {text: number for number, text in enumerate(distinct)}
    encoded = []
    for group, found in zip(texts, spans, strict=True):
        vectors = made[[row[text] for text in group]]
        encoded.append(Encoded(pack(vectors[:2]), _lists(found), pack(vectors[2:])))
    return encoded


def index_vectors(vectors: Sequence[bytes], dimensions: int) -> Vectors:
    """The vectors that an index keeps, a row a chunk, from the chunks' `vector` columns."""
    return np.stack([unpack(blob, dimensions)[0] for blob in vectors])


def _texts(place: str, text: str, spans: Sequence[Span]) -> list[str]:
    return [f"{place}\n{text}", place, *(text[start:end] for start, end in spans)]


def _lists(spans: Sequence[Span]) -> list[list[int]]:
    return [list(span) for span in spans]
