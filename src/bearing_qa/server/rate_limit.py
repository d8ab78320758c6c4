"""How often each client may ask: a bucket of tokens a client, and a bound on what is remembered."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MAX_CLIENTS = 4096
"""Clients remembered; the one that was away longest is forgotten first, and starts with a full bucket."""
_V6_BITS = 64
"""A household or machine has a whole IPv6 network of this prefix; it counts as one client."""


class Rates:
    """Tokens by client: ``burst`` at first, refilled at ``per_minute``. Safe to use from several threads."""

    def __init__(
        self,
        per_minute: float,
        *,
        burst: float | None = None,
        max_clients: int = MAX_CLIENTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_second = per_minute / 60
        self._burst = max(1.0, per_minute if burst is None else burst)
        self._max_clients = max_clients
        self._clock = clock
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    @property
    def known(self) -> int:
        """Clients remembered."""
        return len(self._left)

    def take(self, client: str) -> float:
        """Takes a token from a client's bucket: 0.0, or the seconds to wait until there is one. A rate of
        0 never makes wait."""
        if not self._per_second:
            return 0.0
        left = self._change(client, -1)
        return 0.0 if left >= 1 else (1 - left) / self._per_second

    def give_back(self, client: str) -> None:
        """Puts a token back that should not count."""
        self._change(client, 1)

    def _change(self, client: str, tokens: int) -> float:
        """Adds tokens, unless that leaves less than none; what was there before."""
        key, now = client_key(client), self._clock()
        with self._lock:
            left, at = self._left.pop(key, (self._burst, now))
            left = min(self._burst, left + (now - at) * self._per_second)
            self._left[key] = (left + tokens if left + tokens >= 0 else left), now
            while len(self._left) > self._max_clients:
                self._left.popitem(last=False)
        return left


def client_key(client: str) -> str:
    """What a client is known by: its address, of an IPv6 one the network."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if address.version == 6:
        return str(ipaddress.ip_network((address, _V6_BITS), strict=False).network_address)
    return client
