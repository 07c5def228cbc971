"""What one of several processes runs: `python -m baton.server.worker SOCKET DATA [CONFIG]`, started by `Workers`."""

import socket
import sys
from pathlib import Path

from baton.server.config import load_config
from baton.server.serving import serve_worker


def main(descriptor: str, data: str, config_file: str | None = None) -> None:
    """Serve on a listening socket that the parent opened."""
    config = load_config(Path(config_file) if config_file else None)
    serve_worker(config, Path(data), socket.socket(fileno=int(descriptor)))


if __name__ == "__main__":
    main(*sys.argv[1:])
