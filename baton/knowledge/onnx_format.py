"""Writes ONNX models: the few messages of onnx.proto that a graph needs, in protobuf's wire format.

The format is frozen and small, and the library that reads and writes all of it weighs 29 MB.
Numbers of fields and types: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

ELEMENT_TYPES = {"float32": 1, "int8": 3, "int32": 6, "int64": 7}
_FLOAT, _INT, _INTS = 1, 2, 7


def tensor(name: str, value: NDArray[Any]) -> bytes:
    """A constant of the graph (TensorProto). Raises KeyError for an element type that isn't in ELEMENT_TYPES."""
    little = np.ascontiguousarray(value, value.dtype.newbyteorder("<"))
    dims = b"".join(_number(1, size) for size in np.shape(value))
    return dims + _number(2, ELEMENT_TYPES[value.dtype.name]) + _text(8, name) + _bytes(9, little.tobytes())


def node(
    kind: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    attributes: Mapping[str, int | float | list[int]],
    domain: str = "",
) -> bytes:
    """One operation (NodeProto)."""
    return b"".join(
        [
            *(_text(1, name) for name in inputs),
            *(_text(2, name) for name in outputs),
            _text(4, kind),
            *(_bytes(5, _attribute(name, value)) for name, value in sorted(attributes.items())),
            _text(7, domain) if domain else b"",
        ]
    )


def value(name: str, element: str, shape: Sequence[int | str]) -> bytes:
    """An input or output (ValueInfoProto); a size that is only known when it runs has a name."""
    sizes = b"".join(_bytes(1, _text(2, size) if isinstance(size, str) else _number(1, size)) for size in shape)
    kind = _number(1, ELEMENT_TYPES[element]) + _bytes(2, sizes)
    return _text(1, name) + _bytes(2, _bytes(1, kind))


def model(
    name: str,
    *,
    nodes: Sequence[bytes],
    constants: Sequence[bytes],
    inputs: Sequence[bytes],
    outputs: Sequence[bytes],
    operators: Mapping[str, int],
    version: int,
) -> bytes:
    """A whole file (ModelProto): the graph, the sets of operators it uses by domain, the version of the format."""
    graph = b"".join(
        [
            *(_bytes(1, one) for one in nodes),
            _text(2, name),
            *(_bytes(5, one) for one in constants),
            *(_bytes(11, one) for one in inputs),
            *(_bytes(12, one) for one in outputs),
        ]
    )
    sets = (
        _bytes(8, (_text(1, domain) if domain else b"") + _number(2, number)) for domain, number in operators.items()
    )
    return b"".join([_number(1, version), _bytes(7, graph), *sets])


def _attribute(name: str, value: int | float | list[int]) -> bytes:
    if isinstance(value, float):
        return _text(1, name) + _tag(2, 5) + struct.pack("<f", value) + _number(20, _FLOAT)
    if isinstance(value, list):
        return _text(1, name) + b"".join(_number(8, one) for one in value) + _number(20, _INTS)
    return _text(1, name) + _number(3, value) + _number(20, _INT)


def _number(field: int, value: int) -> bytes:
    return _tag(field, 0) + _varint(value)


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _bytes(field: int, value: bytes) -> bytes:
    return _tag(field, 2) + _varint(len(value)) + value


def _tag(field: int, wire_type: int) -> bytes:
    return _varint(field << 3 | wire_type)


def _varint(value: int) -> bytes:
    """Seven bits a byte, lowest first; negative numbers as 64 bits."""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
