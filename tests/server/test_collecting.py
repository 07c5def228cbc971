"""The collector passes over what was there before, and still finds what comes after."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from baton.server.collecting import collect_seldom


class Knot:
    """Refers to itself, so that only the collector can free it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("collector")
def test_what_start_up_made_is_left_alone_and_later_garbage_is_found() -> None:
    early = Knot()
    seen_early = weakref.ref(early)
    collect_seldom()
    late = Knot()
    seen_late = weakref.ref(late)
    del early, late
    gc.collect()
    assert seen_early() is not None
    assert seen_late() is None
