"""What a policy file may say: the shapes of its keys, made from the rules themselves."""

from __future__ import annotations

from functools import cache
from typing import Any

from lineage.core.relation import Grade, Relation
from lineage.policy.documents import DOCUMENTS
from lineage.policy.finding import Level
from lineage.policy.requirement import Axis, RequirementStatus
from lineage.policy.rules.interface import Kind, Rule, Setting
from lineage.policy.rules.registry import all_rules
from lineage.policy.shape import Count, Day, Flag, ListOf, OneOf, Shape, Table, Text, WordOrTable

SCHEMA_ID = (
    "https://github.com/lineage-audit/lineage/blob/main/src/lineage/data/schemas/policy.schema.json"
)
_LEVELS = OneOf(tuple(str(level) for level in Level))
_ID = Text(r"[a-z0-9][a-z0-9._-]*", "lower-case letters, digits, dots and hyphens")
_CODE = Text(r"[A-Z]{2}", "two capital letters of ISO 3166-1, such as CN")
_WORDS = ListOf(Text())
DEVELOPERS = ListOf(
    Text(r"[a-z0-9][a-z0-9._-]*", "a registry id of a developer, as `lineage developers` shows it")
)


def _words(kind: type[Any]) -> tuple[str, ...]:
    return tuple(str(word) for word in kind)


_WAIVER = Table(
    {
        "rule": Text(),
        "model": Text(),
        "path": ListOf(Text(), 1),
        "reason": Text(),
        "owner": Text(),
        "ground": Text(),
        "until": Day(),
    },
    required=("rule", "model", "reason", "owner", "until"),
    notes={
        "rule": "A rule id, or a pattern such as us-ndaa-fy26-1532/*.",
        "model": "A pattern over model ids.",
        "path": "Patterns, one for each model of the finding's path from the audited model on.",
        "ground": "The exception in the rule or law that it rests on.",
        "until": "The last day on which it holds.",
    },
)
_LIMITS = Table(
    {"max-days": Count(), "everything": Flag()},
    notes={
        "max-days": "The most days from today to a waiver's last day; a lower layer's stays.",
        "everything": (
            "Whether a waiver may cover every rule on every model; counts only in a policy "
            "named with --policy."
        ),
    },
)
_STATED = Table(
    {
        "name": Text(longest=120),
        "home": _CODE,
        "namespaces": ListOf(Text(longest=100), 1),
        "models": ListOf(Text(longest=300), 1),
    },
    required=("name", "home"),
    notes={
        "name": "Who developed the models.",
        "home": "Where that developer is based.",
        "namespaces": "Namespaces on the Hub that are its own.",
        "models": "Patterns over model ids and local paths.",
    },
)
_PEM = Text(
    r"\s*-----BEGIN (?:PUBLIC KEY|CERTIFICATE)-----[A-Za-z0-9+/=\s]+-----END [A-Z ]+-----\s*",
    "the text of a PEM file",
    longest=20_000,
)
_SIGNER = Table(
    {
        "publishers": ListOf(Text(longest=100), 1),
        "key": _PEM,
        "certificate": _PEM,
        "identity": Text(longest=500),
        "issuer": Text(longest=300),
        "trust-config": Text(longest=1000),
    },
    required=("publishers",),
    notes={
        "publishers": "Namespaces on the Hub whose models it signs.",
        "key": "A public key that signs models, as its PEM file has it.",
        "certificate": "The authority that certifies the signers, as its PEM file has it.",
        "identity": "The account or pipeline that signs with Sigstore.",
        "issuer": "Who vouches for that account.",
        "trust-config": "A file with the trust of another Sigstore than the public one.",
    },
)
_MATCH = Table(
    {
        "id": _ID,
        "level": _LEVELS,
        "axes": ListOf(OneOf(_words(Axis)), 1),
        "developers": DEVELOPERS,
        "jurisdictions": ListOf(_CODE),
        "outside": ListOf(_CODE),
        "relations": ListOf(OneOf(_words(Relation))),
        "any-ancestor": Flag(),
        "missing": ListOf(OneOf(tuple(DOCUMENTS))),
        "unknown": OneOf(("inconclusive", "review", "ignore")),
        "question": Text(),
    },
    required=("id", "level"),
)
REQUIREMENT = Table(
    {
        "id": _ID,
        "title": Text(),
        "status": OneOf(_words(RequirementStatus)),
        "effective-from": Day(),
        "checked-on": Day(),
        "sources": ListOf(Text(), 1),
        "primary-text-read": Flag(),
        "applies-to": Text(),
        "exceptions": _WORDS,
        "open-questions": _WORDS,
        "note": Text(),
        "match": ListOf(_MATCH, 1),
    },
    required=("id", "title", "status", "checked-on", "sources", "primary-text-read", "match"),
    notes={"checked-on": "The day on which somebody last looked; past 90 days the report warns."},
)


def _setting_shape(setting: Setting) -> Shape:
    shapes: dict[Kind, Shape] = {
        Kind.JURISDICTIONS: ListOf(_CODE),
        Kind.DEVELOPERS: DEVELOPERS,
        Kind.WORDS: _WORDS,
        Kind.DAYS: Count(),
        Kind.FLAG: Flag(),
        Kind.CHOICE: OneOf(setting.choices),
        Kind.CHOICES: ListOf(OneOf(setting.choices)),
    }
    return shapes[setting.kind]


def _rule_shape(rule: Rule) -> Shape:
    keys: dict[str, Shape] = {"level": _LEVELS} | {s.name: _setting_shape(s) for s in rule.settings}
    return WordOrTable(_LEVELS, Table(keys, notes={s.name: s.summary for s in rule.settings}))


def _rules() -> Table:
    """Rule ids; ids of requirements are checked once it is known which there are."""
    return Table(
        {rule.id: _rule_shape(rule) for rule in all_rules()},
        others=WordOrTable(_LEVELS, Table({"level": _LEVELS}, required=("level",))),
        notes={rule.id: f"{rule.summary}." for rule in all_rules()},
    )


@cache
def policy_shape() -> Table:
    """The whole file."""
    common: dict[str, Shape] = {
        "fail-on": OneOf(("fail", "review", "warn", "info")),
        "jurisdictions": ListOf(_CODE),
        "languages": ListOf(
            Text(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", "a language code such as en or zh-Hans")
        ),
        "known-grades": ListOf(OneOf(_words(Grade)), 1),
        "unknown-trainer": OneOf(("open", "shown")),
        "probe-keys": ListOf(
            Text(r"ed25519:[A-Za-z0-9+/]{43}=", "ed25519: and a public key in base64")
        ),
        "probe-max-days": Count(),
        "developers": ListOf(_STATED),
        "signers": ListOf(_SIGNER),
        "rules": _rules(),
        "requirement": ListOf(REQUIREMENT),
        "waiver": ListOf(_WAIVER),
        "waivers": _LIMITS,
    }
    notes = {
        "name": "How reports name the policy.",
        "requires-lineage": "Versions of the tool that may read the file, such as >=0.1.",
        "extends": "Packs by name and files by path, laid under this one in order.",
        "fail-on": "The least serious level at which a gate stops; fail where nothing is said.",
        "jurisdictions": "ISO 3166-1 codes that the jurisdiction rules look for.",
        "languages": "Languages whose test results matter; all where nothing is said.",
        "known-grades": "Grades of claims that count as known.",
        "unknown-trainer": (
            "Whether a trainer that no registry knows leaves open who trained the model, or is "
            "shown only."
        ),
        "developers": (
            "Developers of one's own and one's vendors' models, shown as the policy owner's "
            "statement."
        ),
        "signers": "Who signs the models of which publishers.",
        "probe-keys": (
            "Keys of runners of lineage probe: a clean run that they signed sets aside findings "
            "about ancestors."
        ),
        "probe-max-days": (
            "The age in days above which a run of lineage probe decides nothing more; 365 where "
            "nothing is said."
        ),
        "rules": "Rule id to level, or to a table with level and settings.",
        "requirement": "Laws, orders, clauses and own rules, each with its dates and sources.",
        "waiver": "Named, reasoned, expiring exceptions.",
        "waivers": "How long and how wide a waiver may be.",
        "env": "Settings laid over the rest when that environment is asked for.",
    }
    top: dict[str, Shape] = {
        "name": Text(longest=120),
        "requires-lineage": Text(longest=60),
        "extends": ListOf(Text(), 1),
    }
    env = Table({}, others=Table(common, notes=notes))
    return Table({**top, **common, "env": env}, notes=notes)


def policy_schema() -> dict[str, Any]:
    """The JSON Schema that ships with the package."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Policy of lineage",
    }
    return head | policy_shape().schema()
