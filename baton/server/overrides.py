"""Settings of the assistant that are tried: `--with KEY=VALUE` over a configuration, and how two of them differ."""

import re
from collections.abc import Sequence
from typing import Any

import yaml
from pydantic import ValidationError

from baton.assistant.settings import AssistantSettings
from baton.core.errors import ConfigurationError
from baton.server.config import Config, explain

SECTION = "assistant"
_PASSWORD = re.compile(r"//[^/@\s]+@")


def with_overrides(config: Config, overrides: Sequence[str]) -> Config:
    """The configuration with these settings of the assistant in the place of its own; values are YAML.

    Raises ConfigurationError naming the override.
    """
    values = config.assistant.model_dump(exclude_unset=True)
    for override in overrides:
        _set(values, override)
    try:
        changed = AssistantSettings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        first["loc"] = (SECTION, *first["loc"])
        raise ConfigurationError(f"--with: {explain(first)}") from error
    return config.model_copy(update={SECTION: changed})


def differences(was: Config, would_be: Config) -> dict[str, dict[str, Any]]:
    """Every setting of the assistant that is not the same: its key to {"was", "would_be"}; None is not there."""
    old, new = (_flat(one.assistant.model_dump(mode="json"), SECTION) for one in (was, would_be))
    return {
        key: {"was": _shown(old.get(key)), "would_be": _shown(new.get(key))}
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    }


def _shown(value: Any) -> Any:
    """Without a password that stands in an address."""
    return _PASSWORD.sub("//…@", value) if isinstance(value, str) else value


def _set(values: dict[str, Any], override: str) -> None:
    key, is_given, text = override.partition("=")
    section, *path = key.strip().split(".")
    if not is_given or section != SECTION or not path:
        example = f"--with {SECTION}.min_confidence=0.8"
        raise ConfigurationError(
            f"--with: {override!r} is no setting of the assistant with a value, such as {example}."
        )
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigurationError(f"--with: the value of {key} can't be read: {' '.join(str(error).split())}") from error
    place = values
    for group in path[:-1]:
        held = place.setdefault(group, {})
        if not isinstance(held, dict):
            raise ConfigurationError(f"--with: {key} is not a setting; {group} has none below it.")
        place = held
    place[path[-1]] = value


def _flat(values: dict[str, Any], path: str) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        key = f"{path}.{name}"
        flat |= _flat(value, key) if isinstance(value, dict) and value else {key: value}
    return flat
