"""Empty, loading, failed, too many, no permission: each says what is the matter and what to do."""

from playwright.async_api import Browser, expect

from tests.browser.console_desk import at_desk
from tests.browser.console_world import World


async def test_empty_lists_say_what_will_appear_there(chromium: Browser) -> None:
    async with at_desk(chromium, tell=lambda _world: None) as desk:
        for tab, heading in (
            ("Waiting", "Nobody is waiting"),
            ("Mine", "You hold no conversation"),
            ("All", "No conversation yet"),
        ):
            await desk.page.get_by_role("button", name=tab, exact=True).click()
            await expect(desk.page.get_by_role("heading", name=heading)).to_be_visible()


async def test_a_slow_server_is_named_after_two_seconds(chromium: Browser) -> None:
    async with at_desk(chromium, go=False) as desk:
        desk.server.held.clear()
        await desk.page.goto(f"{desk.server.url}/console")
        await expect(desk.page.get_by_text("Loading conversations", exact=True)).to_be_visible()
        await expect(
            desk.page.get_by_text("Still loading conversations. The server is slow to answer.")
        ).to_be_visible()
        desk.server.held.set()
        await expect(desk.rows.first).to_be_visible()


async def test_a_list_that_failed_can_be_read_again(chromium: Browser) -> None:
    async with at_desk(chromium, go=False) as desk:
        desk.server.failing["/conversations"] = 500
        await desk.page.goto(f"{desk.server.url}/console")
        problem = desk.page.get_by_role("alert").filter(has_text="The conversations could not be read.")
        await expect(problem).to_be_visible()
        desk.server.failing.clear()
        await problem.get_by_role("button", name="Try again").click()
        await expect(desk.rows.first).to_be_visible()


async def test_a_conversation_that_failed_can_be_read_again(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        desk.server.failing["/events"] = 500
        desk.server.is_silent = True
        await desk.page.goto(f"{desk.server.url}/console#cnv_refund")
        await expect(desk.page.get_by_role("heading", name="This conversation could not be read")).to_be_visible()
        desk.server.failing.clear()
        await desk.page.locator(".conversation").get_by_role("button", name="Try again").click()
        await expect(desk.transcript.get_by_text("It arrived on 2 November.")).to_be_visible()


async def test_a_conversation_that_does_not_exist_says_so(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.page.goto(f"{desk.server.url}/console#cnv_nowhere")
        await expect(desk.page.get_by_text("There is no such conversation.")).to_be_visible()


async def test_a_thousand_waiting_are_drawn_a_hundred_at_a_time(chromium: Browser) -> None:
    def tell(world: World) -> None:
        for number in range(400):
            talk = world.talk(f"many{number}", minutes_ago=number, first_line=f"Question {number}")
            world.hand_over(talk, waiting_seconds=60 * number)

    async with at_desk(chromium, tell=tell) as desk:
        await expect(desk.rows).to_have_count(100)
        await expect(desk.rows.first).to_contain_text("Question 399")
        await expect(desk.page.get_by_role("button", name="Waiting")).to_contain_text("400")
        await desk.page.get_by_role("button", name="Show more of 300 others").click()
        await expect(desk.rows).to_have_count(200)


async def test_all_conversations_come_in_pages_and_can_be_searched_and_filtered(chromium: Browser) -> None:
    def tell(world: World) -> None:
        for number in range(70):
            talk = world.talk(f"old{number}", minutes_ago=number, status="resolved" if number % 2 else "with_assistant")
            world.say(talk, "visitor", f"Question {number}", minutes_ago=number)

    async with at_desk(chromium, tell=tell) as desk:
        await desk.page.get_by_role("button", name="All", exact=True).click()
        await expect(desk.rows).to_have_count(50)
        await desk.page.get_by_role("button", name="Show earlier ones").click()
        await expect(desk.rows).to_have_count(70)
        await desk.page.get_by_label("State").select_option("Resolved")
        await expect(desk.rows).to_have_count(35)
        await desk.page.get_by_label("Search conversations").fill("Question 69")
        await expect(desk.rows).to_have_count(1)
        await desk.page.get_by_label("Search conversations").fill("giraffe")
        await expect(desk.page.get_by_text("No conversation says “giraffe” in this state.")).to_be_visible()


async def test_another_role_is_turned_away(chromium: Browser) -> None:
    async with at_desk(chromium, go=False) as desk:
        desk.server.become("content")
        response = await desk.page.goto(f"{desk.server.url}/console")
        assert response and response.status == 403


async def test_nobody_signed_in_is_led_to_the_sign_in_page_and_back(chromium: Browser) -> None:
    async with at_desk(chromium, go=False) as desk:
        desk.server.sign_out()
        await desk.page.goto(f"{desk.server.url}/console")
        assert desk.page.url.endswith("/sign-in?next=/console")
        await expect(desk.page.get_by_label("Email")).to_be_focused()


async def test_the_page_may_not_be_framed_and_runs_under_a_strict_policy(chromium: Browser) -> None:
    async with at_desk(chromium, go=False) as desk:
        response = await desk.page.goto(f"{desk.server.url}/console")
        assert response
        policy = response.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


async def test_what_changes_before_the_history_is_opened_does_not_hide_the_rest_of_it(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("refund")
        await desk.heard(lambda frame: frame["type"] == "read")
        await desk.page.keyboard.press("3")
        await expect(desk.rows).to_have_count(len(desk.server.world.talks))
