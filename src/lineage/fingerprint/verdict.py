"""What a comparison means, in closed classes and in words that claim no more than was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lineage.core.word import Word
from lineage.fingerprint import thresholds as limits
from lineage.fingerprint.comparison import NORM_GROUPS, Comparison, Group


class MatchKind(Word):
    """What the weights show about two models, or of one model against all candidates."""

    IDENTICAL = "identical"
    DERIVED_OR_PARENT = "derived_or_parent"
    SHARED_ANCESTRY = "shared_ancestry"
    SHARED_INITIALISATION_POSSIBLE = "shared_initialisation_possible"
    MIXTURE = "mixture"
    NO_MATCH_INDEXED = "no_match_indexed"
    TAMPERED_SURFACE = "tampered_surface"
    NOT_TESTABLE = "not_testable"

    @property
    def is_match(self) -> bool:
        """Whether it says that weights are shared."""
        return self in (
            MatchKind.IDENTICAL,
            MatchKind.DERIVED_OR_PARENT,
            MatchKind.SHARED_ANCESTRY,
            MatchKind.MIXTURE,
        )


class Declared(Word):
    """How the declared base compares with what the weights show."""

    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    UNDECLARED = "undeclared"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Ruling:
    """The class of one comparison and why."""

    kind: MatchKind
    reason: str = ""
    """One sentence on what decided it, where the class does not say."""


def _matches(group: Group) -> bool:
    return group.log10_p < limits.LOG10_P_MATCH


def _silent(groups: Sequence[Group]) -> bool:
    return all(group.log10_p > limits.LOG10_P_NOTHING for group in groups)


def rule(found: Comparison, *, same_publisher: bool = False) -> Ruling:
    """The class of a comparison. Every match needs two disjoint tensor groups that agree."""
    if not found.groups:
        return _nothing_compared(found)
    norms = [group for group in found.groups if group.name in NORM_GROUPS]
    rows = [group for group in found.groups if group.name not in NORM_GROUPS]
    exact = _exact(norms, rows, found.layers[0] == found.layers[1])
    if exact:
        return exact
    matched = [group for group in found.groups if _matches(group)]
    if len(matched) >= 2:
        return _matched(
            found, matched, [g for g in norms if _matches(g)], same_publisher, bool(norms)
        )
    if matched:
        return _one_group(matched[0], found, bool(norms), rows)
    if any(found.constant):
        return _flat(found)
    if _silent(found.groups):
        return Ruling(MatchKind.NO_MATCH_INDEXED)
    return Ruling(
        MatchKind.NOT_TESTABLE,
        "The signal lies between that of unrelated models and that of a match; the result is open.",
    )


def _nothing_compared(found: Comparison) -> Ruling:
    if any(found.constant):
        return _flat(found)
    if found.width[0] != found.width[1]:
        sizes = f"{found.width[0]} and {found.width[1]}"
        reason = (
            f"The widths differ ({sizes}), so channels cannot be compared one by one; the deep "
            "mode can, with one vocabulary."
        )
        return Ruling(MatchKind.NOT_TESTABLE, reason)
    return Ruling(
        MatchKind.NOT_TESTABLE,
        found.problems[0]
        if found.problems
        else "The models have no kind of tensor in common that can be compared.",
    )


def _flat(found: Comparison) -> Ruling:
    whose = " and ".join(
        name for name, flat in zip((found.a, found.b), found.constant, strict=True) if flat
    )
    reason = (
        f"All norms that were read of {whose} are constant: never trained, frozen, or folded into "
        "other weights. "
        "They show nothing; the deep mode compares other tensors."
    )
    return Ruling(
        MatchKind.TAMPERED_SURFACE if found.constant[0] else MatchKind.NOT_TESTABLE, reason
    )


def _exact(norms: Sequence[Group], rows: Sequence[Group], same_depth: bool) -> Ruling | None:
    same_norms, all_norms = sum(g.identical for g in norms), sum(g.compared_exactly for g in norms)
    same_rows, all_rows = sum(g.identical for g in rows), sum(g.compared_exactly for g in rows)
    if (
        same_rows
        and same_rows == all_rows
        and same_norms == all_norms
        and same_norms + same_rows >= limits.EXACT_VECTORS
        and same_norms
    ):
        if not same_depth:
            return Ruling(
                MatchKind.DERIVED_OR_PARENT,
                f"All {same_norms + same_rows} vectors that were read are equal; one of the models "
                "has layers that the other lacks.",
            )
        return Ruling(
            MatchKind.IDENTICAL,
            f"All {same_norms + same_rows} vectors that were read are equal number by number.",
        )
    if same_norms >= limits.EXACT_NORMS and same_norms == all_norms:
        if rows and _silent(rows):
            return Ruling(
                MatchKind.TAMPERED_SURFACE,
                f"All {same_norms} norms that were read are equal number by number, while the rows "
                "have nothing in common.",
            )
        if not rows or any(_matches(group) for group in rows):
            more = "; no rows could be compared" if not rows else ""
            return Ruling(
                MatchKind.DERIVED_OR_PARENT,
                f"All {same_norms} norms that were read are equal number by number, "
                f"as a conversion, a quantization or a merged adapter leaves them{more}.",
            )
    return None


def _matched(
    found: Comparison,
    matched: Sequence[Group],
    norms: Sequence[Group],
    same_publisher: bool,
    had_norms: bool,
) -> Ruling:
    close = [group for group in matched if group.r >= limits.R_CLOSE]
    undone = (
        f"The rows agree after {found.basis} of the channels is undone. " if found.basis else ""
    )
    if not norms:
        if had_norms:
            return Ruling(
                MatchKind.SHARED_INITIALISATION_POSSIBLE,
                "The rows agree and the norms do not, as after separate training from one "
                "initialisation.",
            )
        if sum(group.r >= limits.R_ROWS_ALONE for group in matched) >= 2:
            return Ruling(
                MatchKind.DERIVED_OR_PARENT,
                undone + "The norms could not be used; two groups of rows agree.",
            )
        return Ruling(
            MatchKind.SHARED_INITIALISATION_POSSIBLE,
            undone
            + "The norms could not be used, and rows alone cannot exclude a shared initialisation.",
        )
    best = max(group.r for group in norms)
    if len(close) >= 2 and best >= limits.R_CLOSE:
        return Ruling(MatchKind.DERIVED_OR_PARENT, undone)
    if best < limits.R_LEAST or (same_publisher and best < limits.R_SAME_INITIALISATION):
        return Ruling(
            MatchKind.SHARED_INITIALISATION_POSSIBLE,
            "The norms agree too weakly to distinguish shared training from a shared "
            "initialisation.",
        )
    if found.frame:
        return Ruling(
            MatchKind.SHARED_INITIALISATION_POSSIBLE,
            "Fixed sinusoidal positions give unrelated models of this architecture a common order "
            "of channels.",
        )
    weak = (
        "At this strength a retraining from the same initialisation cannot be excluded."
        if best < limits.R_SAME_INITIALISATION
        else ""
    )
    return Ruling(MatchKind.SHARED_ANCESTRY, undone + weak)


def _one_group(group: Group, found: Comparison, had_norms: bool, rows: Sequence[Group]) -> Ruling:
    others = [g for g in found.groups if g is not group]
    name = group.name.replace("_", " ")
    if group.name not in NORM_GROUPS and had_norms:
        return Ruling(
            MatchKind.SHARED_INITIALISATION_POSSIBLE,
            f"The {name} agree and the norms do not, as after separate training from one "
            "initialisation.",
        )
    if not others:
        return Ruling(
            MatchKind.NOT_TESTABLE,
            f"The {name} agrees, but no second group of tensors could be read to confirm it.",
        )
    against = ", ".join(g.name.replace("_", " ") for g in others)
    return Ruling(
        MatchKind.NOT_TESTABLE,
        f"The {name} agrees and the others ({against}) do not confirm it; two groups must agree.",
    )


def statement(kind: MatchKind, model: str, other: str, found: Comparison) -> str:
    """One or two sentences for a report; they claim what was measured and no more."""
    group = found.strongest
    numbers = f" (r = {found.best_r:.2f}, p < 1e{_exponent(group)})" if group else ""
    if kind is MatchKind.IDENTICAL:
        return f"The weights of {model} and {other} are equal wherever they were read."
    if kind is MatchKind.DERIVED_OR_PARENT:
        return (
            f"The weights of {model} are statistically consistent with one of it and {other} "
            f"having been made from the other{numbers}."
        )
    if kind is MatchKind.SHARED_ANCESTRY:
        return (
            f"The weights of {model} are statistically consistent with shared ancestry with "
            f"{other}{numbers}."
        )
    if kind is MatchKind.SHARED_INITIALISATION_POSSIBLE:
        return (
            f"{model} and {other} may have started from the same random initialisation{numbers}; "
            "that is weaker than shared training."
        )
    if kind is MatchKind.NO_MATCH_INDEXED:
        return f"Nothing that the weights of {model} and {other} have in common was found."
    if kind is MatchKind.TAMPERED_SURFACE:
        return f"The norms of {model} cannot be taken at face value beside {other}."
    return f"Whether {model} and {other} share weights could not be tested."


def _exponent(group: Group) -> int:
    return int(group.log10_p)


CAVEATS = (
    "This does not establish direction, licence breach or intent, nor that the other model's "
    "publisher is the origin; "
    "either may descend from the other, or both from a third.",
    "Distillation and training on a model's outputs leave no such trace in the weights.",
)


@dataclass(frozen=True)
class WeightMatch:
    """One candidate that shares weights with the model, or may."""

    repo: str
    kind: MatchKind
    reason: str
    comparison: Comparison
    via: str
    """`sketch` for a stored reference, `live` for ranges read now."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "repo": self.repo,
            "kind": str(self.kind),
            "reason": self.reason,
            "via": self.via,
            "comparison": self.comparison.to_dict(),
        }


@dataclass(frozen=True)
class WeightsVerdict:
    """What the weights of one model say, against every candidate that it was compared with."""

    model: str
    kind: MatchKind
    statement: str
    reason: str = ""
    matches: tuple[WeightMatch, ...] = ()
    """Best first; all that are tied for the best."""
    declared: tuple[str, ...] = ()
    declared_vs_found: Declared = Declared.UNKNOWN
    declared_reason: str = ""
    against_declared: tuple[WeightMatch, ...] = ()
    """The declared bases as they compare, whatever came of it."""
    compared: int = 0
    """Candidates of the same width whose final norm was compared."""
    skipped: tuple[str, ...] = ()
    """Candidates that could not be read, each with its reason."""
    width: int | None = None
    layers: int | None = None
    power_r: float | None = None
    """The smallest correlation of one vector that would have been called a match."""
    strangers_max_z: float | None = None
    """The largest |z| among the candidates that did not match."""
    format: str = ""
    files: tuple[tuple[str, str | None], ...] = ()
    """Weights files looked at, with their SHA-256 where the file list has it."""
    revision: str | None = None
    bytes_read: int = 0
    requests: int = 0
    caveats: tuple[str, ...] = CAVEATS
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for the JSON report."""
        return {
            "model": self.model,
            "revision": self.revision,
            "kind": str(self.kind),
            "statement": self.statement,
            "reason": self.reason,
            "matches": [match.to_dict() for match in self.matches],
            "declared": list(self.declared),
            "declared_vs_found": str(self.declared_vs_found),
            "declared_reason": self.declared_reason,
            "against_declared": [match.to_dict() for match in self.against_declared],
            "compared": self.compared,
            "skipped": list(self.skipped),
            "width": self.width,
            "layers": self.layers,
            "power_r": None if self.power_r is None else round(self.power_r, 4),
            "strangers_max_z": None
            if self.strangers_max_z is None
            else round(self.strangers_max_z, 3),
            "format": self.format,
            "files": [{"path": path, "sha256": sha} for path, sha in self.files],
            "bytes_read": self.bytes_read,
            "requests": self.requests,
            "caveats": list(self.caveats),
            "notes": list(self.notes),
        }
