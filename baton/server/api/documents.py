"""The OpenAPI and the AsyncAPI document: what people wrote, completed with the models the code reads requests with."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from baton.handoff.conversation_calls import WordsBody
from baton.handoff.frames import Presence, Read, Typing, Unwatch, Watch
from baton.handoff.handoff_calls import ResolveBody, ReturnBody, TransferBody
from baton.knowledge.routes import AddressBody, SearchBody

FOLDER = Path(__file__).parent
SCHEMAS = "#/components/schemas/{model}"

BODIES: tuple[type[BaseModel], ...] = (AddressBody, SearchBody, WordsBody, TransferBody, ReturnBody, ResolveBody)
AGENT_FRAMES: dict[str, type[BaseModel]] = {
    "watch": Watch,
    "unwatch": Unwatch,
    "agentTyping": Typing,
    "agentRead": Read,
    "presence": Presence,
}
"""Message of the agent's channel to the frame the server reads it as."""


def openapi() -> dict[str, Any]:
    """Every call under /api/v1, as OpenAPI 3.1."""
    document = _read("openapi.yaml")
    _, made = models_json_schema([(model, "validation") for model in BODIES], ref_template=SCHEMAS)
    document["components"]["schemas"] |= made["$defs"]
    return document


def asyncapi() -> dict[str, Any]:
    """Both sockets, as AsyncAPI 3.0."""
    document = _read("asyncapi.yaml")
    for name, frame in AGENT_FRAMES.items():
        schema = frame.model_json_schema(ref_template=SCHEMAS)
        schema["required"] = ["type", *(one for one in schema.get("required", ()) if one != "type")]
        document["components"]["messages"][name] = {"summary": schema.pop("description"), "payload": schema}
    return document


def _read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    document["info"]["version"] = version("baton")
    return document
