"""`baton doctor`: what is wrong here, and what to do about it."""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass

import redis
import typer
from sqlalchemy import Connection, func, select, text

from baton.assistant.providers.settings import EXTRACTIVE
from baton.core.database import Database, open_database
from baton.core.errors import BatonError
from baton.core.staff import STAFF
from baton.knowledge import minilm
from baton.knowledge.index import Index, IndexInUse, NoIndex, open_folder, open_server
from baton.knowledge.library import DOCUMENTS
from baton.knowledge.passages import ids_of
from baton.knowledge.rebuilding import count_missing, generation_of
from baton.knowledge.records import PUBLIC
from baton.server.knowledge import INDEX_FOLDER
from baton.server.lacking import find_lacking
from baton.server.options import USUAL_DATA, ConfigOption, DataOption, JsonOption, Options, console, read_options
from baton.server.owner import find_owner
from baton.server.remote_index import RemoteIndex
from baton.server.schema import HEAD, version_of
from baton.widget.origins import is_listed, line_to_add, refused_origins


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `advice` says what to do when it is not well."""

    check: str
    ok: bool
    detail: str
    advice: str | None = None


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor(config: ConfigOption = None, data: DataOption = USUAL_DATA, as_json: JsonOption = False) -> None:
    """Check configuration, database, index, bus, model and refused origins; exit 1 when something is wrong."""
    options = read_options(config, data, as_json)
    findings = [Finding("configuration", True, "Every setting is known and allowed."), *_examine(options)]
    well = all(finding.ok for finding in findings)
    options.answer({"ok": well, "findings": [asdict(finding) for finding in findings]})
    if not as_json:
        for finding in findings:
            mark, style = ("ok", "green") if finding.ok else ("!!", "red")
            console.print(f"{mark}  {finding.check}: {finding.detail}", style=style, markup=False, highlight=False)
            if finding.advice:
                console.print(f"    {finding.advice}", markup=False, highlight=False)
    if not well:
        raise typer.Exit(1)


def _examine(options: Options) -> Iterator[Finding]:
    yield _folder(options)
    yield _server(options)
    database = open_database(options.config.database.url, options.data)
    try:
        yield from _database(options, database)
    except Exception as error:  # noqa: BLE001 - whatever is wrong is the finding
        yield Finding("database", False, f"{type(error).__name__}: {error}", "Check database.url and that it runs.")
    finally:
        database.close()
    yield _bus(options)
    yield _embedding()
    yield from _models(options)


def _folder(options: Options) -> Finding:
    writable = os.access(options.data, os.W_OK) if options.data.exists() else True
    advice = None if writable else f"Let this user write to {options.data}, or name another folder with --data."
    return Finding("data folder", writable, f"{options.data} {'can' if writable else 'can not'} be written.", advice)


def _server(options: Options) -> Finding:
    owner = find_owner(options.data)
    running = (
        f"Process {owner.pid} serves this folder at {owner.address}." if owner else "No server runs on this folder."
    )
    return Finding("server", True, running)


def _database(options: Options, database: Database) -> Iterator[Finding]:
    database.read_sync(lambda connection: connection.execute(text("SELECT 1")))
    version = version_of(database)
    lacking = database.read_sync(find_lacking) if version == HEAD else []
    current = not lacking and (version == HEAD or (version is None and database.dialect == "sqlite"))
    detail = f"{database.dialect} answers; schema {version or 'not made yet'}, this Baton needs {HEAD}."
    detail += f" It lacks {', '.join(lacking)}." if lacking else ""
    yield Finding("database", current, detail, None if current else "Run `baton migrate`.")
    if version == HEAD and current:
        yield from database.read_sync(lambda connection: [check(connection) for check in _CONTENT])
        yield from database.read_sync(lambda connection: list(_specialists(options, connection)))
        yield _origins(database.read_sync(refused_origins), options.config.widget.origins)
        yield _index(options, database)


def _specialists(options: Options, connection: Connection) -> Iterator[Finding]:
    """Task types whose own sources fit nothing: they can't answer anything."""
    for name, policy in options.config.assistant.tasks.items():
        if policy.sources and not ids_of(connection, policy.sources, {PUBLIC}, limit=50):
            detail = f"“{name}” is answered from its own sources, and no document that visitors may see fits them."
            yield Finding("task type", False, detail, f"Correct assistant.tasks.{name}.sources, or add the documents.")


def _index(options: Options, database: Database) -> Finding:
    """Whether what is searched holds every chunk; asked of the server, when one runs on this folder."""
    try:
        missing = asyncio.run(_count_missing(options, database))
    except IndexInUse as error:
        return Finding("index", True, str(error))
    except Exception as error:  # noqa: BLE001 - whatever is wrong is the finding
        advice = "Correct knowledge.index_url and see that the Chroma server runs."
        if not options.config.knowledge.index_url:
            advice = f"Stop the server, delete {options.data / INDEX_FOLDER} and run `baton reindex`: nothing is lost."
        return Finding("index", False, f"{type(error).__name__}: {error}", advice)
    if missing:
        return Finding("index", False, f"{missing} chunks are not in it.", "Run `baton reindex`.")
    return Finding("index", True, "Every chunk is in it.")


async def _count_missing(options: Options, database: Database) -> int:
    index = _open_index(options, database)
    try:
        return await count_missing(database, index)
    finally:
        await index.close()


def _open_index(options: Options, database: Database) -> Index:
    generation, owner = database.read_sync(generation_of), find_owner(options.data)
    if options.config.knowledge.index_url:
        return open_server(options.config.knowledge.index_url, generation)
    folder = options.data / INDEX_FOLDER
    if owner is None and not folder.exists():
        return NoIndex()
    return RemoteIndex(owner) if owner else open_folder(folder, generation)


def _staff(connection: object) -> Finding:
    count = connection.execute(select(func.count()).select_from(STAFF).where(STAFF.c.active)).scalar_one()  # type: ignore[attr-defined]
    advice = None if count else "Nobody can take a conversation over. Add somebody: baton staff add EMAIL --role agent"
    return Finding("staff", bool(count), f"{count} active.", advice)


def _documents(connection: object) -> Finding:
    query = select(DOCUMENTS.c.status, func.count()).group_by(DOCUMENTS.c.status)
    counts = {status: number for status, number in connection.execute(query)}  # type: ignore[attr-defined]
    failed = counts.get("failed", 0)
    said = ", ".join(f"{number} {status}" for status, number in sorted(counts.items())) or "none yet"
    advice = "`baton documents` says why each failed." if failed else None
    return Finding("documents", not failed, said + ".", advice)


_CONTENT: tuple[Callable[[object], Finding], ...] = (_staff, _documents)


def _origins(remembered: Iterable[str], allowed: list[str]) -> Finding:
    """Websites that were refused and still would be."""
    refused = [origin for origin in remembered if not is_listed(origin, allowed)]
    if not refused:
        return Finding("origins", True, "No website was refused that isn't allowed by now.")
    advice = f"If they are yours, let config.yaml say: {line_to_add(*allowed, *refused)}"
    return Finding("origins", False, f"Refused: {', '.join(refused)}.", advice)


def _bus(options: Options) -> Finding:
    url = options.config.bus.url
    if url == "local":
        return Finding("bus", True, "Local: one process.")
    try:
        redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2).ping()
    except redis.RedisError as error:
        return Finding("bus", False, f"Redis does not answer: {error}.", "Start it, or correct bus.url.")
    return Finding("bus", True, "Redis answers.")


def _embedding() -> Finding:
    try:
        minilm.model_folder()
    except BatonError as error:
        return Finding("embedding", False, str(error), "Run scripts/setup again; until then search is by words only.")
    return Finding("embedding", True, "The local model's weights are there.")


def _models(options: Options) -> Iterator[Finding]:
    providers = options.config.assistant.providers
    for name in providers.chain:
        if name == EXTRACTIVE:
            yield Finding("model extractive", True, "Quotes the help pages; needs no key.")
            continue
        variable = providers.models[name].key_variable
        there = variable is None or bool(os.environ.get(variable, "").strip())
        detail = f"{providers.models[name].model} at {providers.models[name].address}; " + (
            "no key needed." if variable is None else f"{variable} is {'set' if there else 'not set'}."
        )
        advice = None if there else f"Set {variable} in the server's environment, or take {name} out of the chain."
        yield Finding(f"model {name}", there, detail, advice)
