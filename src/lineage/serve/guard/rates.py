"""How often one client may ask, and how often it may be wrong about a token."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from ipaddress import ip_address

from lineage.report.printable import counted
from lineage.serve.guard.refusal import Refused

_MOST = 20_000
"""Clients that are remembered; the one that was silent longest is forgotten."""


class Rates:
    """A bucket for each client: so many at once, and so many a second in the long run."""

    def __init__(self, burst: float, each_second: float) -> None:
        self._burst, self._speed = burst, each_second
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> None:
        """Count one. Raises Refused where the bucket is empty."""
        left = self.check(client)
        self._left[client] = (left - 1, time.monotonic())
        self._left.move_to_end(client)
        if len(self._left) > _MOST:
            self._left.popitem(last=False)

    def check(self, client: str) -> float:
        """What is left. Raises Refused where that is nothing."""
        left = self._in(client)
        if left < 1:
            wait = math.ceil((1 - left) / self._speed)
            raise Refused(
                429,
                "Too many requests came from here.",
                f"Try again in {counted(wait, 'second')}.",
                {"Retry-After": str(wait)},
            )
        return left

    def _in(self, client: str) -> float:
        left, at = self._left.get(client, (self._burst, 0.0))
        return min(self._burst, left + (time.monotonic() - at) * self._speed)


def network_of(address: str) -> str:
    """By which a client without a name is known: whoever has one address of version 6 has all of
    its network."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else f"{int(found) >> 64:x}::/64"
