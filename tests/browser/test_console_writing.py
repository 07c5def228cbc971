"""Replies, notes and drafts: nothing composed is lost, nothing is sent twice, and a failure is seen."""

from playwright.async_api import Browser, expect

from tests.browser.console_desk import at_desk
from tests.browser.console_world import AGENT, OTHER


async def test_a_reply_appears_at_once_and_stays_one(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        desk.server.held.clear()
        await desk.composer.fill("You are welcome.")
        await desk.composer.press("Enter")
        await expect(desk.transcript.locator(".is-pending")).to_contain_text("You are welcome.")
        desk.server.held.set()
        await expect(desk.transcript.locator(".is-pending")).to_have_count(0)
        await expect(desk.transcript.get_by_text("You are welcome.")).to_have_count(1)
        await expect(desk.composer).to_be_empty()


async def test_shift_and_enter_make_a_new_line(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        await desk.composer.fill("One")
        await desk.composer.press("Shift+Enter")
        await desk.composer.press_sequentially("Two")
        await expect(desk.composer).to_have_value("One\nTwo")


async def test_what_the_server_cannot_take_now_waits_and_goes_out_once_in_order(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        desk.server.failing["/messages"] = 503
        for text in ("First.", "Second."):
            await desk.composer.fill(text)
            await desk.composer.press("Enter")
        await expect(desk.transcript.get_by_text("Waits for the connection.").first).to_be_visible()
        desk.server.failing.clear()
        await expect(desk.transcript.locator(".entry-agent .bubble")).to_have_text(
            ["Sorry about that. I am sending a UK adapter today.", "First.", "Second."], timeout=15_000
        )
        await expect(desk.transcript.locator(".is-pending")).to_have_count(0, timeout=15_000)
        assert (
            len(
                [event for event in desk.server.world.talks["cnv_mine"].events if event["body"].get("text") == "First."]
            )
            == 1
        )


async def test_a_waiting_message_survives_a_reload_under_its_client_id(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        desk.server.failing["/messages"] = 503
        await desk.composer.fill("Still here?")
        await desk.composer.press("Enter")
        await expect(desk.transcript.get_by_text("Waits for the connection.")).to_be_visible()
        await desk.page.reload()
        await expect(desk.transcript.get_by_text("Still here?")).to_be_visible()
        desk.server.failing.clear()
        await expect(desk.transcript.locator(".is-pending")).to_have_count(0, timeout=15_000)
        sent = [body["client_id"] for path, body in desk.server.posts if path.endswith("/messages")]
        assert len(set(sent)) == 1


async def test_a_refused_reply_says_why_and_can_be_edited(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        await desk.heard(lambda frame: frame["type"] == "read")
        desk.server.world.talks["cnv_mine"].summary["holder"] = {"kind": "agent", "id": OTHER["id"], "name": "Ben"}
        await desk.composer.fill("Too late.")
        await desk.composer.press("Enter")
        failed = desk.transcript.get_by_role("alert")
        await expect(failed).to_contain_text("Not sent. You do not hold this conversation.")
        await failed.get_by_role("button", name="Edit").click()
        await expect(desk.composer).to_have_value("Too late.")
        await expect(desk.transcript.get_by_role("alert")).to_have_count(0)


async def test_a_refused_reply_can_be_tried_again_or_thrown_away(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        desk.server.failing["/messages"] = 422
        for text in ("Keep.", "Drop."):
            await desk.composer.fill(text)
            await desk.composer.press("Enter")
        failed = desk.transcript.get_by_role("alert")
        await expect(failed).to_have_count(2)
        desk.server.failing.clear()
        await failed.nth(1).get_by_role("button", name="Discard").click()
        await failed.first.get_by_role("button", name="Try again").click()
        await expect(failed).to_have_count(0)
        await expect(desk.transcript.get_by_text("Keep.")).to_have_count(1)
        await expect(desk.transcript.get_by_text("Drop.")).to_have_count(0)


async def test_composed_text_survives_switching_and_reloading_for_each_conversation_and_kind(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        await desk.composer.fill("A reply to Priya")
        await desk.page.get_by_role("button", name="Private note").click()
        await desk.composer.fill("A note about Priya")
        await desk.open("refund")
        await expect(desk.composer).to_be_empty()
        await desk.page.reload()
        await desk.open("mine")
        await expect(desk.composer).to_have_value("A reply to Priya")
        await desk.page.get_by_role("button", name="Private note").click()
        await expect(desk.composer).to_have_value("A note about Priya")


async def test_a_note_says_who_sees_it_and_reaches_the_log_as_a_note(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("bens")
        await desk.page.keyboard.press("n")
        await expect(desk.page.get_by_text("Only your team sees this.")).to_be_visible()
        await desk.composer.fill("Refund one of the two charges.")
        await desk.page.get_by_role("button", name="Save note").click()
        await expect(desk.transcript.locator(".entry-private")).to_contain_text("Refund one of the two charges.")
        assert desk.server.posts[-1][0] == "/conversations/cnv_bens/notes"


async def test_a_whisper_is_offered_only_while_the_assistant_speaks(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        await expect(desk.page.get_by_role("button", name="Whisper")).to_have_count(0)
        await desk.open("asking")
        await desk.page.keyboard.press("w")
        await desk.composer.fill("Offer express delivery.")
        await desk.composer.press("Enter")
        await expect(desk.transcript.locator(".entry-private")).to_contain_text("Visitors never see this")
        assert desk.server.posts[-1][0] == "/conversations/cnv_asking/whispers"


async def test_a_reply_cannot_be_sent_before_the_conversation_is_accepted(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("refund")
        await desk.composer.fill("Hello Maria")
        await desk.composer.press("Enter")
        await expect(desk.page.get_by_text("Accept the conversation to send a reply.")).to_be_visible()
        assert desk.server.posts == []
        await expect(desk.composer).to_have_value("Hello Maria")


async def test_typing_is_told_and_taken_back(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        await desk.composer.fill("Hm")
        await desk.heard(lambda frame: frame["type"] == "typing" and frame["on"])
        await desk.heard(lambda frame: frame["type"] == "typing" and not frame["on"])


async def test_the_suggested_reply_is_put_beside_what_is_already_written(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("refund")
        await desk.composer.fill("Good morning.")
        await desk.page.get_by_role("button", name="Insert into reply").click()
        text = await desk.composer.input_value()
        assert text.startswith("Good morning.\n\nI'm sorry about the wait, Maria.")


async def test_a_note_being_written_stays_a_note_when_the_conversation_becomes_mine(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("bens")
        await desk.composer.fill("Do not tell the visitor yet")
        talk = desk.server.world.talks["cnv_bens"]
        desk.server.world.give(talk, AGENT)
        desk.server.world.tell_summary(talk)
        await expect(desk.page.locator(".conversation-state")).to_contain_text("With you")
        await expect(desk.page.get_by_role("button", name="Save note")).to_be_visible()
        await expect(desk.composer).to_have_value("Do not tell the visitor yet")
