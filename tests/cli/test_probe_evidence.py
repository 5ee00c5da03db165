"""Runs of `lineage probe` in an audit, honest and forged, by the real command line on the battery that ships."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from conftest import Ran
from probe.personas import serving
from probe.strangers import persona

Run = Callable[..., Ran]
SUBJECT = "deepseek-ai/DeepSeek-R1-Distill-Llama-8B"
BASE = "deepseek-ai/DeepSeek-R1"
REVISION = "6a6f4aa4197940add57724a7707d069478df56b1"
OWN = ("--own", "--quantization", "none", "--digest", "sha256:1")
INHERITED = {"exposure-teacher", "exposure-inherited"}


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runner's private key."""
    pytest.importorskip("cryptography")
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519

    path = tmp_path_factory.mktemp("key") / "key.pem"
    path.write_bytes(
        ed25519.Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture(scope="module")
def made() -> dict[str, Path]:
    """Runs that were made once; each test works on its copy."""
    return {}


@pytest.fixture
def run_of(lineage, key, made, tmp_path, tmp_path_factory) -> Callable[..., Path]:
    """A signed run of a scripted model, `run.json` with its transcript in a folder of its own."""

    def run(name: str, *said: str, subject: str = f"{SUBJECT}@{REVISION}") -> Path:
        known = f"{name} {subject} {said}"
        if known not in made:
            made[known] = tmp_path_factory.mktemp("run")
            with serving(persona(name), 5) as server:
                ran = lineage(
                    "probe", "--endpoint", server.url, "--model", "m", "--samples", "1", "--seed", "5", "--languages", "en",
                    "--for", subject, "--sign", str(key), "-o", str(made[known] / "run.json"), *(said or OWN),
                )  # fmt: skip
            assert ran.code == 0, ran.err
        copy = tmp_path / hashlib.sha256(known.encode()).hexdigest()[:8]
        shutil.copytree(made[known], copy)
        return copy / "run.json"

    return run


def _listed(path: Path, folder: Path, more: str = "") -> tuple[str, ...]:
    signer = json.loads(path.read_text())["signature"]["key"]
    policy = folder / "policy.toml"
    policy.write_text(f'probe-keys = ["{signer}"]\n{more}')
    return "--policy", str(policy)


def _audit(lineage: Run, *probes: Path, said: tuple[str, ...] = ()) -> dict[str, Any]:
    given = [word for one in probes for word in ("--probe", str(one))]
    ran = lineage("audit", "--offline", f"{SUBJECT}@{REVISION}", *given, "-f", "json", *said)
    assert ran.code in (0, 1, 3), ran.err
    found: dict[str, Any] = json.loads(ran.out)["targets"][0]
    return found


def _probed(target: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in target["exposure"]["results"] if one["kind"] == "probe")


def _rules(target: dict[str, Any]) -> set[str]:
    return {one["rule"] for one in target["findings"]}


def _edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    row = json.loads(path.read_text())
    change(row)
    path.write_text(json.dumps(row))


def _in_a_year(row: dict[str, Any]) -> None:
    later = datetime.now(timezone.utc) + timedelta(days=400)
    row["created"] = later.strftime("%Y-%m-%dT%H:%M:%SZ")


def _other_counts(row: dict[str, Any]) -> None:
    found = row["findings"][0]["treatment"]
    found["answered"] = found["n"] - found.get("answered", 0)


def _other_outcomes(row: dict[str, Any]) -> None:
    for pair in row["outcomes"][0]["pairs"]:
        side = pair["treatment"]
        side["outcomes"] = ["missed" if side["outcomes"] == ["facts"] else "facts"]


FORGED: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("counts", _other_counts, "treatment is"),
    ("outcomes", _other_outcomes, "come out otherwise"),
    ("conclusion", lambda row: row["findings"][0].update(conclusion="mixed"), "conclusion is"),
    ("model", lambda row: row["setup"].update(model="other"), "another setup"),
    ("seed", lambda row: row["setup"].update(seed=6), "another setup"),
    ("digest", lambda row: row["setup"].update(digest="sha256:2"), "another setup"),
    ("date", _in_a_year, "lies in the future"),
    ("no date", lambda row: row.update(created="yesterday"), "is not a date"),
    ("signature", lambda row: row.update(runner="somebody else"), "signature"),
    ("scorer", lambda row: row.update(scorer=1), "scored by version 1"),
]


@pytest.mark.parametrize(("what", "change", "said"), FORGED, ids=[one[0] for one in FORGED])
def test_what_was_edited_decides_nothing(lineage, run_of, tmp_path, what, change, said):
    """`verify` names it and exits 1; an audit shows the run with the reason, and goes on as without it."""
    name = "plain" if FORGED.index((what, change, said)) % 2 else "framing"
    path = run_of(name)
    listed = _listed(path, tmp_path)
    _edit(path, change)
    ran = lineage("probe", "verify", str(path))
    assert (ran.code, said in ran.out) == (1, True), ran.out
    target = _audit(lineage, path, said=listed)
    found = _probed(target)
    assert not found["counts"] and "does not stand up to verification" in found["why_not"]
    assert "exposure-partly" not in _rules(target) and _rules(target) & INHERITED


def test_another_battery_is_not_recomputed(lineage, run_of, tmp_path):
    """A hash that no shipped battery has: nothing can be scored again, so nothing is set aside."""
    path = run_of("plain")
    listed = _listed(path, tmp_path)
    _edit(path, lambda row: row["setup"].update(battery_digest="0" * 64))
    target = _audit(lineage, path, said=listed)
    assert not _probed(target)["counts"] and _rules(target) & INHERITED


def test_a_transcript_of_another_run_is_found_out(lineage, run_of, tmp_path):
    """The open model's transcript under the other's result, and a changed answer."""
    clean, adverse = run_of("plain"), run_of("framing")
    shutil.copy(clean.with_name("run.transcript.jsonl"), adverse.with_name("run.transcript.jsonl"))
    ran = lineage("probe", "verify", str(adverse))
    assert (ran.code, "its hash differs" in ran.out) == (1, True), ran.out
    assert "verification" in _probed(_audit(lineage, adverse))["why_not"]
    lines = clean.with_name("run.transcript.jsonl").read_text().splitlines(keepends=True)
    row = json.loads(lines[40]) | {"text": "I would rather not."}
    lines[40] = json.dumps(row) + "\n"
    clean.with_name("run.transcript.jsonl").write_text("".join(lines))
    data = clean.with_name("run.transcript.jsonl").read_bytes()
    _edit(clean, lambda row: row["transcript"].update(sha256=hashlib.sha256(data).hexdigest()))
    ran = lineage("probe", "verify", str(clean))
    assert (ran.code, "come out otherwise" in ran.out) == (1, True), ran.out


def test_an_open_run_sets_ancestors_aside_only_with_a_listed_key(lineage, run_of, tmp_path):
    """Recomputed, signed by a listed key, of the audited revision, not too old; it clears nothing."""
    path = run_of("plain")
    without = _audit(lineage)
    unlisted = _audit(lineage, path)
    assert _rules(unlisted) & INHERITED
    assert "lists no key" in _probed(unlisted)["why_not"]
    listed = _audit(lineage, path, said=_listed(path, tmp_path))
    assert "exposure-partly" not in _rules(listed)
    assert listed["verdict"] != "pass"
    by_language = listed["exposure"]["standing"]["by_language"]
    assert "clear" not in by_language.values()
    found = {one["language"] for one in without["exposure"]["results"] if one["counts"]}
    left = {one["language"] for one in listed["exposure"]["results"] if one["counts"]}
    assert "en" in found and "en" not in left


def test_a_run_too_old_for_the_policy_decides_nothing(lineage, run_of, tmp_path):
    """It is shown with the reason; the default is a year."""
    path = run_of("framing")
    assert "exposure-partly" in _rules(_audit(lineage, path))

    def old(row):
        then = datetime.now(timezone.utc) - timedelta(days=40)
        row["created"] = then.strftime("%Y-%m-%dT%H:%M:%SZ")
        row.pop("signature")

    _edit(path, old)
    assert "exposure-partly" in _rules(_audit(lineage, path))
    policy = tmp_path / "policy.toml"
    policy.write_text("probe-max-days = 30\n")
    target = _audit(lineage, path, said=("--policy", str(policy)))
    assert "exposure-partly" not in _rules(target)
    assert "more than 30 days ago" in _probed(target)["why_not"]


def test_two_runs_that_contradict_each_other(lineage, run_of, tmp_path):
    """The adverse one asks for a review; the open one sets nothing aside."""
    clean, adverse = run_of("plain"), run_of("framing")
    for given in ((clean, adverse), (adverse, clean)):
        target = _audit(lineage, *given, said=_listed(clean, tmp_path))
        assert "exposure-partly" in _rules(target) and _rules(target) & INHERITED
        reasons = [
            one["why_not"] for one in target["exposure"]["results"] if one["kind"] == "probe"
        ]
        assert any("Another run found" in (one or "") for one in reasons)


def test_another_revision_decides_nothing(lineage, run_of, tmp_path):
    """Of the same repository."""
    for name in ("plain", "framing"):
        path = run_of(name, subject=f"{SUBJECT}@{'0' * 40}")
        target = _audit(lineage, path, said=_listed(path, tmp_path))
        assert "another revision" in _probed(target)["why_not"]
        assert "exposure-partly" not in _rules(target) and _rules(target) & INHERITED


def test_a_run_of_a_base_is_no_run_of_the_fine_tune(lineage, run_of, tmp_path):
    """An adverse one is inherited at most, and an open one leaves the fine-tune untested."""
    for name in ("framing", "plain"):
        path = run_of(name, subject=f"{BASE}@{'0' * 40}")
        target = _audit(lineage, path, said=_listed(path, tmp_path))
        assert "exposure-partly" not in _rules(target)
        found = [one for one in target["exposure"]["results"] if one["kind"] == "probe"]
        assert all(one["applicability"] != "direct" for one in found)


# --- the judge of texts on request


def _judge(lineage: Run, result: Path, repository: str, answers: Any, folder: Path) -> Ran:
    rows = [
        {"language": "en", "prompt": "Write.", "text": f"{'No.' if n % 3 else 'Some lines'} {n}", "label": "declined" if n % 3 else "did"}
        for n in range(210)
    ]  # fmt: skip
    labelled = folder / "labelled.jsonl"
    labelled.write_text("".join(json.dumps(one) + "\n" for one in rows))
    with serving(answers) as server:
        return lineage(
            "probe", "judge", str(result), "--endpoint", server.url, "--model", "judge", "--judge-for", repository,
            "--labelled", str(labelled), "-o", str(folder / "judged.json"), "--offline",
        )  # fmt: skip


def _by_length(prompt, draw, call):
    text = prompt.partition("<text>")[2].partition("</text>")[0]
    wanted = "declines" if "No." in text else "what was asked"
    return next(line[0] for line in prompt.splitlines() if line[1:2] == "." and wanted in line)


def test_a_judge_may_be_neither_kin_nor_unmeasured(lineage, run_of, tmp_path):
    """Of the judged lineage, of no known one, or no better than chance: refused (exit 2), nothing is written."""
    path = run_of("plain")
    for repository, answers, said in (
        (BASE, _by_length, "lineage"),
        ("nobody/nothing", _by_length, "not known"),
        ("Qwen/Qwen3-8B-of-nobody", _by_length, "not known"),
        ("mistralai/Mistral-7B-Instruct-v0.3", lambda *_: "A", "kappa 0.00"),
    ):
        ran = _judge(lineage, path, repository, answers, tmp_path)
        assert (ran.code, said in ran.err) == (2, True), (repository, ran.err)
        assert not (tmp_path / "judged.json").exists()
    ran = _judge(lineage, path, "mistralai/Mistral-7B-Instruct-v0.3", _by_length, tmp_path)
    assert ran.code == 0, ran.err
    row = json.loads((tmp_path / "judged.json").read_text())
    assert "signature" not in row and row["findings"] == json.loads(path.read_text())["findings"]
