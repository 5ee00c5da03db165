"""Settings in the code that send names of the Hub elsewhere: to another address, where they may
mean other models, or to ModelScope."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from lineage.core.elsewhere import Elsewhere, Place
from lineage.core.pattern import late
from lineage.core.ref import HUB_ADDRESSES
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.comments import without_comments
from lineage.scan.names import named_elsewhere

ANOTHER_HUB = "asked of another address than the Hub's"
"""Why a use is not resolved: names mean there what that address says."""
_MODELSCOPE = "asked of ModelScope"
_SOURCES = frozenset({"modelscope", "ms"})
_TRUE = frozenset({"1", "true", "yes", "on"})
_LONGEST = 120

ENDPOINTS = (
    *("HF_ENDPOINT", "HF_HUB_ENDPOINT", "HUGGINGFACE_HUB_ENDPOINT"),
    *("HUGGINGFACE_CO_RESOLVE_ENDPOINT", "HUGGINGFACE_CO_URL_HOME"),
)
"""Variables that carry the address of the Hub."""
_VALUE = (
    r"(?P<value>f?(?P<quote>\\?[\"'`])(?P<quoted>[^\"'`\n]{0,300}?)(?P=quote)"
    r"|[^\s;,\"'`#][^\s;,]{0,300})"
)
# `NAME=…`, `"NAME": …`, `environ["NAME"] = …`, `setenv("NAME", …)`, `ENV NAME …`, and over two
# lines `name: NAME`, `value: …`.
_IS = (
    r"(?:\\?[\"'\])]){0,3}(?:[\s,;]{0,200}\\?[\"']?(?:value|default)\\?[\"']?[ \t]{0,20}"
    r"[:=][ \t]{0,20}"
    r"|[ \t]{0,20}(?:=(?!=)|:=?(?!-)|\?=|\|=|,)[ \t]{0,20}|(?<=\w)[ \t]{1,20}(?![=:,]))"
) + _VALUE
_NAME = (
    rf"(?P<name>{'|'.join(ENDPOINTS)}"
    r"|constants\.ENDPOINT|env\.remoteHost|hubUrl)\b"
)
_ENDPOINT = late(rf"(?<![\w/-]){_NAME}{_IS}")
_REVERSED = late(
    rf"\bvalue\\?[\"']?\s{{0,20}}[:=]\s{{0,20}}{_VALUE}[\s,;]{{0,200}}"
    rf"\\?[\"']?name\\?[\"']?\s{{0,20}}[:=]\s{{0,20}}\\?[\"']?{_NAME}"
)
_CALLED = (
    *("HfApi", "HfFileSystem", "snapshot_download", "hf_hub_download", "hf_hub_url"),
    *("from_pretrained", "ApiBuilder"),
)
_CALL = late(  # it begins with a set of letters, which the engine skips to
    rf"(?P<name>[{''.join(sorted({one[0] for one in _CALLED}))}](?<!\w.)"
    rf"(?:{'|'.join(f'(?<={one[0]}){one[1:]}' for one in _CALLED)}))\b"
    r"[(,:](?:[^()]|\([^()]{0,200}\)){0,400}?"
    rf"\b(?:(?:endpoint|mirror)\s*=\s*|with_endpoint\(\s*){_VALUE}"
)
_MODEL_SOURCE = late(
    rf"(?<![\w/-])(?P<name>\w{{0,40}}USE_MODELSCOPE\w{{0,20}}|\w{{0,40}}MODEL_(?:SRC|SOURCE|HUB))\b{_IS}"
)
_FILE = late(
    r"(?P<value>https?://[^\s/\"'`<>@]{1,200}(?:/[\w.~-]{1,100}){0,6}?/[\w.-]{1,96}/[\w.-]{1,96}"
    r"/resolve/[\w.-]{1,100}/[^\s\"'`<>]{1,300})"
)
_ADDRESS = late(r"https?://[^\s\"'`,;)}\]\\]{1,300}")
_VARIABLE = late(r"\$[\w({]|\{\{|%\w+%|process\.env|[gG]et_?[eE]nv|environ\b")
_SUBSCRIPT = late(r"\\?[\"']\]\s*=(?!=)")
_HANDED_ON = late(r"(?:(?:self|cls|this)\.)?_?endpoint\Z|None\b|.*(?:HF_|constants\.)ENDPOINT")
"""An argument that says no more than its own name does."""


def sent_elsewhere(text: str, file: str, has: Callable[[str], bool]) -> Iterator[ModelUse]:
    """A use that stays open for each setting that sends names of the Hub to another address, and
    one for each that sends them to ModelScope. `has` tells what stands in the text."""
    found = list(_settings(text, has))
    code = without_comments(text) if found else ""
    for match, written, reason in found:
        begin = match.start()
        if code[begin] == text[begin]:  # and it stands in no comment
            place = (file, code.count("\n", 0, begin) + 1, begin - code.rfind("\n", 0, begin))
            via = match.groupdict().get("name", "file address")
            yield ModelUse(
                *place,
                UseKind.UNRESOLVED,
                "",
                via,
                Certainty.LIKELY,
                expression=written[:_LONGEST],
                reason=reason,
            )


def _settings(text: str, has: Callable[[str], bool]) -> Iterator[tuple[re.Match[str], str, str]]:
    """Each with what is told of it, and why."""
    if has("ENDPOINT") or has("remoteHost") or has("hubUrl"):
        for match in (*_ENDPOINT.finditer(text), *_REVERSED.finditer(text)):
            if _is_elsewhere(match, text):
                yield match, f"{match['name']}={_shown(match['value'])}", ANOTHER_HUB
    if (has("endpoint") or has("mirror")) and any(map(has, _CALLED)):
        for match in _CALL.finditer(text):
            value = _argument(match["value"], text)
            is_plain = value[:1] in "\"'`" or _HANDED_ON.match(value)
            found = _ADDRESS.findall(value)
            if any(map(is_other_address, found)) or not (found or is_plain):
                yield match, f"{match['name']}(endpoint={_shown(value)})", ANOTHER_HUB
    if has("/resolve/"):
        for match in _FILE.finditer(text):
            if is_other_address(match[0]) and "modelscope." not in match[0]:
                yield match, match[0], ANOTHER_HUB
    if has("MODELSCOPE") or (has("MODEL_") and has("modelscope")):
        for match in _MODEL_SOURCE.finditer(text):
            value = (match["quoted"] or match["value"]).strip("\\\"'`)}]").lower()
            if value in (_TRUE if "USE_" in match["name"] else _SOURCES):
                yield match, f"{match['name']}={value}", _MODELSCOPE


def is_other_address(text: str) -> bool:
    """Whether an address is none of the Hub's own and none of a mirror that sends on to it."""
    try:
        host = urlsplit(text).hostname
    except ValueError:
        return True  # whatever reads it: it is not the Hub
    return (host or "").lower() not in HUB_ADDRESSES


def address_in(use: ModelUse) -> str:
    """The address of such a place; empty where it is known only when the code runs."""
    found = _ADDRESS.search(use.expression)
    return found[0] if found else ""


def with_modelscope(uses: Iterable[ModelUse]) -> Iterator[ModelUse]:
    """The uses, and each name of the Hub below a folder whose settings send it to ModelScope once
    more as ModelScope's; where nothing lies below it, every name."""
    reported = list(uses)
    settings = [one for one in reported if one.reason == _MODELSCOPE]
    folders = {str(PurePosixPath(one.file).parent) for one in settings}
    names = [one for one in reported if one.kind is UseKind.HUB and "/" in one.model]
    yield from (one for one in reported if one.reason != _MODELSCOPE)
    asked = {one for folder in folders for one in _below(folder, names) or names}
    for use in sorted(asked, key=lambda one: one.sort_key):
        there = named_elsewhere(Elsewhere(Place.MODELSCOPE, use.model))
        yield replace(use, kind=there.kind, reason=there.reason, target=there.target)


def _below(folder: str, uses: list[ModelUse]) -> list[ModelUse]:
    return [one for one in uses if folder == "." or one.file.startswith(f"{folder}/")]


def _is_elsewhere(match: re.Match[str], code: str) -> bool:
    value = match["value"]
    if found := _ADDRESS.findall(value):
        return any(map(is_other_address, found))
    if match["name"] in value:  # handed on as it is
        return False
    is_bound = _SUBSCRIPT.match(code, match.end("name")) and not match["quote"]
    return bool(is_bound or _VARIABLE.search(value))


def _argument(written: str, code: str) -> str:
    """An argument, or what the name in its place is set to in the same text."""
    value = written.rstrip(")") if written.count(")") > written.count("(") else written
    if _HANDED_ON.match(value) or not value.replace(".", "").isidentifier():
        return value
    name = re.escape(value.rpartition(".")[2])
    found = re.search(rf"(?m)^[ \t\w]{{0,40}}\b{name}\s*(?::[^=\n]{{1,40}})?=\s*{_VALUE}", code)
    return found["value"] if found else value


def _shown(value: str) -> str:
    """The address in a value that is none of the Hub's; the value as it is written where it has
    none."""
    return next(filter(is_other_address, _ADDRESS.findall(value)), value)
