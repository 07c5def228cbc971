"""What the widget does when the line is bad: nothing is lost, nothing is said twice, nothing is out of order."""

import asyncio

import pytest
from playwright.async_api import Browser, expect

from tests.browser.visitor_server import VISITOR
from tests.browser.widget_page import Shop, a_shop


async def test_messages_written_without_a_connection_wait_survive_a_reload_and_arrive_once_in_order(
    chromium: Browser,
) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("zero")
        shop.server.is_down = True
        shop.server.cut()
        await expect(shop.page.locator("baton-chat .banner")).to_contain_text("No connection")
        for text in ("one", "two", "three"):
            await shop.say(text)
        await expect(shop.page.locator("baton-chat .meta.queued")).to_have_count(3)
        await shop.field.fill("half a tho")
        await shop.page.reload()
        await expect(shop.mine).to_have_text(["one", "two", "three"])
        await expect(shop.field).to_have_value("half a tho")
        shop.server.is_down = False
        await shop.page.evaluate("dispatchEvent(new Event('online'))")
        await expect(shop.mine).to_have_text(["zero", "one", "two", "three"])
        await expect(shop.page.locator("baton-chat .meta.queued, baton-chat .meta.sending")).to_have_count(0)
        assert shop.server.texts() == ["zero", "one", "two", "three"]
        assert await shop.page.evaluate("Object.keys(localStorage).filter(key => key.includes(':out:'))") == []


async def test_nobody_is_shown_as_here_while_the_connection_is_gone(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        who, dot = shop.page.locator("baton-chat .who"), shop.page.locator("baton-chat .who .dot")
        await expect(who).to_contain_text("team online")
        await expect(dot).to_have_count(1)
        shop.server.is_down = True
        shop.server.cut()
        await expect(shop.page.locator("baton-chat .banner")).to_contain_text("No connection")
        await expect(dot).to_have_count(0)
        await expect(who).not_to_contain_text("team online")
        shop.server.is_down = False
        await shop.page.evaluate("dispatchEvent(new Event('online'))")
        await expect(dot).to_have_count(1)


async def test_a_message_whose_acknowledgement_was_cut_off_is_sent_again_and_stored_once(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("one")
        shop.server.lost_events = 1
        shop.server.close_after_next_message = 1012
        await shop.say("two")
        await expect(shop.mine).to_have_text(["one", "two"])
        await expect(shop.page.locator("baton-chat .meta.sent")).to_be_visible()
        assert shop.server.texts() == ["one", "two"]


async def test_an_acknowledgement_that_never_comes_makes_it_connect_again(chromium: Browser) -> None:
    async with a_shop(chromium, visits=False) as shop:
        await shop.page.clock.install()
        await shop.visit()
        await shop.launcher.click()
        await shop.page.clock.run_for(100)
        shop.server.swallows_acks = True
        shop.server.lost_events = 1
        await shop.say("one")
        await shop.server.until(lambda: len(shop.server.frames("message.send")) == 1)
        shop.server.swallows_acks = False
        await shop.page.clock.run_for(12000)
        await shop.server.until(lambda: len(shop.server.frames("hello")) == 2)
        await shop.page.clock.run_for(200)
        await expect(shop.mine).to_have_text("one")
        assert shop.server.texts() == ["one"]


async def test_a_lost_event_shows_as_a_gap_and_is_fetched_in_its_place(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("Tell me")
        shop.server.lost_events = 2
        for text in ("first", "second", "third"):
            shop.server.say(text)
        said = shop.page.locator("baton-chat .assistant .bubble")
        await expect(said.nth(3)).to_have_text("third")
        assert await said.all_inner_texts() == [shop.server.brand["greeting"], "first", "second", "third"]
        assert [hello["after"] for hello in shop.server.frames("hello")] == [0, 1]


async def test_events_that_come_twice_are_shown_once(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("Tell me")
        shop.server.send(shop.server.say("only once"))
        shop.server.say("and then")
        await expect(shop.log).to_contain_text("and then")
        await expect(shop.page.get_by_text("only once")).to_have_count(1)


@pytest.mark.parametrize("code", [1001, 1011, 1012])
async def test_after_a_restart_it_resumes_where_it_was(chromium: Browser, code: int) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("Tell me")
        shop.server.cut(code)
        await shop.server.until(lambda: len(shop.server.frames("hello")) == 2)
        again = shop.server.frames("hello")[1]
        assert (again["after"], again["conversation"]) == (1, shop.server.newest.id)
        await expect(shop.mine).to_have_count(1)


async def test_it_comes_back_later_when_asked_to(chromium: Browser) -> None:
    async with a_shop(chromium, visits=False) as shop:
        await shop.page.clock.install()
        await shop.visit()
        await shop.server.until(lambda: len(shop.server.frames("hello")) == 1)
        async with shop.page.expect_websocket(timeout=15000):
            shop.server.cut(1013)
            await shop.server.until_nobody_is_there()
            await shop.page.clock.run_for(7000)
            assert len(shop.server.frames("hello")) == 1
            await shop.page.clock.run_for(20000)
        await shop.server.until(lambda: len(shop.server.frames("hello")) == 2)


async def test_however_long_the_server_was_away_the_next_try_is_a_few_seconds_off(chromium: Browser) -> None:
    async with a_shop(chromium, visits=False) as shop:
        await shop.page.clock.install()
        await shop.visit()
        await shop.server.until(lambda: len(shop.server.frames("hello")) == 1)
        shop.server.is_down = True
        async with shop.page.expect_websocket():
            shop.server.cut()
        for _ in range(8):
            await is_tried_within(shop, seconds=8)
        shop.server.is_down = False
        await is_tried_within(shop, seconds=8)
        await shop.server.until(lambda: len(shop.server.frames("hello")) == 2)


async def is_tried_within(shop: Shop, seconds: int) -> None:
    """Let that much of the page's time pass; a try must fall into it, and is over afterwards if the server is down."""
    async with shop.page.expect_websocket() as tried:
        for _ in range(seconds):
            await shop.page.clock.run_for(1000)
    socket = await tried.value
    closed = asyncio.Event()
    socket.on("close", lambda _: closed.set())  # waiting for the event by its name fails at an "error" before it
    if shop.server.is_down and not socket.is_closed():
        await asyncio.wait_for(closed.wait(), 8)


@pytest.mark.parametrize("sign", ["sends", "is online", "comes into view"])
async def test_it_connects_at_once_when_there_is_a_reason_to(chromium: Browser, sign: str) -> None:
    async with a_shop(chromium, visits=False) as shop:
        await shop.page.clock.install()
        await shop.visit()
        await shop.open()
        async with shop.page.expect_websocket(timeout=5000):
            shop.server.cut(1013)
            await expect(shop.page.locator("baton-chat .banner")).to_contain_text("No connection")
            if sign == "sends":
                await shop.say("Still there?")
            else:
                page = "dispatchEvent(new Event('online'))"
                view = "document.dispatchEvent(new Event('visibilitychange'))"
                await shop.page.evaluate(page if sign == "is online" else view)
        await shop.server.until(lambda: len(shop.server.frames("hello")) == 2)


async def test_a_refused_token_begins_anew(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("Remember me")
        shop.server.refused_tokens.add(shop.server.newest.visitor)
        shop.server.cut()
        await expect(shop.mine).to_have_count(0)
        await shop.ask("Hello again")
        assert shop.server.frames("hello")[-1]["token"] is None


async def test_a_conversation_that_is_gone_gives_way_to_a_new_one_on_the_same_socket(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("Remember me")
        shop.server.conversations.clear()
        shop.server.cut()
        await expect(shop.mine).to_have_count(0)
        await shop.ask("Hello again")
        assert shop.server.texts() == ["Hello again"]


async def test_a_policy_close_ends_it_until_the_visitor_tries_again(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        shop.server.cut(1008)
        banner = shop.page.locator("baton-chat .banner")
        await expect(banner).to_contain_text("The chat is not available right now.")
        await banner.get_by_role("button", name="Try again").click()
        await expect(banner).to_be_empty()
        await shop.ask("Here again")


async def test_a_refused_message_can_be_tried_again_and_the_next_ones_go_on(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        shop.server.refusals.append({"code": "too_large"})
        await shop.say("one")
        failed = shop.page.locator("baton-chat .meta.failed")
        await expect(failed).to_contain_text("Not sent")
        await shop.say("two")
        await shop.server.until(lambda: shop.server.texts() == ["two"])
        await shop.page.reload()
        await failed.get_by_role("button", name="Try again").click()
        await expect(failed).to_have_count(0)
        await shop.server.until(lambda: shop.server.texts() == ["two", "one"])


async def test_too_fast_waits_as_long_as_told_and_sends_by_itself(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        shop.server.refusals.append({"code": "rate_limited", "retry_after": 0.4})
        await shop.say("one")
        await shop.say("two")
        await shop.server.until(lambda: shop.server.texts() == ["one", "two"])
        await expect(shop.page.locator("baton-chat .meta.failed")).to_have_count(0)
        sent = [frame["text"] for frame in shop.server.frames("message.send")]
        assert sent == ["one", "one", "two"]


async def test_a_refused_website_gets_one_plain_sentence_with_the_line_to_add(chromium: Browser) -> None:
    async with a_shop(chromium, visits=False) as shop:
        shop.server.allows_other_sites = False
        async with shop.page.expect_console_message(lambda message: "not allowed" in message.text) as told:
            await shop.page.goto(shop.server.shop)
        origin = f"http://localhost:{shop.server.port}"
        assert (await told.value).text == (
            f"The chat is not allowed on {origin}. To allow it, add to Baton's config.yaml: widget.origins: [{origin}]"
        )
        await expect(shop.page.locator("baton-chat")).to_be_hidden()
        assert sum("not allowed" in line for line in shop.said) == 1


async def test_two_tabs_are_one_visitor_in_one_conversation(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("From the first")
        other = await shop.context.new_page()
        await other.goto(shop.server.shop)
        theirs = other.locator("baton-chat .visitor .bubble")
        await expect(theirs).to_have_text("From the first")
        await other.locator("baton-chat textarea").fill("From the second")
        await other.locator("baton-chat textarea").press("Enter")
        await expect(shop.mine).to_have_text(["From the first", "From the second"])
        assert len(shop.server.conversations) == 1
        shop.server.append("conversation.resolved", VISITOR, {})
        shop.server.state(status="resolved")
        await other.get_by_role("button", name="Start a new conversation").click()
        await expect(theirs).to_have_count(0)
        await other.locator("baton-chat textarea").fill("A new matter")
        await other.locator("baton-chat textarea").press("Enter")
        await expect(shop.mine).to_have_text(["A new matter"])


async def test_a_message_waiting_in_one_tab_is_seen_in_the_other_and_sent_once(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("zero")
        other = await shop.context.new_page()
        await other.goto(shop.server.shop)
        await expect(other.locator("baton-chat .visitor .bubble")).to_have_text("zero")
        shop.server.is_down = True
        shop.server.cut()
        await shop.say("one")
        await expect(other.locator("baton-chat .visitor .bubble")).to_have_text(["zero", "one"])
        shop.server.is_down = False
        for page in (shop.page, other):
            await page.evaluate("dispatchEvent(new Event('online'))")
        for page in (shop.page, other):
            await expect(page.locator("baton-chat .meta.sent").last).to_be_visible()
            await expect(page.locator("baton-chat .visitor .bubble")).to_have_text(["zero", "one"])
        assert shop.server.texts() == ["zero", "one"]


async def test_it_talks_where_the_browser_keeps_nothing(chromium: Browser) -> None:
    async with a_shop(chromium, visits=False) as shop:
        await shop.context.add_init_script(
            "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
        )
        await shop.visit()
        await shop.open()
        await shop.ask("Hello")
        shop.server.cut()
        await shop.ask("Still here")
        assert shop.server.texts() == ["Hello", "Still here"]
