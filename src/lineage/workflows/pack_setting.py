"""What a run went by, put together for its pack."""

from __future__ import annotations

from pathlib import Path

from lineage.core import clock
from lineage.core.packaged import DOCUMENTS
from lineage.evidence.document import load
from lineage.report.document import Report
from lineage.workflows.options import Options
from lineage.workflows.pack import Inputs
from lineage.workflows.recording import Recorder, Setting


def inputs_of(
    recorder: Recorder,
    content: Path,
    report: Report,
    options: Options,
    *,
    endpoint: str = "",
    supplied: str = "",
    model_column: str = "",
    probes: tuple[Path, ...] = (),
) -> Inputs:
    """The inputs of the run that made the report, as `recorder` kept them, and files in `content`.

    `endpoint` is HF_ENDPOINT; `supplied` is the name of the list that was audited, empty where the
    targets were named.
    """
    day = clock.stamp(options.now or clock.now())
    setting = Setting(
        # The moment itself is the report's date, unless that was given.
        clock=day[:10] if options.dated else report.generated_at,
        dated=clock.stamp(options.dated) if options.dated else "",
        offline=options.offline,
        endpoint=endpoint,
        bounds=options.bounds,
        data_version=options.where.data.version,
        targets=() if supplied else tuple(target.target for target in report.targets),
        supplied=supplied,
        model_column=model_column,
        probes=tuple((path.name, str(path)) for path in probes),
    )
    data = options.where.data
    for document in DOCUMENTS:
        load(document, data)  # in a checkout this makes them anew where they are out of date
    return Inputs(recorder.recorded(setting, report), content, data.folder)
