"""The first ten minutes, told as one story: a visitor in the shop, a person at the desk, the real `baton demo`."""

import re
import time

from playwright.async_api import Browser, Page, expect

from tests.browser.real_site import Colleague, Demo, Visitor, sitting_at

BEFORE_A_PERSON_ANSWERS = 90
NEEDS_PASSWORD = "input[type=password]"


async def test_the_first_ten_minutes(chromium: Browser, demo: Demo) -> None:
    async with sitting_at(chromium, Visitor) as visitor, sitting_at(chromium, Colleague) as jonas:
        await jonas.sit_down(demo.seats["agent"])
        began = time.monotonic()
        await visitor.page.goto(demo.shop)
        await is_greeted(visitor)
        await is_answered_from_the_help_pages(visitor)
        await asks_for_a_person(visitor)
        await accepts_and_replies(jonas, visitor)
        assert time.monotonic() - began < BEFORE_A_PERSON_ANSWERS
        await notes_and_returns(jonas, visitor)
        await continues_with_the_assistant(visitor)
        await takes_over_and_resolves(jonas, visitor)
        await rates_and_comes_back(visitor)
        await everything_is_there_in_another_tab_and_after_a_reload(visitor, demo)
        await outlives_the_server(visitor, jonas, demo)


async def is_greeted(visitor: Visitor) -> None:
    await visitor.open()
    await expect(visitor.log).to_contain_text("our team is one tap away")
    await expect(visitor.locate("baton-chat .chip")).to_have_count(4)


async def is_answered_from_the_help_pages(visitor: Visitor) -> None:
    """From a table's cell with its source, from a list as a whole; what nobody can answer is said to be so."""
    cell = await visitor.tap("Norway")
    await expect(cell).to_contain_text("€16.90")
    await cell.locator("summary").click()
    await expect(cell.locator("blockquote")).to_contain_text("Norway")
    assert "/help/shipping-costs" in str(await cell.get_by_role("link", name="Read the page").get_attribute("href"))
    thanked = await visitor.ask("Thanks")
    await expect(thanked.locator(".chip, details")).to_have_count(0)
    listed = await visitor.ask("How do I season a new pan?")
    await expect(listed.locator("li")).to_have_count(6)
    unknown = await visitor.ask("Do you rent things out for weddings?")
    await expect(unknown).to_contain_text("I couldn't find that in our help pages")
    await expect(unknown.locator("details")).to_have_count(0)


async def asks_for_a_person(visitor: Visitor) -> None:
    """The way there is offered once, beside the one in the header."""
    ways = visitor.page.get_by_role("button", name="Talk to a person")
    await expect(ways).to_have_count(2)
    await ways.first.click()
    await expect(visitor.page.get_by_role("button", name="Stop waiting")).to_be_visible()
    await expect(ways).to_have_count(0)


async def accepts_and_replies(jonas: Colleague, visitor: Visitor) -> None:
    """The row that came just now, the whole story beside it, and words that reach the visitor."""
    await jonas.rows.filter(has_text=re.compile(r"waiting \d+ s(?![a-z])")).first.click()
    await expect(jonas.transcript).to_contain_text("Do you rent things out for weddings?")
    briefing = jonas.page.get_by_role("complementary", name="Briefing")
    await expect(briefing).to_contain_text("Do you rent things out for weddings?")
    await expect(briefing).to_contain_text("€16.90")
    await jonas.page.get_by_role("button", name="Accept").click()
    await expect(jonas.composer).to_be_focused()
    await jonas.page.keyboard.type("Hello, Jonas here. We do not, but we know who does.")
    await expect(jonas.state).to_contain_text("With you")
    await jonas.press("Enter")
    await expect(visitor.log).to_contain_text("We do not, but we know who does.")
    await expect(visitor.locate("baton-chat .who")).to_contain_text("Jonas Wouters")
    assert await jonas.locate(NEEDS_PASSWORD).count() == 0


async def notes_and_returns(jonas: Colleague, visitor: Visitor) -> None:
    await visitor.say("Who is it?")
    await expect(jonas.transcript).to_contain_text("Who is it?")
    await jonas.press("Escape", "n")
    await jonas.page.keyboard.type("A regular, be generous.")
    await jonas.press("Enter")
    await expect(jonas.transcript.locator(".entry-private")).to_contain_text("A regular, be generous.")
    await jonas.press("Escape", "b")
    dialog = jonas.page.get_by_role("dialog", name="Return to the assistant")
    await dialog.get_by_role("textbox").fill("Promised an address by mail.")
    await dialog.get_by_role("button", name="Return to the assistant").click()
    await expect(visitor.log).to_contain_text("The assistant is back")


async def continues_with_the_assistant(visitor: Visitor) -> None:
    await expect(await visitor.ask("How long is the warranty on the enamel pot?")).to_contain_text("15 years")
    said = await visitor.log.inner_text()
    assert "be generous" not in said and "Promised an address" not in said


async def takes_over_and_resolves(jonas: Colleague, visitor: Visitor) -> None:
    await expect(jonas.state).to_contain_text("With the assistant")
    await jonas.press("t")
    await expect(jonas.state).to_contain_text("With you")
    await expect(jonas.page.get_by_role("button", name="Resolve")).to_be_enabled()
    await jonas.press("Escape", "e")
    await jonas.page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    await expect(jonas.state).to_contain_text("Resolved")
    await expect(visitor.log).to_contain_text("Conversation resolved")


async def rates_and_comes_back(visitor: Visitor) -> None:
    await visitor.page.get_by_role("button", name="4 of 5").click()
    await expect(visitor.log).to_contain_text("Thank you for telling us.")
    await expect(await visitor.ask("What are your opening hours?")).to_contain_text("10:00")
    await expect(visitor.log).to_contain_text("Conversation opened again")


async def everything_is_there_in_another_tab_and_after_a_reload(visitor: Visitor, demo: Demo) -> None:
    before = await words_in(visitor.page)
    await visitor.page.reload()
    await expect(visitor.log).to_contain_text("What are your opening hours?")
    assert await words_in(visitor.page) == before
    other = await visitor.context.new_page()
    await other.goto(f"{demo.shop}/help")
    await expect(other.get_by_role("log")).to_contain_text("What are your opening hours?")
    asked = await visitor.answers.count()
    await visitor.say("Thanks again")
    await visitor.answered(asked)
    await expect(other.get_by_role("log")).to_contain_text("Thanks again")
    await expect(other.get_by_role("log")).to_contain_text("You're welcome.")
    await other.close()


async def outlives_the_server(visitor: Visitor, jonas: Colleague, demo: Demo) -> None:
    """Killed while both look on: both are told, what is written meanwhile is kept and answered once."""
    demo.kill()
    await expect(visitor.locate("baton-chat .banner")).to_contain_text("No connection.")
    await visitor.say("What does shipping to Norway cost?")
    await expect(visitor.locate("baton-chat .meta.queued")).to_be_visible()
    await expect(jonas.page.get_by_text("Not receiving.")).to_be_visible()
    asked = await visitor.answers.count()
    demo.start()
    await visitor.page.evaluate("dispatchEvent(new Event('online'))")
    await expect(await visitor.answered(asked)).to_contain_text("€16.90")
    await expect(visitor.locate("baton-chat .banner p")).to_have_count(0)
    await expect(visitor.page.get_by_text("What does shipping to Norway cost?")).to_have_count(2)
    await expect(jonas.page.get_by_text("Not receiving.")).to_be_hidden()


async def words_in(page: Page) -> list[str]:
    """Every bubble, in order."""
    return await page.locator("baton-chat .bubble").all_inner_texts()
