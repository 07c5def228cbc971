"""A text as its words, pairs of words and parts of words, hashed to a short vector: what a sentence vector blurs."""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from baton.knowledge.vectors import Vectors

DIMENSIONS = 512
_LONGEST = 1000
_PARTS = (3, 4)
_WORD = re.compile(r"[\w']+")
_SIGN = 1 << 31


def wording_vectors(texts: Sequence[str]) -> Vectors:
    """Unit vectors of shape (len(texts), 512); of a text without a word it is zero.

    Features share places with signs of their own, so that those that meet cancel out on average (Weinberger and
    others, 2009).
    """
    found = np.zeros((len(texts), DIMENSIONS), np.float32)
    for row, text in zip(found, texts, strict=True):
        hashes = np.array([zlib.crc32(feature.encode()) for feature in set(_features(text))], np.int64)
        np.add.at(row, hashes % DIMENSIONS, np.where(hashes & _SIGN, 1.0, -1.0).astype(np.float32))
    lengths = np.linalg.norm(found, axis=1, keepdims=True).astype(np.float32)
    vectors: Vectors = found / np.maximum(lengths, np.float32(1e-9))
    return vectors


def _features(text: str) -> Iterator[str]:
    words = _WORD.findall(text[:_LONGEST].lower())
    yield from (f"w{word}" for word in words)
    yield from (f"b{one} {other}" for one, other in itertools.pairwise(words))
    for word in words:
        marked = f"<{word}>"
        yield from (marked[at : at + size] for size in _PARTS for at in range(len(marked) - size + 1))
