"""A filed pack computed again from its own inputs: equal to the byte, and each way of changing it
told apart by the real command line."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from conftest import Ran
from hub import HubModel, TestHub
from lineage.core.packaged import DATA
from lineage.core.version import __version__
from lineage.workflows.pack import build, write
from lineage.workflows.pack_inputs import read_inputs_of
from lineage.workflows.pack_members import FiledPack
from places import DEEPSEEK_R1_8B, OllamaRegistry
from places.examples import servers

Run = Callable[..., Ran]
SCHEMA = DATA / "schemas" / "replay.schema.json"
CARD = "---\nbase_model: acme/base\nlicense: mit\n---\n# Child\nA fine-tune of acme/base.\n"
WAIVER = """
name = "house"
extends = ["default"]
[[waiver]]
rule = "*"
model = "acme/child"
reason = "looked at"
owner = "me"
until = 2099-01-01
"""
NO_RESULTS = {"results": [], "results_of": {}, "results_in": {}}


def models() -> list[HubModel]:
    return [
        HubModel("acme/child", card={"base_model": "acme/base"}, files={"README.md": CARD}),
        HubModel("acme/base", card={"base_model": "Qwen/Qwen2.5-7B"}),
        HubModel("Qwen/Qwen2.5-7B", card={"license": "apache-2.0"}),
    ]


@pytest.fixture
def hub() -> Iterator[TestHub]:
    with TestHub(models()) as running:
        yield running


@pytest.fixture(scope="module")
def filed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack about a model that was read live, by a hub that is gone since."""
    folder = tmp_path_factory.mktemp("made")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    with TestHub(models()) as running:
        env = kept | {"HF_ENDPOINT": running.url, "LINEAGE_CACHE_DIR": str(folder / "cache")}
        words = [sys.executable, "-m", "lineage", "pack", "acme/child", "-o", "filed"]
        ran = subprocess.run(words, cwd=folder, env=env, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return folder / "filed"


@pytest.fixture
def filed(filed_once: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return Path(shutil.copytree(filed_once, tmp_path / "filed"))


def resealed(folder: Path) -> None:
    """Fitting checksums: what a careful forger leaves."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "SHA256SUMS")
    lines = [
        f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder).as_posix()}\n"
        for p in paths
    ]
    (folder / "SHA256SUMS").write_text("".join(sorted(lines, key=lambda line: line[66:])))


def changed(path: Path, *pairs: tuple[str, str]) -> None:
    """Each text in the place of the other, everywhere in the file; each must be there."""
    text = path.read_text("utf-8")
    for old, new in pairs:
        assert old in text, (path, old)
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def replayed(lineage: Run, folder: Path, code: int) -> dict[str, Any]:
    """What `lineage pack replay` says, where it ends with this code."""
    ran = lineage("pack", "replay", str(folder), "--json")
    assert ran.code == code, ran.out + ran.err
    found: dict[str, Any] = json.loads(ran.out)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(found)
    return found


def test_what_was_read_live_is_computed_again_without_a_network(lineage: Run, filed: Path) -> None:
    """The files that were read are in the pack by their bytes; text says what JSON does."""
    found = replayed(lineage, filed, 0)
    assert found["outcome"] == "equal" and found["verdict"] == found["pack"]["verdict"]
    kept = {path.read_bytes() for path in (filed / "inputs" / "files").iterdir()}
    assert CARD.encode() in kept
    assert "rest on the word of whoever made it" in found["word"]
    text = lineage("pack", "replay", str(filed))
    assert text.code == 0 and text.out.startswith("EQUAL") and found["word"] in text.out


@pytest.mark.parametrize("case", ["list", "local", "place", "slip", "invalid", "policy"])
def test_every_kind_of_run_is_computed_again(
    lineage: Run, hub: TestHub, tmp_path: Path, case: str
) -> None:
    """A supplier's list with what it says, a folder of this machine that is gone since, a name of
    another register, a name that nobody knows, no name at all, a policy file."""
    (tmp_path / "vendors.csv").write_text(
        f"model,vendor,base model\nacme/child,Acme,Llama 3\n{hub.url}/acme/base,Acme,\n,x,\n"
    )
    model = tmp_path / "mine"
    model.mkdir()
    (model / "README.md").write_text(CARD)
    (model / "config.json").write_text('{"model_type": "qwen2", "vocab_size": 152064}')
    (tmp_path / "house.toml").write_text(WAIVER)
    with OllamaRegistry([DEEPSEEK_R1_8B]) as registry:
        env = {"HF_ENDPOINT": hub.url, "LINEAGE_OLLAMA_REGISTRY": registry.url}
        words = {
            "list": ("--input", "vendors.csv"),
            "local": ("./mine",),
            "place": ("ollama:deepseek-r1:8b",),
            "slip": ("acme/chlid", "acme/child"),
            "invalid": ("acme/child", "acme/base@main"),
            "policy": ("acme/child", "--policy", "house.toml"),
        }[case]
        ran = lineage("pack", *words, "-o", "filed", env=env)
    assert ran.code in (0, 1, 3), ran.err
    for gone in ("mine", "vendors.csv", "house.toml"):
        place = tmp_path / gone
        shutil.rmtree(place) if place.is_dir() else place.unlink()
    assert replayed(lineage, tmp_path / "filed", 0)["outcome"] == "equal"


def test_every_place_is_computed_again(lineage: Run, tmp_path: Path) -> None:
    """One pack over all kinds of places, whose servers are gone when it is replayed."""
    targets = (
        "modelscope:acme/support-7b",
        "oci://127.0.0.1:15000/acme/support:3",
        "http://127.0.0.1:18000/v1",
        "kaggle:acme/support",
        "models:/sql-bot@champion",
        "ollama:acme/nova:7b",
        "acme/nova-GGUF",
    )
    with servers() as (env, real):
        words = [
            next((one.replace(shown, real[shown]) for shown in real if shown in one), one)
            for one in targets
        ]
        ran = lineage("pack", *words, "-o", "filed", env=env)
    assert ran.code == 0, ran.err
    report = json.loads((tmp_path / "filed" / "report.json").read_text())
    assert len(report["targets"]) == len(targets) + 1  # the server has two models
    assert replayed(lineage, tmp_path / "filed", 0)["outcome"] == "equal"


def test_only_the_verdict_changed(lineage: Run, filed: Path) -> None:
    """In every document, with fitting checksums: `verify` cannot know, and says so; the replay
    names what was filed and what the inputs give."""
    for path in filed.rglob("*"):
        if path.is_file() and path.suffix in (".json", ".txt", ".csv", ".html"):
            text = path.read_text("utf-8")
            if "inputs" not in path.parts:
                path.write_text(re.sub('review(?!":)', "pass", text), "utf-8")
    resealed(filed)
    verified = lineage("pack", "verify", str(filed))
    assert verified.code == 0 and "not shown to be what was filed" in verified.out
    found = replayed(lineage, filed, 1)
    assert (found["pack"]["verdict"], found["verdict"]) == ("pass", "review")
    told = {one["member"]: one["what"] for one in found["differences"]}
    assert "verdict: filed 'pass', computed 'review'" in told["report.json"]


def test_single_formats_changed(lineage: Run, filed: Path) -> None:
    """Only they are named: all others are what the inputs give."""
    formats = ("summary.csv", "report.html", "report.txt", "bom.cdx.json", "bom.spdx.json")
    for path in (*formats, "answers.html"):
        changed(filed / path, ("acme/base", "acme/bass"))
    changed(filed / "README.txt", ("untested model", "tested model"))
    resealed(filed)
    found = replayed(lineage, filed, 1)
    named = {one["member"] for one in found["differences"]}
    assert named == {*formats, "answers.html", "README.txt"}
    assert found["verdict"] == found["pack"]["verdict"]


def test_inputs_changed(lineage: Run, filed: Path) -> None:
    """A record says another base: the documents are not what that gives; the bytes of a file are
    told by their name."""
    changed(filed / "inputs" / "records.json", ("Qwen/Qwen2.5-7B", "google/gemma-2-9b"))
    resealed(filed)
    members = {one["member"] for one in replayed(lineage, filed, 1)["differences"]}
    assert {"report.json", "report.html", "bom.cdx.json"} <= members


def test_the_bytes_of_a_file_changed(lineage: Run, filed: Path) -> None:
    """The content is named by its own hash."""
    (card,) = (
        path
        for path in (filed / "inputs" / "files").iterdir()
        if path.read_bytes() == CARD.encode()
    )
    card.write_text(CARD.replace("Child", "Chile"))
    resealed(filed)
    found = replayed(lineage, filed, 1)
    assert f"inputs/files/{card.name}" in {one["member"] for one in found["differences"]}


def test_policy_clock_and_data_swapped(lineage: Run, hub: TestHub, tmp_path: Path) -> None:
    """Each is told by what the inputs then give, or by what this installation has under the same
    name."""
    (tmp_path / "house.toml").write_text(WAIVER.replace("2099", "2027"))
    packed = ("pack", "acme/child", "--policy", "house.toml")
    ran = lineage(*packed, "-o", "filed", env={"HF_ENDPOINT": hub.url})
    assert ran.code == 0, ran.err

    def swapped(name: str, path: str, *pairs: tuple[str, str]) -> dict[str, Any]:
        folder = tmp_path / name
        shutil.copytree(tmp_path / "filed", folder)
        changed(folder / path, *pairs)
        resealed(folder)
        return replayed(lineage, folder, 1)

    policy = swapped("policy", "policy.json", ('"looked at"', '"not looked at"'))
    assert "report.json" in {one["member"] for one in policy["differences"]}
    year = json.loads((tmp_path / "filed" / "inputs" / "setting.json").read_text())["clock"][:4]
    clock = swapped("clock", "inputs/setting.json", (f'"clock": "{year}', '"clock": "2031'))
    members = {one["member"] for one in clock["differences"]}
    assert {"manifest.json", "report.json"} <= members
    data = swapped("data", "inputs/data/registry.json", ('"alibaba-qwen"', '"alibaba-qwem"'))
    assert "report.json" in {one["member"] for one in data["differences"]}
    assert any("inputs/data/registry.json" in told for told in data["doubts"])


def test_a_policy_that_nobody_filed_is_named(lineage: Run, filed: Path) -> None:
    """Rules of one's own are code: a file that claims to hold some was written by hand."""
    touched = filed.with_name("ruled")
    shutil.copytree(filed, touched)
    (touched / "policy.json").write_text('{"rules": {"exposure-teacher": "off"}}')
    resealed(touched)
    ran = lineage("pack", "replay", str(touched))
    assert (ran.code, "policy.json holds rules" in ran.out) == (1, True)


def test_a_whole_new_pack_over_other_data_is_doubted(
    lineage: Run, filed: Path, tmp_path: Path
) -> None:
    """Every document made anew over a registry that was touched where nothing of it shows: equal,
    and not believed, because this installation has that day's registry itself."""
    touched = filed.with_name("touched")
    shutil.copytree(filed, touched)
    changed(touched / "inputs" / "data" / "registry.json", ("Zhipu", "Zhipo"))
    again = read_inputs_of(touched, FiledPack(touched))
    write(build(again.run(), again.policy, inputs=again.inputs), tmp_path / "forged")
    found = replayed(lineage, tmp_path / "forged", 3)
    assert found["outcome"] == "unclear" and found["differences"] == []
    assert "inputs/data/registry.json" in found["doubts"][0]


def made_anew(folder: Path, to: Path, **changes: str) -> None:
    """Every document made again from the inputs of this pack, some of its setting changed."""
    place = folder / "inputs" / "setting.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | changes))
    again = read_inputs_of(folder, FiledPack(folder))
    write(build(again.run(), again.policy, inputs=again.inputs), to)


@pytest.mark.parametrize("case", ["another day", "another name", "a key twice", "no names"])
def test_data_that_was_swapped_for_other_data_is_doubted(
    lineage: Run, filed: Path, tmp_path: Path, case: str
) -> None:
    """Where this installation made the pack, its data is known to the byte, whatever day or name
    stands in the place of it."""
    name = "names.json" if case == "no names" else "results.json"
    place = filed / "inputs" / "data" / name
    document = json.loads(place.read_text())
    if case == "another day":
        document |= {**NO_RESULTS, "version": "2026-01-01"}
    if case == "no names":
        document = {"version": "2026-01-01"}
    text = json.dumps(document)
    place.write_text(text.replace("{", '{"version": "x", ', 1) if "twice" in case else text)
    if case == "a key twice":
        resealed(filed)
        assert "duplicate key" in replayed(lineage, filed, 1)["differences"][0]["what"]
        return
    changes = {"data_version": "2026-12-01.7"} if case == "another name" else {}
    made_anew(filed, tmp_path / "forged", **changes)
    found = replayed(lineage, tmp_path / "forged", 3)
    assert found["differences"] == []
    told = "names another to readers" if changes else f"inputs/data/{name}"
    assert told in found["doubts"][0]


def test_a_clock_that_is_still_to_come_is_doubted(
    lineage: Run, filed: Path, tmp_path: Path
) -> None:
    """Nobody can have judged then."""
    made_anew(filed, tmp_path / "forged", clock="2199-01-01")
    assert "still to come" in replayed(lineage, tmp_path / "forged", 3)["doubts"][0]


def test_a_folder_among_the_data_changes_nothing(lineage: Run, filed: Path) -> None:
    """It is no checkout from whose records the documents would be made anew, in the pack itself."""
    data = filed / "inputs" / "data"
    (data / "developers").mkdir()
    before = {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()}
    assert replayed(lineage, filed, 0)["outcome"] == "equal"
    assert {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("case", ["link", "null", "no table", "other values"])
def test_data_that_is_none_is_told(lineage: Run, filed: Path, case: str) -> None:
    """A link to a folder elsewhere; documents that no lineage wrote."""
    data = filed / "inputs" / "data"
    if case == "link":
        data.rename(filed.with_name("elsewhere"))
        data.symlink_to(filed.with_name("elsewhere"))
    if case == "null":
        (data / "names.json").write_text("null")
    if case == "no table":
        (data / "registry.json").write_text('{"version": "2026-01-01", "patterns": []}')
    if case == "other values":
        document = json.loads((data / "registry.json").read_text())
        table = dict.fromkeys(document["developers"], 7)
        (data / "registry.json").write_text(json.dumps(document | {"developers": table}))
    resealed(filed)
    assert "could not be run" in replayed(lineage, filed, 1)["differences"][0]["what"]


def test_a_pack_of_another_version_is_no_forgery(lineage: Run, filed: Path) -> None:
    """Another program may come to other documents; the one that made it is named."""
    version = (f'"version": "{__version__}"', '"version": "0.1.9"')
    changed(filed / "manifest.json", version)
    resealed(filed)
    assert "the same version" in replayed(lineage, filed, 1)["problems"][0]
    changed(filed / "report.json", version)
    changed(filed / "summary.csv", ("acme/child", "acme/chile"))
    resealed(filed)
    found = replayed(lineage, filed, 3)
    assert found["pack"]["made_by"] == "0.1.9" and found["differences"]
    assert "lineage-audit==0.1.9" in lineage("pack", "replay", str(filed)).out


def test_a_year_later(lineage: Run, hub: TestHub, tmp_path: Path) -> None:
    """By its own clock, whatever the clock of the machine says: a waiver that has ended since
    still holds in the pack, and the given date is kept."""
    until = date.today() + timedelta(days=1)
    (tmp_path / "house.toml").write_text(WAIVER.replace("2099-01-01", until.isoformat()))
    env = {"HF_ENDPOINT": hub.url, "SOURCE_DATE_EPOCH": "1795000000"}
    packed = ("pack", "acme/child", "--policy", "house.toml")
    assert lineage(*packed, "-o", "filed", env=env).code == 0
    before = replayed(lineage, tmp_path / "filed", 0)
    setting = json.loads((tmp_path / "filed" / "inputs" / "setting.json").read_text())
    assert setting["clock"] == date.today().isoformat() == before["pack"]["judged_on"]
    assert setting["dated"].startswith("2026-11-18")
    later = {"SOURCE_DATE_EPOCH": "1900000000"}
    assert lineage("pack", "replay", "filed", env=later).code == 0


def test_what_todays_data_would_change(lineage: Run, filed: Path, tmp_path: Path) -> None:
    """A pack over data that knew no result of a test: with the data of this installation they are
    new. The outcome is that of the pack."""
    old = filed.with_name("old")
    shutil.copytree(filed, old)
    place = old / "inputs" / "data" / "results.json"
    document = json.loads(place.read_text())
    document |= {**NO_RESULTS, "version": "2026-01-01"}
    place.write_text(json.dumps(document))
    again = read_inputs_of(old, FiledPack(old))
    made = replace(again.run(), tool_version="0.1.9")  # whose data it may have been
    write(build(made, again.policy, inputs=again.inputs), tmp_path / "then")
    ran = lineage("pack", "replay", "then", "--with-current-data", "--json")
    assert ran.code == 0, ran.out
    found = json.loads(ran.out)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(found)
    changed = {one["kind"] for one in found["today"]["changes"]}
    assert {"new-result", "basis"} <= changed
    text = lineage("pack", "replay", "then", "--with-current-data").out
    assert (
        text.startswith("EQUAL") and "New result: " in text and "results data: 2026-01-01" in text
    )


def test_a_registry_that_would_match_for_hours_is_not_used(lineage: Run, filed: Path) -> None:
    """A pattern with a repeat inside a repeat: refused before a name is held against it."""
    place = filed / "inputs" / "data" / "registry.json"
    document = json.loads(place.read_text())
    document["patterns"][0][1] = "(a+)+b"
    place.write_text(json.dumps(document))
    resealed(filed)
    found = replayed(lineage, filed, 1)
    assert "could be made slow" in found["differences"][0]["what"]


def test_what_keeps_too_little_says_so(lineage: Run, hub: TestHub, tmp_path: Path) -> None:
    """A resumed run took reports of an earlier one; packs of earlier versions held no answers.
    They verify, and the word is clear; a replay is wrong usage."""
    (tmp_path / "list.txt").write_text("acme/child\n")
    ran = lineage(
        "pack", "--input", "list.txt", "--resume", "j", "-o", "p", env={"HF_ENDPOINT": hub.url}
    )
    assert ran.code == 0, ran.err
    assert "nobody can compute" in (tmp_path / "p" / "README.txt").read_text()
    verified = lineage("pack", "verify", "p")
    assert verified.code == 0 and "no answers as they were read" in verified.out
    again = lineage("pack", "replay", "p")
    assert again.code == 2 and "cannot be computed again" in again.err


def test_the_first_page_says_where_no_commit_is_known(lineage: Run, tmp_path: Path) -> None:
    """Offline data tells none: README, report and inquiry say it; a live pack says nothing."""
    assert lineage("pack", "gpt2", "--offline", "-o", "p").code == 0
    for name in ("README.txt", "report.txt", "report.html", "inquiry.json"):
        text = (tmp_path / "p" / name).read_text("utf-8")
        assert "No revision is known of openai-community/gpt2" in text, name
