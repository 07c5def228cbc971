"""The real pages for everybody: nothing axe objects to, light and dark, and both whole ways by keyboard alone."""

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.browser.real_site import Colleague, Demo, Visitor, sitting_at

SCHEMES = ["light", "dark"]
AT_REST = """
() => {
  const ending = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < Infinity);
  return Promise.allSettled(ending.map(({ finished }) => finished)).then(() => undefined);
}
"""
FOCUSED = """
() => {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return node?.getAttribute("aria-label") ?? node?.innerText ?? "";
}
"""


async def is_clean(page: Page) -> None:
    """Axe finds nothing, once nothing moves any more."""
    await page.evaluate(AT_REST)
    found = await Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_axe_finds_nothing_on_the_shop_and_its_widget(chromium: Browser, demo: Demo, scheme: Any) -> None:
    async with sitting_at(chromium, Visitor, color_scheme=scheme) as visitor:
        for path in ("", "/products", "/help", "/help/shipping-costs", "/orders", "/basket"):
            await visitor.page.goto(demo.shop + path)
            await expect(visitor.locate("baton-chat .launcher")).to_be_visible()
            await is_clean(visitor.page)
        await visitor.open()
        await is_clean(visitor.page)
        answer = await visitor.tap("Norway")
        await answer.locator("summary").click()
        await visitor.ask("Do you rent things out for weddings?")
        await is_clean(visitor.page)
        await visitor.page.get_by_role("button", name="Talk to a person").first.click()
        await expect(visitor.page.get_by_role("button", name="Stop waiting")).to_be_visible()
        await is_clean(visitor.page)
        await visitor.page.get_by_role("button", name="Stop waiting").click()
        await visitor.page.set_viewport_size({"width": 390, "height": 844})
        await is_clean(visitor.page)


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_axe_finds_nothing_on_the_staff_pages(chromium: Browser, demo: Demo, scheme: Any) -> None:
    async with sitting_at(chromium, Colleague, color_scheme=scheme) as hanne:
        page = hanne.page
        await page.goto(demo.shop.replace("/shop", "/sign-in"))
        await is_clean(page)
        seat = demo.fresh_seat("admin")
        await page.goto(seat)
        await is_clean(page)
        await hanne.sit_down(seat)
        await is_clean(page)
        await hanne.rows.first.click()
        await expect(hanne.transcript).to_be_visible()
        await is_clean(page)
        for key in ("f", "?"):
            await hanne.press(key)
            await expect(page.get_by_role("dialog")).to_be_visible()
            await is_clean(page)
            await hanne.press("Escape")
        await page.goto(demo.shop.replace("/shop", "/knowledge"))
        await expect(page.get_by_role("button", name="Shipping costs and times").first).to_be_visible()
        await is_clean(page)
        await page.goto(demo.shop.replace("/shop", "/assistant/risk"))
        await expect(page.get_by_role("heading", name="Food safety")).to_be_visible()
        await is_clean(page)
        await page.set_viewport_size({"width": 390, "height": 844})
        await is_clean(page)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_visitor_gets_to_a_person_and_back_without_a_mouse(chromium: Browser, demo: Demo) -> None:
    async with sitting_at(chromium, Visitor) as visitor:
        keys = visitor.page.keyboard
        await visitor.page.goto(demo.shop)
        await tab_to(visitor.page, "Open chat")
        await keys.press("Enter")
        await expect(visitor.field).to_be_focused()
        await back_to(visitor.page, "What does shipping to Norway cost?")
        await keys.press("Enter")
        source = visitor.locate("baton-chat summary")
        await expect(source).to_be_visible()
        await expect(visitor.field).to_be_focused()
        await back_to(visitor.page, "Shipping costs and times")
        await keys.press("Enter")
        await expect(visitor.locate("baton-chat blockquote")).to_be_visible()
        await tab_to(visitor.page, "Helpful")
        await keys.press("Space")
        await expect(visitor.page.get_by_role("button", name="Helpful", exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )
        await back_to(visitor.page, "Talk to a person")
        await keys.press("Enter")
        await tab_to(visitor.page, "Stop waiting")
        await keys.press("Enter")
        await expect(visitor.log).to_contain_text("no longer waiting")
        await keys.press("Escape")
        await expect(visitor.locate("baton-chat .launcher")).to_be_focused()


async def test_an_agent_signs_in_accepts_answers_and_resolves_without_a_mouse(chromium: Browser, demo: Demo) -> None:
    async with sitting_at(chromium, Visitor) as visitor, sitting_at(chromium, Colleague) as jonas:
        keys = jonas.page.keyboard
        await jonas.page.goto(demo.fresh_seat("agent"))
        await expect(jonas.page.get_by_role("button", name="Continue as")).to_be_focused()
        await keys.press("Enter")
        await expect(jonas.locate(".presence")).to_contain_text("Available")
        await visitor.page.goto(demo.shop)
        await visitor.open()
        await visitor.say("I want to talk to a person about rain gutters")
        mine = jonas.rows.filter(has_text="rain gutters")
        await expect(mine).to_be_visible()
        while not await mine.evaluate("node => node === document.activeElement"):
            await keys.press("j")
        await keys.press("Enter")
        await expect(jonas.page.get_by_role("button", name="Accept")).to_be_visible()
        await keys.press("a")
        await keys.type("Good evening.")
        await expect(jonas.state).to_contain_text("With you")
        await keys.press("Enter")
        await expect(visitor.log).to_contain_text("Good evening.")
        await expect(jonas.page.get_by_role("button", name="Resolve")).to_be_enabled()
        await jonas.press("Escape", "e")
        await expect(jonas.page.get_by_role("dialog")).to_be_visible()
        await keys.press("Enter")
        await expect(visitor.log).to_contain_text("Conversation resolved")


async def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press the key until what bears the name has the focus."""
    for _ in range(60):
        await page.keyboard.press(key)
        if name in await page.evaluate(FOCUSED):
            return
    raise AssertionError(f"{key} never came to {name}")


async def back_to(page: Page, name: str) -> None:
    await tab_to(page, name, "Shift+Tab")
