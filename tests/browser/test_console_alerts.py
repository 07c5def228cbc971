"""A sound and a notification for a new waiting conversation, for who asked for them."""

from playwright.async_api import Browser, expect

from tests.browser.console_desk import Desk, at_desk

EARS = """
window.heard = {tones: 0, notices: []};
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) { window.heard.tones += 1; start.apply(this, at); };
class Notice { constructor(title, options) { window.heard.notices.push([title, options.body]); } close() {} }
Notice.permission = 'granted';
Notice.requestPermission = () => Promise.resolve('granted');
window.Notification = Notice;
document.hasFocus = () => window.isLookedAt ?? true;
"""


async def someone_waits(desk: Desk, name: str) -> None:
    talk = desk.server.world.talk(name.lower(), visitor={"name": name})
    desk.server.world.say(talk, "visitor", "Can I speak to somebody?")
    desk.server.world.hand_over(talk)
    await expect(desk.rows.filter(has_text=name)).to_be_visible()


async def test_nothing_sounds_until_it_is_asked_for(chromium: Browser) -> None:
    async with at_desk(chromium, tell=lambda _world: None, script=EARS) as desk:
        await someone_waits(desk, "Noor")
        assert await desk.page.evaluate("heard") == {"tones": 0, "notices": []}


async def test_asked_for_it_sounds_and_notifies_whoever_looks_elsewhere_and_is_remembered(chromium: Browser) -> None:
    async with at_desk(chromium, tell=lambda _world: None, script=EARS) as desk:
        button = desk.page.get_by_role("button", name="Alert me to new conversations")
        await button.click()
        await expect(button).to_have_attribute("aria-pressed", "true")
        await expect(desk.page.locator(".announcer")).to_contain_text("Alerts are on")
        tried = await desk.page.evaluate("heard.tones")
        await desk.page.evaluate("window.isLookedAt = false")
        await someone_waits(desk, "Noor")
        heard = await desk.page.evaluate("heard")
        assert heard["tones"] == 2 * tried
        assert heard["notices"] == [["Noor is waiting", "Can I speak to somebody?\nAsked for a person"]]
        await desk.page.reload()
        await expect(button).to_have_attribute("aria-pressed", "true")


async def test_whoever_looks_at_the_page_is_not_notified_too(chromium: Browser) -> None:
    async with at_desk(chromium, tell=lambda _world: None, script=EARS) as desk:
        await desk.page.get_by_role("button", name="Alert me to new conversations").click()
        await someone_waits(desk, "Noor")
        assert await desk.page.evaluate("heard.notices") == []


async def test_the_same_wait_is_announced_once(chromium: Browser) -> None:
    async with at_desk(chromium, tell=lambda _world: None, script=EARS) as desk:
        await desk.page.get_by_role("button", name="Alert me to new conversations").click()
        tried = await desk.page.evaluate("heard.tones")
        await someone_waits(desk, "Noor")
        desk.server.world.say(desk.server.world.talks["cnv_noor"], "visitor", "Hello?")
        await expect(desk.rows.first.locator(".unread")).to_contain_text("2")
        assert await desk.page.evaluate("heard.tones") == 2 * tried
