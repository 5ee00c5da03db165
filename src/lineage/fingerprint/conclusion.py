"""What all comparisons of one model come to: its class, how the declared bases fare, and one
sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lineage.evidence.registry import Registry
from lineage.fingerprint import thresholds as limits
from lineage.fingerprint.profile import LiveProfile, VectorKey
from lineage.fingerprint.roles import FINAL
from lineage.fingerprint.verdict import (
    Declared,
    MatchKind,
    WeightMatch,
    statement,
)


def tied_with(best: WeightMatch, ranked: Iterable[WeightMatch]) -> list[WeightMatch]:
    """All candidates of the best's class whose correlation is as good: a base
    and its instruct sibling cannot be distinguished."""
    return [
        m
        for m in ranked
        if m.kind is best.kind
        and (m is best or best.comparison.best_r - m.comparison.best_r < limits.R_TIE)
    ]


def overall(
    suspect: LiveProfile,
    others: Sequence[WeightMatch],
    best: WeightMatch | None,
    tied: Sequence[WeightMatch],
    ranked: Sequence[WeightMatch],
    registry: Registry,
) -> tuple[MatchKind, str]:
    """The class of all comparisons together, with the reason where the class needs one."""
    if best is None:
        if suspect.vector(VectorKey(FINAL)) is None and not any(
            m.comparison.groups for m in others
        ):
            return MatchKind.NOT_TESTABLE, suspect.problems[
                0
            ] if suspect.problems else "No candidate of this width could be compared."
        unclear = [m for m in others if m.kind is MatchKind.NOT_TESTABLE and m.comparison.groups]
        if unclear:
            return MatchKind.NOT_TESTABLE, f"{unclear[0].repo}: {unclear[0].reason}"
        if not any(m.kind is MatchKind.NO_MATCH_INDEXED for m in others):
            return (
                MatchKind.NOT_TESTABLE,
                "There is no candidate of this width to compare with; `lineage fingerprint build` "
                "makes more references.",
            )
        return MatchKind.NO_MATCH_INDEXED, ""
    sure = [m for m in ranked if m.kind.is_match]
    if (
        len(sure) > 1
        and len(tied) == 1
        and best.kind is not MatchKind.IDENTICAL
        and _unrelated(sure, registry)
    ):
        return (
            MatchKind.MIXTURE,
            f"Candidates of different families match: {', '.join(m.repo for m in sure[:4])}.",
        )
    if len(tied) > 1 and best.kind is MatchKind.DERIVED_OR_PARENT:
        return (
            MatchKind.SHARED_ANCESTRY,
            f"{len(tied)} candidates fit equally well, so none of them is first.",
        )
    return best.kind, best.reason


def _unrelated(sure: Sequence[WeightMatch], registry: Registry) -> bool:
    families = {_root_family(m.repo, registry) for m in sure}
    return None not in families and len(families) > 1


def _root_family(repo: str, registry: Registry) -> str | None:
    family = registry.family_of(repo)
    seen = set()
    while family and family.derived_from and family.id not in seen:
        seen.add(family.id)
        family = registry.family(family.derived_from) or family
    return family.id if family else None


def beside_declared(
    declared: Sequence[str],
    against: Sequence[WeightMatch],
    ranked: Sequence[WeightMatch],
    kind: MatchKind,
    registry: Registry,
) -> tuple[Declared, str]:
    """The declared bases beside what the weights show.

    `contradicts` only where a declared base was compared and showed nothing.
    """
    if not declared:
        return (
            (Declared.UNDECLARED, "No base model is declared, and the weights show one.")
            if kind.is_match
            else (Declared.UNKNOWN, "No base model is declared.")
        )
    agreeing = [m for m in against if m.kind.is_match]
    if agreeing:
        return Declared.AGREES, f"The weights fit the declared base {agreeing[0].repo}."
    tested = [m for m in against if m.kind is MatchKind.NO_MATCH_INDEXED]
    found = [m.repo for m in ranked if m.kind.is_match]
    if len(tested) == len(declared):
        named = ", ".join(m.repo for m in tested[:4])
        also = f"; they match {found[0]}" if found else ""
        return (
            Declared.CONTRADICTS,
            f"The weights show nothing in common with the declared base {named}{also}.",
        )
    untested = {
        _root_family(one, registry) for one in declared if one not in {m.repo for m in tested}
    } - {None}
    if untested & {_root_family(repo, registry) for repo in found}:
        return (
            Declared.AGREES,
            f"The weights fit {found[0]}, of the declared base's family; the declared base itself "
            "could not be compared.",
        )
    return (
        Declared.UNKNOWN,
        "Not every declared base could be compared."
        if not against
        else against[0].reason or "The comparison with the declared base decides nothing.",
    )


def summary(
    model: str, kind: MatchKind, shown: Sequence[WeightMatch], compared: int, power: float | None
) -> str:
    """One sentence on what the comparisons show.

    `power` is the smallest correlation that would have been found.
    """
    if kind is MatchKind.NO_MATCH_INDEXED:
        strength = (
            f"; a correlation of {power:.2f} in its final norm would have been found"
            if power is not None
            else ""
        )
        return (
            f"None of {compared} candidates of the same width shares weights with {model}, as far "
            f"as was compared{strength}."
        )
    if kind is MatchKind.MIXTURE:
        return (
            f"The weights of {model} are statistically consistent with a mixture of "
            f"{' and '.join(m.repo for m in shown[:4])}."
        )
    if not shown:
        return (
            f"The weights of {model} could not be tested."
            if kind is MatchKind.NOT_TESTABLE
            else f"The norms of {model} cannot be taken at face value."
        )
    others = f" Equally well: {', '.join(m.repo for m in shown[1:6])}." if len(shown) > 1 else ""
    return statement(kind, model, shown[0].repo, shown[0].comparison) + others
