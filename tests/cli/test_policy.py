"""`lineage rules`, `lineage policy` and the policy options, through the real command line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from conftest import Ran
from lineage.policy.packs import pack_names
from lineage.policy.rules.registry import all_rules

Run = Callable[..., Ran]
ROOT = Path(__file__).resolve().parents[2]


def test_rules_are_listed_with_the_level_that_applies_here(lineage: Run, tmp_path: Path) -> None:
    """The nearest policy file counts; what it changed is marked."""
    (tmp_path / "lineage.toml").write_text('[rules]\nweak-grade = "off"\n')
    text = lineage("rules")
    assert text.code == 0, text.err
    assert re.search(r"^weak-grade +off\* +Part of the lineage", text.out, re.MULTILINE)
    rows = json.loads(lineage("rules", "--format", "json", "--policy", "default").out)
    assert {row["id"]: row["level"] for row in rows} == {
        rule.id: str(rule.level) for rule in all_rules()
    }
    assert all(row["help_url"].startswith("https://") for row in rows)


def test_a_good_policy_is_ok_and_a_bad_one_exits_2(lineage: Run, tmp_path: Path) -> None:
    """Every environment is checked too."""
    (tmp_path / "lineage.toml").write_text('[env.prod.rules]\nweak-grade = "fail"\n')
    good = lineage("policy", "check")
    assert (good.code, good.out) == (
        0,
        "lineage.toml: ok (lineage.toml, 0 waivers, 0 requirements, environments: prod)\n",
    )
    (tmp_path / "lineage.toml").write_text('[env.prod.rules]\nweak-grades = "fail"\n')
    bad = lineage("policy", "check")
    assert bad.code == 2
    assert "lineage.toml, line 2: `env.prod.rules.weak-grades` is not a rule" in bad.err
    assert "Did you mean 'weak-grade'?" in bad.err
    assert "Traceback" not in bad.err
    assert lineage("policy", "check", "gone.toml").code == 2


def test_a_policy_is_shown_after_everything_that_it_extends(lineage: Run, tmp_path: Path) -> None:
    """As text and as JSON."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.lineage]\nextends = ["us-ks-75-4720"]\njurisdictions = ["RU"]\n'
    )
    text = lineage("policy", "show")
    assert text.code == 0, text.err
    assert "jurisdictions  RU" in text.out
    assert "us-ks-75-4720/" not in text.out
    document = json.loads(lineage("policy", "show", "--format", "json").out)
    assert document["jurisdictions"] == ["RU"]
    assert [r["id"] for r in document["requirements"]] == ["us-ks-75-4720"]
    assert document["requirements"][0]["primary_text_read"] is False


def test_packs_are_listed_and_printed(lineage: Run) -> None:
    """All of them, and the text of one, which is a policy file that can be copied."""
    listed = lineage("policy", "packs").out
    assert [
        line.split(" ")[0] for line in listed.splitlines() if not line.startswith("  ")
    ] == list(pack_names())
    assert lineage("policy", "packs", "strict").out.startswith("# For a gate")
    assert lineage("policy", "packs", "strikt").code == 2


def test_a_policy_that_does_not_exist_ends_in_one_clear_sentence(lineage: Run) -> None:
    """A misspelt pack gets the nearest name, a missing file its own name."""
    pack = lineage("audit", "--offline", "--policy", "strikt", "meta-llama/Llama-3.1-8B")
    assert (pack.code, pack.out) == (2, "")
    assert "Did you mean 'strict'?" in pack.err
    file = lineage("audit", "--offline", "--policy", "gone.toml", "meta-llama/Llama-3.1-8B")
    assert file.code == 2
    assert "The policy file gone.toml does not exist." in file.err


def test_fail_on_and_environment_decide_the_exit_code(lineage: Run, tmp_path: Path) -> None:
    """The same model: 0 by default, 1 where the gate stops at what was found."""
    model = "argilla-warehouse/Llama-3.1-8B-MagPie-Ultra"
    (tmp_path / "lineage.toml").write_text(
        '[env.us.rules]\nfoundation-jurisdiction = { level = "fail", jurisdictions = ["US"] }\n'
    )
    codes = [
        lineage("audit", "--offline", "-q", *extra, model).code
        for extra in ([], ["--fail-on", "info"], ["--env", "us"])
    ]
    assert codes == [0, 1, 1]
    assert lineage("audit", "--offline", "--env", "eu", model).code == 2


def test_the_documented_policy_is_a_valid_one(lineage: Run, tmp_path: Path) -> None:
    """Both examples of docs/policy.md, as they stand there."""
    first, developers, second = re.findall(
        r"```toml\n(.*?)```", (ROOT / "docs/policy.md").read_text(encoding="utf-8"), re.DOTALL
    )
    (tmp_path / "team.toml").write_text(second)
    (tmp_path / "developers.toml").write_text(developers)
    checked = lineage("policy", "check", str(tmp_path / "developers.toml"))
    assert checked.code == 0, checked.err
    (tmp_path / "lineage.toml").write_text(first)
    checked = lineage("policy", "check")
    assert checked.code == 0, checked.err
    assert "1 waiver, 2 requirements" in checked.out
