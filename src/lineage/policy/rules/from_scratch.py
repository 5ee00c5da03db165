"""The model has an ancestor, a teacher or a part that comes from elsewhere.

Off until a policy switches it on, as the pack `from-scratch` does. Some procurements ask for a
model that was designed and pre-trained by its maker and not derived from another; a reused encoder
counts there too. Settings choose whether teachers and parts count, and which developers are one's
own.

What to do: read each path; a tokenizer taken from elsewhere is a different matter from a reused
encoder.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph.edge import Edge
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import descent, path_evidence
from lineage.policy.questions import Question
from lineage.policy.rules.interface import Kind, Rule, Setting, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each model underneath, except those of accepted developers."""
    for model, edges in sorted(case.graph.paths().items()):
        if not edges or not all(_counts(edge, settings) for edge in edges):
            continue
        attribution = case.attributions.get(model)
        if (
            attribution is not None
            and attribution.developer is not None
            and attribution.developer.id in settings["own-developers"]
        ):
            continue
        path = (case.target, *(edge.parent for edge in edges))
        yield settings.finding(
            model,
            path,
            f"{descent(case, path)}, so it was not made from scratch.",
            path_evidence(case, path),
        )


def _counts(edge: Edge, settings: Settings) -> bool:
    if edge.component is not None:
        return edge.component not in settings["ignore-components"]
    return edge.carries_weights or settings["teachers"]


RULE = Rule(
    id="from-scratch",
    level=Level.OFF,
    questions=frozenset({Question.ORIGIN, Question.TEACHERS}),
    summary="The model has an ancestor, a teacher or a part that comes from elsewhere",
    explanation=__doc__,
    check=check,
    settings=(
        Setting("teachers", Kind.FLAG, True, "whether a teacher counts as something underneath"),
        Setting(
            "ignore-components", Kind.WORDS, (), "components that do not count, such as `tokenizer`"
        ),
        Setting(
            "own-developers",
            Kind.DEVELOPERS,
            (),
            "registry ids of developers whose models may be underneath",
        ),
    ),
)
