"""The options every command takes, and how a command answers: for people or as one JSON document."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from baton.core.errors import ConfigurationError
from baton.server.config import Config, load_config

ConfigOption = Annotated[Path | None, typer.Option("--config", help="Settings file; ./config.yaml if there is one.")]
DataOption = Annotated[Path, typer.Option("--data", help="Folder that keeps everything embedded.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
USUAL_DATA = Path("data")

console = Console()
errors = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Options:
    """What was given on the command line, read and checked."""

    config: Config
    data: Path
    as_json: bool

    def answer(self, value: Any, for_people: Any = None) -> None:
        """Print `value` as JSON, or what stands for it for people (text or anything rich can draw)."""
        answer(value, for_people, self.as_json)


def answer(value: Any, for_people: Any, as_json: bool) -> None:
    """Print `value` as JSON, or what stands for it for people (text or anything rich can draw)."""
    if as_json:
        print(orjson.dumps(value, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS).decode(), flush=True)
    elif for_people is not None:
        console.print(for_people)


def read_config(config: Path | None) -> Config:
    """Reads the settings. Raises ConfigurationError."""
    if config is not None and not config.exists():
        raise ConfigurationError(f"{config} does not exist. Give another file with --config.")
    return load_config(config)


def read_options(config: Path | None, data: Path, as_json: bool) -> Options:
    """Reads the settings and makes the data folder. Raises ConfigurationError."""
    options = Options(read_config(config), data, as_json)
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sentence = f"--data: {data} can't be made a folder: {error.strerror}. Name another one."
        raise ConfigurationError(sentence) from error
    return options
