"""The console follows what happens without being reloaded."""

from playwright.async_api import Browser, expect

from tests.browser.console_desk import at_desk
from tests.browser.console_world import AGENT, OTHER


async def test_a_new_handoff_appears_in_the_list_and_in_the_title(chromium: Browser) -> None:
    async with at_desk(chromium, tell=lambda _world: None) as desk:
        await expect(desk.page.get_by_role("heading", name="Nobody is waiting")).to_be_visible()
        talk = desk.server.world.talk("new", visitor={"name": "Noor Haddad"})
        desk.server.world.say(talk, "visitor", "Can I speak to somebody?")
        desk.server.world.hand_over(talk)
        await expect(desk.rows).to_contain_text(["Noor Haddad"])
        await expect(desk.rows.first).to_contain_text("Asked for a person")
        assert (await desk.page.title()).startswith("(1)")


async def test_what_was_offered_to_me_stands_first_and_says_so(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await expect(desk.rows.first).to_contain_text("Offered to you")
        await expect(desk.rows.nth(1)).to_contain_text("Maria Duarte")


async def test_a_message_arrives_in_the_open_conversation_once(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        desk.server.world.say(desk.server.world.talks["cnv_mine"], "visitor", "One more thing.")
        await expect(desk.transcript.get_by_text("One more thing.")).to_have_count(1)


async def test_an_event_that_skips_a_number_makes_the_console_read_what_lies_between(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        talk, tell = desk.server.world.talks["cnv_mine"], desk.server.world.tell
        desk.server.world.tell = lambda _about, _frame: None
        desk.server.world.say(talk, "visitor", "Lost on the way.")
        desk.server.world.tell = tell
        desk.server.world.say(talk, "visitor", "Arrived.")
        await expect(desk.transcript.locator(".entry-visitor .bubble")).to_have_text(
            ["The lamp came with the wrong plug.", "Perfect, thank you!", "Lost on the way.", "Arrived."]
        )


async def test_the_assistants_work_and_its_streamed_text_are_shown_until_the_event_comes(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("asking")
        talk, tell = desk.server.world.talks["cnv_asking"], desk.server.world.tell
        tell("cnv_asking", desk.server.world.state(talk, "searching"))
        await expect(desk.page.get_by_text("The assistant is looking in the help pages")).to_be_visible()
        for piece in ("Yes, ", "we do."):
            tell("cnv_asking", {"type": "stream", "conversation": "cnv_asking", "turn": "t", "epoch": 1, "text": piece})
        await expect(desk.page.locator(".is-streaming")).to_contain_text("Yes, we do.")
        desk.server.world.say(talk, "assistant", "Yes, we do.")
        await expect(desk.page.locator(".is-streaming")).to_have_count(0)
        await expect(desk.transcript.get_by_text("Yes, we do.")).to_have_count(1)


async def test_typing_and_having_read_are_shown(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        world, talk = desk.server.world, desk.server.world.talks["cnv_mine"]
        world.tell("cnv_mine", {"type": "typing", "conversation": "cnv_mine", "author": "visitor", "on": True})
        await expect(desk.page.get_by_text("Priya Nair is typing")).to_be_visible()
        world.tell("cnv_mine", {"type": "typing", "conversation": "cnv_mine", "author": "visitor", "on": False})
        last = world.say(talk, "agent", "Anything else?", by={"id": AGENT["id"], "name": AGENT["name"]})
        world.tell("cnv_mine", {"type": "read", "conversation": "cnv_mine", "author": "visitor", "seq": last["seq"]})
        await expect(desk.page.get_by_text("Seen by Priya Nair")).to_be_visible()


async def test_when_a_colleague_takes_it_the_list_and_the_buttons_follow(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("refund")
        talk = desk.server.world.talks["cnv_refund"]
        desk.server.world.give(talk, OTHER)
        desk.server.world.tell_summary(talk)
        await expect(desk.page.locator(".conversation-state")).to_contain_text("With Ben Okafor")
        await expect(desk.page.get_by_role("button", name="Accept")).to_have_count(0)
        await expect(desk.page.locator(".inbox").get_by_text("Maria Duarte")).to_have_count(0)


async def test_the_briefing_is_read_anew_when_something_happens(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("refund")
        talk = desk.server.world.talks["cnv_refund"]
        talk.summary["handoff"]["briefing"]["question"] = "Will it come this week?"
        desk.server.world.say(talk, "visitor", "Will it come this week?")
        await expect(desk.page.locator(".briefing .question")).to_have_text("Will it come this week?")


async def test_opening_a_conversation_says_up_to_where_it_was_read(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await expect(desk.rows.nth(1).locator(".unread")).to_be_visible()
        await desk.open("refund")
        await desk.heard(lambda frame: frame["type"] == "read" and frame["seq"] == 7)
        await expect(desk.rows.nth(1).locator(".unread")).to_have_count(0)
