"""Turns of phrase that say of a model that it is another one, or began as one.

Each counts only where the other's name follows at once: elsewhere these words say anything.
"""

from __future__ import annotations

import re

_LIES = r"(?:\W+(?:it|this|there|\w+)?\s*(?:is|was|sits|lies|works|runs))?"
TURNS = re.compile(
    r"\b(?:it|this(?:\s+(?:model|one))?|(?:the|our)\s+model|which|what you see)\s+(?:is|was)"
    r"(?:\s+(?:not|really|actually|in truth|in fact|essentially|basically|simply|just|still"
    r"|no more than|nothing (?:but|more than|else than)))*\b"
    r"|\bnon?e? other than\b|\bno(?:thing)? (?:more|less|but) than\b|\bnothing but\b"
    r"|\b(?:built|build|builds|building|stands?|rests?|sits?|relies)\s+(?:\w+\s+){0,3}?(?:up)?on\b"
    r"(?:\s+the\s+shoulders\s+of)?"
    rf"|\bunder(?:neath)?\s+(?:the|its)\s+(?:hood|skin|bonnet|surface|paint){_LIES}\b"
    rf"|\b(?:at|in)\s+(?:its|the)\s+(?:heart|core)(?:\s+of\s+\w+)?{_LIES}\b"
    r"|\bweights\s+(?:are|were)\s+(?:\w+\s+){0,3}?(?:of|from|as)\b|\bweights\s+of\b"
    r"|\b(?:starts|started|begins|began)\s+(?:\w+\s+){0,2}?(?:as|with|from|at)\b"
    r"|\b(?:known|called|named|released|published|sold)\s+as\b|\brenamed(?:\s+from)?\b"
    r"|\bpowered\s+by\b|\b(?:starting|start)[ -](?:point|checkpoint|model|weights)\b"
    r"|\b(?:child|descendant|offspring|heir|continuation)\s+of\b|\bdescends?\s+from\b"
    r"|\bidentical\s+(?:to|with)\b|\bsame\s+(?:weights|model)\s+as\b"
    r"|\A\W*[\w.-]{2,40}\s*[=≈](?=\s)|\A\W*take\b",
    re.IGNORECASE,
)
