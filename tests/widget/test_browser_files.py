"""The widget's own files: how much a visitor has to load, and what must agree with something elsewhere."""

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from baton.widget.serving import FOLDER, browser_files
from baton.widget.squeezing import squeeze
from tests.requirements import require

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 20_000
FILES = browser_files()
LANGUAGES = ["de", "en", "es", "fr", "it", "nl", "pt"]


def source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def loaded_from(name: str) -> set[str]:
    """The module and all that it imports before anything is asked of it."""
    found = {name}
    for target in re.findall(r'from\s*"([^"]+)"', FILES[name].plain.decode()):
        path = (FOLDER / name).parent / target
        found |= loaded_from(path.resolve().relative_to(FOLDER).as_posix())
    return found


def strings() -> list[tuple[str, str]]:
    """English keys and words."""
    keys = re.search(r"KEYS = `(.*?)`", source("widget/strings.js"), re.DOTALL)
    assert keys is not None
    return list(zip(keys[1].split(), translated("en"), strict=True))


def translated(language: str) -> list[str]:
    table = re.search(r"`(.*)`", source(f"widget/strings/{language}.js"), re.DOTALL)
    assert table is not None
    return table[1].splitlines()


def declarations(css: str) -> dict[str, str]:
    """Every custom property by its first value, however it is broken into lines."""
    found: dict[str, str] = {}
    for name, value in re.findall(r"(--[\w-]+):\s*([^;]+);", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)):
        found.setdefault(name, re.sub(r"\s+", " ", value.strip()).replace("( ", "(").replace(" )", ")"))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_a_visitor_of_any_language_loads_stays_below_twenty_kilobytes(language: str) -> None:
    loaded = loaded_from("widget.js") | {f"widget/strings/{language}.js"}
    sizes = {name: len(gzip.compress(FILES[name].plain, 9)) for name in loaded}
    assert sum(sizes.values()) <= LIMIT, sizes


def test_of_the_languages_one_is_loaded() -> None:
    asked = {name for name in FILES if name not in loaded_from("widget.js")}
    assert asked == {f"widget/strings/{language}.js" for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_there_in_every_language_with_the_same_blanks(language: str) -> None:
    english, own = strings(), translated(language)
    assert len(own) == len(english)
    assert all(own)
    blank = re.compile(r"\{\w+\}")
    wrong = [
        key for (key, words), line in zip(english, own, strict=True) if blank.findall(words) != blank.findall(line)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_stops_waiting_is_told_that_the_assistant_goes_on(language: str) -> None:
    words = dict(zip((key for key, _ in strings()), translated(language), strict=True))
    assert words["assistant"].casefold() in words["handoff.cancelled"].casefold()


def test_every_sentence_that_is_asked_for_exists() -> None:
    asked = set()
    for file in FOLDER.rglob("*.js"):
        asked |= set(re.findall(r'\bt\("([\w.]+)"', file.read_text(encoding="utf-8")))
    assert asked <= {key for key, _ in strings()}


def test_every_state_of_work_has_its_words() -> None:
    assert {"reading", "searching", "writing", "checking"} <= {key for key, _ in strings()}


def test_the_values_of_the_look_are_those_that_every_page_of_ours_has() -> None:
    shared = declarations((ROOT / "baton/core/browser/tokens.css").read_text(encoding="utf-8"))
    block = re.search(r"TOKENS = `(.*?)`", source("widget/styles.js"), re.DOTALL)
    assert block is not None
    own = declarations(block[1])
    assert own == {name: shared[name] for name in own}


def test_every_value_that_is_used_is_defined_and_every_one_defined_is_used() -> None:
    css = source("widget/styles.js")
    assert set(re.findall(r"var\((--[\w-]+)\)", css)) == set(re.findall(r"^\s*(--[\w-]+):", css, re.MULTILINE))


def test_text_never_becomes_markup_and_nothing_is_evaluated() -> None:
    risky = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(.style"
    )
    assert [name for name, file in FILES.items() if risky.search(file.plain.decode()) and "styles" not in name] == []


def test_modules_import_by_relative_paths_so_that_they_follow_their_host() -> None:
    for name, file in FILES.items():
        targets = re.findall(r'(?:from|import)\s*"([^"]+)"', file.plain.decode())
        assert all(target.startswith(("./", "../")) for target in targets), name


def test_squeezing_leaves_strings_patterns_and_templates_alone() -> None:
    kept = 'const a = "  // no comment  ";\nconst b = /[/"] +/g;\nconst c = `x  ${a}  y`;\n'
    assert squeeze(kept) == 'const a="  // no comment  ";const b=/[/"] +/g;const c=`x  ${a}  y`;'


def test_squeezing_drops_comments_and_needless_marks_and_keeps_words_apart() -> None:
    program = "/** Says. */\nexport  function  f(a, b,) {\n  // why\n  return typeof a;\n}\n"
    assert squeeze(program) == "export function f(a,b){return typeof a}"


def test_squeezing_numbers_private_names_and_no_others() -> None:
    program = "class A {\n  #count = 0;\n  #told = `#count`;\n  count() { return `${this.#count}#told`; }\n}\n"
    assert squeeze(program) == "class A{#a=0;#b=`#count`;count(){return`${this.#a}#told`}}"


def test_squeezing_a_sheet_keeps_its_meaning() -> None:
    sheet = "const css = `\n.a { color: oklch(0.5 0.1 20); margin: 0 10.05px; }\n.b .c > i:hover { top: 0; }\n`;"
    assert squeeze(sheet) == "const css=`\n.a{color:oklch(.5 .1 20);margin:0 10.05px}.b .c > i:hover{top:0}`;"


def test_what_is_served_parses(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        require("node", "not on the path")
    for name, file in FILES.items():
        path = tmp_path / f"{name.replace('/', '_')}.mjs"
        path.write_bytes(file.plain)
        done = subprocess.run([node, "--check", path], capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, f"{name}: {done.stderr}"


def test_the_reducer_keeps_what_the_contract_says_about_order(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        require("node", "not on the path")
    script = tmp_path / "reducer_story.mjs"
    shutil.copy(Path(__file__).with_name("reducer_story.mjs"), script)
    (tmp_path / "conversation.mjs").write_bytes(FILES["widget/conversation.js"].plain)
    done = subprocess.run([node, script], capture_output=True, text=True, timeout=30, check=True)
    told = json.loads(done.stdout)
    assert told["places"] == ["known", "next", "gap", "known"]
    assert told["outbox"] == ["sending", "sent", "none"]
    assert told["stream"] == ["Wool is", None]
    assert told["unread"] == 1
    assert told["turned"] == {"events": 0, "last": 0, "outbox": 1}
    assert told["unknown"] is True
