"""The proof's eye in the browser: a real page with the real widget, which notes the order in which words appear."""

from typing import Any

from playwright.async_api import async_playwright

from benchmarks.proving.tally import PAGE_FAULT, Tally

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
NOTE_FRAMES = """
window.noted = [];
const Native = WebSocket;
window.WebSocket = class extends Native {
  constructor(...words) {
    super(...words);
    this.addEventListener("message", ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.type === "welcome") window.conversation = frame.conversation;
      window.noted.push({ type: frame.type, kind: frame.kind, author: frame.author?.kind, seq: frame.seq });
    });
  }
};
"""
READ_LOG = """
() => {
  const log = document.querySelector("baton-chat")?.shadowRoot?.querySelector("[role=log]");
  return { text: log ? log.innerText : "", noted: window.noted, conversation: window.conversation };
}
"""


class Page:
    """One visitor in Chromium."""

    def __init__(self, address: str, tally: Tally) -> None:
        self._address = address
        self._tally = tally

    async def watch(self, take_over: Any, rounds: int) -> None:
        """Ask, have a person take over while the answer is being written, and look whether anything more appears."""
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            try:
                for number in range(rounds):
                    await self._round(browser, take_over, number)
            finally:
                await browser.close()

    async def _round(self, browser: Any, take_over: Any, number: int) -> None:
        context = await browser.new_context()
        page = await context.new_page()
        await page.add_init_script(NOTE_FRAMES)
        await page.goto(f"{self._address}/chat")
        box = page.get_by_role("textbox").first
        await box.fill(f"What does the blue label mean, reference {number}?")
        await box.press("Enter")
        await page.wait_for_function("() => window.conversation && window.noted.some((one) => one.type === 'ack')")
        conversation = await page.evaluate("window.conversation")
        await take_over(conversation)
        await page.wait_for_function("() => window.noted.some((one) => one.kind === 'handoff.accepted')")
        before = await page.evaluate(READ_LOG)
        await page.wait_for_timeout(1500)
        after = await page.evaluate(READ_LOG)
        self._compare(before, after, conversation)
        await context.close()

    def _compare(self, before: dict[str, Any], after: dict[str, Any], conversation: str) -> None:
        self._tally.chance(PAGE_FAULT)
        kinds = [one["kind"] for one in after["noted"]]
        late = after["noted"][kinds.index("handoff.accepted") + 1 :]
        spoke = [
            one
            for one in late
            if one["type"] == "stream" or (one["kind"] == "message.added" and one["author"] == "assistant")
        ]
        if spoke or _answers(after["text"]) > _answers(before["text"]):
            self._tally.fault(PAGE_FAULT, f"{conversation}: {after['text'][-200:]!r}")


def _answers(text: str) -> int:
    return text.count("couldn't find") + text.count("closest I found")
