"""Everything by keyboard, nothing axe objects to, at every width and in both schemes."""

from typing import Literal

import pytest
from playwright.async_api import Browser, expect

from tests.browser.console_desk import at_desk


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 900, 390])
async def test_axe_finds_nothing_on_the_list_the_conversation_and_the_dialogs(
    chromium: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    async with at_desk(chromium, width=width, scheme=scheme) as desk:
        await expect(desk.rows.first).to_be_visible()
        assert await desk.violations() == ""
        await desk.open("refund")
        await expect(desk.transcript.get_by_text("Answered: the passage states it").first).to_be_attached()
        assert await desk.violations() == ""
        await desk.page.keyboard.press("n")
        await desk.composer.fill("A note")
        await desk.composer.press("Escape")
        assert await desk.violations() == ""
        await desk.page.keyboard.press("?")
        assert await desk.violations() == ""


async def test_axe_finds_nothing_while_nothing_is_received_and_a_message_failed(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        desk.server.failing["/messages"] = 422
        await desk.composer.fill("No")
        await desk.composer.press("Enter")
        await expect(desk.transcript.get_by_role("alert")).to_be_visible()
        desk.server.refuses_sockets = True
        await desk.server.drop()
        await expect(desk.page.get_by_text("Not receiving.")).to_be_visible()
        assert await desk.violations() == ""


@pytest.mark.parametrize("page", ["sign-in", "nowhere"])
async def test_axe_finds_nothing_on_the_pages_around_it(chromium: Browser, page: str) -> None:
    async with at_desk(chromium, go=False) as desk:
        await desk.page.goto(f"{desk.server.url}/{page}")
        assert await desk.violations() == ""


async def test_a_handoff_is_accepted_answered_and_resolved_without_a_mouse(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        keys = desk.page.keyboard
        await expect(desk.rows).to_have_count(2)
        for key in ("j", "j", "Enter"):
            await keys.press(key)
        await expect(desk.page.locator(".conversation-name")).to_have_text("Maria Duarte")
        await expect(desk.page.get_by_role("button", name="Accept")).to_be_visible()
        await keys.press("a")
        await expect(desk.composer).to_be_focused()
        await keys.press("Escape")
        await keys.press("s")
        await expect(desk.page.get_by_role("button", name="Send to Maria")).to_be_enabled()
        await keys.press("Enter")
        await expect(desk.transcript.locator(".entry-agent")).to_contain_text("I'm sorry about the wait, Maria.")
        await keys.press("Escape")
        await keys.press("n")
        await keys.type("Payments answers by noon.")
        await keys.press("Enter")
        await expect(desk.transcript.locator(".entry-private").last).to_contain_text("Payments answers by noon.")
        await keys.press("Escape")
        await keys.press("e")
        await expect(desk.page.get_by_role("dialog")).to_be_visible()
        await keys.press("ArrowDown")
        await keys.press("Enter")
        await expect(desk.page.locator(".conversation-state")).to_contain_text("Resolved")
        await expect(desk.page.get_by_role("dialog")).to_be_hidden()
        await keys.press("u")
        await expect(desk.rows.first).to_be_focused()


async def test_single_keys_rest_while_writing_and_can_be_turned_off(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("refund")
        await desk.composer.fill("")
        await desk.page.keyboard.type("a data entry")
        await expect(desk.composer).to_have_value("a data entry")
        assert desk.server.posts == []
        await desk.composer.press("Escape")
        await desk.page.keyboard.press("?")
        await desk.page.get_by_label("Use single keys.").uncheck()
        await desk.page.get_by_role("button", name="Close", exact=True).click()
        await desk.page.keyboard.press("a")
        await desk.page.keyboard.press("n")
        await expect(desk.page.get_by_role("button", name="Reply", exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )
        assert desk.server.posts == []


async def test_on_a_phone_the_list_and_the_conversation_take_turns(chromium: Browser) -> None:
    async with at_desk(chromium, width=390, height=844) as desk:
        await desk.rows.filter(has_text="Maria Duarte").click()
        await expect(desk.page.locator(".inbox")).to_be_hidden()
        await expect(desk.page.get_by_role("complementary", name="Briefing")).to_be_hidden()
        await desk.page.get_by_role("button", name="Briefing", exact=True).click()
        await expect(desk.page.get_by_text("Where is the refund for SK-20418?")).to_be_visible()
        await desk.page.get_by_role("button", name="Insert into reply").click()
        await expect(desk.page.get_by_role("complementary", name="Briefing")).to_be_hidden()
        await expect(desk.composer).to_be_focused()
        await desk.page.get_by_role("button", name="Back to the list").click()
        await expect(desk.page.locator(".inbox")).to_be_visible()
        await expect(desk.rows.filter(has_text="Maria Duarte")).to_be_focused()


@pytest.mark.parametrize("width", [1280, 900, 390, 320])
async def test_nothing_is_wider_than_the_screen(chromium: Browser, width: int) -> None:
    async with at_desk(chromium, width=width) as desk:
        await desk.open("refund")
        await expect(desk.composer).to_be_visible()
        assert await desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_browsers_back_button_leads_from_the_conversation_to_the_list(chromium: Browser) -> None:
    async with at_desk(chromium, width=390) as desk:
        await desk.rows.first.click()
        await expect(desk.composer).to_be_visible()
        await desk.page.go_back()
        await expect(desk.page.locator(".inbox")).to_be_visible()
