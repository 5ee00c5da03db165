"""The Hub's fixed-window quota: real counting per caller and bucket, and the headers that tell of
it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Quota:
    """Calls allowed in one window; None turns a bucket's headers and limit off."""

    api: int | None = 100_000
    resolvers: int | None = 100_000
    pages: int | None = 100_000
    window: float = 300.0
    retry_after: bool = False
    """The Hub sends none; some mirrors do."""
    clock: Callable[[], float] = time.monotonic
    _used: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def take(self, caller: str, bucket: str) -> tuple[bool, dict[str, str]]:
        """Count one call; whether it is within the quota, and the headers that every answer
        carries."""
        limit: int | None = getattr(self, bucket)
        if limit is None:
            return True, {}
        with self._lock:
            now = self.clock()
            opened, used = self._used.get((caller, bucket), (now, 0))
            if now - opened >= self.window:
                opened, used = now, 0
            self._used[caller, bucket] = (opened, used + 1)
        left = math.ceil(self.window - (now - opened))
        headers = {
            "RateLimit": f'"{bucket}";r={max(0, limit - used - 1)};t={left}',
            "RateLimit-Policy": f'"fixed window";"{bucket}";q={limit};w={math.ceil(self.window)}',
        }
        if used >= limit and self.retry_after:
            headers["Retry-After"] = str(left)
        return used < limit, headers
