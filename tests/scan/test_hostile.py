"""Repositories are strangers' work: the scan stays inside, ends, and says what it could not read."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

from effort import ends
from lineage.core.errors import UsageError
from lineage.evidence.document import load
from lineage.scan.scan import ScanBounds, scan
from lineage.scan.services import Services

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


def test_a_huge_file_is_told(tmp_path: Path) -> None:
    """A source over the bound is searched by pattern behind it; of a 100 MB one what is further on is not read; both are told."""
    with (tmp_path / "big.py").open("wb") as file:
        file.write(LOAD.encode())
        for _ in range(100):
            file.write(b"x = 1  # filler\n" * 62_500)
    (tmp_path / "text.py").write_text(
        LOAD + "# " + "x" * 60_000 + "\nx = (1,\n" + "1,\n" * 1000 + LOAD.replace("net", "end")
    )
    with ends(usual=0.2):
        result = scan(tmp_path, bounds=ScanBounds(file_bytes=50_000))
    told = {u.file: u.is_searched for u in result.unreadable}
    assert told == {"text.py": True, "big.py": False}
    found = [(u.line, u.model) for u in result.uses if u.file == "text.py"]
    assert found == [(2, "acme/net"), (1006, "acme/end")]
    assert "acme/net" in [u.model for u in result.uses if u.file == "text.py"]


ASKS = "import ollama\nollama.chat(model='deepseek-r1:8b')\n"


@pytest.mark.parametrize(
    "text",
    [
        ASKS + "def f(:\n",
        ASKS + "print 'x'\n",
        "x = " + "(" * 5000 + "\n" + ASKS,
        ASKS + "\x1a",
        "x = 1\n" * 10_000 + ASKS,
    ],
    ids=["broken", "old", "deep", "control", "behind the bound"],
)
def test_models_of_services_are_found_in_what_cannot_be_parsed(tmp_path: Path, text: str) -> None:
    """A broken file, or one over its bound, hides no model behind an API either."""
    (tmp_path / "bot.py").write_text(text)
    tables = load("names.json")["tables"]
    bounds = ScanBounds(file_bytes=50_000)
    result = scan(tmp_path, bounds=bounds, services=lambda: Services.of(tables))
    assert [u.file for u in result.unreadable] == ["bot.py"]
    assert "ollama:deepseek-r1:8b" in [u.target for u in result.uses]


def test_files_of_other_kinds_push_no_code_behind_the_bound(tmp_path: Path) -> None:
    """Only files of kinds that could name a model count against the number that is read."""
    for number in range(60):
        (tmp_path / f"{number}.png").touch()
    (tmp_path / "z.py").write_text(LOAD)
    result = scan(tmp_path, bounds=ScanBounds(files=50))
    assert [u.model for u in result.uses] == ["acme/net"]
    assert not result.bounds_hit


def test_an_alias_bomb_is_not_expanded(tmp_path: Path) -> None:
    """Nine levels of nine aliases are read as the few scalars that are in the file."""
    lines = ["a0: &a0 [x, x]"] + [
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)
    ]
    (tmp_path / "bomb.yaml").write_text("\n".join(lines) + "\nmodel: acme/net\n")
    with ends(usual=0.05):
        assert [u.model for u in scan(tmp_path).uses] == ["acme/net"]


@pytest.mark.posix
def test_nothing_leads_out_of_the_folder(tmp_path: Path) -> None:
    """Links out of it, to nowhere and in circles, and pipes are not read, and each is told."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text(LOAD)
    repo = tmp_path / "repo"
    repo.mkdir()
    (repo / "link.py").symlink_to(outside / "secret.py")
    (repo / "gone.sh").symlink_to("nowhere.sh")
    (repo / "folder").symlink_to(outside)
    (repo / "loop").symlink_to(repo)
    (repo / "self.py").symlink_to("self.py")
    os.mkfifo(repo / "pipe.py")
    result = scan(repo)
    assert (result.uses, result.files_read) == ((), 0)
    assert [u.file for u in result.unreadable] == [
        "folder",
        "gone.sh",
        "link.py",
        "pipe.py",
        "self.py",
    ]
    assert not any(u.is_searched for u in result.unreadable)


@pytest.mark.posix
def test_a_link_gives_a_file_another_kind(tmp_path: Path) -> None:
    """A script that hides as a text file is read where a link makes it a script, and only once elsewhere."""
    (tmp_path / "notes.md").write_text("vllm serve acme/net\n")
    (tmp_path / "run.sh").symlink_to("notes.md")
    (tmp_path / "a.py").write_text(LOAD)
    (tmp_path / "b.py").symlink_to("a.py")
    assert [(u.file, u.model) for u in scan(tmp_path).uses] == [
        ("a.py", "acme/net"),
        ("run.sh", "acme/net"),
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.py", b"# \0\n" + LOAD.encode()),
        ("b.py", LOAD.encode() + b"x" * 9000 + b"\0"),
        ("c.sh", b"#!/bin/sh\nvllm serve acme/net # \0\n"),
        ("d.yaml", b"model: acme/net\n\0"),
        ("e.sh", "vllm serve acme/net\n".encode("utf-16-le")),
        ("run", b"#!/bin/sh\n\0\nvllm serve acme/net\n"),
    ],
)
def test_nul_bytes_hide_nothing(tmp_path: Path, name: str, data: bytes) -> None:
    """A file with NUL bytes is read without them, and told."""
    (tmp_path / name).write_bytes(data)
    result = scan(tmp_path)
    assert [u.model for u in result.uses] == ["acme/net"]
    assert "NUL" in result.unreadable[0].reason


@pytest.mark.parametrize("name", ["tool", "data.pkl", "film.ts"])
def test_other_formats_of_a_suffix_are_left_alone(tmp_path: Path, name: str) -> None:
    """A program, a pickle and a video are no code, though a suffix (or none) is code's too."""
    frame = b"G" + b"\0" * 187
    data = {"tool": b"\x7fELF\0", "data.pkl": b"\x80\x04\0", "film.ts": frame * 3}[name]
    (tmp_path / name).write_bytes(data + LOAD.encode())
    result = scan(tmp_path)
    assert (result.uses, result.unreadable) == ((), ())


def test_environments_and_ignored_files_are_left_out_and_told(tmp_path: Path) -> None:
    """Without git: environments by any name, node_modules, and what .gitignore names; a folder that is only called
    env is read; nested rules and exceptions count."""
    for name in (
        ".venv/a.py",
        "env/settings.py",
        "node_modules/b.js",
        "out/d.py",
        "sub/skip.py",
        "sub/keep.py",
        "deep/x/gen/e.py",
        "top.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(LOAD)
    (tmp_path / ".venv/pyvenv.cfg").write_text("home = /usr\n")
    (tmp_path / ".gitignore").write_text("out/\n/deep/**/gen\n# top.py\n")
    (tmp_path / "sub/.gitignore").write_text("*.py\n!keep.py\n")
    result = scan(tmp_path)
    assert [u.file for u in result.uses] == ["env/settings.py", "sub/keep.py", "top.py"]
    assert [u.file for u in result.unreadable] == [".gitignore", ".venv", "node_modules"]
    assert "names 3 files" in result.unreadable[0].reason
    assert not scan(
        tmp_path, exclude=(".venv", "node_modules", "out", "skip.py", "gen")
    ).unreadable[1:]


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


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.js", "values:" + " " * 60_000 + "x"),
        ("b.js", "const model: " + " \n" * 60_000 + "x"),
        ("c.js", "\n" * 120_000 + "x"),
        ("d.ini", ("k = a" + " " * 19_000 + "b\n") * 20),
        ("e.yaml", ("k: {{a" + " " * 1_900 + '"b\n') * 50),
    ],
)
def test_blanks_do_not_stop_the_scan(tmp_path: Path, name: str, text: str) -> None:
    """Patterns meet a run of blanks once, not once for each of its parts."""
    (tmp_path / name).write_text(text)
    services = Services.of(load("names.json")["tables"])
    with ends(usual=0.2):
        scan(tmp_path, services=lambda: services)


def test_a_fault_at_one_file_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is told as one that was not read; whoever looks for the fault is shown it."""

    def broken(*_: object) -> NoReturn:
        raise IndexError("list index out of range")

    monkeypatch.setattr("lineage.scan.shell.script.filled", broken)
    monkeypatch.delenv("LINEAGE_DEBUG", raising=False)
    (tmp_path / "a.sh").write_text("vllm serve acme/net-7b --port 80\n")
    (tmp_path / "b.py").write_text("from vllm import LLM\nLLM('acme/net-1b')\n")
    found = scan(tmp_path)
    assert "acme/net-1b" in {use.model for use in found.uses}
    assert [(one.file, one.is_searched) for one in found.unreadable] == [("a.sh", False)]
    assert "IndexError: list index out of range" in found.unreadable[0].reason
    monkeypatch.setenv("LINEAGE_DEBUG", "1")
    with pytest.raises(IndexError):
        scan(tmp_path)


def test_no_such_folder_is_wrong_usage(tmp_path: Path) -> None:
    """A path that is not there is the user's mistake, reported at once."""
    with pytest.raises(UsageError, match="no folder or file"):
        scan(tmp_path / "missing")


def test_the_scan_runs_nothing(tmp_path: Path) -> None:
    """Code with side effects on import has none here."""
    (tmp_path / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n" + LOAD)
    assert len(scan(tmp_path).uses) == 1
    assert not (tmp_path / "ran").exists()
