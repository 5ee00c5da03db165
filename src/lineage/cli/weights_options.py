"""`--weights`, `--deep` and `--store` of `lineage audit`: look at the weights too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from lineage.audit import Options

F = TypeVar("F", bound=Callable[..., Any])


def weights_options(command: F) -> F:
    """The three options."""
    weights = click.option("--weights", is_flag=True, help="Compare a few kB of its weights with declared bases and known foundations.")
    deep = click.option("--deep", is_flag=True, help="With --weights: also undo a change of basis (a few MB; needs numpy).")
    path = click.Path(dir_okay=False, path_type=Path)
    store = click.option("--store", type=path, help="With --weights: your own references.  [default: in the user's cache]")
    return weights(deep(store(command)))


def with_weights(options: Options, given: dict[str, Any]) -> Options:
    """The audit's options with the user's references in them; nothing is imported where no weights are wanted."""
    if not (given["weights"] or given["deep"]):
        return options
    from lineage.cli.weights_source import all_references

    return replace(options, weights=True, deep=given["deep"], references=all_references(given["store"]))
