"""The load client `wsload` (C, one thread, epoll): built when it is needed, and run against a server.

It is in C because a client in Python costs as much a message as the server it measures.
"""

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.load.processes import Server

SOURCE = Path(__file__).with_name("wsload.c")
CONNECT_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Load:
    """What every connection does. `handshake` are steps `send:TEXT` and `wait:TEXT` before the load; then it sends
    `message` and, as soon as a frame holding `done` answers it, the next one."""

    connections: int
    seconds: float
    path: str
    message: str
    done: str
    handshake: Sequence[str] = ()
    settle_seconds: float = 0.5


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of a load; CPU is the server's alone, over all its processes."""

    answered: int
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_us_per_message: float
    failed: int
    closed: int


def build(folder: Path) -> Path:
    """Compile the client. Raises SystemExit when there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise SystemExit("The load client needs a C compiler (cc) and zlib's headers.")
    binary = folder / "wsload"
    subprocess.run([compiler, "-O2", "-o", str(binary), str(SOURCE), "-lz"], check=True)
    return binary


def put(load: Load, server: Server, binary: Path) -> Figures:
    """Connect, let the server come to rest, load it, and say what it did. Raises RuntimeError on a lost connection."""
    with tempfile.TemporaryFile() as errors:
        client = subprocess.Popen(
            _command(load, server.port, binary), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
        )
        try:
            connected = _read(client)
            time.sleep(load.settle_seconds)
            before = server.cpu_seconds()
            _go(client)
            done = _read(client)
            spent = server.cpu_seconds() - before
        finally:
            client.kill()
            client.wait()
            for pipe in (client.stdin, client.stdout):
                if pipe:
                    pipe.close()
    if connected["failed"] or done["closed"]:
        raise RuntimeError(f"{connected['failed']} connections failed and {done['closed']} were closed.")
    return Figures(
        answered=done["answered"],
        per_second=done["per_s"],
        p50_ms=done["p50_ms"],
        p99_ms=done["p99_ms"],
        cpu_us_per_message=round(spent / max(done["answered"], 1) * 1e6, 1),
        failed=connected["failed"],
        closed=done["closed"],
    )


def _command(load: Load, port: int, binary: Path) -> list[str]:
    command = [str(binary), "--port", str(port), "-n", str(load.connections), "-t", str(load.seconds)]
    command += ["--path", load.path, "--msg", load.message, "--done", load.done]
    return command + [word for step in load.handshake for word in ("--hs", step)]


def _read(client: "subprocess.Popen[bytes]") -> dict[str, Any]:
    assert client.stdout is not None
    line = client.stdout.readline()
    if not line:
        raise RuntimeError("The load client ended early.")
    value: dict[str, Any] = json.loads(line)
    return value


def _go(client: "subprocess.Popen[bytes]") -> None:
    assert client.stdin is not None
    client.stdin.write(b"go\n")
    client.stdin.flush()
