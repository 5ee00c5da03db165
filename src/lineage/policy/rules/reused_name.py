"""A name that was known before belongs to another repository now.

When an account or a repository is renamed or deleted, its old name becomes free, and whoever takes
it speaks under the trust that the name earned. The hub's own key of a repository (`_id`) and its
date of creation tell the two apart: this rule compares them with what the snapshot remembers under
the same name, and under each name that was asked for and led elsewhere: a redirect may be taken
over, and may lead to another repository than the name meant.

What to do: pin the revision that you reviewed, and find out who holds the name now. The old content
may live on under a new name.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.record import ModelRecord
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import path_to
from lineage.policy.questions import Question
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each name that does not mean the repository which is remembered under it."""
    for node in case.graph.nodes.values():
        for name in node.record.names if node.record is not None else ():
            before = case.remembered.get(name)
            difference = _differs(before, node.record) if before and node.record else ""
            if before and difference:
                yield settings.finding(
                    node.id,
                    path_to(case.graph, node.id),
                    f"{_now(name, node.id, before.id)}: {difference}.",
                    (f"remembered of {before.retrieved_at or 'an unknown day'}",),
                )


def _now(name: str, model: str, before: str) -> str:
    if name != model:
        then = "" if before.casefold() == name.casefold() else f", then {before}"
        return (
            f"{name} leads to {model}, which is not the repository that was known by that name"
            f"{then}"
        )
    if before.casefold() != name.casefold():
        return f"{name} led to {before} before, and is another repository now"
    return f"{name} is not the repository that stood under this name before"


def _differs(before: ModelRecord, now: ModelRecord) -> str:
    if before.repo_key and now.repo_key and before.repo_key != now.repo_key:
        return f"the hub's key of it was {before.repo_key[:32]} and is {now.repo_key[:32]}"
    if before.created_at and now.created_at and now.created_at[:10] > before.created_at[:10]:
        return f"it was created on {before.created_at[:10]}, and this one on {now.created_at[:10]}"
    seen = before.retrieved_at or ""
    # A month alone is as late as its last day: no claim is made where the two could be the same
    # day.
    if seen and now.created_at and now.created_at[: len(seen[:10])] > seen[:10]:
        return f"it was seen in {seen[:10]}, and this one was created on {now.created_at[:10]}"
    return ""


RULE = Rule(
    id="reused-name",
    level=Level.REVIEW,
    questions=frozenset({Question.NAMES}),
    summary="A name that was known before belongs to another repository now",
    explanation=__doc__,
    check=check,
)
