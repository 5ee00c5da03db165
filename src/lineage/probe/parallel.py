"""Several questions at a time, in threads that end with the program: Ctrl-C waits for no answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import TypeVar

Task = TypeVar("Task")
Found = TypeVar("Found")


def in_parallel(
    function: Callable[[Task], Found], tasks: Sequence[Task], jobs: int
) -> Iterator[Found]:
    """What the function finds for each task, as it is found. What it raises ends the whole."""
    todo: SimpleQueue[Task] = SimpleQueue()
    done: SimpleQueue[Found | BaseException] = SimpleQueue()
    is_over = threading.Event()
    for task in tasks:
        todo.put(task)

    def work() -> None:
        while not is_over.is_set():
            try:
                done.put(function(todo.get_nowait()))
            except Empty:
                return
            except BaseException as problem:  # noqa: BLE001 - raised where the answers are taken
                done.put(problem)

    for _ in range(min(jobs, len(tasks))):
        threading.Thread(target=work, daemon=True).start()
    try:
        for _ in tasks:
            found = done.get()
            if isinstance(found, BaseException):
                raise found
            yield found
    finally:
        is_over.set()
