"""`--untrusted`: nothing that can better a verdict is taken from the checkout that is judged."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage.cli.data_choice import data_folder
from lineage.cli.options import Decorator
from lineage.core.errors import UsageError

if TYPE_CHECKING:
    from lineage.policy.policy import Policy

Given = Iterable[tuple[str, Path | None]]
"""What the user calls a file, and where it is; None where none was given."""

untrusted_option: Decorator = click.option(
    "--untrusted",
    is_flag=True,
    help="Refuse a policy, lock, evidence, data or cache that lies inside the checkout: for pull "
    "requests of others.",
)


def refuse_inside(places: Iterable[Path], policy: Policy, *given: Given) -> None:
    """Raise UsageError where something that decides lies inside a checkout that holds one of
    `places`: whoever wrote what is judged could have written it."""
    trees = {_checkout(place) for place in places}
    rest = (one for group in given for one in group)
    for what, path in (*_always(policy), *rest):
        if path is None:
            continue
        tree = next((tree for tree in trees if _is_inside(path, tree)), None)
        if tree is not None:
            raise UsageError(
                f"The {what} {path} lies inside {tree}, which is what --untrusted does not trust.",
                "Take it from the base branch or from outside: see docs/untrusted.md.",
            )


def current_checkout() -> Iterator[Path]:
    """The current folder, where it is part of a checkout."""
    here = Path.cwd()
    if _checkout(here) != here or (here / ".git").exists():
        yield here


def _always(policy: Policy) -> Iterator[tuple[str, Path | None]]:
    """The policy's files, named or found; the cache, which holds references of weights too; and
    where installed data lies."""
    from lineage.cli.cache import cache_directory  # SQLite is for few runs

    for source in (policy.source, *policy.extends):
        if Path(source).exists():
            yield "policy", Path(source)
    yield "cache", cache_directory()
    yield "data folder", data_folder()


def _checkout(place: Path) -> Path:
    """The git checkout that a place belongs to, or the place itself."""
    here = place.resolve()
    return next((up for up in (here, *here.parents) if (up / ".git").exists()), here)


def _is_inside(path: Path, tree: Path) -> bool:
    """Whether the file, or a link on the way to it, lies in the tree."""
    named = Path(os.path.normpath(path.absolute()))
    steps = (step.parent.resolve() / step.name for step in (named, *named.parents))
    return path.resolve().is_relative_to(tree) or any(
        step != tree and step.is_relative_to(tree) for step in steps
    )
