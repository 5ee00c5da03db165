"""Find the models of services in languages without a parser here, and in commands that talk to
services."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lineage.core.elsewhere import Elsewhere, Place
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.id_forms import JUMPSTART
from lineage.scan.names import Judged, judge, judged_use, named_elsewhere
from lineage.scan.place import Places, is_of_word, start_of
from lineage.scan.services import ADDRESS, NAME_ALONE, UNKNOWN, Services
from lineage.scan.telling import suggests_model
from lineage.scan.tokens import PAIR

_NAME = r"[\"'`](?P<name>[A-Za-z0-9@][\w.:/@+-]{1,160})[\"'`]"
# It begins with a set of letters, which the engine skips to: a bundle is one line of millions.
_KEY = re.compile(
    r"[mMdD](?i:(?<=m)odel(?:[_-]?(?:name|id))?|(?<=d)(?:(?<!\wd)|(?-i:(?<=[a-z]D)))eployment_?name)"
    r"(?:\s*:?\s*(?:&\s*(?:'static\s+)?)?[sS]tr(?:ing)?\b\??)?"  # the type of a constant
    rf"[\\\"'\]]*\)?\s*(?:=>|:=|[:=(,]|\?\?|\|\|)\s*(?:\w+\s*\(\s*)?\\?{_NAME}"
)
_WORD_BEFORE = re.compile(r"\w*\Z")
_CALLED = re.compile(
    rf"\b(?P<word>[A-Za-z_]\w{{1,40}})(?:(?:\.|::)(?:chat|languageModel|responses|completion|"
    rf"model|generate|embed|pull|run|stream|subscribe))?\(\s*{_NAME}"
)
# What such a call is given, found by its bracket.
_GIVEN = re.compile(rf"\(\s*{_NAME}")
_MADE = re.compile(r"(?:\bnew\s+|\b)(?P<name>[A-Z]\w{2,60})(?:::new|\.builder|\.create|\s*\(|\{|<)")
_QUOTED = re.compile(_NAME)
_LIST = re.compile(
    r"[mM](?i:odels?)[\"'\]]*\s*(?:=>|:=|[:=])\s*[\[(]\s*"
    r"(?P<items>(?:[\"'`][^\"'`\s]{2,100}[\"'`][\s,]*){1,30})"
)
_DEPLOYED = re.compile(
    r"format[\"']?\s*[:=]\s*[\"'](?P<vendor>[A-Za-z][\w .-]{1,40})[\"']\s*,?\s*"
    rf"name[\"']?\s*[:=]\s*{_NAME}"
)
# `using(Provider::DeepSeek, "deepseek-chat")`
_BESIDE = re.compile(rf"(?:::|\.)(?P<word>[A-Z]\w{{2,40}})\s*,\s*{_NAME}")
# `client.agent("deepseek-chat")`: with a service imported, its models need no key.
_GIVEN = re.compile(rf"\.(?P<method>[a-z]\w{{2,30}})\(\s*{_NAME}")
# Quoted ids that may have a form of one service alone: they need no key.
_FORMED = re.compile(
    r"[\"'`](?:arn:[^\s:\"'`]+:bedrock:[^\s/\"'`]*:(?:foundation-model|inference-profile)/)?"
    r"(?P<name>(?:@cf/[\w.-]+/|(?:[a-z]{2,7}\.)?[a-z][a-z0-9]{2,11}\.)[a-z0-9][\w.:-]+"
    rf"|{JUMPSTART})[\"'`]"
)
_JUMPSTART = re.compile(
    r"J(?<!\w.)umpStartModel\.(?P<name>[A-Z][A-Z0-9_]{5,120}?)(?:_\d+_\d+_\d+)?\b"
)
# Functions of databases that ask their own service.
_IN_SQL = re.compile(
    r"(?i)\b(?:(?P<snowflake>(?:CORTEX\.(?:TRY_)?|AI_)COMPLETE)|(?P<databricks>ai_query))"
    rf"\s*\(\s*(?:(?:model|endpoint)\s*=>\s*)?{_NAME}"
)
_SQL = ("cortex.", "ai_complete", "ai_query")
# A tag of Ollama's library, which nobody writes by chance.
_TAGGED = re.compile(r"[\"'`](?P<name>[a-z][a-z0-9.-]{1,60}:[A-Za-z0-9][\w.-]{0,60})[\"'`]")
_ADDRESS = re.compile(r"https?://[\w.-]+(?::\d+)?(?:/[\w./-]*)?")
_NO_MODEL = re.compile(
    r"(?i)\w/(?:docs?|help|pricing|blog|download|install|releases|legal|terms|privacy|signup|login"
    r"|settings)(?:/|\Z)"
    r"|\w/(?:[\w./-]*/)?[\w-]+\.(?:sh|ps1|bat|exe|msi|dmg|pkg|deb|rpm|zip|t?gz|html?|pdf|png|svg)\Z"
)
# What a client of OpenAI's protocol is given an address by; others have addresses and models too.
_BASE = re.compile(r"(?i)(?:base_?url|api_?base)\b[^\n]{0,80}[\"'`]\Z")
_PROTOCOL = re.compile(r"(?i)openai|chat/completions|chat\.completions")
_IMPORT = re.compile(
    r"(?m)^.{0,40}\b(?:import|require|use|using|from|include)\b.{0,200}$|"
    r"^[ \t]*(?:_[ \t]+)?\"[\w./-]+/[\w./-]+\"[ \t]*$"
)
_ROUTED = re.compile(
    r"--?(?:m|model|model-name|llm|weak-model|editor-model)[ "
    r"=][\"']?(?P<name>[A-Za-z][\w.-]{1,40}[/:][\w.:/@+-]{1,120})"
)
_BY_NAME = re.compile(
    r"--(?:model|model-name|llm)[ =][\"']?(?P<name>[a-z][\w.-]{2,120})(?=[\"'\s]|\Z)"
)
_OLLAMA_PULL = (
    r"/api/(?:pull|show|push|copy|create)\b[^\n]{0,200}?\\?[\"']name\\?[\"']\s*:\s*\\?[\"']"
    r"(?P<name>[A-Za-z0-9][\w.:/-]+)"
)
_COMMANDS: tuple[tuple[re.Pattern[str], Place], ...] = (
    (
        re.compile(
            r"\blms\s+(?:get|load|import|ls)\s+(?:--?[\w-]+\s+)*(?P<name>[A-Za-z0-9][\w.:/@+-]+)"
        ),
        Place.LMSTUDIO,
    ),
    (re.compile(_OLLAMA_PULL), Place.OLLAMA),
    (
        re.compile(r"\bmodelscope\s+download\s+(?:.{0,80}?--model[ =])?(?P<name>[\w.-]+/[\w.-]+)"),
        Place.MODELSCOPE,
    ),
    (
        re.compile(r"\bxinference\s+launch\b.{0,120}?(?:--model-name|-n)[ =](?P<name>[\w.-]+)"),
        Place.XINFERENCE,
    ),
    (
        re.compile(
            r"\bkaggle\s+models\s+instances\s+versions\s+download\s+(?P<name>[\w.-]+(?:/[\w.-]+)+)"
        ),
        Place.KAGGLE,
    ),
)
OLLAMA_TAG = f"{NAME_ALONE}a tag of Ollama"
"""How such a tag is told, which needs nothing beside it."""
_NEAR = 700
"""Characters in which an address or a class stands for a model that is named after it."""


def hosted_text(text: str, file: str, services: Services) -> Iterator[ModelUse]:
    """Uses in code whose comments are blanked already."""
    if services.words:
        yield from _Text(text, file, services).uses()


def hosted_commands(text: str, file: str, services: Services) -> Iterator[ModelUse]:
    """Uses by command lines: downloads from other registers, tools that route by name, `curl` with
    a payload."""
    if not services.words:
        return
    lines = [
        "" if line.lstrip().startswith(("#", "//", "REM ")) else line for line in text.splitlines()
    ]
    code = "\n".join(lines)
    places = Places(code)
    for pattern, place in _COMMANDS:
        for match in pattern.finditer(code):
            judged = named_elsewhere(Elsewhere(place, match["name"]))
            yield judged_use(
                judged,
                (file, *places.of(match.start("name"))),
                " ".join(match[0].split()[:2]),
                Certainty.CERTAIN,
            )
    for match in _ROUTED.finditer(code):
        route = services.split(match["name"])
        if route is not None and judge(match["name"]) is None:
            found = services.judge(*route)
            if found is not None:
                yield judged_use(
                    found, (file, *places.of(match.start("name"))), "--model", Certainty.LIKELY
                )
    for match in _BY_NAME.finditer(code):
        host = services.host_of_name(match["name"])
        found = services.judge(host, match["name"]) if host else None
        if found is not None:
            at = (file, *places.of(match.start("name")))
            yield judged_use(found, at, f"{NAME_ALONE}--model", Certainty.LIKELY)
    if "curl" in code or "http" in code.lower():
        yield from _Text(code, file, services).uses()


class _Text:
    """One text, read by patterns."""

    def __init__(self, text: str, file: str, services: Services) -> None:
        self._text = text
        self._file = file
        self._services = services
        self._places = Places(text)
        speaks = _PROTOCOL.search(text) is not None
        self._addresses = [
            (match.start(), host)
            for match in _ADDRESS.finditer(text)
            if (host := services.host_of(match.group()))
            and (services.is_known(host) or (speaks and self._is_base(match.start())))
        ]
        imports = " ".join(match.group() for match in _IMPORT.finditer(text))
        self._imports = imports.lower()
        self._imported = {
            host
            for word in set(re.findall(r"[A-Za-z][\w]*", imports))
            if len(word) > 3 and (host := services.host_of_class(word))
        }
        self._host_of_class = lru_cache(maxsize=10_000)(services.host_of_class)

    def _is_base(self, at: int) -> bool:
        return _BASE.search(self._text, max(0, at - 120), at) is not None

    def uses(self) -> Iterator[ModelUse]:
        seen: set[str] = set()
        for match in (*_KEY.finditer(self._text), *self._calls()):
            route = self._services.split(match["name"])
            host = self._host(self._start_of_word(match.start()))
            if route is not None and (not host or host not in self._services.hosts):
                is_formed = self._services.formed(match["name"]) is not None
                if "/" in match["name"] and not is_formed and judge(match["name"]) is not None:
                    continue
                host, name = route
            else:
                name = match["name"]
            via = "key model"
            if not host:
                host, via = self._services.host_of_name(name), f"{NAME_ALONE}{via}"
            judged = self._services.judge(host, name) if host else None
            if judged is None or judged.kind in (UseKind.UNRESOLVED, UseKind.LOCAL):
                continue
            seen.add(host)
            yield self._use(match.start("name"), judged, via)
        for match in _LIST.finditer(self._text):
            for item in _QUOTED.finditer(self._text, *match.span("items")):
                host = self._services.host_of_name(item["name"])
                judged = self._services.judge(host, item["name"]) if host else None
                if judged is not None:
                    yield self._use(item.start("name"), judged, f"{NAME_ALONE}key models")
        yield from self._deployed()
        yield from self._formed()
        yield from self._only_addresses(seen)

    def _formed(self) -> Iterator[ModelUse]:
        """Names that need no key: with their provider before them, in a form of their own, as the
        value of a variable."""
        for match in _BESIDE.finditer(self._text):
            host = self._host_of_class(match["word"])
            judged = self._services.judge(host, match["name"]) if host else None
            if judged is not None and self._services.host_of_name(match["name"]):
                yield self._use(match.start("name"), judged, match["word"])
        host = next(iter(self._imported)) if len(self._imported) == 1 else ""
        for match in _GIVEN.finditer(self._text) if host in self._services.hosts else ():
            if self._services.named.get(match["name"].casefold()) == UNKNOWN:
                judged = self._services.judge(host, match["name"])
                if judged is not None:
                    yield self._use(match.start("name"), judged, match["method"])
        for match in _FORMED.finditer(self._text):
            route = self._services.formed(match["name"], alone=True)
            judged = self._services.judge(*route) if route else None
            if judged is not None:
                yield self._use(match.start("name"), judged, "an id of its service's own form")
        for match in _JUMPSTART.finditer(self._text):
            route = self._services.formed(match["name"].lower().replace("_", "-"))
            judged = self._services.judge(*route) if route else None
            if judged is not None:
                yield self._use(match.start("name"), judged, "JumpStartModel")
        lower = self._text.lower()
        for match in _IN_SQL.finditer(self._text) if any(word in lower for word in _SQL) else ():
            word = "snowflake" if match["snowflake"] else "databricks"
            judged = self._services.judge(self._services.host_of_word(word), match["name"])
            if judged is not None:
                yield self._use(match.start("name"), judged, match[word])
        for match in _TAGGED.finditer(self._text):
            if self._services.host_of_tag(match["name"]):
                judged = named_elsewhere(Elsewhere(Place.OLLAMA, match["name"]))
                yield self._use(match.start("name"), judged, OLLAMA_TAG)
        for match in PAIR.finditer(self._text):
            host = self._services.host_of_name(match["name"])
            judged = self._services.judge(host, match["name"]) if host else None
            if judged is not None and suggests_model(match["key"]):
                via = f"{NAME_ALONE}variable {match['key']}"
                yield self._use(match.start("name"), judged, via)

    def _deployed(self) -> Iterator[ModelUse]:
        """Azure's deployments name a model by its vendor and its name there."""
        for match in _DEPLOYED.finditer(self._text):
            judged = self._services.judge(self._services.words.get("azure", ""), match["name"])
            if judged is not None and self._services.host_of_word(match["vendor"]):
                yield self._use(match.start("name"), judged, "deployment of a model")

    def _calls(self) -> Iterator[re.Match[str]]:
        """`deepseek("deepseek-chat")` where a package of that service is imported."""
        for given in _GIVEN.finditer(self._text) if self._imports else ():
            at = given.start()
            start = start_of(self._text, at, _is_of_callee, at - _LONGEST_CALLEE)
            match = _CALLED.search(self._text, start, given.end())
            if (
                match
                and self._host_of_class(word := match["word"])
                and word.lower() in self._imports
            ):
                yield match

    def _start_of_word(self, at: int) -> int:
        before = _WORD_BEFORE.search(self._text, max(0, at - 60), at)
        return before.start() if before is not None else at

    def _host(self, at: int) -> str:
        """The nearest address or class before, or an address soon after; else the one service that
        the text imports or asks."""
        call = _CALLED.match(self._text, at)
        if call is not None and (host := self._host_of_class(call["word"])):
            return host
        near = [
            (at - start, host) for start, host in self._addresses if -_NEAR < at - start < _NEAR
        ]
        if near:
            return min(near, key=lambda pair: (abs(pair[0]), pair[1]))[1]
        before = self._text[max(0, at - _NEAR) : at]
        for match in reversed(list(_MADE.finditer(before))):
            if host := self._host_of_class(match["name"]):
                return host if len({h for _, h in self._addresses}) != 1 else self._addresses[0][1]
        hosts = {host for _, host in self._addresses}
        if len(hosts) == 1:
            return hosts.pop()
        return next(iter(self._imported)) if len(self._imported) == 1 and not hosts else ""

    def _only_addresses(self, seen: set[str]) -> Iterator[ModelUse]:
        rest = {
            h: start
            for start, h in reversed(self._addresses)
            if h not in seen and h != "ollama" and self._services.is_known(h)
            if self._may_answer(start)
        }
        if len({host for _, host in self._addresses}) > _MOST:
            return
        for host, start in rest.items():
            judged = self._services.judge(host, "")
            if judged is not None:
                yield self._use(start, judged, f"{ADDRESS}a service")

    def _may_answer(self, start: int) -> bool:
        """Whether an address may be asked for a model's answer, and is no page for people and no
        installer."""
        path = _ADDRESS.match(self._text, start)
        return path is not None and not _NO_MODEL.search(path[0])

    def _use(self, start: int, judged: Judged, via: str) -> ModelUse:
        return judged_use(judged, (self._file, *self._places.of(start)), via, Certainty.LIKELY)


def _is_of_callee(character: str) -> bool:
    return is_of_word(character) or character in ".:"


_LONGEST_CALLEE = 100
_MOST = 4
