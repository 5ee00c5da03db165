"""`lineage fingerprint`: keep references of models, to find them underneath others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from lineage.cli.exits import FAILED, INCONCLUSIVE, PASSED
from lineage.cli.groups import NamedGroup
from lineage.cli.options import examples, format_option
from lineage.cli.terminal import columns
from lineage.cli.weights_source import WeightsSource, all_references, store_option, store_path
from lineage.cli.weights_text import sketch_table
from lineage.core.errors import UsageError
from lineage.core.record import ModelRecord
from lineage.core.ref import is_repo_id
from lineage.fingerprint.manifest import ManifestEntry, load_manifest, shipped_manifest
from lineage.fingerprint.manifest import build as build_all
from lineage.fingerprint.opening import Files, open_weights
from lineage.fingerprint.references import References, load_file, save_file
from lineage.fingerprint.sketch import Sketch, differences, make_sketch
from lineage.report.printable import printable


@click.group(
    cls=NamedGroup, epilog=examples("lineage fingerprint list", "lineage audit --weights org/name")
)
def fingerprint() -> None:
    """Build and maintain reference fingerprints: 3 kB each, from a few ranges of the weights.

    `lineage audit --weights` compares a model's weights with all of them.
    """


@fingerprint.command(
    epilog=examples(
        "lineage fingerprint add org/name", "lineage fingerprint add ./copy --as org/name"
    )
)
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...")
@click.option(
    "--as",
    "repo",
    metavar="REPO",
    help="Name the repo id that a local copy is published under; needed for paths.",
)
@click.option(
    "--licence", default="", help="State the licence of the weights, if the card does not."
)
@store_option
def add(targets: tuple[str, ...], repo: str | None, licence: str, store: Path | None) -> int:
    """Compute and store a reference for each TARGET, a repo or a path."""
    if repo and (len(targets) > 1 or not is_repo_id(repo)):
        raise UsageError(
            f"--as {repo} names one repo, so it needs one target.", "Write it as org/name."
        )
    source = WeightsSource(offline=False)
    path = store_path(store)
    for target in targets:
        files, record = source.files(target)
        if record is None and repo is None:
            raise UsageError(
                f"{target} is a path; a reference needs the repo id it is published under.",
                "Add --as org/name.",
            )
        sketch = _sketch(files, record, repo or files.label, licence)
        save_file(path, [*load_file(path).all(), sketch])
        click.echo(
            f"{printable(sketch.repo)}: width {sketch.width}, {sketch.layers} layers, "
            f"{sketch.bytes_read} bytes read."
        )
    return PASSED


def _sketch(files: Files, record: ModelRecord | None, repo: str, licence: str) -> Sketch:
    opened = open_weights(files)
    declared = record.card.get("license") if record else None
    sketch = make_sketch(
        opened,
        repo=repo,
        revision=record.revision if record else None,
        licence=licence or (declared if isinstance(declared, str) else ""),
    )
    if record is None:
        sketch = replace(
            sketch,
            files=tuple(
                replace(f, sha256=_sha256(_local(files.label, f.path))) for f in sketch.files
            ),
            made_from="a local copy",
        )
    return sketch


def _local(label: str, name: str) -> Path:
    place = Path(label)
    return place if place.is_file() else place / name


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(2**20):
            digest.update(block)
    return digest.hexdigest()


@fingerprint.command("list", epilog=examples("lineage fingerprint list --json"))
@format_option()
@store_option
def list_(form: str, store: Path | None) -> int:
    """Show every reference: those shipped with lineage and your own."""
    known = all_references(store).all()
    click.echo(
        json.dumps([sketch.to_dict() for sketch in known], indent=2, sort_keys=True)
        if form == "json"
        else sketch_table(known, columns())
    )
    return PASSED


@fingerprint.command(epilog=examples("lineage fingerprint verify org/name"))
@click.argument("target")
@click.option(
    "--as", "repo", metavar="REPO", help="Choose the reference to check, if TARGET is a path."
)
@store_option
def verify(target: str, repo: str | None, store: Path | None) -> int:
    """Compute TARGET's reference again and compare it with the stored one.

    Exit codes: 0 the same, 1 it differs, 3 there is none to check.
    """
    files, record = WeightsSource(offline=False).files(target)
    stored = all_references(store).of_repo(repo or files.label)
    if stored is None:
        click.echo(f"There is no reference of {printable(repo or files.label)}.", err=True)
        return INCONCLUSIVE
    again = make_sketch(
        open_weights(files), repo=stored.repo, revision=record.revision if record else None
    )
    if record is None:
        again = replace(again, revision=stored.revision)
    found = differences(stored, again)
    click.echo(
        f"{printable(stored.repo)}: "
        + ("the reference is the same." if not found else "; ".join(found) + ".")
    )
    return FAILED if found else PASSED


@fingerprint.command(epilog=examples("lineage fingerprint build --limit 10"))
@click.option(
    "--manifest",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="Read this list instead of the shipped one.",
)
@click.option("--refresh", is_flag=True, help="Compute existing references again.")
@click.option("--limit", type=click.IntRange(1), help="Stop after this many new references.")
@store_option
def build(manifest: Path | None, refresh: bool, limit: int | None, store: Path | None) -> int:
    """Compute references of the foundation models of the manifest from the Hub, a few hundred kB
    each at most.

    Continues where an earlier run stopped. Exit codes: 0 all are there, 3 some could not be read, 4
    the Hub could not be reached.
    """
    entries = load_manifest(manifest) if manifest else shipped_manifest()
    path = store_path(store)
    kept = {sketch.repo.casefold(): sketch for sketch in load_file(path).all()}

    def keep(sketch: Sketch) -> None:
        kept[sketch.repo.casefold()] = sketch
        save_file(path, list(kept.values()))

    made, missed = _run(entries, References(kept.values()), refresh=refresh, limit=limit, keep=keep)
    click.echo(
        f"{made} references computed, {len(kept)} kept in {path}, {missed} could not be read."
    )
    return INCONCLUSIVE if missed else PASSED


def _run(
    entries: tuple[ManifestEntry, ...],
    known: References,
    *,
    refresh: bool,
    limit: int | None,
    keep: Callable[[Sketch], None],
) -> tuple[int, int]:
    made = missed = 0
    hub = WeightsSource(offline=False).hub
    for step in build_all(entries, hub, known, refresh=refresh, keep=keep):
        if step.skipped:
            continue
        if step.sketch is None:
            missed += 1
            click.echo(f"{step.entry.repo}: {printable(step.problem)}", err=True)
            continue
        made += 1
        click.echo(
            f"{step.entry.repo}: {step.sketch.bytes_read} bytes in {step.sketch.requests} requests",
            err=True,
        )
        if limit is not None and made >= limit:
            break
    return made, missed
