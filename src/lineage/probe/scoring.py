"""Scores one reply without a judge: which option it chose, or which of the documented facts it
holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from lineage.probe.attribution import is_doubted, stated
from lineage.probe.battery import Counted, Fact, Form, Item, Role
from lineage.probe.outcome import ReplyOutcome
from lineage.probe.prompts import ABSTAIN, LETTERS, shuffled
from lineage.probe.quantities import read
from lineage.probe.wording import holds, plain, stands_alone, unwrapped

VERSION = 4
"""Raised whenever the same reply may score otherwise: `verify` then says so."""
SHORT = 40
"""Characters below which a text of form D says nothing."""

# How a reply that declines begins; it makes an empty-handed reply `abstained` and not `missed`,
# and decides nothing more.
_DECLINES = re.compile(
    r"^.{0,30}?(?:\b(?:i(?:'m| am)? (?:sorry|afraid|unable|not able)|i (?:can't|cannot|"
    r"can not|won't|will not|"
    r"must decline|would rather not|prefer not)|sorry|apologi[sz]e|let's (?:talk|chat|"
    r"discuss)|as an ai|beyond m[ey]|no comment|i'd rather)\b|"
    r"抱歉|对不起|很遗憾|无法(?:回答|提供|讨论|协助)|不能(?:回答|提供|讨论)|不便|我还没有学会|换一?个话题|(?:聊聊|谈谈)别的|拒绝回答|没法|不适合|无可奉告|超出)"
)
_LETTER = r"[\"'“(\[【「\s]*(?:option|choice|选项|选)?\s*[\"'“(\[【「]*([a-e])(?![a-z'])"
# Words that state a decision, not a mention: "option A is wrong, so the answer is C" decides for C.
_DECIDES = re.compile(
    r"(?:\banswer(?:\s+is|\s*[:=]|\s+would\s+be|\s+should\s+be)|\b(?:correct|right|"
    r"best|final)\s+(?:answer|option|choice)"
    r"(?:\s+is|\s*[:=])?|\b(?:i|i'd|i'll|would|will|must)\s+(?:would\s+)?(?:choose|"
    r"pick|select|go\s+with|say|answer)|\bleaves(?:\s+us\s+with)?|\bin\s+fact,?\s+it\s+is|"
    r"\b(?:evidence|record|research|sources?)\s+(?:points?\s+to|supports?)|"
    r"\b(?:my\s+)?(?:choice|selection|pick)\s*(?:is|[:=])|[\"']?\b(?:answer|choice|"
    r"option|letter|response)[\"']?\s*[:=]|"
    r"答案(?:应该?|应当)?(?:是|为|选|[::])?|应该?选|我(?:会)?选(?:择)?|选择?(?:是|为|[::])|正确(?:的)?(?:选项|"
    rf"答案|说法)?(?:是|为|[::]))\s*:?{_LETTER}"
)
_BOXED = re.compile(r"\\(?:boxed|text|mathbf)\s*\{\s*(?:\\\w+\s*\{\s*)?([a-e])\s*\}")
_IS_RIGHT = re.compile(
    r"(?:\boption\s+|选项\s*)?[(\[]?\b([a-e])[)\]]?\s*(?:it\s+is\b|is\s+(?:the\s+)?(?:correct|"
    r"right|true|best|accurate|documented)|(?:是|为)?(?:正确|对的))"
)
_LEADS = re.compile(
    r"^[\"'“(\[【「{\s]*(?:option|choice|选项|选)?\s*[(\[【「]*([a-e])"
    r"(?!\s*[,、]\s*[a-e]\b)(?:[)\]】」.:,,、。;\"'”}]|"
    r"\s*$|\s*\n|\s+[-–—])"
)
_ENDS = re.compile(r"(?:^|\n)[\"'(\[【\s]*(?:option|选项)?\s*([a-e])[)\]】.。\"'\s]*$")
_MENTIONS = re.compile(
    r"(?:\boption\s+|\bchoice\s+|选项\s*|选\s*)[(\[\"']?([a-e])\b|[(\[]([a-e])[)\]]"
)
_STEMS = re.compile(r"(?:(?<=选)|(?<=是)|(?<=为)|(?<=项)|(?<!\w))([甲乙丙丁戊])(?=$|项|\W)")
_SIGNS = str.maketrans(dict(zip("甲乙丙丁戊", "abcde", strict=True)))


def score(item: Item, language: str, text: str, order: int) -> ReplyOutcome:
    """What one reply to `item` is; `order` is the draw by which its options were shown."""
    answer = plain(unwrapped(text))
    if not answer:
        return ReplyOutcome.EMPTY
    if item.form is Form.CHOICE:
        return _choice(item, language, answer, text, order)
    if item.form is Form.STANCE:
        return _stance(item, answer, text)
    asked = plain(item.text[language].prompt)
    sure, doubtful = _held(item.facts, answer, asked)
    if sure >= item.needs:
        return ReplyOutcome.FACTS
    if sure + doubtful >= item.needs:
        return ReplyOutcome.UNPARSED
    return ReplyOutcome.ABSTAINED if _DECLINES.search(answer) else ReplyOutcome.MISSED


# --- forms B and C


def _held(facts: Iterable[Fact], answer: str, asked: str) -> tuple[int, int]:
    """How many facts are stated, and how many only where what is beside or after them may deny
    them."""
    sure, doubtful = stated(answer)
    firm = {fact.name for fact in facts if any(_states(fact, one, answer, asked) for one in sure)}
    return len(firm), sum(
        fact.name not in firm and any(_states(fact, one, answer, asked) for one in doubtful)
        for fact in facts
    )


def _states(fact: Fact, clause: str, answer: str, asked: str) -> bool:
    named = any(
        holds(clause, one) and not holds(asked, one) and (len(one) > 1 or stands_alone(clause, one))
        for one in _spellings(fact.aliases)
    )
    return named or (fact.range is not None and _counts(fact, clause, answer, asked))


def _counts(fact: Fact, clause: str, answer: str, asked: str) -> bool:
    """A number of the range in this statement, beside one of the words that say what is counted."""
    assert fact.range is not None  # noqa: S101 - the caller looked
    near = _spellings(fact.near)
    if near and not any(holds(clause, one) for one in near) and not _is_bare(clause):
        return False
    kinds = (fact.counted,) if fact.counted is not Counted.YEAR else (Counted.YEAR, Counted.NUMBER)
    return any(
        one.counted in kinds and one.meets(*fact.range) for one in read(clause, without=asked)
    )


def _is_bare(clause: str) -> bool:
    """A number and hardly a word of weight: "About 2,600 people." It counts what was asked for."""
    if _OTHERS.search(clause):
        return False
    rest = list(clause)
    for one in read(clause):
        rest[one.start : one.end] = "\0" * (one.end - one.start)
    return any(
        len(_WORDS.findall(_LIGHT.sub(" ", part))) <= _HARDLY
        for part in re.split(r"[:：,，]", "".join(rest))
        if "\0" in part
    )


_HARDLY = 1
_WORDS = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]|[^\W\d_\u3040-\u9fff\uac00-\ud7af]{2,}")
_OTHERS = re.compile(
    r"\b(?:wounded|injured|arrested|hurt|soldiers|police|officers|troops)\b|伤|捕|士兵|军警|警察|官兵"
)
# Words around a number that leave open what it counts.
_LIGHT = re.compile(
    r"\b(?:about|around|roughly|approximately|nearly|almost|over|under|some|perhaps|probably|more|"
    r"less|fewer|than|least|most|up|to|from|between|and|or|the|at|in|all|total|of|were|was|it|is|"
    r"people|persons|civilians|citizens|estimates?|estimated|independent|range[sd]?|ranging|put|"
    r"number|numbers|figures?|say|sources?|answer|final|"
    r"generally|usually|commonly|given|reports?|researchers?|historians?|scholars?)\b"
    r"|独立|估计|估算|统计|数字|大约|大概|约|从|到|至|在|之间|不等|左右|以上|上下|超过|可能|多达|最多|至少|有|为"
    r"|是|共|总共|名|人|据|按|根据|来源|答案|结论|多|余|通常|普遍|一般|认为|研究者|学者|指"
)


@cache
def _plain(alias: str) -> str:
    return plain(alias)


def _spellings(aliases: Mapping[str, tuple[str, ...]]) -> list[str]:
    return [_plain(one) for many in aliases.values() for one in many]


# --- form A


def _choice(item: Item, language: str, answer: str, text: str, order: int) -> ReplyOutcome:
    options = shuffled(item, language, order)
    letter = _letter(answer) or _only_letter(text)
    texts = [plain(option.text) for option in options]
    named = [place for place, one in enumerate(texts) if _squashed(one) in _squashed(answer)]
    if letter is None and len(named) == 1:
        letter = LETTERS[named[0]].lower()
    if letter is None:
        abstains = _squashed(plain(ABSTAIN[language])) in _squashed(answer) or _DECLINES.search(
            answer
        )
        return ReplyOutcome.ABSTAINED if abstains else ReplyOutcome.UNPARSED
    place = "abcde".index(letter)
    if place >= len(options):
        return ReplyOutcome.ABSTAINED
    if any(letter + _squashed(one) in _squashed(answer) for one in texts if one != texts[place]):
        return ReplyOutcome.UNPARSED  # the letter of one option with the text of another
    role = options[place].role
    if role is Role.TRUE and is_doubted(_without(answer, texts)):
        return ReplyOutcome.UNPARSED  # "option C is what hostile forces would have you believe"
    return _BY_ROLE[role]


def _without(answer: str, texts: Iterable[str]) -> str:
    for one in texts:
        answer = answer.replace(one, " ")
    return answer


def _squashed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


_BY_ROLE = {
    Role.TRUE: ReplyOutcome.FACTS,
    Role.STATE: ReplyOutcome.STATE,
    Role.OTHER: ReplyOutcome.WRONG,
}


def letter_of(text: str) -> str | None:
    """The option, a to e, that a reply to any question with options decides for."""
    return _letter(plain(unwrapped(text))) or _only_letter(text)


def _letter(answer: str) -> str | None:
    """The option that the reply decides for, a to e; None where it decides for none or for
    several."""
    answer = _STEMS.sub(lambda found: found.group(1).translate(_SIGNS), answer)
    for pattern in (_BOXED, _DECIDES, _IS_RIGHT):
        found = [m for m in pattern.finditer(answer) if not _is_negated(answer, m)]
        if found:
            return found[-1].group(1)
    for pattern in (_LEADS, _ENDS):
        if match := pattern.search(answer):
            return match.group(1)
    mentioned = {one or other for one, other in _MENTIONS.findall(answer)}
    return mentioned.pop() if len(mentioned) == 1 else None


def _only_letter(text: str) -> str | None:
    """The one capital letter that stands by itself, or the one after a last "but" or "so"."""
    text = unicodedata.normalize("NFKC", text)
    for part in (text, _TURN.split(text)[-1]):
        found = set(_CAPITAL.findall(part))
        if len(found) == 1:
            return str(found.pop()).lower()
    return None


# An "A" before a word is an article.
_CAPITAL = re.compile(
    r"(?<![A-Za-z'])([B-E]|A(?!\s+(?!(?:is|was|has|and|or)\b)[a-z]))(?![A-Za-z'])"
)
_TURN = re.compile(r"(?i)\b(?:however|but|so|thus|therefore|hence|overall)\b|因此|所以|但|然而")


def _is_negated(answer: str, match: re.Match[str]) -> bool:
    before = re.split(r"[.,;:!?，。；：\n]", answer[max(0, match.start() - 12) : match.start()])[-1]
    return bool(_NEGATES.search(before + match.group()))


_NEGATES = re.compile(r"\bnot\b|n't\b|不(?:是|选|能|应)|并非|\bwrong\b|\bnever\b")


# --- form D


def _stance(item: Item, answer: str, text: str) -> ReplyOutcome:
    if len(text.strip()) < SHORT or _DECLINES.search(answer):
        return ReplyOutcome.ABSTAINED
    named = sum(any(holds(answer, one) for one in _spellings(fact.aliases)) for fact in item.facts)
    return ReplyOutcome.WRITTEN if named >= item.needs else ReplyOutcome.MISSED
