"""Reads a YAML file whose every key stands once: the second of two would silently win."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from baton.core.errors import ConfigurationError

MERGE = "<<"


def read_yaml(file: Path) -> Any:
    """What the file holds. Raises ConfigurationError, for a key given twice with both lines."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{file} can't be read: {error.strerror}. Give another file with --config.") from error
    try:
        whole = yaml.compose(text, yaml.SafeLoader)
        for key, first, second in _twins(whole, "", set()):
            lines = f"in line {first} and in line {second}"
            raise ConfigurationError(f"{file.name}: {key} is given twice, {lines}. Keep one of them.")
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{file.name} is not YAML: {' '.join(str(error).split())}") from error


def _twins(node: Node | None, path: str, seen: set[int]) -> Iterator[tuple[str, int, int]]:
    """Keys that stand twice in one mapping, with both lines. An alias leads to a node that was looked at already."""
    if node is None or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, SequenceNode):
        for number, item in enumerate(node.value):
            yield from _twins(item, f"{path}{number}.", seen)
    elif isinstance(node, MappingNode):
        lines: dict[str, int] = {}
        for key, value in node.value:
            if isinstance(key, ScalarNode) and key.value != MERGE:
                name, line = key.value, key.start_mark.line + 1
                if name in lines:
                    yield f"{path}{name}", lines[name], line
                lines[name] = line
                yield from _twins(value, f"{path}{name}.", seen)
