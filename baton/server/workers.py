"""Several processes on one socket: started, started again when one dies, and ended together."""

import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

AGAIN_AFTER_SECONDS = 1.0
END_SECONDS = 9.0
log = logging.getLogger(__name__)


class Workers:
    """The parent of all; it serves nobody itself."""

    def __init__(
        self, count: int, listening: socket.socket, config_file: Path | None, data: Path, announce: Callable[[], None]
    ) -> None:
        self._count = count
        self._listening = listening
        self._announce = announce
        self._config_file = config_file
        self._data = data
        self._ending = threading.Event()
        self._is_answering = False

    def run(self) -> None:
        """Until SIGTERM or SIGINT; then every worker gets the same signal and time to finish."""
        before = {number: signal.signal(number, self._end) for number in (signal.SIGTERM, signal.SIGINT)}
        children = [self._start(number) for number in range(self._count)]
        try:
            while not self._ending.wait(AGAIN_AFTER_SECONDS):
                children = [self._look_after(number, child) for number, child in enumerate(children)]
                self._look_for_answer()
        finally:
            _end_all(children)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _look_for_answer(self) -> None:
        """Announce, once the first worker is there to answer."""
        if self._is_answering:
            return
        try:
            with socket.create_connection(self._listening.getsockname()[:2], AGAIN_AFTER_SECONDS) as asking:
                asking.sendall(b"GET /healthz HTTP/1.1\r\nHost: baton\r\nConnection: close\r\n\r\n")
                self._is_answering = asking.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            return
        if self._is_answering:
            self._announce()

    def _look_after(self, number: int, child: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
        if child.poll() is None:
            return child
        log.error("Worker %d ended with %s; another one is started.", child.pid, child.returncode)
        return self._start(number)

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        descriptor = self._listening.fileno()
        command = [sys.executable, "-m", "baton.server.worker", str(descriptor), str(number), str(self._data)]
        command += [str(self._config_file)] if self._config_file else []
        return subprocess.Popen(command, pass_fds=[descriptor])  # noqa: S603 - our own interpreter and module

    def _end(self, _number: int, _frame: object) -> None:
        self._ending.set()


def _end_all(children: list[subprocess.Popen[bytes]]) -> None:
    """All are asked at once and have the same time; what they had begun stays rows, so one that hangs may be killed."""
    for child in children:
        child.terminate()
    until = time.monotonic() + END_SECONDS
    for child in children:
        try:
            child.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.error("Worker %d did not end in %.0f seconds and is killed.", child.pid, END_SECONDS)
            child.kill()
            child.wait()
