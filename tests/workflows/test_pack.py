"""The attestation pack: complete, reproducible, and checked a year later."""

from __future__ import annotations

import json
import shutil
import subprocess
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lineage.core.errors import CannotRunError, UsageError
from lineage.policy.policy import Policy
from lineage.report.document import Report
from lineage.workflows import pack, pack_check
from lineage.workflows.pack_members import FiledPack
from report import reports


def filed(report: Report | None = None) -> dict[str, bytes]:
    """The files of a pack."""
    return pack.build(report or reports.report(reports.merge()), Policy())


def resealed(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same with fitting checksums: what a careful forger would leave."""
    rest = {path: data for path, data in files.items() if path != pack.SUMS}
    sums = "".join(f"{pack.sha256(rest[path])}  {path}\n" for path in sorted(rest))
    return rest | {pack.SUMS: sums.encode()}


@pytest.mark.parametrize("shape", sorted(set(reports.ALL) - {"wide"}))
def test_every_shape_makes_a_pack_that_checks(shape: str) -> None:
    """Merges, gated and unresolved bases, local folders, cycles and hostile names."""
    assert pack_check.check(filed(reports.report(reports.ALL[shape]()))) == []


def test_the_same_inputs_give_the_same_bytes() -> None:
    """Byte for byte, and the fingerprint pins them; another policy is another pack."""
    assert filed() == filed()
    assert pack.fingerprint(filed()) != pack.fingerprint(
        pack.build(reports.report(reports.merge()), replace(Policy(), name="other"))
    )


def test_the_inputs_are_in_it() -> None:
    """Each model's record with revision and time, the reason where there is none, and the policy
    with its settings."""
    files = filed()
    records = {one["id"]: one for one in json.loads(files["inputs/records.json"])["records"]}
    assert set(records) == set(reports.merge().graph.nodes)
    assert records["Qwen/Qwen2.5-7B"]["record"]["revision"] == reports.SHA
    assert records["Qwen/Qwen2.5-7B"]["record"]["retrieved_at"] == reports.WHEN
    assert records["gone/base-model"] == {
        "id": "gone/base-model",
        "record": None,
        "reason": "The Hub answers as for a missing or private repo.",
        "status": "not-found",
    }
    assert (
        b"acme/Merged-7B" in files["README.txt"] and b"lineage pack verify" in files["README.txt"]
    )


@pytest.mark.parametrize(
    "path",
    [
        "report.html",
        "report.json",
        "bom.cdx.json",
        "bom.spdx.json",
        "inputs/records.json",
        "inputs/results.json",
        "answers.html",
        "inquiry.json",
        "README.txt",
        "policy.json",
    ],
)
def test_a_changed_or_missing_file_is_found(path: str) -> None:
    """One byte, or the whole file."""
    files = filed()
    assert any(path in told for told in pack_check.check(files | {path: files[path] + b" "}))
    assert any(
        path in told
        for told in pack_check.check({key: data for key, data in files.items() if key != path})
    )


def test_an_added_file_is_found() -> None:
    """What was not filed does not belong."""
    assert pack_check.check(filed() | {"extra.txt": b""}) == [
        "extra.txt is not listed in SHA256SUMS: it was added later."
    ]


def test_what_two_readers_read_in_two_ways_is_found() -> None:
    """A line of checksums that stands twice or ends in another way than `sha256sum` knows; a
    document with a key that stands twice."""
    files = filed()
    sums = files[pack.SUMS]
    twice = b"0" * 64 + b"  report.json\n" + sums
    assert "listed twice" in pack_check.check(files | {pack.SUMS: twice})[0]
    assert pack_check.check(files | {pack.SUMS: sums.replace(b"\n", b"\r\n")})
    report = files["report.json"].replace(b'"verdict":', b'"verdict": "pass", "verdict":', 1)
    assert "duplicate key" in pack_check.check(resealed(files | {"report.json": report}))[0]


def test_documents_that_disagree_are_found() -> None:
    """Even with fitting checksums: another verdict, a model without its record, a BOM without a
    model, another schema."""

    def forged(path: str, change: Callable[[Any], None]) -> list[str]:
        files = filed()
        document = json.loads(files[path])
        change(document)
        return pack_check.check(resealed(files | {path: json.dumps(document).encode()}))

    assert pack_check.check(resealed(filed())) == []
    assert forged("report.json", lambda d: d.update(verdict="pass"))
    assert forged("report.json", lambda d: d["targets"][0].pop("findings"))
    assert forged("report.json", lambda d: d.update(schema="other/1"))
    assert forged("inputs/records.json", lambda d: d["records"].pop())
    assert forged("bom.cdx.json", lambda d: d["components"].pop(0))
    assert forged("bom.spdx.json", lambda d: d["@graph"].pop(5))
    assert forged("manifest.json", lambda d: d.clear())
    assert forged("manifest.json", lambda d: d["files"].pop())
    assert forged("inquiry.json", lambda d: d["searched"][0].update(verdict="pass"))
    assert forged("inquiry.json", lambda d: d.update(made_at="2020-01-01T00:00:00Z"))
    assert forged("inquiry.json", lambda d: d.update(again=[]))
    assert forged("inquiry.json", lambda d: d.clear())
    assert forged("inputs/results.json", lambda d: d["results"].pop())
    assert pack_check.check(resealed(filed() | {"report.json": b"["}))
    assert pack_check.check(filed() | {pack.SUMS: b"nonsense\n"})


def test_the_cited_tests_and_the_suppliers_file_are_in_it() -> None:
    """Each cited result with its source; the list byte for byte, under a name that no checksum
    line or shell reads as its own."""
    report = reports.report(reports.merge())
    sent = pack.OwnFile("../vendors; rm -rf\n*.csv", b"model\nacme/Merged-7B\n")
    files = pack.build(report, Policy(), supplied=sent)
    assert pack_check.check(files) == []
    (path,) = [path for path in files if path.startswith("inputs/supplied/")]
    assert path == "inputs/supplied/_vendors_rm_-rf_.csv"
    assert files[path] == sent.body
    assert path in json.loads(files["manifest.json"])["files"]
    assert path.encode() in files["README.txt"]
    held = {one["id"]: one for one in json.loads(files["inputs/results.json"])["results"]}
    cited = [hit.result for target in report.targets for hit in target.exposure.hits]
    assert cited
    assert {result.id: result.url for result in cited} == {i: one["url"] for i, one in held.items()}
    assert pack_check.check(files | {path: b"model\nother/model\n"})


def test_a_pack_of_the_first_version_still_checks() -> None:
    """It was filed with less in it; one of the second version may not lack what the first did."""
    files = filed()
    new = ("answers.html", "inquiry.json", "inputs/results.json")
    older = {path: data for path, data in files.items() if path not in new}
    assert any("inquiry.json is missing" in told for told in pack_check.check(resealed(older)))
    manifest = json.loads(older["manifest.json"])
    manifest["schema"] = "lineage-pack/1"
    manifest["files"] = [path for path in manifest["files"] if path not in new]
    older["manifest.json"] = json.dumps(manifest).encode()
    assert pack_check.check(resealed(older)) == []


def test_a_pack_is_never_overwritten(tmp_path: Path) -> None:
    """An existing folder with anything in it is refused; an empty one is taken; nothing is left
    after a failure."""
    (tmp_path / "empty").mkdir()
    pack.write(filed(), tmp_path / "empty")
    assert dict(FiledPack(tmp_path / "empty")) == filed()
    with pytest.raises(UsageError, match="not empty"):
        pack.write(filed(), tmp_path / "empty")
    (tmp_path / "file").write_text("")
    with pytest.raises((UsageError, CannotRunError)):
        pack.write(filed(), tmp_path / "file" / "under")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["empty", "file"]


@pytest.mark.posix
def test_a_link_is_not_a_filed_byte(tmp_path: Path) -> None:
    """A file replaced by a link to an equal one is not what was filed."""
    pack.write(filed(), tmp_path / "p")
    (tmp_path / "p" / "report.html").rename(tmp_path / "elsewhere.html")
    (tmp_path / "p" / "report.html").symlink_to(tmp_path / "elsewhere.html")
    assert any("report.html" in told for told in pack_check.check(FiledPack(tmp_path / "p")))


def test_a_large_member_is_hashed_in_a_stream(tmp_path: Path) -> None:
    """Whatever its size, a few megabytes are held; what changes between hash and look is told."""
    pack.write(filed(), tmp_path / "p")
    for name in ("large.bin", "listed.bin"):
        with (tmp_path / "p" / name).open("wb") as large:
            large.truncate(100 * 2**20)
    sums = (tmp_path / "p" / pack.SUMS).read_text()
    (tmp_path / "p" / pack.SUMS).write_text(f"{sums}{'0' * 64}  listed.bin\n")
    tracemalloc.start()
    found = FiledPack(tmp_path / "p")
    problems = pack_check.check(found)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert problems == [
        "listed.bin is not what was filed: its checksum differs.",
        "large.bin is not listed in SHA256SUMS: it was added later.",
    ]
    assert peak < 32 * 2**20
    (tmp_path / "p" / "README.txt").write_text("other")
    with pytest.raises(CannotRunError, match="changed while it was read"):
        found["README.txt"]


def test_the_command_line_makes_and_checks(lineage: Callable[..., Any], tmp_path: Path) -> None:
    """Twice the same bytes under SOURCE_DATE_EPOCH; verify says 0, 1 with what is wrong, 2 for no
    pack; sha256sum agrees."""
    env = {"SOURCE_DATE_EPOCH": "1795000000"}
    made = [
        lineage("pack", "--offline", "Qwen/Qwen2.5-7B-Instruct", "-o", name, cwd=tmp_path, env=env)
        for name in ("one", "two")
    ]
    assert made[0].code == made[1].code and made[0].code in (0, 1, 3), made[0].err
    assert dict(FiledPack(tmp_path / "one")) == dict(FiledPack(tmp_path / "two"))
    fingerprint = made[0].out.split()[-1]
    assert lineage("pack", "verify", "one", "--fingerprint", fingerprint, cwd=tmp_path).code == 0
    assert lineage("pack", "verify", "one", "--fingerprint", "0" * 64, cwd=tmp_path).code == 1
    for nothing in ("", "  ", "sha256", fingerprint[:63]):
        wrong = lineage("pack", "verify", "one", "--fingerprint", nothing, cwd=tmp_path)
        assert wrong.code == 2 and "is not a SHA-256" in wrong.err
    if shutil.which("sha256sum"):
        assert (
            subprocess.run(
                ["sha256sum", "-c", "--quiet", pack.SUMS], cwd=tmp_path / "one", check=False
            ).returncode
            == 0
        )
    (tmp_path / "two" / "report.json").write_text("{}")
    changed = lineage("pack", "verify", "two", cwd=tmp_path)
    assert changed.code == 1 and "report.json is not what was filed" in changed.out
    assert lineage("pack", "verify", ".", cwd=tmp_path).code == 2
    assert lineage("pack", "-o", "three", cwd=tmp_path).code == 2


def test_the_command_line_keeps_what_was_given(lineage: Any, tmp_path: Path) -> None:
    """`--input FILE`, and what came on standard input."""
    listed = "model,base model\nNousResearch/Hermes-2-Pro-Mistral-7B,Llama 3\n"
    (tmp_path / "vendors.csv").write_text(listed)
    ran = lineage("pack", "--offline", "--input", "vendors.csv", "-o", "filed")
    assert ran.code in (0, 1, 3), ran.err
    assert (tmp_path / "filed/inputs/supplied/vendors.csv").read_text() == listed
    answers = (tmp_path / "filed/answers.html").read_text()
    assert "What the supplier states" in answers
    assert "Llama 3" in answers
    assert lineage("pack", "verify", "filed").code == 0
    piped = lineage("pack", "--offline", "--input", "-", "-o", "piped", stdin=listed)
    assert piped.code == ran.code, piped.err
    assert (tmp_path / "piped/inputs/supplied/standard-input").read_text() == listed
    (tmp_path / "filed/inputs/supplied/vendors.csv").write_text("model\nother/model\n")
    changed = lineage("pack", "verify", "filed")
    assert changed.code == 1
    assert "inputs/supplied/vendors.csv" in changed.out


def test_a_file_is_no_pipe_whatever_it_is_called(lineage: Any, tmp_path: Path) -> None:
    """A list in a file of the name by which a pack knows what was piped is computed again."""
    (tmp_path / "standard input").write_text(
        "model,base model\nNousResearch/Hermes-2-Pro-Mistral-7B,Llama 3\n"
    )
    ran = lineage("pack", "--offline", "--input", "./standard input", "-o", "filed")
    assert ran.code in (0, 1, 3), ran.err
    again = lineage("pack", "replay", "filed")
    assert again.code == 0 and again.out.startswith("EQUAL"), again.out
