"""`lineage cache`: what is kept of the hub's answers, and how to be rid of it."""

from __future__ import annotations

import atexit
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from lineage.cli.groups import NamedGroup
from lineage.cli.options import examples, format_option
from lineage.core.clock import stamp_of
from lineage.sources.web.cache import Cache, CacheInfo, default_directory


def cache_directory() -> Path:
    """LINEAGE_CACHE_DIR, or the platform's own place for caches."""
    given = os.environ.get("LINEAGE_CACHE_DIR", "").strip()
    return (
        Path(given).expanduser()
        if given
        else default_directory(os.environ, sys.platform, Path.home())
    )


def open_cache(on_notice: Callable[[str], None] | None = None) -> Cache:
    """The user's cache, closed when the process ends; nothing is created on the disk before the
    first response is stored."""
    opened = Cache(cache_directory(), on_notice=on_notice)
    atexit.register(opened.close)
    return opened


@click.group(cls=NamedGroup, epilog=examples("lineage cache info", "lineage cache clear"))
def cache() -> None:
    """Show or empty the cache of the Hub's responses.

    Responses about a commit are stored for a month, others for ten minutes, misses for one. What a
    token could see is stored for that token only. LINEAGE_CACHE_DIR sets the folder.
    """


@cache.command(epilog=examples("lineage cache info --json"))
@format_option()
def info(form: str) -> None:
    """Show where the cache is and how large it is."""
    with_notice = open_cache(lambda text: click.echo(text, err=True))
    found = with_notice.info()
    with_notice.close()
    click.echo(_as_json(found) if form == "json" else _as_text(found, with_notice.max_bytes))


@cache.command(epilog=examples("lineage cache clear"))
def clear() -> None:
    """Delete every cached response. Nothing else is lost: the Hub is asked again."""
    opened = open_cache(lambda text: click.echo(text, err=True))
    count = opened.clear()
    opened.close()
    click.echo(f"Removed {count} {'answer' if count == 1 else 'answers'} from {opened.path}.")


def _as_text(found: CacheInfo, bound: int) -> str:
    if not found.exists:
        return f"Nothing is cached yet. Responses will be stored in {found.path}."
    rows = [
        ("File", str(found.path)),
        (
            "Answers",
            f"{found.entries} ({found.expired} of them too old to be used)"
            if found.expired
            else str(found.entries),
        ),
        (
            "Size on disk",
            f"{found.file_bytes / 1e6:.1f} MB (the limit is {bound / 1e6:.0f} MB)",
        ),
    ]
    if found.oldest is not None:
        rows.append(("Oldest", stamp_of(found.oldest)))
    return "\n".join(f"{label:<13} {value}" for label, value in rows)


def _as_json(found: CacheInfo) -> str:
    shown = {
        "path": str(found.path),
        "exists": found.exists,
        "answers": found.entries,
        "expired": found.expired,
        "answer_bytes": found.body_bytes,
        "file_bytes": found.file_bytes,
        "oldest": stamp_of(found.oldest) if found.oldest is not None else None,
    }
    return json.dumps(shown, indent=2)
