"""Tell by its text alone what a module's code calls, and whether it could fill an inlet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import cache

from lineage.scan.place import is_of_word, occurrences, start_of
from lineage.scan.python.class_bodies import may_set
from lineage.scan.python.flow import Inlet, may_come_by_word
from lineage.scan.python.imported import imports_in, later_in, without_imports
from lineage.scan.python.lexed import Lexed
from lineage.scan.python.module import Imported

_BRACKET = re.compile(r"[\s\\]*\(")
_MARKS = re.compile(r"[()\[\]{},=*]")
_COMMA = re.compile(r"[\s\\]*,")
_ENDS_BASE = re.compile(r"[\s\\]*[,)]")
_DEFINED = re.compile(r"\b(?:def|class)[\s\\]+\Z")
_ABOVE = re.compile(r"\bsuper[\s\\]*\([\s\\]*\)[\s\\]*\.[\s\\]*\Z")
_HANDS_ON = re.compile(r"[\s\\]*\([\w\s\\,*.]*\)")
_STARRED = re.compile(r"\bimport[\s\\]*\*")
_OF_CLASS = frozenset({"from_pretrained", "from_quantized"})
"""Methods of which a class's own calls the one above with what it is given."""
_HANDED = re.compile(r"\([\s\\]*(?:None[\s\\]*,[\s\\]*)?[\w.\s\\]*")
_BLANK = frozenset(" \t\n\f\r\v\\")
_IS_SET = re.compile(r"[\s\\]*(?::[^\n=]{1,200})?=(?!=)")
"""Behind a name to which something is given: a variable, a field, a parameter, a keyword."""
_NEAR = 40
_GIVEN = re.compile(r"[\s\\]*=(?!=)")
_CALLED = re.compile(r"(\.[\s\\]*)?(?<!\w)[^\W\d]\w*[\s\\]*\Z")
_LONGEST = 100
_FAR = 5_000
"""Characters of a call in front of one of its keywords: further away it is not told apart."""
_OTHERWISE = re.compile(r"\b(?:else|or)\Z")
_GOES_ON = re.compile(r"[ \t\\]*[(.=|\]]")


def is_called(name: str, code: str) -> bool:
    """Whether something of that name is called here, or by what it is handed to first; it may be
    a method of anything."""
    return next(_called_at(name, code), None) is not None or _is_target(name, code)


def is_given_several(name: str, code: str) -> bool:
    """Whether something of that name is called with more than one plain argument."""
    for _, end in occurrences(name, code):
        bracket = _BRACKET.match(code, end)
        depth = 1 if bracket else 0
        for mark in _MARKS.finditer(code, bracket.end()) if bracket else ():
            depth += (mark[0] in "([{") - (mark[0] in ")]}")
            if not depth:
                break
            if mark[0] in ",=*":
                return True
    return False


def keywords_at(key: str, code: str) -> Iterator[int]:
    """Where a keyword of that name may stand: the bracket or comma in front of it."""
    at = code.find(key)
    while at >= 0:
        end = at + len(key)
        if _GIVEN.match(code, end):
            before = start_of(code, at, _BLANK.__contains__) - 1
            if before >= 0 and code[before] in "(,":
                yield before
        at = code.find(key, end)


def is_of_method(code: str, at: int) -> bool:
    """Whether what is called around a place may be more than a plain name."""
    opens = _opened(code, at)
    called = _CALLED.search(code, max(opens - _LONGEST, 0), opens) if opens >= 0 else None
    return called is None or bool(called[1])


def _opened(code: str, at: int) -> int:
    """Where the bracket opens that is not yet closed; -1 where that is further away than looked."""
    depth = 0
    for place in range(at, max(at - _FAR, -1), -1):
        if code[place] in ")]}":
            depth += 1
        elif code[place] in "([{":
            if depth == 0:
                return place
            depth -= 1
    return -1


def is_loaded_with(name: str, code: str, *, by_keyword: bool) -> bool:
    """Whether something of that name may load anything here: it stands somewhere but in its own
    definition and, of a method that hands on what it is given alone, in the call of the one above.
    `by_keyword`: whether it must be given something by a keyword, under its own or another name."""
    if by_keyword:
        return _may_be_given(name, code)
    return any(
        not _DEFINED.search(before := code[max(0, start - _NEAR) : start])
        and not (name in _OF_CLASS and _ABOVE.search(before) and _HANDS_ON.match(code, end))
        for start, end in occurrences(name, code)
    )


def _may_be_given(name: str, code: str) -> bool:
    """Whether something of that name may be called with more than one plain argument, here or under
    another name: it is read as it is, and is no variable of its own."""
    imported = [bound for bound, one in imports_in(code) if one.name == name]
    if any(bound != name for bound in imported) or is_given_several(name, code):
        return True
    is_known = bool(imported) or _STARRED.search(code) is not None
    others = False
    for start, end in occurrences(name, rest := without_imports(code)):
        if _DEFINED.search(rest, max(0, start - _NEAR), start):
            is_known = True
        elif not (_BRACKET.match(rest, end) or _GIVEN.match(rest, end)):
            at = start_of(rest, start, _BLANK.__contains__)
            if rest[at - 1 : at] == ".":
                return True
            others = True
    return is_known and others


def may_fill(
    module: Lexed,
    wanted: Mapping[str, Sequence[Inlet]],
    file: str,
    is_own: Callable[[str, Imported], bool],
    fields: Set[str] | None = None,
) -> bool:
    """Whether a module could hand something to one of the inlets: it calls the owner, or is of a
    class below it that calls `super().__init__(…)` or sets the field, and the owner is its own or
    imported.

    `is_own`: whether what a file imports may be a module of this repository. `fields`: what the
    module's classes set, where it was parsed before.
    """
    if not module.is_sure:
        return True
    imports: dict[str, list[Imported]] = {}
    later = set[str]()

    def has(word: str) -> bool:
        return word.encode("utf-8", "replace") in module.words

    def sets(field: str) -> bool:
        return may_set(field, module.code) if fields is None else field in fields

    def is_set(name: str) -> bool:
        return any(_IS_SET.match(module.code, end) for _, end in occurrences(name, module.code))

    @cache
    def names_models() -> bool:
        return any(map(may_come_by_word, module.texts))

    def fills(name: str, given: Sequence[Inlet]) -> bool:
        if not has(name):
            return False
        if any(one.is_word for one in given) and names_models() and is_set(name):
            return True
        # A class that sets a field has the field's name in its code.
        inlets = [one for one in given if not one.is_word]
        inlets = [one for one in inlets if not one.is_attribute or sets(one.parameter)]
        if not inlets:
            return False
        if not imports:
            for bound, one in imports_in(module.code):
                imports.setdefault(bound, []).append(one)
            later.update(later_in(module.code))
        is_here = any(inlet.file == file for inlet in inlets)
        calls_above = b"__init__" in module.words
        of_class = any(
            inlet.is_of_class and (inlet.is_attribute or calls_above) for inlet in inlets
        )
        roots = set(_roots(name, module, of_class=of_class))
        is_value = not name[:1].isupper() and _is_value(name, module.code)
        roots |= {  # by whatever name it is called then
            bound
            for bound, several in imports.items()
            for one in several
            if one.name == name and (is_value or bound != name)
        }
        if roots:  # a method is called on what is of its class
            roots |= {inlet.method_of for inlet in inlets if inlet.method_of}
        is_method = any(inlet.method_of and inlet.file == file for inlet in inlets)
        if not roots.isdisjoint(later):
            return True
        return (is_here and (name in roots or (is_method and bool(roots)))) or any(
            is_own(file, one) for root in roots for one in imports.get(root, ())
        )

    return any(fills(name, inlets) for name, inlets in wanted.items())


def _roots(name: str, module: Lexed, *, of_class: bool) -> Iterator[str]:
    """The first parts of the dotted names by which something of that name is called."""
    code = module.code
    for start in _called_at(name, code):
        yield _root(name, code, start)
    if of_class and any(_ENDS_BASE.match(code, end) for _, end in occurrences(name, code)):
        yield name
    if _is_target(name, code):
        yield from (word.decode("utf-8", "replace") for word in module.words)


def _called_at(name: str, code: str) -> Iterator[int]:
    """Where that name is called, or is handed on to what may call it."""
    for start, end in occurrences(name, code):
        if _BRACKET.match(code, end):
            if not _DEFINED.search(code, max(0, start - _NEAR), start):
                yield start
        elif _COMMA.match(code, end) and _is_handed(code, start):
            yield start


def _is_value(name: str, code: str) -> bool:
    """Whether something is set to it, or a table has it: `load = fetch`, `{"a": fetch}`."""
    for start, end in occurrences(name, code):
        before = start_of(code, start, _BLANK.__contains__)
        is_set = code[before - 1 : before] in ("=", ":", "[") or _OTHERWISE.search(
            code, max(0, before - _NEAR), before
        )
        if is_set and not _GOES_ON.match(code, end):
            return True
    return False


def _is_handed(code: str, start: int) -> bool:
    opens = code.rfind("(", 0, start)
    is_import = code[max(0, opens - 8) : opens].rstrip().endswith("import")
    return opens >= 0 and not is_import and _HANDED.fullmatch(code, opens, start) is not None


def _is_target(name: str, code: str) -> bool:
    """Whether it is handed to a thread or a process."""
    return "target" in code and (
        re.search(rf"target[\s\\]*=[\w.\s\\]*\b{re.escape(name)}\b", code) is not None
    )


def _root(name: str, code: str, start: int) -> str:
    """The first part of a dotted name whose last one begins at `start`; empty where what stands
    before a dot is no name."""
    while True:
        at = start_of(code, start, _BLANK.__contains__)
        if code[at - 1 : at] != ".":
            return name
        end = start_of(code, at - 1, _BLANK.__contains__)
        start = start_of(code, end, is_of_word)
        name = code[start:end]
        if not name:
            return ""
