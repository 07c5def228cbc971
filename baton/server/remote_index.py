"""The index of a folder that a server owns, for the commands that run beside it: calls over the owner's socket."""

import asyncio
import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from baton.core.bus import LocalBus, Notice
from baton.core.redis_bus import RedisBus
from baton.core.web import JsonResponse, Problem
from baton.knowledge.index import Index, Neighbour
from baton.knowledge.vectors import Vectors
from baton.server.owner import HEADER, Lock, Owner


class RemoteIndex:
    """Speaks to the owner; otherwise an Index like any other."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self.generation = 0

    async def add(self, ids: Sequence[int], vectors: Vectors, audience: str, generation: int | None = None) -> None:
        body = {"ids": list(ids), "vectors": _pack(vectors), "audience": audience, "generation": generation}
        await self._call("/index/add", body)

    async def remove(self, ids: Sequence[int]) -> None:
        await self._call("/index/remove", {"ids": list(ids)})

    async def nearest(self, vectors: Vectors, audience: str, limit: int) -> list[list[Neighbour]]:
        body = {"vectors": _pack(vectors), "audience": audience, "limit": limit}
        found = await self._call("/index/nearest", body)
        return [[(int(id), float(cosine)) for id, cosine in row] for row in found["items"]]

    async def ids(self, audience: str) -> set[int]:
        found = await self._call("/index/ids", {"audience": audience})
        return {int(id) for id in found["items"]}

    async def use(self, generation: int) -> None:
        await self._call("/index/use", {"generation": generation})
        self.generation = generation

    async def close(self) -> None:
        """Nothing is held here."""

    async def _call(self, path: str, body: dict[str, Any]) -> Any:
        return await asyncio.to_thread(self._owner.call, path, body)


def owner_routes(lock: Lock, bus: LocalBus | RedisBus, index: Index) -> list[BaseRoute]:
    """What the owner does for other commands on its folder; only who can read the lock file may call."""

    async def notices(body: dict[str, Any]) -> Any:
        bus.publish_all([Notice(topic, payload) for topic, payload in body["notices"]])
        return {}

    async def add(body: dict[str, Any]) -> Any:
        await index.add(body["ids"], _unpack(body["vectors"]), body["audience"], body["generation"])
        return {}

    async def remove(body: dict[str, Any]) -> Any:
        await index.remove(body["ids"])
        return {}

    async def nearest(body: dict[str, Any]) -> Any:
        return {"items": await index.nearest(_unpack(body["vectors"]), body["audience"], body["limit"])}

    async def ids(body: dict[str, Any]) -> Any:
        return {"items": sorted(await index.ids(body["audience"]))}

    async def use(body: dict[str, Any]) -> Any:
        await index.use(body["generation"])
        return {}

    def guarded(path: str, act: Any) -> BaseRoute:
        async def endpoint(request: Request) -> Response:
            if not lock.opens(request.headers.get(HEADER, "")):
                raise Problem(403, "forbidden", "Only commands on this server's own data folder may call this.")
            return JsonResponse(await act(await request.json()))

        return Route(path, endpoint, methods=["POST"])

    acts = {"/notices": notices, "/index/add": add, "/index/remove": remove, "/index/nearest": nearest}
    acts |= {"/index/ids": ids, "/index/use": use}
    return [guarded(path, act) for path, act in acts.items()]


def _pack(vectors: Vectors) -> dict[str, Any]:
    array = np.ascontiguousarray(vectors, np.float32)
    return {"shape": list(array.shape), "data": base64.b64encode(array.tobytes()).decode()}


def _unpack(packed: dict[str, Any]) -> Vectors:
    return np.frombuffer(base64.b64decode(packed["data"]), np.float32).reshape(packed["shape"])
