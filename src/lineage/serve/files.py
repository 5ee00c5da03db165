"""What can be taken home of a run: the report in each format, and the pack."""

from __future__ import annotations

import gzip
import threading
import zlib
from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from lineage.core.errors import UsageError
from lineage.report.formats import FORMATS
from lineage.serve.database import damaged
from lineage.serve.encoding import gzipped
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


def packed_answer(request: Request, packed: bytes, tag: str, headers: dict[str, str]) -> Response:
    """What is kept compressed: sent as it is to whoever takes it so."""
    shared = {"ETag": tag, "Vary": "Accept-Encoding", "Cache-Control": "private, no-cache"}
    if takes_gzip(request):
        if packed[:2] != _MAGIC:
            raise damaged("it is not compressed")
        return Response(packed, headers={**headers, **shared, "Content-Encoding": "gzip"})
    return Response(unpacked(packed), headers={**headers, **shared})


def unpacked(packed: bytes) -> bytes:
    """What is kept compressed. Raises StoreError where it is damaged."""
    try:
        return gzip.decompress(packed)
    except (OSError, EOFError, zlib.error) as problem:
        raise damaged(problem) from problem


def spliced(packed: bytes, before: bytes, after: bytes) -> bytes:
    """What is kept compressed, with something before and behind it, compressed quickly."""
    parts: Iterable[bytes] = (before, unpacked(packed).rstrip(), after)
    return gzip.compress(b"".join(parts), 1, mtime=0)


def _pack(store: Store, id_: str) -> Response:
    run, path = store.run(id_), store.pack_path(id_)
    if not run.state.is_over:
        raise NotOverError("This run is not done.", "Wait until it is.")
    if not run.fingerprint or not path.is_file():
        raise NoSuchFileError("This run has no pack.", "Ask for it again with a pack.")
    return FileResponse(path, media_type=PACK_TYPE, filename=f"lineage-{id_}.zip")
