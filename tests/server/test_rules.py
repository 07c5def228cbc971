"""House rules that no linter knows, checked over the files themselves."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sorted((ROOT / "baton").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
BROWSER = sorted((ROOT / "baton").rglob("*.js"))
PAGES = sorted((ROOT / "baton").rglob("*.html"))
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "service", "services", "base", "common", "misc"}

AT_HOME = {
    "chromadb": "baton/knowledge/index",
    "openai": "baton/assistant/providers/",
    "anthropic": "baton/assistant/providers/",
}
"""Libraries that one place knows, so that replacing one touches one place."""


def lines_with(files: list[Path], pattern: str) -> list[str]:
    """`file:line text` of every line that holds `pattern`."""
    wanted = re.compile(pattern)
    return [
        f"{file.relative_to(ROOT)}:{number} {line.strip()[:100]}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if wanted.search(line)
    ]


def imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def calls_of(file: Path, *names: str) -> Iterator[ast.Call]:
    """Calls written `asyncio.sleep(…)` where `asyncio.sleep` is among `names`."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in names:
            yield node


def test_modules_are_named_after_what_they_hold() -> None:
    assert [file.name for file in PYTHON if file.stem in VAGUE_NAMES] == []


def test_a_module_opens_with_what_it_is_for() -> None:
    silent = [file for file in PYTHON + TESTS if not ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))]
    assert [str(file.relative_to(ROOT)) for file in silent] == []


@pytest.mark.parametrize("library", sorted(AT_HOME))
def test_a_library_is_known_in_one_place_only(library: str) -> None:
    knowing = [str(file.relative_to(ROOT)) for file in PYTHON if library in imports_of(file)]
    assert [name for name in knowing if not name.startswith(AT_HOME[library])] == []


def test_no_task_runs_without_an_owner() -> None:
    orphans = ("asyncio.create_task", "asyncio.ensure_future", "loop.create_task")
    assert [f"{file.relative_to(ROOT)}:{call.lineno}" for file in PYTHON for call in calls_of(file, *orphans)] == []


def test_no_test_sleeps_to_wait() -> None:
    sleeps = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for file in TESTS
        for call in calls_of(file, "asyncio.sleep", "time.sleep", "sleep")
        if not (call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0)
    ]
    assert sleeps == []


def test_text_enters_a_page_only_as_text_or_built_nodes() -> None:
    assert lines_with(BROWSER, r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|setHTMLUnsafe)\b") == []


def test_pages_hold_no_inline_script_style_or_handler() -> None:
    """A strict Content Security Policy would refuse them."""
    inline = r"""<script(?![^>]*\bsrc=)(?![^>]*type="application/json")[^>]*>|<style\b|\sstyle=["']|\son[a-z]+=["']"""
    assert lines_with(PAGES, inline) == []


def test_pages_escape_what_they_show() -> None:
    assert lines_with(PAGES, r"\|\s*safe\b|autoescape\s+false") == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_and_hashes_everything_and_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.split("\n", 1)[1].strip())
    assert "://" not in text
    assert [entry.splitlines()[0] for entry in entries if not re.match(r"[\w.-]+==\S+", entry)] == []
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_what_runs_brings_neither_torch_nor_kubernetes() -> None:
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"torch", "kubernetes", "transformers", "sentence-transformers"}.isdisjoint(pinned)
    assert not [name for name in pinned if name.startswith("nvidia")]


def test_the_npm_lock_names_no_registry() -> None:
    assert lines_with([ROOT / "package-lock.json"], r'"resolved"') == []
