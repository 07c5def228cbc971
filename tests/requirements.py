"""What a test may need from the machine, and what happens when it isn't there."""

import os
from typing import NoReturn

import pytest


def require(kind: str, reason: str) -> NoReturn:
    """Give up on a test whose `kind` of thing ("PostgreSQL", "Chromium", …) is missing on this machine.

    A developer without it sees a skip with the reason; in CI, where everything must be there, the test fails.
    """
    message = f"{kind}: {reason}"
    if os.environ.get("CI"):
        pytest.fail(f"CI must have it. {message}", pytrace=False)
    pytest.skip(message)
