"""What the hub source keeps between runs: which answers, under which key, for how long."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lineage.core.record import ModelRecord, Status
from lineage.core.ref import COMMIT, ModelRef
from lineage.sources.hub.payload import record_of
from lineage.sources.web.cache import Cache, CacheKey
from lineage.sources.web.payload import PayloadError, parse_json

_NEGATIVE_TTL = 60.0
_LARGEST_RANGE = 8 << 20


class ResponseCache:
    """Records and file ranges in a Cache. Without one it remembers nothing."""

    def __init__(
        self,
        cache: Cache | None,
        endpoint: str,
        record_ttl: float,
        *,
        refresh: bool = False,
        on_sent_on: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`on_sent_on`: told of a kept answer that came from where the endpoint sent its questions
        on."""
        self._cache = cache
        self._on_sent_on = on_sent_on
        self._endpoint = endpoint
        self._record_ttl = record_ttl
        self._refresh = refresh

    def record(self, ref: ModelRef, token: str | None) -> ModelRecord | None:
        """The record that `fetch` gave before, if it is fresh."""
        if self._cache is None or (self._refresh and not _is_pinned(ref.revision)):
            return None
        record = self._recall(self._cache, ref, token)
        if record is None and token is not None:
            # What everybody may see serves a token's owner too (a narrow token
            # is often refused on public models).
            record = self._recall(self._cache, ref, None)
            return record if record is not None and record.status.is_known else None
        return record

    def _recall(self, cache: Cache, ref: ModelRef, token: str | None) -> ModelRecord | None:
        moving = {} if _is_pinned(ref.revision) else {"most_age": self._record_ttl}
        body = cache.get(self._record_key(cache, ref, token), **moving)
        if body is None:
            return None
        try:
            answer = parse_json(body)
            if "refused" in answer:
                return ModelRecord(
                    **{**answer["refused"], "status": Status(answer["refused"]["status"])}
                )
            if origin := answer.pop("sent_on", ""):
                self._on_sent_on(str(origin))
            names = tuple(answer.pop("redirected_from"))
            return record_of(**answer, redirected_from=names, revision=ref.revision, asked=True)
        except (PayloadError, TypeError, KeyError, ValueError, AttributeError):
            return None  # written by another version: requested again

    def keep_record(
        self, ref: ModelRef, token: str | None, answer: dict[str, Any], record: ModelRecord
    ) -> None:
        """Keep a detail answer under the name that was asked, the current name, and its commit."""
        if self._cache is None:
            return
        body = plain = _as_bytes(answer)
        if record.id != ref.id:
            own = {"requested": record.id, "expected": record.id, "redirected_from": []}
            plain = _as_bytes({**answer, **own})
        moving = None if _is_pinned(ref.revision) else self._record_ttl
        # A name that redirects today may be another model's tomorrow, so
        # only the current name is kept for ever.
        asked = moving if record.id == ref.id else self._record_ttl
        entries = {
            self._record_key(self._cache, ref, token): (body, asked),
            self._record_key(self._cache, replace(ref, id=record.id), token): (plain, moving),
        }
        if _is_pinned(record.revision):
            entries[self._record_key(self._cache, ModelRef(record.id, record.revision), token)] = (
                plain,
                None,
            )
        self._cache.put_all(entries)

    def keep_refusal(self, ref: ModelRef, token: str | None, record: ModelRecord) -> None:
        """Keep for a short while that there is no such model."""
        if self._cache is None or record.status is not Status.NOT_FOUND:
            return
        names = ("id", "requested", "status", "source", "reason", "revision", "retrieved_at")
        body = json.dumps({"refused": {name: getattr(record, name) for name in names}}).encode()
        self._cache.put_all({self._record_key(self._cache, ref, token): (body, _NEGATIVE_TTL)})

    def range(
        self, record: ModelRecord, token: str | None, path: str, start: int, end: int | None
    ) -> bytes | None:
        """Bytes that `read` gave before; only of a pinned revision, so never stale."""
        key = self._range_key(record, token, path, start, end)
        return self._cache.get(key) if self._cache is not None and key is not None else None

    def keep_range(
        self,
        record: ModelRecord,
        token: str | None,
        path: str,
        start: int,
        end: int | None,
        data: bytes,
    ) -> None:
        """Keep the bytes of a pinned revision."""
        key = self._range_key(record, token, path, start, end)
        if self._cache is not None and key is not None and len(data) <= _LARGEST_RANGE:
            self._cache.put_all({key: (data, None)})

    def _record_key(self, cache: Cache, ref: ModelRef, token: str | None) -> CacheKey:
        return CacheKey(
            self._endpoint, cache.access_class(token), ref.id, ref.revision or "", "record"
        )

    def _range_key(
        self, record: ModelRecord, token: str | None, path: str, start: int, end: int | None
    ) -> CacheKey | None:
        if self._cache is None or record.revision is None or not _is_pinned(record.revision):
            return None
        kind = f"bytes {start}-{'' if end is None else end} {path}".encode(
            "utf-8", "replace"
        ).decode()
        return CacheKey(
            self._endpoint, self._cache.access_class(token), record.id, record.revision, kind
        )


def _as_bytes(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _is_pinned(revision: str | None) -> bool:
    return bool(revision and COMMIT.match(revision))
