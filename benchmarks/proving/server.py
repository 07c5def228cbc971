"""The server under proof: a process that is killed without warning and started again."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import yaml

START_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Engines:
    """What a server uses instead of the embedded engines."""

    database: str | None = None
    bus: str | None = None
    index: str | None = None
    workers: int = 1


@dataclass(slots=True)
class Server:
    """`baton serve` on a folder and a port; `unfenced` for the control arm."""

    data: Path
    port: int
    config: Path
    unfenced: bool = False
    workers: int = 1
    kills: int = 0
    _process: subprocess.Popen[bytes] | None = None
    log: Path = field(default_factory=lambda: Path(tempfile.mkstemp(suffix=".log")[1]))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start, and wait until it answers."""
        self._process = self._open()
        async with httpx2.AsyncClient(trust_env=False) as http, asyncio.timeout(START_SECONDS):
            while True:
                if self._process.poll() is not None:
                    raise RuntimeError(
                        f"The server ended with {self._process.returncode}:\n{self.log.read_text()[-2000:]}"
                    )
                try:
                    if (await http.get(f"{self.address}/healthz")).status_code == 200:
                        return
                except httpx2.HTTPError:
                    await asyncio.sleep(0.05)

    def _open(self) -> subprocess.Popen[bytes]:
        command = [*self._command("serve"), "--port", str(self.port), "--workers", str(self.workers)]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    async def kill(self) -> None:
        """Without warning, as a power cut or the kernel would."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        await asyncio.to_thread(self._process.wait)
        self.kills += 1

    def kill_worker(self, chosen: Callable[[list[int]], int]) -> None:
        """One of several, without warning; its parent starts another."""
        assert self._process is not None
        parent = self._process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if children:
            os.kill(chosen([int(child) for child in children]), signal.SIGKILL)
            self.kills += 1

    async def stop(self) -> int:
        """As asked by SIGTERM; the exit status."""
        assert self._process is not None
        self._process.terminate()
        return await asyncio.to_thread(self._process.wait, 20)

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def run(self, *words: str) -> dict[str, object]:
        """Another command on the same folder; its JSON."""
        done = subprocess.run([*self._command(*words), "--json"], capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{words} failed: {done.stderr.decode()}")
        value: dict[str, object] = json.loads(done.stdout)
        return value

    def _command(self, *words: str) -> list[str]:
        module = "benchmarks.proving.unfenced" if self.unfenced else "benchmarks.proving.fenced"
        return [sys.executable, "-m", module, *words, "--data", str(self.data), "--config", str(self.config)]


def write_config(folder: Path, engines: Engines, model_port: int) -> Path:
    """A configuration with a slow model, a patient assistant, and the engines to prove."""
    model = {"kind": "openai", "model": "slow", "base_url": f"http://127.0.0.1:{model_port}/v1"}
    assistant = {
        "offers_before_person": 1_000_000,
        "turns_without_progress": 1_000_000,
        "providers": {"chain": ["slow", "extractive"], "models": {"slow": model}},
    }
    config: dict[str, object] = {"assistant": assistant, "handoff": {"nobody_on_duty_seconds": 0}}
    if engines.database:
        config["database"] = {"url": engines.database}
        config["bus"] = {"url": engines.bus}
        config["knowledge"] = {"index_url": engines.index}
    file = folder / "config.yaml"
    file.write_text(yaml.safe_dump(config))
    return file
