"""Enough of .gitignore to leave out what a project does not
keep: used where there is no git to ask."""

from __future__ import annotations

import re

from lineage.core.value import dataclass

_MOST_RULES = 2_000


@dataclass(frozen=True)
class IgnoreRule:
    """One line of a .gitignore, compiled against paths relative to the file's folder."""

    pattern: re.Pattern[str]
    is_negated: bool
    folders_only: bool


def ignore_rules(text: str) -> tuple[IgnoreRule, ...]:
    """The rules of one .gitignore in order; lines that make no
    pattern are left out, as git does."""
    rules: list[IgnoreRule] = []
    for line in text.splitlines()[:_MOST_RULES]:
        rule = _rule(line)
        if rule is not None:
            rules.append(rule)
    return tuple(rules)


def _rule(line: str) -> IgnoreRule | None:
    pattern = line.rstrip().removeprefix("\ufeff")
    if not pattern or pattern.startswith("#") or len(pattern) > 300:
        return None
    is_negated = pattern.startswith("!")
    pattern = pattern.removeprefix("!").removeprefix("\\")
    folders_only = pattern.endswith("/")
    pattern = pattern.rstrip("/")
    anchored = "/" in pattern
    pattern = pattern.lstrip("/")
    if not pattern:
        return None
    try:
        body = _translated(pattern)
        return IgnoreRule(
            re.compile(body if anchored else f"(?:.*/)?{body}"), is_negated, folders_only
        )
    except re.error:
        return None


def _translated(pattern: str) -> str:
    out = ""
    position = 0
    while position < len(pattern):
        if pattern.startswith("**/", position):
            out += "(?:.*/)?"
            position += 3
        elif pattern.startswith("**", position):
            out += ".*"
            position += 2
        elif pattern[position] == "*":
            out += "" if out.endswith("[^/]*") else "[^/]*"
            position += 1
        elif pattern[position] == "?":
            out += "[^/]"
            position += 1
        elif pattern[position] == "[" and "]" in pattern[position + 2 :]:
            end = pattern.index("]", position + 2)
            inner = pattern[position + 1 : end].replace("\\", "\\\\")
            out += f"[{'^' + inner[1:] if inner.startswith('!') else inner}]"
            position = end + 1
        else:
            out += re.escape(pattern[position])
            position += 1
    return out + r"\Z"


def is_ignored(path: str, rules: tuple[IgnoreRule, ...], *, is_folder: bool) -> bool | None:
    """What one .gitignore decides for a path below it; None where no rule matches.

    The last matching rule wins.
    """
    for rule in reversed(rules):
        if (is_folder or not rule.folders_only) and rule.pattern.match(path):
            return not rule.is_negated
    return None
