"""Notices that there is something new. They are hints: readers catch up from the log, so losing one loses nothing."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol

MOST_WAITING = 1000
WAKE = "wake"
"""The topic of a notice that reaches every subscription: some may have been lost, so look at the log."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something new under a topic. `payload` stays small; in this process it may carry the new entries themselves."""

    topic: str
    payload: dict[str, Any] = field(default_factory=dict)


class Subscription:
    """The notices of some topics, in order. When too many wait the oldest go, and `missed` tells the reader."""

    def __init__(self, bus: "LocalBus", topics: Iterable[str]) -> None:
        self._bus = bus
        self._topics: set[str] = set(topics)
        self._waiting: deque[Notice] = deque()
        self._reader: asyncio.Future[None] | None = None
        self.missed = False

    async def __aenter__(self) -> "Subscription":
        for topic in self._topics:
            self._bus.attach(topic, self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for topic in list(self._topics):
            self.leave(topic)

    def join(self, topic: str) -> None:
        """Follow one more topic from now on."""
        self._topics.add(topic)
        self._bus.attach(topic, self)

    def leave(self, topic: str) -> None:
        """Follow a topic no longer."""
        self._topics.discard(topic)
        self._bus.detach(topic, self)

    def put(self, notice: Notice) -> None:
        """Called by the bus, in the loop's thread."""
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.popleft()
            self.missed = True
        self._waiting.append(notice)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    @property
    def is_empty(self) -> bool:
        """Whether the next notice is still to come."""
        return not self._waiting

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> Notice:
        while not self._waiting:
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        return self._waiting.popleft()


class Bus(Protocol):
    """What the writer and the readers of notices need."""

    def publish(self, topic: str, payload: dict[str, Any] | None = None) -> None: ...
    def publish_all(self, notices: list[Notice]) -> None: ...
    def subscribe(self, *topics: str) -> Subscription: ...


class LocalBus:
    """Notices within one process. Publishing is safe from any thread; subscribing belongs to the loop."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._subscribers: dict[str, set[Subscription]] = {}

    def publish(self, topic: str, payload: dict[str, Any] | None = None) -> None:
        """One notice to whoever follows `topic` now."""
        self.publish_all([Notice(topic, payload or {})])

    def publish_all(self, notices: list[Notice]) -> None:
        """Several, in one hop to the loop. Before anybody has subscribed there is nobody to tell."""
        if self._loop is None or self._loop.is_closed() or not notices:
            return
        try:
            running: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            running = None
        if running is self._loop:
            self._deliver(notices)
        else:
            self._loop.call_soon_threadsafe(self._deliver, notices)

    def subscribe(self, *topics: str) -> Subscription:
        """Follow `topics`: `async with bus.subscribe("inbox") as notices: async for notice in notices`."""
        self._loop = asyncio.get_running_loop()
        return Subscription(self, topics)

    def wake_all(self) -> None:
        """Tell every subscription, once, that notices may have been lost."""
        for subscription in {one for followers in self._subscribers.values() for one in followers}:
            subscription.put(Notice(WAKE))

    def attach(self, topic: str, subscription: Subscription) -> None:
        self._subscribers.setdefault(topic, set()).add(subscription)

    def detach(self, topic: str, subscription: Subscription) -> None:
        followers = self._subscribers.get(topic)
        if followers is None:
            return
        followers.discard(subscription)
        if not followers:
            del self._subscribers[topic]

    def close(self) -> None:
        """There is nothing to let go of."""

    def _deliver(self, notices: list[Notice]) -> None:
        for notice in notices:
            for subscription in tuple(self._subscribers.get(notice.topic, ())):
                subscription.put(notice)
