"""What the assistant would have said stands in the conversation for staff, one click away from the reply."""

import re
from typing import Literal

import pytest
from playwright.async_api import Browser, expect

from tests.browser.console_desk import at_desk
from tests.browser.console_stories import RETURNS, tell_all
from tests.browser.console_world import World

TEXT = "Refunds reach your account within **5 working days**."
ASSISTANT = {"kind": "assistant", "id": None, "name": "Baton", "avatar": None}


def tell_shadowed(world: World) -> None:
    """Ana holds a conversation in which the assistant drafted."""
    tell_all(world)
    body = {"turn": "trn_9", "decision": "answer", "confidence": 0.83, "reasons": [], "text": TEXT}
    talk = world.talks["cnv_mine"]
    world.append(talk, "answer.drafted", ASSISTANT, body | {"citations": [RETURNS]}, audience="staff", minutes_ago=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_a_draft_is_told_from_what_was_said_and_axe_finds_nothing(
    chromium: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    async with at_desk(chromium, tell=tell_shadowed, width=width, scheme=scheme) as desk:
        await desk.open("mine")
        draft = desk.transcript.get_by_role("listitem").filter(
            has_text=re.compile("The assistant would have answered, sure")
        )
        await expect(draft).to_contain_text("Visitors never see this")
        await expect(draft).to_contain_text("5 working days")
        await expect(draft.get_by_text("Returns › How long it takes")).to_be_visible()
        assert await desk.violations() == ""


async def test_a_draft_is_put_into_the_reply_by_one_press_of_a_key(chromium: Browser) -> None:
    async with at_desk(chromium, tell=tell_shadowed) as desk:
        await desk.open("mine")
        insert = desk.transcript.get_by_role("button", name="Insert into reply")
        await insert.focus()
        await desk.page.keyboard.press("Enter")
        await expect(desk.composer).to_have_value(TEXT)
        await expect(desk.composer).to_be_focused()
