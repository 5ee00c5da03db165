"""The model does not show a document or fact that the policy asks for.

Off until a policy asks for something: a model card, a licence, an acceptable-use policy, an exact revision, checksums of the
weights, training data, a lineage known to its foundations, test evidence. What the source cannot tell (a snapshot has no file list)
is said to be unknown, and leaves the verdict inconclusive while the rule is at `fail`.

What to do: ask the vendor for what is missing; a document that exists elsewhere can be named in a waiver.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.case import Case
from lineage.policy.documents import DOCUMENTS, missing
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import joined
from lineage.policy.rules.interface import Kind, Rule, Setting, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """At most one finding for what is absent and one for what cannot be told."""
    absent, open_ = missing(case, settings["documents"])
    if absent:
        names = joined([DOCUMENTS[name][0] for name in absent], limit=20)
        yield settings.finding(
            case.target, (case.target,), f"{case.target} does not show {names}.", absent
        )
    if open_:
        names = joined([DOCUMENTS[name][0] for name in open_], limit=20)
        message = f"Whether {case.target} shows {names} cannot be told from what was read."
        level = max(Level.REVIEW, settings.level, key=lambda v: v.rank)
        yield settings.finding(
            case.target,
            (case.target,),
            message,
            open_,
            level=level,
            decides_unknown=settings.level is Level.FAIL,
        )


RULE = Rule(
    id="missing-documents",
    summary="The model does not show a document or fact that the policy asks for",
    explanation=__doc__,
    check=check,
    settings=(
        Setting("documents", Kind.CHOICES, (), "what the model must show", tuple(DOCUMENTS)),
    ),
)
