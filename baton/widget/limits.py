"""How much a visitor, and an address, may send. A new hello is a new visitor, but it comes from the same address."""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache

from baton.widget.settings import WidgetSettings

MOST_KEPT = 10_000
NETWORK_BITS = 64
"""Of an IPv6 address; what follows is its owner's to choose."""


class Buckets:
    """Token buckets by name. Those not used the longest are forgotten first, and start full when they come again."""

    def __init__(self, burst: float, per_second: float, monotonic: Callable[[], float], most: int = MOST_KEPT) -> None:
        self._burst = burst
        self._per_second = per_second
        self._monotonic = monotonic
        self._most = most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> float:
        """Take one token. 0 when there was one, else the seconds until there will be."""
        now = self._monotonic()
        left, at = self._left.get(name, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_second)
        self._left[name] = (left - 1 if left >= 1 else left), now
        self._left.move_to_end(name)
        if len(self._left) > self._most:
            self._left.popitem(last=False)
        return 0.0 if left >= 1 else (1 - left) / self._per_second


class Limits:
    """One for the process. Loopback isn't counted: it is this machine, or a proxy that doesn't say for whom it asks."""

    def __init__(self, settings: WidgetSettings, monotonic: Callable[[], float]) -> None:
        self._by_visitor = Buckets(settings.messages_burst, settings.messages_per_second, monotonic)
        self._by_address = Buckets(settings.address_burst, settings.address_per_second, monotonic)

    def take_frame(self, visitor: str, address: str | None) -> float:
        """Count one frame. 0 when it may pass, else the seconds to wait."""
        return self.take_socket(address) or self._by_visitor.take(visitor)

    def take_socket(self, address: str | None) -> float:
        """Count whatever comes from this address. 0 when it may pass, else the seconds to wait."""
        network = _network(address)
        return self._by_address.take(network) if network else 0.0


@lru_cache(maxsize=MOST_KEPT)
def _network(address: str | None) -> str | None:
    """What is counted as one address; None for what isn't counted."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return address
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    if mapped.is_loopback:
        return None
    if mapped.version == 4:
        return str(mapped)
    return str(ipaddress.ip_network((int(mapped), NETWORK_BITS), strict=False))
