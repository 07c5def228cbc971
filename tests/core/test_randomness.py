"""Random bytes are never given out twice, by whichever thread or process."""

import os
from concurrent.futures import ThreadPoolExecutor

from baton.core.randomness import BLOCK_BYTES, random_bytes


def test_no_bytes_are_given_out_twice_across_blocks_and_threads() -> None:
    with ThreadPoolExecutor(4) as threads:
        drawn = list(threads.map(lambda _: random_bytes(16), range(2000)))
    assert all(len(each) == 16 for each in drawn)
    assert len(set(drawn)) == 2000 > BLOCK_BYTES // 16


def test_a_forked_child_draws_its_own() -> None:
    random_bytes(16)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, random_bytes(16))
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reading, 16)
    os.close(reading)
    os.close(writing)
    assert theirs != random_bytes(16)
