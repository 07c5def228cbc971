"""A site to pages: by its sitemap or by its links, on one host, as its robots.txt allows, within limits."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml import etree, html
from protego import Protego

from baton.knowledge.arrivals import Arrival, from_page, unread
from baton.knowledge.fetching import USER_AGENT, CannotFetch, Fetched, Fetcher, plain_address
from baton.knowledge.reading.blocks import Unreadable
from baton.knowledge.reading.kinds import SUFFIXES
from baton.knowledge.settings import CrawlSettings
from baton.knowledge.sitemaps import is_sitemap, pages_of_sitemap

_NOT_PAGES = (".css", ".js", ".json", ".xml", ".zip", ".gz", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico")
_MEDIA = (".mp4", ".mp3", ".webm", ".woff", ".woff2", ".ttf", ".exe", ".dmg", ".apk", ".rss", ".atom")


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An address to fetch, and how many links led to it."""

    url: str
    depth: int


class Crawler:
    """Fetches pages and sites for the library."""

    def __init__(self, settings: CrawlSettings) -> None:
        self._settings = settings
        self._fetcher = Fetcher(settings)

    async def close(self) -> None:
        """Give the connections back."""
        await self._fetcher.close()

    async def page(self, url: str) -> Arrival:
        """One page, whatever it links to. What can't be fetched is an arrival with a problem."""
        try:
            address = plain_address(url)
            if not (await self._robots(address)).can_fetch(address, USER_AGENT):
                return _problem(url, "forbidden", f"The site's robots.txt asks not to read {url}.")
            fetched = await self._fetcher.fetch(address)
        except CannotFetch as error:
            return _problem(url, "unreachable", str(error))
        return _arrival(url, fetched)

    async def site(self, url: str) -> AsyncIterator[Arrival]:
        """The page at `url` and those it leads to, or those that the sitemap at `url` lists.

        The first that comes is the one at `url`, unless that is a sitemap. Dead links are passed over.
        """
        try:
            start = plain_address(url)
            robots = await self._robots(start)
            first = await self._fetcher.fetch(start)
        except CannotFetch as error:
            yield _problem(url, "unreachable", str(error))
            return
        until = time.monotonic() + self._settings.seconds
        if is_sitemap(first):
            pages = await pages_of_sitemap(self._fetcher, first)
            waiting = [_Waiting(page, self._settings.depth) for page in pages if _is_within(page, first.url)]
            if not waiting:
                yield _problem(url, "empty", f"The sitemap at {url} lists no pages of its own site.")
        else:
            yield _arrival(url, first)
            waiting = [_Waiting(page, 1) for page in _links(first)]
        async for arrival in self._follow(first, waiting, robots, until):
            yield arrival

    async def _follow(
        self, first: Fetched, waiting: list[_Waiting], robots: Protego, until: float
    ) -> AsyncIterator[Arrival]:
        queue = deque(waiting)
        seen = {first.url}
        taken, size = 1, len(first.content)
        pause = min(float(robots.crawl_delay(USER_AGENT) or 0), self._settings.page_seconds)
        while queue and taken < self._settings.pages and time.monotonic() < until:
            next_one = queue.popleft()
            if next_one.url in seen or not self._may_fetch(next_one, first, robots):
                continue
            seen.add(next_one.url)
            await asyncio.sleep(pause)
            fetched = await self._try(next_one.url)
            if fetched is None or not _is_within(fetched.url, first.url):
                continue
            if fetched.url != next_one.url and fetched.url in seen:
                continue
            seen.add(fetched.url)
            taken, size = taken + 1, size + len(fetched.content)
            if size > self._settings.total_mb * 1_000_000:
                return
            yield _arrival(fetched.url, fetched)
            queue.extend(_Waiting(link, next_one.depth + 1) for link in _links(fetched))

    def _may_fetch(self, page: _Waiting, first: Fetched, robots: Protego) -> bool:
        near = page.depth <= self._settings.depth and _is_within(page.url, first.url)
        return near and robots.can_fetch(page.url, USER_AGENT)

    async def _try(self, url: str) -> Fetched | None:
        try:
            return await self._fetcher.fetch(url)
        except CannotFetch:
            return None

    async def _robots(self, url: str) -> Protego:
        """The site's robots.txt; none there means that everything is allowed."""
        try:
            found = await self._fetcher.fetch(urljoin(url, "/robots.txt"))
        except CannotFetch as error:
            if error.is_refusal:
                return Protego.parse("")
            raise
        return Protego.parse(found.content.decode("utf-8", errors="replace"))


def _arrival(url: str, fetched: Fetched) -> Arrival:
    return from_page(url, fetched.content, fetched.media_type)


def _problem(url: str, code: str, sentence: str) -> Arrival:
    return unread(f"url:{url}", url, url, Unreadable(code, sentence))


def _is_within(url: str, start: str) -> bool:
    """Whether an address is on the host of `start`."""
    return urlsplit(url).netloc == urlsplit(start).netloc and urlsplit(url).scheme in ("http", "https")


def _links(page: Fetched) -> Iterator[str]:
    """Addresses that a page leads to and that could be pages."""
    if "html" not in page.media_type or not page.content.strip():
        return
    try:
        root = html.document_fromstring(page.content)
    except (etree.ParserError, ValueError):
        return
    base = urljoin(page.url, next(iter(root.xpath("//base/@href")), ""))
    for link in root.iterfind(".//a[@href]"):
        try:
            address = plain_address(urljoin(base, link.get("href")))
        except (CannotFetch, ValueError):
            continue
        path = urlsplit(address).path.lower()
        if path.endswith(tuple(SUFFIXES)) or not path.endswith(_NOT_PAGES + _MEDIA):
            yield address
