"""Write out `$(NAME)` in a container's words and variables as a node does before it starts it.

https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_PLACE = re.compile(r"\$\$|\$\((?P<name>[^()$]+)\)")
_LONGEST = 4_000
"""A longer text stays as it is written: variables of variables grow without end."""


def expanded(node: object, depth: int = 0) -> object:
    """A resource in which each container's variables are its own: by their order, the last of a
    name, and nothing where `$$` keeps it from being one."""
    if depth > 200:
        return node  # told by the reader
    if isinstance(node, list):
        return [expanded(one, depth + 1) for one in node]
    if not isinstance(node, dict):
        return node
    inner = {key: expanded(value, depth + 1) for key, value in node.items()}
    return _container(inner) if isinstance(node.get("env"), list) else inner


def _container(body: Mapping[str, Any]) -> dict[str, Any]:
    known: dict[str, str] = {}
    listed = []
    for one in body["env"]:
        name = one.get("name") if isinstance(one, dict) else None
        if isinstance(name, str):
            known.pop(name, None)
            if isinstance(one.get("value"), str):
                one = {**one, "value": _filled(one["value"], known)}
                if "$(" not in one["value"]:  # what is filled in is not read again
                    known[name] = one["value"]
        listed.append(one)
    made = {**body, "env": listed}
    for key in ("command", "args"):
        if isinstance(body.get(key), list):
            made[key] = [_filled(w, known) if isinstance(w, str) else w for w in body[key]]
    return made


def _filled(text: str, known: Mapping[str, str]) -> str:
    if "$(" not in text:
        return text
    made = _PLACE.sub(lambda m: known.get(m["name"] or "", m.group()), text)
    return made if len(made) <= _LONGEST else text
