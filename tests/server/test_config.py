"""The settings, the file that explains them, and what is said to somebody who gets one wrong."""

import sys
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from baton.assistant.providers.settings import ProvidersSettings
from baton.core.errors import ConfigurationError
from baton.server import cli
from baton.server.config import Config, load_config
from baton.server.config_file import PRESETS, render
from baton.widget.origins import line_to_add

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "config.yaml"


@pytest.fixture(autouse=True)
def _stand_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `./config.yaml` and no folder of data but the test's own."""
    monkeypatch.chdir(tmp_path)


def written(text: str) -> Path:
    """A settings file in the test's folder."""
    file = Path("settings.yaml")
    file.write_text(text, encoding="utf-8")
    return file


def run(words: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit status of a command."""
    monkeypatch.setattr(sys, "argv", ["baton", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_a_task_type_without_examples_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("assistant:\n  tasks:\n    legal:\n      always_person: true\n")
    with pytest.raises(ConfigurationError, match=r"assistant\.tasks\.legal: give examples"):
        load_config(file)


def test_the_shipped_file_is_what_the_code_says() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == render(), "Run scripts/config."


def test_the_shipped_file_is_the_defaults() -> None:
    assert load_config(SHIPPED) == Config()


def test_every_setting_is_explained() -> None:
    lines = [line.strip() for line in SHIPPED.read_text(encoding="utf-8").splitlines()]
    silent = [
        line for before, line in pairwise(lines) if line and not line.startswith("#") and not before.startswith("#")
    ]
    assert silent == []


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_a_preset_works_as_it_stands(preset: str) -> None:
    settings = ProvidersSettings.model_validate(yaml.safe_load(preset))
    assert settings.chain[-1] == "extractive"
    assert set(settings.chain[:-1]) == set(settings.models)


def test_a_section_with_nothing_in_it_keeps_its_defaults() -> None:
    assert load_config(written("widget:\n  # origins: []\nserver:\n")) == Config()


def test_a_setting_may_be_written_as_logs_and_documents_name_it() -> None:
    line = line_to_add("https://shop.example")
    config = load_config(written(f"widget:\n  brand:\n    name: Acme\n{line}\nwidget.brand.hue: 20\nbus.url: local\n"))
    assert config.widget.origins == ["https://shop.example"]
    assert (config.widget.brand.name, config.widget.brand.hue) == ("Acme", 20)


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATON_SERVER__PORT", "9000")
    monkeypatch.setenv("BATON_WIDGET__ORIGINS", '["https://shop.example"]')
    config = load_config(written("server:\n  port: 8100\n  host: 0.0.0.0\n"))
    assert (config.server.port, config.server.host) == (9000, "0.0.0.0")
    assert config.widget.origins == ["https://shop.example"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "widget:\n  origin: []\n",
            ["widget.origin is not a setting", "`origins`", "Allowed here:", "identity_secret"],
        ),
        ("widgets:\n", ["widgets is not a setting", "`widget`"]),
        ("widgets: {}\n", ["widgets is not a setting", "`widget`", "knowledge", "server"]),
        ("widget.origin: []\n", ["widget.origin is not a setting", "`origins`"]),
        ("server.port: 1\nserver: here\n", ["server is given twice", "'here'"]),
        (
            "server:\n  port: 1\n  host: here\n  port: 2\n",
            ["settings.yaml: server.port is given twice, in line 2 and in line 4."],
        ),
        ("server: {}\nwidget: {}\nserver: {}\n", ["server is given twice, in line 1 and in line 3."]),
        ("server: {port: 1, port: 1}\n", ["server.port is given twice, in line 1"]),
        ("server.port: 1\n# again\nserver.port: 2\n", ["server.port is given twice, in line 1 and in line 3."]),
        (
            "knowledge:\n  audience_rules:\n    - title: x\n      title: y\n",
            ["knowledge.audience_rules.0.title is given twice, in line 3 and in line 4."],
        ),
        ("1.5: x\n", ["1 is not a setting"]),
        ("server.port: 1\nserver: {port: 2}\n", ["server.port is given twice"]),
        ("server:\n  port: eighty\n", ["server.port", "integer", "'eighty'"]),
        ("server:\n  port: 70000\n", ["server.port", "65535"]),
        ("server:\n  log_level: loud\n", ["server.log_level", "'loud'", "debug, info, warning or error"]),
        ("database:\n  url: mysql://here\n", ["database.url", "postgresql://"]),
        ("assistant:\n  level: wild\n", ["assistant.level", "'draft', 'supervised' or 'spot_checked'"]),
        ("assistant:\n  providers:\n    chain: [gpt]\n", ["assistant.providers", "'gpt'", "extractive"]),
        ("assistant:\n  tasks:\n    refund:\n      risks: high\n", ["assistant.tasks.refund.risks", "`risk`"]),
        ("knowledge:\n  audience_rules:\n    - titel: x\n", ["knowledge.audience_rules.0.titel", "`title`"]),
        ("- a list\n", ["must hold sections"]),
        ("server: {port: [\n", ["is not YAML"]),
    ],
)
def test_a_wrong_file_ends_with_status_2_and_what_is_allowed(
    text: str, said: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["documents", "--config", str(written(text)), "--data", "kept"], monkeypatch) == 2
    printed = capsys.readouterr()
    assert [part for part in said if part not in printed.err] == []
    assert printed.out == "" and "Traceback" not in printed.err
    assert not Path("kept").exists()


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("BATON_SERVER__PROT", "1", ["BATON_SERVER__PROT", "server.prot", "`port`"]),
        ("BATON_SERVR__PORT", "1", ["BATON_SERVR__PORT", "BATON_SERVER__", "knowledge"]),
        ("BATON_SERVER__PORT", "many", ["BATON_SERVER__PORT", "integer"]),
        ("BATON_WIDGET__ORIGINS", "https://shop.example", ["BATON_WIDGET__ORIGINS", "JSON", '["one", "two"]']),
        ("BATON_ASSISTANT__TASKS__REFUND__RISKS", "high", ["assistant.tasks.refund.risks", "`risk`"]),
    ],
)
def test_a_wrong_variable_ends_with_status_2_and_is_named(
    variable: str, value: str, said: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable, value)
    assert run(["documents", "--data", "kept"], monkeypatch) == 2
    printed = capsys.readouterr().err
    assert [part for part in said if part not in printed] == []
    assert not Path("kept").exists()


def test_variables_of_others_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATON_PORT_8000_TCP_ADDR", "10.0.0.7")
    monkeypatch.setenv("BATON_TEST_DATA", "somewhere")
    assert load_config(None) == Config()


@pytest.mark.parametrize(
    ("variable", "secret"),
    [
        ("BATON_WIDGET__IDENTITY_SECRET", "tooshort"),
        ("BATON_DATABASE__URL", "postgres://baton:hunter2@db/baton"),
        ("BATON_BUS__URL", "amqp://baton:hunter2@bus"),
    ],
)
def test_a_refused_secret_is_not_repeated(variable: str, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, secret)
    with pytest.raises(ConfigurationError) as refused:
        load_config(None)
    assert variable in str(refused.value)
    assert secret not in str(refused.value) and "hunter2" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["documents", "--config", "nowhere.yaml"], monkeypatch) == 2
    assert "nowhere.yaml does not exist" in capsys.readouterr().err


def test_a_merged_and_an_aliased_key_stands_once() -> None:
    assert load_config(written("widget: &none {}\nbus: *none\nserver: {port: 1}\n")).server.port == 1
    assert load_config(written("server:\n  <<: {port: 1, host: 0.0.0.0}\n  port: 2\n")).server.port == 2
