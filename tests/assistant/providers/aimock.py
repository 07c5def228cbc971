"""aimock, a model server nobody here wrote: started on a free port, scripted, and asked what it heard."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from tests.requirements import require

SERVER = Path(__file__).parents[3] / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"


class Aimock:
    """A running aimock."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._control = httpx2.Client(base_url=f"{url}/__aimock", timeout=10)

    def answer(self, content: object, **more: Any) -> None:
        """Whatever is asked, this is said; of several that fit, the first one scripted."""
        text = content if isinstance(content, str) else json.dumps(content)
        self.script({"match": {"userMessage": "boundary"}, "response": {"content": text}} | more)

    def refuse(self, status: int, *, times: int | None = None, retry_after: float = 0) -> None:
        """Answers with an error, each time or for the first so many requests."""
        error = {"error": {"message": "no", "type": "server_error"}, "status": status, "retryAfter": retry_after}
        for index in [None] if times is None else range(times):
            match: dict[str, object] = {"userMessage": "boundary"}
            self.script({"match": match if index is None else match | {"sequenceIndex": index}, "response": error})

    def script(self, *fixtures: dict[str, object]) -> None:
        """Adds fixtures in aimock's own form."""
        self._control.post("/fixtures", json={"fixtures": list(fixtures)}).raise_for_status()

    def misbehave(self, **rates: float) -> None:
        """Sets aimock's chaos for every request until the next reset."""
        self._control.post("/chaos", json=rates).raise_for_status()

    def requests(self) -> list[dict[str, Any]]:
        """What it was asked, oldest first."""
        answer: list[dict[str, Any]] = self._control.get("/journal").json()
        return answer

    def reset(self) -> None:
        """Forgets fixtures, chaos and requests."""
        self._control.post("/reset").raise_for_status()
        self._control.delete("/chaos").raise_for_status()

    def close(self) -> None:
        """Lets the control connection go."""
        self._control.close()


@contextmanager
def running(folder: Path) -> Iterator[Aimock]:
    """A server of its own, with nothing scripted; `folder` is for its files."""
    if not SERVER.exists():
        require("aimock", "node_modules has no @copilotkit/aimock; run scripts/setup --dev where npm is installed")
    nothing = folder / "nothing.json"
    nothing.write_text('{"fixtures": []}')
    command = ["node", str(SERVER), "--port", "0", "--fixtures", str(nothing), "--log-level", "info"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            server = Aimock(_address(process))
            yield server
            server.close()
        finally:
            process.terminate()


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found:
            return found[0]
    raise AssertionError("aimock ended before it listened")
