"""Teachers: models whose outputs went into this one, told by its name or by the names of the data
sets that it declares.

A sentence that names a teacher is read with the other prose, a `teacher` key with the metadata.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from lineage.claims.interface import Reading, ReadsNoFile
from lineage.claims.trace import Trace
from lineage.core.claim import Claim
from lineage.core.pattern import late
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade, Relation

# The name of a data set may say it: a teacher beside a word that says that data came out of it.
_MADE = (
    r"distill?(?:ed|ation)?|distil|sft|cot|long-?cot|reasoning|traces?|outputs?|"
    r"generated|synthetic|thoughts?|\d+k"
)
# Behind `R1` they tell another model, most often a distil of it, which then wrote the answers.
_ANOTHER = r"-?zero|[-_]0528|(?:[-_]distill?(?:ed)?)?[-_](?:qwen|llama|\d+b)|[-_]distill?[-_]sft"
_DATA_NAMES = (
    (
        late(
            rf"deepseek[-_]?r1[-_]0528(?:[-_]\w+)*[-_](?:{_MADE})|(?:{_MADE})"
            r"(?:[-_]\w+)*[-_]deepseek[-_]?r1[-_]0528",
            re.IGNORECASE,
        ),
        "deepseek-ai/DeepSeek-R1-0528",
    ),
    (
        late(
            rf"deepseek[-_]?r1(?!{_ANOTHER})(?:[-_]\w+)*[-_](?:{_MADE})"
            rf"|(?:{_MADE})(?:[-_]\w+)*[-_]deepseek[-_]?r1(?!{_ANOTHER})|(?:^|[-_])"
            rf"r1(?!{_ANOTHER})[-_](?:{_MADE})",
            re.IGNORECASE,
        ),
        "deepseek-ai/DeepSeek-R1",
    ),
    (
        late(rf"deepseek[-_]?v3(?:[-_]\w+)*[-_](?:{_MADE})", re.IGNORECASE),
        "deepseek-ai/DeepSeek-V3",
    ),
    (
        late(rf"qwq[-_](?:32b[-_])?(?!preview)(?:\w+[-_])*(?:{_MADE})", re.IGNORECASE),
        "Qwen/QwQ-32B",
    ),
    (late(r"magpie[-_]qwen2[-_]pro", re.IGNORECASE), "Qwen/Qwen2-72B-Instruct"),
    (late(r"magpie[-_]qwen2\.5[-_]pro", re.IGNORECASE), "Qwen/Qwen2.5-72B-Instruct"),
    (
        late(r"magpie[-_]llama[-_]?3\.1[-_]pro", re.IGNORECASE),
        "meta-llama/Llama-3.1-70B-Instruct",
    ),
    (
        late(r"magpie[-_]llama[-_]?3[-_]pro", re.IGNORECASE),
        "meta-llama/Meta-Llama-3-70B-Instruct",
    ),
)
_NAMES = (
    (late(r"r1-1776-distill", re.IGNORECASE), "perplexity-ai/r1-1776"),
    (late(r"deepseek-?r1(?:-0528)?-distill", re.IGNORECASE), "deepseek-ai/DeepSeek-R1"),
    (late(r"(?:^|[-_])r1-distill", re.IGNORECASE), "deepseek-ai/DeepSeek-R1"),
    (late(r"deepseek-v3-distill", re.IGNORECASE), "deepseek-ai/DeepSeek-V3"),
    (late(r"qwq(?:-32b)?-distill", re.IGNORECASE), "Qwen/QwQ-32B"),
)
_DISTILLED = late(r"distill", re.IGNORECASE)


class Teachers(ReadsNoFile):
    """Leads, not statements: kept only where the teacher exists, graded lowest."""

    name = "teachers"

    def __init__(self, is_known_data: Callable[[str], bool] = lambda name: False) -> None:
        self._is_known_data = is_known_data
        """Data sets whose teachers a cited table tells: their names are not guessed at."""

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """One `distilled` claim per teacher and place."""
        return Reading(tuple(dict.fromkeys((*self._from_data(record), *_from_name(record)))))

    def _from_data(self, record: ModelRecord) -> Iterator[Claim]:
        trace = Trace(record, self.name, "README.md", Grade.INFERRED)
        for place, name in data_sets_of(record):
            if self._is_known_data(name):
                continue
            for pattern, teacher in _DATA_NAMES:
                if pattern.search(name.rpartition("/")[2]):
                    text = f"the name of the data set {name}"
                    yield from _claims(trace, name, teacher, place, 0.6, text)
                    break


def data_sets_of(record: ModelRecord) -> list[tuple[str, str]]:
    """Place and name of each data set that the card or the Hub's tags declare."""
    listed = record.card.get("datasets")
    values = listed if isinstance(listed, list) else [listed]
    named = [
        (f"datasets[{number}]", value.strip())
        for number, value in enumerate(values[:200])
        if isinstance(value, str)
    ]
    seen = {name.lower() for _, name in named}
    tagged = [
        ("tags", tag[8:])
        for tag in record.tags
        if tag.startswith("dataset:") and tag[8:].lower() not in seen
    ]
    return [*named, *tagged[:200]]


def _from_name(record: ModelRecord) -> Iterator[Claim]:
    """`X-R1-Distill-Y` was taught by R1; what was trained further from such a model inherits that
    through its own parent."""
    bases = [tag for tag in record.tags if tag.startswith("base_model:") and _DISTILLED.search(tag)]
    declared = str(record.card.get("base_model") or "")[:2000]
    if bases or _DISTILLED.search(declared):
        return
    trace = Trace(record, Teachers.name, "api", Grade.INFERRED)
    for pattern, teacher in _NAMES:
        if pattern.search(record.id.rpartition("/")[2]):
            yield from _claims(trace, record.id, teacher, "id", 0.7, "")
            return


def _claims(
    trace: Trace, written: str, teacher: str, place: str, confidence: float, excerpt: str
) -> Iterator[Claim]:
    for claim in trace.claims(teacher, place, Relation.DISTILLED, excerpt=excerpt):
        if claim.parent:
            yield replace(claim, value=written[:300], confidence=confidence, tentative=True)
