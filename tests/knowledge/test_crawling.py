"""Sites to pages, over real sockets on loopback, which has to be allowed by name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from baton.knowledge.arrivals import Arrival
from baton.knowledge.crawling import Crawler
from baton.knowledge.fetching import CannotFetch, Fetcher, is_public, plain_address
from baton.knowledge.settings import CrawlSettings
from tests.knowledge.site import serving
from tests.knowledge.world import OWNER, World


@dataclass
class Shop:
    """A site of a few pages; it remembers what was asked for."""

    pages: dict[str, str]
    robots: str = ""
    redirects: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    address: str = ""

    async def answer(self, request: Request) -> Response:
        path = request.url.path
        self.asked.append(path)
        if path in self.redirects:
            return RedirectResponse(self.redirects[path])
        if path == "/robots.txt":
            return Response(self.robots, media_type="text/plain") if self.robots else Response(status_code=404)
        if path not in self.pages:
            return Response("nothing here", status_code=404)
        kind = "application/xml" if path.endswith(".xml") else "text/html"
        return Response(self.pages[path].replace("HOST", self.address), media_type=kind)


def page(name: str, *links: str) -> str:
    anchors = "".join(f'<a href="{link}">more</a>' for link in links)
    main = f"<main><h1>{name}</h1><p>About {name}.</p>{anchors}</main>"
    return f"<html><head><title>{name}</title></head><body>{main}</body></html>"


@asynccontextmanager
async def open_shop(shop: Shop) -> AsyncIterator[Shop]:
    async with serving(Starlette(routes=[Route("/{path:path}", shop.answer)])) as address:
        shop.address = address
        yield shop


async def crawl(shop: Shop, path: str = "/", **settings: int) -> list[Arrival]:
    crawler = Crawler(CrawlSettings(allow_private=["127.0.0.1"], page_seconds=5, **settings))
    try:
        return [arrival async for arrival in crawler.site(shop.address + path)]
    finally:
        await crawler.close()


def paths(shop: Shop, arrivals: list[Arrival]) -> list[str]:
    return [arrival.source.removeprefix(shop.address) for arrival in arrivals]


async def test_site_is_followed_on_its_own_host_and_each_page_comes_once() -> None:
    pages = {
        "/": page(
            "Home", "/a", "/a#part", "b", "http://elsewhere.example/x", "mailto:a@b.c", "/logo.png", "javascript:x()"
        ),
        "/a": page("A", "/", "/b"),
        "/b": page("B", "/gone"),
    }
    async with open_shop(Shop(pages)) as shop:
        arrivals = await crawl(shop)
        assert paths(shop, arrivals) == ["/", "/a", "/b"]
        assert [arrival.kind for arrival in arrivals] == ["html"] * 3
        assert shop.asked.count("/a") == 1


async def test_pages_depth_and_bytes_are_bounded() -> None:
    chain = {"/": page("0", "/1")} | {f"/{n}": page(str(n), f"/{n + 1}") for n in range(1, 9)}
    async with open_shop(Shop(chain)) as shop:
        assert len(await crawl(shop, pages=3)) == 3
        assert paths(shop, await crawl(shop, depth=2)) == ["/", "/1", "/2"]
    big = {"/": page("0", "/1", "/2"), "/1": page("1") + "x" * 600_000, "/2": page("2") + "x" * 600_000}
    async with open_shop(Shop(big)) as shop:
        assert paths(shop, await crawl(shop, total_mb=1)) == ["/", "/1"]


async def test_robots_are_obeyed() -> None:
    pages = {"/": page("Home", "/private/a", "/open"), "/private/a": page("A"), "/open": page("Open")}
    async with open_shop(Shop(pages, robots="User-agent: *\nDisallow: /private/\n")) as shop:
        assert paths(shop, await crawl(shop)) == ["/", "/open"]
        assert "/private/a" not in shop.asked


async def test_sitemap_and_the_sitemaps_it_lists_name_the_pages() -> None:
    xmlns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    index = f"<?xml version='1.0'?><sitemapindex {xmlns}><sitemap><loc>HOST/one.xml</loc></sitemap></sitemapindex>"
    listed = "<url><loc>HOST/a</loc></url><url><loc>HOST/b</loc></url><url><loc>http://elsewhere.example/c</loc></url>"
    one = f"<?xml version='1.0'?><urlset {xmlns}>{listed}</urlset>"
    pages = {"/sitemap.xml": index, "/one.xml": one, "/a": page("A", "/c"), "/b": page("B")}
    async with open_shop(Shop(pages)) as shop:
        assert paths(shop, await crawl(shop, "/sitemap.xml")) == ["/a", "/b"]


async def test_dead_address_is_one_arrival_that_says_why() -> None:
    async with open_shop(Shop({})) as shop:
        (arrival,) = await crawl(shop, "/nowhere")
        assert arrival.problem is not None
        assert "answered with status 404" in arrival.problem.sentence


async def test_private_addresses_are_refused_unless_allowed() -> None:
    async with open_shop(Shop({"/": page("Secret")})) as shop:
        fetcher = Fetcher(CrawlSettings(page_seconds=5))
        for address in (shop.address, shop.address.replace("127.0.0.1", "localhost"), "http://[::ffff:127.0.0.1]/"):
            with pytest.raises(CannotFetch, match="private network"):
                await fetcher.fetch(address)
        await fetcher.close()
        assert shop.asked == []


async def test_redirect_into_a_private_network_is_refused_at_that_hop() -> None:
    async with open_shop(Shop({"/": page("Secret")})) as inside:
        outside = Shop({}, redirects={"/": inside.address.replace("127.0.0.1", "localhost")})
        async with open_shop(outside):
            fetcher = Fetcher(CrawlSettings(allow_private=["127.0.0.1"], page_seconds=5))
            with pytest.raises(CannotFetch, match="localhost is in a private network"):
                await fetcher.fetch(outside.address)
            await fetcher.close()
        assert inside.asked == []


async def test_redirects_that_never_end_are_given_up() -> None:
    async with open_shop(Shop({}, redirects={"/a": "/b", "/b": "/a"})) as shop:
        fetcher = Fetcher(CrawlSettings(allow_private=["127.0.0.1"], page_seconds=5))
        with pytest.raises(CannotFetch, match="redirects too often"):
            await fetcher.fetch(f"{shop.address}/a")
        await fetcher.close()


async def test_page_over_the_limit_is_not_read_to_its_end() -> None:
    async with open_shop(Shop({"/": "x" * 1_200_000})) as shop:
        fetcher = Fetcher(CrawlSettings(allow_private=["127.0.0.1"], page_seconds=5, page_mb=1))
        with pytest.raises(CannotFetch, match="larger than 1 MB"):
            await fetcher.fetch(shop.address)
        await fetcher.close()


@pytest.mark.parametrize(
    "address", ["ftp://a.b/", "file:///etc/passwd", "http://", "http://u:p@a.b/", "nonsense", "http://[bad"]
)
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(CannotFetch, match="is not an address"):
        plain_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
    ],
)
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_addresses_of_the_open_internet_are_public() -> None:
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1::1")


async def test_address_added_to_the_library_becomes_a_document_and_a_changed_page_a_version(library: World) -> None:
    async with open_shop(Shop({"/help": page("Help")})) as shop:
        receipt = await library.documents.add_address(f"{shop.address}/help", OWNER)
        await library.index_all()
        document = await library.documents.find(receipt.id)
        assert (document["status"], document["title"], document["url"]) == ("indexed", "Help", f"{shop.address}/help")
        again = await library.documents.add_address(f"{shop.address}/help", OWNER)
        await library.index_all()
        assert (again.id, (await library.documents.find(receipt.id))["version"]) == (receipt.id, 1)
        shop.pages["/help"] = page("Help, changed")
        await library.documents.add_address(f"{shop.address}/help", OWNER)
        await library.index_all()
        changed = await library.documents.find(receipt.id)
        assert (changed["status"], changed["title"]) == ("indexed", "Help, changed")
        assert library.texts(receipt.id) == ["About Help, changed."]


async def test_page_that_was_not_reached_is_fetched_when_it_is_tried_again(library: World) -> None:
    async with open_shop(Shop({})) as shop:
        receipt = await library.documents.add_address(f"{shop.address}/help", OWNER)
        await library.index_all()
        assert (await library.documents.find(receipt.id))["status"] == "failed"
        shop.pages["/help"] = page("Help")
        assert await library.documents.read_again([receipt.id]) == 1
        await library.index_all()
        assert (await library.documents.find(receipt.id))["status"] == "indexed"


async def test_followed_address_brings_its_pages_as_documents_of_their_own(library: World) -> None:
    async with open_shop(Shop({"/": page("Home", "/a", "/b"), "/a": page("A"), "/b": page("B")})) as shop:
        await library.documents.add_address(shop.address, OWNER, follow=True)
        await library.index_all()
        documents = await library.documents.list_all()
        assert sorted(document["title"] for document in documents) == ["A", "B", "Home"]
        assert {document["status"] for document in documents} == {"indexed"}
