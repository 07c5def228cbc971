"""What the documents say is what the code does: events, frames, codes, settings, commands, files."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import BaseModel

from baton.core.audit import ERASED
from baton.core.metrics import Metrics
from baton.server.api.documents import openapi
from baton.server.cli import COMMANDS
from baton.server.config import Config
from baton.widget.frames import _PARSERS

ROOT = Path(__file__).resolve().parents[2]
BATON = ROOT / "baton"
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
WIDGET = (BATON / "widget/browser/widget/conversation.js").read_text(encoding="utf-8")
CONSOLE = BATON / "handoff/console/browser"

KIND = re.compile(r"[a-z_]+\.[a-z_]+")
LARGEST_PICTURE = 250_000


# Events


def kinds_written() -> Iterator[tuple[str, str]]:
    """(kind, audience) of every event that some code writes; `installation` for those of that log."""
    for file in sorted(BATON.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            audience = audience_of(call)
            named = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if audience:
                yield from ((kind, audience) for kind in named if KIND.fullmatch(kind))


def audience_of(call: ast.Call) -> str | None:
    """Who sees what this call writes; None when it writes no event."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    told = next((word.value for word in call.keywords if word.arg == "audience"), None)
    if name in ("record", "_keep"):
        return "installation"
    if name in ("say_staff", "_aside", "write_aside") or (isinstance(told, ast.Constant) and told.value == "staff"):
        return "staff"
    return "visitor" if name in ("append", "say") else None


def kinds_under(title: str) -> set[str]:
    """The kinds in the first column of the table below a heading of the protocol."""
    section = PROTOCOL.split(f"### {title}\n")[1].split("\n### ")[0].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {kind for row in rows for kind in re.findall(r"`([a-z_.]+)`", row)}


VISIBLE, STAFF_ONLY = kinds_under("What a visitor sees too"), kinds_under("For staff alone")
INSTALLATION = kinds_under("The log `installation`")
KEPT = set(re.findall(r"`([a-z]+\.[a-z]+)`", PROTOCOL.split("### Kept for what comes")[1].split("\n## ")[0]))


@pytest.mark.parametrize(
    ("audience", "documented"), [("visitor", VISIBLE), ("staff", STAFF_ONLY), ("installation", INSTALLATION)]
)
def test_every_kind_that_is_written_is_documented_for_whom_it_is(audience: str, documented: set[str]) -> None:
    in_a_constant = {ERASED} if audience == "visitor" else set()
    assert {kind for kind, seen_by in kinds_written() if seen_by == audience} | in_a_constant == documented


def test_the_widget_draws_every_kind_that_a_visitor_may_see() -> None:
    found = re.search(r"const LINES =\s*/(.+)/;", WIDGET)
    assert found
    lines, forms = re.compile(found[1]), set(re.findall(r'"([a-z]+\.[a-z]+)": "[a-z]+"', WIDGET))
    drawn = {kind for kind in VISIBLE | KEPT if lines.fullmatch(kind)} | forms
    assert drawn | set(re.findall(r'kind [!=]== "([a-z]+\.[a-z]+)"', WIDGET)) == VISIBLE | KEPT


def test_the_console_has_words_for_every_kind_of_a_conversation() -> None:
    words = (CONSOLE / "log_words.js").read_text(encoding="utf-8")
    lines = set(re.findall(r'^  "([a-z_.]+)": ', words, re.MULTILINE))
    entries = set(re.findall(r'"([a-z_]+\.[a-z_]+)"', (CONSOLE / "view/entry.js").read_text(encoding="utf-8")))
    assert lines | entries == VISIBLE | STAFF_ONLY | KEPT


# Frames and codes


def table_rows(title: str) -> list[str]:
    """The first column of every table below a heading of the second or third rank."""
    section = re.split(rf"^##+ {re.escape(title)}\n", PROTOCOL, flags=re.MULTILINE)[1]
    section = re.split(r"^##", section, flags=re.MULTILINE)[0]
    return [line.split("|")[1] for line in section.splitlines() if line.startswith("| ")]


def test_the_visitors_frames_are_those_that_are_read_and_those_the_widget_sends() -> None:
    documented = {name for row in table_rows("Frames of the client") for name in re.findall(r"`([a-z.]+) \{", row)}
    assert documented | {"hello"} == set(_PARSERS)
    folder = BATON / "widget/browser/widget"
    source = "".join(file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.js")))
    sent = set(re.findall(r'#(?:queue|give)\([^"]*"([a-z]+\.[a-z]+)"', source))
    sent |= set(re.findall(r'type: "([a-z]+)", (?:seq|on|token)[:, ]', source))
    assert {"message.send", "handoff.request", "hello", "typing"} < sent
    assert sent <= documented | {"hello"}


def test_the_widget_understands_every_frame_the_server_sends() -> None:
    documented = {name for row in table_rows("Frames of the server") for name in re.findall(r"`([a-z]+) \{", row)}
    reducers = WIDGET.split("const frames = {")[1].split("\n};")[0]
    assert set(re.findall(r"^  (\w+): \(", reducers, re.MULTILINE)) == documented | {"welcome"}


def test_error_codes_are_documented() -> None:
    sources = [*(BATON / "widget").glob("*.py"), *(BATON / "handoff").glob("*.py")]
    text = "".join(file.read_text(encoding="utf-8") for file in sources)
    sent = set(re.findall(r'(?:_complain|BadFrame)\(\s*"([a-z_]+)"', text)) | {"bad_frame"}
    documented = {code for row in table_rows("Errors and close codes") for code in re.findall(r"`([a-z_]+)`", row)}
    assert sent - {"code"} <= documented
    assert documented - sent == {"code", "forbidden"}


def test_close_codes_are_documented() -> None:
    sources = [*(BATON / "widget").glob("*.py"), *(BATON / "handoff").glob("*.py")]
    used = {code for file in sources for code in re.findall(r"(?:Closed|_close)\((?:\w+, )?(\d{4})", file.read_text())}
    documented = set(re.findall(r"^ (\d{4}) $", "\n".join(table_rows("Errors and close codes")), re.MULTILINE))
    assert {"1008", "1013", "4401"} <= used <= documented


def test_problem_codes_are_documented_and_described() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in sorted(BATON.rglob("*.py")))
    used = set(re.findall(r'(?:Problem|Refused)\(\s*\d{3}, "([a-z_]+)"', text))
    documented = {code for line in PROTOCOL.splitlines() if re.match(r"\| \d{3} ", line) for code in codes_of(line)}
    assert used == documented == set(openapi()["components"]["schemas"]["Problem"]["properties"]["code"]["enum"])


def codes_of(row: str) -> list[str]:
    return re.findall(r"`([a-z_]+)`", row.split("|")[2])


# Settings, commands, figures, files


def settings_of(model: type[BaseModel], path: str = "") -> Iterator[str]:
    """Every setting as `section.key`, groups included."""
    for name, field in model.model_fields.items():
        yield f"{path}{name}"
        inner = [one for one in (field.annotation, *get_args(field.annotation)) if isinstance(one, type)]
        for one in inner:
            if issubclass(one, BaseModel):
                yield from settings_of(one, f"{path}{name}.")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_settings_that_are_named_exist(document: Path) -> None:
    known, files = set(settings_of(Config)), {file.name for file in ROOT.rglob("*.yaml") if ".venv" not in file.parts}
    sections = "|".join(Config.model_fields)
    named = set(re.findall(rf"`((?:{sections})\.[a-z_.]+)`", document.read_text(encoding="utf-8"))) - files
    events = VISIBLE | STAFF_ONLY | INSTALLATION | KEPT | set(_PARSERS)
    assert {name for name in named - events if not name.endswith(".py")} <= known


def indented_blocks(text: str) -> Iterator[str]:
    """Code written by indenting it."""
    for block in re.findall(r"(?:^    .*\n|^\n(?=    ))+", text, re.MULTILINE):
        yield "\n".join(line[4:] for line in block.splitlines()).strip("\n")


def test_settings_in_the_readme_work_as_they_stand() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = [block for block in indented_blocks(text) if block.partition(":")[0] in Config.model_fields]
    assert len(blocks) == 3
    for block in blocks:
        Config(**yaml.safe_load(block))


def test_presets_in_the_readme_work_when_they_are_uncommented() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    [block] = [one for one in indented_blocks(text) if one.startswith("assistant:")]
    presets = block.split("providers:\n")[1].split("\n\n")
    assert len(presets) == 3
    for preset in presets:
        lines = [re.sub(r"^    # (?=chain|models|  )", "    ", line) for line in preset.splitlines()]
        values: dict[str, Any] = yaml.safe_load("\n".join(lines))
        Config(assistant={"providers": values})
        assert values["chain"][-1] == "extractive"


def test_every_command_is_in_the_readme() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("## Commands")[1].split("\n## ")[0]
    assert {name for name in COMMANDS if not re.search(rf"`(?:baton )?{name}\b", table)} == set()


def test_every_figure_for_prometheus_is_explained() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    counted = {f"{one.name}_total" if one.type == "counter" else one.name for one in Metrics().registry.collect()}
    assert set(re.findall(r"`(baton_[a-z_]+)", text)) == counted


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_pictures_are_light() -> None:
    pictures = sorted((ROOT / "docs" / "images").iterdir())
    assert pictures
    assert [file.name for file in pictures if file.stat().st_size > LARGEST_PICTURE] == []


def test_the_architecture_names_what_exists() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for path in re.findall(r"`([a-z_/]+\.py)`", text):
        assert (BATON / path).exists() or list(BATON.rglob(path)), path
    sources = {file: file.read_text(encoding="utf-8") for file in BATON.rglob("*.py")}
    for owner, name in re.findall(r"`([A-Z]\w+)\.(\w+)`", text):
        assert any(f"class {owner}" in source and f"def {name}(" in source for source in sources.values()), name
    for module, name in re.findall(r"`([a-z_]+)\.([a-z_]+)`", text):
        if f"{module}.{name}" not in VISIBLE | STAFF_ONLY | set(_PARSERS) and name not in ("py", "js"):
            files = [source for file, source in sources.items() if file.stem == module]
            assert any(f"def {name}(" in source for source in files), f"{module}.{name}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_lines_can_be_read_in_a_terminal(document: Path) -> None:
    long = [
        line
        for line in document.read_text(encoding="utf-8").splitlines()
        if len(line) > 124 and not line.startswith("|")
    ]
    assert [line for line in long if not line.startswith("![")] == []
