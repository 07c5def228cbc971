"""Text to unit vectors on this machine: MiniLM by onnxruntime, in a bounded number of threads, without any network."""

import asyncio
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from baton.knowledge import minilm
from baton.knowledge.minilm import WeightsMissing
from baton.knowledge.vectors import Vectors

MOST_TOKENS = 256
NAME = f"all-MiniLM-L6-v2/{minilm.SHA256[:8]}/int8-1"
"""Identity of the vectors: raise the last number whenever the same text would get another vector."""
_SLICE = 16
"""Texts embedded in one go before a thread looks whether somebody still wants them."""

log = logging.getLogger(__name__)


class Embedding:
    """One embedding model. It is loaded when it is first used, so that starting doesn't pay for it.

    Questions and documents have threads of their own: a long upload doesn't make a visitor wait.
    """

    name = NAME
    dimensions = minilm.DIMENSIONS

    def __init__(self, model: "LocalModel", *, threads: int, cached_queries: int) -> None:
        self._model = model
        self._asking = ThreadPoolExecutor(threads, thread_name_prefix="embed-query")
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="embed-text")
        self._queries: OrderedDict[str, Vectors] = OrderedDict()
        self._cached_queries = cached_queries

    def embed_sync(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of shape (len(texts), 384), in this thread."""
        return self._model.embed(texts)

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """The same for texts to be indexed, in the background's thread; cancelling stops it within a few texts."""
        loop = asyncio.get_running_loop()
        slices = [texts[start : start + _SLICE] for start in range(0, len(texts), _SLICE)]
        parts = [await loop.run_in_executor(self._reading, self._model.embed, part) for part in slices]
        return np.concatenate(parts) if parts else np.zeros((0, self.dimensions), np.float32)

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The same for what somebody waits for; exact repetitions come from a cache."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._queries]
        known = {text: self._queries[text] for text in texts if text in self._queries}
        if missing:
            made = await asyncio.get_running_loop().run_in_executor(self._asking, self._model.embed, missing)
            known |= zip(missing, made, strict=True)
        self._remember(known)
        return np.stack([known[text] for text in texts]) if texts else np.zeros((0, self.dimensions), np.float32)

    def close(self) -> None:
        """End the threads once what they do is done."""
        self._asking.shutdown(wait=True)
        self._reading.shutdown(wait=True, cancel_futures=True)

    def _remember(self, vectors: dict[str, Vectors]) -> None:
        for text, vector in vectors.items():
            self._queries[text] = vector
            self._queries.move_to_end(text)
        while len(self._queries) > self._cached_queries:
            self._queries.popitem(last=False)


class LocalModel:
    """The session and the tokenizer; safe to use from several threads."""

    def __init__(self, tokenizer: Path, graph: Path) -> None:
        self._tokenizer = tokenizer
        self._graph = graph
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, a row a text. A text's vector doesn't depend on the others of the call."""
        tokenizer, session = self._load()
        vectors = np.zeros((len(texts), minilm.DIMENSIONS), np.float32)
        for number, text in enumerate(texts):
            tokens = np.array([tokenizer.encode(text).ids], np.int32)
            vectors[number] = session.run(None, {"tokens": tokens})[0][0]
        return vectors

    def _load(self) -> tuple[Any, Any]:
        with self._lock:
            if self._loaded is None:
                self._loaded = (_open_tokenizer(self._tokenizer), open_session(self._graph))
            return self._loaded


def open_embedding(data: Path, *, threads: int = 2, cached_queries: int = 4096) -> Embedding | None:
    """The local model, with its graph kept under `data`; None, and a warning, when its weights aren't there."""
    try:
        folder = minilm.model_folder()
        graph = _graph(folder, data / "models")
    except WeightsMissing as error:
        log.warning("Searching by words only: %s", error)
        return None
    model = LocalModel(folder / "tokenizer.json", graph)
    return Embedding(model, threads=threads, cached_queries=cached_queries)


def _graph(folder: Path, cache: Path) -> Path:
    """The graph's file, built and its weights checked at the first start on a data folder."""
    file = cache / f"{NAME.replace('/', '-')}.onnx"
    if not file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        graph = minilm.build_graph(minilm.read_weights(folder), quantised=True)
        unfinished = file.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(graph)
        unfinished.replace(file)
    return file


def open_session(graph: Path | bytes) -> Any:
    """An onnxruntime session of one thread, without its fused layer norm: the plain one is seven times as fast."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    source = graph if isinstance(graph, bytes) else str(graph)
    return onnxruntime.InferenceSession(
        source, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
    )


def _open_tokenizer(file: Path) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_TOKENS)
    return tokenizer
