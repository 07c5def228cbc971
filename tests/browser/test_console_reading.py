"""The transcript and the briefing: sources, reasons, notes, and text that stays text."""

from playwright.async_api import Browser, Route, ViewportSize, expect

from baton.widget.serving import FOLDER
from tests.browser.console_desk import at_desk
from tests.browser.console_stories import RETURNS
from tests.browser.console_world import AGENT, World

WIDGET = FOLDER / "widget"
MARKDOWN = """Two **steps**, *both* short:
write `SK-1` on the label

1. Open [Returns](https://shop.example/a_(b)) or https://shop.example/r.
2. Choose _Return_

- one
* [bad](javascript:alert(1)) ![a jacket](https://shop.example/j.png)

```
x = **1**
```
snake_case and 2 * 3 * 4 <b>stay</b>"""
SHAPE = """bubble => [...bubble.querySelectorAll("*")].map(node =>
    [node.localName, node.textContent, node.getAttribute("href"), node.getAttribute("start")].join("|"))"""
SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


async def test_a_source_opens_the_quote_and_links_to_the_page(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("refund")
        await desk.transcript.get_by_text("Returns › How long it takes").click()
        await expect(desk.transcript.locator("blockquote").first).to_have_text(str(RETURNS["quote"]))
        link = desk.transcript.get_by_role("link", name="Open Returns")
        await expect(link).to_have_attribute("href", str(RETURNS["url"]))
        await expect(link).to_have_attribute("rel", "noopener noreferrer")


async def test_every_decision_says_why_in_a_sentence_and_shows_its_signals_on_demand(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("refund")
        why = desk.transcript.get_by_text("Answered: the passage states it, and every claim is backed.")
        await expect(why).to_be_visible()
        await expect(desk.transcript.get_by_text("Offered a person: the passages are about sale items")).to_be_visible()
        await why.click()
        chart = desk.transcript.get_by_role("img", name="Our pages cover this: 0.97")
        await expect(chart).to_have_accessible_name(
            "Our pages cover this: 0.97; The right page: 0.95; It answers the question: 0.94; "
            "All three together: 0.87, needed 0.70"
        )
        row = desk.transcript.get_by_role("row", name="Confidence")
        await expect(row).to_have_count(0)
        await desk.transcript.get_by_text("All signals").first.click()
        await expect(row).to_contain_text("sure")
        await expect(row).to_contain_text("0.87")
        for words in (
            "Signs of mood had to say it before; speaks of leaving",
            "Telling words not in the source jacket",
        ):
            await expect(desk.transcript.get_by_role("row", name=words)).to_be_visible()
        assert await desk.violations() == ""


async def test_a_record_from_before_the_chances_were_kept_shows_its_signals_at_once(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("refund")
        await desk.transcript.get_by_text("Offered a person: the passages are about sale items").click()
        row = desk.transcript.get_by_role("row", name="Claims backed by the source")
        await expect(row).to_contain_text("0.94")
        await expect(desk.transcript.locator(".chances").filter(visible=True)).to_have_count(0)


async def test_a_record_that_cannot_be_read_says_so_and_is_read_again_on_opening(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        desk.server.failing["/turns/"] = 500
        await desk.open("asking")
        why = desk.transcript.locator(".why summary")
        await why.click()
        await expect(desk.transcript.get_by_text("The record could not be read.")).to_be_visible()
        desk.server.failing.clear()
        await why.click()
        await why.click()
        await expect(desk.transcript.get_by_text("Answered: the passage states it")).to_be_visible()


async def test_the_briefing_tells_the_whole_story(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("refund")
        briefing = desk.page.get_by_role("complementary", name="Briefing")
        for text in (
            "Where is the refund for SK-20418?",
            "The visitor is unhappy, and less content than before.",
            "SK-20418",
            "I'm sorry about the wait, Maria.",
            "From even to upset",
            "The site signed who this is.",
            "Portuguese",
            "Can I change the delivery address?",
        ):
            await expect(briefing.get_by_text(text).first).to_be_visible()
        await briefing.get_by_role("link", name="Can I change the delivery address?").click()
        await expect(desk.page.locator(".conversation-state")).to_contain_text("Resolved")


async def test_text_of_people_and_models_never_becomes_markup(chromium: Browser) -> None:
    def tell(world: World) -> None:
        evil = '<img src=x onerror="document.title=1"><script>alert(1)</script> **bold** [x](javascript:alert(1))'
        talk = world.talk("evil", visitor={"name": evil})
        world.say(talk, "visitor", evil)
        world.say(
            talk, "assistant", evil, citations=[RETURNS | {"title": evil, "place": evil, "url": "javascript:alert(1)"}]
        )
        world.hand_over(talk, {"question": evil, "reasons": [{"code": "x", "text": evil}], "facts": [], "tried": []})

    async with at_desk(chromium, tell=tell) as desk:
        await desk.open("evil")
        await expect(desk.transcript.locator(".entry-visitor .bubble")).to_contain_text("<script>alert(1)</script>")
        assert await desk.page.locator("main img, main script, main a[href^='javascript']").count() == 0
        await expect(desk.transcript.locator(".entry-assistant strong").nth(1)).to_have_text("bold")


async def test_assistant_and_agents_are_formatted_as_the_visitor_sees_it_and_visitors_are_not(
    chromium: Browser,
) -> None:
    def tell(world: World) -> None:
        talk = world.talk("formatted")
        for kind, author in (("visitor", {}), ("assistant", {}), ("agent", {"id": "stf_ben", "name": "Ben Okafor"})):
            world.say(talk, kind, MARKDOWN, by=author)
        world.hand_over(talk)

    async def widget_module(route: Route) -> None:
        path = WIDGET / route.request.url.rpartition("/")[2]
        await route.fulfill(path=path, content_type="text/javascript")

    async with at_desk(chromium, tell=tell) as desk:
        await desk.page.route("**/widget/*.js", widget_module)
        await desk.open("formatted")
        shown = await desk.page.evaluate(
            f"""async text => {{
            const {{ markdown }} = await import("/widget/markdown.js");
            const bubble = document.createElement("div");
            bubble.append(markdown(text));
            return ({SHAPE})(bubble);
        }}""",
            MARKDOWN,
        )
        assert {"strong|steps||", "em|both||", "em|Return||"} <= set(shown)
        for kind in ("assistant", "agent"):
            assert await desk.transcript.locator(f".entry-{kind} .bubble").evaluate(SHAPE) == shown
        visitor = desk.transcript.locator(".entry-visitor .bubble")
        await expect(visitor).to_contain_text("Two **steps**, *both* short:")
        assert await visitor.locator("strong, em, li, code").count() == 0
        await expect(desk.rows.locator(".row-line")).to_contain_text("Two steps, both short:")


async def test_the_log_is_told_in_words_and_what_is_said_twice_is_shown_once(chromium: Browser) -> None:
    def tell(world: World) -> None:
        talk = world.talk("log")
        ana = {"kind": "agent", "id": AGENT["id"], "name": AGENT["name"], "avatar": None}
        system = {"kind": "system", "id": None, "name": None, "avatar": None}
        world.say(talk, "visitor", "Hello?")
        for kind, author, body in (
            ("handoff.requested", ana | {"kind": "assistant"}, {"by": "assistant"}),
            ("handoff.reasoned", system, {"reasons": [{"code": "mood", "text": "The visitor is unhappy."}]}),
            ("handoff.offered", system, {"agent": None}),
            ("handoff.routed", system, {"agent": "stf_ben", "why": "Available and least busy."}),
            ("handoff.lapsed", system, {"agent": "stf_ben"}),
            ("handoff.accepted", ana, {"agent": {"name": "Ana Lopes", "avatar": None}}),
            ("handoff.resolved", ana, {"outcome": "confirmed"}),
            ("conversation.resolved", ana, {"handoff": "hnd_1"}),
            ("rating.given", system | {"kind": "visitor"}, {"score": 5, "comment": "Quick"}),
            ("something.unheard_of", system, {}),
            ("body.erased", system, {"seq": 1}),
        ):
            world.append(talk, kind, author, body)

    async with at_desk(chromium, tell=tell) as desk:
        await desk.open("log")
        await expect(desk.transcript.locator(".entry-line p > span")).to_have_text(
            [
                "This was erased",
                "Handed to a person",
                "Because the visitor is unhappy",
                "Offered to Ben Okafor: available and least busy",
                "Ben Okafor did not answer in time",
                "Ana Lopes took the conversation",
                "Ana Lopes resolved the conversation: the visitor confirmed it is solved",
                "The visitor gave 5 of 5: “Quick”",
                "Something unheard of",
                "Something was erased here",
            ]
        )


async def test_a_long_conversation_opens_at_its_end_and_new_messages_do_not_pull_the_reader_away(
    chromium: Browser,
) -> None:
    def tell(world: World) -> None:
        talk = world.talk("long")
        for number in range(1, 621):
            world.say(
                talk,
                "visitor" if number % 2 else "assistant",
                f"Line {number} of a long talk.",
                minutes_ago=700 - number,
            )

    async with at_desk(chromium, tell=tell) as desk:
        await desk.open("long")
        await expect(desk.transcript.get_by_text("Line 620 of")).to_be_in_viewport()
        await desk.transcript.evaluate("log => { log.scrollTop = 0 }")
        desk.server.world.say(desk.server.world.talks["cnv_long"], "visitor", "Are you there?")
        jump = desk.page.get_by_role("button", name="New messages")
        await expect(jump).to_be_visible()
        await expect(desk.transcript.get_by_text("Line 1 of")).to_be_in_viewport()
        await jump.click()
        await expect(desk.transcript.get_by_text("Are you there?")).to_be_in_viewport()


async def test_when_the_window_narrows_the_end_stays_in_view_and_who_reads_further_up_stays_there(
    chromium: Browser,
) -> None:
    def tell(world: World) -> None:
        talk = world.talk("wrapped")
        for number in range(1, 41):
            world.say(talk, "visitor" if number % 2 else "assistant", f"{number}: {'many words ' * 30}")

    wide, narrow = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=800)
    below = "log => Math.round(log.scrollHeight - log.scrollTop - log.clientHeight)"
    async with at_desk(chromium, tell=tell) as desk:
        await desk.open("wrapped")
        await expect(desk.transcript.get_by_text("40: many")).to_be_in_viewport()
        for size in (narrow, wide, narrow):
            await desk.page.set_viewport_size(size)
            await desk.page.evaluate(SETTLED)
            assert await desk.transcript.evaluate(below) <= 1
        await desk.transcript.evaluate("log => { log.scrollTop = 0 }")
        await desk.page.evaluate(SETTLED)
        await desk.page.set_viewport_size(wide)
        await desk.page.evaluate(SETTLED)
        assert await desk.transcript.evaluate(below) > 1000
