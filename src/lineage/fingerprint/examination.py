"""One model's weights against its declared bases, the families that it
looks like, and every reference of its width."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lineage.core.claim import Claim
from lineage.core.errors import CannotRunError, LineageError
from lineage.core.record import ModelRecord
from lineage.core.ref import ModelRef
from lineage.core.relation import Grade, Relation
from lineage.evidence.leads.looks import looks_of
from lineage.evidence.leads.suspicion import suspect
from lineage.evidence.registry import Registry
from lineage.fingerprint import thresholds as limits
from lineage.fingerprint.comparison import Comparison, Group, compare, first_look
from lineage.fingerprint.opening import OpenedWeights, files_of_record, open_weights
from lineage.fingerprint.profile import LiveProfile, VectorKey
from lineage.fingerprint.ranges import Tally
from lineage.fingerprint.references import References
from lineage.fingerprint.roles import FINAL
from lineage.fingerprint.sketch import Sketch
from lineage.fingerprint.statistic import smallest_r
from lineage.fingerprint.verdict import (
    CAVEATS,
    Declared,
    MatchKind,
    Ruling,
    WeightMatch,
    WeightsVerdict,
    rule,
    statement,
)
from lineage.sources.interface import Source

CLAIM_SOURCE = "weights fingerprint"
MOST_LIVE = 6
"""Suspected bases without a stored reference whose own vector is
read; declared ones are read in any case."""
MOST_DECLARED = 12
"""Declared bases that are compared, nearest first: a merge of merges names hundreds."""
# How sure one may be that the two share weights, from the benchmark's false
# positives (none) and the strength of the class.
CONFIDENCE = {
    MatchKind.IDENTICAL: 0.99,
    MatchKind.DERIVED_OR_PARENT: 0.95,
    MatchKind.MIXTURE: 0.8,
    MatchKind.SHARED_ANCESTRY: 0.7,
}
_ORDER = (
    MatchKind.IDENTICAL,
    MatchKind.DERIVED_OR_PARENT,
    MatchKind.SHARED_ANCESTRY,
    MatchKind.SHARED_INITIALISATION_POSSIBLE,
    MatchKind.TAMPERED_SURFACE,
)
_BASIS = (
    "A deliberate change of basis (permuted or rotated channels) hides shared weights from this "
    "comparison; the deep mode looks for it."
)


@dataclass
class _Run:
    """What one examination has gathered so far."""

    suspect: LiveProfile
    source: Source
    tally: Tally
    deep: bool
    matches: list[WeightMatch] = field(default_factory=list)
    others: list[WeightMatch] = field(default_factory=list)
    strangers: list[float] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def examine(
    record: ModelRecord,
    source: Source,
    references: References,
    registry: Registry,
    *,
    declared: Sequence[str] = (),
    deep: bool = False,
    tally: Tally | None = None,
    most_live: int = MOST_LIVE,
) -> WeightsVerdict:
    """What the weights of `record` say.

    Never raises on foreign content: what cannot be tested is reported as such.

    `declared` are the canonical ids of the bases that claims name, direct and further up. With
    `deep`, declared and suspected bases that show nothing are compared again after undoing a change
    of basis (needs numpy; a few MB each). Raises CannotRunError without numpy.
    """
    tally = tally or Tally()
    declared = tuple(
        dict.fromkeys(one for one in declared if one.casefold() != record.id.casefold())
    )
    try:
        opened = open_weights(files_of_record(record, source), tally=tally, thorough=deep)
        suspected = LiveProfile(opened)
        width = suspected.width
    except LineageError as problem:
        return _untestable(record, problem, declared, tally)
    run = _Run(suspected, source, tally, deep)
    candidates = _candidates(run, record, references, registry, declared, most_live)
    same_width = sum(1 for one in candidates if one.width == width)
    for candidate in candidates:
        _weigh(
            run,
            record,
            candidate,
            max(1, same_width),
            candidate.label.casefold() in {d.casefold() for d in declared},
        )
    return _verdict(run, record, opened, declared, registry, same_width)


def _untestable(
    record: ModelRecord, problem: LineageError, declared: Sequence[str], tally: Tally
) -> WeightsVerdict:
    return WeightsVerdict(
        record.id,
        MatchKind.NOT_TESTABLE,
        f"The weights of {record.id} could not be tested.",
        reason=problem.message,
        declared=tuple(declared),
        declared_reason="The weights could not be tested.",
        revision=record.revision,
        bytes_read=tally.bytes,
        requests=tally.requests,
    )


def _candidates(
    run: _Run,
    record: ModelRecord,
    references: References,
    registry: Registry,
    declared: Sequence[str],
    most_live: int,
) -> list[Sketch | LiveProfile]:
    """Declared bases first, then suspected ones without a
    sketch, then all sketches of this width."""
    own = {
        record.id.casefold(),
        record.requested.casefold(),
        *(name.casefold() for name in record.redirected_from),
    }
    found: dict[str, Sketch | LiveProfile] = {}
    for repo in declared[:MOST_DECLARED]:
        _add(run, found, repo, references, needs_rows=run.deep)
    run.skipped += [
        f"{repo}: beyond the {MOST_DECLARED} nearest declared bases"
        for repo in declared[MOST_DECLARED:]
    ]
    live = 0
    for suspicion in suspect(looks_of(run.suspect.opened.config), registry):
        for repo in suspicion.repos:
            if repo.casefold() in own or repo.casefold() in found or live >= most_live:
                continue
            live += _add(run, found, repo, references, needs_rows=run.deep)
    for sketch in references.of_width(run.suspect.width):
        if sketch.repo.casefold() not in own:
            found.setdefault(sketch.repo.casefold(), sketch)
    return list(found.values())


def _add(
    run: _Run,
    found: dict[str, Sketch | LiveProfile],
    repo: str,
    references: References,
    *,
    needs_rows: bool,
) -> bool:
    """Take the stored sketch, or open the repo itself; whether it had to be opened."""
    sketch = references.of_repo(repo)
    if sketch is not None and not needs_rows:
        found[repo.casefold()] = sketch
        return False
    try:
        other = run.source.fetch(ModelRef(repo))
        if not other.status.is_known:
            run.skipped.append(f"{repo}: {other.reason or other.status}")
            return True
        profile = LiveProfile(
            open_weights(files_of_record(other, run.source), tally=run.tally, thorough=run.deep)
        )
        _ = profile.width
        found[repo.casefold()] = profile
    except LineageError as problem:
        run.skipped.append(f"{repo}: {problem.message}")
        if sketch is not None:
            found[repo.casefold()] = sketch
    return True


def _weigh(
    run: _Run,
    record: ModelRecord,
    candidate: Sketch | LiveProfile,
    compared: int,
    is_declared: bool,
) -> None:
    if candidate.width != run.suspect.width and not (
        run.deep and isinstance(candidate, LiveProfile)
    ):
        run.others.append(
            _match(
                record,
                candidate,
                Comparison(
                    record.id,
                    candidate.label,
                    (run.suspect.width, candidate.width),
                    (run.suspect.layers, candidate.layers),
                ),
            )
        )
        return
    ends = first_look(run.suspect, candidate, compared)
    look_closer = not ends or any(group.z >= limits.Z_LOOK_CLOSER for group in ends) or is_declared
    if look_closer or _same_file(record, candidate):
        found = compare(run.suspect, candidate, candidates=compared)
    else:
        found = _looked_at(run, candidate, ends)
    match = _match(record, candidate, found)
    if run.deep and isinstance(candidate, LiveProfile) and not match.kind.is_match:
        from lineage.fingerprint.deep import compare_deep

        try:
            match = _match(record, candidate, compare_deep(run.suspect, candidate, found))
        except LineageError as problem:
            if isinstance(problem, CannotRunError):
                raise
            run.skipped.append(f"{candidate.label}, deep: {problem.message}")
    if match.kind in (MatchKind.NO_MATCH_INDEXED, MatchKind.NOT_TESTABLE):
        run.others.append(match)
        run.strangers += [
            abs(group.z)
            for group in match.comparison.groups
            if match.kind is MatchKind.NO_MATCH_INDEXED
        ]
    else:
        run.matches.append(match)


def _looked_at(run: _Run, candidate: Sketch | LiveProfile, ends: Sequence[Group]) -> Comparison:
    layers = (run.suspect.layers, candidate.layers)
    return Comparison(
        run.suspect.label,
        candidate.label,
        (run.suspect.width, candidate.width),
        layers,
        tuple(ends),
    )


def _match(record: ModelRecord, candidate: Sketch | LiveProfile, found: Comparison) -> WeightMatch:
    ruling = rule(found, same_publisher=_publisher(record.id) == _publisher(candidate.label) != "")
    if _same_file(record, candidate):
        ruling = Ruling(MatchKind.IDENTICAL, "The weights files have the same SHA-256.")
    return WeightMatch(
        candidate.label,
        ruling.kind,
        ruling.reason,
        found,
        "sketch" if isinstance(candidate, Sketch) else "live",
    )


def _publisher(repo: str) -> str:
    return repo.partition("/")[0].casefold() if "/" in repo else ""


def _same_file(record: ModelRecord, candidate: Sketch | LiveProfile) -> bool:
    files = candidate.files if isinstance(candidate, Sketch) else candidate.opened.files
    theirs = {file.sha256 for file in files}
    ours = {entry.sha256 for entry in record.files or () if entry.sha256}
    return bool(theirs) and None not in theirs and theirs <= ours


def _verdict(
    run: _Run,
    record: ModelRecord,
    opened: OpenedWeights,
    declared: Sequence[str],
    registry: Registry,
    compared: int,
) -> WeightsVerdict:
    ranked = sorted(
        run.matches,
        key=lambda m: (
            _ORDER.index(m.kind) if m.kind in _ORDER else len(_ORDER),
            -m.comparison.best_r,
            m.repo,
        ),
    )
    best = ranked[0] if ranked else None
    tied = _tied(best, ranked) if best else []
    kind, reason = _overall(run, best, tied, ranked, registry)
    against = tuple(
        m for m in (*ranked, *run.others) if m.repo.casefold() in {d.casefold() for d in declared}
    )
    standing, why = _standing(declared, against, ranked, kind, registry)
    final = run.suspect.vector(VectorKey(FINAL))
    power = (
        smallest_r(run.suspect.width, limits.LOG10_P_MATCH - math.log10(max(1, compared)))
        if final and not final.is_constant
        else None
    )
    shown = (
        tuple(tied)
        if kind is not MatchKind.MIXTURE
        else tuple(m for m in ranked if m.kind.is_match)
    )
    return WeightsVerdict(
        model=record.id,
        kind=kind,
        statement=_statement(record.id, kind, shown, compared, power),
        reason=reason,
        matches=shown,
        declared=tuple(declared),
        declared_vs_found=standing,
        declared_reason=why,
        against_declared=against,
        compared=compared,
        skipped=tuple(run.skipped),
        width=run.suspect.width,
        layers=run.suspect.layers,
        power_r=power,
        strangers_max_z=max(run.strangers, default=None),
        format=opened.format,
        files=tuple((entry.path, entry.sha256) for entry in opened.files),
        revision=record.revision,
        bytes_read=run.tally.bytes,
        requests=run.tally.requests,
        caveats=CAVEATS if run.deep or kind.is_match else (*CAVEATS, _BASIS),
        notes=tuple(run.suspect.problems[:5]),
    )


def _tied(best: WeightMatch, ranked: Iterable[WeightMatch]) -> list[WeightMatch]:
    """All candidates of the best's class whose correlation is as good: a base
    and its instruct sibling cannot be distinguished."""
    return [
        m
        for m in ranked
        if m.kind is best.kind
        and (m is best or best.comparison.best_r - m.comparison.best_r < limits.R_TIE)
    ]


def _overall(
    run: _Run,
    best: WeightMatch | None,
    tied: Sequence[WeightMatch],
    ranked: Sequence[WeightMatch],
    registry: Registry,
) -> tuple[MatchKind, str]:
    if best is None:
        if run.suspect.vector(VectorKey(FINAL)) is None and not any(
            m.comparison.groups for m in run.others
        ):
            return MatchKind.NOT_TESTABLE, run.suspect.problems[
                0
            ] if run.suspect.problems else "No candidate of this width could be compared."
        unclear = [
            m for m in run.others if m.kind is MatchKind.NOT_TESTABLE and m.comparison.groups
        ]
        if unclear:
            return MatchKind.NOT_TESTABLE, f"{unclear[0].repo}: {unclear[0].reason}"
        if not any(m.kind is MatchKind.NO_MATCH_INDEXED for m in run.others):
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


def _standing(
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


def _statement(
    model: str, kind: MatchKind, shown: Sequence[WeightMatch], compared: int, power: float | None
) -> str:
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


def to_claims(verdict: WeightsVerdict) -> tuple[Claim, ...]:
    """Inferred claims, one for each candidate that shares weights.

    Its direction is the candidate's standing as a base, not measured.

    Where the class is weaker than shared ancestry there is no claim.
    """
    if not verdict.kind.is_match:
        return ()
    claims = []
    for match in verdict.matches:
        group = match.comparison.strongest
        place = f"{group.name}, r={group.r:.3f}, log10 p={group.log10_p:.0f}" if group else "sha256"
        confidence = min(CONFIDENCE.get(match.kind, 0.0), CONFIDENCE[verdict.kind])
        claims.append(
            Claim(
                child=verdict.model,
                value=match.repo,
                parent=match.repo,
                relation=Relation.UNKNOWN,
                grade=Grade.INFERRED,
                source=CLAIM_SOURCE,
                file=verdict.files[0][0] if verdict.files else "weights",
                location=place,
                excerpt=statement(match.kind, verdict.model, match.repo, match.comparison)[:200],
                confidence=confidence,
            )
        )
    return tuple(claim for claim in claims if claim.confidence)


def contradiction(verdict: WeightsVerdict) -> str | None:
    """The sentence for a finding where the weights contradict the declared
    base; None where they do or nothing is known."""
    return verdict.declared_reason if verdict.declared_vs_found is Declared.CONTRADICTS else None


def undeclared(verdict: WeightsVerdict) -> str | None:
    """The sentence for a finding where the weights show a base and none is declared."""
    return (
        verdict.statement
        if verdict.declared_vs_found is Declared.UNDECLARED and verdict.kind.is_match
        else None
    )
