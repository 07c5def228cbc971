"""Notices between processes through Redis. When it is away nothing is lost: readers catch up from the log."""

import asyncio
import logging
import secrets
import threading
from typing import Any

import orjson
import redis
import redis.asyncio

from baton.core.bus import LocalBus, Notice, Subscription

CHANNEL = "baton:notices"
LONGEST_PAUSE_SECONDS = 5.0
ANSWER_SECONDS = 2.0
AGAIN_AFTER_SECONDS = 1.0
MOST_WAITING = 1000
log = logging.getLogger(__name__)


class RedisBus:
    """A LocalBus whose notices go to the other processes too. `channel` separates installations on one server."""

    def __init__(self, url: str, channel: str = CHANNEL) -> None:
        self._url = url
        self._channel = channel
        self._origin = secrets.token_hex(8)
        self._local = LocalBus()
        self._outbox = _Outbox(url, channel, self._origin)

    def publish(self, topic: str, payload: dict[str, Any] | None = None) -> None:
        """One notice, here and in the other processes."""
        self.publish_all([Notice(topic, payload or {})])

    def publish_all(self, notices: list[Notice]) -> None:
        """Several, from any thread, without waiting for Redis. The entries themselves stay in this process."""
        if not notices:
            return
        self._local.publish_all(notices)
        self._outbox.put([[one.topic, {k: v for k, v in one.payload.items() if k != "events"}] for one in notices])

    def subscribe(self, *topics: str) -> Subscription:
        """As LocalBus does."""
        return self._local.subscribe(*topics)

    async def listen(self) -> None:
        """Pass on what other processes publish, until cancelled. After an interruption everybody looks at the log."""
        pause, was_away = 0.1, False
        while True:
            try:
                async with redis.asyncio.Redis.from_url(self._url) as client, client.pubsub() as channel:
                    await channel.subscribe(self._channel)
                    if was_away:
                        self._local.wake_all()
                    pause, was_away = 0.1, True
                    async for message in channel.listen():
                        if message["type"] == "message":
                            self._pass_on(message["data"])
            except (redis.RedisError, OSError) as error:
                log.warning("Redis is away, trying again in %.1f s: %s", pause, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def close(self) -> None:
        """Send what waits, unless Redis hangs."""
        self._outbox.close()

    def _pass_on(self, data: bytes) -> None:
        message = orjson.loads(data)
        if message["origin"] == self._origin:
            return
        self._local.publish_all([Notice(topic, payload) for topic, payload in message["notices"]])
        if message.get("some_lost"):
            self._local.wake_all()


class _Outbox:
    """Sends from a thread of its own, so that a Redis that hangs holds up neither the loop nor the writer.

    What can't wait any longer, or was not taken, is dropped; the next message says that some was lost.
    """

    def __init__(self, url: str, channel: str, origin: str) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS)
        self._channel = channel
        self._origin = origin
        self._waiting: list[list[Any]] = []
        self._some_lost = False
        self._is_closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="redis", daemon=True)
        self._thread.start()

    def put(self, notices: list[list[Any]]) -> None:
        with self._changed:
            if len(self._waiting) >= MOST_WAITING:
                self._waiting.clear()
                self._some_lost = True
            self._waiting += notices
            self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join(2 * ANSWER_SECONDS)
        self._client.close()

    def _run(self) -> None:
        while (message := self._next()) is not None:
            try:
                self._client.publish(self._channel, orjson.dumps(message))
            except redis.RedisError as error:
                self._keep_from_spinning(error, is_first=not message["some_lost"])

    def _next(self) -> dict[str, Any] | None:
        """All that waits, in one message; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._some_lost or self._is_closing)
            if self._is_closing and not self._waiting:
                return None
            message = {"origin": self._origin, "notices": self._waiting, "some_lost": self._some_lost}
            self._waiting, self._some_lost = [], False
            return message

    def _keep_from_spinning(self, error: redis.RedisError, *, is_first: bool) -> None:
        if is_first:
            log.warning("Redis does not take notices; other processes will catch up from the log: %s", error)
        with self._changed:
            self._some_lost = True
            self._changed.wait_for(lambda: self._is_closing, AGAIN_AFTER_SECONDS)
