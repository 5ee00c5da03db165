"""Puts an optional judge to a finished run: refuses one of the judged lineage, measures it, and
adds what it says of form D.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from lineage.core.codec import encode
from lineage.core.errors import UsageError
from lineage.core.value import dataclass
from lineage.probe.battery import Battery
from lineage.probe.endpoint import ChatEndpoint
from lineage.probe.judge import PROMPT_DIGEST, measure, read_labelled, stance
from lineage.probe.record import Run, load_transcript
from lineage.report.document import TargetReport
from lineage.workflows.audit import Auditor
from lineage.workflows.options import Options


@dataclass(frozen=True)
class Judge:
    """The instrument, as the run will name it."""

    endpoint: ChatEndpoint
    repository: str
    """Whose weights judge, so that its lineage can be looked up."""
    labelled: Path


def judge_run(run: Run, transcript: Path, battery: Battery, judge: Judge, options: Options) -> Run:
    """The run with `judged`; a signature is dropped, as the signed content changes."""
    if not run.setup.subject:
        raise UsageError(
            "The run does not say whose weights it asked.", "Probe again with --for ORG/NAME."
        )
    refuse_relative(run.setup.subject, judge.repository, options)
    labelled = read_labelled(judge.labelled)
    _, replies = load_transcript(transcript)
    languages = {}
    for language in run.setup.languages:
        known = measure(judge.endpoint, labelled, language)
        shares = stance(judge.endpoint, battery, replies, language, known)
        languages[language] = {"instrument": encode(known), "declined": encode(dict(shares))}
    record = {
        "judge": judge.repository,
        "model": judge.endpoint.model,
        "endpoint": judge.endpoint.host,
        "prompt": PROMPT_DIGEST,
        "labelled": hashlib.sha256(judge.labelled.read_bytes()).hexdigest(),
        "languages": languages,
    }
    return replace(run, judged=record, signature=None)


def refuse_relative(judged: str, judge: str, options: Options) -> None:
    """Raise UsageError where the two share an ancestor or a family, or nobody can tell."""
    with Auditor(options) as auditor:
        first, second = auditor.audit(judged), auditor.audit(judge)
    for target in (first, second):
        if not target.graph.nodes[target.model].status.has_statements:
            raise UsageError(
                f"The lineage of {target.model} is not known, so it may be the other's.",
                "Judge with a model whose lineage can be read.",
            )
    shared = sorted(_line(first) & _line(second))
    if shared:
        raise UsageError(
            f"{judge} is of the lineage of {judged}: both come from {shared[0]}.",
            "Judge with a model of another family.",
        )


def _line(target: TargetReport) -> set[str]:
    """All models of a lineage, teachers too, and their families."""
    families = {one.family for one in target.attributions.values() if one.family}
    return {*target.graph.nodes, *families}
