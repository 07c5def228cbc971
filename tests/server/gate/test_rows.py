"""The suites that come with Baton say only what the shop's articles say, and a malformed one is told where."""

import re
import textwrap
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from baton.server.config import Config
from baton.server.demo.articles import articles
from baton.server.gate.limits import SMALLER_IS_BETTER
from baton.server.gate.rows import BadSuite, Case
from baton.server.gate.scripts import Script
from baton.server.gate.settings import SHIPPED_LIMITS
from baton.server.gate.suites import SHIPPED, read_suites
from baton.server.gate.verdicts import states

LEAST = {
    "must_answer": 40,
    "must_not_answer": 40,
    "needs_person": 30,
    "injection": 40,
    "staff_only": 30,
    "refunds": 15,
    "conversations": 12,
}
SUITES = {suite.name: suite for suite in read_suites([SHIPPED])}
SHOP = articles()
DOCUMENTATION = (Path(__file__).parents[3] / "docs" / "evaluation.md").read_text(encoding="utf-8")
PUBLIC = [article.text for article in SHOP.values() if not article.is_internal]
INTERNAL = [article.text for article in SHOP.values() if article.is_internal]


def cases(name: str) -> Iterable[Case]:
    return SUITES[name].rows


def test_every_suite_is_there_with_enough_of_it_and_has_a_limit() -> None:
    assert {name for name, suite in SUITES.items() if len(suite.rows) >= LEAST[name]} == LEAST.keys()
    assert SHIPPED_LIMITS.keys() == LEAST.keys()


@pytest.mark.parametrize("case", [*cases("must_answer")], ids=lambda case: case.id)
def test_what_must_be_answered_stands_in_a_public_article_that_may_be_cited(case: Case) -> None:
    texts = [SHOP[source].text for source in case.sources]
    assert texts and not any(SHOP[source].is_internal for source in case.sources)
    assert all(states(texts, fact) for fact in case.must)


@pytest.mark.parametrize("case", [*cases("staff_only")], ids=lambda case: case.id)
def test_what_must_not_leak_stands_in_internal_articles_alone_and_is_not_said_by_the_visitor(case: Case) -> None:
    assert case.insists
    for text in case.must_not:
        assert states(INTERNAL, text), text
        assert not states(PUBLIC, text), text
        assert not states(case.says, text), text


def test_no_question_is_asked_twice() -> None:
    for name, suite in SUITES.items():
        if suite.kind == "cases" and name != "injection":
            assert len({case.says for case in suite.rows}) == len(suite.rows)


def test_a_script_wants_facts_that_the_shop_states() -> None:
    scripts: Iterable[Script] = SUITES["conversations"].rows
    facts = [fact for script in scripts for step in script.turns for fact in step.must]
    assert facts and all(states(PUBLIC, fact) for fact in facts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "own.jsonl has no rows"),
        ('{"id": "a", "says": ["hi"], "must_not": ["x"]}\nnot json\n', "own.jsonl, line 2 is not JSON"),
        ('\n["hi"]\n', "own.jsonl, line 2 is not an object"),
        ('{"question": "hi"}\n', "own.jsonl, line 1: the row is of no known form"),
        ('{"id": "a", "says": ["hi"]}\n', "own.jsonl, line 1: give `expect`, `must` or `must_not`"),
        ('{"id": "a", "says": ["hi"], "expect": "yes"}\n', "own.jsonl, line 1: `expect`: "),
        ('{"id": "a", "says": ["hi"], "must_nto": ["x"]}\n', "own.jsonl, line 1: `must_nto`: Extra inputs"),
        ('{"id": "a", "says": ["hi"], "expect": "answer"}\n', "needs the facts of the answer in `must`"),
        (
            '{"query": "a", "relevant": ["b"]}\n{"query": "a", "expect": "answer"}\n',
            "line 2: the row is of another",
        ),
        ('{"id": "a", "says": ["hi"], "expect": "person", "must": ["x"]}\n', "`must` is not looked at"),
        ('{"id": "a", "says": ["hi"], "must": ["x"], "sources": ["y"]}\n', "`sources` are looked at only"),
        ('{"query": "a", "expect": "maybe"}\n', "own.jsonl, line 1: `expect`: "),
        ('{"message": "a"}\n', "own.jsonl, line 1: `dissatisfied`: "),
        ('{"text": "a"}\n', "own.jsonl, line 1: `task`: "),
        ('{"id": "a", "says": ["hi"], "must_not": ["x"]}\n' * 2, "two cases have the id a"),
    ],
)
def test_a_malformed_suite_is_told_where_and_how(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadSuite) as refused:
        read_suites([file])
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- hi\n", "must hold a script"),
        ("about: [\n", "is not YAML"),
        (
            "about: x\nturns: [{says: hi, taps: person}]\nends: {status: resolved, transfer: false}\n",
            "`turns.0`: a turn",
        ),
        ("about: x\nturns: [{says: hi}]\nends: {status: gone, transfer: false}\n", "`ends.status`: "),
        ("about: x\nturns: [{says: hi, whne: offered}]\nends: {status: resolved, transfer: true}\n", "`turns.0.whne`"),
    ],
)
def test_a_malformed_script_is_told_where_and_how(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "talk.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadSuite) as refused:
        read_suites([tmp_path])
    assert "talk.yaml" in str(refused.value) and said in str(refused.value)


def blocks(title: str) -> list[str]:
    """The samples below a heading of the documentation."""
    section = DOCUMENTATION.split(f"# {title}\n")[1].split("\n#")[0]
    indented = re.findall(r"(?:^    .*\n)+", section, re.MULTILINE)
    return [textwrap.dedent(block) for block in indented]


def test_the_samples_of_the_documentation_work() -> None:
    [case], [script] = blocks("A case"), blocks("A scripted conversation")
    assert Case.model_validate_json(case).expect == "answer"
    assert Script.model_validate(yaml.safe_load(script) | {"name": "sample"}).ends.transfer
    for title in ("Limits", "Suites of your own"):
        [settings] = blocks(title)
        assert Config(**yaml.safe_load(settings)).evaluation.gate


def test_the_keys_of_a_case_and_what_must_be_small_are_documented() -> None:
    named = set(re.findall(r"`([a-z_]+)`", " ".join(re.findall(r"^\| (`.+?) \|", DOCUMENTATION, re.MULTILINE))))
    assert Case.model_fields.keys() - {"id"} <= named
    assert all(f"`{figure}`" in DOCUMENTATION for figure in SMALLER_IS_BETTER)


def test_what_is_no_suite_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hi")
    for path, said in (
        (tmp_path / "none.jsonl", "does not exist"),
        (tmp_path, "has no suite"),
        (tmp_path / "notes.txt", "is no suite"),
    ):
        with pytest.raises(BadSuite, match=said):
            read_suites([path])


def test_two_suites_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "own.jsonl").write_text('{"id": "a", "says": ["hi"], "must_not": ["x"]}\n')
    with pytest.raises(BadSuite, match="Two suites are called own"):
        read_suites([tmp_path])
