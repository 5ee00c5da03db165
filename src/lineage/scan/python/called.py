"""Command lines that a module hands to what runs them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from lineage.scan.commands.launchers import program_of_image, starts_command
from lineage.scan.commands.word import ShellWord
from lineage.scan.python.callee import package_of
from lineage.scan.python.displays import literals
from lineage.scan.python.loaders.telling import SHELL_CALLS, SHELL_PACKAGES
from lineage.scan.python.module import Call, Module, Scope
from lineage.scan.python.value import call_argument
from lineage.scan.python.values import Evaluator

_RUNS = re.compile(r"(?i)run|exec|cmd|command|shell|spawn|bash|ssh|system|sudo|local\Z|entrypoint")
_COMMANDS = frozenset(
    [
        "command", "cmd", "cmds", "commands", "args", "arguments", "argv", "bash_command", "run",
        "entrypoint", "setup_commands", "container_args", "start_command", "onstart",
    ]
)  # fmt: skip
"""Keywords that are given a command line, or its arguments."""


def command_words(call: Call, evaluator: Evaluator) -> Iterator[list[ShellWord]]:
    """The command lines that a call is given: `subprocess.run([…])`, and of anything else that
    could run one (`session.run`, `bash_command=`, `image=… arguments=[…]`) those that begin with
    a program which loads models."""
    last = call.last
    if (
        call.node.args
        and last in SHELL_CALLS
        and package_of(call.node.func, evaluator.module) in SHELL_PACKAGES
    ):
        yield _words(call.node.args, call.scope, evaluator)
        return
    given = [one.value for one in call.node.keywords if one.arg in _COMMANDS]
    if call.node.args and _runs(last):
        lists = [one for one in call.node.args if isinstance(one, ast.List | ast.Tuple)]
        texts = [one for one in call.node.args if isinstance(one, ast.Constant | ast.JoinedStr)]
        whole: list[list[ast.expr]] = [[one] for one in (*lists, *texts)]
        if len(texts) == len(call.node.args) > 1:
            whole.insert(0, list(texts))
        for parts in whole:
            words = _words(parts, call.scope, evaluator)
            if _begins(words):
                yield words
                break
    image = call_argument(call, "image", 0)
    if call.last == "run" and len(call.node.args) > 1:  # `containers.run("image", "--model …")`
        given.append(call.node.args[1])
    yield from _in_container(image, given, call.scope, evaluator)


def written_words(module: Module, evaluator: Evaluator) -> Iterator[list[ShellWord]]:
    """Command lines that no call is given: what `sys.argv` is set to, with the module that
    `runpy` runs, and a container that is written out as a table: `{"image": …, "args": […]}`."""
    for binding in module.attributes.get("argv", ())[:4]:
        words = [] if binding.value is None else _words([binding.value], binding.scope, evaluator)
        for call in module.calls_of.get("run_module", ())[:4]:
            known = evaluator.values(call.node.args[0], call.scope) if call.node.args else []
            for name in known if words else ():
                yield [replace(words[0], text=name.text), *words[1:]]
        if _begins(words):
            yield words
    for table in module.tables:
        pairs = {
            key.value: value
            for key, value in zip(table.keys, table.values, strict=True)
            if isinstance(key, ast.Constant)
        }
        given = [value for key, value in pairs.items() if key in _COMMANDS]
        if "image" in pairs and given:
            yield from _in_container(pairs["image"], given, module.top, evaluator)


def _in_container(
    image: ast.expr | None, given: list[ast.expr], scope: Scope, evaluator: Evaluator
) -> Iterator[list[ShellWord]]:
    """Command lines, those of arguments alone behind the program of their image."""
    for one in given:
        words = _words([one], scope, evaluator)
        starts_option = bool(words) and words[0].text.startswith("-")
        program = _program(image, scope, evaluator) if image is not None and starts_option else []
        if program:
            yield [*program, *words]
        elif _begins(words):
            yield words


@lru_cache(maxsize=50_000)
def _runs(name: str) -> bool:
    return _RUNS.search(name) is not None


def _begins(words: list[ShellWord]) -> bool:
    """Whether a program that loads models stands among the first words."""
    texts = [word.text for word in words[:8]]
    return any(starts_command(texts, at) for at in range(len(texts)))


def _program(image: ast.expr, scope: Scope, evaluator: Evaluator) -> list[ShellWord]:
    known = evaluator.values(image, scope)
    program = program_of_image(known[0].text) if known else []
    return [ShellWord(word, image.lineno, image.col_offset + 1) for word in program]


def _words(given: Sequence[ast.expr], scope: Scope, evaluator: Evaluator) -> list[ShellWord]:
    shown = list(literals(evaluator, given[0], scope, 0))
    parts = [e for one, _ in shown if isinstance(one, ast.List | ast.Tuple) for e in one.elts]
    parts = parts or list(given)
    words: list[ShellWord] = []
    for part in parts:
        known = evaluator.values(part, scope)
        text = known[0].text if known else "$?"
        words.extend(
            ShellWord(t, part.lineno, part.col_offset + 1)
            for t in (text.split() if len(parts) == 1 else [text])
        )
    if len(words) > 2 and words[1].text == "-c":  # ["bash", "-c", "ollama run …"]
        place = words[2]
        words = [ShellWord(t, place.line, place.column) for t in place.text.split()]
    return words
