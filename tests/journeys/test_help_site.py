"""The documentation of a real product, as it lies in its folder: front matter, template tags, links between pages."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from baton.server.gate.staff_only import pages_of
from evals.real_questions.asking import describe, questions
from tests.journeys.library import ask_all, upload
from tests.journeys.site import HELP, Site, open_site

PAGES = ("api/rate-limits.md", "admin/backups.md", "methods/mutes.md", "entities/Poll.md")
SAYS_NOTHING = "help-a5"
"""Is given the sentence that says the question again, which is true and no answer; nothing sees that yet."""
TEMPLATE_TAG = re.compile(r"\{\{[<%]|[>%]\}\}|\{#[\w-]+\}|^(?:menu|weight|parent):|\]\(", re.MULTILINE)


@pytest.fixture(scope="module")
def files(data_dir: Path) -> dict[str, str]:
    """Pages by their path: all that users read, and some that developers do."""
    folder = data_dir / "help-site"
    chosen = [*sorted((folder / "user").glob("*.md")), *(folder / page for page in PAGES)]
    return {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in chosen}


@pytest.fixture(scope="module")
async def help_site(files: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with open_site("sqlite", tmp_path_factory.mktemp("help")) as site:
        await upload(site, [(name, text.encode()) for name, text in files.items()])
        yield site


async def test_every_page_is_indexed_under_the_title_its_front_matter_states(
    help_site: Site, files: dict[str, str]
) -> None:
    counts = await help_site.knowledge.documents.counts()
    assert (counts["indexed"], counts["failed"]) == (len(files) + len(HELP), 0)
    titles = {page.title for page in await help_site.ground.database.read(pages_of)}
    assert {yaml.safe_load(text.split("---")[1])["title"] for text in files.values()} <= titles


async def test_no_template_tag_and_no_front_matter_is_left_in_what_may_be_quoted(help_site: Site) -> None:
    pages = await help_site.ground.database.read(pages_of)
    assert [found for page in pages for found in TEMPLATE_TAG.findall(page.text)] == []


async def test_readers_are_answered_and_never_told_something_wrong_as_sure(
    help_site: Site, files: dict[str, str]
) -> None:
    rows = [row for row in questions("help-site") if not row.sources or set(row.sources) & files.keys()]
    assert len(rows) >= 17
    results = await ask_all(help_site, rows)
    wrong = [result for result in results if result.verdict == "wrong" and result.id != SAYS_NOTHING]
    assert not wrong, "\n".join(map(describe, wrong))
    right = sum(result.verdict == "right" for result in results)
    assert right >= 10, "\n".join(describe(result) for result in results if result.verdict != "right")
