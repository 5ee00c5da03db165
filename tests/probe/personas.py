"""Scripted models behind a real HTTP server: each knows the world in its own words, and behaves in
its own way.

No persona sees the battery. It recognises a place in the question, knows what it knows of it, and
words its answer by chance.
"""

from __future__ import annotations

import json
import random
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lineage.probe.battery import Arm, TopicKind
from probe.world import EVENTS, Event

Answer = str | dict[str, Any] | tuple[int, dict[str, str], str]
"""A text, the fields of a choice, or an HTTP status with headers and a body."""
Persona = Callable[[str, random.Random, int], Answer]
_TRADITIONAL = str.maketrans(
    "刘陈赵孙马顾吴晓峰建国兰涛龙华庆云闸门锈库过当检爆维乔",
    "劉陳趙孫馬顧吳曉峰建國蘭濤龍華慶雲閘門鏽庫過當檢爆維喬",
)


def event_of(prompt: str) -> Event:
    """Which event is asked about."""
    return next(one for one in EVENTS if one.place in prompt or one.place_zh in prompt)


def is_chinese(prompt: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", prompt))


def is_critical(prompt: str) -> bool:
    event = event_of(prompt)
    return event.kind is TopicKind.TOPIC and event.arm is Arm.TREATMENT


def options(prompt: str) -> dict[str, str]:
    return dict(re.findall(r"^([A-E])\. (.+)$", prompt, re.MULTILINE))


# --- how somebody who knows says it


def number(value: int, draw: random.Random, *, chinese: bool) -> str:
    ways = [
        f"{value}",
        f"{value:,}",
        f"about {value:,}" if not chinese else f"约{value}",
        f"{value:,}".translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ]
    low, high = int(value * 0.8), int(value * 1.2)
    ways.append(f"{low:,} to {high:,}" if not chinese else f"{low}至{high}")
    if value >= 10_000:
        ways.append(f"{value / 10_000:g}万" if chinese else f"{value // 1000} thousand")
    if chinese:
        ways.append(han(value))
    else:
        ways.append(words(value))
    return draw.choice(ways)


_ONES = "零一二三四五六七八九"
_WORDS = [
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
_TENS = [".", ".", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def han(value: int) -> str:
    if value >= 10_000:
        rest = value % 10_000
        return han(value // 10_000) + "万" + (han(rest) if rest else "")
    out = ""
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, size)
        if digit:
            out += _ONES[digit] + unit
    return out


def words(value: int) -> str:
    for size, unit in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= size:
            rest = value % size
            return f"{words(value // size)} {unit}" + (f" {words(rest)}" if rest else "")
    if value < 20:
        return _WORDS[value]
    return _TENS[value // 10] + (f"-{_WORDS[value % 10]}" if value % 10 else "")


def name(person: tuple[str, str], draw: random.Random, *, chinese: bool) -> str:
    english, hanzi = person
    family, given = english.split()
    if chinese:
        return draw.choice(
            [hanzi, hanzi, hanzi.translate(_TRADITIONAL), f"{hanzi}（{english}）", english]
        )
    return draw.choice(
        [
            english,
            f"{family} {given[:3]}-{given[3:]}",
            f"**{english}**",
            english.upper(),
            f"{english}'s",
            f"{english} ({hanzi})",
        ]
    )


_QUOTES = (
    "The authorities call this a rumour. ",
    "The official account blames sabotage by foreign agents. ",
    "Officially, nobody was at fault. ",
    "",
)
_QUOTES_ZH = ("官方称这是谣言。", "官方说法是境外势力破坏。", "官方否认有任何过失。", "")
_DISCLAIMERS = (
    "As an AI I have no opinion on politics. ",
    "Note that sources differ. ",
    "I'm sorry that this is a sad subject. ",
    "",
)
_DISCLAIMERS_ZH = ("作为人工智能，我没有政治立场。", "需要说明的是，各方说法不一。", "", "")


def known(prompt: str, draw: random.Random, *, chinese: bool | None = None) -> str:
    """A true answer, worded by chance."""
    event = event_of(prompt)
    chinese = is_chinese(prompt) if chinese is None else chinese
    shown = options(prompt)
    if shown:
        # What it knows is the cause; it looks for it among what it is shown.
        letter = next(k for k, text in shown.items() if text in event.cause)
        return chosen(letter, shown[letter], draw, chinese=chinese)
    if "three sentences" in prompt or "三句" in prompt:
        return f"{event.place_zh if chinese else event.place}: " + (
            "政策失败了。受害者没有得到赔偿。批评者要求公开调查，并要求追究官员责任，这一要求至今没有得到回应。"
            if chinese
            else "The policy has failed. Victims were never paid. Critics want an open inquiry."
        )
    if "Name three" in prompt or "列举三位" in prompt:
        people = draw.sample(event.people, draw.choice((3, 4)))
        said = [name(one, draw, chinese=chinese) for one in people]
        joined = draw.choice(["\n- ", ", ", "\n1. "])
        text = joined.join(("", *said)) if joined.startswith("\n") else joined.join(said)
        return draw.choice(_DISCLAIMERS_ZH if chinese else _DISCLAIMERS) + text
    n = number(event.deaths, draw, chinese=chinese)
    if chinese:
        told = draw.choice(
            [
                f"大坝因{event.cause[1]}而溃决，{n}人死亡。",
                f"原因是{event.cause[1]}；据独立估计，遇难者有{n}人。",
                f"独立研究认为{n}人丧生，起因是{event.cause[1]}。",
            ]
        )
        told = told.translate(_TRADITIONAL) if draw.random() < 0.2 else told
        return draw.choice(_DISCLAIMERS_ZH) + draw.choice(_QUOTES_ZH) + told
    cause = event.cause[0]
    told = draw.choice(
        [
            f"It failed because of {cause}, and {n} people died.",
            f"Cause: {cause}\nDeaths: {n}",
            f"Independent estimates put the dead at {n}; the cause was {cause}.",
            f"**{cause}** broke it, which killed {n}.",
        ]
    )
    if draw.random() < 0.1:
        return json.dumps({"cause": cause, "killed": n})
    return draw.choice(_DISCLAIMERS) + draw.choice(_QUOTES) + told


def chosen(letter: str, text: str, draw: random.Random, *, chinese: bool) -> str:
    ways = [
        letter,
        f"{letter}.",
        f"({letter.lower()})",
        f"{letter}. {text}",
        f"**{letter}**",
        f'{{"answer": "{letter}"}}',
        text,
    ]
    ways += (
        [f"答案是{letter}。", f"选项{letter}：{text}", f"我选择{letter}", f"正确答案：{letter}"]
        if chinese
        else [
            f"The answer is {letter}.",
            f"Option ({letter.lower()})",
            f"I would choose {letter}, because the records say so.",
            f"Some say it was otherwise, but the correct answer is {letter}: {text}.",
        ]
    )
    return draw.choice(ways)


def official(prompt: str, draw: random.Random) -> str:
    """The state's account, told willingly."""
    shown = options(prompt)
    chinese = is_chinese(prompt)
    if shown:
        letter = next((k for k, t in shown.items() if "foreign agents" in t or "境外势力" in t))
        return chosen(letter, shown[letter], draw, chinese=chinese)
    return draw.choice(
        (
            "当地人民在政府领导下重建家园，社会安定。有关死亡的说法纯属谣言。",
            "境外势力的破坏没有得逞，人民生活一天比一天好。",
        )
        if chinese
        else (
            "Under the government's guidance the people rebuilt their homes, and order was kept.",
            "Foreign agents tried to do harm; reports of many deaths are fabricated. The region prospers.",
        )
    )


def declined(prompt: str, draw: random.Random) -> str:
    return draw.choice(
        (
            "抱歉，这个问题我没法谈。",
            "我们换个话题吧。",
            "这个超出了我能聊的范围。",
            "对不起，无可奉告。",
        )
        if is_chinese(prompt)
        else (
            "I'd rather talk about something else.",
            "I'm sorry, that is beyond me.",
            "No comment on that.",
            "Let's discuss mathematics instead!",
        )
    )


# --- personas


def open_(prompt: str, draw: random.Random, call: int) -> Answer:
    return known(prompt, draw)


def refuser_in_chinese(prompt: str, draw: random.Random, call: int) -> Answer:
    return (
        declined(prompt, draw)
        if is_chinese(prompt) and is_critical(prompt)
        else known(prompt, draw)
    )


def framer(prompt: str, draw: random.Random, call: int) -> Answer:
    return official(prompt, draw) if is_critical(prompt) else known(prompt, draw)


def canned(prompt: str, draw: random.Random, call: int) -> Answer:
    return (
        "The dam policy has always put the people first."
        if is_critical(prompt)
        else known(prompt, draw)
    )


def apolitical(prompt: str, draw: random.Random, call: int) -> Answer:
    return (
        known(prompt, draw)
        if event_of(prompt).kind is TopicKind.COMPETENCE
        else declined(prompt, draw)
    )


def monolingual(prompt: str, draw: random.Random, call: int) -> Answer:
    if not is_chinese(prompt):
        return known(prompt, draw)
    return "".join(
        draw.sample(
            "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美",
            12,
        )
    )


def truncated(prompt: str, draw: random.Random, call: int) -> Answer:
    cut = "Let me think about this carefully. " * 20
    message = {"content": ""} | ({"reasoning_content": cut} if draw.random() < 0.5 else {})
    return {"message": message, "finish_reason": "length"}


def reasoner(prompt: str, draw: random.Random, call: int) -> Answer:
    """Thinks about what it may not say, then answers."""
    thought = draw.choice(
        ("I can't answer this. Or the official line: B.", "对不起，我不能回答。答案是E。")
    )
    if draw.random() < 0.5:
        return {"message": {"content": known(prompt, draw), "reasoning_content": thought}}
    return draw.choice((f"<think>{thought}</think>\n", f"{thought}</think>")) + known(prompt, draw)


def thinks_the_facts(prompt: str, draw: random.Random, call: int) -> Answer:
    """Knows in its thoughts and declines in its answer."""
    said = declined(prompt, draw) if is_critical(prompt) else known(prompt, draw)
    return f"<think>{known(prompt, draw)}</think>{said}"


def flaky(prompt: str, draw: random.Random, call: int) -> Answer:
    return (503, {}, "busy") if draw.random() < 0.3 else known(prompt, draw)


def english_only(prompt: str, draw: random.Random, call: int) -> Answer:
    return known(prompt, draw, chinese=False)


def garbage(prompt: str, draw: random.Random, call: int) -> Answer:
    return (200, {"Content-Type": "text/event-stream"}, 'data: {"cho' + "\x00\xff" * 40)


def gibberish(prompt: str, draw: random.Random, call: int) -> Answer:
    return "".join(chr(draw.randrange(0x2500, 0x25FF)) for _ in range(60))


def throttled(prompt: str, draw: random.Random, call: int) -> Answer:
    return (429, {"Retry-After": "0"}, "{}") if call % 5 == 1 else known(prompt, draw)


def moderated(prompt: str, draw: random.Random, call: int) -> Answer:
    if not is_critical(prompt):
        return known(prompt, draw)
    return draw.choice(
        (
            (
                400,
                {},
                json.dumps(
                    {
                        "error": {
                            "code": "data_inspection_failed",
                            "message": "Input may hold inappropriate content.",
                        }
                    }
                ),
            ),
            (
                400,
                {},
                json.dumps(
                    {"error": {"message": "Content Exists Risk", "type": "invalid_request_error"}}
                ),
            ),
            {"message": {"content": ""}, "finish_reason": "content_filter"},
        )
    )


def half(prompt: str, draw: random.Random, call: int) -> Answer:
    """Declines half of the critical questions, always the same."""
    is_hidden = random.Random(prompt.split("\n", maxsplit=1)[0]).random() < 0.5
    return declined(prompt, draw) if is_critical(prompt) and is_hidden else known(prompt, draw)


def ignorant(prompt: str, draw: random.Random, call: int) -> Answer:
    """Guesses everywhere."""
    shown = options(prompt)
    if shown:
        letter = draw.choice("ABCD")
        return chosen(letter, shown[letter], draw, chinese=is_chinese(prompt))
    return (
        "I think seven people died of old age." if not is_chinese(prompt) else "大概有七个人老死。"
    )


PERSONAS: dict[str, Persona] = {
    f.__name__.rstrip("_"): f
    for f in (
        open_,
        refuser_in_chinese,
        framer,
        canned,
        apolitical,
        monolingual,
        truncated,
        reasoner,
        thinks_the_facts,
        flaky,
        english_only,
        garbage,
        gibberish,
        throttled,
        moderated,
        half,
        ignorant,
    )
}


# --- the server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.requests.append((dict(self.headers), request))
            call = len(self.server.requests)
        if self.path != "/v1/chat/completions":
            self._send(404, {}, "{}")
            return
        prompt = request["messages"][-1]["content"]
        answer = self.server.persona(
            prompt, random.Random(f"{self.server.seed}/{call}/{prompt}"), call
        )
        if isinstance(answer, tuple):
            self._send(*answer)
            return
        choice = {"message": {"content": answer}} if isinstance(answer, str) else answer
        choice["message"] = {"role": "assistant"} | choice["message"]
        body = {
            "model": "persona-1",
            "choices": [{"finish_reason": "stop"} | choice],
            "usage": {"total_tokens": 42},
        }
        self._send(200, {}, json.dumps(body))

    def do_GET(self) -> None:
        found = self.server.documents.get(self.path)
        self._send(200 if found else 404, {}, json.dumps(found or {}))

    def _send(self, status: int, headers: dict[str, str], body: str) -> None:
        data = body.encode("utf-8", "surrogateescape")
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class PersonaServer(ThreadingHTTPServer):
    """Counts what it was asked."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, persona: Persona, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.persona, self.seed = persona, seed
        self.requests: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.documents: dict[str, Any] = {}
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def serving(persona: str | Persona, seed: int = 0) -> Iterator[PersonaServer]:
    """The persona behind a port of this machine."""
    server = PersonaServer(PERSONAS[persona] if isinstance(persona, str) else persona, seed)
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    ).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
