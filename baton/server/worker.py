"""What one of several processes runs, started by `Workers`:
`python -m baton.server.worker SOCKET NUMBER DATA [CONFIG]`."""

import socket
import sys
from pathlib import Path

from baton.server.config import load_config
from baton.server.serving import serve_worker


def main(descriptor: str, number: str, data: str, config_file: str | None = None) -> None:
    """Serve on a listening socket that the parent opened."""
    config = load_config(Path(config_file) if config_file else None)
    serve_worker(config, Path(data), socket.socket(fileno=int(descriptor)), int(number))


if __name__ == "__main__":
    main(*sys.argv[1:])
