"""The pieces that several commands share: options, groups of options, what the environment says."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timezone
from functools import wraps
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import click
from click.core import ParameterSource

from lineage.core.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])


class Decorator(Protocol):
    """Gives a command one more option, or several."""

    def __call__(self, command: F, /) -> F:
        """The command, with them."""


def grouped(name: str, value: type, *options: Decorator) -> Decorator:
    """Options that a command gets as one argument called `name`: a `value` with a field for
    each."""
    names = [field.name for field in fields(value)]

    def decorate(command: F) -> F:
        @wraps(command)
        def run(**given: Any) -> Any:
            chosen = value(**{field: given.pop(field) for field in names})
            return command(**given, **{name: chosen})

        return together(*options)(cast("F", run))

    return decorate


def together(*options: Decorator) -> Decorator:
    """Several options, in help in this order."""

    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def examples(*lines: str) -> str:
    """The end of a command's help: commands that work as they stand."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))


json_option: Decorator = click.option(
    "--json", "as_json", is_flag=True, help="Short for --format json."
)


def format_option(*names: str) -> Decorator:
    """`--format` and `--json` of a command that prints one document; without names text or
    JSON."""
    chosen = click.option(
        "-f",
        "--format",
        "form",
        type=click.Choice(names or ("text", "json")),
        default="text",
        show_default=True,
        help="Choose the output format.",
    )

    def decorate(command: F) -> F:
        @wraps(command)
        def run(*, form: str, as_json: bool, **given: Any) -> Any:
            source = click.get_current_context().get_parameter_source("form")
            if as_json and form != "json" and source is not ParameterSource.DEFAULT:
                raise UsageError(f"--json and --format {form} request two formats.", "Give one.")
            return command(form="json" if as_json else form, **given)

        return together(chosen, json_option)(cast("F", run))

    return decorate


def index_option(*, required: bool = False) -> Decorator:
    """`--index`."""
    more = "" if required else " instead of the network"
    return click.option(
        "--index",
        type=click.Path(path_type=Path),
        required=required,
        help=f"Read an index made with `lineage index build`{more}.",
    )


def number_option(
    flag: str, default: float, help: str, *, least: float = 0, most: float | None = None
) -> Decorator:
    """An option for a number of the kind of its default, which help shows."""
    kind = click.FloatRange if isinstance(default, float) else click.IntRange
    return click.option(flag, type=kind(least, most), default=default, show_default=True, help=help)


def max_wait_option(seconds: float = 300.0) -> Decorator:
    """`--max-wait`."""
    return number_option(
        "--max-wait", seconds, "Wait this many seconds in all for the Hub's quota."
    )


file_option: Decorator = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of stdout.",
)


def is_set(name: str) -> bool:
    """Whether an environment variable says yes, as the Hub's own tools read it."""
    return os.environ.get(name, "").strip().upper() in {"1", "ON", "YES", "TRUE"}


def report_date() -> datetime | None:
    """The date of a reproducible report (SOURCE_DATE_EPOCH), or None for the real one. It is no
    clock: nothing is judged by it."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), timezone.utc)
    except (ValueError, OverflowError, OSError) as problem:
        raise UsageError(
            f"SOURCE_DATE_EPOCH is {epoch!r}, which is not a number of seconds since 1970."
        ) from problem
