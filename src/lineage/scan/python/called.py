"""Command lines that a module hands to what runs them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from lineage.scan.commands.launchers import LAUNCHERS, program_of_image, starts_command
from lineage.scan.commands.word import ShellWord
from lineage.scan.python.callee import package_of
from lineage.scan.python.displays import literals
from lineage.scan.python.hosted_texts import has_text
from lineage.scan.python.loaders.telling import SHELL_CALLS, SHELL_PACKAGES
from lineage.scan.python.module import Call, How, Module, Scope
from lineage.scan.python.value import call_argument, member
from lineage.scan.python.values import Evaluator

_RUNS = re.compile(r"(?i)run|exec|cmd|command|shell|spawn|bash|ssh|system|sudo|local\Z|entrypoint")
_UNKNOWN = "$?"
_DEEPEST = 4
COMMANDS = frozenset(
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
        and package_of(call.node.func, call.scope, evaluator.module) in SHELL_PACKAGES
    ):
        yield _words(call.node.args, call.scope, evaluator)
        return
    program = _program_called(call, evaluator.module)
    if program:
        words = _words(call.node.args, call.scope, evaluator)
        words.insert(0, ShellWord(program, *_at(call.node)))
        if _begins(words):
            yield words
        return
    given = [one.value for one in call.node.keywords if one.arg in COMMANDS]
    if call.node.args and (_runs(last) or is_program(call.node.args[0])):
        whole: list[list[ast.expr]] = [[one] for one in call.node.args if _may_be(one)]
        if len(whole) == len(call.node.args) > 1:
            whole.insert(0, call.node.args)
        for parts in whole if _runs(last) else whole[:1]:
            words = _words(parts, call.scope, evaluator)
            if _begins(words):
                yield words
                break
    image = call_argument(call, "image", 0)
    if call.last == "run" and len(call.node.args) > 1:  # `containers.run("image", "--model …")`
        given.append(call.node.args[1])
    yield from _in_container(image, given, call.scope, evaluator)


def may_run(last: str) -> bool:
    """Whether a callee of that name may run a command line, for all that it is called."""
    return last in SHELL_CALLS or last in LAUNCHERS or _runs(last)


def _may_be(node: ast.expr) -> bool:
    """Whether an argument may be a command, or a part of one."""
    if isinstance(node, ast.BinOp):
        return has_text(node)
    return isinstance(node, ast.List | ast.Tuple | ast.Constant | ast.JoinedStr)


def is_program(node: ast.expr) -> bool:
    """Whether it is the name of a program that loads models, or a list that begins with it:
    `serve("vllm", "serve", …)`."""
    if isinstance(node, ast.List | ast.Tuple) and node.elts:
        node = node.elts[0]  # `launch(["ollama", "run", …])`
    return isinstance(node, ast.Constant) and str(node.value) in LAUNCHERS


def _program_called(call: Call, module: Module) -> str:
    """The program that a call itself names: `sh.vllm("serve", …)`, `local["vllm"]("serve", …)`."""
    func = call.node.func
    if isinstance(func, ast.Subscript) and call.node.args:
        return (
            str(func.slice.value)
            if isinstance(func.slice, ast.Constant) and is_program(func.slice)
            else ""
        )  # of plumbum
    is_one = call.last in LAUNCHERS and bool(call.node.args)
    return call.last if is_one and package_of(func, call.scope, module) == "sh" else ""


def written_words(module: Module, evaluator: Evaluator) -> Iterator[list[ShellWord]]:
    """Command lines that no call is given: what `sys.argv` is set to, with the module that
    `runpy` runs, and a container that is written out as a table: `{"image": …, "args": […]}`."""
    programs = {one.module.partition(".")[0] for one in module.imports.values()} & LAUNCHERS.keys()
    for binding in evaluator.most(module.attributes.get("argv", ())):
        words = [] if binding.value is None else _words([binding.value], binding.scope, evaluator)
        for program in sorted(programs) if words else ():  # whose own entry point is called
            made = [replace(words[0], text=program), *_behind_program(words, program)]
            if _begins(made):
                yield made
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
        given = [value for key, value in pairs.items() if key in COMMANDS]
        if "image" in pairs and given:
            yield from _in_container(pairs["image"], given, module.top, evaluator)


def _behind_program(words: list[ShellWord], program: str) -> list[ShellWord]:
    """The arguments in what `sys.argv` is set to, with its own first word or without it."""
    launcher = LAUNCHERS[program]
    is_whole = bool(words[1:]) and words[0].text not in launcher.subcommands | launcher.others
    return words[1:] if is_whole else words


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


def _text(part: ast.expr, scope: Scope, evaluator: Evaluator, depth: int = 0) -> str:
    """What one part of a command is; a piece of it that nobody knows stands as a variable."""
    known = evaluator.values(part, scope)
    if known or depth > _DEEPEST:
        return known[0].text if known else _UNKNOWN
    holder = scope.holder(part.id) if isinstance(part, ast.Name) else None
    bound = holder.bindings[part.id] if holder is not None and isinstance(part, ast.Name) else []
    if len(bound) == 1 and bound[0].value is not None and bound[0].how is How.VALUE:
        part, scope = bound[0].value, bound[0].scope
    pieces: list[ast.expr] = []
    if isinstance(part, ast.JoinedStr):
        pieces = [one.value if isinstance(one, ast.FormattedValue) else one for one in part.values]
    elif isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
        pieces = [part.left, part.right]
    texts = (_text(one, scope, evaluator, depth + 1) for one in pieces)
    return "".join(texts) if pieces else _UNKNOWN


def _words(given: Sequence[ast.expr], scope: Scope, evaluator: Evaluator) -> list[ShellWord]:
    first = given[0]
    if isinstance(first, ast.Starred) and not _is_line(first, scope, evaluator):  # `run(*args)`
        given, first = [member(first.value, 0), *given[1:]], member(first.value, 0)
    shown = list(literals(evaluator, first, scope, 0))
    parts = [e for one, _ in shown if isinstance(one, ast.List | ast.Tuple) for e in one.elts]
    parts = list(_spread(parts or list(given), scope, evaluator))
    words: list[ShellWord] = []
    for part in parts:
        text = _text(part, scope, evaluator)
        words.extend(
            ShellWord(t, *_at(part)) for t in (text.split() if len(parts) == 1 else [text])
        )
    if len(words) > 2 and words[1].text == "-c":  # ["bash", "-c", "ollama run …"]
        place = words[2]
        words = [ShellWord(t, place.line, place.column) for t in place.text.split()]
    return words


def _is_line(part: ast.Starred, scope: Scope, evaluator: Evaluator) -> bool:
    """Whether what stands behind a star is a command line itself, and not arguments of which the
    first is one: `create_subprocess_exec(*cmd)`."""
    begins = next(_spread([part], scope, evaluator))
    return isinstance(begins, ast.Constant) and " " not in str(begins.value)


def _spread(parts: list[ast.expr], scope: Scope, evaluator: Evaluator) -> Iterator[ast.expr]:
    """The parts of a list, and of each list that stands in it behind a star."""
    for part in parts:
        inner = (
            list(literals(evaluator, part.value, scope, 0)) if isinstance(part, ast.Starred) else []
        )
        held = [e for one, _ in inner if isinstance(one, ast.List | ast.Tuple) for e in one.elts]
        yield from held or (part,)


def _at(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset + 1
