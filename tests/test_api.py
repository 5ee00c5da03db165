"""The package as a library: what `import lineage` offers, and that it costs nothing until it is
used."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import lineage
from docs.tools import ROOT
from lineage.cli import exits
from lineage.core import errors


def test_the_function_returns_the_values_of_the_report():
    """One target or several; the same values that the command line prints."""
    report = lineage.audit("NousResearch/Hermes-2-Pro-Mistral-7B", lineage.Options(offline=True))
    assert isinstance(report, lineage.Report)
    (target,) = report.targets
    assert isinstance(target, lineage.TargetReport)
    assert str(report.verdict) == "pass"
    assert [f.model for f in target.origin.foundations] == ["mistralai/Mistral-7B-v0.1"]
    both = lineage.audit(
        ["deepseek-ai/DeepSeek-R1", "NousResearch/Hermes-2-Pro-Mistral-7B"],
        lineage.Options(offline=True),
    )
    assert [str(t.verdict) for t in both.targets] == ["fail", "pass"]


def test_keywords_take_the_place_of_options():
    """`offline` and `policy` alone, or over what the options say; a list, a generator or a name."""
    name = "NousResearch/Hermes-2-Pro-Mistral-7B"
    plain = lineage.audit(name, lineage.Options(offline=True))
    assert lineage.audit((one for one in [name]), offline=True).targets == plain.targets
    strict = lineage.audit(name, lineage.Options(offline=True), policy="strict")
    assert strict.policy_name == "strict"
    given = lineage.audit(name, offline=True, policy=lineage.Policy())
    assert given.targets == plain.targets


def test_a_policy_file_is_named_by_its_path(tmp_path: Path):
    """As on the command line, with the same errors."""
    path = tmp_path / "ours.toml"
    path.write_text('name = "ours"\nfail-on = "review"\n')
    report = lineage.audit("org/none", offline=True, policy=path)
    assert report.policy_name == "ours"
    path.write_text('[[developers]]\nid = "nobody"\n')
    with pytest.raises(lineage.PolicyError, match=r"ours\.toml"):
        lineage.audit("org/none", offline=True, policy=str(path))


def test_a_report_renders_itself():
    """The dictionary, the JSON of the command line, and every format by its name."""
    report = lineage.audit("NousResearch/Hermes-2-Pro-Mistral-7B", offline=True)
    assert json.loads(report.to_json()) == report.to_dict()
    assert report.to_json() == report.render("json")
    for name in lineage.FORMATS:
        assert report.render(name).endswith("\n")
    with pytest.raises(lineage.UsageError, match="Did you mean 'html'"):
        report.render("htlm")


def test_every_error_is_one_kind_with_message_next_step_and_exit_code(tmp_path: Path):
    """Whatever is wrong in the world; the command line ends with the same code."""
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no snapshot")
    where = lineage.Where(snapshot=broken)
    calls = [
        (lambda: lineage.audit([]), lineage.UsageError, 2),
        (lambda: lineage.audit("a/b", offline=True, policy="strct"), lineage.PolicyError, 2),
        (
            lambda: lineage.audit("a/b", lineage.Options(offline=True, where=where)),
            lineage.DataError,
            2,
        ),
    ]
    for call, kind, code in calls:
        with pytest.raises(lineage.LineageError) as caught:
            call()
        assert isinstance(caught.value, kind)
        assert caught.value.exit_code == code
        assert caught.value.message.endswith(".")
    kinds = {one for one in vars(errors).values() if isinstance(one, type)} - {object}
    raised = {one for one in kinds if issubclass(one, lineage.LineageError)}
    assert {one.exit_code for one in raised} == {exits.USAGE, exits.CANNOT_RUN}


class _Frame(HTMLParser):
    """The elements outside the frame, and the frame's own attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_a_notebook_draws_the_report_in_a_closed_frame(tmp_path: Path):
    """One element, a sandbox that allows nothing; what a hostile model is called stays inside as
    text."""
    evil = tmp_path / 'x"></iframe><script>alert(1)</script>'
    evil.mkdir(parents=True)
    (evil / "config.json").write_text('{"model_type": "llama"}')
    report = lineage.audit(str(evil), offline=True)
    drawn = _Frame()
    drawn.feed(report._repr_html_())
    ((tag, attributes),) = drawn.seen
    assert tag == "iframe"
    assert attributes["sandbox"] == ""
    assert attributes["srcdoc"] == report.render("html")
    assert "<script>alert" not in str(attributes["srcdoc"])
    assert len(repr(report)) < 1000
    assert "\n" not in repr(report)


def test_dir_shows_what_there_is():
    """The public names, and nothing of the inside."""
    assert dir(lineage) == sorted(lineage.__all__)


@pytest.mark.slow
def test_the_examples_are_typed(tmp_path: Path):
    """mypy, strict, takes every block of docs/python.md against the package as it is installed."""
    mypy = pytest.importorskip("mypy")
    page = ROOT / "docs" / "python.md"
    blocks = re.findall(r"^```python\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)
    for number, block in enumerate(blocks):
        (tmp_path / f"example{number}.py").write_text(block)
    asked = [sys.executable, "-m", mypy.__name__, "--strict", *map(str, tmp_path.glob("*.py"))]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_public_name_is_there_and_no_other():
    """`__all__` can be imported, and a misspelt name is an AttributeError."""
    assert all(hasattr(lineage, name) for name in lineage.__all__)
    with pytest.raises(AttributeError, match="adit"):
        _ = lineage.adit


def test_importing_the_package_imports_nothing_of_it():
    """The command line's help must start quickly."""
    code = "import sys, lineage; print([m for m in sys.modules if m.startswith('lineage.') or m in ('click', 'requests', 'yaml')])"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )
