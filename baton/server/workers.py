"""Several processes on one socket: started, started again when one dies, and ended together."""

import logging
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

AGAIN_AFTER_SECONDS = 1.0
END_SECONDS = 12.0
log = logging.getLogger(__name__)


class Workers:
    """The parent of all; it serves nobody itself."""

    def __init__(self, count: int, listening: socket.socket, config_file: Path | None, data: Path) -> None:
        self._count = count
        self._listening = listening
        self._config_file = config_file
        self._data = data
        self._ending = threading.Event()

    def run(self) -> None:
        """Until SIGTERM or SIGINT; then every worker gets the same signal and time to finish."""
        before = {number: signal.signal(number, self._end) for number in (signal.SIGTERM, signal.SIGINT)}
        children = [self._start() for _ in range(self._count)]
        try:
            while not self._ending.wait(AGAIN_AFTER_SECONDS):
                children = [self._look_after(child) for child in children]
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait(END_SECONDS)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _look_after(self, child: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
        if child.poll() is None:
            return child
        log.error("Worker %d ended with %s; another one is started.", child.pid, child.returncode)
        return self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        descriptor = self._listening.fileno()
        command = [sys.executable, "-m", "baton.server.worker", str(descriptor), str(self._data)]
        command += [str(self._config_file)] if self._config_file else []
        return subprocess.Popen(command, pass_fds=[descriptor])  # noqa: S603 - our own interpreter and module

    def _end(self, _number: int, _frame: object) -> None:
        self._ending.set()
