"""Fill loads whose name one file leaves to a variable with what other files of the repository set
it to: `.env`, compose, CI, Dockerfiles, `tfvars`, Ansible's variables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.kinds import FileKind, kind_of
from lineage.scan.names import Bare, judge

_VARIABLE = re.compile(
    r"\{?(?:os\.)?environ(?:\.get)?[\[(]\s*[\"'](?P<environ>\w+)[\"']\s*[\])]\}?"
    r"|\{?(?:os\.)?[gG]et_?[eE]nv\(\s*[\"'](?P<getenv>\w+)[\"']\s*\)\}?"
    r"|\$?\{?(?:process\.env|import\.meta\.env|env|local|var|vars|ENV)[.\[]\s*[\"']?(?P<env>[A-Za-z_]\w*)[\"']?\]?\}?"
    r"|\$?\{\{-?\s*(?:[A-Za-z_]\w*\.)*\.?(?P<template>[A-Za-z_]\w*)\s*-?\}\}"
    r"|\$\{(?P<braced>[A-Za-z_]\w*)\}|\$\((?P<called>[A-Za-z_]\w*)\)|\$(?P<plain>[A-Za-z_]\w*)"
    r"|%(?P<windows>[A-Za-z_]\w*)%"
)
_QUOTED = re.compile(r"f?(?P<quote>[\"'`])(?P<inner>.*)(?P=quote)\Z")
_PIECE = r"[\w./:@+-]{2,200}"
_WHOLE = re.compile(r"[\w./:@+-]+\Z")
_NEVER = frozenset(
    {
        FileKind.RECORDS,
        FileKind.PACKAGES,
        FileKind.MODELFILE,
        FileKind.KITFILE,
        FileKind.CARD,
    }
)
_SAMPLE = re.compile(r"(?i)example|sample|template|\.dist\Z")
_TEMPLATE = re.compile(r"\.Values\.")
_LONGEST = 300_000
_MOST_FILES = 5_000
_MOST_VALUES = 20


@dataclass(frozen=True)
class _Setting:
    value: str
    file: str
    line: int


def with_settings(
    uses: Iterable[ModelUse], names: Iterable[str], read: Callable[[str], str | None]
) -> Iterator[ModelUse]:
    """The uses, and for an unresolved one what its variables are set to elsewhere. It stays open
    where nothing sets them, or only a sample does."""
    reported = list(uses)
    asked = {one: words for one in reported if (words := _variables_of(one))}
    wanted = {word for words in asked.values() for word in words}
    known = _settings(wanted, names, read) if wanted else {}
    for use in reported:
        found = list(_filled(use, known)) if use in asked else []
        yield from found
        if not found or all(_SAMPLE.search(one.defined_at) for one in found):
            yield use


def _variables_of(use: ModelUse) -> frozenset[str]:
    """The variables of an expression that has nothing else but plain text in it."""
    if use.kind is not UseKind.UNRESOLVED or not use.expression:
        return frozenset()
    text = _inner(use.expression)
    if _TEMPLATE.search(text) or re.search(r"[^\w./:@+-]", _VARIABLE.sub("", text)):
        return frozenset()
    return frozenset(_name(match) for match in _VARIABLE.finditer(text))


def _inner(expression: str) -> str:
    quoted = _QUOTED.match(expression)
    return quoted["inner"] if quoted else expression


def _name(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group)


def _settings(
    wanted: set[str], names: Iterable[str], read: Callable[[str], str | None]
) -> dict[str, list[_Setting]]:
    found: dict[str, list[_Setting]] = {}
    for name in [n for n in names if kind_of(n) not in _NEVER][:_MOST_FILES]:
        text = read(name)
        if text is None or len(text) > _LONGEST:
            continue
        near = {word for word in wanted if word in text}
        for word in near & set(re.findall(r"\w+", text)) if near else ():
            for match in _setter(word).finditer(text):
                value = next(group for group in match.groups() if group)
                line = text.count("\n", 0, match.end()) + 1
                found.setdefault(word, []).append(_Setting(value, name, line))
    return found


def _setter(word: str) -> re.Pattern[str]:
    value, name = rf"[\"']?({_PIECE})[\"']?(?=[\s,;#}}\])\"'\\]|\Z)", re.escape(word)
    return re.compile(
        rf"(?<![\w.$-]){name}[\"'\]]{{0,2}}[ \t]*(?::=|=|:)[ \t]*{value}"
        rf"|\b(?:ENV|ARG|setx?|%env|%set_env)[ \t]+{name}[ \t]+{value}"
        rf"|\bname[\"']?\s*[:=]\s*[\"']?{name}[\"']?\s*,?\s*[\"']?(?:value|default)[\"']?\s*[:=]\s*{value}"
        rf"|\bvariable\s+\"?{name}\"?\s*\{{[^{{}}]{{0,2000}}?\bdefault\s*=\s*{value}"
    )


def _filled(use: ModelUse, known: dict[str, list[_Setting]]) -> Iterator[ModelUse]:
    text = _inner(use.expression)
    words = [_name(match) for match in _VARIABLE.finditer(text)]
    seen: set[str] = set()
    for index in range(min(max((len(known.get(w, ())) for w in words), default=0), _MOST_VALUES)):
        chosen = {w: known[w][index % len(known[w])] for w in words if known.get(w)}
        if len(chosen) < len(set(words)):
            return
        whole = _VARIABLE.sub(lambda match: chosen[_name(match)].value, text)  # noqa: B023
        judged = judge(whole, Bare.IGNORED) if _WHOLE.match(whole) else None
        if judged is None or judged.kind is UseKind.UNRESOLVED or judged.model in seen:
            continue
        seen.add(judged.model)
        place = chosen[words[0]]
        yield replace(
            use,
            kind=judged.kind,
            model=judged.model,
            revision=use.revision or judged.revision,
            certainty=Certainty.LIKELY,
            defined_at=f"{place.file}:{place.line}",
            reason=judged.reason,
            target=judged.target,
        )
