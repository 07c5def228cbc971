"""Leaves a failing provider alone for a while, then lets one request try it."""

from collections.abc import Callable


class Breaker:
    """Opens after so many failures in a row; after the rest one request goes through, and its outcome decides."""

    def __init__(self, failures: int, rest_seconds: float, monotonic: Callable[[], float]) -> None:
        self._limit = failures
        self._rest_seconds = rest_seconds
        self._monotonic = monotonic
        self._failed = 0
        self._closed_again_at = 0.0

    def lets_through(self) -> bool:
        """Asking counts as the one trial after a rest: the others go on resting until its outcome is known."""
        if self._failed < self._limit:
            return True
        if self._monotonic() < self._closed_again_at:
            return False
        self._rest()
        return True

    def succeeded(self) -> None:
        """One success is enough to trust it again."""
        self._failed = 0

    def failed(self) -> None:
        """Counts; at the limit the rest begins, and begins anew after a failed trial."""
        self._failed += 1
        if self._failed >= self._limit:
            self._rest()

    def _rest(self) -> None:
        self._closed_again_at = self._monotonic() + self._rest_seconds
