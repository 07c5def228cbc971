"""Accepting, declining, taking over, handing on and ending a conversation, by button and by key."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.console_desk import at_desk
from tests.browser.console_world import AGENT, OTHER


@pytest.mark.parametrize("by_key", [True, False], ids=["key", "button"])
async def test_accepting_gives_the_conversation_and_the_pen(chromium: Browser, by_key: bool) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("refund")
        if by_key:
            await desk.page.keyboard.press("a")
        else:
            await desk.page.get_by_role("button", name="Accept").click()
        await expect(desk.page.locator(".conversation-state")).to_contain_text("With you")
        await expect(desk.composer).to_be_focused()
        await expect(desk.page.get_by_role("button", name="Mine")).to_contain_text("2")
        await desk.page.keyboard.type("Hello Maria")
        await desk.page.keyboard.press("Enter")
        await expect(desk.transcript.locator(".entry-agent")).to_contain_text("Hello Maria")


@pytest.mark.parametrize(("name", "key"), [("refund", "a"), ("asking", "t"), ("past1", "t")])
async def test_what_is_typed_while_the_server_is_asked_is_no_row_of_single_keys(
    chromium: Browser, name: str, key: str
) -> None:
    async with at_desk(chromium) as desk:
        await desk.open(name)
        await desk.page.keyboard.type(f"{key}Let me see")
        await expect(desk.composer).to_have_value("Let me see")
        await expect(desk.page.get_by_role("dialog")).to_have_count(0)
        await expect(desk.page.locator(".conversation-state")).to_contain_text("With you")


async def test_the_second_to_accept_is_told_who_has_it(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("refund")
        talk = desk.server.world.talks["cnv_refund"]
        tell, desk.server.world.tell = desk.server.world.tell, lambda _about, _frame: None
        desk.server.world.give(talk, OTHER)
        desk.server.world.tell = tell
        await desk.page.keyboard.press("a")
        await expect(desk.page.locator(".conversation-notice")).to_contain_text("Ben Okafor has already taken it.")
        await expect(desk.page.locator(".conversation-state")).to_contain_text("With Ben Okafor")
        await desk.page.get_by_role("button", name="Dismiss").click()
        await expect(desk.page.locator(".conversation-notice")).to_be_empty()


async def test_declining_leaves_it_in_the_queue_and_says_so(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("offered")
        await desk.page.keyboard.press("d")
        await expect(desk.transcript.get_by_text("Ana Lopes passed on it")).to_be_visible()
        await expect(desk.page.locator(".announcer")).to_contain_text("It stays in the queue for others.")


async def test_taking_over_from_the_assistant(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("asking")
        await desk.page.keyboard.press("t")
        await expect(desk.page.locator(".conversation-state")).to_contain_text("With you")
        assert desk.server.posts[0][0] == "/conversations/cnv_asking/take"


async def test_a_resolved_conversation_can_be_reopened(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("past1")
        await desk.page.get_by_role("button", name="Reopen and take").click()
        await expect(desk.page.locator(".conversation-state")).to_contain_text("With you")


@pytest.mark.parametrize(
    ("choice", "sent"), [("agent:stf_ben", {"agent": "stf_ben"}), ("team:returns", {"team": "returns"})]
)
async def test_transferring_names_who_and_carries_a_note(chromium: Browser, choice: str, sent: dict[str, str]) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        await desk.page.keyboard.press("f")
        dialog = desk.page.get_by_role("dialog", name="Transfer this conversation")
        await expect(dialog.get_by_role("option", name="Ana Lopes")).to_have_count(0)
        await dialog.get_by_label("To").select_option(choice)
        await dialog.get_by_label("What should they know?").fill("Wrong plug, adapter promised.")
        await dialog.get_by_role("button", name="Transfer to").click()
        await expect(dialog).to_be_hidden()
        path, body = desk.server.posts[-1]
        assert path.endswith("/transfer")
        assert body == sent | {"note": "Wrong plug, adapter promised."}


async def test_a_dialog_asks_for_the_note_and_keeps_what_was_written_when_refused(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        await desk.page.keyboard.press("b")
        dialog = desk.page.get_by_role("dialog", name="Return to the assistant")
        await dialog.get_by_role("button", name="Return to the assistant").click()
        assert desk.server.posts == []
        note = dialog.get_by_label("What was settled, and what did you promise?")
        await note.fill("An adapter is on its way.")
        desk.server.failing["/return"] = 503
        await dialog.get_by_role("button", name="Return to the assistant").click()
        await expect(dialog.get_by_role("alert")).to_contain_text("The server was told to fail here.")
        await expect(note).to_have_value("An adapter is on its way.")
        desk.server.failing.clear()
        await dialog.get_by_role("button", name="Return to the assistant").click()
        await expect(desk.page.locator(".conversation-state")).to_contain_text("With the assistant")


async def test_resolving_asks_how_it_ended(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        await desk.page.keyboard.press("e")
        dialog = desk.page.get_by_role("dialog", name="Resolve this conversation")
        await expect(dialog.get_by_label("Solved, I think")).to_be_checked()
        await dialog.get_by_label("The visitor left").check()
        await dialog.get_by_role("button", name="Resolve").click()
        await expect(desk.page.locator(".conversation-state")).to_contain_text("Resolved")
        assert desk.server.posts[-1][1] == {"outcome": "abandoned"}
        await expect(desk.page.get_by_role("button", name="Mine")).not_to_contain_text("1")


async def test_an_agent_may_not_act_on_what_a_colleague_holds_and_a_supervisor_may_reassign_it(
    chromium: Browser,
) -> None:
    async with at_desk(chromium) as desk:
        await desk.open("bens")
        await expect(desk.page.get_by_role("group", name="What to do").get_by_role("button")).to_have_count(0)
        desk.server.become("supervisor")
        await desk.page.reload()
        await expect(desk.page.get_by_role("group", name="What to do").get_by_role("button")).to_have_text(
            ["Transferf"]
        )


async def test_stepping_away_is_told_to_the_server(chromium: Browser) -> None:
    async with at_desk(chromium) as desk:
        await desk.page.keyboard.press("p")
        await desk.heard(lambda frame: frame["type"] == "presence" and frame["state"] == "away")
        await expect(desk.page.get_by_role("switch")).not_to_be_checked()
        await expect(desk.page.locator(".presence")).to_contain_text("Away")


async def test_what_waits_is_accepted_by_the_name_it_has_now(chromium: Browser) -> None:
    """A handoff that comes back from elsewhere has an id of its own; the old one must not be accepted."""
    async with at_desk(chromium) as desk:
        await desk.open("mine")
        talk = desk.server.world.talks["cnv_mine"]
        desk.server.world.give(talk, AGENT, "returned")
        desk.server.world.hand_over(talk, id="hnd_second")
        await expect(desk.page.get_by_role("button", name="Accept")).to_be_visible()
        await desk.page.keyboard.press("a")
        await expect(desk.page.locator(".conversation-state")).to_contain_text("With you")
        assert desk.server.posts[-1][0] == "/handoffs/hnd_second/accept"
