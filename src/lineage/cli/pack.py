"""`lineage pack`: the folder that a procurement officer files, and its check a year later."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from lineage.cli.completion_items import models
from lineage.cli.data_choice import chosen_data, data_option, installed_data
from lineage.cli.exits import FAILED, INCONCLUSIVE, PASSED
from lineage.cli.groups import DefaultGroup
from lineage.cli.many import InputChoice, audit_all, input_options, supplied_file
from lineage.cli.options import examples, format_option
from lineage.cli.policies import PolicyChoice, exit_code, policy_options
from lineage.cli.probe_option import probe_option, read_probes
from lineage.cli.signing_options import (
    ExpectedChoice,
    SigningChoice,
    expected_options,
    sign_options,
)
from lineage.cli.source_options import SourceChoice, source_options
from lineage.cli.untrusted import refuse_inside, untrusted_option
from lineage.core.errors import UsageError

if TYPE_CHECKING:
    from lineage.report.document import Report
    from lineage.workflows.options import Options
    from lineage.workflows.pack import Inputs
    from lineage.workflows.recording import Recorder


@click.group(
    cls=DefaultGroup,
    default="make",
    epilog=examples(
        "lineage pack Qwen/Qwen2.5-7B-Instruct -o evidence/",
        "lineage pack verify evidence/",
        "lineage pack replay evidence/",
    ),
)
def pack() -> None:
    """Create an evidence folder about one or more models, or verify one.

    lineage pack TARGET... -o DIR creates it; lineage pack verify DIR checks it, and lineage pack
    replay DIR computes it again. On one day the same inputs, data versions and SOURCE_DATE_EPOCH
    give the same bytes.
    """


@pack.command(
    epilog=examples(
        "lineage pack Qwen/Qwen2.5-7B-Instruct -o evidence/",
        "lineage pack --input vendors.csv --policy strict -o evidence/",
        "lineage pack org/name -o evidence/ --sign key.pem",
    )
)
@click.argument("targets", nargs=-1, metavar="TARGET...", shell_complete=models)
@input_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Write to this new folder.",
)
@untrusted_option
@source_options
@policy_options
@probe_option
@sign_options
def make(
    targets: tuple[str, ...],
    output: Path,
    probes: tuple[Path, ...],
    untrusted: bool,
    listed: InputChoice,
    source: SourceChoice,
    policy: PolicyChoice,
    signing: SigningChoice,
) -> int:
    """Audit, and write the report, answers to common buyers' questions, bills of materials, inputs
    and checksums into a new folder.

    Exit codes are those of `lineage audit`: 0 pass or review, 1 the policy failed, 3 inconclusive,
    4 could not run.
    """
    from lineage.workflows import pack as packs
    from lineage.workflows.options import Additions
    from lineage.workflows.recording import Recorder

    listed.check(targets)
    signing.check()
    display = source.display()
    chosen = policy.load()
    if untrusted:
        own = [("probe", path) for path in probes]
        refuse_inside(listed.places(targets), chosen, source.files(), own)
    options = source.options(display, chosen, targets)
    if probes:
        options = replace(options, added=Additions(probes=read_probes(probes)))
    given = supplied_file(listed)
    supplied = packs.OwnFile(*given) if given else None
    with TemporaryDirectory(prefix="lineage-pack-") as kept:
        recorder = None if listed.is_worked_elsewhere else Recorder(Path(kept))
        report = audit_all(targets, listed, replace(options, outside=recorder), display, given)
        inputs = _inputs(recorder, Path(kept), report, options, listed, probes)
        files = packs.build(report, chosen, packs.with_transcripts(probes), supplied, inputs)
        content = {path: body for path, body in files.items() if isinstance(body, bytes)}
        files |= signing.attestation(content)
        packs.write(files, output)
    click.echo(
        f"{report.verdict}: {output} contains {len(files)} files; note this fingerprint "
        f"elsewhere:\nsha256 {packs.fingerprint(files)}"
    )
    return exit_code(report, chosen)


def _inputs(
    recorder: Recorder | None,
    kept: Path,
    report: Report,
    options: Options,
    listed: InputChoice,
    probes: tuple[Path, ...],
) -> Inputs | None:
    """What the run went by; None where others did the work and kept nothing of it."""
    from lineage.workflows.pack import PIPED
    from lineage.workflows.pack_setting import inputs_of

    if recorder is None:
        return None
    name = listed.inputs.name if listed.inputs else ""
    return inputs_of(
        recorder,
        kept,
        report,
        options,
        endpoint=os.environ.get("HF_ENDPOINT", ""),
        supplied=PIPED if name == "-" else name,
        model_column=listed.model_column,
        probes=probes,
    )


@pack.command(
    epilog=examples(
        "lineage pack replay evidence/", "lineage pack replay evidence/ --with-current-data"
    )
)
@click.argument(
    "folder", type=click.Path(path_type=Path, file_okay=False, exists=True), metavar="DIR"
)
@expected_options
@click.option(
    "--with-current-data",
    is_flag=True,
    help="Also show what the same responses would give with today's data and date.",
)
@data_option
@format_option()
def replay(folder: Path, expected: ExpectedChoice, with_current_data: bool, form: str) -> int:
    """Compute every document of a pack again from its inputs, offline, and report differences.

    Exit codes: 0 every byte is the same, 1 some differ, 2 the folder is not a pack or lacks inputs,
    3 undecided: another version of lineage wrote it and gives another result, or the inputs are
    doubtful. What today's data would change is shown and changes none of them.
    """
    from lineage.cli.output import to_stdout
    from lineage.report.replay import Outcome, as_json, as_text
    from lineage.workflows.replay import replay as replayed
    from lineage.workflows.replay import today

    found, filed = replayed(folder, expected.expected(), installed_data)
    if with_current_data and filed is not None:
        found = replace(found, today=today(filed, chosen_data()))
    to_stdout(as_json(found) if form == "json" else as_text(found))
    return {Outcome.EQUAL: PASSED, Outcome.DIFFERS: FAILED}.get(found.outcome, INCONCLUSIVE)


@pack.command(
    epilog=examples(
        "lineage pack verify evidence/",
        "lineage pack verify evidence/ --key vendor.pub --require-signature",
        "lineage pack verify evidence/ --identity audit@example.org "
        "--issuer https://accounts.google.com",
    )
)
@click.argument(
    "folder", type=click.Path(path_type=Path, file_okay=False, exists=True), metavar="DIR"
)
@click.option(
    "--fingerprint",
    metavar="SHA256",
    help="Require this fingerprint, which was noted when the pack was created.",
)
@expected_options
@click.option(
    "--require-signature",
    is_flag=True,
    help="Exit 3 unless it is signed by --key or --identity.",
)
@click.option(
    "--require-current",
    is_flag=True,
    help="Exit 3 if its data is older than its policy allows today.",
)
def verify(
    folder: Path,
    fingerprint: str | None,
    expected: ExpectedChoice,
    require_signature: bool,
    require_current: bool,
) -> int:
    """Verify a pack: every byte unchanged, nothing missing or added, all documents about the same
    models, and who signed it.

    Without a signature, or a fingerprint noted elsewhere, this shows only that the pack is
    consistent: whoever changes a pack can write new checksums. `lineage pack replay` computes it
    again.

    Exit codes: 0 nothing is wrong, 1 it is not what was filed or not signed by whom was named, 2
    wrong usage or no pack, 3 what was asked for is not shown (a signature that is named or
    required, data that is current).
    """
    from lineage.report.printable import counted
    from lineage.workflows.pack_members import FiledPack
    from lineage.workflows.pack_verdict import verified

    noted = _noted(fingerprint)
    wanted = expected.expected()
    found = verified(FiledPack(folder), noted, wanted)
    for line in (*found.problems, *found.notes):
        click.echo(line)
    if found.problems:
        click.echo(counted(len(found.problems), "problem"))
        return 1
    click.echo(f"{found.conclusion}\nsha256 {found.fingerprint}")
    lacks = (require_signature or wanted.names_somebody) and not found.is_signed
    return 3 if lacks or (require_current and not found.is_current) else 0


def _noted(fingerprint: str | None) -> str | None:
    """The fingerprint that the user noted, in the form of ours."""
    if fingerprint is None:
        return None
    noted = fingerprint.strip().lower().removeprefix("sha256").strip(" :")
    if not re.fullmatch(r"[0-9a-f]{64}", noted):
        raise UsageError(
            f"--fingerprint {fingerprint!r} is not a SHA-256 value.",
            "Give the 64 characters that `lineage pack` printed.",
        )
    return noted
