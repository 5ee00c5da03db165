"""Names that stand for no text, whatever is followed: most of those of a program."""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lineage.scan.python.value import Value


class Reach(NamedTuple):
    """How deep a name is met, and within how many functions' results: what is met deeper has no
    more texts."""

    depth: int
    nested: int

    def covers(self, other: Reach) -> bool:
        """Whether what has no text here has none there."""
        return self.depth <= other.depth and self.nested <= other.nested


class Barren:
    """What is known of the names, and of the attributes, that one file sets off.

    A name is tried once: is there any text, where each name on the way is met once? What it would
    add when it is met again within itself begins with nothing too. So what has no text then has
    none at all, in any place; and the names that had none on the way have none either.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[Reach, int]] = {}
        """By the name: where it was tried, and whether anything was cut there."""
        self._others: set[Hashable] = set()
        """Names that stand for some text, or of which that cannot be told."""
        self._tried: dict[Hashable, tuple[Reach, int, bool]] = {}
        """The same of those that had none so far in this trial; and whether that hangs on another
        that was not done."""
        self._open: set[Hashable] = set()
        self._met: set[Hashable] = set()
        """What was met again within itself."""
        self._given: set[Hashable] = set()
        """What has given a text."""
        self._meetings = 0
        self.is_trying = False
        self._is_unsure = False

    def known(self, place: Hashable, reach: Reach) -> int | None:
        """Whether anything was cut where a name was found to have no text; None where it may have
        one."""
        known = self._known.get(place)
        if known is not None and known[0].covers(reach):
            return known[1]
        tried = self._tried.get(place)
        return tried[1] if tried is not None and tried[0].covers(reach) else None

    def met_again(self, place: Hashable) -> None:
        """Something is left out that is being worked out already."""
        if self.is_trying:
            self._met.add(place)
            self._meetings += 1
            # What it has given is missing there.
            self._is_unsure = self._is_unsure or place in self._given

    def left_out(self) -> None:
        """Something is left out that another place than this one might not leave out."""
        self._is_unsure = True

    def was_tried(self, place: Hashable) -> bool:
        """Whether it has some text, or cannot be told: trying it again would say nothing new."""
        return place in self._others

    def through(self, place: Hashable, values: Iterator[Value]) -> Iterator[Value]:
        """In a trial, the texts of an expression. One that was met again within itself has some
        after all: what was found to have none since may have some too."""
        for value in values:
            self._given.add(place)
            if place in self._met:
                self._tried.clear()
            yield value

    def tried(
        self, place: Hashable, reach: Reach, cuts: list[int], values: Iterator[Value]
    ) -> Generator[Value]:
        """In a trial, the texts of a name. `cuts`: in whose second place it is kept whether
        anything was cut."""
        if place in self._open:
            self.met_again(place)
            return
        self._open.add(place)
        before, cuts[1], had = cuts[1], 0, self._meetings
        has_text = False
        try:
            for value in self.through(place, values):
                has_text, cuts[1] = True, cuts[1] | before
                yield value
            if not has_text:
                self._tried[place] = reach, cuts[1], self._meetings > had
        finally:
            self._open.discard(place)
            cuts[1] |= before

    def trial(
        self, place: Hashable, reach: Reach, cuts: list[int], values: Callable[[], Iterator[Value]]
    ) -> bool:
        """Try a name: whether it has no text."""
        before, cuts[1] = cuts[1], 0
        self.is_trying, self._is_unsure = True, False
        texts = self.tried(place, reach, cuts, values())
        try:
            has_text = next(texts, None) is not None
        finally:
            texts.close()
            self.is_trying = False
        is_barren = not (has_text or self._is_unsure or cuts[0] < 0)
        if is_barren:
            for name, (where, was_cut, hangs) in self._tried.items():
                self._known[name] = where, was_cut | (cuts[1] if hangs else 0)
        else:
            self._others.add(place)
        self._tried.clear()
        self._met.clear()
        self._given.clear()
        cuts[1] = before | (cuts[1] if is_barren else 0)
        return is_barren
