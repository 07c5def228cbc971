"""The widget as a visitor meets it: opens, asks, is answered with sources, and gets to a person."""

from playwright.async_api import Browser, expect

from tests.browser.visitor_server import ASSISTANT, MAYA, SYSTEM
from tests.browser.widget_page import Shop, a_shop

CITATION = {
    "n": 1,
    "document": "doc_1",
    "title": "Shipping",
    "url": "https://shop.example/help/shipping",
    "place": "Shipping › Abroad",
    "quote": "Parcels to Norway cost €14 and take 4–6 working days.",
}


async def test_the_script_tag_alone_greets_on_another_origin_under_a_strict_policy(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await expect(shop.page.get_by_role("heading", name="Fjell & Fern")).to_be_visible()
        await expect(shop.page.locator("baton-chat .who")).to_contain_text("Assistant · software")
        hello = shop.server.frames("hello")[0]
        assert hello == {
            "type": "hello",
            "token": None,
            "conversation": None,
            "after": 0,
            "locale": "en",
            "page": {"url": shop.server.shop, "title": "Shop"},
            "identity": None,
        }
        assert await shop.page.evaluate("breaches") == []
        assert shop.said == []


async def test_a_suggestion_is_asked_with_one_tap_and_leaves_with_the_first_message(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.page.get_by_role("button", name="What does shipping to Norway cost?").click()
        await expect(shop.mine).to_have_text("What does shipping to Norway cost?")
        await expect(shop.page.locator("baton-chat .chip")).to_have_count(0)
        await expect(shop.field).to_be_focused()


async def test_a_bubble_is_pending_at_once_and_the_same_one_is_confirmed(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        shop.server.swallows_acks = True
        shop.server.lost_events = 1
        await shop.say("Where is my parcel?")
        pending = shop.page.locator("baton-chat .visitor")
        await expect(pending.locator(".meta")).to_have_text("Sending")
        await pending.evaluate("node => { node.marked = true }")
        message = shop.server.frames("message.send")[0]
        shop.server.send({"type": "ack", "client_id": message["client_id"], "seq": 1})
        await expect(pending.locator(".meta")).to_contain_text("Sent")
        shop.server.send(shop.server.newest.events[0])
        await expect(pending).to_have_count(1)
        assert await pending.evaluate("node => node.marked")


async def test_enter_sends_and_shift_enter_makes_a_line(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.field.press_sequentially("One")
        await shop.field.press("Shift+Enter")
        await shop.field.press_sequentially("Two")
        await shop.field.press("Enter")
        await expect(shop.mine).to_have_text("One\nTwo")
        await expect(shop.field).to_have_value("")


async def test_an_answer_shows_its_source_and_the_quote_in_place(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("What does shipping cost?")
        shop.server.say("Parcels to Norway cost **€14**.", turn="trn_1", citations=[CITATION])
        await expect(shop.page.locator("baton-chat .assistant strong")).to_have_text("€14")
        quote = shop.page.get_by_text("take 4–6 working days.")
        await expect(quote).to_be_hidden()
        await shop.page.get_by_text("Shipping › Abroad").click()
        await expect(quote).to_be_visible()
        link = shop.page.get_by_role("link", name="Read the page")
        assert await link.get_attribute("href") == CITATION["url"]
        assert "noopener" in (await link.get_attribute("rel") or "")


async def test_an_opened_source_stays_open_while_the_conversation_goes_on(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("What does shipping cost?")
        shop.server.say("€14.", citations=[CITATION], choices=["And for returns?"])
        await shop.page.get_by_text("Shipping › Abroad").click()
        await shop.page.get_by_role("button", name="And for returns?").click()
        await expect(shop.mine).to_have_count(2)
        await expect(shop.page.get_by_text("take 4–6 working days.")).to_be_visible()


async def test_choices_are_buttons_that_say_themselves_and_go(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("It broke")
        shop.server.say("Which one?", choices=["The jacket", "The tent"])
        await shop.page.get_by_role("button", name="The tent").click()
        await expect(shop.mine.last).to_have_text("The tent")
        await expect(shop.page.get_by_role("button", name="The jacket")).to_have_count(0)


async def test_an_offer_is_made_once_and_its_choices_leave_when_a_person_is_asked_for(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("Do you rent things out?")
        shop.server.say("I couldn't find that.", choices=["Talk to a person", "No, thanks"])
        shop.server.append("handoff.suggested", ASSISTANT, {})
        ways = shop.page.get_by_role("button", name="Talk to a person")
        await expect(shop.page.get_by_role("button", name="No, thanks")).to_be_visible()
        await expect(ways).to_have_count(2)
        await ways.first.click()
        await expect(shop.page.get_by_role("button", name="No, thanks")).to_have_count(0)
        await expect(ways).to_have_count(0)


async def test_what_was_offered_before_does_not_come_back_when_the_visitor_stops_waiting(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("Do you rent things out?")
        shop.server.say("I couldn't find that.", choices=["Talk to a person", "No, thanks"])
        await expect(shop.page.get_by_role("button", name="No, thanks")).to_be_visible()
        await shop.page.get_by_role("button", name="Talk to a person").first.click()
        await shop.page.get_by_role("button", name="Stop waiting").click()
        ways = shop.page.get_by_role("button", name="Talk to a person")
        await expect(ways).to_have_count(1)
        await expect(shop.page.get_by_role("button", name="No, thanks")).to_have_count(0)
        shop.server.append("handoff.suggested", ASSISTANT, {})
        await expect(ways).to_have_count(2)


async def test_the_focus_stays_on_stop_waiting_while_the_place_in_line_changes(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("Tell me")
        await shop.page.get_by_role("button", name="Talk to a person").click()
        stop = shop.page.get_by_role("button", name="Stop waiting")
        await stop.focus()
        shop.server.state(queue={"position": 2, "estimate_seconds": 60}, online=1)
        await expect(shop.page.locator("baton-chat .banner")).to_contain_text("Number 2 in line")
        await expect(stop).to_be_focused()


async def test_a_place_that_is_cited_twice_is_one_link(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("Tell me")
        elsewhere = CITATION | {"n": 3, "place": "Shipping › At home"}
        shop.server.say("All of it.", citations=[CITATION, CITATION | {"n": 2, "quote": "And more."}, elsewhere])
        await expect(shop.page.locator("baton-chat summary")).to_have_count(2)


async def test_a_streamed_text_grows_and_its_event_replaces_it(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("Tell me")
        said = shop.page.locator("baton-chat .assistant .bubble")
        await expect(said).to_have_count(1)
        shop.server.send({"type": "stream", "turn": "trn_1", "epoch": 1, "text": "Wool "})
        await expect(said.last).to_have_text("Wool")
        shop.server.send({"type": "stream", "turn": "trn_1", "epoch": 1, "text": "is **warm**."})
        await expect(said.last).to_have_text("Wool is warm.")
        shop.server.say("Wool is warm and dry.", turn="trn_1")
        await expect(said.last).to_have_text("Wool is warm and dry.")
        await expect(said).to_have_count(2)


async def test_nothing_is_streamed_once_a_person_holds_the_conversation(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("Tell me")
        shop.server.send({"type": "stream", "turn": "trn_1", "epoch": 1, "text": "Wool is"})
        await expect(shop.log).to_contain_text("Wool is")
        _maya_comes(shop)
        await expect(shop.log).to_contain_text("Maya joined")
        await expect(shop.log).not_to_contain_text("Wool is")
        shop.server.send({"type": "stream", "turn": "trn_1", "epoch": 1, "text": " warm"})
        shop.server.say("I am here now.", MAYA)
        await expect(shop.log).to_contain_text("I am here now.")
        await expect(shop.log).not_to_contain_text("warm")


async def test_work_is_shown_at_once_then_in_words_then_with_the_way_to_a_person(chromium: Browser) -> None:
    async with a_shop(chromium, visits=False) as shop:
        await shop.page.clock.install()
        await shop.visit()
        await shop.launcher.click()
        await shop.page.clock.run_for(100)
        await shop.say("What does shipping cost?")
        await shop.server.until(lambda: bool(shop.server.frames("message.send")))
        shop.server.state(working="searching")
        dots = shop.page.locator("baton-chat .dots")
        await shop.page.clock.run_for(300)
        await expect(dots).to_be_visible()
        await expect(shop.log).not_to_contain_text("Looking in the help pages")
        await shop.page.clock.run_for(1500)
        await expect(shop.log).to_contain_text("Looking in the help pages")
        await shop.page.clock.run_for(7000)
        await shop.log.get_by_role("button", name="Talk to a person").click()
        await shop.server.until(lambda: bool(shop.server.frames("handoff.request")))


async def test_a_person_is_asked_for_and_the_wait_is_honest_and_can_be_left(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("It broke")
        await shop.page.locator("baton-chat header").get_by_role("button", name="Talk to a person").click()
        await expect(shop.log).to_contain_text("You asked for a person")
        banner = shop.page.locator("baton-chat .banner")
        await expect(banner).to_contain_text("Waiting for our team")
        shop.server.state(queue={"position": 2, "estimate_seconds": 170})
        await expect(banner).to_contain_text("Number 2 in line, about 3 min")
        shop.server.state(queue=None, agents_online=0)
        await expect(banner).to_contain_text("Nobody is here right now")
        await banner.get_by_role("button", name="Stop waiting").click()
        await expect(shop.log).to_contain_text("You are no longer waiting for a person")
        await expect(banner).to_be_empty()
        assert len(shop.server.frames("handoff.request")) == 1


async def test_who_holds_the_conversation_is_named_and_lines_tell_how_it_went(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("It broke")
        handoff = {"handoff": "hnd_1"}
        shop.server.append("handoff.requested", ASSISTANT, handoff | {"by": "assistant"})
        await expect(shop.log).to_contain_text("Passing you to our team")
        shop.server.append("handoff.offered", SYSTEM, handoff | {"agent": {"name": "Maya"}})
        await expect(shop.log).to_contain_text("Asking Maya to join")
        _maya_comes(shop)
        await expect(shop.log).to_contain_text("Maya joined")
        await expect(shop.log).not_to_contain_text("Asking Maya to join")
        await expect(shop.page.locator("baton-chat .who")).to_contain_text("Maya · our team")
        shop.server.append("handoff.returned", MAYA, handoff)
        shop.server.state(status="with_assistant", holder=ASSISTANT)
        await expect(shop.log).to_contain_text("The assistant is back")
        await expect(shop.page.locator("baton-chat .who")).to_contain_text("Assistant · software")


async def test_an_agents_typing_and_reading_are_shown_and_the_visitors_are_told(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("It broke")
        _maya_comes(shop)
        shop.server.send({"type": "typing", "author": MAYA, "on": True})
        await expect(shop.log).to_contain_text("Maya is typing")
        shop.server.send({"type": "typing", "author": MAYA, "on": False})
        await expect(shop.log).not_to_contain_text("Maya is typing")
        shop.server.send({"type": "read", "author": MAYA, "seq": 2})
        await expect(shop.page.locator("baton-chat .meta.seen")).to_be_visible()
        spoken = shop.server.say("What broke?", MAYA)
        await shop.server.until(lambda: any(frame["seq"] == spoken["seq"] for frame in shop.server.frames("read")))
        await shop.field.press_sequentially("The zip")
        await shop.server.until(lambda: [frame["on"] for frame in shop.server.frames("typing")] == [True, False, True])
        await shop.field.press("Enter")
        await shop.server.until(lambda: [frame["on"] for frame in shop.server.frames("typing")][3:] == [False])


async def test_contact_details_are_asked_for_once(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("It broke")
        shop.server.append("contact.asked", SYSTEM, {"handoff": "hnd_1"})
        await shop.page.get_by_label("Email").fill("kim@example.com")
        await shop.page.get_by_label("Name").fill("Kim")
        await shop.page.get_by_role("button", name="Leave address").click()
        await shop.server.until(lambda: bool(shop.server.frames("contact.send")))
        sent = shop.server.frames("contact.send")[0]
        assert (sent["email"], sent["name"]) == ("kim@example.com", "Kim")
        await expect(shop.log).to_contain_text("We will write to kim@example.com.")
        await shop.page.reload()
        await expect(shop.log).to_contain_text("We will write to kim@example.com.")


async def test_a_refused_address_is_asked_for_again(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("It broke")
        shop.server.append("contact.asked", SYSTEM, {"handoff": "hnd_1"})
        shop.server.refusals.append({"code": "bad_frame"})
        await shop.page.get_by_label("Email").fill("kim@nowhere")
        await shop.page.get_by_role("button", name="Leave address").click()
        await expect(shop.page.locator("baton-chat .banner")).to_contain_text("That did not go through")
        await expect(shop.page.get_by_label("Email")).to_be_visible()


async def test_an_answer_is_judged_and_a_conversation_is_rated(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("What does shipping cost?")
        answer = shop.server.say("€14.", turn="trn_1", citations=[CITATION])
        unhelpful = shop.page.get_by_role("button", name="Not helpful")
        await unhelpful.click()
        await expect(unhelpful).to_have_attribute("aria-pressed", "true")
        await shop.server.until(lambda: bool(shop.server.frames("feedback.send")))
        assert shop.server.frames("feedback.send")[0]["seq"] == answer["seq"]
        assert shop.server.frames("feedback.send")[0]["helpful"] is False
        shop.server.append("rating.asked", SYSTEM, {})
        await shop.page.get_by_role("button", name="4 of 5").click()
        await shop.server.until(lambda: bool(shop.server.frames("rating.send")))
        assert shop.server.frames("rating.send")[0]["score"] == 4
        await expect(shop.log).to_contain_text("Thank you for telling us.")


async def test_a_resolved_conversation_says_so_and_a_new_one_can_begin(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("Thanks, that is all")
        first = shop.server.newest.id
        shop.server.append("conversation.resolved", MAYA, {})
        shop.server.state(status="resolved")
        await shop.page.get_by_role("button", name="Start a new conversation").click()
        await expect(shop.mine).to_have_count(0)
        await shop.ask("Something else")
        assert shop.server.newest.id != first
        assert len(shop.server.frames("conversation.new")) == 1


async def test_an_erased_message_keeps_its_place_and_loses_its_words(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("My card is 4111")
        shop.server.say("Noted.", MAYA)
        await expect(shop.log).to_contain_text("Noted.")
        shop.server.append("body.erased", SYSTEM, {"seq": 2})
        await expect(shop.log).to_contain_text("This message was removed")
        await expect(shop.log).not_to_contain_text("Noted.")


async def test_markup_and_bad_addresses_in_a_message_stay_text(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("<img src=x onerror=alert(1)>")
        shop.server.say(
            "<script>alert(1)</script> ![pixel](https://evil.example/p.png) [go](javascript:alert(1)) "
            "[ok](https://shop.example/a_(b)) `<b>` *soft* **loud** https://shop.example/x.\n\n"
            "1. one\n2. two\n\n```\ncode **kept**\n```",
            citations=[CITATION | {"url": "javascript:alert(1)"}],
        )
        bubble = shop.page.locator("baton-chat .assistant .bubble").last
        await expect(bubble).to_contain_text("<script>alert(1)</script>")
        assert await bubble.locator("img, script, b").count() == 0
        links = await shop.page.locator("baton-chat a").evaluate_all("nodes => nodes.map(node => node.href)")
        assert links == ["https://shop.example/a_(b)", "https://shop.example/x"]
        await expect(bubble.locator("ol > li")).to_have_text(["one", "two"])
        await expect(bubble.locator("pre")).to_have_text("code **kept**")
        await expect(bubble.locator("em")).to_have_text("soft")
        await expect(shop.mine).to_have_text("<img src=x onerror=alert(1)>")


async def test_what_comes_while_closed_is_counted_on_launcher_and_title(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("It broke")
        await shop.page.keyboard.press("Escape")
        await expect(shop.launcher).to_be_focused()
        shop.server.say("Which one?", MAYA)
        shop.server.say("The jacket?", MAYA)
        await expect(shop.page.locator("baton-chat .badge")).to_have_text("2")
        await expect(shop.page).to_have_title("(2) Shop")
        await expect(shop.page.get_by_role("button", name="Open chat, Unread messages: 2")).to_be_visible()
        await shop.launcher.click()
        await expect(shop.page).to_have_title("Shop")
        await expect(shop.page.locator("baton-chat .badge")).to_be_hidden()


async def test_a_reader_of_older_messages_is_told_of_new_ones_and_not_moved(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        await shop.open()
        await shop.ask("Tell me everything")
        for number in range(12):
            shop.server.say(f"Line {number}\n\nand more of it")
        await expect(shop.log).to_contain_text("Line 11")
        await shop.log.evaluate("node => { node.scrollTop = 0 }")
        newer = shop.page.get_by_role("button", name="New messages")
        await expect(newer).to_be_hidden()
        shop.server.say("The newest")
        await expect(newer).to_be_visible()
        assert await shop.log.evaluate("node => node.scrollTop") == 0
        await newer.click()
        await expect(newer).to_be_hidden()
        await expect(shop.page.get_by_text("The newest")).to_be_in_viewport()


def _maya_comes(shop: Shop) -> None:
    shop.server.append("handoff.accepted", MAYA, {"handoff": "hnd_1", "agent": {"name": "Maya", "avatar": None}})
    shop.server.state(status="with_agent", holder=MAYA, working=None)


async def test_where_people_answer_alone_nothing_speaks_of_software(chromium: Browser) -> None:
    async with a_shop(chromium) as shop:
        shop.server.brand |= {"people_only": True, "greeting": "Hello. Somebody from our team will answer."}
        await shop.page.reload()
        await shop.launcher.click()
        await expect(shop.page.locator("baton-chat .who")).to_contain_text("our team")
        await shop.say("Where is my parcel?")
        shop.server.append("handoff.cancelled", SYSTEM, {"handoff": "hnd_1", "agent": None, "position": None})
        shop.server.say("On its way.", MAYA)
        await expect(shop.page.get_by_role("log")).to_contain_text("On its way.")
        header = await shop.page.locator("baton-chat header").inner_text()
        said = header + await shop.page.get_by_role("log").inner_text()
        assert "Somebody from our team" in said
        assert "ssistant" not in said and "software" not in said
