"""The options that several commands share, and how they become one `Options`."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lineage.cli.display import Display
from lineage.cli.output import DestinationType
from lineage.core.errors import InvalidRefError, UsageError
from lineage.graph.walker import WalkBounds
from lineage.policy.policy import Policy
from lineage.sources.auto import target_ref
from lineage.workflows.audit import Options

if TYPE_CHECKING:
    from lineage.sources.hub.cache import Cache


F = TypeVar("F", bound=Callable[..., Any])

_SOURCE = (
    click.option(
        "--offline", is_flag=True, help="Do not use the network: read local paths and the snapshot."
    ),
    click.option(
        "--snapshot",
        type=click.Path(path_type=Path),
        help="Read a snapshot made with `lineage snapshot create`.",
    ),
    click.option(
        "--index",
        type=click.Path(path_type=Path),
        help="Read an index made with `lineage index build` instead of the network.",
    ),
    click.option(
        "--max-depth",
        type=click.IntRange(0),
        default=100,
        show_default=True,
        help="Follow this many levels of base models.",
    ),
    click.option(
        "--max-models",
        type=click.IntRange(1),
        default=1000,
        show_default=True,
        help="Read at most this many models for one target.",
    ),
    click.option(
        "--max-wait",
        type=click.FloatRange(0),
        default=300.0,
        show_default=True,
        help="Wait this many seconds for the Hub's quota.",
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(0.1),
        default=30.0,
        show_default=True,
        help="Give up a call to the Hub after this many seconds, retries included.",
    ),
    click.option(
        "--jobs",
        type=click.IntRange(1, 64),
        default=16,
        show_default=True,
        help="Make at most this many requests to the Hub at a time.",
    ),
    click.option("--no-cache", is_flag=True, help="Do not read or write the cache."),
    click.option("--refresh", is_flag=True, help="Ignore the cache and store the new responses."),
    click.option("-q", "--quiet", count=True, help="Less output (-qq: verdict only)."),
    click.option(
        "-v", "--verbose", count=True, help="More output: every result, claim and line of evidence."
    ),
)
_OUTPUT = (
    click.option(
        "-f",
        "--format",
        "formats",
        type=DestinationType(),
        multiple=True,
        help="Report format; several may be given. Otherwise text, or what the name of -o ends in.",
    ),
    click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        help="Write the report to this file instead of stdout.",
    ),
)


def source_options(command: F) -> F:
    """Where records come from and how far the walk goes."""
    return _with(command, _SOURCE)


def output_options(command: F) -> F:
    """Which formats, and where to."""
    return _with(command, _OUTPUT)


def _with(command: F, options: tuple[Callable[[F], F], ...]) -> F:
    for option in reversed(options):
        command = option(command)
    return command


def make_options(given: dict[str, Any], display: Display, policy: Policy | None = None) -> Options:
    """The audit's options from what the user gave and what the environment says."""
    offline = given["offline"] or is_set("HF_HUB_OFFLINE")
    return Options(
        offline=offline,
        snapshot=given["snapshot"],
        index=given["index"],
        policy=policy or Policy(),
        bounds=WalkBounds(
            max_depth=given["max_depth"], max_models=given["max_models"], workers=given["jobs"]
        ),
        now=clock(),
        max_wait=given["max_wait"],
        timeout=given["timeout"],
        cache=None if given["no_cache"] or offline else _opened_cache(display),
        refresh=given["refresh"],
        on_notice=display.notice,
        on_progress=display.progress,
        on_wait=display.waiting,
    )


def verbosity(given: dict[str, Any]) -> int:
    """-1 for the verdict line alone, 0, or 1 for everything."""
    if given["verbose"]:
        return 1
    return -1 if given["quiet"] > 1 else 0


def checked_targets(targets: tuple[str, ...]) -> tuple[str, ...]:
    """The targets, after all of them were seen to be names or paths: a typing error must not cost half an audit."""
    problems = []
    for target in targets:
        try:
            target_ref(target)
        except InvalidRefError as problem:
            problems.append(problem)
    if problems:
        raise UsageError(" ".join(p.message for p in problems), problems[0].next_step)
    return targets


def _opened_cache(display: Display) -> Cache:
    from lineage.cli.cache import open_cache  # SQLite and hashing are for runs that ask the Hub

    return open_cache(display.notice)


def is_set(name: str) -> bool:
    """Whether an environment variable says yes, as the Hub's own tools read it."""
    return os.environ.get(name, "").strip().upper() in {"1", "ON", "YES", "TRUE"}


def clock() -> datetime | None:
    """The fixed clock of a reproducible run (SOURCE_DATE_EPOCH), or None for the real one."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), timezone.utc)
    except (ValueError, OverflowError, OSError) as problem:
        raise UsageError(
            f"SOURCE_DATE_EPOCH is {epoch!r}, which is no number of seconds since 1970."
        ) from problem
