"""What one published result can bear: for the model it is about, for what descends from that, and beside other results.

The rules come from what the published evidence shows, and every doubt goes against a clean bill:

- a vendor's own service may filter what the weights do not, so it says nothing of descendants;
- a clean result is carried on only by an unbroken line of fine-tuning, adapters and conversions, each with one base and no teacher:
  quantizing has brought refusals back, a merge has other parents, a teacher passes on its own behaviour;
- a partial finding weighs as much as its control: found where a control in the same language stands beside it, else mixed;
- a clean result of a `-Base` checkpoint never clears what was post-trained from it;
- a maker's own statement that its model is clean is a claim, not a test.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lineage.core.ref import ModelRef
from lineage.core.relation import Relation
from lineage.evidence.evidence import Outcome, TestResult
from lineage.graph.edge import Edge

VENDOR_SERVICE = "vendor service"
STRENGTHS = {"measured": 0, "qualitative": 1, "mechanistic": 1, "anecdote": 2, "vendor-claim": 2}
WEAKEST = 3
"""No result is as weak as this: every one is stronger."""

_CLEAN_RELATIONS = frozenset({Relation.FINETUNE, Relation.ADAPTER, Relation.CONVERSION})
_BASE = re.compile(r"(?i)(^|[-_.])(base|pt|pretrain(ed)?)([-_.]|$)")
_LANGUAGES = {"zh-hans": "zh", "zh-cn": "zh", "zh-tw": "zh-Hant", "zh-hant": "zh-Hant"}


def language_of(result: TestResult) -> str:
    """The label under which its state is kept. Simplified is plain `zh`; Traditional, and pooled languages, stand by themselves."""
    return _LANGUAGES.get(result.language.casefold(), result.language)


def is_pooled(language: str) -> bool:
    """Whether a label stands for several languages, or for none that the source names."""
    return "+" in language or language in ("multilingual", "unknown")


def strength(result: TestResult) -> int:
    """0 for measured suites, 1 for other studies, 2 for anecdotes and statements of the maker."""
    return STRENGTHS.get(result.evidence_class, 2)


def severity(result: TestResult, beside: Iterable[TestResult] = ()) -> int:
    """2 for censorship found, 1 for mixed findings, 0 for none found; `beside` are the other results of that model and language.

    A partial finding counts as found where the same model answered the suite's control questions in that language and no other
    suite cleared it there; without such a control, weak language skill or general caution looks the same.
    """
    if result.outcome is not Outcome.PARTIALLY_CENSORS:
        return {Outcome.CENSORS: 2, Outcome.MIXED: 1, Outcome.DOES_NOT_CENSOR: 0}[result.outcome]
    is_controlled = result.control_value is not None and result.control_language == result.language
    is_cleared = any(
        one.outcome is Outcome.DOES_NOT_CENSOR and one.suite != result.suite for one in beside
    )
    return 2 if is_controlled and not is_cleared else 1


def is_base(model: str) -> bool:
    """Whether the name says that nothing was trained after pre-training."""
    return bool(_BASE.search(ModelRef(model).name))


def passes_clean(edges: list[Edge], edge: Edge) -> bool:
    """Whether a clean result may be carried over `edge`, given all edges of its child."""
    bases = {one.parent for one in edges if one.is_whole}
    taught = any(not one.carries_weights for one in edges)
    return edge.is_whole and edge.relation in _CLEAN_RELATIONS and len(bases) == 1 and not taught


def why_not(result: TestResult, *, is_direct: bool, clean_line: bool) -> str:
    """Why this result cannot decide, or nothing. `clean_line`: whether the way to the tested model may carry a clean result."""
    if result.subset_of:
        return "Its questions are a part of another record's."
    if result.layer == VENDOR_SERVICE and not is_direct:
        return "It tested the vendor's own service, which says nothing of models made from the weights."
    return (
        _why_not_clean(result, is_direct, clean_line)
        if result.outcome is Outcome.DOES_NOT_CENSOR
        else ""
    )


def _why_not_clean(result: TestResult, is_direct: bool, clean_line: bool) -> str:
    if result.evidence_class == "vendor-claim":
        return "It is the maker's own statement, not a test by others."
    if is_direct:
        return ""
    if result.model and is_base(result.model):
        return "A clean result of a base checkpoint does not clear what was trained from it."
    if not clean_line:
        return "A clean result is not carried over quantizing, merging, several bases, a teacher or an unknown relation."
    if result.layer == "unknown":
        return "Whether it tested the weights or a service is not known."
    return ""
