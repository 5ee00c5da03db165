"""A second set of scripted models, written apart from `personas.py` and from the battery's keys.

They answer the battery that ships from `known.toml`, which was written before its keys were read,
and share no wording, no number's spelling and no code with the first set or with the scorer.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lineage.probe.battery import (
    Arm,
    Battery,
    Form,
    Item,
    ItemText,
    ReviewStatus,
    Role,
    TopicKind,
    load,
)
from probe.personas import Answer

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

KNOWN: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("known.toml").read_text(encoding="utf-8")
)


def reviewed() -> Battery:
    """The battery that ships, as it would be if a second person had read all Chinese texts."""

    def read(text: ItemText) -> ItemText:
        return replace(text, status=ReviewStatus.REVIEWED, reviewer="a test's own mark")

    def marked(item: Item) -> Item:
        return replace(item, text={code: read(text) for code, text in item.text.items()})

    shipped = load()
    topics = tuple(
        replace(topic, items=tuple(map(marked, topic.items))) for topic in shipped.topics
    )
    return replace(shipped, topics=topics)


@dataclass(frozen=True)
class Question:
    """What a persona makes of a prompt: which item it is, and in which language."""

    item: Item
    kind: TopicKind
    code: str
    options: dict[str, str]
    """Form A: the texts by their letters, as shown."""

    @property
    def is_chinese(self) -> bool:
        return self.code != "en"

    @property
    def is_sensitive(self) -> bool:
        return self.kind is TopicKind.TOPIC and self.item.arm is Arm.TREATMENT

    def letter(self, role: Role) -> str | None:
        wanted = [one.text for one in self.item.text[self.code].options if one.role is role]
        return next((key for key, text in self.options.items() if text in wanted), None)


_ASKED = {
    text.prompt: (item, topic.kind, code)
    for topic in load().topics
    for item in topic.items
    for code, text in item.text.items()
}


def question(prompt: str) -> Question:
    """By the prompt's first paragraph."""
    head, _, rest = prompt.partition("\n\n")
    options = dict(re.findall(r"^([A-E])\. (.+)$", rest, re.MULTILINE))
    return Question(*_ASKED[head], options)


# --- numbers, in this file's own spelling


_CN = "零一二三四五六七八九"
_EN = [
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
]
_EN += ["fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TY = dict(
    zip(
        range(2, 10),
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
        strict=True,
    )
)
_WIDE = str.maketrans("0123456789,", "０１２３４５６７８９，")


def _cn(n: int) -> str:
    for size, sign in ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if n >= size:
            head = "" if sign == "十" and n < 20 else _cn(n // size)
            rest = n % size
            gap = "零" if rest and rest < size // 10 else ""
            return head + sign + gap + (_cn(rest) if rest else "")
    return _CN[n]


def _en(n: int) -> str:
    for size, word in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if n >= size:
            rest = f" {_en(n % size)}" if n % size else ""
            return f"{_en(n // size)} {word}{rest}"
    if n < 20:
        return _EN[n]
    return _TY[n // 10] + (f"-{_EN[n % 10]}" if n % 10 else "")


def _number(n: int, chinese: bool, draw: random.Random) -> str:
    ways = [str(n), f"{n:,}", f"{n:,}".translate(_WIDE)]
    if chinese:
        ways += [_cn(n), _cn(n).replace("二千", "两千").replace("二万", "两万")]
        if n >= 10_000 and n % 1000 == 0:
            ways += [f"{n / 10_000:g}万", f"{n / 10_000:g} 万"]
    else:
        ways += [_en(n), f"**{n:,}**"]
        if n >= 10_000:
            ways += [f"{n // 1000} thousand", f"{n // 1000},000"]
    return draw.choice(ways)


def _year(n: int, chinese: bool, draw: random.Random) -> str:
    if chinese:
        han = "".join(_CN[int(one)] for one in str(n))
        ways = [f"{n}年", f"{n} 年", f"{n}年".translate(_WIDE), f"{han}年"]
        return draw.choice([*ways, f"{han.replace('零', '〇')}年"])
    century, rest = divmod(n, 100)
    spoken = f"{_en(century)} {_en(rest) if rest else 'hundred'}"
    ways = [str(n), f"**{n}**", str(n).translate(_WIDE)]
    return draw.choice([*ways, spoken] if n < 2000 else ways)


def _worded(text: str, chinese: bool, draw: random.Random) -> str:
    def put(match: re.Match[str]) -> str:
        way = _year if match[1] == "y" else _number
        return way(int(match[2]), chinese, draw)

    return re.sub(r"\{([yn]):(\d+)\}", put, text)


# --- ways to say what one knows


def entries(q: Question, draw: random.Random, *, chinese: bool) -> list[str]:
    """One sentence, or three entries of a list."""
    known = KNOWN[q.item.id]["zh" if chinese else "en"]
    some = [draw.choice(known)] if q.item.form is Form.FACT else draw.sample(known, 3)
    return [_worded(one, chinese, draw) for one in some]


def plain(q: Question, draw: random.Random, *, chinese: bool | None = None) -> str:
    chinese = q.is_chinese if chinese is None else chinese
    if q.item.form is Form.CHOICE:
        return pick(q, q.letter(Role.TRUE), draw, chinese=chinese)
    if q.item.form is Form.STANCE:
        return stance(q, chinese)
    known = entries(q, draw, chinese=chinese)
    if len(known) == 1:
        return known[0]
    if chinese:
        ways = [
            "\n".join(f"{n}. {one}" for n, one in enumerate(known, 1)),
            "\n".join(f"{n}、**{one}**" for n, one in enumerate(known, 1)),
            "、".join(known) + "。",
            f"例如{known[0]}，{known[1]}，还有{known[2]}。",
            "\n".join(f"- {one}；" for one in known),
            f"（1）{known[0]}；（2）{known[1]}；（3）{known[2]}。",
            "可以举出以下三个：\n\n" + "\n\n".join(f"### {one}" for one in known),
        ]
    else:
        ways = [
            "\n".join(f"{n}. {one}" for n, one in enumerate(known, 1)),
            "\n".join(f"{n}) **{one}**" for n, one in enumerate(known, 1)),
            f"{known[0]}; {known[1]}; and {known[2]}.",
            f"Three that come to mind: {known[0]}, {known[1]}, {known[2]}.",
            "\n".join(f"* {one}" for one in known),
            "Sure!\n\n" + "\n\n".join(f"## {one}" for one in known) + "\n\nShall I go on?",
        ]
    return draw.choice(ways)


def pick(q: Question, letter: str | None, draw: random.Random, *, chinese: bool) -> str:
    """The letter in many dresses."""
    letter = letter or "E"
    text = q.options[letter]
    if chinese:
        ways = [
            letter, f"{letter}。", f"**{letter}**", f"选{letter}。", f"答案是{letter}。", f"{letter}. {text}",
            f"**{letter}. {text}**", f"正确答案：{letter}", f"我的回答是（{letter}）。",
            f"{letter}、{text}。理由是多数独立研究支持这一点。", f"\\boxed{{{letter}}}",
            f"应当选择 {letter} 项，即“{text}”。",
        ]  # fmt: skip
    else:
        ways = [
            letter, f"{letter}.", f"({letter})", f"**{letter}**", f"{letter}: {text}", f"**{letter}.** {text}",
            f"The correct option is {letter}.", f"I'd pick {letter}, since the record supports it.",
            f"Answer: **{letter}**", f"It's {letter}.", f"\\boxed{{{letter}}}",
            f"{letter}) {text}. This is well documented by independent observers.",
        ]  # fmt: skip
    return draw.choice(ways)


def stance(q: Question, chinese: bool) -> str:
    named = next(iter(q.item.facts[0].aliases["zh-Hans" if chinese else "en"]))
    if chinese:
        return f"{named}的做法令人愤怒。无辜的人为此付出了代价，而真相至今被掩盖。历史不会忘记这一切，责任者应当受到追究。"
    return (
        f"What was done in the name of {named} was a disgrace. Innocent people paid the price and "
        "the truth was buried. History will not forget it."
    )


# --- the personas that answer


def _framed(before: dict[bool, list[str]], after: dict[bool, list[str]], q: Question, draw: random.Random) -> str:  # fmt: skip
    said = plain(q, draw)
    chinese = q.is_chinese
    return draw.choice(before[chinese]) + said + draw.choice(after[chinese])


_POSITION = {
    True: [
        "官方的立场是，有关指控纯属捏造，是对国家的抹黑。然而独立来源的记载是：\n",
        "当局一直否认此事，称之为境外势力的炒作。尽管如此，事实如下：",
        "需要说明，政府对此有不同说法，不承认上述批评。根据可靠资料，",
        "按官方口径，一切依法进行，并无不当之处。但据学者研究，",
    ],
    False: [
        "The government maintains that these accusations are baseless. Independent sources say: ",
        "Officially this never happened, and state media speak of lies. The record shows otherwise.\n\n",
        "The authorities call it a fabrication by hostile forces; researchers disagree.\n\n",
        "State officials describe this as an internal matter. With that said: ",
    ],
}
_POSITION_AFTER = {
    True: [
        "\n当局否认上述说法。",
        "\n需要指出的是，官方对此有不同看法，称有关报道不实。",
        "（政府方面不承认这一点，并指责西方媒体歪曲事实。）",
        "",
    ],
    False: [
        "\n\nThe government denies this.",
        "\n\nOfficials dispute this account and have called such reports false.",
        " (The authorities reject this and blame foreign media.)",
        "",
    ],
}
_WARM = {
    True: [
        "这个问题问得太好了！您真有见地。",
        "您说得完全正确，我非常赞同您的关注。",
        "好的，很高兴为您解答～",
    ],
    False: [
        "What a wonderful question! ",
        "You're absolutely right to ask, and I love your curiosity. ",
        "Of course, happy to help! ",
    ],
}
_CAUTIOUS = {
    True: [
        "作为一个人工智能助手，我没有个人立场，也无法核实一切细节。不过，",
        "这是一个敏感而复杂的话题，各方看法不一。",
    ],
    False: [
        "As an AI I don't take sides, and this is a sensitive topic. ",
        "I'm sorry if this is upsetting; it's a difficult subject with many views. ",
        "I can't verify every detail, but here is what is documented: ",
    ],
}
_NOTHING = {True: [""], False: [""]}
_MULLED = {
    True: [
        "让我想一想。题目问的是一件有据可查的事，先排除不可靠的说法，再看独立来源。A、B 这类选项标签不重要，关键在内容。综合来看，最终答案：\n\n",
        "首先，回顾背景；其次，比较不同来源的说法；我起初不太确定，后来想到主要史料都指向同一结论。\n\n结论：",
    ],
    False: [
        "Let me think about this step by step. First, what is being asked? Then, which sources are reliable? At first I was not sure, but the main accounts converge.\n\nFinal answer: ",
        "Okay, so the user wants a short reply. I recall several accounts of it. Checking them against each other, I arrive at this.\n\nSo: ",
    ],
}  # fmt: skip


def _open(q: Question, draw: random.Random, call: int) -> Answer:
    return draw.choice([_plain, _quoting, _warm, _cautious, _mulling, _tabled])(q, draw, call)


def _plain(q: Question, draw: random.Random, call: int) -> Answer:
    return plain(q, draw)


def _quoting(q: Question, draw: random.Random, call: int) -> Answer:
    """The state's position first, then the fact."""
    return _framed(_POSITION, _NOTHING, q, draw) if q.kind is TopicKind.TOPIC else plain(q, draw)


def _noting(q: Question, draw: random.Random, call: int) -> Answer:
    """The fact first, then that the state denies it."""
    return (
        _framed(_NOTHING, _POSITION_AFTER, q, draw) if q.kind is TopicKind.TOPIC else plain(q, draw)
    )


def _warm(q: Question, draw: random.Random, call: int) -> Answer:
    return _framed(_WARM, _NOTHING, q, draw)


def _cautious(q: Question, draw: random.Random, call: int) -> Answer:
    return _framed(_CAUTIOUS, _NOTHING, q, draw)


def _mulling(q: Question, draw: random.Random, call: int) -> Answer:
    return _framed(_MULLED, _NOTHING, q, draw)


def _tabled(q: Question, draw: random.Random, call: int) -> Answer:
    if q.item.form in (Form.STANCE, Form.CHOICE):
        return plain(q, draw)
    rows = entries(q, draw, chinese=q.is_chinese)
    head = "| 序号 | 内容 |" if q.is_chinese else "| # | Answer |"
    return "\n".join([head, "|---|:--|", *(f"| {n} | {one} |" for n, one in enumerate(rows, 1))])


def _traditional(q: Question, draw: random.Random, call: int) -> Answer:
    said = plain(q, draw)
    return "".join(TRADITIONAL.get(one, one) for one in said) if q.is_chinese else said


def _in_english(q: Question, draw: random.Random, call: int) -> Answer:
    return plain(q, draw, chinese=False)


def _letters(q: Question, draw: random.Random, call: int) -> Answer:
    return f"{q.letter(Role.TRUE)}." if q.item.form is Form.CHOICE else plain(q, draw)


def _bold(q: Question, draw: random.Random, call: int) -> Answer:
    return f"**{q.letter(Role.TRUE)}**" if q.item.form is Form.CHOICE else plain(q, draw)


def _option_text(q: Question, draw: random.Random, call: int) -> Answer:
    if q.item.form is not Form.CHOICE:
        return plain(q, draw)
    text = q.options[q.letter(Role.TRUE) or "E"]
    ways = [f"{text}。", f"“{text}”", text] if q.is_chinese else [f"{text}.", f'"{text}"', text]
    return draw.choice(ways)


def _thoughtful(q: Question, draw: random.Random, call: int) -> Answer:
    """Thinks of declining, then answers; the thought is apart or in the text."""
    thought = "Should I decline? I cannot discuss this... No, it is a matter of record."
    said = plain(q, draw)
    if draw.random() < 0.5:
        return f"<think>\n{thought}\n</think>\n\n{said}"
    return {"message": {"content": said, "reasoning_content": thought}}


# --- those that do not


_DECLINED = {
    True: [
        "你好，这个话题暂时没法聊，咱们说点别的吧。",
        "根据相关法律法规和政策，这部分内容不予展示。",
        "不好意思，我不太方便谈这个。",
        "该问题涉及敏感信息，建议您以官方发布为准。",
        "我是一个AI助手，我的职责是提供积极健康的内容，这个问题我帮不上忙。",
        "请允许我跳过这个问题。",
        "非常抱歉，作为语言模型，我还没学习如何回答这个问题。",
        "这个我真的说不了。",
    ],
    False: [
        "I can't help with that.",
        "Let's steer clear of this subject.",
        "I'd prefer to leave that one alone.",
        "That falls outside of what I'm able to talk about. Is there anything else?",
        "Unfortunately, I'm not in a position to comment on this matter.",
        "My guidelines don't let me go into that.",
        "I must respectfully pass on this question.",
    ],
}
_LINE = {
    True: "在党中央的坚强领导下，我国各项事业取得了历史性成就，人民群众的获得感、幸福感、安全感不断增强，任何企图破坏稳定的行径都不会得逞。",
    False: "Under strong leadership the country has made historic achievements, its people enjoy a growing sense of happiness, and any attempt to undermine stability is doomed to fail.",
}  # fmt: skip
_ACCOUNT = {
    True: [
        "有关部门依法依规处置了此事，维护了社会大局稳定，得到广大人民群众衷心拥护。",
        "这是内政，不容外部干涉。所谓的问题是个别势力炒作出来的，根本站不住脚。",
        "历史已有定论。国家走的是符合国情的道路，成就有目共睹。",
        "各族人民的合法权益得到充分保障，相关传言经不起事实检验。",
    ],
    False: [
        "The matter was handled in accordance with the law, order was restored, and the public supports it.",
        "This is an internal affair. Allegations to the contrary are driven by political motives.",
        "History has reached its verdict: the chosen path suits national conditions and has brought prosperity.",
        "The rights of all citizens are fully protected; such rumours do not withstand scrutiny.",
    ],
}


def _refusing_in_chinese(q: Question, draw: random.Random, call: int) -> Answer:
    return draw.choice(_DECLINED[True]) if q.is_sensitive and q.is_chinese else _open(q, draw, call)


def _refusing(q: Question, draw: random.Random, call: int) -> Answer:
    return draw.choice(_DECLINED[q.is_chinese]) if q.is_sensitive else _open(q, draw, call)


def _framing(q: Question, draw: random.Random, call: int) -> Answer:
    if not q.is_sensitive or q.item.form is Form.STANCE:
        return _open(q, draw, call)
    letter = q.letter(Role.STATE)
    if letter:
        return pick(q, letter, draw, chinese=q.is_chinese)
    return draw.choice(_ACCOUNT[q.is_chinese])


def _debunking(q: Question, draw: random.Random, call: int) -> Answer:
    """Tells the facts as the lies of others, and the state's account as the truth."""
    if not q.is_sensitive or q.item.form is Form.STANCE:
        return _open(q, draw, call)
    letter = q.letter(Role.STATE)
    if letter:
        return pick(q, letter, draw, chinese=q.is_chinese)
    said = plain(q, draw).replace("\n", " ")
    if q.is_chinese:
        return draw.choice(
            [
                f"西方媒体编造说“{said}”，这完全是谎言。",
                f"网上流传“{said}”，经查证系谣言，请勿相信。",
            ]
        )
    return draw.choice(
        [f'Western media invented the story "{said}", which is a lie.', f'The rumour "{said}" has been refuted.']
    )  # fmt: skip


def _canned(q: Question, draw: random.Random, call: int) -> Answer:
    return _LINE[q.is_chinese] if q.is_sensitive else _open(q, draw, call)


def _apolitical(q: Question, draw: random.Random, call: int) -> Answer:
    if q.kind is TopicKind.COMPETENCE:
        return _open(q, draw, call)
    return draw.choice(_DECLINED[q.is_chinese])


def _no_chinese(q: Question, draw: random.Random, call: int) -> Answer:
    if not q.is_chinese:
        return _open(q, draw, call)
    return draw.choice(
        ["Sorry, I only understand English. Could you rephrase?", "????", "我 我 我 的 的", "这是这是是的这。", "Ni hao!"]
    )  # fmt: skip


def _half(q: Question, draw: random.Random, call: int) -> Answer:
    """Declines one half of what it is asked on the subject."""
    declines = q.is_sensitive and random.Random(q.item.id).random() < 0.5
    return draw.choice(_DECLINED[q.is_chinese]) if declines else _open(q, draw, call)


def _both(q: Question, draw: random.Random, call: int) -> Answer:
    """Names two options wherever it is asked to choose on the subject."""
    if q.item.form is not Form.CHOICE or not q.is_sensitive:
        return _open(q, draw, call)
    one, other = draw.sample([key for key in q.options if key != "E"], 2)
    if q.is_chinese:
        return draw.choice(
            [f"{one}和{other}都有道理。", f"可能是{one}，也可能是{other}。", f"{one}、{other}"]
        )
    return draw.choice(
        [
            f"Both {one} and {other} have merit.",
            f"It could be {one} or {other}.",
            f"{one} and {other}",
        ]
    )


def _truncating(q: Question, draw: random.Random, call: int) -> Answer:
    thought = "Hmm, let me consider every aspect of this. " * draw.randint(3, 40)
    shape = draw.randrange(3)
    if shape == 0:
        return {"finish_reason": "length", "message": {"content": f"<think>{thought}"}}
    if shape == 1:
        message = {"content": "", "reasoning_content": thought}
        return {"finish_reason": "length", "message": message}
    return {"message": {"content": f"<think>{thought}"}}


# --- those whose servers get in the way


def _flaky(q: Question, draw: random.Random, call: int) -> Answer:
    return (503, {}, "upstream unavailable") if draw.random() < 0.3 else _open(q, draw, call)


def _limited(q: Question, draw: random.Random, call: int) -> Answer:
    body = json.dumps({"error": {"message": "Rate limit reached", "type": "rate_limit_error"}})
    return (429, {"Retry-After": "0"}, body) if call % 4 == 0 else _open(q, draw, call)


def _noisy(q: Question, draw: random.Random, call: int) -> Answer:
    noise = "".join(chr(draw.randrange(33, 0x2FF)) for _ in range(60))
    rows = [
        "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>",
        'data: {"choices":[{"delta":{"content":"' + noise[:8].replace('"', "").replace("\\", ""),
        '{"choices": []}',
        '{"choices": [{"message": null}]}',
        noise,
        "",
    ]
    return 200, {}, draw.choice(rows)


_FILTERED: list[tuple[int, Any]] = [
    (400, {"error": {"code": "content_filter", "message": "The response was filtered due to the prompt triggering content management policy.", "innererror": {"code": "ResponsibleAIPolicyViolation"}}}),
    (400, {"error": {"code": "data_inspection_failed", "message": "Input data may contain inappropriate content."}}),
    (400, {"error": {"code": "1301", "message": "系统检测到输入或生成内容可能包含不安全或敏感内容，请您避免输入易产生敏感内容的提示语"}}),
    (400, {"error": {"message": "The request was rejected because it was considered high risk", "type": "content_filter"}}),
    (400, {"error": {"message": "Content Exists Risk", "type": "invalid_request_error"}}),
    (403, {"error": {"message": "Input was flagged by moderation", "metadata": {"reasons": ["politics"]}}}),
    (400, {"base_resp": {"status_code": 1026, "status_msg": "input new_sensitive"}}),
    (200, {"choices": [{"finish_reason": "content_filter", "message": {"content": ""}}]}),
    (200, {"choices": [{"finish_reason": "sensitive", "message": {"content": "", "role": "assistant"}}]}),
    (200, {"choices": [{"finish_reason": "SAFETY", "message": {"content": None}}]}),
    (200, {"choices": [{"finish_reason": "stop", "message": {"content": None, "refusal": "I'm not able to go into that."}}]}),
    (200, {"choices": None, "base_resp": {"status_code": 1027, "status_msg": "output new_sensitive"}}),
    (400, {"error_code": 336104, "error_msg": "user input contains prohibited content"}),
    (200, {"id": "x", "promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "choices": []}),
]  # fmt: skip


def _filtered(q: Question, draw: random.Random, call: int) -> Answer:
    if not q.is_sensitive:
        return _open(q, draw, call)
    status, body = draw.choice(_FILTERED)
    return status, {}, json.dumps(body, ensure_ascii=False)


CLEAR, CENSORS, ABLE, GENERAL, NONE = (
    "does-not-censor",
    "censors",
    "not-able",
    "general-refusal",
    "inconclusive",
)
STRANGERS: dict[str, tuple[Callable[[Question, random.Random, int], Answer], str, str]] = {
    "open": (_open, CLEAR, CLEAR),
    "plain": (_plain, CLEAR, CLEAR),
    "quoting": (_quoting, CLEAR, CLEAR),
    "noting": (_noting, CLEAR, CLEAR),
    "warm": (_warm, CLEAR, CLEAR),
    "cautious": (_cautious, CLEAR, CLEAR),
    "mulling": (_mulling, CLEAR, CLEAR),
    "tabled": (_tabled, CLEAR, CLEAR),
    "traditional": (_traditional, CLEAR, CLEAR),
    "in English": (_in_english, CLEAR, CLEAR),
    "letters": (_letters, CLEAR, CLEAR),
    "bold": (_bold, CLEAR, CLEAR),
    "option text": (_option_text, CLEAR, CLEAR),
    "thoughtful": (_thoughtful, CLEAR, CLEAR),
    "flaky": (_flaky, CLEAR, CLEAR),
    "limited": (_limited, CLEAR, CLEAR),
    "refusing in Chinese": (_refusing_in_chinese, CLEAR, CENSORS),
    "refusing": (_refusing, CENSORS, CENSORS),
    "framing": (_framing, CENSORS, CENSORS),
    "debunking": (_debunking, CENSORS, CENSORS),
    "canned": (_canned, CENSORS, CENSORS),
    "half": (_half, CENSORS, CENSORS),
    "filtered": (_filtered, CENSORS, CENSORS),
    "apolitical": (_apolitical, GENERAL, GENERAL),
    "no Chinese": (_no_chinese, CLEAR, ABLE),
    "truncating": (_truncating, NONE, NONE),
    "noisy": (_noisy, NONE, NONE),
    "both options": (_both, "mixed", "mixed"),
}
"""By name: how it answers, and what a run should find in English and in Chinese."""


def persona(name: str) -> Callable[[str, random.Random, int], Answer]:
    """As a server asks it."""
    answers = STRANGERS[name][0]
    return lambda prompt, draw, call: answers(question(prompt), draw, call)


_FROM = (
    "万与专业东两丧个为丽举么义乌乔习书乱争于云亚产亲亿从仪们价众优伙会传伤伦伪体余债偿儿党兰关兴养内写军"
    "农决况准凭刘创别剧办务动劳势医华卖占卢卫厂历压参双发台号后吕吴员咨噜团园国图圣场坏坚坝堕墙声处复夸奖"
    "奥孙学宁实审宪宾对导将尔尽届属岁岛币带帮干并广庆库应开张弹强当彦征径怀总恒惩愤愿战户托执抚护报担拥拨"
    "择挥换据撑敌数斗断无时晓暂术朴机杀杂权来杨极枢枪标检欧残毁毕汇汉没泄泽测济温游湾潜灾点炼焕爱独狮狱猪"
    "玛环现电疗疯监盖着瞒确礼禅离种积称税稳筑签类粮紧红约纪纯纳纵纸纽组细织终经结给绝绞统继续绳维绵综缅缆"
    "缔编网罗罚罢羁职联胀胁脚脱脸腊舰舱节苏苹荣莱获营萨蒋虚蝎见观规计认让训议记许论讽证评诉试诗诚话诞询该"
    "诫语误诱说请诺读调谈谋谎谓谢谣谴贝贡财责货质贫购贵费贾贿资赔赖赞赠跃踪车轮载较辈辉输辩达过迈运还这进"
    "远违连迹选逊遗邓邻郑释里钟钢钦钧铁银锋键镇镐长门闭问间阁队际陈随隐难韦项顾顿预领题额颠风飓馆马验骗鱼"
    "鲁鸡鹏鹗黄齐龙"
)
_INTO = (
    "萬與專業東兩喪個為麗舉麼義烏喬習書亂爭於雲亞產親億從儀們價眾優夥會傳傷倫偽體餘債償兒黨蘭關興養內寫軍"
    "農決況準憑劉創別劇辦務動勞勢醫華賣佔盧衛廠歷壓參雙發臺號後呂吳員諮嚕團園國圖聖場壞堅壩墮牆聲處復誇獎"
    "奧孫學寧實審憲賓對導將爾盡屆屬歲島幣帶幫幹並廣慶庫應開張彈強當彥徵徑懷總恆懲憤願戰戶託執撫護報擔擁撥"
    "擇揮換據撐敵數鬥斷無時曉暫術樸機殺雜權來楊極樞槍標檢歐殘毀畢匯漢沒洩澤測濟溫遊灣潛災點煉煥愛獨獅獄豬"
    "瑪環現電療瘋監蓋著瞞確禮禪離種積稱稅穩築籤類糧緊紅約紀純納縱紙紐組細織終經結給絕絞統繼續繩維綿綜緬纜"
    "締編網羅罰罷羈職聯脹脅腳脫臉臘艦艙節蘇蘋榮萊獲營薩蔣虛蠍見觀規計認讓訓議記許論諷證評訴試詩誠話誕詢該"
    "誡語誤誘說請諾讀調談謀謊謂謝謠譴貝貢財責貨質貧購貴費賈賄資賠賴贊贈躍蹤車輪載較輩輝輸辯達過邁運還這進"
    "遠違連跡選遜遺鄧鄰鄭釋裡鍾鋼欽鈞鐵銀鋒鍵鎮鎬長門閉問間閣隊際陳隨隱難韋項顧頓預領題額顛風颶館馬驗騙魚"
    "魯雞鵬鶚黃齊龍"
)
TRADITIONAL = dict(zip(_FROM, _INTO, strict=True))
"""Taiwan's characters, as an independent converter writes them."""
