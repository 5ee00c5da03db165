"""The pack of a run as one ZIP file, made when the run is done: the same folder that `lineage pack`
writes."""

from __future__ import annotations

import zipfile
from pathlib import Path

from lineage.policy.policy import Policy
from lineage.report.document import Report
from lineage.serve.run import Order
from lineage.serve.settings import Settings
from lineage.workflows import pack
from lineage.workflows.pack_setting import inputs_of
from lineage.workflows.recording import Recorder


def filed(
    report: Report,
    policy: Policy,
    order: Order,
    recorder: Recorder,
    content: Path,
    settings: Settings,
    path: Path,
) -> str:
    """Write it, whole or not at all; its fingerprint. `content` holds what the recorder kept of
    files."""
    supplied = pack.OwnFile(order.file_name, order.file) if order.file_name else None
    options = settings.options
    inputs = inputs_of(
        recorder,
        content,
        report,
        options,
        endpoint=settings.endpoint,
        supplied=order.file_name,
        model_column=order.model_column,
    )
    files = pack.build(report, policy, supplied=supplied, inputs=inputs)
    draft = path.with_suffix(".part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(f"pack/{name}", (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            body = files[name]
            archive.writestr(info, body if isinstance(body, bytes) else body.read_bytes())
    draft.replace(path)
    return pack.fingerprint(files)
