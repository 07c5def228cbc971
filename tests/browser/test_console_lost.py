"""What the console shows and keeps when the network fails it."""

import time

from playwright.async_api import Browser, expect

from tests.browser.console_desk import at_desk


async def test_a_server_that_falls_silent_is_noticed_within_ten_seconds(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        desk.server.is_silent = True
        since = time.monotonic()
        await expect(desk.page.get_by_text("Not receiving.")).to_be_visible(timeout=12_000)
        assert time.monotonic() - since < 10
        desk.server.is_silent = False
        await expect(desk.page.get_by_text("Not receiving.")).to_be_hidden(timeout=12_000)


async def test_the_console_does_not_say_available_while_the_connection_is_gone(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        presence = desk.page.get_by_role("switch", name="Available for new conversations")
        await expect(presence).to_be_checked()
        desk.server.refuses_sockets = True
        await desk.server.drop()
        await expect(presence).not_to_be_checked()
        await expect(presence).to_contain_text("Connecting")
        desk.server.refuses_sockets = False
        await expect(presence).to_be_checked(timeout=15_000)


async def test_after_a_cut_every_event_is_there_once_and_in_order(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        talk = desk.server.world.talks["cnv_mine"]
        desk.server.refuses_sockets = True
        await desk.server.drop()
        await expect(desk.page.get_by_text("Not receiving.")).to_be_visible()
        for text in ("While you were away, one.", "While you were away, two."):
            desk.server.world.say(talk, "visitor", text)
        desk.server.refuses_sockets = False
        await expect(desk.page.get_by_text("Not receiving.")).to_be_hidden(timeout=15_000)
        desk.server.world.say(talk, "visitor", "Back.")
        await expect(desk.transcript.locator(".entry-visitor .bubble")).to_have_text(
            [
                "The lamp came with the wrong plug.",
                "Perfect, thank you!",
                "While you were away, one.",
                "While you were away, two.",
                "Back.",
            ]
        )


async def test_what_began_to_wait_during_a_cut_is_in_the_list_afterwards(chromium: Browser) -> None:
    async with at_desk(chromium, tell=lambda _world: None) as desk:
        desk.server.refuses_sockets = True
        await desk.server.drop()
        await expect(desk.page.get_by_text("Not receiving.")).to_be_visible()
        talk = desk.server.world.talk("new", visitor={"name": "Noor Haddad"})
        desk.server.world.hand_over(talk)
        desk.server.refuses_sockets = False
        await expect(desk.rows).to_contain_text(["Noor Haddad"], timeout=15_000)


async def test_the_browser_going_offline_is_shown_at_once(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.page.context.set_offline(True)
        await expect(desk.page.get_by_text("Not receiving.")).to_be_visible(timeout=3_000)
        await desk.page.context.set_offline(False)
        await expect(desk.page.get_by_text("Not receiving.")).to_be_hidden(timeout=12_000)


async def test_an_ended_session_is_said_and_leads_to_the_sign_in_page(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        desk.server.sign_out()
        await desk.server.drop(4401)
        await expect(desk.page.get_by_text("You are signed out.")).to_be_visible()
        await desk.page.get_by_role("link", name="Sign in again").click()
        await expect(desk.page.get_by_label("Password")).to_be_visible()


async def test_a_refused_reconnect_is_found_to_be_an_ended_session(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        desk.server.sign_out()
        await desk.server.drop(1012)
        await expect(desk.page.get_by_text("You are signed out.")).to_be_visible(timeout=10_000)
