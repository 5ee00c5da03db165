"""Reads a policy: the file, everything that it extends, the environment over it, into one
`Policy`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from lineage.core.errors import NoSuchPolicyError, PolicyError
from lineage.core.relation import Grade, Relation
from lineage.core.value import dataclass
from lineage.evidence.signature import TrustedSigner
from lineage.evidence.stated import StatedDeveloper
from lineage.policy.finding import Level
from lineage.policy.layer import Layer, read_file, read_pack
from lineage.policy.nearest import did_you_mean
from lineage.policy.packs import policy_path
from lineage.policy.policy import DEFAULT_GRADES, DEFAULT_JURISDICTIONS, Policy
from lineage.policy.requirement import Axis, Match, Requirement, RequirementStatus
from lineage.policy.rules.interface import Kind
from lineage.policy.rules.registry import RETIRED, RULES, rule
from lineage.policy.shape import day_of
from lineage.policy.waiver import Waiver, WaiverLimits

_PLAIN = (
    "name",
    "fail-on",
    "jurisdictions",
    "languages",
    "known-grades",
    "unknown-trainer",
    "probe-keys",
    "probe-max-days",
)
_ORIGIN_AXES = (Axis.FOUNDATION, Axis.TRAINER, Axis.TEACHER, Axis.COMPONENT)


def load_policy(
    path: Path, version: str, environment: str = "", developers: Collection[str] | None = None
) -> Policy:
    """The policy that a file describes.

    `version` is the running tool's, for `requires-lineage`; `developers` are the registry's ids,
    and an id that is not among them is an error (None skips that check). Raises PolicyError with
    file, line, key and what is allowed.
    """
    return _assembled(read_file(path, version), version, environment, developers)


def load_pack(
    name: str, version: str, environment: str = "", developers: Collection[str] | None = None
) -> Policy:
    """A policy that ships with the package."""
    return _assembled(read_pack(name, version), version, environment, developers)


def load_named(named: str, version: str, developers: Collection[str] | None = None) -> Policy:
    """A pack by its name, or a policy file by its path."""
    path = policy_path(named)
    if path is None:
        return load_pack(named, version, developers=developers)
    return load_policy(path, version, developers=developers)


def _assembled(
    top: Layer, version: str, environment: str, developers: Collection[str] | None
) -> Policy:
    layers = _below(top, version, ())
    stack = _Stack(environment)
    for layer in layers:
        stack.lay(layer)
    return stack.policy(layers, developers)


def _below(layer: Layer, version: str, seen: tuple[str, ...]) -> list[Layer]:
    """Everything that the layer extends, lowest first, each once, then itself."""
    if layer.place in seen:
        raise PolicyError(
            f"{layer.place} extends itself through {' → '.join((*seen, layer.place))}.",
            "Remove one `extends`.",
        )
    layers: list[Layer] = []
    for number, name in enumerate(layer.values.get("extends", ())):
        for found in _below(_named(layer, name, number, version), version, (*seen, layer.place)):
            if found.place not in {known.place for known in layers}:
                layers.append(found)
    return [*layers, layer]


def _named(layer: Layer, name: str, number: int, version: str) -> Layer:
    """A pack where it is a bare name, else a file beside the layer."""
    is_path = "/" in name or "\\" in name or name.endswith(".toml")
    try:
        if not is_path:
            return read_pack(name, version)
        if layer.folder is None:
            raise layer.problem(
                ("extends", number), "names a file, and a pack can extend packs only."
            )
        return read_file((layer.folder / name).resolve(), version)
    except NoSuchPolicyError as problem:
        raise PolicyError(
            f"{layer.where('extends')}: {problem.message}", problem.next_step
        ) from problem


@dataclass
class _Stack:
    """Layers as they are laid over each other; the last word on each key counts."""

    environment: str
    plain: dict[str, Any] = field(default_factory=dict)
    levels: dict[str, Level] = field(default_factory=dict)
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    requirements: dict[str, Requirement] = field(default_factory=dict)
    waivers: list[Waiver] = field(default_factory=list)
    limits: list[Mapping[str, Any]] = field(default_factory=list)
    stated: list[StatedDeveloper] = field(default_factory=list)
    signers: list[TrustedSigner] = field(default_factory=list)
    said: dict[str, tuple[Layer, tuple[str | int, ...]]] = field(default_factory=dict)
    """Where the level of each rule id was last set."""
    environments: set[str] = field(default_factory=set)

    def lay(self, layer: Layer) -> None:
        """One layer, then its environment's table."""
        self._put(layer, layer.values, ())
        self.environments |= set(layer.values.get("env", {}))
        if self.environment in layer.values.get("env", {}):
            self._put(layer, layer.values["env"][self.environment], ("env", self.environment))

    def _put(self, layer: Layer, values: Mapping[str, Any], at: tuple[str | int, ...]) -> None:
        self.plain |= {k: v for k, v in values.items() if k in _PLAIN}
        for number, row in enumerate(values.get("developers", ())):
            self.stated.append(_stated(layer, row, (*at, "developers", number)))
        for number, row in enumerate(values.get("signers", ())):
            self.signers.append(_signer(layer, row, (*at, "signers", number)))
        for named, settings in values.get("rules", {}).items():
            rule_id = RETIRED.get(named, named)
            self._put_rule(
                rule_id, settings if isinstance(settings, Mapping) else {"level": settings}
            )
            self.said[rule_id] = (layer, (*at, "rules", rule_id))
        for number, row in enumerate(values.get("requirement", ())):
            self.requirements[row["id"]] = _requirement(layer, row, (*at, "requirement", number))
        for number, row in enumerate(values.get("waiver", ())):
            self.waivers.append(_waiver(layer, row, (*at, "waiver", number)))
        self.limits.append(values.get("waivers", {}))

    def _put_rule(self, rule_id: str, fields: Mapping[str, Any]) -> None:
        if "level" in fields:
            self.levels[rule_id] = Level(fields["level"])
        own = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items() if k != "level"}
        self.settings.setdefault(rule_id, {}).update(own)

    def policy(self, layers: list[Layer], developers: Collection[str] | None) -> Policy:
        """The result, after the checks that need all layers."""
        top = layers[-1]
        if self.environment and self.environment not in self.environments:
            known = ", ".join(sorted(self.environments)) or "none"
            raise PolicyError(
                f"{top.place} has no environment {self.environment!r}.",
                f"Environments of this policy: {known}.",
            )
        self._check_ids(top, developers)
        return Policy(
            name=self.plain.get("name", top.place.removeprefix("pack ")),
            source=top.place,
            jurisdictions=tuple(self.plain.get("jurisdictions", DEFAULT_JURISDICTIONS)),
            languages=tuple(self.plain.get("languages", ())),
            known_grades=tuple(Grade(g) for g in self.plain.get("known-grades", DEFAULT_GRADES)),
            levels=self.levels,
            settings={name: values for name, values in self.settings.items() if values},
            requirements=tuple(self.requirements[key] for key in sorted(self.requirements)),
            waivers=tuple(self.waivers),
            waiver_limits=_limits(self.limits),
            developers=tuple(self.stated),
            signers=tuple(self.signers),
            unknown_trainer_is_open=self.plain.get("unknown-trainer") == "open",
            probe_keys=tuple(self.plain.get("probe-keys", ())),
            probe_max_days=self.plain.get("probe-max-days", Policy.probe_max_days),
            fail_on=Level(self.plain.get("fail-on", "fail")),
            environment=self.environment,
            extends=tuple(layer.place for layer in layers[:-1]),
        )

    def _check_ids(self, top: Layer, developers: Collection[str] | None) -> None:
        ids = (
            {f"{r.id}/{m.id}" for r in self.requirements.values() for m in r.matches}
            | set(self.requirements)
            | set(RULES)
        )
        for rule_id, (layer, path) in self.said.items():
            if rule_id not in ids:
                hint = did_you_mean(rule_id, sorted(ids)) or "`lineage rules` lists them all."
                raise layer.problem(path, f"is not a rule or requirement of this policy. {hint}")
        if developers is not None:
            self._check_developers(top, developers)

    def _check_developers(self, top: Layer, known: Collection[str]) -> None:
        """A misspelt id would make a rule silent, which nobody would notice."""
        for rule_id, settings in self.settings.items():
            for setting in rule(rule_id).settings if rule_id in RULES else ():
                for name in (
                    settings.get(setting.name) or () if setting.kind is Kind.DEVELOPERS else ()
                ):
                    layer, path = self.said[rule_id]
                    _check_developer(layer, (*path, setting.name), name, known)
        for requirement in self.requirements.values():
            for match in requirement.matches:
                for name in match.developers:
                    _check_developer(top, ("requirement",), name, known)


def _check_developer(
    layer: Layer, path: tuple[str | int, ...], name: str, known: Collection[str]
) -> None:
    if name not in known:
        hint = did_you_mean(name, known) or "`lineage developers` lists them."
        problem = f"names {name!r}, which is not a developer of the registry. {hint}"
        raise layer.problem(path, problem)


def _requirement(layer: Layer, row: Mapping[str, Any], at: tuple[str | int, ...]) -> Requirement:
    matches = tuple(_match(layer, one, (*at, "match", n)) for n, one in enumerate(row["match"]))
    if len({m.id for m in matches}) < len(matches):
        raise layer.problem((*at, "match"), "has two ways of matching with the same id.")
    checked = day_of(row["checked-on"])
    if checked is None:  # the shape was checked before; this only tells the type checker
        raise layer.problem((*at, "checked-on"), "must be a date such as 2027-01-31.")
    return Requirement(
        id=row["id"],
        title=row["title"],
        status=RequirementStatus(row["status"]),
        checked_on=checked,
        sources=tuple(row["sources"]),
        matches=matches,
        effective_from=day_of(row.get("effective-from")),
        applies_to=row.get("applies-to", ""),
        primary_text_read=row["primary-text-read"],
        exceptions=tuple(row.get("exceptions", ())),
        open_questions=tuple(row.get("open-questions", ())),
        note=row.get("note", ""),
    )


def _match(layer: Layer, row: Mapping[str, Any], at: tuple[str | int, ...]) -> Match:
    conditions = ("developers", "jurisdictions", "outside", "relations", "any-ancestor", "missing")
    if not any(row.get(name) for name in conditions):
        raise layer.problem(at, f"says nothing to match. Give one of: {', '.join(conditions)}.")
    return Match(
        id=row["id"],
        level=Level(row["level"]),
        axes=tuple(Axis(a) for a in row.get("axes", _ORIGIN_AXES)),
        developers=tuple(row.get("developers", ())),
        jurisdictions=tuple(row.get("jurisdictions", ())),
        outside=tuple(row.get("outside", ())),
        relations=tuple(Relation(r) for r in row.get("relations", ())),
        any_ancestor=row.get("any-ancestor", False),
        missing=tuple(row.get("missing", ())),
        unknown=row.get("unknown", "inconclusive"),
        question=row.get("question", ""),
    )


def _stated(layer: Layer, row: Mapping[str, Any], at: tuple[str | int, ...]) -> StatedDeveloper:
    namespaces, models = tuple(row.get("namespaces", ())), tuple(row.get("models", ()))
    if not namespaces and not models:
        raise layer.problem(at, "names no models. Give `namespaces`, `models` or both.")
    return StatedDeveloper(row["name"], row["home"], namespaces, models, layer.where(*at))


def _signer(layer: Layer, row: Mapping[str, Any], at: tuple[str | int, ...]) -> TrustedSigner:
    ways = [name for name in ("key", "certificate", "identity") if name in row]
    is_account = ways == ["identity"]
    if len(ways) != 1 or ("issuer" in row) != is_account or ("trust-config" in row) > is_account:
        raise layer.problem(
            at, "names no one signer. Give `key`, `certificate`, or `identity` with `issuer`."
        )
    fields = {name: row[name] for name in (*ways, "issuer") if name in row}
    if not is_account:
        from lineage.signing import installed  # few policies name signers
        from lineage.signing.verifying import check_pem

        try:
            if "sign" in installed():
                check_pem(**fields)
        except ValueError as problem:
            raise layer.problem((*at, *ways), f"holds none that signs models: {problem}") from None
    trust = row.get("trust-config", "")
    if trust and layer.folder is not None:
        trust = str(layer.folder / trust)
    return TrustedSigner(tuple(row["publishers"]), **fields, trust=trust)


def _limits(limits: list[Mapping[str, Any]]) -> WaiverLimits:
    """The strictest word of all layers: whoever extends a policy cannot widen what it allows."""
    days = [one["max-days"] for one in limits if "max-days" in one]
    everything = [one["everything"] for one in limits if "everything" in one]
    return WaiverLimits(min(days, default=None), bool(everything) and all(everything))


def _waiver(layer: Layer, row: Mapping[str, Any], at: tuple[str | int, ...]) -> Waiver:
    until = day_of(row["until"])
    if until is None:  # the shape was checked before; this only tells the type checker
        raise layer.problem((*at, "until"), "must be a date such as 2027-01-31.")
    return Waiver(
        rule=RETIRED.get(row["rule"], row["rule"]),
        model=row["model"],
        reason=row["reason"],
        owner=row["owner"],
        until=until,
        ground=row.get("ground", ""),
        path=tuple(row.get("path", ())),
        place=layer.where(*at),
    )
