"""`baton` as a program calls it: words in; status, standard output and standard error back."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from baton.server.cli import main

PATIENCE_SECONDS = 120
PROGRAM = (sys.executable, "-c", "from baton.server.cli import main; main()")


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output; anything else there is a failure."""
        return orjson.loads(self.out)

    @property
    def sentence(self) -> str:
        """What a failure says: one line on standard error, and nothing on standard output."""
        assert self.out == "", self.out
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, self.err
        return lines[0]


def baton(*words: str | Path, stdin: str = "") -> Ran:
    """Run a command in this process, which spares it the loading; what it does is the same."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    given, sys.stdin = sys.stdin, io.StringIO(stdin)
    try:
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
    finally:
        sys.stdin = given
    code = ended.value.code
    assert isinstance(code, int)
    return Ran(code, _text(out), _text(err))


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()


@dataclass
class Served:
    """A server in a process of its own. What it logs is in the file `log`."""

    process: "subprocess.Popen[str]"
    data: Path
    log: Path
    announced: dict[str, Any]

    @property
    def url(self) -> str:
        return str(self.announced["url"])

    @property
    def socket_url(self) -> str:
        return self.url.replace("http", "ws", 1) + "/ws/visitor"

    def end(self) -> int:
        """SIGTERM, and the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)


def run_apart(*words: str | Path, **environment: str) -> Ran:
    """The same in a process of its own, as it is installed."""
    done = subprocess.run(
        [*PROGRAM, *map(str, words)], capture_output=True, text=True, env=os.environ | environment, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@contextmanager
def served(data: Path, *words: str | Path, command: str = "serve", **environment: str) -> Iterator[Served]:
    """`baton serve` on a free port, answering; ended at the latest when the block is left."""
    port = () if "--port" in words else ("--port", "0")
    log = data.with_name(f"{data.name}.log")
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*PROGRAM, command, "--data", str(data), "--json", *port, *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=os.environ | environment,
        )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, log.read_text()
        yield Served(process, data, log, orjson.loads(line))
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)
