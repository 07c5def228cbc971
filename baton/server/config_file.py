"""Writes the `config.yaml` that explains every setting, from the settings themselves: `scripts/config`."""

import json
import sys
import textwrap
from collections.abc import Iterator
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from baton.server.config import Config

WIDTH = 110
HEADER = """\
Every setting of Baton, each at its default. Written by scripts/config from the code.

Keep of it what you change and drop the rest: whatever is left out has its default. Anything may come from \
the environment instead, which wins: server.port is BATON_SERVER__PORT, lists are JSON. Passwords and secrets \
belong there. A key that isn't here, or a value that doesn't fit, ends the command with status 2 and a \
sentence on what is allowed.
"""

PRESETS = {
    "OpenAI. The key is read from OPENAI_API_KEY.": """\
chain: [openai, extractive]
models:
  openai:
    kind: openai
    model: gpt-5-mini
    effort: minimal
""",
    "Anthropic. The key is read from ANTHROPIC_API_KEY.": """\
chain: [anthropic, extractive]
models:
  anthropic:
    kind: anthropic
    model: claude-haiku-4-5
""",
    "A server of your own that speaks OpenAI's protocol (Ollama, vLLM, llama.cpp …); no key, nothing leaves.": """\
chain: [local, extractive]
models:
  local:
    kind: openai
    model: qwen3:8b
    base_url: http://127.0.0.1:11434/v1
    limit_field: max_tokens
    structured: object
    first_token_seconds: 20
""",
    "A compatible server that wants a key, and another maker when it fails.": """\
chain: [hosted, anthropic, extractive]
models:
  hosted:
    kind: openai
    model: the-id-your-server-gives-it
    base_url: https://models.example/v1
    key_env: HOSTED_API_KEY
  anthropic:
    kind: anthropic
    model: claude-haiku-4-5
""",
}
"""What it is for, and the lines under `assistant.providers`. Model ids are their makers' and change with time."""

ENTRIES = {
    "assistant.tasks": "delivery:",
    "assistant.providers.models": "a-name-of-your-own:",
    "knowledge.audience_rules": "-",
}
"""Settings whose entries hold settings of their own, and how an entry begins."""


BOUNDS = (
    (annotated_types.Ge, "ge"),
    (annotated_types.Gt, "gt"),
    (annotated_types.Le, "le"),
    (annotated_types.Lt, "lt"),
)


def render() -> str:
    """The whole file."""
    lines = list(_comment(HEADER, 0))
    for name, field in Config.model_fields.items():
        lines += ["", *_section(name, field, 0, name)]
    return "\n".join(lines) + "\n"


def _section(name: str, field: FieldInfo, depth: int, path: str) -> Iterator[str]:
    """A group of settings and everything in it."""
    yield from _comment(field.description or "", depth)
    yield f"{_indent(depth)}{name}:"
    model = _model_of(field.annotation)
    assert model is not None
    for inner, setting in model.model_fields.items():
        inner_path = f"{path}.{inner}"
        nested = _model_of(setting.annotation)
        if nested is not None and inner_path not in ENTRIES:
            yield from _section(inner, setting, depth + 1, inner_path)
        else:
            yield from _setting(inner, setting, depth + 1, inner_path)


def _setting(name: str, field: FieldInfo, depth: int, path: str) -> Iterator[str]:
    """One setting at its default, under what it means and what it may be."""
    yield from _comment(_meaning(field), depth)
    if path in ENTRIES:
        yield from _entry(path, field, depth)
    if path == "assistant.providers.models":
        yield from _presets(depth)
    yield f"{_indent(depth)}{name}: {_default(field)}"


def _entry(path: str, field: FieldInfo, depth: int) -> Iterator[str]:
    """What an entry of a list or a mapping may hold, as a comment."""
    model = _model_of(field.annotation)
    assert model is not None
    yield from _comment("An entry:", depth)
    yield f"{_indent(depth)}#   {ENTRIES[path]}"
    for name, setting in model.model_fields.items():
        yield from (f"{_indent(depth)}#     {line}" for line in _setting(name, setting, 0, f"{path}.{name}"))


def _presets(depth: int) -> Iterator[str]:
    """Ready-made chains to put in the place of the two settings as they are."""
    yield from _comment("Presets: put one in the place of `chain` above and `models` below.", depth)
    for title, text in PRESETS.items():
        yield f"{_indent(depth)}#"
        yield from _comment(title, depth)
        yield from (f"{_indent(depth)}#   {line}" for line in text.splitlines())


def _meaning(field: FieldInfo) -> str:
    allowed = _allowed(field)
    return " ".join(filter(None, (field.description, allowed)))


def _allowed(field: FieldInfo) -> str:
    """The values a setting may have, where they are few or bounded."""
    choices = next((get_args(one) for one in _parts(field.annotation) if get_origin(one) is Literal), ())
    if choices:
        return f"One of {', '.join(map(str, choices))}."
    least, above, most, below = (_bound(field, *bound) for bound in BOUNDS)
    if least is not None and most is not None:
        return f"From {least} to {most}."
    parts = (
        f"at least {least}" if least is not None else "",
        f"more than {above}" if above is not None else "",
        f"at most {most}" if most is not None else "",
        f"less than {below}" if below is not None else "",
    )
    words = ", ".join(filter(None, parts))
    return f"{words[0].upper()}{words[1:]}." if words else ""


def _bound(field: FieldInfo, kind: type, name: str) -> float | None:
    return next((getattr(one, name) for one in field.metadata if isinstance(one, kind)), None)


def _parts(annotation: Any) -> Iterator[Any]:
    """An annotation and whatever it is made of."""
    yield annotation
    if get_origin(annotation) is not Literal:
        for inner in get_args(annotation):
            yield from _parts(inner)


def _model_of(annotation: Any) -> type[BaseModel] | None:
    """The model that a setting, or each entry of it, is."""
    if get_origin(annotation) in (Union, UnionType):
        return None
    models = (one for one in _parts(annotation) if isinstance(one, type) and issubclass(one, BaseModel))
    return next(models, None)


def _comment(text: str, depth: int) -> Iterator[str]:
    lead = f"{_indent(depth)}# "
    for paragraph in text.strip().split("\n"):
        yield from textwrap.wrap(paragraph, WIDTH, initial_indent=lead, subsequent_indent=lead) or [lead.rstrip()]


def _indent(depth: int) -> str:
    return "  " * depth


def _default(field: FieldInfo) -> str:
    """The default on one line, or dots for what must be given."""
    default = field.get_default(call_default_factory=True)
    return "…" if default is PydanticUndefined else _yaml(default)


def _yaml(value: Any) -> str:
    """JSON is YAML, and texts that need no quotes go without."""
    if isinstance(value, str) and value and value.replace("_", "").replace("-", "").isalnum() and not value.isdigit():
        return value
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_yaml, value))}]"
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.write(render())
