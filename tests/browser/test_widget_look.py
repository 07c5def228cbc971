"""How the widget looks, sounds and fits: accessibility, phones, languages, and life on a stranger's page."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from tests.browser.visitor_server import ASSISTANT, MAYA, SYSTEM, VISITOR
from tests.browser.widget_page import Shop, a_shop

LOWEST_CONTRAST = Path(__file__).with_name("lowest_contrast.js")
CITATION = {"n": 1, "title": "Shipping", "url": "https://shop.example/s", "place": "Shipping › Abroad", "quote": "€14."}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 760},
    "has_touch": True,
    "is_mobile": True,
    "reduced_motion": "reduce",
}


async def _everything_happens(shop: Shop) -> None:
    await shop.open()
    await shop.ask("What does shipping cost?")
    shop.server.say("**€14**, see `cost`:\n\n- one\n- two", turn="trn_1", citations=[CITATION], choices=["And back?"])
    await shop.page.locator("baton-chat summary").click()
    shop.server.append("handoff.suggested", ASSISTANT, {})
    shop.server.append("contact.asked", SYSTEM, {})
    shop.server.append("rating.asked", SYSTEM, {})
    await expect(shop.page.get_by_label("Email")).to_be_attached()


async def _faults(shop: Shop) -> list[str]:
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    # A strict policy refuses injected scripts, so axe comes through the debugger.
    found = await Axe().run(shop.page, options=options)
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in found.response["violations"]
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("shape", ["desk", "phone"])
async def test_axe_finds_nothing_in_any_state(chromium: Browser, scheme: str, shape: str) -> None:
    context: dict[str, Any] = {"color_scheme": scheme, "reduced_motion": "reduce", "bypass_csp": True} | (
        PHONE if shape == "phone" else {}
    )
    async with a_shop(chromium, **context) as shop:
        assert await _faults(shop) == []
        await _everything_happens(shop)
        assert await _faults(shop) == []
        shop.server.append("handoff.accepted", MAYA, {"handoff": "h", "agent": {"name": "Maya"}})
        shop.server.state(status="with_agent", holder=MAYA)
        shop.server.say("Hello, Maya here.", MAYA)
        shop.server.append("conversation.resolved", MAYA, {})
        shop.server.state(status="resolved")
        await expect(shop.page.get_by_role("button", name="Start a new conversation")).to_be_visible()
        assert await _faults(shop) == []


@pytest.mark.parametrize("context", [{}, PHONE], ids=["desk", "phone"])
async def test_everything_that_is_pressed_is_large_enough_for_a_thumb(
    chromium: Browser, context: dict[str, Any]
) -> None:
    async with a_shop(chromium, **context) as shop:
        await _everything_happens(shop)
        sizes = await shop.page.locator("baton-chat :is(button, summary, input, textarea):visible").evaluate_all(
            "nodes => nodes.map(node => [node.outerHTML.slice(0, 80), node.offsetWidth, node.offsetHeight])"
        )
        assert len(sizes) > 8
        assert [size for size in sizes if size[1] < 44 or size[2] < 44] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_on_the_brand_keeps_its_contrast_whatever_the_hue(chromium: Browser, scheme: str) -> None:
    async with a_shop(chromium, color_scheme=scheme) as shop:
        await shop.open()
        lowest = await shop.page.evaluate(LOWEST_CONTRAST.read_text())
        assert lowest["brand"] >= 4.5
        assert lowest["tint"] >= 4.5


async def test_the_panel_floats_beside_the_launcher_and_fits_a_low_window(chromium: Browser) -> None:
    async with a_shop(chromium, viewport={"width": 1280, "height": 600}, reduced_motion="reduce") as shop:
        await shop.open()
        box = await shop.page.locator("baton-chat .panel").bounding_box()
        assert box is not None
        assert (round(box["width"]), round(box["height"])) == (380, 504)
        assert round(box["x"] + box["width"]) == 1280 - 16
        launcher = await shop.launcher.bounding_box()
        assert launcher is not None
        assert (launcher["width"], launcher["height"]) == (56, 56)
        assert box["y"] + box["height"] <= launcher["y"]


async def test_on_a_phone_it_fills_the_screen_and_keeps_the_focus(chromium: Browser) -> None:
    async with a_shop(chromium, **PHONE) as shop:
        await shop.launcher.tap()
        box = await shop.page.locator("baton-chat .panel").bounding_box()
        assert box == {"x": 0, "y": 0, "width": 390, "height": 760}
        await expect(shop.launcher).to_be_hidden()
        for _ in range(12):
            await shop.page.keyboard.press("Tab")
            assert await shop.page.evaluate("document.activeElement.localName") in ("baton-chat", "body")
        await shop.page.get_by_role("button", name="Close chat").tap()
        await expect(shop.launcher).to_be_visible()


async def test_the_composer_grows_to_five_lines_and_no_further(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        heights = []
        for lines in (1, 2, 5, 9):
            await shop.field.fill("\n".join("word" for _ in range(lines)))
            heights.append(await shop.field.evaluate("node => node.offsetHeight"))
        assert heights == [44, 68, 140, 140]


async def test_by_keyboard_alone_it_opens_asks_and_closes(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.launcher.focus()
        await shop.page.keyboard.press("Enter")
        await expect(shop.field).to_be_focused()
        await shop.page.keyboard.type("Hello")
        await shop.page.keyboard.press("Enter")
        await expect(shop.mine).to_have_text("Hello")
        await shop.page.keyboard.press("Escape")
        await expect(shop.launcher).to_be_focused()
        await expect(shop.page.locator("baton-chat .panel")).to_be_hidden()


async def test_it_speaks_the_language_of_the_page(chromium: Browser) -> None:
    async with a_shop(chromium, "?lang=de-AT") as shop:
        await shop.page.get_by_role("button", name="Chat öffnen").click()
        await expect(shop.field).to_have_attribute("placeholder", "Nachricht schreiben")
        assert shop.server.frames("hello")[0]["locale"] == "de-AT"
        await shop.page.evaluate("document.querySelector('baton-chat').locale = 'fr'")
        await expect(shop.field).to_have_attribute("placeholder", "Écrire un message")


async def test_a_language_that_it_does_not_speak_is_met_in_english_from_right_to_left(chromium: Browser) -> None:
    async with a_shop(chromium, "?lang=ar&dir=rtl") as shop:
        await shop.open()
        launcher = await shop.launcher.bounding_box()
        assert launcher is not None
        assert launcher["x"] == 16
        await shop.ask("مرحبا")
        mine = await shop.mine.bounding_box()
        panel = await shop.page.locator("baton-chat .panel").bounding_box()
        assert mine is not None
        assert panel is not None
        assert mine["x"] < panel["x"] + 40


async def test_nothing_moves_for_those_who_want_it_still(chromium: Browser) -> None:
    async with a_shop(chromium, reduced_motion="reduce") as shop:
        await shop.open()
        await shop.ask("Hello")
        shop.server.state(working="writing")
        await expect(shop.page.locator("baton-chat .dots")).to_be_visible()
        assert await shop.page.evaluate("document.getAnimations().length") == 0


async def test_being_moved_and_loaded_twice_does_no_harm(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("Hello")
        await shop.page.evaluate(f"import('{shop.server.host}/widget.js?again')")
        await shop.page.evaluate("document.querySelector('main').append(document.querySelector('baton-chat'))")
        assert await shop.page.locator("baton-chat").count() == 1
        await shop.ask("Still the same")
        assert len(shop.server.frames("hello")) == 1
        await shop.page.evaluate("document.querySelector('baton-chat').remove()")
        await shop.server.until_nobody_is_there()
        assert shop.said == []


async def test_attributes_mirror_properties_and_events_tell_the_page(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        told = await shop.page.evaluate(
            """async () => {
              const chat = document.querySelector("baton-chat");
              const heard = [];
              for (const name of ["open", "close", "unread", "message", "status"])
                addEventListener(`baton:${name}`, event => heard.push([name, event.detail?.count ?? null]));
              chat.open = true;
              const shown = chat.hasAttribute("open");
              chat.removeAttribute("open");
              chat.hue = 20;
              chat.position = "start";
              const [hue, position] = ["hue", "position"].map(name => chat.getAttribute(name));
              return { shown, open: chat.open, hue, position, heard };
            }"""
        )
        assert told["shown"] is True
        assert told["open"] is False
        assert (told["hue"], told["position"]) == ("20", "start")
        assert [name for name, _ in told["heard"]] == ["open", "close"]
        launcher = await shop.launcher.bounding_box()
        assert launcher is not None
        assert launcher["x"] == 16


async def test_the_sites_word_for_who_is_signed_in_goes_along(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.server.until(lambda: len(shop.server.frames("hello")) == 1)
        await shop.page.evaluate("document.querySelector('baton-chat').identity = 'a.jwt.here'")
        await shop.server.until(lambda: len(shop.server.frames("hello")) == 2)
        assert shop.server.frames("hello")[1]["identity"] == "a.jwt.here"


async def test_a_picture_comes_from_the_baton_host_or_not_at_all(chromium: Browser) -> None:
    async with a_shop(chromium, visits=False) as shop:
        asked: list[str] = []
        shop.page.on("request", lambda request: asked.append(request.url))
        shop.server.brand["avatar"] = "https://pictures.example/logo.png"
        await shop.visit()
        await shop.open()
        await shop.ask("Hello")
        shop.server.say("Hello.", MAYA | {"avatar": "https://pictures.example/maya.png"})
        shop.server.append("handoff.accepted", VISITOR, {"agent": {"name": "Maya"}})
        await expect(shop.log).to_contain_text("Maya joined")
        assert [url for url in asked if "pictures.example" in url] == []
