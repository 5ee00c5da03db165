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
    r"|\A\W*[\w.-]{2,40}\s*[=≈](?=\s[^\n]{0,80}(?:\+|\bplus\b|\bwith\b))|\A\W*take\b|\bn[ée]e?\b|\bformerly\b"
    r"|\b(?:the|its|our)\s+(?:\w+\s+)?(?:base|parent|backbone|foundation|network|core|engine)\s+"
    r"(?:is|was)\b"
    r"|\A\W{0,4}(?:base|foundation|origin|parent|source|backbone|ursprung|basis|grundlage|origine"
    r"|origen)(?=\W{0,3}[:|])|\bguess what(?=:)"
    r"|\b(?:we|i|our \w+|and)\s+(?:\w+ly\s+)?(?:took|take|picked|chose|selected|adapted|tweaked"
    r"|modified|altered|changed|extended|expanded|continued|retrained|taught|gave|rebranded"
    r"|fine-?\s?tuned|post-?trained|tuned)(?:\s+the\s+(?:pre-?)?training\s+of)?\b"
    r"|\bfurther training of\b|\ba tuned\b",
    re.IGNORECASE,
)
OWN_BASE = (
    r"\b(?:its|our)\s+(?:own\s+)?(?:base|parent|backbone|foundation|ancestor|origin)"
    r"(?:\s+(?:model|network|weights|checkpoint|llm))?\b(?:\s*,|\s*:|\s+(?:is|was)\b)?"
)
"""Whatever is said of it, even that it is worse: it is this model's."""
_ROLE = r"(?:base|basis|foundation|starting point|start|backbone|parent|ancestor|origin)"
FOLLOWING = re.compile(
    rf"[\s*_`)\]'’\",–—-]*(?:(?:is|was)\s+(?:the|our|its)\s+(?:\w+\s+)?{_ROLE}\b"
    rf"|(?:(?:serve[sd]|act(?:s|ed))\s+)?as\s+(?:the|its|our|an?)\s+(?:\w+\s+)?{_ROLE}\b"
    r"|(?:in|under)\s+(?:disguise|an?(?:other)?\s+(?:new\s+|other\s+)?name)\b|renamed\b|rebranded\b"
    r"|with\s+(?:an?\s+)?(?:new|other)\s+(?:name|label)\b|gave\s+(?:\w+\s+){1,3}weights\b"
    r"|(?:is\s+)?what (?:you (?:get|find|see)|is (?:inside|underneath))\b|and\s+taught\s+it\b"
    r"|(?:up)?(?:on|from|over)\s+(?:which|whose)\s+(?:\w+\s+){1,4}(?:built|based|trained|derived|tuned)\b)",
    re.IGNORECASE,
)
"""Begins where the name ends."""
PICKED_FOR = re.compile(
    r"[^.,;]{0,60}\b(?:judge|baseline|compar|generat|annotat|evaluat|teacher|label|score|embed|rewrit"
    r"|filter|translat)",
    re.IGNORECASE,
)
"""Behind a name that was only picked, such as for a judge."""
