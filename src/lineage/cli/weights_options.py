"""`--weights`, `--deep`, `--store`, `--evidence` and `--probe` of `lineage audit`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage.cli.options import Decorator, grouped
from lineage.cli.probe_option import probe_option, read_probes
from lineage.core.errors import UsageError
from lineage.core.plain_file import read_plain
from lineage.core.value import dataclass

if TYPE_CHECKING:
    from lineage.core.claim import Claim
    from lineage.workflows.options import Additions

_FILE = click.Path(dir_okay=False, path_type=Path)


@dataclass(frozen=True)
class WeightsChoice:
    """What is looked at beside cards, as the user gave it."""

    weights: bool
    deep: bool
    store: Path | None
    evidence: tuple[Path, ...]
    probes: tuple[Path, ...]

    def files(self) -> Iterator[tuple[str, Path | None]]:
        """Everything here that is a file, by what it is."""
        yield "store", self.store
        yield from (("evidence", path) for path in self.evidence)
        yield from (("probe", path) for path in self.probes)

    def additions(self, targets: tuple[str, ...]) -> Additions:
        """With the user's references and evidence; nothing is imported where none are wanted."""
        from lineage.workflows.options import Additions  # help and completion do without

        evidence = _evidence(self.evidence, targets) if self.evidence else ()
        probes = read_probes(self.probes) if self.probes else ()
        if not (self.weights or self.deep):
            return Additions(evidence=evidence, probes=probes)
        from lineage.cli.weights_source import all_references

        return Additions(True, self.deep, all_references(self.store), evidence, probes)


weights_options: Decorator = grouped(
    "looking",
    WeightsChoice,
    click.option(
        "--weights",
        is_flag=True,
        help="Compare a few kB of its weights with declared bases and known foundations.",
    ),
    click.option(
        "--deep",
        is_flag=True,
        help="With --weights: also undo a change of basis (a few MB; needs numpy).",
    ),
    click.option(
        "--store",
        type=_FILE,
        help="With --weights: compare with your own references in this file.  [default: in the "
        "user's cache]",
    ),
    click.option(
        "--evidence",
        type=_FILE,
        multiple=True,
        help="Read this JSON output of modelDNA or Cisco's Model Provenance Kit; the graph "
        "shows its claims as theirs.",
    ),
    probe_option,
)


def _evidence(paths: tuple[Path, ...], targets: tuple[str, ...]) -> tuple[Claim, ...]:
    """Claims of all files; with a single target they are about it, whatever name the other
    tool knew it by."""
    from lineage.fingerprint.foreign import MAX_BYTES, read_evidence
    from lineage.sources.auto import target_ref

    model = target_ref(targets[0]).id if len(targets) == 1 else None
    claims: list[Claim] = []
    for path in paths:
        try:
            claims += read_evidence(read_plain(path, MAX_BYTES), path.name, model=model)
        except OSError as problem:
            raise UsageError(
                f"The evidence file {path} cannot be read: {problem.strerror}.",
                "Give the JSON output of the other tool as a file.",
            ) from problem
    return tuple(claims)
