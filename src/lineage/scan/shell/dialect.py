"""How one shell writes continuation, comments, quotes and variables."""

from __future__ import annotations

import re

from lineage.core.value import dataclass

_TEMPLATE = (  # what just, Taskfile and CI pipelines fill in: {{NAME}}, {{.NAME}}, ${{ env.NAME }}
    r"\$?\{\{-?\s*(?:(?:env|vars|inputs|matrix|variables|parameters)\.|\.)?"
    r"(?:[A-Za-z_][\w-]*\.)*(?P<template>[A-Za-z_][\w-]*)\s*"
    r"(?:\|\|?\s*(?:default\b\s*\(?\s*)?[\"']?(?P<otherwise>[^\s\"'{}|)]*)[\"']?\s*\)?\s*)?-?\}\}"
)


@dataclass(frozen=True)
class Dialect:
    """One shell's marks."""

    continuation: str
    comment: re.Pattern[str]
    """A physical line that is only a comment."""
    token: re.Pattern[str]
    """Groups: single (taken as it is), double, op, space, escape, plain, odd."""
    variable: re.Pattern[str]
    """Groups: name… (any of them), default, template."""
    assignment: re.Pattern[str]
    """A line that sets a variable otherwise than by a word `NAME=value`; groups: name, value."""
    heredocs: bool = False
    """Also: arrays, whose lines are read as one."""
    sensitive: bool = True
    """Whether letter case distinguishes variables."""

    def key(self, name: str) -> str:
        """The name under which a variable is remembered."""
        return name if self.sensitive else name.lower()


POSIX = Dialect(
    "\\",
    re.compile(r"\s*#"),
    re.compile(
        r"""'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)"|(?P<op>&&|\|\||[;|&()\n])"""
        r"""|(?P<space>[ \t]+)|(?P<escape>\\.)"""
        r"""|(?P<plain>(?:\$?\{\{[^{}]*\}\}|\$\(\w+\)|[^\s'"\\;|&()])+)"""
        r"""|(?P<odd>.)""",
        re.DOTALL,
    ),
    re.compile(
        rf"{_TEMPLATE}|\$(?:\{{(?P<braced>[A-Za-z_][\w-]*|[1-9])(?:\[[@*\d]+\])?"
        r"(?::?[-=](?P<default>[^{}]*))?\}|\((?P<call>[A-Za-z_]\w*)\)|(?P<name>[A-Za-z_]\w*))"
    ),
    re.compile(
        r"\s*(?:export\s+)?(?P<name>[A-Za-z_][\w-]*)\s*(?:\s:?|:)=\s*(?P<value>\S.*)", re.DOTALL
    ),
    heredocs=True,
)
CMD = Dialect(
    "^",
    re.compile(r"\s*(?:@\s*)?(?:rem\b|::)", re.IGNORECASE),
    re.compile(
        r"""(?P<single>(?!))|"(?P<double>[^"\n]*)"|(?P<op>&&|\|\||[|&()\n])|(?P<space>[ \t]+)"""
        r"""|(?P<escape>\^.)|(?P<plain>[^\s"^|&()]+)|(?P<odd>.)""",
        re.DOTALL,
    ),
    re.compile(
        r"%(?P<name>[A-Za-z_]\w*)%|%%(?P<loop>[A-Za-z])\b|!(?P<braced>\w+)!|(?P<default>(?!))|(?P<template>(?!))|(?P<otherwise>(?!))"
    ),
    re.compile(r"(?P<name>(?!))(?P<value>)"),
    sensitive=False,
)
POWERSHELL = Dialect(
    "`",
    re.compile(r"\s*#"),
    re.compile(
        r"""'(?P<single>[^']*)'|"(?P<double>(?:[^"`]|`.)*)"|(?P<op>&&|\|\||[;|()\n{}])"""
        r"""|(?P<space>[ \t,]+)|(?P<escape>`.)"""
        r"""|(?P<plain>(?:\$\{[\w:]+\}|[^\s'"`;|(){},])+)|(?P<odd>.)""",
        re.DOTALL,
    ),
    re.compile(
        r"\$\{(?:env:)?(?P<braced>\w+)\}|\$(?:env:|script:|global:)?(?P<name>[A-Za-z_]\w*)"
        r"|(?P<default>(?!))|(?P<template>(?!))|(?P<otherwise>(?!))",
        re.IGNORECASE,
    ),
    re.compile(
        # A table's lines have no `$`.
        r"\s*(?:param\s*\(\s*|(?:\$\w+\s*=\s*)?@\{\s*)?(?:\[[\w.]+\]\s*)*(?:\$(?:env:|script:|"
        r"global:)?)?(?P<name>[A-Za-z_]\w*)\s*=\s*"
        r"(?P<value>[\"'][^\"'\n]+[\"'])",
        re.IGNORECASE,
    ),
    sensitive=False,
)
