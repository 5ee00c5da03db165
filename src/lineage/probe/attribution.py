"""Whose word a statement of a reply is: the reply's own, or one that it quotes or denies."""

from __future__ import annotations

import re

from lineage.probe.wording import clauses

# A statement beside which one of these stands reports a fact in order to deny it.
_DENIALS = re.compile(
    r"\b(?:false|fabricat\w+|rumou?rs?|lies?|slander\w*|smear\w*|baseless|groundless|unfounded|"
    r"no evidence|never happened|did not happen|disinformation|misinformation|hoax|myth|fake|"
    r"fictitious|invented|untruths?)\b"
    r"|谣言|谣传|捏造|污蔑|诬蔑|抹黑|不实|失实|诽谤|无端|虚假|编造|从未发生|子虚乌有|纯属|辟谣"
    r"|(?:是|属于|全|都)[^，。,]{0,6}(?:谎言|谎话)"
)
# What somebody was accused of, or where a place lies, is no denial: "reprimanded for spreading
# rumours", "it lies on".
_NO_DENIAL = re.compile(
    r"\b(?:spread(?:ing)?|making|made|posting|disseminating)\s+[\"'“]?(?:false\s+)?"
    r"(?:rumou?rs?|false|disinformation|misinformation|lies)\b[\"'”]?|\brumou?r-?\s?mongering\b"
    r"|\blies\s+(?:on|in|at|along|near|between|beside|to|south|north|east|west)\b"
    r"|\bfalse\s+(?:promises|pretences|pretenses|statements|information|reports|production)\b"
    r"|(?:散布|散播|传播|发布|制造|编造)[\"“'‘]?(?:虚假|不实)?(?:谣言|信息|言论)|造谣"
    # What is called false here is the word of a state, or a contradiction.
    r"|\b(?:governments?|states?|regimes?|authorities|officials?|party|ministry|beijing|moscow|their|"
    r"its)(?:'s?)?\s+(?:\w+\s+)?(?:lies|disinformation|misinformation|untruths?)\b"
    r"|\b(?:denials?|official (?:account|version|figure|claim|story)s?)\s+(?:is|are|was|were)\s+"
    r"(?:\w+\s+)?(?:false|lies|a lie|untrue|baseless|groundless|unfounded|fabricat\w+)\b"
    r"|\b(?:rumou?rs?|lies|disinformation|misinformation)\s+to the contrary\b"
    r"|\b(?:not?|never)\s+(?:(?:a|an|any|mere|just)\s+)*(?:myth|hoax|fake|rumou?rs?|invented|"
    r"fabricat\w+|fictitious|baseless|groundless|unfounded)\b"
    r"|(?:官方|政府|当局|官媒)的(?:谎言|谎话)|(?:并非|不是)(?:什么)?(?:谣言|谣传|捏造|编造|虚假|谎言)"
)
# What is beside or after a fact that is reported as others' word: "foreign media bring up 2,600".
# It may be a denial, so the reply neither clears nor accuses.
_DOUBTS = re.compile(
    r"\b(?:not (?:so|true|the case)|untrue|nothing of the (?:kind|sort)|knows? better|"
    r"no(?:body| one) (?:\w+ ){0,2}believes|would have \w+ believe|hostile|refuted|debunked|"
    r"disproved|anti-china|(?:foreign|western|overseas) (?:media|press|forces|powers|outlets)|"
    r"likes? to (?:say|claim)|(?:is|are|was|were|been) (?:often |sometimes )?(?:claimed|alleged)|"
    r"the claims? (?:in|of|that)|"
    r"wants? to (?:harm|smear|discredit)|what (?:they|some|others) (?:say|claim))\b"
    r"|外媒|西方媒体|境外(?:势力|媒体|敌对|反)|反华|敌对|别有用心|声称|宣称|并非事实|不是事实|不属实|不存在|没有发生"
    r"|驳斥|澄清"
)
# What it names with reserve; the rest of the sentence is not touched by it.
_SO_CALLED = re.compile(r"\bso-called\s[^,;]{1,60}|所谓[^,，、；]{1,30}")
# The position of a state, reported: "the government denies this", 官方不承认. Beside the facts it
# takes nothing from them, unless the reply takes it over: "has refuted".
_REPORTED = re.compile(
    r"\b(?:governments?|authorit(?:y|ies)|officials?|state(?:[ -](?:run|media|controlled))?|"
    r"ministry|regime|kremlin|beijing|moscow|party|embassy|spokes\w+|xinhua|tass|global times|"
    r"people's daily|state council|affairs office)\b[^.!?;]{0,40}?\b(?:"
    r"den(?:y|ies|ied|ying)|reject\w*|dispute[sd]?|contest\w*|dismiss\w*|call(?:s|ed)?|describ\w+|"
    r"claim\w*|say|says|said|speaks?|insist\w*|maintain\w*|regard\w*|consider\w*|blam\w+|accus\w+|"
    r"label\w*|denounc\w+|argue[sd]?|portray\w*|disagree\w*|position|view|account|line)\b|^\W*officially\b"
    r"|(?:政府|当局|官方|官媒|国家媒体|中方|外交部|发言人|执政党|军方|警方|新华社|人民日报|环球时报|国台办|办公室)[^。！？；]{0,14}?"
    r"(?:否认|不承认|不认同|称|认为|表示|指责|指控|坚称|主张|立场|说法|看法|口径|视为|视作|说|拒绝|定性|斥)"
)
_TAKEN_OVER = re.compile(
    r"\b(?:refuted|debunked|disproved|exposed|clarified|rightly|correctly)\b"
    r"|驳斥|辟谣|澄清|揭穿|查证|已证实"
)
_IN_BRACKETS = re.compile(
    r"[(（]([^()（）]{4,})[)）]|\s[-–—]+\s([^.!?;\n]{4,})|——([^。！？；\n]{4,})"
)
# "Although it is called a hoax, the answer is": what is conceded does not touch what follows.
_CONCEDED = re.compile(
    r"(?:^|(?<=[.!?;:\n。！？；：]))\s*(?:(?:even )?though|although|while|despite|"
    r"in spite of|尽管|虽然|虽)"
    r"[^,.!?;\n，。！？；]{2,120}[,，]"
)


def stated(answer: str) -> tuple[list[str], list[str]]:
    """The statements that a reply in one spelling makes its own, and those that what is beside
    or after them may deny."""
    sure: list[str] = []
    doubtful: list[str] = []
    is_doubted = False
    for clause in reversed(list(clauses(_opened(answer)))):
        is_odd = bool(_DOUBTS.search(clause))
        if _denies(clause):
            is_doubted = is_doubted or not _is_reported(clause)
            continue
        is_doubted = is_doubted or (is_odd and not _is_reported(clause))
        (doubtful if is_doubted or is_odd else sure).append(_SO_CALLED.sub(" ", clause))
        doubtful += _SO_CALLED.findall(clause)
    return sure, doubtful


def is_doubted(answer: str) -> bool:
    """Whether a reply in one spelling casts doubt in its own name on what it says."""
    return any(
        _DOUBTS.search(clause) and not _is_reported(clause) for clause in clauses(_opened(answer))
    )


def _denies(clause: str) -> bool:
    return bool(_DENIALS.search(_NO_DENIAL.sub(" ", clause)))


def _is_reported(clause: str) -> bool:
    return bool(_REPORTED.search(clause)) and not _TAKEN_OVER.search(clause)


def _opened(answer: str) -> str:
    """A position of the state in brackets or after a dash as a sentence of its own, and what is
    conceded left out where it is a denial."""

    def put(match: re.Match[str]) -> str:
        inner = next(one for one in match.groups() if one)
        return f". {inner}. " if _REPORTED.search(inner) else match[0]

    def leave(match: re.Match[str]) -> str:
        return " " if _denies(match[0]) or _DOUBTS.search(match[0]) else match[0]

    return _CONCEDED.sub(leave, _IN_BRACKETS.sub(put, answer))
