"""Notices between processes through Redis. When it is away nothing is lost: readers catch up from the log."""

import asyncio
import logging
import secrets
from typing import Any

import orjson
import redis
import redis.asyncio

from baton.core.bus import LocalBus, Notice, Subscription

CHANNEL = "baton:notices"
LONGEST_PAUSE_SECONDS = 5.0
log = logging.getLogger(__name__)


class RedisBus:
    """A LocalBus whose notices go to the other processes too. `channel` separates installations on one server."""

    def __init__(self, url: str, channel: str = CHANNEL) -> None:
        self._url = url
        self._channel = channel
        self._origin = secrets.token_hex(8)
        self._local = LocalBus()
        self._client = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)

    def publish(self, topic: str, payload: dict[str, Any] | None = None) -> None:
        """One notice, here and in the other processes."""
        self.publish_all([Notice(topic, payload or {})])

    def publish_all(self, notices: list[Notice]) -> None:
        """Several, in one message. The entries themselves stay in this process; others read them from the log."""
        if not notices:
            return
        self._local.publish_all(notices)
        bare = [[notice.topic, {k: v for k, v in notice.payload.items() if k != "events"}] for notice in notices]
        try:
            self._client.publish(self._channel, orjson.dumps({"origin": self._origin, "notices": bare}))
        except redis.RedisError as error:
            log.warning("Redis did not take a notice; other processes will catch up from the log: %s", error)

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
        self._client.close()

    def _pass_on(self, data: bytes) -> None:
        message = orjson.loads(data)
        if message["origin"] != self._origin:
            self._local.publish_all([Notice(topic, payload) for topic, payload in message["notices"]])
