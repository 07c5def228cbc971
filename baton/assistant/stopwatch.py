"""How long each step of a turn takes."""

import time


class Stopwatch:
    """Adds up the milliseconds of each step."""

    def __init__(self) -> None:
        self.laps_ms: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, name: str) -> None:
        """Add the time since the last lap to a step."""
        now = time.perf_counter()
        self.laps_ms[name] = round(self.laps_ms.get(name, 0.0) + (now - self._since) * 1000, 3)
        self._since = now
