"""One model's weights against its declared bases, the families that it
looks like, and every reference of its width."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from lineage.core.errors import CannotRunError, LineageError
from lineage.core.record import ModelRecord
from lineage.core.ref import ModelRef
from lineage.evidence.leads.looks import looks_of
from lineage.evidence.leads.suspicion import suspect
from lineage.evidence.registry import Registry
from lineage.fingerprint import thresholds as limits
from lineage.fingerprint.comparison import Comparison, Group, compare, first_look
from lineage.fingerprint.conclusion import beside_declared, overall, summary, tied_with
from lineage.fingerprint.opening import OpenedWeights, files_of_record, open_weights
from lineage.fingerprint.profile import LiveProfile, VectorKey
from lineage.fingerprint.ranges import Tally
from lineage.fingerprint.references import References
from lineage.fingerprint.roles import FINAL
from lineage.fingerprint.sketch import Sketch
from lineage.fingerprint.statistic import smallest_r
from lineage.fingerprint.verdict import (
    CAVEATS,
    MatchKind,
    Ruling,
    WeightMatch,
    WeightsVerdict,
    rule,
)
from lineage.sources.interface import Source

MOST_LIVE = 6
"""Suspected bases without a stored reference whose own vector is
read; declared ones are read in any case."""
MOST_DECLARED = 12
"""Declared bases that are compared, nearest first: a merge of merges names hundreds."""
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
    tied = tied_with(best, ranked) if best else []
    kind, reason = overall(run.suspect, run.others, best, tied, ranked, registry)
    against = tuple(
        m for m in (*ranked, *run.others) if m.repo.casefold() in {d.casefold() for d in declared}
    )
    standing, why = beside_declared(declared, against, ranked, kind, registry)
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
        statement=summary(record.id, kind, shown, compared, power),
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
