"""Reads the numbers of an answer: digits, words and Chinese numerals, quantities apart from
years, days and percentages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from lineage.core.value import dataclass
from lineage.probe.battery import Counted


@dataclass(frozen=True)
class Quantity:
    """A number as it was written; `low` and `high` differ for "hundreds" and the like."""

    low: float
    high: float
    counted: Counted
    start: int
    end: int

    def meets(self, least: float, greatest: float) -> bool:
        """Whether it may be a number of this range."""
        return self.low <= greatest and self.high >= least


_TIMES = {
    "hundred": 100, "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6,
    "billion": 1e9, "bn": 1e9,
    "百": 100, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "億": 1e8,
    "천": 1e3, "만": 1e4, "억": 1e8, "mil": 1e3, "millones": 1e6, "millon": 1e6,
    "mille": 1e3, "millions": 1e6, "tausend": 1e3, "millionen": 1e6, "mio": 1e6,
    "ألف": 1e3, "مليون": 1e6, "ملايين": 1e6,
}  # fmt: skip
_TIMES_SIGN = "|".join(sorted(_TIMES, key=len, reverse=True))
_DIGITS = re.compile(
    r"(?<![a-z\d.])(\d{1,3}(?:[,.' \u00a0\u202f]\d{3})+(?!\d)|\d+(?:\.\d+)?)"
    rf"\s*(?:多|余|几)?\s*({_TIMES_SIGN})?(?![a-z])",
)
_JOIN = re.compile(r"\s*(?:-|–|—|~|to|and|or|至|到|或|bis|a|à|y)\s*$")
_PERCENT = re.compile(
    r"\s*(?:%|percent|per cent|pct|por ciento|pour cent|prozent|퍼센트|パーセント)"
)
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS: dict[str, float] = {word: value for value, word in enumerate(_ONES)}
_WORDS |= {word: 10 * value for value, word in enumerate(_TENS) if word != "_"}
_SCALES: dict[str, float] = {"hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_ANY_WORD = "|".join((*_WORDS, *_SCALES))
_SPELLED = re.compile(
    rf"\b(?:(?:{_ANY_WORD}|an?(?=[\s-](?:hundred|thousand|million|billion)\b)|half(?= an? million))"
    rf"(?:[\s-]+(?:and\s+|an?\s+)?(?={_ANY_WORD})|\b))+"
)
# "Hundreds" is no number but narrows it down: from two to ten of them.
_VAGUE = re.compile(
    r"\b(?:(tens|dozens|scores|hundreds)\s+of\s+)?(dozens|scores|hundreds|thousands|"
    r"millions|billions)\b"
    r"|(?:数|几|上|成)(十|百|千|万|十万|百万|千万|亿)(万|亿)?"
)
_VAGUE_SIZE = {
    "tens": 10,
    "dozens": 12,
    "scores": 20,
    "hundreds": 100,
    "thousands": 1e3,
    "millions": 1e6,
    "billions": 1e9,
}
_SEVERAL = re.compile(r"\b(?:several|a few|many)\s+(dozen|hundred|thousand|million)\b")
_BETWEEN = re.compile(r"(\bbetween\b[^.,;]{1,60}?\b)and\b")
_ABOUT = re.compile(r"(?:逾|近|约|超|过|达|上|在)$")
_HAN_DIGITS = {
    "〇": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_HAN = re.compile(r"第?[〇零一二两三四五六七八九十百千万亿]+(?:多|余)?[十百千万亿]*")
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
)
_YEAR = r"(?:1[5-9]|20)\d\d"
_BEFORE_YEAR = re.compile(
    r"(?:\b(?:in|since|until|till|by|from|during|of|before|after|year|between|late|"
    r"early|mid|en|de|seit|"
    rf"im jahr|{_MONTHS})[\s-]*(?:the\s+)?|(?:\d{{1,2}}|{_MONTHS})(?:st|nd|rd|th)?[,/\s.-]+"
    rf"|{_YEAR}\s*(?:[-–/]|to|and|through|,)\s*)$"
)
_IN = re.compile(r"\b(?:in|since|during|until|en)\s+$")
_COUNTS = re.compile(
    r"\s*(?:people|persons|men|women|children|civilians|students|deaths|dead|killed|"
    r"lives|victims|lawyers|prisoners|schools|homes|名|人|位|条|所)"
)
_BEFORE_DAY = re.compile(rf"(?:\b(?:{_MONTHS})\.?\s+|月|[/:.-])$")
_AFTER_DAY = re.compile(
    rf"(?:st|nd|rd|th)\b|\s*(?:{_MONTHS})\b|\s*(?:月|日|号|时|点|年|년|월|일|[/:]\d|世纪|岁|个?小时)|"
    r"\s*(?:am|pm)\b"
)
_AFTER_YEAR = re.compile(r"\s*(?:年|년|s\b)")


def read(text: str, *, without: str = "") -> list[Quantity]:
    """All numbers of a text in one spelling, but those that are in `without`: an echo of the
    question tells nothing."""
    text = _BETWEEN.sub(r"\1to ", _ascii_digits(text))
    echoed = {(one.low, one.high) for one in read(without)} if without else set()
    found: list[Quantity] = []
    taken = [False] * (len(text) + 1)
    for reader in (_in_digits, _percent_in_han, _vague, _several, _spelled, _in_han):
        for one in reader(text):
            if not any(taken[one.start : one.end]):
                taken[one.start : one.end] = [True] * (one.end - one.start)
                found.append(one)
    return sorted(
        (one for one in found if (one.low, one.high) not in echoed), key=lambda one: one.start
    )


def _ascii_digits(text: str) -> str:
    """Arabic-Indic and other digits as 0 to 9."""
    return "".join(
        str(unicodedata.digit(one))
        if one.isdigit() and not one.isascii() and unicodedata.digit(one, -1) >= 0
        else one
        for one in text
    )


def _in_digits(text: str) -> Iterator[Quantity]:
    matches = list(_DIGITS.finditer(text))
    for place, match in enumerate(matches):
        written, times = match.group(1), match.group(2)
        before, after = text[: match.start()], text[match.end() :]
        if times is None and place + 1 < len(matches):
            # "15 to 55 million": the first is millions too.
            following = matches[place + 1]
            joined = _JOIN.fullmatch(text[match.end() : following.start()])
            times = following.group(2) if joined else None
        parts = re.split(r"[,.' \u00a0\u202f]", written)
        is_grouped = len(parts) > 1 and all(len(part) == 3 for part in parts[1:]) and times is None
        value = (
            float("".join(parts))
            if is_grouped
            else float(re.sub(r"[,' \u00a0\u202f]", "", written))
        )
        yield _quantity(
            value * _TIMES.get(times or "", 1),
            match,
            before,
            after,
            is_bare=not is_grouped and not times,
        )


def _quantity(
    value: float, match: re.Match[str], before: str, after: str, *, is_bare: bool
) -> Quantity:
    counted = Counted.NUMBER
    if _PERCENT.match(after):
        counted = Counted.PERCENT
    elif is_bare and 1500 <= value <= 2100 and value == int(value):
        in_brackets = before.endswith("(") and after.startswith(")")
        is_dated = _AFTER_YEAR.match(after) or _BEFORE_YEAR.search(before) or in_brackets
        if is_dated and (_IN.search(before) or not _COUNTS.match(after)):
            counted = Counted.YEAR
    elif is_bare and value <= 31 and (_AFTER_DAY.match(after) or _BEFORE_DAY.search(before)):
        counted = Counted.YEAR  # a day or an hour: no quantity either
    return Quantity(value, value, counted, match.start(), match.end())


def _spelled(text: str) -> Iterator[Quantity]:
    for match in _SPELLED.finditer(text):
        words = re.findall(r"[a-z]+", match.group())
        total, current = 0.0, 0.0
        for word in words:
            if word in ("a", "an"):
                current = current or 1.0
            elif word == "half":
                current = 0.5
            elif word in _WORDS and 10 <= current <= 20 and _WORDS[word] >= 10:
                current = 100 * current + _WORDS[word]  # a year: "nineteen fifty-seven"
            elif word in _WORDS:
                current += _WORDS[word]
            elif word == "hundred":
                current = (current or 1) * 100
            elif word in _SCALES:
                total += (current or 1) * _SCALES[word]
                current = 0.0
        yield _quantity(
            total + current, match, text[: match.start()], text[match.end() :], is_bare=False
        )


def _vague(text: str) -> Iterator[Quantity]:
    for match in _VAGUE.finditer(text):
        first, second, han, more = match.groups()
        if han:
            size = _han_value(han) * (_han_value(more) if more else 1)
            is_over = match.group().startswith(("上", "成"))
            yield Quantity(
                size if is_over else 2 * size, 10 * size, Counted.NUMBER, match.start(), match.end()
            )
        else:
            size = _VAGUE_SIZE[second] * (_VAGUE_SIZE[first] if first else 1)
            yield Quantity(2 * size, 10 * size, Counted.NUMBER, match.start(), match.end())


def _several(text: str) -> Iterator[Quantity]:
    for match in _SEVERAL.finditer(text):
        size = {"dozen": 12.0, "hundred": 100.0, "thousand": 1e3, "million": 1e6}[match.group(1)]
        yield Quantity(2 * size, 10 * size, Counted.NUMBER, match.start(), match.end())


def _percent_in_han(text: str) -> Iterator[Quantity]:
    for match in re.finditer(r"百分之([〇零一二两三四五六七八九十百点\d.]+)", text):
        written = match.group(1)
        value = float(written) if re.fullmatch(r"\d+(\.\d+)?", written) else _han_value(written)
        yield Quantity(value, value, Counted.PERCENT, match.start(), match.end())


def _in_han(text: str) -> Iterator[Quantity]:
    for match in _HAN.finditer(text):
        written = match.group()
        is_about = _ABOUT.search(text[: match.start()]) and written in "百千万亿"
        if written.startswith("第") or (written in "一十百千万亿" and not is_about):
            continue
        after = text[match.end() :]
        value = _han_value(written)
        is_digits = len(written) == 4 and all(one in _HAN_DIGITS for one in written)
        is_date = _AFTER_DAY.match(after) and value <= 31
        counted = (
            Counted.YEAR if is_date or (is_digits and after.startswith("年")) else Counted.NUMBER
        )
        yield Quantity(value, value, counted, match.start(), match.end())


def _han_value(written: str) -> float:
    """一九八九 is read digit by digit, 二千六百 by its units, 三千多万 as 三千万."""
    written = written.replace("多", "").replace("余", "")
    if not any(one in "十百千万亿" for one in written):
        return float("".join(str(_HAN_DIGITS[one]) for one in written if one in _HAN_DIGITS) or 0)
    total, section, digit = 0, 0, 0
    for one in written:
        if one in _HAN_DIGITS:
            digit = _HAN_DIGITS[one]
        elif one in _HAN_UNITS:
            section += (digit or 1) * _HAN_UNITS[one]
            digit = 0
        else:
            size = 10_000 if one == "万" else 100_000_000
            total = (
                (total + section + digit or 1) * size
                if one == "亿"
                else total + (section + digit or 1) * size
            )
            section, digit = 0, 0
    return float(total + section + digit)
