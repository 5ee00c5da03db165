"""Repositories are strangers' work: the scan stays inside, ends, and says what it could not read."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from effort import ends
from lineage.core.errors import UsageError
from lineage.scan.scan import ScanBounds, scan

LOAD = "from transformers import AutoModel\nAutoModel.from_pretrained('acme/net')\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("broken.py", "def f(:\n    AutoModel.from_pretrained('acme/net')\n"),
        ("old.py", "print 'x'\nAutoModel.from_pretrained('acme/net')\n"),
        ("deep.py", "x = " + "(" * 5000 + "\nAutoModel.from_pretrained('acme/net')\n"),
        ("minus.py", "AutoModel.from_pretrained('acme/net')\nx = " + "-" * 100_000 + "1\n"),
        ("chain.py", "AutoModel.from_pretrained('acme/net')\nx = a" + ".b" * 50_000 + "\n"),
        ("bad.yaml", "a: [\nmodel_id: 'acme/net'\nb: ]]]: {\n"),
        ("deep.yaml", "model_id: 'acme/net'\nx: " + "[" * 5000 + "\n"),
        ("bad.json", '{"model_id": "acme/net",\n"x": @@@ }\n'),
        ("deep.json", '{"model_id": "acme/net", "x": ' + "[" * 5000 + "\n"),
        ("bad.toml", 'model_id = "acme/net"\n[[[\n'),
        ("bad.ipynb", '{"cells": [ "from_pretrained(\'acme/net\')", @@@'),
    ],
)
def test_what_cannot_be_parsed_is_reported_and_searched(
    tmp_path: Path, name: str, text: str
) -> None:
    """An unreadable file is named with its reason, and patterns over its text still find the plain cases."""
    (tmp_path / name).write_text(text)
    result = scan(tmp_path)
    assert [u.file for u in result.unreadable] == [name]
    assert result.unreadable[0].reason
    assert "acme/net" in [u.model for u in result.uses]
    assert all(u.certainty != "certain" for u in result.uses)


def test_a_huge_file_is_looked_at_only_in_its_beginning(tmp_path: Path) -> None:
    """A 100 MB source costs its first part, is named as over the bound, and its start is searched."""
    with (tmp_path / "big.py").open("wb") as file:
        file.write(LOAD.encode())
        for _ in range(100):
            file.write(b"x = 1  # filler\n" * 62_500)
    (tmp_path / "text.py").write_text(LOAD + "# " + "x" * 60_000 + "\nx = (1,\n" + "1,\n" * 1000)
    with ends(usual=0.2):
        result = scan(tmp_path, bounds=ScanBounds(file_bytes=50_000))
    assert {u.file for u in result.unreadable} == {"text.py", "big.py"}
    assert "acme/net" in [u.model for u in result.uses if u.file == "text.py"]


def test_an_alias_bomb_is_not_expanded(tmp_path: Path) -> None:
    """Nine levels of nine aliases are read as the few scalars that are in the file."""
    lines = ["a0: &a0 [x, x]"] + [
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)
    ]
    (tmp_path / "bomb.yaml").write_text("\n".join(lines) + "\nmodel: acme/net\n")
    with ends(usual=0.05):
        assert [u.model for u in scan(tmp_path).uses] == ["acme/net"]


@pytest.mark.posix
def test_binary_files_and_links_are_left_alone(tmp_path: Path) -> None:
    """Neither a binary nor a link, to a file outside or to its own folder, is read."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text(LOAD)
    repo = tmp_path / "repo"
    repo.mkdir()
    (repo / "binary.py").write_bytes(b"\0\1\2" + LOAD.encode())
    (repo / "link.py").symlink_to(outside / "secret.py")
    (repo / "folder").symlink_to(outside)
    (repo / "loop").symlink_to(repo)
    os.mkfifo(repo / "pipe.py")
    result = scan(repo)
    assert (result.uses, result.files_read) == ((), 0)


def test_environments_and_ignored_files_are_left_out(tmp_path: Path) -> None:
    """Virtual environments by any name, node_modules, and what .gitignore names; nested rules and exceptions count."""
    for name in (
        ".venv/a.py",
        "node_modules/b.py",
        "myenv/c.py",
        "out/d.py",
        "sub/skip.py",
        "sub/keep.py",
        "deep/x/gen/e.py",
        "top.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(LOAD)
    (tmp_path / "myenv/pyvenv.cfg").write_text("home = /usr\n")
    (tmp_path / ".gitignore").write_text("out/\n/deep/**/gen\n# top.py\n")
    (tmp_path / "sub/.gitignore").write_text("*.py\n!keep.py\n")
    assert [u.file for u in scan(tmp_path).uses] == ["sub/keep.py", "top.py"]


def test_a_git_checkout_is_asked_for_its_files(tmp_path: Path) -> None:
    """Tracked and new files are read, ignored ones are not, and a monitor set by the checkout never runs."""
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("skip.py\nforced.py\n")
    for name in ("tracked.py", "new.py", "skip.py", "forced.py"):
        (tmp_path / name).write_text(LOAD)
    subprocess.run([*git, "add", "-f", "tracked.py", "forced.py"], check=True)
    ran = tmp_path / "ran"
    subprocess.run([*git, "config", "core.fsmonitor", f"touch {ran}; false"], check=True)
    assert [u.file for u in scan(tmp_path).uses] == ["forced.py", "new.py", "tracked.py"]
    assert not ran.exists()


def test_exclude_leaves_out_folders_and_patterns(tmp_path: Path) -> None:
    """`exclude` takes folder names and patterns."""
    for name in ("tests/a.py", "src/b.py", "src/c_old.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(LOAD)
    assert [u.file for u in scan(tmp_path, exclude=("tests", "*_old.py")).uses] == ["src/b.py"]


def test_bounds_are_reported(tmp_path: Path) -> None:
    """Too many files or uses stop the scan at the bound, and the result says so."""
    for index in range(5):
        (tmp_path / f"m{index}.py").write_text(LOAD)
    result = scan(tmp_path, bounds=ScanBounds(files=3))
    assert (result.files_read, len(result.bounds_hit)) == (3, 1)
    (tmp_path / "m0.py").write_text(
        "from transformers import AutoModel\n"
        + "".join(f"AutoModel.from_pretrained('acme/n{i}')\n" for i in range(50))
    )
    result = scan(tmp_path / "m0.py", bounds=ScanBounds(uses_per_file=10))
    assert (len(result.uses), len(result.bounds_hit)) == (10, 1)


def test_names_from_strangers_are_bounded(tmp_path: Path) -> None:
    """A megabyte in place of a name is not a name, and no error."""
    (tmp_path / "a.py").write_text(
        f"from transformers import AutoModel\nAutoModel.from_pretrained('{'a/' * 500_000}')\n"
    )
    assert scan(tmp_path).uses == ()


def test_no_such_folder_is_wrong_usage(tmp_path: Path) -> None:
    """A path that is not there is the user's mistake, reported at once."""
    with pytest.raises(UsageError, match="no folder or file"):
        scan(tmp_path / "missing")


def test_the_scan_runs_nothing(tmp_path: Path) -> None:
    """Code with side effects on import has none here."""
    (tmp_path / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n" + LOAD)
    assert len(scan(tmp_path).uses) == 1
    assert not (tmp_path / "ran").exists()
