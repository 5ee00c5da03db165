"""Code names a model only when it runs, or was not read.

Which model that is stays unknown, and one that nobody could look at is one that nobody judged: a
name that is put together at run time, decoded, or read from elsewhere would otherwise pass beside a
clean one. What a gate must not take on trust is as serious as the gravest rule that asks where
models come from; a name that only the running code knows asks for a review, unless the policy says
`unresolved = "open"`.

What to do: write the name where it is loaded, or make the file readable. Leave it out with
`--exclude` where that is meant. A waiver names the place, such as `model = "src/load.py:*"`.
"""

from __future__ import annotations

from lineage.policy.finding import Level
from lineage.policy.open_points.point import Gap
from lineage.policy.rules.interface import Kind, Rule, Setting

RULE = Rule(
    id="unread-code",
    level=Level.REVIEW,
    questions=frozenset(),
    reports=(Gap.CODE, Gap.RUN_TIME),
    summary="Code names a model only when it runs, or was not read",
    sentence="Code names a model only when it runs, or was not read.",
    explanation=__doc__,
    settings=(
        Setting(
            "unresolved",
            Kind.CHOICE,
            "review",
            "What a name means that only the running code knows: `review`, or `open` for as "
            "serious as code that was not read",
            ("review", "open"),
        ),
    ),
)
