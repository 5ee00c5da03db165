"""Counts for Prometheus, in its text format. Labels are names of this program alone, so nobody from
outside can make more of them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from lineage.core.value import dataclass

MEDIA = "text/plain; version=0.0.4; charset=utf-8"
_STEPS = (0.005, 0.025, 0.1, 0.5, 1.0, 5.0, 30.0)
"""Seconds of the histogram."""


@dataclass(frozen=True)
class Sample:
    """One number with its labels."""

    value: float
    labels: Mapping[str, str]
    suffix: str = ""


class Requests:
    """How many there were, and how long they took."""

    def __init__(self) -> None:
        self._answered: Counter[tuple[str, str, int]] = Counter()
        self._within: dict[str, list[int]] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One that is over. `route` is the template of an address, not the address."""
        self._answered[method, route, status] += 1
        steps = self._within.setdefault(route, [0] * (len(_STEPS) + 1))
        steps[bisect_left(_STEPS, seconds)] += 1
        self._seconds[route] += seconds

    def families(self) -> str:
        """The lines of both."""
        answered = (
            Sample(number, {"method": method, "route": route, "status": str(status)})
            for (method, route, status), number in sorted(self._answered.items())
        )
        return family(
            "lineage_requests_total", "counter", "Requests that were answered.", answered
        ) + family(
            "lineage_request_duration_seconds",
            "histogram",
            "How long answers took, streams of events left out.",
            self._durations(),
        )

    def _durations(self) -> Iterable[Sample]:
        for route, steps in sorted(self._within.items()):
            total = 0
            for step, number in zip((*map(str, _STEPS), "+Inf"), steps, strict=True):
                total += number
                yield Sample(total, {"route": route, "le": step}, "_bucket")
            yield Sample(self._seconds[route], {"route": route}, "_sum")
            yield Sample(total, {"route": route}, "_count")


def family(name: str, kind: str, help_: str, samples: Iterable[Sample]) -> str:
    """One metric: what it means, and its numbers. Without a number it is left out."""
    lines = [f"{name}{one.suffix}{_labels(one.labels)} {_number(one.value)}" for one in samples]
    head = [f"# HELP {name} {help_}", f"# TYPE {name} {kind}"]
    return "\n".join([*head, *lines, ""]) if lines else ""


def single(name: str, kind: str, help_: str, value: float) -> str:
    """A metric of one number."""
    return family(name, kind, help_, [Sample(value, {})])


def _labels(labels: Mapping[str, str]) -> str:
    written = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{written}}}" if written else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.6g}"
