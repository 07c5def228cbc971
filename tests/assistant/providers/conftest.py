"""One aimock for all provider tests."""

from collections.abc import Iterator

import pytest

from tests.assistant.providers.aimock import Aimock, running


@pytest.fixture(scope="session")
def aimock_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aimock]:
    """One server for the whole run."""
    with running(tmp_path_factory.mktemp("aimock")) as server:
        yield server


@pytest.fixture
def aimock(aimock_server: Aimock) -> Aimock:
    """The server with nothing scripted and nothing remembered."""
    aimock_server.reset()
    return aimock_server
