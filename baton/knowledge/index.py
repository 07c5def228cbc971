"""The vector index: the only module that knows Chroma. A cache of the chunk table that can be rebuilt at any time.

Each audience has a collection of its own, named after the generation it belongs to: a rebuild fills the next
generation beside the one that is searched, and the one before stays until the next rebuild, for whoever still searches
it. It holds ids and vectors; what a hit means is decided by a SQL join.
"""

import asyncio
import fcntl
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import numpy as np

from baton.core.errors import BatonError
from baton.knowledge.records import AUDIENCES
from baton.knowledge.vectors import Vectors

T = TypeVar("T")
Neighbour = tuple[int, float]
"""A chunk's id and its cosine to what was asked."""

_THREADS = 2
_BATCH = 1000
_ANSWER_SECONDS = 30
_GRAPH = {"hnsw": {"space": "ip", "ef_search": 100, "ef_construction": 120, "max_neighbors": 16}}


class IndexInUse(BatonError):
    """Another process has this index folder open; it must be asked instead."""


class Index(Protocol):
    """What the rest of the knowledge base may ask of an index, in this process or in the one that owns it."""

    generation: int

    async def add(self, ids: Sequence[int], vectors: Vectors, audience: str, generation: int | None = None) -> None:
        """Keep a unit vector for each chunk, in place of an earlier one."""
        ...

    async def remove(self, ids: Sequence[int]) -> None:
        """Forget these chunks, whatever their audience."""
        ...

    async def nearest(self, vectors: Vectors, audience: str, limit: int) -> list[list[Neighbour]]:
        """For each row of `vectors` the nearest chunks, the nearest first."""
        ...

    async def ids(self, audience: str) -> set[int]:
        """Every chunk that is kept."""
        ...

    async def use(self, generation: int) -> None:
        """Search this generation from now on, and drop those older than the one before it."""
        ...

    async def close(self) -> None:
        """Let go of the folder or the connection."""
        ...


class ChromaIndex:
    """An index in Chroma, embedded in a folder or a server. Chroma blocks, so its calls run in threads of their own."""

    def __init__(self, connect: Callable[[], Any], generation: int, lock: "FolderLock | None" = None) -> None:
        self.generation = generation
        self._connect = connect
        self._lock = lock
        self._client: Any = None
        self._collections: dict[str, Any] = {}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="index")
        self._connecting = asyncio.Lock()

    async def add(self, ids: Sequence[int], vectors: Vectors, audience: str, generation: int | None = None) -> None:
        collection = await self._collection(audience, self.generation if generation is None else generation)
        for start in range(0, len(ids), _BATCH):
            names = [str(id) for id in ids[start : start + _BATCH]]
            await self._run(partial(collection.upsert, ids=names, embeddings=vectors[start : start + _BATCH]))

    async def remove(self, ids: Sequence[int]) -> None:
        names = [str(id) for id in ids]
        for audience in sorted(AUDIENCES) if names else ():
            collection = await self._collection(audience, self.generation)
            await self._run(partial(collection.delete, ids=names))

    async def nearest(self, vectors: Vectors, audience: str, limit: int) -> list[list[Neighbour]]:
        collection = await self._collection(audience, self.generation)
        found = await self._run(
            lambda: collection.query(query_embeddings=vectors, n_results=limit, include=["distances"])
        )
        pairs = zip(found["ids"], found["distances"], strict=True)
        return [[(int(id), 1.0 - far) for id, far in zip(ids, distances, strict=True)] for ids, distances in pairs]

    async def ids(self, audience: str) -> set[int]:
        collection = await self._collection(audience, self.generation)
        found = await self._run(lambda: collection.get(include=[]))
        return {int(id) for id in found["ids"]}

    async def use(self, generation: int) -> None:
        self.generation = generation
        for audience in AUDIENCES:
            await self._collection(audience, generation)
        for name in await self._run(lambda: [collection.name for collection in self._client.list_collections()]):
            if name.startswith(_PREFIX) and int(name.rpartition("-")[2]) < generation - 1:
                self._collections.pop(name, None)
                await self._run(partial(self._drop, name))

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown, wait=True)
        self._collections.clear()
        if self._client is not None and hasattr(self._client, "close"):
            for session in _sessions_of(self._client):
                session.close()
            self._client.close()
        self._client = None
        if self._lock is not None:
            self._lock.release()

    async def _collection(self, audience: str, generation: int) -> Any:
        name = _name(audience, generation)
        if name not in self._collections:
            async with self._connecting:
                self._collections[name] = await self._run(lambda: self._open(name))
        return self._collections[name]

    def _open(self, name: str) -> Any:
        if self._client is None:
            self._client = self._connect()
        return self._client.get_or_create_collection(name, embedding_function=None, configuration=_GRAPH)

    def _drop(self, name: str) -> None:
        """Another process may be dropping the same."""
        from chromadb.errors import NotFoundError

        with suppress(NotFoundError):
            self._client.delete_collection(name)

    async def _run(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)


class FolderLock:
    """The mark of the one process that may open an index folder; the system takes it back when the process ends."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "owner.lock"
        self._handle = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.pread(self._handle, 200, 0).decode().strip() or "unknown"
            os.close(self._handle)
            raise IndexInUse(f"Another process ({owner}) has the index in {folder} open.") from error
        self.write(f"pid {os.getpid()}")

    def write(self, owner: str) -> None:
        """Say in the file who has it, for the processes that find it taken."""
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, owner.encode(), 0)

    def release(self) -> None:
        """Let another process have the folder."""
        os.close(self._handle)


def open_folder(folder: Path, generation: int) -> ChromaIndex:
    """The index in a folder of this machine. Raises IndexInUse."""
    return ChromaIndex(lambda: _embedded(folder), generation, FolderLock(folder))


def open_server(url: str, generation: int) -> ChromaIndex:
    """The index on a Chroma server, such as http://chroma:8000."""
    return ChromaIndex(lambda: _remote(url), generation)


_PREFIX = "chunks-"


def _name(audience: str, generation: int) -> str:
    return f"{_PREFIX}{audience}-{generation}"


def _embedded(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def _remote(url: str) -> Any:
    import chromadb
    from chromadb.config import Settings

    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 8000)
    client = chromadb.HttpClient(
        host=parts.hostname or "localhost", port=port, ssl=secure, settings=Settings(anonymized_telemetry=False)
    )
    for session in _sessions_of(client):
        session.timeout = _ANSWER_SECONDS
    return client


def _sessions_of(client: Any) -> list[Any]:
    """The connections of a client of a server. Chroma never limits how long they wait, nor closes them."""
    servers: list[Any] = [getattr(one, "_server", None) for one in (client, getattr(client, "_admin_client", None))]
    return [server._session for server in servers if hasattr(server, "_session")]


class NoIndex:
    """Stands in for an index where there is no embedding model: it keeps and finds nothing."""

    generation = 0

    async def add(self, ids: Sequence[int], vectors: Vectors, audience: str, generation: int | None = None) -> None:
        return None

    async def remove(self, ids: Sequence[int]) -> None:
        return None

    async def nearest(self, vectors: Vectors, audience: str, limit: int) -> list[list[Neighbour]]:
        return [[] for _ in np.atleast_2d(vectors)]

    async def ids(self, audience: str) -> set[int]:
        return set()

    async def use(self, generation: int) -> None:
        self.generation = generation

    async def close(self) -> None:
        return None
