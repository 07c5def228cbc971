"""The demonstration, brought up once for all stories told of it."""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.browser.real_site import STEP_SECONDS, Demo


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    made = Demo(tmp_path_factory.mktemp("demonstration") / "data")
    made.start()
    try:
        yield made
    finally:
        made.kill()


@pytest.fixture
def demo(demonstration: Demo) -> Iterator[Demo]:
    """With the patience that a whole application needs."""
    expect.set_options(timeout=STEP_SECONDS * 1000)
    yield demonstration
    expect.set_options(timeout=None)
