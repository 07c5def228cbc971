"""`baton add`, `documents`, `remove`, `reindex`: the library from the command line, beside a server or without one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from sqlalchemy import Connection, select

from baton.core.errors import NotFound
from baton.core.log import Author
from baton.knowledge.arrivals import Arrival, from_path, unread
from baton.knowledge.catalogue import Item
from baton.knowledge.library import DOCUMENTS, Receipt
from baton.knowledge.reading.blocks import Unreadable
from baton.knowledge.rebuilding import rebuild, reconcile
from baton.server.ground import open_ground
from baton.server.knowledge import Knowledge
from baton.server.options import (
    USUAL_DATA,
    ConfigOption,
    DataOption,
    JsonOption,
    Options,
    errors,
    read_options,
)
from baton.server.owner import find_owner

LOOK_SECONDS = 0.2
LISTED = ("id", "external_id", "title", "source", "status", "error", "chunks", "audience", "version")


def register(app: typer.Typer) -> None:
    app.command("add")(add)
    app.command("documents")(list_documents)
    app.command("remove")(remove)
    app.command("reindex")(reindex)


def add(
    source: Annotated[list[str], typer.Argument(metavar="PATH|URL…", help="Files, folders, pages or sites.")],
    config: ConfigOption = None,
    data: DataOption = USUAL_DATA,
    as_json: JsonOption = False,
) -> None:
    """Read, divide and index. An address is read with the pages of its site that it leads to."""
    options = read_options(config, data, as_json)
    for path in (Path(one) for one in source if not _is_address(one)):
        _check_path(path)
    items = asyncio.run(_add(options, source))
    failed = [item for item in items if item["status"] == "failed"]
    for item in failed:
        errors.print(f"{item['source']}: {item['error']}", style="red", markup=False, soft_wrap=True, highlight=False)
    said = f"{len(items) - len(failed)} documents indexed, {len(failed)} failed."
    options.answer({"items": [_listed(item) for item in items]}, said)
    if failed:
        raise typer.Exit(1)


async def _add(options: Options, sources: list[str]) -> list[Item]:
    async with _open(options) as knowledge:
        receipts: list[Receipt] = []
        started = knowledge.now()
        for source in sources:
            if _is_address(source):
                receipts.append(await knowledge.documents.add_address(source, Author.system(), follow=True))
            else:
                arrivals = read_arrivals(Path(source))
                receipts += [receipt async for receipt in knowledge.documents.add(arrivals, Author.system())]
        with _progress(options) as progress:
            return await _until_read(knowledge, {receipt.id for receipt in receipts}, started, progress)


def _is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def _check_path(path: Path) -> None:
    """Before anything is taken in, so that a slip of the pen leaves no half of it behind. Raises NotFound."""
    if not path.exists():
        raise NotFound(f"{path} does not exist. Give a file, a folder or an address that begins with https://.")


def read_arrivals(path: Path) -> Iterator[Arrival]:
    """The documents of a file, or of every file below a folder."""
    if path.is_file():
        yield from _read_file(path, None)
        return
    for file in sorted(path.rglob("*")):
        is_hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if file.is_file() and not is_hidden:
            yield from _read_file(file, path)


def _read_file(file: Path, root: Path | None) -> Iterator[Arrival]:
    try:
        content = file.read_bytes()
    except OSError as error:
        sentence = f"The file can't be opened: {error.strerror}. Check that you may read it."
        yield unread(f"path:{file.resolve()}", str(file), file.name, Unreadable("unreadable", sentence))
        return
    yield from from_path(file, content, root)


async def _until_read(knowledge: Knowledge, ids: set[str], started: datetime, progress: Progress) -> list[Item]:
    """Wait until these, and what they led to, are read; meanwhile show how many are."""
    task = progress.add_task("Indexing", total=max(len(ids), 1))
    while True:
        items = await knowledge.read(lambda connection: _changed_since(connection, ids, started))
        waiting = sum(item["status"] in ("queued", "reading") for item in items)
        progress.update(task, total=max(len(items), 1), completed=len(items) - waiting)
        if not waiting:
            return items
        await asyncio.sleep(LOOK_SECONDS)


def _changed_since(connection: Connection, ids: set[str], started: datetime) -> list[Item]:
    """The documents that were named, and any that a site brought along meanwhile."""
    columns = [DOCUMENTS.c[name] for name in LISTED]
    query = select(*columns, DOCUMENTS.c.created_at).where(DOCUMENTS.c.created_at >= started)
    found = {row["id"]: dict(row) for row in connection.execute(query).mappings()}
    missing = sorted(ids - found.keys())
    for start in range(0, len(missing), 500):
        some = select(*columns).where(DOCUMENTS.c.id.in_(missing[start : start + 500]))
        found |= {row["id"]: dict(row) for row in connection.execute(some).mappings()}
    return list(found.values())


def list_documents(config: ConfigOption = None, data: DataOption = USUAL_DATA, as_json: JsonOption = False) -> None:
    """Every document, failed ones included."""
    options = read_options(config, data, as_json)
    columns = [DOCUMENTS.c[name] for name in LISTED]
    with open_ground(options.config, options.data) as ground:
        query = select(*columns).order_by(DOCUMENTS.c.created_at, DOCUMENTS.c.id)
        items = [dict(row) for row in ground.database.read_sync(lambda c: c.execute(query).mappings().all())]
    table = Table("id", "title", "status", "chunks", "audience", "error")
    for item in items:
        cells = (item["id"], item["title"], item["status"], str(item["chunks"]), item["audience"], item["error"] or "")
        table.add_row(*cells)
    options.answer({"items": items}, table)


def remove(
    id: Annotated[list[str], typer.Argument(metavar="ID…", help="Ids, or external ids, of documents.")],
    config: ConfigOption = None,
    data: DataOption = USUAL_DATA,
    as_json: JsonOption = False,
) -> None:
    """Delete documents with all that was made of them."""
    options = read_options(config, data, as_json)
    removed = asyncio.run(_remove(options, id))
    options.answer({"removed": removed}, f"{len(removed)} removed.")


async def _remove(options: Options, names: list[str]) -> list[str]:
    async with _open(options, indexing=False) as knowledge:
        ids = [await knowledge.read(lambda connection, name=name: _find(connection, name)) for name in names]  # type: ignore[misc]
        for document in ids:
            await knowledge.documents.remove(document, Author.system())
        return ids


def _find(connection: Connection, name: str) -> str:
    either = (DOCUMENTS.c.id == name) | (DOCUMENTS.c.external_id == name)
    found = connection.execute(select(DOCUMENTS.c.id).where(either)).scalars().first()
    if found is None:
        raise NotFound(f"There is no document {name}. `baton documents` lists them.")
    return str(found)


def reindex(config: ConfigOption = None, data: DataOption = USUAL_DATA, as_json: JsonOption = False) -> None:
    """Rebuild the index beside the old one from the chunk table, and swap."""
    options = read_options(config, data, as_json)
    report = asyncio.run(_reindex(options))
    options.answer(report, f"{report['chunks']} chunks indexed again; generation {report['generation']} is searched.")


async def _reindex(options: Options) -> dict[str, int]:
    async with _open(options, indexing=False) as knowledge:
        parts = (knowledge.database, knowledge.writer, knowledge.index, knowledge.lexical)
        report = await rebuild(*parts)
        await reconcile(*parts)
        return report


@asynccontextmanager
async def _open(options: Options, *, indexing: bool = True) -> AsyncIterator[Knowledge]:
    """The knowledge base; without a server on the folder this command indexes by itself."""
    with open_ground(options.config, options.data) as ground:
        knowledge = Knowledge(ground, serving=False)
        is_alone = indexing and find_owner(options.data) is None
        async with knowledge.open(), asyncio.TaskGroup() as tasks:
            working = tasks.create_task(knowledge.run()) if is_alone else None
            yield knowledge
            if working is not None:
                working.cancel()


def _progress(options: Options) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=errors, disable=options.as_json, transient=True)


def _listed(item: Item) -> dict[str, Any]:
    return {name: item[name] for name in LISTED}
