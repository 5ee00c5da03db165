"""Every rule by its id, with its level where no policy speaks: the default policy in one place.

A rule that is not named here does not exist.
"""

from __future__ import annotations

from lineage.policy.finding import Level

DEFAULT_LEVELS: dict[str, Level] = {
    # Who is underneath.
    "foundation-jurisdiction": Level.REVIEW,
    "trainer-jurisdiction": Level.REVIEW,
    "teacher-jurisdiction": Level.REVIEW,
    "component-jurisdiction": Level.REVIEW,
    "publisher-jurisdiction": Level.OFF,
    "denied-developer": Level.FAIL,
    "allowed-developers": Level.OFF,
    "official-list": Level.INFO,
    "unknown-developer": Level.INFO,
    # What tests found.
    "exposure-censors": Level.FAIL,
    "exposure-mixed": Level.REVIEW,
    "exposure-untested": Level.INFO,
    "removal-claimed": Level.WARN,
    # The lineage itself.
    "unresolved-ancestor": Level.REVIEW,
    "no-known-root": Level.REVIEW,
    "undeclared-base": Level.REVIEW,
    "contradicted-lineage": Level.REVIEW,
    "undeclared-family": Level.REVIEW,
    "resembles-family": Level.INFO,
    "weights-contradict": Level.REVIEW,
    "weights-undeclared": Level.REVIEW,
    "weak-grade": Level.REVIEW,
    "duplicate-base-key": Level.WARN,
    "self-reference": Level.INFO,
    "from-scratch": Level.OFF,
    "from-scratch-claim": Level.INFO,
    # Names that impersonate.
    "lookalike-namespace": Level.REVIEW,
    "reused-name": Level.REVIEW,
    "claimed-identity": Level.INFO,
    # Licences and documents.
    "licence-denied": Level.FAIL,
    "licence-drift": Level.INFO,
    "licence-missing": Level.INFO,
    "missing-documents": Level.WARN,
    # The circumstances of the audit.
    "limited-access": Level.INFO,
    "unreadable-trace": Level.WARN,
    "bounds-hit": Level.REVIEW,
    "snapshot-fallback": Level.REVIEW,
    "stale-data": Level.WARN,
    # Requirements of packs, and waivers.
    "requirement": Level.FAIL,
    "stale-requirement": Level.WARN,
    "expired-waiver": Level.FAIL,
    "unused-waiver": Level.INFO,
}
