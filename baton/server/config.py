"""The one place that reads configuration: `config.yaml`, and over it the environment (`BATON_SECTION__KEY`)."""

import difflib
import os
from collections.abc import Mapping
from json import JSONDecodeError
from pathlib import Path
from typing import Any, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from baton.assistant.settings import AssistantSettings
from baton.core.errors import ConfigurationError
from baton.core.settings import BusSettings, DatabaseSettings, StaffSettings
from baton.handoff.settings import HandoffSettings
from baton.knowledge.settings import KnowledgeSettings
from baton.server.gate.settings import EvaluationSettings
from baton.server.yaml_file import read_yaml
from baton.widget.settings import WidgetSettings

USUAL_FILE = Path("config.yaml")
PREFIX, DELIMITER = "BATON_", "__"


class ServerSettings(BaseModel):
    """Where the server listens."""

    model_config = ConfigDict(extra="forbid")

    host: str = Field(default="127.0.0.1", description="Address to listen on; `0.0.0.0` for all.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on.")
    workers: int = Field(
        default=1, ge=1, le=64, description="Processes; more than one needs PostgreSQL, Redis and a Chroma server."
    )
    operations_host: str = Field(default="127.0.0.1", description="Address that serves `/metrics`.")
    operations_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        description="Port that serves `/metrics`, each further worker on the next; left out, they are not served.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1", description="Addresses of proxies whose X-Forwarded headers are believed, by commas."
    )
    log_level: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error."
    )
    secure_cookies: bool = Field(
        default=False, description="Send the staff cookie over HTTPS only; switch it on wherever HTTPS is in front."
    )


class Config(BaseSettings):
    """Every setting there is."""

    model_config = SettingsConfigDict(
        extra="forbid",
        env_prefix=PREFIX,
        env_nested_delimiter=DELIMITER,
        nested_model_default_partial_update=True,
    )

    server: ServerSettings = Field(default_factory=ServerSettings, description="Where the server listens.")
    database: DatabaseSettings = Field(default_factory=DatabaseSettings, description="Rows and the log.")
    bus: BusSettings = Field(default_factory=BusSettings, description="Notices between processes.")
    staff: StaffSettings = Field(default_factory=StaffSettings, description="How people who work here sign in.")
    knowledge: KnowledgeSettings = Field(default_factory=KnowledgeSettings, description="Documents and search.")
    assistant: AssistantSettings = Field(default_factory=AssistantSettings, description="How it decides and speaks.")
    handoff: HandoffSettings = Field(default_factory=HandoffSettings, description="Teams, deadlines, opening hours.")
    widget: WidgetSettings = Field(default_factory=WidgetSettings, description="The visitor's door.")
    evaluation: EvaluationSettings = Field(
        default_factory=EvaluationSettings, description="The release gate, `baton eval gate`."
    )

    @model_validator(mode="after")
    def _task_types_can_be_told(self) -> Self:
        """A rule for a task type without examples would never apply, and nobody would know."""
        for name, policy in self.assistant.tasks.items():
            if not policy.examples:
                raise ValueError(f"assistant.tasks.{name}: give examples; without them no message is of this type")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


def load_config(file: Path | None) -> Config:
    """Read `file`, or `./config.yaml` if there is one, or the defaults. Raises ConfigurationError naming the key."""
    if file is None and USUAL_FILE.exists():
        file = USUAL_FILE
    values = _read_sections(file) if file else {}
    _check_sections(os.environ)
    try:
        return Config(**values)
    except ValidationError as error:
        first = error.errors()[0]
        where = _variable(first, os.environ) or (file.name if file else f"the environment ({PREFIX}…)")
        raise ConfigurationError(f"{where}: {explain(first)}") from error
    except SettingsError as error:
        raise ConfigurationError(_explain_json(error, os.environ)) from error


def explain(error: ErrorDetails) -> str:
    """One sentence for one wrong setting: its key, what is wrong, what is allowed."""
    path = [str(part) for part in error["loc"]]
    said = error["msg"].removeprefix("Value error, ")
    key = ".".join(path)
    if not key:
        return f"{said}."
    if error["type"] == "string_pattern_mismatch":
        return f"{key} can't be that{_given(error)}. Allowed: {_model_at(path[:-1]).model_fields[path[-1]].description}"
    if error["type"] != "extra_forbidden":
        return f"{key}: {said}{_given(error)}."
    allowed = sorted(_model_at(path[:-1]).model_fields)
    near = difflib.get_close_matches(path[-1], allowed, 1)
    hint = f" Did you mean `{near[0]}`?" if near else ""
    return f"{key} is not a setting.{hint} Allowed here: {', '.join(allowed)}."


def _given(error: ErrorDetails) -> str:
    """What was given, unless it may be a secret: those, and addresses with a password, stay out of logs."""
    given = repr(error["input"])
    is_secret = "secret" in str(error["loc"][-1:]) or "@" in given
    return "" if is_secret or not isinstance(error["input"], str | int | float) else f" (it is {given})"


def _check_sections(environment: Mapping[str, str]) -> None:
    """Raises ConfigurationError for BATON_SECTION__KEY of a section there is none of; pydantic would pass it over."""
    for name in sorted(environment):
        section, delimiter, _ = name.upper().removeprefix(PREFIX).partition(DELIMITER)
        if name.upper().startswith(PREFIX) and delimiter and section.lower() not in Config.model_fields:
            near = difflib.get_close_matches(section.lower(), Config.model_fields, 1)
            hint = f" Did you mean {PREFIX}{near[0].upper()}{DELIMITER}…?" if near else ""
            raise ConfigurationError(f"{name} is not a setting.{hint} Sections are {', '.join(Config.model_fields)}.")


def _variable(error: ErrorDetails, environment: Mapping[str, str]) -> str | None:
    """The variable that the wrong value came from, if it did not come from the file."""
    wanted = PREFIX + DELIMITER.join(str(part) for part in error["loc"]).upper()
    return next((name for name in environment if name.upper() == wanted), None)


def _explain_json(error: SettingsError, environment: Mapping[str, str]) -> str:
    """Lists and whole sections are written as JSON in the environment; names the variable that isn't."""
    text = error.__cause__.doc if isinstance(error.__cause__, JSONDecodeError) else None
    names = [name for name, value in environment.items() if name.upper().startswith(PREFIX) and value == text]
    return f'{" or ".join(names) or PREFIX + "…"} must be JSON, such as ["one", "two"] for a list.'


def _model_at(path: list[str]) -> type[BaseModel]:
    """The model whose settings may stand under `path`."""
    model: type[BaseModel] = Config
    for part in path:
        field = model.model_fields.get(part)
        models: list[Any] = [field.annotation, *get_args(field.annotation)] if field else []
        model = next((one for one in models if isinstance(one, type) and issubclass(one, BaseModel)), model)
    return model


def _read_sections(file: Path) -> dict[str, Any]:
    values = read_yaml(file)
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise ConfigurationError(f"{file.name} must hold sections such as `widget:`, not a {type(values).__name__}.")
    known = {str(key): value for key, value in values.items() if value is not None or key not in Config.model_fields}
    return _spread(known, file.name)


def _spread(values: dict[str, Any], file: str) -> dict[str, Any]:
    """`widget.origins: […]`, as logs and documents write a setting, stands for `origins` in the section `widget`."""
    spread = {name: value for name, value in values.items() if "." not in name}
    for name in sorted(values.keys() - spread.keys()):
        *groups, key = name.split(".")
        place = spread
        for group in groups:
            held = place.get(group) or {}
            if not isinstance(held, dict):
                raise ConfigurationError(f"{file}: {group} is given twice, once as {held!r} and once in {name}.")
            place[group] = place = dict(held)
        if key in place:
            raise ConfigurationError(f"{file}: {name} is given twice.")
        place[key] = values[name]
    return spread
