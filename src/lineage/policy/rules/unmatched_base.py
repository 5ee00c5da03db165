"""A base model is named, and the name could not be matched to a model.

A card or a file names its base in words, by a local path, by an address on another host or by a
name that several models have. It is a statement that something is underneath, and nothing tells
what. Where sources disagree whether a model is built on another, this says so too.

What to do: ask the publisher for the exact repository; a waiver can name what it was found to be.
"""

from __future__ import annotations

from lineage.policy.finding import Level
from lineage.policy.open_points.point import Gap
from lineage.policy.rules.interface import Rule

RULE = Rule(
    id="unmatched-base",
    level=Level.REVIEW,
    questions=frozenset(),
    reports=(Gap.UNMATCHED,),
    summary="A base model is named, and the name could not be matched to a model",
    explanation=__doc__,
)
