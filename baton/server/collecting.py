"""How often the interpreter looks for garbage that refers to itself: seldom, and never among what start-up made."""

import gc

ALLOCATIONS_BETWEEN = 50_000
"""The interpreter's default is 700, which one batch of messages allocates. At 500 conversations p99 halves."""


def collect_seldom() -> None:
    """Call once everything is open: what lives now, tens of megabytes of modules, is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS_BETWEEN, 10, 10)
