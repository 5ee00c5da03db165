"""A process that reads files for another: takes names from its input, answers on its output."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from contextlib import suppress
from pickle import HIGHEST_PROTOCOL, dump, load

from lineage.scan.files import FileReader


def serve() -> None:
    """Read until the input ends. The first message is the repository; each further one the names
    of files and the inlets that are wanted, and its answer one message for each file."""
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing but answers goes where they go
    gc.disable()  # as in the process that asks
    try:
        reader = FileReader(load(questions))  # noqa: S301 - the process that started this one
        dump(True, answers, HIGHEST_PROTOCOL)
        answers.flush()
        while True:
            names, wanted = load(questions)  # noqa: S301
            for name in names:
                one = reader.read(name) if wanted is None else reader.fillings(name, wanted)
                dump(one, answers, HIGHEST_PROTOCOL)
                answers.flush()
    except (EOFError, BrokenPipeError):
        return  # the other one has what it wants, or has ended
    except BaseException:
        try:
            dump(traceback.format_exc(), answers, HIGHEST_PROTOCOL)
            answers.flush()
        except BrokenPipeError:
            return  # it ended in the middle of a message, and nobody is left to be told
        raise
    finally:
        with suppress(BrokenPipeError):
            answers.close()
