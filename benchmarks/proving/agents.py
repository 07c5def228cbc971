"""Agents who accept, take over, write, give back and resolve, and try again under the same id when the server dies."""

import asyncio
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx2

from benchmarks.proving.tally import Tally


@dataclass(slots=True)
class Agent:
    """One agent. `acked` is what the server promised: (conversation, client_id) to seq."""

    http: httpx2.AsyncClient
    random: random.Random
    tally: Tally
    conversations: Callable[[], list[str]]
    acked: dict[tuple[str, str], int] = field(default_factory=dict)

    async def live(self, until: asyncio.Event) -> None:
        """Help one conversation after the other until told to stop."""
        while not until.is_set():
            try:
                await self._help()
            except httpx2.HTTPError:
                await asyncio.sleep(0.2)
            await asyncio.sleep(self.random.expovariate(6))

    async def _help(self) -> None:
        conversation = await self._get_one()
        if conversation is None:
            return
        for _ in range(self.random.randint(0, 3)):
            await self._write(conversation)
            await asyncio.sleep(self.random.expovariate(12))
        await self._let_go(conversation)

    async def _get_one(self) -> str | None:
        """Take any conversation over, or accept one that waits."""
        known = self.conversations()
        if known and self.random.random() < 0.7:
            chosen = self.random.choice(known)
            answer = await self._post(f"/conversations/{chosen}/take")
            self.tally.counts["takeovers"] += answer.status_code == 200
            return chosen if answer.status_code == 200 else None
        listed = await self.http.get("/api/v1/handoffs", params={"status": "waiting"})
        waiting = listed.json()["items"] if listed.status_code == 200 else []
        if not waiting:
            return None
        chosen = self.random.choice(waiting)
        answer = await self._post(f"/handoffs/{chosen['id']}/accept")
        self.tally.counts["accepts"] += answer.status_code == 200
        return str(chosen["conversation"]) if answer.status_code == 200 else None

    async def _write(self, conversation: str) -> None:
        client_id = str(uuid.uuid4())
        text = f"A person here, reference {client_id}."
        for _ in range(40):
            try:
                path = f"/conversations/{conversation}/messages"
                answer = await self._post(path, client_id=client_id, text=text)
            except httpx2.HTTPError:
                await asyncio.sleep(0.2)
                continue
            if answer.status_code in (200, 201):
                self.acked[conversation, client_id] = answer.json()["seq"]
            if answer.status_code < 500:
                return

    async def _let_go(self, conversation: str) -> None:
        found = await self.http.get("/api/v1/handoffs", params={"status": "accepted", "limit": 500})
        mine = [one for one in found.json()["items"] if one["conversation"] == conversation]
        for handoff in mine:
            if self.random.random() < 0.7:
                await self._post(f"/handoffs/{handoff['id']}/return", note="Given back.")
            else:
                await self._post(f"/handoffs/{handoff['id']}/resolve", outcome="confirmed")

    async def _post(self, path: str, **body: object) -> httpx2.Response:
        return await self.http.post(f"/api/v1{path}", json=body)
