"""Enumerations of models of services (`class ChatModel(str, Enum): MINI = "gpt-4o-mini"`). One that
code takes a model as, or that chooses among the models of several developers, says what is asked
for; any other may only say what there is, and its models are possible."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from lineage.core.use import Certainty
from lineage.core.value import dataclass
from lineage.scan.names import Judged
from lineage.scan.python.hosted_texts import is_id
from lineage.scan.python.module import Module, Scope, dotted
from lineage.scan.services import UNKNOWN, Services

_KIND = re.compile(r"(?:Names?|Types?|Ids?|Enum|s)+\Z")
"""What ends the name of such a class behind the word of a service: `OpenAIModelNames`."""
_NUMBERED = re.compile(r"[A-Za-z][^\s]*\d")
_FIRST_WORD = re.compile(r"(?:[\w.-]+/)*([a-z]{3,})")
_DEVELOPED = frozenset(
    ["claude", "command", "deepseek", "gemini", "glm", "gpt", "grok", "kimi", "mistral", "qwen"]
)
"""First words of names, each of one developer alone."""


@dataclass(frozen=True)
class Member:
    """One model of an enumeration."""

    node: ast.Constant
    name: str
    judged: Judged
    certainty: Certainty


def enumerated_models(module: Module, services: Services, of_file: str) -> Iterator[Member]:
    """The models of the enumerations of a module of which the tables know at least half, or any
    where the class or its module is called after a service. `of_file`: what the module is called
    after."""
    classes = [one for one in module.classes.values() if _is_enumeration(one, module)]
    if not classes:
        return
    texts: dict[Scope, list[ast.Constant]] = defaultdict(list)
    for named in module.named:
        node = named.value
        if (
            named.scope in classes
            and isinstance(node, ast.Constant)
            and isinstance(node.value, str)
        ):
            texts[named.scope].append(node)
    for cls, members in texts.items():
        known = [node for node in members if _route(node, services) is not None]
        said = host_of_enumeration(cls.name, services) or of_file
        if not known or (not said and 2 * len(known) < len(members)):
            continue
        is_used = _is_choice(known) or _is_taken(cls.name, module)
        certainty = Certainty.LIKELY if is_used else Certainty.POSSIBLE
        for node in members:
            route = _route(node, services)
            text = str(node.value)
            if said and (route is None or route[0] == UNKNOWN) and _NUMBERED.match(text):
                route = said, text
            judged = services.judge(*route) if route is not None and is_id(text) else None
            if judged is not None:
                yield Member(node, cls.name, judged, certainty)


def host_of_enumeration(name: str, services: Services) -> str:
    """The service that the name of such a class says; empty where it says none."""
    return services.host_of_class(_KIND.sub("", name)) if name else ""


def _is_enumeration(cls: Scope, module: Module) -> bool:
    done: set[str] = set()
    waiting = [cls]
    while waiting:
        one = waiting.pop()
        if not isinstance(one.node, ast.ClassDef) or one.name in done:
            continue
        done.add(one.name)
        bases = [dotted(base) for base in one.node.bases]
        if any(base.endswith("Enum") for base in bases):
            return True
        waiting += [module.classes[base] for base in bases if base in module.classes]
    return False


def _route(node: ast.Constant, services: Services) -> tuple[str, str] | None:
    """Host and name of what the tables know, or what says its service itself."""
    text = str(node.value)
    host = services.host_of_name(text)
    return (host, text) if host else services.split(text)


def _is_choice(known: Iterable[ast.Constant]) -> bool:
    """Whether models of several developers stand together: no service's own list is so."""
    words = (_FIRST_WORD.match(str(node.value)) for node in known)
    return len({word[1] for word in words if word is not None} & _DEVELOPED) > 1


def _is_taken(name: str, module: Module) -> bool:
    """Whether a class is what something is annotated as, made into, or has under a key: not where
    its members are gone through, one is named, others are below it, or it gets a shorter name."""
    for node, above in module.parents.items():
        if not (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)):
            continue
        is_given = isinstance(above, ast.Call) and node is not above.func
        passed = (ast.Assign, ast.Attribute, ast.ClassDef, ast.For, ast.comprehension, ast.Compare)
        if not is_given and not isinstance(above, passed):
            return True
    return False
