"""Servers started for a measurement: begun, watched through /proc, and ended by their own ids."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

START_SECONDS = 90
STOP_SECONDS = 15
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Server:
    """A process group that serves a loopback port."""

    process: subprocess.Popen[bytes]
    port: int

    def cpu_seconds(self) -> float:
        """Time on the processor so far, of the process and its descendants."""
        return sum(_cpu_seconds(pid) for pid in descendants(self.process.pid))

    def kill(self) -> None:
        """Without warning; what it had not committed is gone."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_SECONDS)

    def stop(self) -> None:
        """As asked by SIGTERM, and without asking when that takes too long."""
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()


@contextmanager
def running(
    command: Sequence[str], port: int, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Start `command`, wait until it answers on `port`, and stop it at the end. Raises RuntimeError."""
    server = start(command, port, log, environment)
    try:
        yield server
    finally:
        server.stop()


def start(command: Sequence[str], port: int, log: Path, environment: Mapping[str, str] | None = None) -> Server:
    """The same for whoever ends it by itself."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, env=os.environ | (environment or {}), stdout=output, stderr=output, start_new_session=True
        )
    server = Server(process, port)
    try:
        _wait_until_answering(server, log)
    except RuntimeError:
        server.stop()
        raise
    return server


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def baton_command(data: Path, port: int) -> list[str]:
    """`baton serve` on a folder, as this interpreter has it."""
    entry = "import sys; from baton.server.cli import main; sys.exit(main())"
    return [sys.executable, "-c", entry, "serve", "--port", str(port), "--data", str(data)]


def descendants(pid: int) -> list[int]:
    """`pid` and every process under it."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += [int(child) for child in task.read_text().split()]
            except OSError:
                continue
    return found


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / _TICKS_PER_SECOND


def _wait_until_answering(server: Server, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.process.poll() is not None:
            raise RuntimeError(f"The server ended with {server.process.returncode}:\n{log.read_text()[-2000:]}")
        if _answers(server.port):
            return
        time.sleep(0.02)
    raise RuntimeError(f"The server did not answer within {START_SECONDS} s; see {log}.")


def _answers(port: int) -> bool:
    """Whether HTTP is spoken: a port may be listened on long before its application has started."""
    connection = HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except (OSError, HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()
