"""The boundary between a list of models and whoever works on it;
and the threads of one machine behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import Generic, Protocol, TypeVar

from lineage.core.errors import LineageError
from lineage.core.value import dataclass

T = TypeVar("T")
Work = Callable[[str], str]
"""One model's name in, one text out.

It can be pickled: a function of a module, or an instance of a class of one.
"""


@dataclass(frozen=True)
class Done(Generic[T]):
    """The outcome for one item."""

    item: str
    result: T | None = None
    problem: str = ""
    """Why there is no result."""


class Executor(Protocol):
    """Works on items, in any order."""

    def run(self, work: Work, items: Sequence[str]) -> Iterator[Done[str]]:
        """Each item once, as it gets done.

        A failure is reported in its `problem`; the others follow.
        """


class Threads:
    """A few threads of this process."""

    def __init__(self, workers: int = 4) -> None:
        self._workers = workers

    def run(self, work: Callable[[str], T], items: Sequence[str]) -> Iterator[Done[T]]:
        """Each item once; what stays in this process may have results of any kind.

        Leaving the iterator early leaves out what has not started.
        """
        with ThreadPoolExecutor(self._workers, thread_name_prefix="lineage-batch") as pool:
            futures: dict[Future[Done[T]], str] = {
                pool.submit(attempt, work, item): item for item in dict.fromkeys(items)
            }
            try:
                for future in as_completed(futures):
                    yield future.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)


def attempt(work: Callable[[str], T], item: str) -> Done[T]:
    """Do it; an expected error (LineageError) becomes the item's
    problem, any other is a bug and is raised."""
    try:
        return Done(item, work(item))
    except LineageError as problem:
        return Done(item, problem=str(problem))
