"""Finds and reads suites: files of rows, and folders of scripted conversations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import yaml
from pydantic import ValidationError

from baton.server.gate.rows import FORMS, BadSuite, Case, Kind, explain, kind_of
from baton.server.gate.scripts import Script

SHIPPED = Path(__file__).parent / "suites"
ROWS, SCRIPTS = (".jsonl",), (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Suite:
    """Rows of one kind. Of `cases` they are `Case`, of `conversations` `Script`, else the objects as they stand."""

    name: str
    kind: Kind
    rows: tuple[Any, ...]


def read_suites(paths: Sequence[Path]) -> list[Suite]:
    """The suites in files and folders; a folder's scripts are one suite of its name. Raises BadSuite."""
    suites = [suite for path in paths for suite in _read(path)]
    names = [suite.name for suite in suites]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise BadSuite(f"Two suites are called {twice}; give one of the files or folders another name.")
    return suites


def _read(path: Path) -> Iterator[Suite]:
    if path.is_dir():
        files = [file for file in sorted(path.rglob("*")) if file.is_file()]
        if not any(file.suffix in ROWS + SCRIPTS for file in files):
            raise BadSuite(f"{path} has no suite: neither .jsonl nor .yaml files are in it.")
        yield from (read_rows(file) for file in files if file.suffix in ROWS)
        for folder in dict.fromkeys(file.parent for file in files if file.suffix in SCRIPTS):
            scripts = [file for file in files if file.parent == folder and file.suffix in SCRIPTS]
            yield Suite(folder.name, "conversations", tuple(map(read_script, scripts)))
    elif not path.is_file():
        raise BadSuite(f"The suite {path} does not exist. Correct evaluation.suites.")
    elif path.suffix in SCRIPTS:
        yield Suite(path.stem, "conversations", (read_script(path),))
    elif path.suffix in ROWS:
        yield read_rows(path)
    else:
        raise BadSuite(f"{path} is no suite: rows are in .jsonl files, scripted conversations in .yaml files.")


def read_rows(file: Path) -> Suite:
    """A file of rows, all of the kind of the first. Raises BadSuite naming the line."""
    kind: Kind | None = None
    rows: list[Any] = []
    for number, line in enumerate(file.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        row = _object(line, f"{file}, line {number}")
        kind = kind or kind_of(row)
        if kind is None or kind_of(row) != kind:
            raise BadSuite(f"{file}, line {number}: {_unlike(kind)}")
        rows.append(_checked(kind, row, f"{file}, line {number}"))
    if kind is None:
        raise BadSuite(f"{file} has no rows.")
    if kind == "cases":
        _refuse_twins(file, rows)
    return Suite(file.stem, kind, tuple(rows))


def read_script(file: Path) -> Script:
    """A scripted conversation. Raises BadSuite naming the line, or the key."""
    try:
        values = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadSuite(f"{file} is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(values, dict):
        raise BadSuite(f"{file} must hold a script with `turns` and `ends`.")
    try:
        return Script.model_validate(values | {"name": file.stem})
    except ValidationError as error:
        raise BadSuite(f"{file}: {explain(error)}.") from error


def _object(line: bytes, where: str) -> dict[str, Any]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadSuite(f"{where} is not JSON: {error}.") from error
    if not isinstance(row, dict):
        raise BadSuite(f"{where} is not an object.")
    return row


def _checked(kind: Kind, row: dict[str, Any], where: str) -> Any:
    try:
        form = FORMS[kind].model_validate(row)
    except ValidationError as error:
        raise BadSuite(f"{where}: {explain(error)}.") from error
    return form if isinstance(form, Case) else row


def _unlike(kind: Kind | None) -> str:
    if kind is None:
        return (
            "the row is of no known form. A case has `says`, a row of retrieval or decisions `query`, of mood "
            "`message`, of tasks `text`."
        )
    return f"the row is of another form than the first, which is one of {kind}. Give each kind a file of its own."


def _refuse_twins(file: Path, cases: Sequence[Case]) -> None:
    ids = [case.id for case in cases]
    if twice := next((id for id in ids if ids.count(id) > 1), None):
        raise BadSuite(f"{file}: two cases have the id {twice}.")
