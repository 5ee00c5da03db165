"""Line and column of an offset in a text, and where what ends there begins."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property


class Places:
    """The places of one text's offsets."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [0], self._text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self._text.find("\n", at + 1)
        return starts

    def of(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def start_of(code: str, end: int, is_part: Callable[[str], bool], lowest: int = 0) -> int:
    """Where what has such characters alone, and ends there, begins; `lowest`: no further back."""
    while end > max(lowest, 0) and is_part(code[end - 1]):
        end -= 1
    return end


def is_of_word(character: str) -> bool:
    """Whether a name may have it."""
    return character.isalnum() or character == "_"


def occurrences(word: str, text: str) -> Iterator[tuple[int, int]]:
    """Beginning and end of a word, wherever it stands as a whole one."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (is_of_word(text[at - 1 : at]) or is_of_word(text[end : end + 1])):
            yield at, end
        at = text.find(word, end)
