"""Fetching strangers' addresses: bounded, and never from inside our own network unless that is allowed by name.

A host is resolved here and the connection goes to the very address that was checked, at each redirect again, so that
a name can't point elsewhere between the check and the connection.
"""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import httpx2

from baton.knowledge.settings import CrawlSettings

USER_AGENT = "baton-knowledge"
_MOST_REDIRECTS = 5
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))
"""IPv6 ranges that lead to IPv4 addresses, private ones too."""


class CannotFetch(Exception):
    """The address gave nothing; the message is a sentence for a person, `status` what the server answered."""

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status

    @property
    def is_refusal(self) -> bool:
        """Whether a server answered that there is no such page, or not for us."""
        return self.status is not None and 400 <= self.status < 500


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page or file as it came; `url` is where the last redirect led."""

    url: str
    content: bytes
    media_type: str


class Fetcher:
    """An HTTP client for addresses that strangers give. Close it when done."""

    def __init__(self, settings: CrawlSettings) -> None:
        self._settings = settings
        transport = _CheckedTransport(frozenset(settings.allow_private))
        headers = {
            "user-agent": USER_AGENT,
            "accept": "text/html, text/markdown, text/plain, application/pdf, */*;q=0.5",
        }
        self._client = httpx2.AsyncClient(transport=transport, headers=headers, timeout=settings.page_seconds)

    async def fetch(self, url: str) -> Fetched:
        """Fetch `url`, following redirects. Raises CannotFetch."""
        try:
            async with asyncio.timeout(self._settings.page_seconds):
                return await self._follow(plain_address(url))
        except TimeoutError as error:
            raise CannotFetch(f"{url} did not answer within {self._settings.page_seconds:g} seconds.") from error
        except httpx2.HTTPError as error:
            raise CannotFetch(f"{url} could not be reached. Check the address, and that the site is up.") from error

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def _follow(self, url: str) -> Fetched:
        for _ in range(_MOST_REDIRECTS + 1):
            async with self._client.stream("GET", url) as response:
                if not response.has_redirect_location:
                    return await self._read(url, response)
                url = plain_address(urljoin(url, response.headers["location"]))
        raise CannotFetch(f"{url} redirects too often.")

    async def _read(self, url: str, response: httpx2.Response) -> Fetched:
        status = response.status_code
        if status != 200:
            raise CannotFetch(f"{url} answered with status {status}, not with a page.", status)
        content = bytearray()
        async for part in response.aiter_bytes():
            content += part
            if len(content) > self._settings.page_mb * 1_000_000:
                raise CannotFetch(f"{url} is larger than {self._settings.page_mb} MB (knowledge.crawl.page_mb).")
        return Fetched(url, bytes(content), response.headers.get("content-type", ""))


def plain_address(url: str) -> str:
    """`url` without its fragment. Raises CannotFetch for what isn't an http address."""
    parts = _parted(url.strip())
    if parts is None or parts.username or parts.password or len(url) > 2000:
        shown = f"“{url[:200]}” is not an address that can be read."
        raise CannotFetch(f"{shown} It should look like https://example.com/help.")
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", parts.query, ""))


def _parted(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if known else None


class _CheckedTransport(httpx2.AsyncBaseTransport):
    """Connects to the address that a name has now, after looking whether that is a public one."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        self._inner = httpx2.AsyncHTTPTransport(trust_env=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        host = request.url.host
        address = await self._checked_address(host, request.url.port or (443 if request.url.scheme == "https" else 80))
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def _checked_address(self, host: str, port: int) -> str:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise CannotFetch(f"There is no host named {host}. Check the address.") from error
        addresses = [str(entry[4][0]) for entry in found]
        allowed = host in self._allowed or f"{host}:{port}" in self._allowed
        if not allowed and not all(is_public(address) for address in addresses):
            raise CannotFetch(f"{host} is in a private network. To read it, name it in knowledge.crawl.allow_private.")
        return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet."""
    ip = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped is not None:
        ip = mapped
    if ip.is_multicast or any(ip.version == 6 and ip in network for network in _TRANSLATED):
        return False
    return ip.is_global
