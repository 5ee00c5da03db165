"""Commands whose last words another command gives: `echo org/name | xargs hf download`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lineage.scan.commands.word import ShellWord

_WITH_VALUE = frozenset(["-n", "-P", "-L", "-d", "-s", "-a", "-E", "--max-args", "--max-procs"])
_SAYS = frozenset(["echo", "printf"])


def handed_commands(
    words: Sequence[ShellWord], before: Sequence[ShellWord]
) -> Iterator[list[ShellWord]]:
    """What `xargs` runs with each word that the command `before` it writes; where nobody can tell
    what that is, with one that is known only when it runs."""
    if not words or words[0].text != "xargs":
        return
    mark, rest = _own_options(words[1:])
    texts = [word.text for word in rest]
    if "<" in texts:  # of a file
        rest, before = rest[: texts.index("<")], ()
    if not rest:
        return
    given = [w for w in before[1:] if not w.text.startswith("-")]
    if not before or before[0].text not in _SAYS:
        given = [replace(words[0], text="$(…)")]
    for one in given:
        if mark and any(mark in word.text for word in rest):
            yield [replace(w, text=w.text.replace(mark, one.text)) for w in rest]
        else:
            yield [*rest, one]


def _own_options(words: Sequence[ShellWord]) -> tuple[str, list[ShellWord]]:
    """The mark of `-I`, and the words behind all of its options."""
    at, mark = 0, ""
    while at < len(words) and words[at].text.startswith("-"):
        text = words[at].text
        if text.startswith(("-I", "-i")) or text.startswith("--replace"):
            mark = text.removeprefix("--replace").lstrip("-Ii=")
            if not mark and text == "-I" and at + 1 < len(words):
                at += 1
                mark = words[at].text
            mark = mark or "{}"
        elif text in _WITH_VALUE:
            at += 1
        at += 1
    return mark, list(words[at:])
