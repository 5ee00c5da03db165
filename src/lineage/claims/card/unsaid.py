"""Sentences that ask, suppose, plan or deny what they seem to say of a model.

In every pattern `‹` is where the name of a model begins.
"""

from __future__ import annotations

import re

UNSAID = (
    r"\bwhether\s+(?:or not\s+)?(?:it|this|that|the|our|we|an?|any|these)\b"
    r"|\b(?:ask\w*|wonder\w*|know|tell|check\w*|unclear|question\w*|sure)\s+(?:\w+\s+)?if\b"
    r"|\bif\s+(?:it|this|that|the model|our model|we)\s+(?:(?:is|was|were|had|has)\b|\Z)"
    r"|\b(?:false|wrong|untrue|incorrect|inaccurate|mistaken|mistakenly|falsely|wrongly)\b"
    r"|\b(?:neither|nor|hardly|scarcely)\b|\bnothing\b(?!\s+(?:but|else|other|more))"
    r"|\bno\s+(?:part|portion|piece|weights?|layers?|parameters?|component|checkpoint|way|sense|means)\b"
    r"|\bindependent(?:ly)?\s+(?:of|from)\b"
    r"|\b(?:most|many|several|some|few)\s+(?:\w+\s+){0,3}models?\b"
    r"|\b(?:competitor|rival)s?\b|\bbaselines?\s+(?:\w+\s+)?(?:is|was|are|were)\b"
)
"""Said before the words that tell a parent, in the same sentence: it is asked, supposed, denied, or
said of other models."""

SUPPOSED = re.compile(
    r"\b(?:could|might|may|would|can)\s+(?:(?:also|be|have|been|then|easily|later|soon|next|one|"
    r"release|build|create|make|train|publish|an?|the|new|versions?|models?)(?:\s+|\Z)){0,6}\Z",
    re.IGNORECASE,
)
"""Right before these words: what may come or could be done, not what was."""

_ASKS = re.compile(
    r"(?:\A|[.!?:\n])[\s*_>#\"'“(-]*(?:(?:q|question|f|frage)\s*\d*\s*[:.)]\W*)?"
    r"(?:so,?\s+)?(?:is|isn[’']t|was|wasn[’']t|are|were|does|did|has|have|do)\b[^.!?‹]*\Z",
    re.IGNORECASE,
)
_ANSWER = (
    r"[^.!?。！？\n]{0,80}[?？][\s*_\"'”’)>-]*(?:(?:a|answer|r|antwort|答)\s*\d*\s*[:：.)]\W*)?"
)
_YES = re.compile(
    rf"{_ANSWER}(?:(?:yes|yep|yeah|indeed|correct|right|true|it is|it was|sure|absolutely|ja|oui|"
    r"sí|да)\b"
    r"|是的|是\u3002|对|はい|네|예)",
    re.IGNORECASE,
)
_NO = re.compile(
    rf"{_ANSWER}(?:(?:no|nope|not|never|nein|non|não|нет)\b|不是|不|没有|いいえ|아니)",
    re.IGNORECASE,
)
_QUESTION = re.compile(_ANSWER)
_TAKEN_BACK = re.compile(
    r"[^.!?;\n]{0,80}[.;,:–—-]*\s*(?:and\s+|but\s+)?(?:"
    r"(?:that|this|it|they|which|these|ours|this one)\s+(?:is|are|was|were)\s+"
    r"(?:(?:simply|entirely|just|both|plainly|all)\s+)?"
    r"(?:(?:false|wrong|untrue|incorrect|inaccurate|mistaken|unfounded)\b"
    r"|an?\s+(?:error|mistake|myth|rumou?r|misconception|misunderstanding)\b"
    r"|not(?:\s+(?:true|so|correct|the case))?\s*(?:[.,;:!]|\Z))"
    r"|we\s+deny\b|in spirit\b)",
    re.IGNORECASE,
)


def is_taken_back(left: str, right: str) -> bool:
    """Whether a name stands in a question that nobody answers with yes, or is followed by a denial.

    `left` is the sentence up to the name, `right` what follows it, with the next block's beginning.
    """
    if _NO.match(right) or _TAKEN_BACK.match(right):
        return True
    return bool(_ASKS.search(left) and _QUESTION.match(right) and not _YES.match(right))
