"""What replay and backtest share: a judge over the knowledge as it is, a bar of progress, rows to a file."""

import os
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import orjson
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from baton.assistant.judging import Judge
from baton.assistant.turns import open_provider
from baton.core.errors import BatonError
from baton.server.ground import Ground
from baton.server.knowledge import Knowledge
from baton.server.options import Options, errors

T = TypeVar("T")


@asynccontextmanager
async def open_judge(ground: Ground) -> AsyncIterator[Judge]:
    """By the settings of `ground`, which may be others than this installation's: nothing is applied or repaired. Beside
    a server the index is asked through its owner."""
    settings, brand = ground.config.assistant, ground.config.widget.brand.name
    knowledge = Knowledge(ground, serving=False)
    async with knowledge.open(as_it_is=True), open_provider(settings, os.environ) as provider:
        yield await knowledge.open_judge(provider, settings, brand)


async def collect(found: AsyncIterator[T], count: int, doing: str, options: Options) -> list[T]:
    """All of them, with a bar for people meanwhile."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=errors, disable=options.as_json, transient=True) as progress:
        task, collected = progress.add_task(doing, total=count), []
        async for one in found:
            collected.append(one)
            progress.advance(task)
    return collected


def write_rows(file: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """One JSON document a line. Raises BatonError where the file can't be written."""
    try:
        file.write_bytes(b"".join(orjson.dumps(row, option=orjson.OPT_UTC_Z) + b"\n" for row in rows))
    except OSError as error:
        raise BatonError(f"--out: {file} can't be written: {error.strerror}. Name another file.") from error
