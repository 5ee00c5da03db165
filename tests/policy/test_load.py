"""Policy files: what they may say, how layers are laid over each other, and what is told when
something is wrong."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from lineage.core.errors import PolicyError
from lineage.core.relation import Grade
from lineage.policy.find import find_policy_file
from lineage.policy.finding import Level, Verdict
from lineage.policy.format import policy_schema
from lineage.policy.lines import line_of
from lineage.policy.load import load_pack, load_policy
from lineage.policy.policy import Policy
from policy.cases import CHILD, QWEN, case, edge, graph, judged

KNOWN = frozenset({"deepseek", "alibaba-qwen", "meta"})


def load(tmp_path: Path, text: str, environment: str = "") -> Policy:
    path = tmp_path / "lineage.toml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path, "0.1.0", environment, KNOWN)


def test_a_whole_policy_is_read(tmp_path: Path) -> None:
    """Every kind of key at once."""
    found = load(
        tmp_path,
        """
name = "ACME"
requires-lineage = ">=0.1"
fail-on = "review"
jurisdictions = ["CN", "RU"]
languages = ["en", "zh-Hans"]
known-grades = ["declared"]

[rules]
exposure-untested = "review"
foundation-jurisdiction = { level = "fail", except-developers = ["alibaba-qwen"] }

[rules.licence-denied]
denied = ["cc-by-nc-*"]

[[waiver]]
rule = "exposure-censors"
model = "acme/*"
path = ["acme/*", "Qwen/*"]
reason = "Tested by us."
owner = "ana@example.org"
ground = "research"
until = 2027-01-31
""",
    )
    assert (found.name, found.fail_on, found.languages) == (
        "ACME",
        Level.FAIL.__class__("review"),
        ("en", "zh-Hans"),
    )
    assert found.jurisdictions == ("CN", "RU")
    assert found.known_grades == (Grade.DECLARED,)
    assert found.level("foundation-jurisdiction") is Level.FAIL
    assert found.level("licence-denied") is Level.FAIL
    assert found.level("exposure-untested") is Level.REVIEW
    assert found.settings["foundation-jurisdiction"] == {"except-developers": ("alibaba-qwen",)}
    (waiver,) = found.waivers
    assert (waiver.until, waiver.ground, waiver.path) == (
        date(2027, 1, 31),
        "research",
        ("acme/*", "Qwen/*"),
    )
    assert waiver.place.endswith("lineage.toml, line 16")


def test_an_empty_file_is_the_default_policy(tmp_path: Path) -> None:
    """No key, no difference."""
    found = load(tmp_path, "")
    assert (found.levels, found.settings, found.jurisdictions, found.known_grades) == (
        {},
        {},
        Policy().jurisdictions,
        Policy().known_grades,
    )


def test_layers_are_laid_in_order_and_the_file_has_the_last_word(tmp_path: Path) -> None:
    """A pack, a team's file, then the file itself; settings of one rule add up."""
    (tmp_path / "team.toml").write_text(
        'jurisdictions = ["RU"]\n[rules]\nlicence-missing = "fail"\nstale-data = { snapshot-max-age = 5 }\n'
    )
    found = load(
        tmp_path,
        'extends = ["strict", "./team.toml"]\n[rules]\nlicence-missing = "info"\nstale-data = "warn"\n',
    )
    assert found.level("removal-claimed") is Level.REVIEW
    assert found.level("licence-missing") is Level.INFO
    assert found.jurisdictions == ("RU",)
    assert found.settings["stale-data"]["snapshot-max-age"] == 5
    assert found.settings["stale-data"]["registry-max-age"] == 180
    assert found.fail_on is Level.REVIEW
    assert found.extends[:2] == ("pack default", "pack strict")


def test_an_environment_is_laid_over_the_rest(tmp_path: Path) -> None:
    """Only when it is asked for; waivers and requirements may stand in it."""
    text = 'fail-on = "fail"\n[env.production]\nfail-on = "review"\n[env.production.rules]\nexposure-mixed = "fail"\n[env.dev]\n'
    assert load(tmp_path, text).level("exposure-mixed") is Level.INFO
    found = load(tmp_path, text, "production")
    assert (found.level("exposure-mixed"), found.fail_on, found.environment) == (
        Level.FAIL,
        Level.REVIEW,
        "production",
    )
    with pytest.raises(PolicyError, match="no environment 'prod'") as told:
        load(tmp_path, text, "prod")
    assert told.value.next_step == "Environments of this policy: dev, production."


def test_a_pyproject_table_is_read_with_its_own_lines(tmp_path: Path) -> None:
    """`[tool.lineage]` is the same document at another place."""
    path = tmp_path / "pyproject.toml"
    path.write_text(
        '[project]\nname = "x"\n\n[tool.lineage.rules]\nweak-grade = "warn"\nlicence-missing = "often"\n'
    )
    with pytest.raises(PolicyError, match=r"pyproject\.toml, line 6: `rules\.licence-missing`"):
        load_policy(path, "0.1.0")
    path.write_text('[tool.lineage]\nfail-on = "review"\n')
    assert load_policy(path, "0.1.0").fail_on is Level.REVIEW
    path.write_text("[tool.other]\n")
    with pytest.raises(PolicyError, match=r"has no table \[tool\.lineage\]"):
        load_policy(path, "0.1.0")


def test_the_nearest_policy_file_is_found_upward(tmp_path: Path) -> None:
    """A pyproject.toml without our table is passed by; lineage.toml goes first."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "a" / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "lineage.toml").write_text("")
    assert find_policy_file(inner) == tmp_path / "lineage.toml"
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.lineage]\n")
    assert find_policy_file(inner) == tmp_path / "a" / "pyproject.toml"
    (tmp_path / "a" / "lineage.toml").write_text("")
    assert find_policy_file(inner) == tmp_path / "a" / "lineage.toml"


WAIVER = '[[waiver]]\nrule = "x"\nmodel = "y"\nreason = "z"\nowner = "o"\n'
REQUIREMENT = '[[requirement]]\nid = "r"\ntitle = "t"\nstatus = "internal"\nchecked-on = 2026-11-01\nsources = ["s"]\nprimary-text-read = true\n'

ERRORS = {
    "unknown key": (
        'nmae = "x"',
        "line 1: `nmae` is not a known key. Did you mean 'name'? Allowed here: name,",
    ),
    "unknown rule": (
        '[rules]\nlicense-denied = "fail"',
        "line 2: `rules.license-denied` is not a rule",
    ),
    "near rule": ('[rules]\nlicense-denied = "fail"', "Did you mean 'licence-denied'?"),
    "unknown level": (
        '[rules]\nweak-grade = "error"',
        "line 2: `rules.weak-grade` 'error' is not allowed. Allowed: fail, review, warn, info, off.",
    ),
    "unknown setting": (
        '[rules.stale-data]\nlevel = "warn"\nmax-age = 3',
        "line 3: `rules.stale-data.max-age` is not a known key.",
    ),
    "wrong number": (
        "[rules]\nstale-data = { snapshot-max-age = 0 }",
        "line 2: `rules.stale-data.snapshot-max-age` must be a whole number",
    ),
    "true is not a number": (
        "[rules.stale-data]\nsnapshot-max-age = true",
        "must be a whole number of days, 1 or more, not True.",
    ),
    "country name": (
        'jurisdictions = ["China"]',
        "line 1: `jurisdictions[1]` must be two capital letters of ISO 3166-1, such as CN, not 'China'.",
    ),
    "not a list": (
        'jurisdictions = "CN"',
        "`jurisdictions` must be a list in square brackets, not 'CN'.",
    ),
    "unknown grade": ('known-grades = ["declard"]', "Did you mean 'declared'?"),
    "no grade at all": ("known-grades = []", "`known-grades` must hold at least 1 value."),
    "unknown axis": ('[rules.denied-developer]\naxes = ["teachers"]', "Did you mean 'teacher'?"),
    "unknown developer": (
        '[rules.denied-developer]\ndevelopers = ["deepseak"]',
        "line 2: `rules.denied-developer.developers` names 'deepseak'",
    ),
    "near developer": (
        '[rules.denied-developer]\ndevelopers = ["deepseak"]',
        "Did you mean 'deepseek'?",
    ),
    "waiver without an end": (WAIVER, "line 1: `waiver[1]` lacks the key `until`."),
    "waiver with no date": (
        WAIVER + 'until = "soon"',
        "line 6: `waiver[1].until` must be a date such as 2027-01-31, not 'soon'.",
    ),
    "waiver with a time": (
        WAIVER + "until = 2027-01-01T10:00:00",
        "must be a date such as 2027-01-31",
    ),
    "second waiver": (
        WAIVER + "until = 2027-01-01\n\n" + WAIVER + "until = 5",
        "line 13: `waiver[2].until` must be a date",
    ),
    "empty reason": (
        WAIVER.replace('"z"', '" "') + "until = 2027-01-01",
        "line 4: `waiver[1].reason` must be a text that is not empty",
    ),
    "requirement without match": (REQUIREMENT, "line 1: `requirement[1]` lacks the key `match`."),
    "match of nothing": (
        REQUIREMENT + '[[requirement.match]]\nid = "m"\nlevel = "fail"',
        "line 8: `requirement[1].match[1]` says nothing to match.",
    ),
    "match twice": (
        REQUIREMENT
        + '[[requirement.match]]\nid = "m"\nlevel = "fail"\njurisdictions = ["CN"]\n' * 2,
        "`requirement[1].match` has two ways of matching with the same id.",
    ),
    "requirement's developer": (
        REQUIREMENT + '[[requirement.match]]\nid = "m"\nlevel = "fail"\ndevelopers = ["metta"]',
        "names 'metta', which is not a developer of the registry. Did you mean 'meta'?",
    ),
    "not TOML": ("jurisdictions = [", "is not valid TOML"),
    "unknown pack": (
        'extends = ["us-ndaa-fy26"]',
        "line 1: There is no policy pack 'us-ndaa-fy26'. Did you mean",
    ),
    "missing file": ('extends = ["./gone.toml"]', "line 1: The policy file"),
    "itself": ('extends = ["./lineage.toml"]', "extends itself"),
    "newer tool": (
        'future-key = 1\nrequires-lineage = ">=9"',
        "line 2: the policy asks for lineage >=9; this is 0.1.0.",
    ),
    "no version": ('requires-lineage = "new"', "which is not a version range such as >=0.1."),
    "environment's key": ('[env.prod]\nname = "x"', "line 2: `env.prod.name` is not a known key."),
}


@pytest.mark.parametrize(("text", "told"), ERRORS.values(), ids=ERRORS.keys())
def test_what_is_not_allowed_is_told_with_file_line_and_key(
    tmp_path: Path, text: str, told: str
) -> None:
    """The message names the place and what is allowed there."""
    with pytest.raises(PolicyError) as problem:
        load(tmp_path, text)
    assert told in str(problem.value)
    assert "lineage.toml" in str(problem.value)


def test_several_problems_are_told_at_once(tmp_path: Path) -> None:
    """One run, all errors, up to a bound."""
    with pytest.raises(PolicyError) as problem:
        load(tmp_path, "\n".join(f"key{n} = 1" for n in range(12)))
    assert len(problem.value.message.splitlines()) == 9
    assert problem.value.message.endswith("… and 4 more.")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * 1_000_001], ids=["bytes", "huge"])
def test_a_file_that_is_no_policy_is_refused(tmp_path: Path, content: bytes) -> None:
    """Neither bytes nor a megabyte of text end in a traceback."""
    path = tmp_path / "lineage.toml"
    path.write_bytes(content)
    with pytest.raises(PolicyError, match="The policy file"):
        load_policy(path, "0.1.0")
    with pytest.raises(PolicyError, match="cannot be read"):
        load_policy(tmp_path, "0.1.0")


def test_an_own_requirement_gates_like_a_packs(tmp_path: Path) -> None:
    """A team writes its own rule with its own sources; its level is set under [rules] too."""
    text = (
        REQUIREMENT
        + '[[requirement.match]]\nid = "qwen"\nlevel = "fail"\ndevelopers = ["alibaba-qwen"]\n'
    )
    found = case(graph(CHILD, edge(CHILD, QWEN)))
    findings, verdict = judged(found, load(tmp_path, text))
    assert verdict is Verdict.FAIL
    assert any(
        "matches r (t; internal, effective date not established)" in f.message for f in findings
    )
    assert judged(found, load(tmp_path, text + '[rules]\n"r/qwen" = "warn"\n'))[1] is Verdict.REVIEW


def test_a_pack_is_extended_and_softened_by_name(tmp_path: Path) -> None:
    """One way of matching of a law's pack is set to another level."""
    found = load(
        tmp_path,
        'extends = ["us-ks-75-4720"]\n[rules]\n"us-ks-75-4720/country-of-concern" = "review"\n',
    )
    (requirement,) = found.requirements
    levels = {m.id: found.match_level(requirement, m) for m in requirement.matches}
    assert levels["country-of-concern"] is Level.REVIEW
    assert levels["named-entity"] is Level.FAIL


def test_the_schema_takes_what_the_loader_takes_and_refuses_what_it_refuses() -> None:
    """Both are made from one description; a few documents are tried on the schema."""
    schema = Draft202012Validator(policy_schema())
    Draft202012Validator.check_schema(policy_schema())
    assert schema.is_valid(
        {
            "rules": {"weak-grade": "off", "stale-data": {"snapshot-max-age": 3}},
            "env": {"p": {"fail-on": "review"}},
        }
    )
    for wrong in (
        {"nmae": "x"},
        {"rules": {"weak-grade": "error"}},
        {"jurisdictions": ["China"]},
        {"waiver": [{"rule": "x"}]},
    ):
        assert not schema.is_valid(json.loads(json.dumps(wrong)))


def test_lines_are_found_in_arrays_inline_tables_and_after_long_texts() -> None:
    """The deepest part of a path that has a line of its own wins."""
    text = 'a = """\n[not.a.table]\nb = 1\n"""\n[[w]]\nx = 1\n[[w]]\ny = { z = 1 }\n[w.sub]\n"q r" = 2\n'
    assert line_of(text, ("a",)) == 1
    assert line_of(text, ("w", 0, "x")) == 6
    assert line_of(text, ("w", 1, "y", "z")) == 8
    assert line_of(text, ("w", 1, "sub", "q r")) == 10
    assert line_of(text, ("not", "a", "table")) is None


def test_a_pack_that_does_not_exist_is_answered_with_the_nearest() -> None:
    """The same hint as for a misspelt rule."""
    with pytest.raises(PolicyError) as problem:
        load_pack("strikt", "0.1.0")
    assert "Did you mean 'strict'?" in problem.value.next_step
