"""Which data a run goes by, and that it is one data or none."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import lineage as package
from conftest import Ran
from lineage.core.packaged import DATA, FACTS, MANIFEST
from lineage.sources.release.manifest import digest
from lineage.sources.release.store import Store

from .conftest import FIRST, World
from .site import Maker, named, tool, write_facts

QWEN = "Qwen/Qwen2.5-7B-Instruct"


@pytest.fixture
def own_package(tmp_path: Path) -> Path:
    """A copy of the package, to spoil; what is on its path is run by `python -m lineage`."""
    source = Path(package.__file__).parent
    ignored = shutil.ignore_patterns("__pycache__", "developers", "families", "results", "lineage")
    copy = tmp_path / "own" / "lineage"
    shutil.copytree(
        source, copy, ignore=lambda at, names: ignored(at, names) if "data" in at else []
    )
    return copy


def test_every_format_names_the_data(world: World) -> None:
    """The version stands in the machine formats' own place, and for people in the line that says
    how a run was made."""
    forms = ("json", "text", "markdown", "html", "csv", "sarif", "junit", "cyclonedx", "spdx")
    wanted = [arg for form in forms for arg in ("-f", f"{form}={world.tmp}/report.{form}")]
    ran = world.lineage("audit", "--offline", QWEN, *wanted)
    assert ran.code == 0, ran.err
    for form in forms:
        assert FIRST in (world.tmp / f"report.{form}").read_text(encoding="utf-8"), form
    report = json.loads((world.tmp / "report.json").read_text())
    assert report["tool"]["data"] == {
        "registry": "2031-01-01",
        "results": "2031-01-01",
        "snapshot": report["tool"]["data"]["snapshot"],
        "version": FIRST,
    }
    root = digest(world.maker.root.read_bytes())
    assert report["circumstances"]["data"] == {"version": FIRST, "root": root}
    pack = world.tmp / "pack"
    packed = world.lineage("pack", "make", "--offline", QWEN, "-o", str(pack))
    assert packed.code == 0, packed.err
    assert json.loads((pack / "manifest.json").read_text())["data"]["version"] == FIRST
    again = world.lineage("pack", "replay", str(pack), LINEAGE_DATA_DIR="nowhere")
    assert again.code == 0, again


def test_a_version_is_pinned(world: World) -> None:
    """`embedded`, an older one, and one that is not there: exit code 2 with the next step."""
    world.maker.publish(world.facts("Second"))
    assert world.update().code == 0
    assert world.name() == "Second (alibaba-qwen)"
    assert world.name("--data-version", FIRST) == "First (alibaba-qwen)"
    assert world.name("--data-version", "embedded") not in ("First (alibaba-qwen)", "")
    ran = world.lineage("audit", "--offline", QWEN, "--data-version", "2031-01-01.9")
    assert ran.code == 2
    assert f"there: embedded, {FIRST}, 2031-01-01.2" in ran.err
    assert "lineage data update" in ran.err and "lineage data use FILE" in ran.err
    empty = world.lineage("audit", "--offline", QWEN, "--data-version", "")
    assert empty.code == 2 and "--data-version is empty" in empty.err


def test_the_newer_of_the_packages_and_the_installed_counts(world: World) -> None:
    """A release that is older than the package is installed, said to be older, and not used; an
    upgrade of the tool takes no fact away."""
    shutil.rmtree(world.store)
    world.maker.publish(world.facts("Older", "2020-01-01"))
    ran = world.update()
    assert ran.code == 0
    assert "is newer and remains in use" in ran.err
    assert world.name() != "Older (alibaba-qwen)"
    assert world.name("--data-version", "2020-01-01.2") == "Older (alibaba-qwen)"
    status = json.loads(world.lineage("data", "status", "--json").out)
    assert status["in_use"] == "embedded"


@pytest.mark.parametrize("name", [*FACTS, MANIFEST, "installed.json"])
def test_damaged_data_is_not_used_in_part(world: World, name: str) -> None:
    """One byte of any file: exit code 2, whatever the run would have read; the package's data only
    where it is asked for; the next update repairs it."""
    place = world.store if name == "installed.json" else next(world.store.glob("2031*"))
    content = bytearray((place / name).read_bytes())
    content[-20] ^= 1
    (place / name).write_bytes(content)
    ran = world.lineage("developers", "alibaba-qwen")
    assert ran.code == 2, ran
    assert "is damaged, and none of it is used" in ran.err and "--data-version embedded" in ran.err
    if name in ("names.json", "installed.json"):
        assert world.name("--data-version", "embedded")
        assert world.update().code == 0
        assert world.name() == "First (alibaba-qwen)"
        world.kept()


def test_a_missing_file_and_a_pipe(world: World) -> None:
    """The same; nothing waits for a pipe."""
    folder = next(world.store.glob("2031*"))
    (folder / "names.json").unlink()
    assert "names.json of" in world.lineage("results").err
    if sys.platform != "win32":
        os.mkfifo(folder / "names.json")
        ran = world.lineage("check", "--dry-run", str(world.tmp / "site"))
        assert ran.code == 2 and "it is a pipe" in ran.err


def test_expired_data_is_used_and_said_to_be(world: World) -> None:
    """Newer facts may be missing, and the package's may be older still: a warning, a line in the
    report, and a finding of stale-data, which a policy may weigh as it likes."""
    store = Store(world.store)
    store.keep(replace(store.contents().versions[0], expires="2026-01-01T00:00:00Z"))
    ran = world.lineage("audit", "--offline", "--json", QWEN, "--policy", "strict")
    assert "Warning: the installed data" in ran.err and "expired on 2026-01-01" in ran.err
    report = json.loads(ran.out)
    assert report["circumstances"]["data"]["expired"] == "2026-01-01"
    (found,) = [
        finding
        for finding in report["targets"][0]["findings"]
        if finding["rule"] == "stale-data" and "expired" in finding["message"]
    ]
    assert found["level"] == "review"


@pytest.mark.posix
def test_data_that_others_may_write_is_not_used(world: World) -> None:
    """Exit code 2 and how to mend it."""
    world.store.chmod(0o777)
    ran = world.lineage("developers", "alibaba-qwen")
    assert ran.code == 2 and "chmod go-w" in ran.err
    world.store.chmod(0o700)
    assert world.name() == "First (alibaba-qwen)"


@pytest.mark.posix
def test_what_is_installed_is_its_owners_alone(world: World) -> None:
    """0700 and 0600, whatever the umask says."""
    shutil.rmtree(world.store)
    before = os.umask(0)
    try:
        assert world.update().code == 0
    finally:
        os.umask(before)
    for path in (world.store, *world.store.glob("2031*"), *world.store.glob("2031*/*")):
        assert path.stat().st_mode & 0o077 == 0, path
    assert (world.store / "installed.json").stat().st_mode & 0o777 == 0o600


def test_data_inside_what_is_audited_is_refused(world: World) -> None:
    """Whoever writes the code could write the facts: check, audit of a folder, lock; and with
    --untrusted wherever the run stands in the checkout."""
    code = world.tmp / "code"
    (code / "app").mkdir(parents=True)
    (code / "app.py").write_text("from transformers import AutoModel\n")
    shutil.copytree(world.store, code / "data", symlinks=True)
    inside = {"LINEAGE_DATA_DIR": str(code / "data")}
    for command in (("check", str(code)), ("lock", str(code)), ("audit", str(code))):
        ran = world.lineage(*command, "--offline", **inside)
        assert ran.code == 2, ran
        assert "lies inside" in ran.err and "LINEAGE_DATA_DIR" in ran.err
    pinned = ("--dry-run", "--exclude", "data", "--data-version", "embedded")
    assert world.lineage("check", str(code), "--offline", *pinned, **inside).code == 0
    (code / ".git").mkdir()
    ran = world.lineage("check", str(code / "app"), "--offline", "--untrusted", **inside)
    assert ran.code == 2 and "The data folder" in ran.err


def test_no_run_mixes_two_datas(world: World, own_package: Path) -> None:
    """With the package's own facts gone, every command answers from the installed ones: none reads
    anything of the package's."""
    for name in FACTS:
        (own_package / "data" / name).write_bytes(b"gone")
    code = world.tmp / "code"
    code.mkdir()
    (code / "app.py").write_text(
        "from transformers import AutoModel\nAutoModel.from_pretrained('gpt2')\n"
    )
    (code / "lineage.toml").write_text(
        '[rules]\ndenied-developer = { developers = ["alibaba-qwen"] }\n'
    )
    (code / "list.csv").write_text(f"model,developer\n{QWEN},Alibaba\n")
    (code / "v").mkdir()
    commands = [
        ("audit", "--offline", QWEN),
        ("audit", "--offline", "--input", "list.csv"),
        ("audit", "--offline", "ollama:qwen2.5:7b"),
        ("check", "--offline"),
        ("check", "--installed", "--offline", "--allow-empty"),
        ("pack", "make", "--offline", QWEN, "-o", "v/pack"),
        ("policy", "check"),
        ("results", "--suite", "ccp"),
        ("developers", "api.deepseek.com"),
        ("families", "qwen"),
        ("snapshot", "info"),
        ("index", "build", "-o", "v/hub.index", "--from-snapshot"),
        ("landscape", "--index", "v/hub.index"),
    ]
    env = {"PYTHONPATH": str(own_package.parent)}
    for command in commands:
        ran = world.run(*command, env=world.env | env, cwd=code)
        assert ran.code in (0, 1, 3), (command, ran)
        assert "cannot be read" not in ran.err, (command, ran)
    gone = world.run("developers", "meta", "--data-version", "embedded", env=world.env | env)
    assert gone.code == 2 and "registry.json of this installation" in gone.err


def test_no_module_takes_the_packages_facts_by_default() -> None:
    """Whoever reads a fact is handed the data of the run; the default is for callers in Python."""
    bare = re.compile(
        r"\b(?:Registry|Results|NamesElsewhere|Names)\.load\(\)|\bembedded\(\)[^:]|\bload\(\"\w+\.json\"\)"
    )
    source = Path(package.__file__).parent
    found = {
        str(path.relative_to(source)): bare.findall(path.read_text(encoding="utf-8"))
        for path in source.rglob("*.py")
    }
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_the_packages_own_root_is_what_is_trusted(
    world: World, own_package: Path, tmp_path: Path
) -> None:
    """Without a root of the user's: a package with one takes releases that it vouches for and names
    no root in reports; a package without one can check nothing, and says so."""
    env = {"PYTHONPATH": str(own_package.parent), "LINEAGE_DATA_ROOT": ""}
    env |= {"LINEAGE_DATA_DIR": str(tmp_path / "other")}
    (own_package / "data" / "root.json").unlink(missing_ok=True)
    ran = world.update(**env)
    assert ran.code == 4 and "has no root of trust" in ran.err
    shutil.copyfile(world.maker.root, own_package / "data" / "root.json")
    ran = world.update(**env)
    assert ran.code == 0, ran.err
    report = world.run("audit", "--offline", "--json", QWEN, env=world.env | env)
    assert json.loads(report.out)["circumstances"]["data"] == {"version": FIRST}
    other = Maker(tmp_path / "strangers")
    other.new_root()
    other.publish(write_facts(tmp_path / "facts", edit=named("Stranger")))
    file = tmp_path / "bundle.zip"
    tool.bundle(other.site, file)
    ran = world.run("data", "use", str(file), env=world.env | env)
    assert ran.code == 2 and "not signed by enough" in ran.err


def test_nothing_is_fetched_and_nothing_loaded_unasked(
    world: World, clean_env: dict[str, str]
) -> None:
    """An audit asks the data site nothing; where nothing is installed no part of what installs
    data is even imported."""
    world.site.forget()
    assert world.lineage("audit", "--offline", QWEN).code == 0
    assert not world.site.calls
    code = (
        "import sys\nfrom lineage.cli.main import cli\n"
        f"cli.main(['audit', '--offline', '-q', '{QWEN}'], standalone_mode=False)\n"
        "print([m for m in sys.modules if m.startswith(('tuf', 'lineage.sources.release.store'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=clean_env, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_without_the_extra_it_says_what_to_install(world: World, tmp_path: Path) -> None:
    """Exit code 4 and the line; what is installed is used all the same."""
    (tmp_path / "bare" / "tuf").mkdir(parents=True)
    (tmp_path / "bare" / "tuf" / "__init__.py").write_text("raise ImportError('not here')\n")
    bare = {"PYTHONPATH": str(tmp_path / "bare")}
    ran = world.update(**bare)
    assert ran.code == 4 and "pip install 'lineage-audit[data]'" in ran.err
    assert world.lineage("developers", "alibaba-qwen", **bare).out.startswith("First")


def test_status_tells_both(lineage: Callable[..., Ran], world: World) -> None:
    """Versions, days, expiry, place, and which is in use; damage is told, with exit code 2."""
    nothing = lineage("data", "status")
    assert nothing.code == 0
    assert "(in use)" in nothing.out and "Nothing is installed." in nothing.out
    ran = world.lineage("data", "status")
    assert f"{FIRST}: installed" in ran.out and ran.out.count("(in use)") == 1
    (next(world.store.glob("2031*")) / "names.json").write_text("x")
    damaged = world.lineage("data", "status")
    assert damaged.code == 2
    assert "is damaged, and none of it is used" in damaged.out
    assert str(DATA) in world.lineage("data", "status", "--json").out
