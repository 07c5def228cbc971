"""The content owner's page in Chromium: the whole way from an empty library to a deleted document."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.knowledge.site import Site, open_site
from tests.knowledge.world import World

RETURNS = "# Returns\n\n## How long it takes\n\nA refund takes five days.\n"
SECONDS = 20_000


@pytest.fixture
async def site(library: World) -> AsyncIterator[Site]:
    async with open_site(library) as site:
        yield site


@pytest.fixture
async def page(site: Site, chromium: Browser) -> AsyncIterator[Page]:
    """The page, signed in as a content owner; anything said on the console is a failure."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    context.set_default_timeout(SECONDS)
    name, value = site.cookie.split("=", 1)
    await context.add_cookies([{"name": name, "value": value, "url": site.address}])
    page = await context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if is_trouble(message) else None)
    await page.goto(f"{site.address}/knowledge")
    yield page
    await context.close()
    assert troubles == []


def is_trouble(message: ConsoleMessage) -> bool:
    """Whether our own code complains; the browser itself notes each refusal of the server."""
    return message.type == "error" and not message.text.startswith("Failed to load resource")


def files(folder: Path, **contents: str) -> list[str]:
    """Paths of files with these contents; `name_md` is name.md."""
    paths = [folder / name.replace("_", ".") for name in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        path.write_text(content)
    return [str(path) for path in paths]


async def assert_accessible(page: Page) -> None:
    results = await Axe().run(page)
    assert results.response["violations"] == [], results.generate_report()


async def test_files_are_added_watched_searched_looked_into_and_deleted(page: Page, tmp_path: Path) -> None:
    await expect(page.get_by_role("heading", name="No documents yet")).to_be_visible()
    await page.set_input_files("input[type=file]", files(tmp_path, returns_md=RETURNS, empty_txt=" ", photo_png="x"))
    rows = page.locator("tbody tr")
    await expect(rows.filter(has_text="Returns").get_by_text("Ready")).to_be_visible(timeout=SECONDS)
    await expect(rows.filter(has_text="empty.txt")).to_contain_text("That file is empty.", timeout=SECONDS)
    await expect(rows.filter(has_text="photo.png")).to_contain_text("That file is a picture")
    await expect(page.get_by_text("1 document ready, 1 chunk searched · 2 not readable.")).to_be_visible(
        timeout=SECONDS
    )

    await page.get_by_role("searchbox", name="Question").fill("How long does a refund take?")
    await page.keyboard.press("Enter")
    found = page.get_by_role("list", name="Passages found").get_by_role("listitem")
    await expect(found).to_contain_text("Returns › How long it takes")

    await page.get_by_role("button", name="Returns", exact=True).click()
    dialog = page.get_by_role("dialog", name="Returns")
    await expect(dialog.get_by_role("listitem")).to_contain_text("A refund takes five days.")
    await page.keyboard.press("Escape")

    await page.get_by_role("button", name="Delete Returns").click()
    await expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    await page.get_by_role("button", name="Delete document").click()
    await expect(rows.filter(has_text="returns.md")).to_have_count(0)


async def test_line_of_a_file_takes_the_outcome_of_its_document(page: Page, tmp_path: Path) -> None:
    lines = page.get_by_role("list", name="Files being added").get_by_role("listitem")
    await page.set_input_files("input[type=file]", files(tmp_path, returns_md=RETURNS))
    await expect(lines).to_have_text(re.compile("returns.md.*Ready"), timeout=SECONDS)
    await page.set_input_files("input[type=file]", files(tmp_path, returns_md=RETURNS))
    await expect(lines).to_have_text(re.compile("Already here, unchanged"))
    await page.get_by_role("searchbox", name="Filter by title or source").fill("returns")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await page.set_input_files(
        "input[type=file]", files(tmp_path, tents_md="# Tents\n\nFor two.", empty_txt=" ", noise_pdf="x")
    )
    for name, state, said in (
        ("tents.md", "indexed", "Ready"),
        ("empty.txt", "failed", "That file is empty."),
        ("noise.pdf", "failed", "That PDF is damaged"),
    ):
        line = lines.filter(has_text=name)
        await expect(line).to_have_class(f"upload upload-{state}", timeout=SECONDS)
        await expect(line.locator(".upload-said")).to_contain_text(said)


async def test_what_can_be_done_keeps_its_distance_from_the_border(page: Page, tmp_path: Path) -> None:
    await page.set_input_files("input[type=file]", files(tmp_path, empty_txt=" "))
    await page.get_by_role("button", name="Try again: Empty").wait_for(timeout=SECONDS)
    right = "node => node.getBoundingClientRect().right"
    border = await page.locator(".table-scroll").evaluate(right)
    for button in await page.locator(".doing-cell button").all():
        assert await button.evaluate(right) <= border - 8


async def test_refused_address_says_why_beside_it(page: Page) -> None:
    await page.get_by_label("Address of a page or site").fill("ftp://example.com/help")
    await page.get_by_role("button", name="Add address").click()
    await expect(page.get_by_text("is not an address that can be read")).to_be_visible()


async def test_filters_narrow_the_list(page: Page, tmp_path: Path) -> None:
    await page.set_input_files("input[type=file]", files(tmp_path, a_md="# Boots\n\nText.", b_md="# Tents\n\nMore."))
    rows = page.locator("tbody tr")
    await expect(rows).to_have_count(2)
    await page.get_by_role("searchbox", name="Filter by title or source").fill("a.md")
    await expect(rows).to_have_count(1)
    await page.get_by_role("searchbox", name="Filter by title or source").fill("nothing like it")
    await expect(page.get_by_text("No document fits this filter.")).to_be_visible()


async def test_server_that_does_not_answer_is_said_and_can_be_tried_again(page: Page) -> None:
    await page.route(
        "**/api/v1/documents?*", lambda route: route.fulfill(status=503, json={"detail": "Back in a moment."})
    )
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(page.get_by_role("alert").filter(has_text="Back in a moment.")).to_be_visible()
    await page.unroute("**/api/v1/documents?*")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("heading", name="No documents yet")).to_be_visible()


@pytest.mark.parametrize("scheme, width", [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)])
async def test_axe_finds_nothing(page: Page, tmp_path: Path, scheme: str, width: int) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    await page.set_viewport_size({"width": width, "height": 844})
    await assert_accessible(page)
    await page.set_input_files("input[type=file]", files(tmp_path, returns_md=RETURNS, photo_png="x"))
    await expect(page.get_by_text("1 document ready")).to_be_visible(timeout=SECONDS)
    await assert_accessible(page)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.get_by_role("button", name="Returns", exact=True).click()
    await expect(page.get_by_role("dialog").get_by_role("listitem")).to_be_visible()
    await assert_accessible(page)
