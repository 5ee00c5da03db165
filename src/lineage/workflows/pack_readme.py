"""The first page of a pack: what it is, what is in it, how to check it, what it does not say."""

from __future__ import annotations

from collections.abc import Sequence

from lineage.report.breakdown import breakdown
from lineage.report.document import Report
from lineage.report.printable import printable
from lineage.workflows.recording import Recorded


def readme(report: Report, own: Sequence[str], recorded: Recorded | None) -> str:
    """`own` are members that somebody else wrote: a supplier's list, results of a probe."""
    counts = ", ".join(f"{n} {verdict}" for verdict, n in breakdown(report)["verdicts"].items())
    models = [
        f"  {printable(t.model, 200)}{f' @ {t.revision}' if t.revision else ''}: {t.verdict}"
        for t in report.targets
    ]
    data = (
        f"registry {report.data.registry}, results {report.data.results}, snapshot "
        f"{report.data.snapshot}"
    )
    return "\n".join(
        [
            "LINEAGE ATTESTATION PACK",
            "",
            f"Made {report.generated_at} by lineage {report.tool_version} under policy "
            f"{printable(report.policy_name, 100)}.",
            f"Data: {data}.",
            *map(printable, report.remarks),
            f"Models ({counts}):",
            *models,
            "",
            "What is in here",
            "  report.html         the report to read and to print; open it in any browser, no "
            "network is used",
            "  report.json         the same for programs (schema lineage-report/1); report.txt for "
            "a terminal",
            "  summary.csv         one row per model for a spreadsheet",
            "  answers.html        what buyers' forms ask about lineage, with evidence, and the "
            "record of the inquiry",
            "  inquiry.json        that record for programs: what was searched, when, with which "
            "data, when to look again",
            "  bom.cdx.json        bill of materials, CycloneDX 1.6",
            "  bom.spdx.json       bill of materials, SPDX 3.0.1 with the AI profile",
            "  inputs/records.json what each source answered: model card data, file list, "
            "revision, time",
            *_replay(recorded),
            "  inputs/results.json the published test results that the report cites, each with its "
            "source",
            *(f"  {path}  as it was given" for path in own),
            "  policy.json         the policy as it was applied, waivers included",
            "  manifest.json       versions of the tool and of its data",
            "  SHA256SUMS          checksums of all of the above",
            "",
            "How to check it later",
            "  lineage pack verify .       or without the tool: sha256sum -c SHA256SUMS",
            *_again(recorded),
            "  Note the SHA-256 of SHA256SUMS in your file: it pins every byte of this folder.",
            "",
            "What it does not say",
            "  A jurisdiction is no evidence of behaviour; an untested model is not a cleared one.",
            "  A base model that nobody names and that left no trace in the files read is not in "
            "the report.",
            "",
            "Decision (to be filled in)",
            "  Decision: ______________________________   Conditions: "
            "______________________________",
            "  Name and role: _________________________   Date: ____________   Signature: "
            "__________",
            "",
        ]
    )


def _replay(recorded: Recorded | None) -> list[str]:
    if recorded is None:
        return []
    return [
        "  inputs/files.json   which parts of which files were read; the bytes are in inputs/files",
        "  inputs/setting.json the rest of what the run went by: clock, targets, limits, notices",
        "  inputs/data         the registry, the results and the tables of names, whole",
    ]


def _again(recorded: Recorded | None) -> list[str]:
    if recorded is None:
        return [
            "  The answers were not kept (a resumed run, or one on a cluster): nobody can compute "
            "this report again from here."
        ]
    return [
        "  lineage pack replay .       computes every document of this folder again from its "
        "inputs, offline",
        f"  It was judged on {recorded.setting.clock[:10]}. The inputs rest on the word of whoever "
        "made the pack.",
    ]
