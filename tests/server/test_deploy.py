"""The samples in deploy/ fit the code: the settings they name exist, and paths they serve are ours."""

import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from baton.server.config import Config

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def is_setting(path: list[str]) -> bool:
    """Whether `database.url` and the like is a setting, written as its parts."""
    model: Any = Config
    for part in path:
        if not (isinstance(model, type) and issubclass(model, BaseModel)) or part not in model.model_fields:
            return False
        model = model.model_fields[part].annotation
    return True


def test_every_setting_in_a_sample_exists() -> None:
    samples = "\n".join(file.read_text(encoding="utf-8") for file in DEPLOY.iterdir())
    named = set(re.findall(r"\bBATON_([A-Z_]+__[A-Z_]+)\b", samples)) - {"SECTION__KEY"}
    assert named
    assert [name for name in sorted(named) if not is_setting(name.lower().split("__"))] == []


def test_every_setting_that_prose_names_exists() -> None:
    samples = "\n".join(file.read_text(encoding="utf-8") for file in DEPLOY.iterdir())
    sections = "|".join(Config.model_fields)
    named = set(re.findall(rf"(?<![-\w])((?:{sections})\.[a-z_]+)\b", samples))
    assert {"server.secure_cookies", "server.trusted_proxies"} <= named
    assert [name for name in sorted(named) if not is_setting(name.split("."))] == []


def test_the_composed_services_wait_for_what_they_need() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert set(services["baton"]["depends_on"]) == {"migrate", "redis", "chroma"}
    assert not any("ports" in services[name] for name in ("postgres", "redis", "chroma"))
