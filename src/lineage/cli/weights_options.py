"""`--weights`, `--deep`, `--store` and `--evidence` of `lineage audit`: look at the weights too, or hear who did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from lineage.core.claim import Claim
from lineage.core.errors import UsageError
from lineage.sources.auto import target_ref
from lineage.workflows.audit import Options

F = TypeVar("F", bound=Callable[..., Any])


def weights_options(command: F) -> F:
    """The four options."""
    weights = click.option(
        "--weights",
        is_flag=True,
        help="Compare a few kB of its weights with declared bases and known foundations.",
    )
    deep = click.option(
        "--deep",
        is_flag=True,
        help="With --weights: also undo a change of basis (a few MB; needs numpy).",
    )
    path = click.Path(dir_okay=False, path_type=Path)
    store = click.option(
        "--store",
        type=path,
        help="With --weights: your own references.  [default: in the user's cache]",
    )
    told = "JSON answer of modelDNA or Cisco's Model Provenance Kit; its claims stand in the graph as theirs."
    evidence = click.option("--evidence", type=path, multiple=True, help=told)
    return weights(deep(store(evidence(command))))


def with_weights(options: Options, given: dict[str, Any], targets: tuple[str, ...]) -> Options:
    """The audit's options with the user's references and evidence in them; nothing is imported where none are wanted."""
    if given["evidence"]:
        options = replace(options, evidence=_evidence(given["evidence"], targets))
    if not (given["weights"] or given["deep"]):
        return options
    from lineage.cli.weights_source import all_references

    return replace(
        options, weights=True, deep=given["deep"], references=all_references(given["store"])
    )


def _evidence(paths: tuple[Path, ...], targets: tuple[str, ...]) -> tuple[Claim, ...]:
    """Claims of all files; with a single target they are about it, whatever name the other tool knew it by."""
    from lineage.fingerprint.foreign import read_evidence

    model = target_ref(targets[0]).id if len(targets) == 1 else None
    claims: list[Claim] = []
    for path in paths:
        try:
            claims += read_evidence(path.read_bytes(), path.name, model=model)
        except OSError as problem:
            raise UsageError(
                f"The evidence file {path} cannot be read: {problem.strerror}."
            ) from problem
    return tuple(claims)
