"""`lineage cache`: seen, counted, emptied, and honest about a damaged one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from conftest import Ran
from lineage.sources.web.cache import FILE_NAME, Cache, CacheKey

Run = Callable[..., Ran]


def _fill(directory: Path) -> None:
    cache = Cache(directory)
    cache.put_all(
        {
            CacheKey("https://hub.example", "anonymous", f"org/m{number}", "", "record"): (
                b"x" * 100,
                None,
            )
            for number in range(3)
        }
    )
    cache.close()


def test_an_empty_cache_is_told_and_not_made(lineage: Run, tmp_path: Path):
    """Looking creates nothing."""
    ran = lineage("cache", "info", env={"LINEAGE_CACHE_DIR": str(tmp_path / "c")})
    assert ran.code == 0 and "Nothing is cached yet" in ran.out and str(tmp_path / "c") in ran.out
    assert not (tmp_path / "c").exists()


def test_what_is_in_it(lineage: Run, tmp_path: Path):
    """Text for people, JSON for programs, and clear leaves nothing."""
    env = {"LINEAGE_CACHE_DIR": str(tmp_path)}
    _fill(tmp_path)
    assert "Answers       3" in lineage("cache", "info", env=env).out
    told = json.loads(lineage("cache", "info", "--format", "json", env=env).out)
    assert (told["answers"], told["expired"], told["exists"]) == (3, 0, True)
    assert told["oldest"].endswith("Z") and told["file_bytes"] > 0
    assert "Removed 3 answers" in lineage("cache", "clear", env=env).out
    assert json.loads(lineage("cache", "info", "-f", "json", env=env).out)["answers"] == 0


def test_a_damaged_cache_is_replaced(lineage: Run, tmp_path: Path):
    """The notice goes to stderr, the data to stdout."""
    (tmp_path / FILE_NAME).write_text("this is no database " * 100)
    ran = lineage("cache", "info", "-f", "json", env={"LINEAGE_CACHE_DIR": str(tmp_path)})
    assert ran.code == 0 and "damaged" in ran.err
    assert json.loads(ran.out)["answers"] == 0


def test_a_cache_that_cannot_be_cleared(lineage: Run, tmp_path: Path):
    """One sentence, a next step, exit code 4."""
    (tmp_path / FILE_NAME).mkdir()
    ran = lineage("cache", "clear", env={"LINEAGE_CACHE_DIR": str(tmp_path)})
    assert ran.code == 4 and "could not be cleared" in ran.err and "Traceback" not in ran.err
