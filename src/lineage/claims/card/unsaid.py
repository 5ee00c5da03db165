"""Whether a sentence states what its words seem to say of a model, leaves it open, or denies it.

All who read the sentences of a card ask here. In every pattern `‹` is where the name of a model
begins. What is only asked or supposed, or what a card will not say, is no statement and no denial.
"""

from __future__ import annotations

import enum
import re

_DENIED = (
    r"\bnot\b(?!\s+(?:only|merely|just|simply)\b)|n[’']t\b|\bnever\b|\bcannot\b|\bno longer\b"
    r"|\bwithout\b(?!\s+(?:an?y?\s+)?(?:question|doubt))|\binstead of\b|\brather than\b"
    r"|\b(?:neither|nor|hardly|scarcely|nobody|no one)\b"
    r"|\bnothing\b(?!\s+(?:but|else|other|more))"
    r"|\bno\s+(?:part|portion|piece|weights?|layers?|parameters?|component|checkpoint|way|sense|means|plans?)\b"
    r"|\bno\s*\Z"
    r"|\bindependent(?:ly)?\s+(?:of|from)\s+(?:any\w*|every\w*|all|other|models?|what\w*)\b"
    r"|\b(?:false|wrong|untrue|incorrect|inaccurate|mistaken|mistakenly|falsely|wrongly)\b"
    r"|\b(?:myth|misconception|misunderstanding|error|mistake|lie)\s+(?:to|that)\b"
    r"|\bcontrary to\b|\bas opposed to\b|\b(?:forbid|prohibit)\w*"
    r"|\b(?:avoid\w*|refus\w*|stopped|ceased|dropped|abandoned|declined|(?:now|since|been)\s+retired)\b"
    r"(?![^‹]*\band\b)"
    r"|\A\W*(?:had|should|were)\s+(?:we|you|it|this|they)\b|\bdespite\b"
)
_SURE = re.compile(
    r"\b(?:no|without|beyond)\s+(?:any?\s+)?(?:doubt|question|secret|denying|surprise|accident)\b",
    re.IGNORECASE,
)
"""Words of denial that deny nothing."""
_EVADED = re.compile(
    r"(?:\bnot|n[’']t|\b(?:never|cannot|no|nobody|none|neither|nor|hardly|without|wrong|false"
    r"|refus\w+|declin\w+|unable))\s+(?:\w+\s+){0,3}?(?:comment\w*|say|saying|tell|telling|confirm"
    r"|disclos\w+|discuss|reveal\w*|deny|denie[sd]|denying|hid|hide\w*|hiding|conceal\w*|secret"
    r"|doubt\w*|question|pretend\w*|disput\w+|contradict|surpris\w+|false|wrong|untrue|mistaken)\b"
    r"|(?:\bnot|n[’']t|\b(?:never|no|nobody|wrong|false|incorrect|lie|myth|mistake))\b[^.;]{0,60}"
    r"\bthat\b[^.;]{0,60}(?:\bnot\b|n[’']t\b|\bnever\b)",
    re.IGNORECASE,
)
"""Two denials, or a refusal to speak: whoever denies what a model is built on says so plainly."""

_OTHERS = (
    r"\b(?:most|many|several|some|few|other)\s+"
    r"(?!of\s+(?:our|these|the|my|its)\b)(?:\w+\s+){0,3}(?:models|llms)\b"
    r"|\b(?:competitor|rival)s?\b|\bbaselines?\s+(?:[^‹.,;]{0,40}\s)?(?:is|was|are|were)\b"
    r"|\bunlike\b|\bin contrast to\b|\bcompared? (?:to|with|against)\b|\bcomparison\b"
    r"|\boutperform|\bsurpass|\bexceed|\bbeats?\b|\bbetter than\b|\bworse than\b|\bversus\b"
    r"|\bvs\.?\b|\bcomparable\b|\bcompetitive\b|\bsimilar to\b|\bas\s+\w+\s+as\b"
    r"|\b(?:feels?|looks?|sounds?|behaves?|just)\s+like\b|(?:\A|[.!?]\s)\W*like\b"
    r"|(?<!\bmore )(?<!\bother )\bthan\b|\binspired by\b|\bif you\b"
    r"|\bhow to\b|\bwe recommend\b|\bfeel free\b"
    r"|\byou (?:can|could|may|might)\b(?!\s+(?:have|guess|know|ask|say|think))"
    r"|\b(?:reward|judge) model\b|\bjudge[ds]?\b"
    r"|\b(?:others|(?:other|another|different)\s+(?:\w+\s+)?(?:vendor|compan|team|lab|group|people"
    r"|provider|author|user|publisher|version|variant|quant)\w*)\b"
    r"|\b(?:customers?|users?|people|clients|partners)\s+(?:\w+\s+){0,2}(?:used?|tried|ran|run|built)\b"
    r"|\b(?:sister|sibling|companion|predecessor)\b"
    r"|\b(?:previous|earlier|larger|smaller|bigger|newer|older)\s+(?:\w+\s+)?(?:models?|versions?"
    r"|releases?|lines?|ones?|variants?|members?|experiments?"
    r"|products?|generations?|attempts?)\b(?![^‹]{0,200}\bthis\b)"
    r"|\b(?:that|which|who)\s+(?:\w+\s+)?(?:filter|scor|judg|grad|rank|clean|label|annotat)\w*\s+"
    r"(?:our|the|its|this|all|training)\b"
    r"|\bsame\s+(?:recipe|method|technique|procedure|approach|pipeline|steps)\b"
    r"|\b(?:will|may|might|could|would|can)\s+(?:\w+\s+){0,2}?(?:release|build|create|make|train"
    r"|publish|offer)\s+(?:an?|one|other|another|further|new|more|versions?|models?)\b"
    r"|\b(?:support|serv|host|run|load)\w*\s+(?:\w+\s+){0,2}models\s*\Z"
    r"|\b(?:embeddings?|labels?|scores?|translations?)\s+(?:from|by|of)\s+(?:an?|the)\b"
    r"|\bconsidered\s+(?:(?:\w+ing|an?|the)\b|\Z)"
    r"|\bcompar(?:es?|ing)\b|\bdiffer\w* from\b|\bside by side\b|\bhow (?:far|well|much|good)\b"
    r"|\b(?:detect|flag|identif)\w*\s+(?:\w+\s+){0,2}models\s*\Z|\borthogonal to\b"
    r"|\bin (?:the|our) (?:plot|figure|table|chart)\b|\bablations?\b|\bbugs?\b"
    r"|\bdemo\b(?=[^‹]{0,40}\bruns\b)|\b(?:runner-up|winners?|entry|submissions?|peers)\b"
    r"|\b(?:an?|the)\s+(?:unrelated|separate)\b"
    r"|\b(?:teams|customers|users|people|partners|companies|developers|everyone|everybody)\s+"
    r"(?:that|who|have|had|\w+ing)\b"
    r"|\b(?:numbers|results|scores|figures|performance)\s+(?:for|of)\s+(?:an?|the|other)\b"
)
"""Said of other models, or of what may be made later."""

_IN_PASSING = re.compile(
    r"\b(?:with|by|for|against|between|to|prefer\w*)\s+(?:an?|any|another|some|every)\s+"
    r"(?:[\w-]+\s+){0,4}\Z",
    re.IGNORECASE,
)
_MAKES = re.compile(
    r"\b(?:merg|built|build|made|make|initiali|start|beg[aiu]n|train|tun|distil|quanti|creat|combin|blend"
    r"|replac|appl|adapt|this\b)",
    re.IGNORECASE,
)
"""`ranked by a classifier built on ‹`, where no word of making is before it."""

_ASKED = (
    r"\bwhether\s+(?:or not\s+)?(?:it|this|that|the|our|we|an?|any|these|(?-i:[A-Z])\w*)\b"
    r"|\b(?:ask\w*|wonder\w*|know|tell|check\w*|unclear|question\w*|sure)\s+(?:\w+\s+)?if\b"
    r"|\bif\s+(?:it|this|that|the model|our model|we)\s+(?:(?:is|was|were|had|has)\b|\Z)"
)
UNSAID = f"{_DENIED}|{_OTHERS}|{_ASKED}"
"""Said before the words that tell a parent, in the same clause, each of these makes of them
something else than a statement about this model."""

_ON_TRIAL = re.compile(
    r"\b(?:as|in|for)\s+(?:an?|another|our|the)\s+(?:ablation|comparison|baseline|control)\b",
    re.IGNORECASE,
)
"""Holds for the whole sentence."""
_SUPPOSED = re.compile(
    r"\b(?:could|might|may|would|can|must)\s+(?:(?:also|be|have|been|then|easily|later|soon|next|one|"
    r"release|build|create|make|train|publish|an?|the|new|versions?|models?)(?:\s+|\Z)){0,6}\Z",
    re.IGNORECASE,
)
"""Right before these words: what may come or could be done, not what was."""
_A_MODEL = re.compile(
    r"\b(?:an?|another|further)\s+(?:\w+\s+){0,2}(?:models?|versions?|variants?)\s*\Z",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"[\s)\"'”’]*(?:(?:is|are)\s+(?:planned|coming|in preparation|on (?:its|the) way)\b"
    r"|(?:will|might|may|could|would)\s+(?:follow|come|be|do|give|help|have)\b)",
    re.IGNORECASE,
)

_SUBJECT = (
    r"(?:this|these|it|its|we|i|our|my|the\s+(?:\w+\s+)?(?:model|weights|checkpoint|network|base"
    r"|backbone|foundation)\b"
    r"|(?-i:[A-Z][\w.-]*)(?:\s+[\w.-]+){0,2}?\s+"
    r"(?:is|was|are|were|has|descends|starts|began|comes|builds)\b)\b"
)
_OF_A_MODEL = (
    r"(?:an?\s+|the\s+)?(?:[\w-]+\s+){0,2}?(?:fine-?\s?tun\w+|based|built|derived|trained"
    r"|initiali[sz]ed|started|descended|version|derivative|copy)\b"
)
_NAMES_ANOTHER = (
    r"(?:model|baselines?|competitors?|rival|winner|entry|system|submission|judge|classifier"
    r"|predecessor|sibling|release|version|line|others?|ones?|it|them|not|never|neither|nor)"
)
_BREAK = re.compile(
    r"(?:[,;:–—]|\s-)\s*(?:(?:and|but|so|yet|still|because|since|as|while|although|though|however"
    rf"|indeed|in fact|now|here|then)\b,?\s+)*(?={_SUBJECT})"
    r"|\b(?:instead of|rather than|unlike|without|compared (?:to|with))\b[^,;‹]{1,60}?\s"
    r"(?=(?:we|it|this (?:model|one))\s)|\band\s+(?=(?:the model|we|it|this|our model)\s)"
    r"|\b(?:fact|know\w*|matters?|difference|forget|forgot|mind|care|worry|tell|told|find|found|notice\w*"
    r"|aware|realis\w+|realiz\w+|admit\w*|learn\w*|see)\s+(?:\w+\s+)?that\s"
    rf"|\b(?:while|whereas|because|since|although|though|yet|so)\s+(?={_SUBJECT})"
    rf"|(?-i:(?<!\w)(?!{_NAMES_ANOTHER}\b)[a-z]+)\s*(?:[,:–—]|\s-)\s*(?={_OF_A_MODEL})"
    r"|\bbut\s|;|(?<!ed\s)\band\s+(?:then\s+)?"
    r"(?=(?:fine-?\s?tuned|post-?trained|trained|started|built|initiali[sz]ed)\b)"
    r"|\band\s+(?=(?:is|was|has been|are|were|descends|comes|uses|builds|start(?:s|ed)|began)\b)",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r",\s*[^,‹]{1,60},(?=\s*(?:is|was|are|were|has)\b)|\([^()‹]{1,60}\)", re.IGNORECASE
)

_ASKS = re.compile(
    r"(?:\A|[.!?:\n])[\s*_>#\"'“(-]*(?:(?:q|question|f|frage)\s*\d*\s*[:.)]\W*)?"
    r"(?:so,?\s+)?(?:is|isn[’']t|was|wasn[’']t|are|were|does|did|has|have|do)\b"
    r"(?:[^.!?‹]|\.(?=\w))*\Z",
    re.IGNORECASE,
)
_ANSWER = (
    r"[^.!?。！？\n]{0,80}[?？][\s*_\"'”’)>-]*(?:(?:a|answer|r|antwort|答)\s*\d*\s*[:：.)]\W*)?"
)
_YES = re.compile(
    rf"{_ANSWER}(?:(?:yes|yep|yeah|indeed|correct|right|true|it is|it was|it does|sure|absolutely"
    r"|of course|certainly|exactly|ja|oui|sí|да)\b"
    r"|是的|是\u3002|对|はい|네|예)",
    re.IGNORECASE,
)
_NO = re.compile(
    rf"{_ANSWER}(?:(?:no(?!\s+(?:comment|doubt|secret|question|idea|one|wonder))|nope"
    r"|not(?!\s+(?:that|telling|saying|for us|sure|only)\b)|never|nein|non|não|нет)\b"
    r"|不是|不|没有|いいえ|아니|[^.!?\n]{0,60}\bfrom scratch\b)",
    re.IGNORECASE,
)
_QUESTION = re.compile(_ANSWER)
_WRONG = (
    r"(?:(?:simply|entirely|just|both|plainly|all|also)\s+)?"
    r"(?:false|wrong|untrue|incorrect|inaccurate|mistaken|unfounded|baseless"
    r"|an?\s+(?:error|mistake|myth|rumou?r|misconception|misunderstanding))(?=\s*(?:[.,;:!)\n]|\Z))"
)
_TAKEN_BACK = re.compile(
    r"[^.!?;\n]{0,80}[.;,:?–—-]*\s*(?:and\s+|but\s+|though\s+)?(?:"
    r"(?:that|this|it|they|we|which|these|ours|this one)\s+(?:"
    rf"(?:is|are|was|were)\s+{_WRONG}"
    r"|(?:(?:is|are|was|were|does|do|did|has|have|had)\s+not|(?:is|are|was|were|does|do|did|has)n[’']t)"
    r"(?:\s+(?:true|so|correct|the case))?\s*(?:[.;:!]|,\s+(?:it|this|we|and never)\b|\Z))"
    r"|(?:which|it)\s+(?:is|are)\s+(?:an?\s+)?(?:separate|different|another|unrelated)\b"
    r"|we\s+deny\b|in spirit\b)"
    r"|[\s)\"'”’]*(?:has|have)\s+no\s+(?:basis|ground|foundation)\b"
    r"|[^.!?;\n]{0,60}[.;,:–—-]*\s*(?:\w+\s+){0,3}(?:show|prove|say|tell|suggest)s?\s+otherwise\b"
    rf"|[\s)\"'”’]*(?:is|are|was|were)\s+{_WRONG}"
    r"|[\s)\"'”’]*(?:(?:was|were|has been|have been)\s+(?:\w+\s+)?)"
    r"(?:abandoned|dropped|discarded|rejected|given up)\b",
    re.IGNORECASE,
)
_SAYS_NO = re.compile(
    r"[^.!?;\n]{0,60}[.!]\s+(?:no\b[,.!]|[^.!?\n]{0,60}\bfrom scratch\b)", re.IGNORECASE
)
_DENIES = re.compile(f"{_DENIED}|{_OTHERS}", re.IGNORECASE)
_ASKS_OF = re.compile(_ASKED, re.IGNORECASE)


class Standing(enum.Enum):
    """What a sentence makes of the words in it that tell a parent."""

    STATED = enum.auto()
    OPEN = enum.auto()
    """Asked, supposed or evaded, and not denied: a trace to look at."""
    DENIED = enum.auto()
    """Or said of another model."""


def standing(left: str, words: int, right: str) -> Standing:
    """What holds of a name.

    `left` is the sentence up to the name, `words` where in it those begin that tell a parent,
    `right` what follows the name, with the next block's beginning.
    """
    clause = _SURE.sub(" ", clause_of(left, words))
    is_evaded = bool(_EVADED.search(clause))
    if is_taken_back(right) or (_A_MODEL.search(clause) and _LATER.match(right)):
        return Standing.DENIED
    if _ON_TRIAL.search(left):
        return Standing.DENIED
    is_passing = bool(_IN_PASSING.search(clause) and not _MAKES.search(clause))
    if is_passing or (_DENIES.search(clause) and not is_evaded):
        return Standing.DENIED
    is_asked = bool(_ASKS_OF.search(clause))
    if is_asked and _SAYS_NO.match(right):
        return Standing.DENIED
    if is_asked or is_evaded or _SUPPOSED.search(clause) or is_unanswered(left, right):
        return Standing.OPEN
    return Standing.STATED


def clause_of(left: str, end: int) -> str:
    """What is before a place in a sentence, from where one thing is said: what begins with `this`,
    `it`, `we`, `but` or `and is` takes no denial over from what is before it, nor from what is put
    in between."""
    plain = _ASIDE.sub(lambda found: " " * len(found[0]), left)
    ends = [found.end() for found in _BREAK.finditer(plain) if found.end() <= end]
    return plain[ends[-1] if ends else 0 : end]


def is_taken_back(right: str) -> bool:
    """Whether a denial follows a name: an answer to the question, or the next words."""
    return bool(_NO.match(right) or _TAKEN_BACK.match(right))


def is_unanswered(left: str, right: str) -> bool:
    """Whether a name stands in a question that nobody answers with yes."""
    return bool(_ASKS.search(left) and _QUESTION.match(right) and not _YES.match(right))
