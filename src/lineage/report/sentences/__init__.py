"""The plain sentences that every format shares, split by what they are about: the decision,
findings, origin, tests, people, and what was read.

A format takes `why`, `next_step` and `finding_lines` for the decision, and the others for detail.
"""

from lineage.report.sentences.decision import because, next_step, next_steps, why
from lineage.report.sentences.findings import (
    FindingLine,
    closing,
    deciding,
    finding_lines,
    inconclusive_sentences,
    minor_open_sentence,
    sentence,
    what_to_do,
)
from lineage.report.sentences.origin import built_on, countries, origin_sentence
from lineage.report.sentences.people import developer, maker
from lineage.report.sentences.reading import reading_sentences, unread_files, unread_models
from lineage.report.sentences.tested import (
    FORMER_STATES,
    IN_LANGUAGE,
    OUTCOMES,
    STANDINGS,
    exposure_sentence,
    figure,
    language_rank,
    result_words,
    standing_words,
    tested_model,
    value_words,
)

__all__ = [
    "FORMER_STATES",
    "IN_LANGUAGE",
    "OUTCOMES",
    "STANDINGS",
    "FindingLine",
    "because",
    "built_on",
    "closing",
    "countries",
    "deciding",
    "developer",
    "exposure_sentence",
    "figure",
    "finding_lines",
    "inconclusive_sentences",
    "language_rank",
    "maker",
    "minor_open_sentence",
    "next_step",
    "next_steps",
    "origin_sentence",
    "reading_sentences",
    "result_words",
    "sentence",
    "standing_words",
    "tested_model",
    "unread_files",
    "unread_models",
    "value_words",
    "what_to_do",
    "why",
]
