"""The chain in config.yaml: what is refused, and where keys may go."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from baton.assistant.providers.settings import ModelSettings, ProvidersSettings

SMALL = {"kind": "openai", "model": "small-1"}


def test_a_key_alone_changes_nothing() -> None:
    assert ProvidersSettings().chain == ("extractive",)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"chain": ["small", "extractive"]}, "'small' is not described under models; allowed are extractive"),
        ({"chain": ["extractive", "small"], "models": {"small": SMALL}}, "can only be the last"),
        ({"chain": ["small", "small"], "models": {"small": SMALL}}, "once"),
        ({"models": {"extractive": SMALL}}, "taken"),
        ({"chain": []}, "at least 1"),
        ({"models": {"small": SMALL | {"api_key": "sk-1"}}}, "not permitted"),
        ({"models": {"small": SMALL | {"base_url": "localhost:8080"}}}, "pattern"),
    ],
)
def test_a_wrong_chain_is_refused_in_plain_words(settings: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        ProvidersSettings.model_validate(settings)


def test_a_makers_key_goes_to_nobody_else_unasked() -> None:
    assert ModelSettings(kind="openai", model="m").key_variable == "OPENAI_API_KEY"
    assert ModelSettings(kind="anthropic", model="m").key_variable == "ANTHROPIC_API_KEY"
    local = ModelSettings(kind="openai", model="m", base_url="http://localhost:8080/v1")
    assert local.key_variable is None
    named = ModelSettings(kind="openai", model="m", base_url="http://localhost:8080/v1", key_env="LOCAL_KEY")
    assert named.key_variable == "LOCAL_KEY"


def test_the_address_is_the_makers_or_ones_own() -> None:
    assert ModelSettings(kind="anthropic", model="m").address == "https://api.anthropic.com"
    assert ModelSettings(kind="openai", model="m", base_url="http://x/v1").address == "http://x/v1"


def test_every_setting_is_described() -> None:
    for settings in (ModelSettings, ProvidersSettings):
        assert all(field.description for field in settings.model_fields.values())


def test_no_client_library_is_loaded_without_a_model() -> None:
    code = "import sys, baton.assistant.providers.chain; assert not {'openai', 'anthropic'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
