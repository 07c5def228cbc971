"""Turns whatever a model's client library raises into the one error that the chain understands."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from baton.assistant.providers.protocol import ProviderError

_PASSING = frozenset({408, 409, 425, 429})
MALFORMED = (ValueError, TypeError, AttributeError, LookupError)
"""What reading a chunk of another shape than promised raises: client libraries don't check what they parse."""


@contextmanager
def faults_of(name: str, library_error: type[Exception]) -> Iterator[None]:
    """Raises ProviderError. Bodies stay out of its message: they may repeat a key or a visitor's words."""
    try:
        yield
    except ProviderError:
        raise
    except (library_error, httpx2.HTTPError) as error:
        raise _from_library(name, error) from error
    except MALFORMED as error:
        raise ProviderError(f"{name} sent a chunk that makes no sense", retryable=True) from error


def _from_library(name: str, error: Exception) -> ProviderError:
    status: int = getattr(error, "status_code", 0)
    if status < 400:
        return ProviderError(f"{name} broke off ({type(error).__name__})", retryable=True)
    retryable = status in _PASSING or status >= 500
    return ProviderError(f"{name} answered {status}", retryable=retryable, retry_after_seconds=_retry_after(error))


def _retry_after(error: Exception) -> float | None:
    response: httpx2.Response | None = getattr(error, "response", None)
    try:
        return max(0.0, float(response.headers["retry-after"])) if response is not None else None
    except (KeyError, ValueError):
        return None
