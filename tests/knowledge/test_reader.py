"""The child process: limits that hold, and a parent that goes on after whatever happened to it."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from baton.knowledge.reading.blocks import Reading, Unreadable
from baton.knowledge.reading.reader import Limits, Reader

DEEP = b"<html><body>" + b"<div><table><tr><td>" * 60_000 + b"end"


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    reader = Reader(Limits(seconds=20, memory_mb=512, megabytes=2))
    yield reader
    await reader.close()


async def test_several_files_are_read_one_after_the_other(reader: Reader) -> None:
    results = await asyncio.gather(*(reader.read(f"Text {n}.".encode(), "text", f"T{n}") for n in range(5)))
    assert [result.title for result in results if isinstance(result, Reading)] == ["T0", "T1", "T2", "T3", "T4"]


async def test_empty_and_oversized_files_never_reach_the_child(reader: Reader) -> None:
    empty = await reader.read(b" \n\t", "text", "T")
    large = await reader.read(b"a" * 2_000_001, "text", "T")
    assert isinstance(empty, Unreadable)
    assert isinstance(large, Unreadable)
    assert (empty.code, large.code) == ("empty", "too_large")
    assert "2 MB" in large.sentence


async def test_file_that_takes_too_long_is_given_up_and_the_next_one_is_read() -> None:
    reader = Reader(Limits(seconds=0, memory_mb=512))
    assert await reader.read(b"Text.", "text", "T") == Unreadable(
        "too_slow", "Reading that file took longer than 0 seconds. Split it, or add a simpler version."
    )
    patient = Reader(Limits(seconds=20, memory_mb=512))
    assert isinstance(await patient.read(b"Text.", "text", "T"), Reading)
    await asyncio.gather(reader.close(), patient.close())


async def test_child_that_is_killed_is_replaced(reader: Reader) -> None:
    await reader.read(b"Text.", "text", "T")
    assert reader.child_pid is not None
    os.kill(reader.child_pid, signal.SIGKILL)
    results = [await reader.read(b"Text.", "text", "T") for _ in range(2)]
    assert isinstance(results[-1], Reading)


async def test_page_nested_beyond_reason_does_not_stop_the_reader(reader: Reader) -> None:
    await reader.read(DEEP, "html", "T")
    assert isinstance(await reader.read(b"Text.", "text", "T"), Reading)


async def test_child_has_no_secrets_and_a_bounded_memory(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATON_ASSISTANT__KEY", "secret")
    await reader.read(b"Text.", "text", "T")
    environment, bounds = await asyncio.to_thread(_look_at, reader.child_pid)
    assert b"secret" not in environment
    assert bounds["Max address space"] == str(512 * 1024 * 1024)
    assert bounds["Max file size"] == "0"


async def test_cancelled_reading_leaves_no_half_answer_for_the_next(reader: Reader) -> None:
    reading = asyncio.create_task(reader.read(b"<p>First.</p>" * 50_000, "html", "First"))
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    result = await reader.read(b"Second.", "text", "Second")
    assert isinstance(result, Reading)
    assert result.title == "Second"


def _look_at(process: int | None) -> tuple[bytes, dict[str, str]]:
    """The environment and the limits of a process."""
    folder = Path("/proc") / str(process)
    lines = folder.joinpath("limits").read_text().splitlines()[1:]
    return folder.joinpath("environ").read_bytes(), {line[:26].strip(): line[26:].split()[0] for line in lines}
