"""`lineage pack`: the folder that a procurement officer files, and its check a year later."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import click

from lineage.cli.completion import models
from lineage.cli.groups import NamedGroup
from lineage.cli.many import InputChoice, audit_all, input_options, supplied_file
from lineage.cli.options import examples
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


class _PackGroup(NamedGroup):
    """`lineage pack TARGET` makes a pack; `lineage pack verify DIR` checks one. A model called
    `verify` is written with its namespace."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Whatever begins with no name of a command is the arguments of `make`."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_PackGroup,
    epilog=examples(
        "lineage pack Qwen/Qwen2.5-7B-Instruct -o evidence/", "lineage pack verify evidence/"
    ),
)
def pack() -> None:
    """Make a folder to file about one or more models, or check one that was filed.

    lineage pack TARGET... -o DIR makes it; lineage pack verify DIR checks it. The same inputs, data
    versions and SOURCE_DATE_EPOCH give the same bytes, until a waiver ends or data grows stale.
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
    help="The folder to make; it must not exist.",
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
    """Audit, and write the report, answers to what buyers ask, the bills of materials, the inputs
    and checksums into a new folder.

    Exit codes are those of `lineage audit`: 0 pass or review, 1 the policy failed, 3 inconclusive,
    4 could not run.
    """
    from lineage.workflows import pack as packs
    from lineage.workflows.options import Additions

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
    report = audit_all(targets, listed, options, display, given)
    supplied = packs.OwnFile(*given) if given else None
    files = packs.build(report, chosen, packs.with_transcripts(probes), supplied)
    files |= signing.attestation(files)
    packs.write(files, output)
    click.echo(
        f"{report.verdict}: {output} holds {len(files)} files; note this fingerprint in "
        f"your file:\nsha256 {packs.fingerprint(files)}"
    )
    return exit_code(report, chosen)


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
    "--fingerprint", metavar="SHA256", help="The fingerprint that was noted when the pack was made."
)
@expected_options
@click.option(
    "--require-signature",
    is_flag=True,
    help="Exit 3 unless it is signed by whom --key or --identity names.",
)
@click.option(
    "--require-current",
    is_flag=True,
    help="Exit 3 where the data behind it is older than its policy allows today.",
)
def verify(
    folder: Path,
    fingerprint: str | None,
    expected: ExpectedChoice,
    require_signature: bool,
    require_current: bool,
) -> int:
    """Check a filed pack: every byte as filed, nothing missing or added, all documents about the
    same models, and who signed it.

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
            f"--fingerprint {fingerprint!r} is not a SHA-256.",
            "Give the 64 characters that `lineage pack` printed.",
        )
    return noted
