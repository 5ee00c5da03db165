"""Nothing hides a file from `lineage check`: it is read, or told and the answer is left open."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Ran
from hub import HubModel, TestHub

Run = Callable[..., Ran]
QWEN = HubModel("Qwen/Qwen2.5-7B", card={"license": "apache-2.0"}, config={"model_type": "qwen2"})
CLEAN = HubModel("acme/clean", card={"license": "apache-2.0"}, config={"model_type": "acmenet"})
CLEAN_LOAD = "from transformers import AutoModel\nAutoModel.from_pretrained('acme/clean')\n"
HIDDEN = CLEAN_LOAD.replace("acme/clean", "Qwen/Qwen2.5-7B")
POLICY = (
    'extends = ["default"]\n[rules]\n'
    'foundation-jurisdiction = { level = "fail", unknown = "info" }\n'
    'undeclared-base = "fail"\nno-known-root = "off"\nunknown-developer = "info"\n'
)


@pytest.fixture
def hub() -> Iterator[TestHub]:
    with TestHub([QWEN, CLEAN]) as server:
        yield server


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository in git with one clean model, and a policy that fails for Chinese foundations."""
    folder = tmp_path / "repo"
    folder.mkdir()
    (folder / "lineage.toml").write_text(POLICY)
    (folder / "app.py").write_text(CLEAN_LOAD)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def add(repo: Path) -> None:
    """Track everything, ignored files too."""
    subprocess.run(["git", "-C", str(repo), "add", "-f", "-A"], check=True)


def check(lineage: Run, hub: TestHub, repo: Path, *options: str) -> tuple[int, dict[str, Any], str]:
    """One run: exit code, report, and what was told on stderr."""
    ran = lineage("check", "-f", "json", *options, env={"HF_ENDPOINT": hub.url}, cwd=repo)
    return ran.code, json.loads(ran.out), ran.err


def places(report: dict[str, Any]) -> set[str]:
    """The files in which audited models are used."""
    return {use["file"] for target in report["targets"] for use in target["uses"]}


def test_the_repository_is_clean_without_them(lineage: Run, hub: TestHub, repo: Path) -> None:
    """What the tests below hide is the only thing wrong."""
    code, report, _ = check(lineage, hub, repo, "--strict")
    assert (code, places(report)) == (0, {"app.py"})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("nul.py", b"#\0\n" + HIDDEN.encode()),
        ("late.py", HIDDEN.encode() + b"#" * 9000 + b"\0"),
        ("wide.sh", "vllm serve Qwen/Qwen2.5-7B\n".encode("utf-16-le")),
        ("big.py", b"x = 1  # filler\n" * 250_000 + HIDDEN.encode()),
    ],
)
def test_bytes_hide_nothing(lineage: Run, hub: TestHub, repo: Path, name: str, data: bytes) -> None:
    """NUL bytes, a width of two bytes and four megabytes before it do not hide a model; each is told too."""
    (repo / name).write_bytes(data)
    code, report, err = check(lineage, hub, repo)
    assert (code, places(report)) == (1, {"app.py", name})
    assert [u["file"] for u in report["scan"]["unreadable"]] == [name]
    assert "could not be read" in err


@pytest.mark.parametrize(
    "folder",
    ["env", "venv", ".cache", "lib/site-packages", "node_modules/x", "__pycache__", ".vscode"],
)
def test_tracked_code_is_read_wherever_it_lies(
    lineage: Run, hub: TestHub, repo: Path, folder: str
) -> None:
    """git decides what belongs to the project: tracked, or ignored and tracked by force, is read; what nobody added is not."""
    file = repo / folder / "load.py"
    file.parent.mkdir(parents=True)
    file.write_text(HIDDEN)
    (repo / folder / "pyvenv.cfg").write_text("home = /usr\n")
    (repo / ".gitignore").write_text(f"{folder}/\n")
    assert check(lineage, hub, repo)[0] == 0
    add(repo)
    code, report, _ = check(lineage, hub, repo)
    assert (code, places(report)) == (1, {"app.py", f"{folder}/load.py"})


def test_a_minified_bundle_is_read(lineage: Run, hub: TestHub, repo: Path) -> None:
    """One line of 60,000 characters in a .min.js: the loading call in it is found."""
    call = '(0,r.pipeline)("text-generation","Qwen/Qwen2.5-7B")'
    (repo / "app.min.js").write_text("f();" * 15_000 + f"const p=await {call};" + "g();" * 100)
    code, report, _ = check(lineage, hub, repo)
    assert (code, places(report)) == (1, {"app.py", "app.min.js"})


@pytest.mark.posix
@pytest.mark.parametrize("how", ["link out", "link to a folder", "link nowhere", "pipe"])
def test_what_cannot_be_read_leaves_the_answer_open(
    lineage: Run, hub: TestHub, repo: Path, how: str, tmp_path: Path
) -> None:
    """Under a policy that can fail it is exit 3, without --strict; --exclude says that it is meant."""
    file = repo / "load.sh"
    if how == "link out":
        (tmp_path / "outside.sh").write_text("vllm serve Qwen/Qwen2.5-7B\n")
        file.symlink_to(tmp_path / "outside.sh")
    elif how == "link to a folder":
        (tmp_path / "outside").mkdir()
        (tmp_path / "outside/load.py").write_text(HIDDEN)
        file.symlink_to(tmp_path / "outside")
    elif how == "link nowhere":
        file.symlink_to("nowhere.sh")
    else:
        os.mkfifo(file)
    if how != "pipe":  # git itself tracks none
        add(repo)
    code, report, err = check(lineage, hub, repo)
    if how == "pipe":  # git tracks none, so it is no part of the project
        assert (code, report["scan"]["unreadable"]) == (0, [])
        return
    assert (code, report["verdict"], places(report)) == (3, "inconclusive", {"app.py"})
    told = [(u["file"], u["searched"]) for u in report["scan"]["unreadable"]]
    assert told == [("load.sh", False)]
    assert "1 place of the code could not be read at all" in err
    assert check(lineage, hub, repo, "--exclude", "load.sh")[0] == 0


def test_without_git_what_is_left_out_is_told(lineage: Run, hub: TestHub, tmp_path: Path) -> None:
    """A folder with pyvenv.cfg and files named by .gitignore, in an unpacked archive: not read, told, never a silent pass."""
    repo = tmp_path / "archive"
    for name in ("app.py", "real_env/load.py", "skipped.py"):
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text(CLEAN_LOAD if name == "app.py" else HIDDEN)
    (repo / "real_env/pyvenv.cfg").write_text("home = /usr\n")
    (repo / ".gitignore").write_text("skipped.py\n")
    (repo / "lineage.toml").write_text(POLICY)
    code, report, err = check(lineage, hub, repo)
    assert (code, report["verdict"], places(report)) == (0, "review", {"app.py"})
    assert check(lineage, hub, repo, "--fail-on", "review")[0] == 1
    assert check(lineage, hub, repo, "--strict")[0] == 3
    assert {u["file"] for u in report["scan"]["unreadable"]} == {".gitignore", "real_env"}
    assert "2 places of the code could not be read at all" in err
    options = ("--exclude", "real_env", "--exclude", "skipped.py")
    code, report, _ = check(lineage, hub, repo, *options)
    assert (code, report["scan"]["unreadable"]) == (0, [])


def test_a_name_that_only_the_running_code_knows_is_never_silently_green(
    lineage: Run, hub: TestHub, repo: Path, tmp_path: Path
) -> None:
    """A review with its line in every format; the policy makes it as serious as unread code, or a
    waiver takes it on for one place."""
    (repo / "lineage.toml").write_text('extends = ["default"]\n')
    (repo / "load.py").write_text(
        "import base64\nfrom transformers import AutoModel\n"
        "AutoModel.from_pretrained(base64.b64decode(input()).decode())\n"
    )
    add(repo)
    formats = {name: tmp_path / name for name in ("sarif", "junit", "github", "text")}
    wanted = [f"-f{name}={path}" for name, path in formats.items()]
    report = check(lineage, hub, repo, *wanted)[1]
    (finding,) = report["scan"]["findings"]
    assert (finding["rule"], finding["level"]) == ("unread-code", "review")
    assert (finding["file"], finding["line"]) == ("load.py", 3)
    assert report["verdict"] in ("review", "inconclusive")
    sarif = json.loads(formats["sarif"].read_text())
    (told,) = (r for r in sarif["runs"][0]["results"] if r["ruleId"] == "unresolved-use")
    assert told["level"] == "warning"
    assert "file=load.py,line=3" in formats["github"].read_text()
    assert "code that was not read or resolved" in formats["junit"].read_text()
    text = formats["text"].read_text()
    assert "(load.py:3)" in text
    assert "the code itself asks for a review (unread-code)" in text
    stop = check(lineage, hub, repo, "--fail-on", "review")[0]
    assert stop in (1, 3)
    (repo / "lineage.toml").write_text(
        POLICY + '[rules.unread-code]\nlevel = "review"\nunresolved = "open"\n'
    )
    assert check(lineage, hub, repo)[0] == 3


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("wide.py", HIDDEN.encode("utf-32")),
        ("seven.py", b"# coding: utf-7\n#+AAo-" + HIDDEN.replace("\n", "+AAo-").encode()),
        ("escaped.py", b"#!/x\n# coding=unicode_escape\n#\\x0a" + HIDDEN.encode()),
        ("eastern.py", "# -*- coding: gbk -*-\nx = '誓'\n".encode("gbk") + HIDDEN.encode()),
    ],
)
def test_an_encoding_hides_nothing(
    lineage: Run, hub: TestHub, repo: Path, name: str, data: bytes
) -> None:
    """A file is read as its own first lines tell Python to read it."""
    (repo / name).write_bytes(data)
    code, report, _ = check(lineage, hub, repo)
    assert (code, places(report)) == (1, {"app.py", name})


@pytest.mark.parametrize("coding", ["x-own", "idna"])
def test_an_encoding_that_nobody_knows_leaves_the_answer_open(
    lineage: Run, hub: TestHub, repo: Path, coding: str
) -> None:
    """What its codec would make of the file cannot be told."""
    (repo / "own.py").write_text(f"# coding: {coding}\n" + HIDDEN[::-1].replace("\n", ""))
    code, report, _ = check(lineage, hub, repo)
    assert (code, report["verdict"]) == (3, "inconclusive")
    assert ("own.py", False) in [(u["file"], u["searched"]) for u in report["scan"]["unreadable"]]


def test_a_notebook_of_an_old_version_is_read(lineage: Run, hub: TestHub, repo: Path) -> None:
    """Version 3 keeps its cells in sheets."""
    cells = [{"cell_type": "code", "input": one, "language": "python"} for one in ("1", HIDDEN)]
    notebook = {"nbformat": 3, "worksheets": [{"cells": cells[:1]}, {"cells": cells[1:]}]}
    (repo / "old.ipynb").write_text(json.dumps(notebook))
    code, report, _ = check(lineage, hub, repo)
    assert (code, places(report)) == (1, {"app.py", "old.ipynb"})


def test_a_name_behind_many_functions_is_told(lineage: Run, hub: TestHub, repo: Path) -> None:
    """How far names are followed has an end; that it was met is told, with the place."""
    last = 300
    chain = "".join(f"def f{i}(m):\n    f{i - 1}(m)\n" for i in range(1, last))
    (repo / "load.py").write_text(
        "from transformers import AutoModel\ndef f0(m):\n    AutoModel.from_pretrained(m)\n"
        f"{chain}f{last - 1}('Qwen/Qwen2.5-7B')\nf0('acme/clean')\n"
    )
    code, report, _ = check(lineage, hub, repo, "--strict")
    told = (*report["scan"]["unreadable"], *report["scan"]["unresolved"])
    assert (code, {u["file"] for u in told}) == (3, {"load.py"})


LONG = " " * 21_000
SERVE = "vllm serve Qwen/Qwen2.5-7B\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("run.sh", f":{LONG}; {SERVE}"),
        ("run.ps1", f"$a = 1{LONG}; {SERVE}"),
        ("run.bat", f"echo {LONG}& {SERVE}"),
        ("Dockerfile", f"FROM x\nRUN true {LONG}&& {SERVE}"),
        ("Procfile", f"web: true{LONG}; {SERVE}"),
        (".env", f"MODEL=Qwen/Qwen2.5-7B{LONG}\n"),
        ("a.ini", f"[a]\nmodel = {LONG}Qwen/Qwen2.5-7B\n"),
    ],
)
def test_a_long_line_hides_nothing(
    lineage: Run, hub: TestHub, repo: Path, name: str, text: str
) -> None:
    """Blanks push no command out of what is read."""
    (repo / name).write_text(text)
    code, report, _ = check(lineage, hub, repo)
    assert (code, places(report)) == (1, {"app.py", name})


@pytest.mark.parametrize(
    "text", [f"true {'x ' * 3_000}&& true\n", "vllm serve \\\n" + "--a b \\\n" * 40_000]
)
def test_a_command_without_end_is_told(lineage: Run, hub: TestHub, repo: Path, text: str) -> None:
    """What lies behind the bound of a command is an open point with its line."""
    (repo / "run.sh").write_text(text)
    code, report, _ = check(lineage, hub, repo, "--strict")
    told = {(u["line"], u["reason"]) for u in report["scan"]["unresolved"]}
    assert code == 3 and (1, "too long to be read to its end") in told


@pytest.mark.parametrize("name", ["load.whl", "load.egg", "load.pyz", "load.pyc", "lib/Load.PYC"])
def test_packed_code_asks_for_a_review(lineage: Run, hub: TestHub, repo: Path, name: str) -> None:
    """Python runs it and nobody reads it here: --strict makes it inconclusive, the text names it."""
    (repo / name).parent.mkdir(exist_ok=True)
    (repo / name).write_bytes(b"PK\3\4\0\0")
    add(repo)
    code, report, _ = check(lineage, hub, repo)
    assert (code, report["verdict"]) == (0, "review")
    assert [u["file"] for u in report["scan"]["unreadable"]] == [name]
    assert check(lineage, hub, repo, "--fail-on", "review")[0] == 1
    assert check(lineage, hub, repo, "--strict")[0] == 3
    assert check(lineage, hub, repo, "--strict", "--exclude", name)[0] == 0
    assert name in lineage("check", env={"HF_ENDPOINT": hub.url}, cwd=repo).out
