"""A person takes over while a slow model writes: the page shows no word of the assistant's after their arrival."""

import asyncio
from pathlib import Path

from playwright.async_api import Browser, expect

from benchmarks.slow_model import gated_model
from tests.browser.real_site import Visitor, sitting_at
from tests.journeys.site import open_site, serve, settled
from tests.journeys.test_handing_over import slow_settings

WATCH = """
() => {
  window.late = [];
  const note = (node) => node.matches?.(".assistant, .work") && window.late.push(node.innerText);
  const watcher = new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach(note)));
  watcher.observe(document.querySelector("baton-chat").shadowRoot, { childList: true, subtree: true });
}
"""
SHOWN = """
() => [...document.querySelector("baton-chat").shadowRoot.querySelectorAll(".list > *")].map((node) => node.className)
"""


async def test_no_word_of_the_assistants_appears_after_a_person_has_joined(chromium: Browser, tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with (
        serve(gated_model(gate.wait)) as model,
        open_site("sqlite", tmp_path, assistant=slow_settings(model)) as site,
        sitting_at(chromium, Visitor) as visitor,
    ):
        agent = await site.agent("Mira")
        await visitor.page.goto(f"{site.address}/chat")
        await visitor.say("What is the meaning of the blue label?")
        await expect(visitor.log).to_contain_text("Writing an answer")
        conversation = (await agent.get("/conversations"))["items"][0]["id"]
        assert (await agent.post(f"/conversations/{conversation}/take")).status_code == 200
        await expect(visitor.log).to_contain_text("Mira joined")
        await expect(visitor.locate("baton-chat .work")).to_have_count(0)
        await visitor.page.evaluate(WATCH)
        gate.set()
        await settled(site)
        await agent.post(f"/conversations/{conversation}/messages", client_id="a1", text="I am here.")
        await expect(visitor.log).to_contain_text("I am here.")
        await visitor.say("Good")
        await expect(visitor.locate("baton-chat .meta")).to_have_count(2)
        assert await visitor.page.evaluate("late") == []
        shown = await visitor.page.evaluate(SHOWN)
        kinds = [name for name in shown if "message" in name]
        assert kinds == ["message assistant", "message visitor", "message agent", "message visitor"]
