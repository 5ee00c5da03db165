"""What published results say of any model of an index, by the very rules of an audit, kept as numbers that many models share.

A number stands for all that can still come down to a child: for every language, for a clean or an unclean line, and for each
strength that a nearer result leaves open, the worst that was found. 0 stands for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lineage.evidence.evidence import ExposureState, TestResult
from lineage.evidence.exposure import STATES, badness
from lineage.evidence.weighing import WEAKEST, language_of, severity, strength, why_not
from lineage.index.columns import require_numpy

_NOTHING = -1
Found = tuple[int, ...]
"""For each language: unclean line at strengths 1 to WEAKEST, then clean line likewise."""


class Exposures:
    """Numbers for what is found, made as they come up."""

    def __init__(self, tested: Mapping[int, Iterable[TestResult]]) -> None:
        """`tested`: the results about each model, by its number in the index."""
        self.tested = {model: tuple(results) for model, results in tested.items()}
        self.languages = sorted(
            {language_of(result) for results in self.tested.values() for result in results}
        )
        self._nothing: Found = (_NOTHING,) * (2 * WEAKEST * len(self.languages))
        self._found: list[Found] = [self._nothing]
        self._number: dict[Found, int] = {self._nothing: 0}
        self._joined: dict[tuple[int, ...], int] = {}
        self._faded: list[int] = [0]
        self._states: dict[tuple[int, int | None], ExposureState | None] = {}

    def join(self, parts: tuple[int, ...]) -> int:
        """The worst of several parents in every respect."""
        number = self._joined.get(parts)
        if number is None:
            worst = (
                tuple(map(max, zip(*(self._found[part] for part in parts), strict=True)))
                if self._nothing
                else ()
            )
            number = self._joined[parts] = self._numbered(worst)
        return number

    def fade(self, number: int) -> int:
        """What passes over an edge that carries no clean result."""
        if self._faded[number] < 0:
            found = self._found[number]
            unclean: list[int] = []
            for at in range(0, len(found), 2 * WEAKEST):
                half = found[at : at + WEAKEST]
                unclean += (*half, *half)
            self._faded[number] = self._numbered(tuple(unclean))
        return self._faded[number]

    def faded(self, numbers: Any) -> Any:
        """`fade` of a whole column."""
        numpy = require_numpy()
        distinct, places = numpy.unique(numbers, return_inverse=True)
        return numpy.array([self.fade(number) for number in distinct.tolist()], numpy.int32)[places]

    def at(self, model: int, incoming: int) -> int:
        """What comes down from a tested model: its own results, and what those leave of its parents'."""
        above = self._found[incoming]
        out = list(above)
        for place, language in enumerate(self.languages):
            for clean in (False, True):
                for below in range(1, WEAKEST + 1):
                    worst, left = self._own(model, language, below, is_direct=False, clean=clean)
                    farther = above[self._place(place, clean, left)] if left else _NOTHING
                    out[self._place(place, clean, below)] = max(worst, farther)
        return self._numbered(tuple(out))

    def state(self, model: int | None, incoming: int) -> ExposureState | None:
        """The state of a model with this incoming number; None where nothing decides. `model` only where it is tested itself."""
        key = (incoming, model)
        if key not in self._states:
            states = [
                state
                for place in range(len(self.languages))
                if (state := self._state(place, model, incoming))
            ]
            self._states[key] = min(states, key=badness, default=None)
        return self._states[key]

    def _state(self, place: int, model: int | None, incoming: int) -> ExposureState | None:
        above = self._found[incoming]
        own, left = _NOTHING, WEAKEST
        if model is not None:
            own, left = self._own(model, self.languages[place], WEAKEST, is_direct=True, clean=True)
        farther = above[self._place(place, True, left)] if left else _NOTHING
        worst = max(own, farther)
        return None if worst == _NOTHING else STATES[own == worst, worst]

    def _own(
        self, model: int, language: str, below: int, *, is_direct: bool, clean: bool
    ) -> tuple[int, int]:
        """The worst that the model's own results say where they count, and which strength is left for farther ones."""
        usable = [
            result
            for result in self.tested[model]
            if language_of(result) == language
            and strength(result) < below
            and not why_not(result, is_direct=is_direct, clean_line=clean)
        ]
        best = min((strength(result) for result in usable), default=below)
        heard = [r for r in usable if strength(r) == best]
        return max((severity(r, heard) for r in heard), default=_NOTHING), best

    def _place(self, language: int, clean: bool, below: int) -> int:
        return language * 2 * WEAKEST + (WEAKEST if clean else 0) + below - 1

    def _numbered(self, found: Found) -> int:
        number = self._number.get(found)
        if number is None:
            number = self._number[found] = len(self._found)
            self._found.append(found)
            self._faded.append(-1)
        return number
