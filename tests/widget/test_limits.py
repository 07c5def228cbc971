"""How much a visitor and an address may send, with a clock that is set."""

import pytest

from baton.widget.limits import Buckets, Limits
from baton.widget.settings import WidgetSettings


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_is_used_up_says_when_to_come_again_and_fills_with_time() -> None:
    clock = Clock()
    buckets = Buckets(2, 0.5, clock)
    assert [buckets.take("a"), buckets.take("a"), buckets.take("a")] == [0, 0, 2]
    clock.now += 2
    assert [buckets.take("a"), buckets.take("a")] == [0, 2]


def test_when_there_are_too_many_the_one_not_used_the_longest_is_forgotten_and_no_other() -> None:
    buckets = Buckets(1, 1, Clock(), most=3)
    for name in ("a", "b", "c"):
        assert buckets.take(name) == 0
    assert buckets.take("a") == 1

    assert buckets.take("d") == 0
    assert [buckets.take("a"), buckets.take("c"), buckets.take("d")] == [1, 1, 1]
    assert buckets.take("b") == 0


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("unix-socket", "unix-socket", True),
        ("127.0.0.1", "127.0.0.1", False),
        ("::1", "::1", False),
        (None, None, False),
    ],
)
def test_one_address_has_one_allowance(one: str | None, other: str | None, is_same: bool) -> None:
    limits = Limits(WidgetSettings(address_burst=5, address_per_second=1), Clock())
    for number in range(5):
        assert limits.take_frame(f"visitor-{number}", one) == 0
    assert (limits.take_frame("another", other) > 0) is is_same
