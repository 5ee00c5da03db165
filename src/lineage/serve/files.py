"""What can be taken home of a run: the report in each format, and the pack."""

from __future__ import annotations

from starlette.responses import FileResponse, Response

from lineage.core.errors import UsageError
from lineage.report.formats import FORMATS
from lineage.serve.store import Store

PACK = "pack"
_TYPES = {
    "text": ("text/plain", "txt"),
    "json": ("application/json", "json"),
    "html": ("text/html", "html"),
    "csv": ("text/csv", "csv"),
    "cyclonedx": ("application/vnd.cyclonedx+json", "cdx.json"),
    "cyclonedx-1.7": ("application/vnd.cyclonedx+json; version=1.7", "cdx.json"),
    "spdx": ("application/spdx+json", "spdx.json"),
    "g7": ("application/json", "g7.json"),
    "mermaid": ("text/plain", "mmd"),
    "dot": ("text/vnd.graphviz", "dot"),
    "markdown": ("text/markdown", "md"),
    "sarif": ("application/sarif+json", "sarif"),
    "junit": ("application/xml", "junit.xml"),
    "github": ("text/plain", "txt"),
}
"""Media type and ending of each format."""


def as_file(store: Store, id_: str, form: str) -> Response:
    """One file of a run that is done. Raises UsageError where there is none."""
    if form == PACK:
        path = store.pack_path(id_)
        if not store.run(id_).fingerprint or not path.is_file():
            raise UsageError("No pack was made of this run.", "Ask for it again with a pack.")
        return FileResponse(path, media_type="application/zip", filename=f"lineage-{id_}.zip")
    if form not in FORMATS:
        raise UsageError(
            f"There is no report format {form[:40]!r}.", f"Known: {', '.join(FORMATS)}."
        )
    report = store.report(id_)
    if report is None:
        raise UsageError("This run has no report yet.", "Wait until it is done.")
    media, ending = _TYPES[form]
    shown = f'attachment; filename="lineage-{id_}.{ending}"'
    return Response(report.render(form), media_type=media, headers={"Content-Disposition": shown})
