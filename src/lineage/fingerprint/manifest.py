"""The list of foundation models whose references a user can compute with one command."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lineage.core.errors import CannotRunError, DataError, LineageError
from lineage.core.packaged import DATA
from lineage.core.record import ModelRecord, Status
from lineage.core.ref import ModelRef, is_repo_id
from lineage.fingerprint.opening import files_of_record, open_weights
from lineage.fingerprint.ranges import Tally
from lineage.fingerprint.references import References
from lineage.fingerprint.sketch import Sketch, make_sketch
from lineage.sources.interface import Source

MAX_BYTES = 4 * 2**20
_UNREACHABLE_IN_A_ROW = 5


@dataclass(frozen=True)
class ManifestEntry:
    """One model of the manifest."""

    repo: str
    family: str = ""
    width: int | None = None
    """Expected from the registry; a repo of another width is
    reported, because the name may have moved."""
    layers: int | None = None


def shipped_manifest() -> tuple[ManifestEntry, ...]:
    """The foundation models that the registry knows."""
    text = (DATA / "fingerprints" / "manifest.json").read_bytes()
    return parse_manifest(text, "the shipped manifest")


def load_manifest(path: Path) -> tuple[ManifestEntry, ...]:
    """A user's own list, in the form of the shipped one. Raises DataError."""
    try:
        size = path.stat().st_size
        text = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as problem:
        raise DataError(f"{path} cannot be read: {problem.strerror}.") from problem
    if size > MAX_BYTES:
        raise DataError(f"{path} has {size} bytes, more than any manifest.")
    return parse_manifest(text, str(path))


def parse_manifest(text: bytes, where: str) -> tuple[ManifestEntry, ...]:
    """`{"models": [{"repo", "family", "width", "layers"}]}`; only `repo` is needed."""
    try:
        rows = json.loads(text)["models"]
        found = tuple(
            ManifestEntry(
                str(row["repo"]), str(row.get("family", "")), row.get("width"), row.get("layers")
            )
            for row in rows
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise DataError(
            f"{where} has not the form of a manifest.", 'Write {"models": [{"repo": "org/name"}]}.'
        ) from problem
    wrong = next((entry.repo for entry in found if not is_repo_id(entry.repo)), None)
    if wrong is not None:
        raise DataError(f"{where}: {wrong[:80]!r} is not a repo id.")
    return found


@dataclass(frozen=True)
class ManifestStep:
    """The outcome for one entry."""

    entry: ManifestEntry
    sketch: Sketch | None
    problem: str = ""
    skipped: bool = False
    """Whether the reference was there already."""


def sketch_record(record: ModelRecord, source: Source) -> Sketch:
    """The reference of a fetched model. Raises NotTestableError or RefusedError."""
    opened = open_weights(files_of_record(record, source), tally=Tally())
    licence = record.card.get("license")
    return make_sketch(
        opened,
        repo=record.id,
        revision=record.revision,
        licence=licence if isinstance(licence, str) else "",
    )


def build(
    entries: Sequence[ManifestEntry],
    source: Source,
    known: References,
    *,
    refresh: bool = False,
    keep: Callable[[Sketch], None] | None = None,
) -> Iterator[ManifestStep]:
    """Compute the missing references one by one; `keep` is called with each, so
    that an interrupted run resumes where it stopped.

    Raises CannotRunError where the first several models in a row cannot be reached.
    """
    unreachable = 0
    for entry in entries:
        if not refresh and known.of_repo(entry.repo) is not None:
            yield ManifestStep(entry, known.of_repo(entry.repo), skipped=True)
            continue
        record = source.fetch(ModelRef(entry.repo))
        unreachable = unreachable + 1 if record.status is Status.UNREACHABLE else 0
        if unreachable >= _UNREACHABLE_IN_A_ROW:
            raise CannotRunError(
                f"{unreachable} models in a row could not be reached ({record.reason}).",
                "Check the network and HF_ENDPOINT; what was computed is kept.",
            )
        yield _step(entry, record, source, keep)


def _step(
    entry: ManifestEntry, record: ModelRecord, source: Source, keep: Callable[[Sketch], None] | None
) -> ManifestStep:
    if not record.status.is_known:
        return ManifestStep(entry, None, record.reason or str(record.status))
    try:
        sketch = sketch_record(record, source)
    except LineageError as problem:
        return ManifestStep(entry, None, problem.message)
    if entry.width is not None and sketch.width != entry.width:
        return ManifestStep(
            entry,
            None,
            f"its width is {sketch.width}, and {entry.width} was expected: the name may refer to "
            "another model now",
        )
    if keep:
        keep(sketch)
    return ManifestStep(entry, sketch)
