"""Baton and the bare group-commit server, each fresh in a folder of its own."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.load.processes import Server, baton_command, free_port, running

WITHOUT_LIMITS = {
    "BATON_WIDGET__MESSAGES_BURST": "1000000000",
    "BATON_WIDGET__MESSAGES_PER_SECOND": "1000000",
    "BATON_HANDOFF__NOBODY_ON_DUTY_SECONDS": "0",
    "BATON_SERVER__LOG_LEVEL": "error",
}
"""One address sends all the load, and nobody is on duty: the visitors wait, so the assistant is silent."""
HELLO = json.dumps({"type": "hello", "token": None, "conversation": None, "after": 0, "locale": "en"})
ASK_PERSON = json.dumps({"type": "handoff.request", "client_id": "person"})


@contextmanager
def baton(folder: Path, prepared: Path) -> Iterator[Server]:
    """`baton serve` on a copy of `prepared`."""
    data, port = folder / "data", free_port()
    shutil.copytree(prepared, data)
    with running(baton_command(data, port), port, folder / "baton.log", WITHOUT_LIMITS) as server:
        yield server
    shutil.rmtree(data)


def prepare(folder: Path) -> Path:
    """A data folder with its schema and the embedding's graph made, so that no start has to."""
    data, port = folder / "prepared", free_port()
    with running(baton_command(data, port), port, folder / "prepare.log", WITHOUT_LIMITS):
        pass
    return data


@contextmanager
def bare(folder: Path) -> Iterator[Server]:
    """The reference, run by uvicorn with the flags that Baton runs with."""
    file, port = folder / "bare.db", free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.load.group_commit:app", "--port", str(port)]
    command += ["--loop", "uvloop", "--http", "httptools", "--ws-per-message-deflate", "false"]
    command += ["--ws-max-size", "65536", "--no-access-log", "--log-level", "error"]
    with running(command, port, folder / "bare.log", {"DATABASE": str(file)}) as server:
        yield server
    for left in folder.glob("bare.db*"):
        left.unlink()


def machine() -> dict[str, object]:
    """What the figures were taken on, as far as a ratio depends on it."""
    load = Path("/proc/loadavg").read_text().split()[0]
    cores = subprocess.run(["nproc"], capture_output=True, text=True, check=True).stdout.strip()
    return {"cores": int(cores), "load_before": float(load), "python": sys.version.split()[0]}
