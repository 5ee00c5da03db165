"""What is measured of one pair of models, and how often it came true."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lineage.core.record import FileEntry
from lineage.fingerprint.comparison import Comparison, compare
from lineage.fingerprint.deep import compare_deep
from lineage.fingerprint.opening import Files, open_weights
from lineage.fingerprint.profile import LiveProfile
from lineage.fingerprint.verdict import MatchKind, rule
from weights.catalogue import Specimen
from weights.writing import config, safetensors

MATCHES = (
    MatchKind.IDENTICAL,
    MatchKind.DERIVED_OR_PARENT,
    MatchKind.SHARED_ANCESTRY,
    MatchKind.MIXTURE,
)


def profile_of(specimen: Specimen) -> LiveProfile:
    """The specimen as a safetensors file in memory, read as any other."""
    files = {
        "model.safetensors": safetensors(specimen.state),
        "config.json": json.dumps(config(specimen.state)).encode(),
    }
    entries = tuple(FileEntry(name, len(data)) for name, data in files.items())
    return LiveProfile(
        open_weights(Files(specimen.name, entries, lambda name, start, end: files[name][start:end]))
    )


@dataclass(frozen=True)
class Outcome:
    """One pair."""

    a: str
    b: str
    group: str
    plain: Comparison
    kind: MatchKind
    deep: Comparison
    deep_kind: MatchKind
    bytes: int
    requests: int


def pair(a: Specimen, b: Specimen, profiles: dict[str, LiveProfile], *, deep: bool) -> Outcome:
    """Compare two specimens; the deep mode runs where the plain one found nothing, as in the
    program."""
    left, right = profiles[a.name], profiles[b.name]
    fresh = profile_of(a)
    plain = compare(fresh, right)
    kind = rule(plain).kind
    cost = fresh.opened.tally.bytes, fresh.opened.tally.requests
    found = (
        compare_deep(profile_of(a), profile_of(b), plain) if deep and kind not in MATCHES else plain
    )
    del left
    return Outcome(a.name, b.name, a.group, plain, kind, found, rule(found).kind, *cost)


def normal_p(z: float) -> float:
    return 0.5 * math.erfc(z / math.sqrt(2))


def kolmogorov(values: Iterable[float]) -> tuple[float, float]:
    """(distance, p) of probabilities against the uniform distribution."""
    ordered = sorted(values)
    n = len(ordered)
    distance = max(max((i + 1) / n - v, v - i / n) for i, v in enumerate(ordered))
    x = (math.sqrt(n) + 0.12 + 0.11 / math.sqrt(n)) * distance
    p = 2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * x * x) for k in range(1, 101))
    return distance, min(1.0, max(0.0, p))


def shares(kinds: Sequence[MatchKind]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in Counter(map(str, kinds)).most_common())


def spread(values: Sequence[float]) -> str:
    ordered = sorted(values)
    return f"{ordered[0]:.1f} / {ordered[len(ordered) // 2]:.1f}" if ordered else "-"
