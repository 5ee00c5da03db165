"""What is not known of an audited model, computed once: each point with the questions that it
leaves open.

A rule that asks one of these questions cannot answer `clear`. Nothing here knows any rule: a rule
that is added later is left open by the same points. Every source of open points is one function of
`SOURCES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lineage.policy.case import Case
from lineage.policy.open_points.circumstances import bounds, fallback
from lineage.policy.open_points.people import unknown_people
from lineage.policy.open_points.point import OpenPoint
from lineage.policy.open_points.subject import Subject
from lineage.policy.open_points.trail import (
    trail_ends,
    undeclared_families,
    unmatched_bases,
    weak_steps,
)
from lineage.policy.open_points.unread import (
    unlisted_files,
    unread_files,
    unread_models,
    unread_twins,
    withheld,
)
from lineage.policy.policy import Policy

Source = Callable[[Subject], Iterator[OpenPoint]]


def open_points(case: Case, policy: Policy) -> tuple[OpenPoint, ...]:
    """Everything that is not known, each point once, in a stable order."""
    subject = Subject(case, policy)
    found = dict.fromkeys(point for source in SOURCES for point in source(subject))
    return tuple(sorted(found, key=lambda p: (len(p.path), p.model, p.gap, p.message)))


SOURCES: tuple[Source, ...] = (
    unread_models,
    withheld,
    unread_files,
    unlisted_files,
    unread_twins,
    trail_ends,
    unmatched_bases,
    undeclared_families,
    bounds,
    weak_steps,
    unknown_people,
    fallback,
)
