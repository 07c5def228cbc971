"""Unit vectors as rows keep them: little-endian float16, one after the other."""

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


def pack(vectors: Vectors) -> bytes:
    """One vector or a matrix of them, as bytes."""
    return np.ascontiguousarray(vectors, dtype="<f2").tobytes()


def unpack(blob: bytes, dimensions: int) -> Vectors:
    """The matrix of shape (n, dimensions) that `pack` wrote; n is 0 for an empty blob."""
    return np.frombuffer(blob, dtype="<f2").astype(np.float32).reshape(-1, dimensions)
