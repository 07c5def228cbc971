"""Notices within a process: to who follows, in order, from any thread, and bounded."""

import asyncio
import threading

from baton.core.bus import MOST_WAITING, WAKE, LocalBus, Notice, Subscription


async def received(subscription: Subscription, count: int) -> list[Notice]:
    async with asyncio.timeout(10):
        return [await anext(subscription) for _ in range(count)]


async def test_a_notice_reaches_who_follows_its_topic_and_nobody_else() -> None:
    bus = LocalBus()
    async with bus.subscribe("inbox", "staff") as mine, bus.subscribe("turns") as other:
        bus.publish("inbox", {"n": 1})
        bus.publish("turns", {"n": 2})
        bus.publish("staff", {"n": 3})
        assert [notice.payload["n"] for notice in await received(mine, 2)] == [1, 3]
        assert [notice.payload["n"] for notice in await received(other, 1)] == [2]


async def test_what_another_thread_publishes_arrives_in_order() -> None:
    bus = LocalBus()
    async with bus.subscribe("inbox") as mine:

        def speak() -> None:
            for number in range(100):
                bus.publish("inbox", {"n": number})

        thread = threading.Thread(target=speak)
        thread.start()
        assert [notice.payload["n"] for notice in await received(mine, 100)] == list(range(100))
        thread.join()


async def test_a_slow_reader_loses_the_oldest_and_is_told() -> None:
    bus = LocalBus()
    async with bus.subscribe("inbox") as mine:
        bus.publish_all([Notice("inbox", {"n": n}) for n in range(MOST_WAITING)])
        before = mine.missed
        bus.publish("inbox", {"n": MOST_WAITING})
        assert (before, mine.missed) == (False, True)
        assert (await anext(mine)).payload == {"n": 1}


async def test_a_topic_can_be_joined_and_left() -> None:
    bus = LocalBus()
    async with bus.subscribe() as mine:
        bus.publish("inbox", {"n": 1})
        mine.join("inbox")
        bus.publish("inbox", {"n": 2})
        mine.leave("inbox")
        bus.publish("inbox", {"n": 3})
        mine.join("staff")
        bus.publish("staff", {"n": 4})
        assert [notice.payload["n"] for notice in await received(mine, 2)] == [2, 4]


async def test_everybody_is_woken_once_whatever_they_follow() -> None:
    bus = LocalBus()
    async with bus.subscribe("inbox", "staff") as mine:
        bus.wake_all()
        bus.publish("staff")
        assert [notice.topic for notice in await received(mine, 2)] == [WAKE, "staff"]


async def test_who_has_left_is_told_nothing_and_publishing_to_nobody_is_fine() -> None:
    bus = LocalBus()
    bus.publish("inbox")
    async with bus.subscribe("inbox") as mine:
        pass
    bus.publish("inbox")
    mine.put(Notice("direct"))
    assert (await anext(mine)).topic == "direct"
