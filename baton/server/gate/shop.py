"""The sample shop as what the gate measures on: the installation's settings, with those that make the shop."""

from typing import Any, TypeVar

from pydantic import BaseModel

from baton.server.config import Config
from baton.server.demo.samples import CONFIG
from baton.server.yaml_file import read_yaml

ORIGIN = "http://127.0.0.1"
M = TypeVar("M", bound=BaseModel)


def as_shop(config: Config) -> Config:
    """The installation's models and thresholds with the shop's brand, teams, task types and staff-only pages."""
    values: dict[str, dict[str, Any]] = read_yaml(CONFIG)
    return config.model_copy(update={name: _over(getattr(config, name), given) for name, given in values.items()})


def _over(section: M, given: dict[str, Any]) -> M:
    """A section with some of its values replaced, group by group; the environment has no say in it."""
    held = {name: getattr(section, name) for name in given}
    fresh = {name: _over(held[name], value) if isinstance(held[name], BaseModel) else value
             for name, value in given.items()}  # fmt: skip
    return type(section).model_validate(dict(section) | fresh)
