"""Sitemaps of every kind, read by ultimate-sitemap-parser through our own fetcher."""

import asyncio
import logging
from concurrent.futures import Future

from usp.fetch_parse import SitemapFetcher
from usp.web_client.abstract_client import (
    AbstractWebClient,
    AbstractWebClientResponse,
    AbstractWebClientSuccessResponse,
    WebClientErrorResponse,
)

from baton.knowledge.fetching import CannotFetch, Fetched, Fetcher

_START = 2000
MOST_PAGES = 20_000

logging.getLogger("usp").setLevel(logging.ERROR)


def is_sitemap(page: Fetched) -> bool:
    """Whether what came is a sitemap rather than a page."""
    start = page.content[:_START].lower()
    packed = page.url.endswith((".xml.gz", "sitemap.gz")) and page.content.startswith(b"\x1f\x8b")
    return packed or b"<urlset" in start or b"<sitemapindex" in start or page.url.endswith("/sitemap.txt")


async def pages_of_sitemap(fetcher: Fetcher, first: Fetched) -> list[str]:
    """The addresses that a sitemap and those it lists name, each once."""
    client = _Client(fetcher, first, asyncio.get_running_loop())
    return await asyncio.to_thread(_pages, first.url, client)


def _pages(url: str, client: "_Client") -> list[str]:
    pages: dict[str, None] = {}
    for page in SitemapFetcher(url, recursion_level=0, web_client=client).sitemap().all_pages():
        pages[page.url] = None
        if len(pages) >= MOST_PAGES:
            break
    return list(pages)


class _Client(AbstractWebClient):
    """The parser runs in a thread; what it fetches goes through the loop's fetcher, with all its checks."""

    def __init__(self, fetcher: Fetcher, first: Fetched, loop: asyncio.AbstractEventLoop) -> None:
        self._fetcher = fetcher
        self._first = first
        self._loop = loop

    def set_max_response_data_length(self, max_response_data_length: int | None) -> None:
        """The fetcher has a limit of its own."""

    def get(self, url: str) -> AbstractWebClientResponse:
        if url == self._first.url:
            return _Answer(self._first)
        future: Future[Fetched] = asyncio.run_coroutine_threadsafe(self._fetcher.fetch(url), self._loop)
        try:
            return _Answer(future.result())
        except CannotFetch as error:
            return WebClientErrorResponse(str(error), retryable=False)


class _Answer(AbstractWebClientSuccessResponse):
    """A fetched page as the parser wants it."""

    def __init__(self, page: Fetched) -> None:
        self._page = page

    def status_code(self) -> int:
        return 200

    def status_message(self) -> str:
        return "OK"

    def header(self, case_insensitive_name: str) -> str | None:
        return self._page.media_type if case_insensitive_name.lower() == "content-type" else None

    def raw_data(self) -> bytes:
        return self._page.content

    def url(self) -> str:
        return self._page.url
