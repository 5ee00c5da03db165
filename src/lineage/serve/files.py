"""What can be taken home of a run: the report in each format, and the pack."""

from __future__ import annotations

import gzip
import threading
import weakref
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from lineage.core.errors import UsageError
from lineage.report.formats import FORMATS
from lineage.serve.database import damaged
from lineage.serve.encoding import gzipped
from lineage.serve.runs import BusyError
from lineage.serve.site import site_of
from lineage.serve.store import NotOverError, Store

PACK = "pack"
PACK_TYPE = "application/zip"
_TYPES = {
    "text": ("text/plain; charset=utf-8", "txt"),
    "json": ("application/json", "json"),
    "html": ("text/html; charset=utf-8", "html"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "cyclonedx": ("application/vnd.cyclonedx+json", "cdx.json"),
    "cyclonedx-1.7": ("application/vnd.cyclonedx+json; version=1.7", "cdx.json"),
    "spdx": ("application/spdx+json", "spdx.json"),
    "g7": ("application/json", "g7.json"),
    "mermaid": ("text/plain; charset=utf-8", "mmd"),
    "dot": ("text/vnd.graphviz; charset=utf-8", "dot"),
    "markdown": ("text/markdown; charset=utf-8", "md"),
    "sarif": ("application/sarif+json", "sarif"),
    "junit": ("application/xml", "junit.xml"),
    "github": ("text/plain; charset=utf-8", "txt"),
}
"""Media type and ending of each format."""
_MAGIC = b"\x1f\x8b"
_PIECE = 1 << 16
_LARGE = 1 << 20
_SENDING = threading.Semaphore(16)
"""Answers of more than `_LARGE` bytes, compressed, that are in memory at a time."""
_RENDERING = threading.Semaphore(2)
"""A large report is in memory as a whole while it is written in a format."""


class NoSuchFileError(UsageError):
    """A format that there is not, or a pack that was not made."""


def media_types() -> tuple[str, ...]:
    """Of all formats."""
    return tuple(sorted({media.partition(";")[0] for media, _ in _TYPES.values()}))


def as_file(request: Request, id_: str, form: str, *, is_attached: bool = True) -> Response:
    """One file of a run that is done. Raises NoSuchFileError where there is none of the kind, and
    NotOverError where there is none yet."""
    store = site_of(request).store
    if form == PACK:
        return _pack(store, id_)
    if form not in FORMATS:
        raise NoSuchFileError(
            f"There is no report format {form[:40]!r}.", f"Known: {', '.join(FORMATS)}."
        )
    media, ending = _TYPES[form]
    headers = {"Content-Type": media}
    if is_attached:
        headers["Content-Disposition"] = f'attachment; filename="lineage-{id_}.{ending}"'
    tag = tag_of(id_, form)
    if is_known(request, tag):
        store.run(id_)
        return Response(status_code=304, headers={"ETag": tag})
    return packed_answer(request, written(store, id_, form), tag, headers)


def written(store: Store, id_: str, form: str) -> bytes:
    """The report in one format, compressed by gzip: written once and kept, so that it is the same
    for ever."""
    body = store.document(id_, form)
    if body is None:
        with _RENDERING:
            report = store.report(id_)
            if report is None:
                run = store.run(id_)
                missing = "has none" if run.state.is_over else "is not done"
                raise NotOverError(f"This run {missing}: it is {run.state}.", "Wait, or ask again.")
            body = gzipped((report.render(form),))
        store.keep_document(id_, form, body)
    return body


def tag_of(*parts: object) -> str:
    """The ETag of what never changes; weak, for it is the same however it is compressed."""
    return f'W/"{"-".join(map(str, parts))}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the client has it already."""
    asked = request.headers.get("if-none-match", "")
    opaque = tag.removeprefix("W/")
    return any(one.strip().removeprefix("W/") in (opaque, "*") for one in asked.split(","))


def takes_gzip(request: Request) -> bool:
    """Whether the client wants it compressed."""
    for part in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, quality = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def packed_answer(
    request: Request,
    packed: bytes,
    tag: str,
    headers: dict[str, str],
    *,
    around: tuple[bytes, bytes] = (b"", b""),
) -> Response:
    """What is kept compressed, with `around` it something before and behind; sent as it is to
    whoever takes it so, and piece by piece: a client that takes its time holds no more of it.

    Raises BusyError where as many large answers are being taken as the server holds.
    """
    if packed[:2] != _MAGIC:
        raise damaged("it is not compressed")
    headers = {**headers, "ETag": tag, "Vary": "Accept-Encoding"}
    headers["Cache-Control"] = "private, no-cache"
    is_whole, is_gzip = not any(around), takes_gzip(request)
    if is_whole:
        # The last bytes of a gzip file tell the length of what is in it.
        length = len(packed) if is_gzip else int.from_bytes(packed[-4:], "little")
        headers["Content-Length"] = str(length)
    pieces = _pieces(packed)
    if not (is_gzip and is_whole):
        pieces = chain(around[:1], _plain(pieces), around[1:])
        pieces = _gzipped(pieces) if is_gzip else pieces
    if is_gzip:
        headers["Content-Encoding"] = "gzip"
    if len(packed) <= _PIECE:
        return Response(b"".join(pieces), headers=headers)
    if len(packed) <= _LARGE:
        return StreamingResponse(pieces, headers=headers)
    if not _SENDING.acquire(blocking=False):
        raise BusyError("Many large reports are being taken.", "Try again in a minute.")
    return _Large(pieces, headers=headers)


class _Large(StreamingResponse):
    """One of those that are counted, until it is sent or given up."""

    def __init__(self, content: Iterator[bytes], headers: Mapping[str, str]) -> None:
        super().__init__(content, headers=headers)
        self._release = weakref.finalize(self, _SENDING.release)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._release()


def _pieces(packed: bytes) -> Iterator[bytes]:
    for start in range(0, len(packed), _PIECE):
        yield packed[start : start + _PIECE]


def _plain(pieces: Iterable[bytes]) -> Iterator[bytes]:
    unpacking = zlib.decompressobj(wbits=31)
    try:
        for piece in pieces:
            yield unpacking.decompress(piece)
    except zlib.error as problem:
        raise damaged(problem) from problem
    if not unpacking.eof:
        raise damaged("its end is missing")


def _gzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packing = zlib.compressobj(1, wbits=31)
    for piece in pieces:
        yield packing.compress(piece)
    yield packing.flush()


def unpacked(packed: bytes) -> bytes:
    """What is kept compressed. Raises StoreError where it is damaged."""
    try:
        return gzip.decompress(packed)
    except (OSError, EOFError, zlib.error) as problem:
        raise damaged(problem) from problem


def _pack(store: Store, id_: str) -> Response:
    run, path = store.run(id_), store.pack_path(id_)
    if not run.state.is_over:
        raise NotOverError("This run is not done.", "Wait until it is.")
    if not run.fingerprint or not path.is_file():
        raise NoSuchFileError("This run has no pack.", "Ask for it again with a pack.")
    return FileResponse(path, media_type=PACK_TYPE, filename=f"lineage-{id_}.zip")
