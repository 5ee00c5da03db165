"""Hundreds of runs of the real command line, each with something wrong at the Hub or on the way to
it.

    PYTHONPATH=src python bench/chaos.py [--seed 7] [--runs 600] [--all] [--workers 3] [--write docs/benchmarks/chaos.md]

The invariant: with any fault added the verdict never becomes better, nothing is lost silently, no
traceback, no hang, the exit code says the verdict, and the token is nowhere. Ends with 1 where a
run breaks it. Nothing leaves this machine.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tabulate import tabulate

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from chaos.faults import CUTS, FAULTS
from chaos.plans import every_single, plans
from chaos.shapes import SHAPES
from chaos.trial import BOUND, MEMORY, Outcome, Trial, clean_run, trial

_AGAIN = 4  # every so many runs, one more with nothing wrong and the same cache


def main() -> None:
    """Run, tell, and write the page."""
    given = _arguments()
    began = time.monotonic()
    clean = {shape.name: clean_run(shape) for shape in SHAPES}
    chosen = every_single() if given.all else list(plans(given.seed, given.runs))
    done: list[Trial] = []
    with ThreadPoolExecutor(given.workers) as pool:
        made = pool.map(
            lambda numbered: trial(
                numbered[1], clean[numbered[1].shape], again=numbered[0] % _AGAIN == 0
            ),
            enumerate(chosen),
        )
        for one in made:
            done.append(one)
            for violation in one.violations:
                print(f"VIOLATION  {one.plan}: {violation}", flush=True)
            if len(done) % 50 == 0:
                print(
                    f"{len(done)} of {len(chosen)} after {time.monotonic() - began:.0f} s",
                    file=sys.stderr,
                    flush=True,
                )
    page = _page(done, clean, " ".join(sys.argv[1:]), time.monotonic() - began)
    print(page)
    if given.write:
        given.write.parent.mkdir(parents=True, exist_ok=True)
        given.write.write_text(page + "\n", encoding="utf-8")
    sys.exit(any(one.violations for one in done))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--runs", type=int, default=600)
    parser.add_argument(
        "--all",
        action="store_true",
        help="every single fault at every step, instead of a seeded choice",
    )
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--write", type=Path)
    return parser.parse_args()


def _page(done: Sequence[Trial], clean: dict[str, Outcome], command: str, seconds: float) -> str:
    again = len(range(0, len(done), _AGAIN))
    outcomes = [one.outcome for one in done]
    facts = [
        ("runs with something wrong", len(done)),
        (
            "of them with a fault that really fell on a call, or a cut",
            sum(t.outcome.struck > 0 or bool(t.plan.cut) for t in done),
        ),
        ("runs after them with nothing wrong, on the same cache", again),
        (
            "faults tried",
            f"{len({s.fault for t in done for s in t.plan.strikes})} of {len(FAULTS)}",
        ),
        ("cuts tried", f"{len({t.plan.cut for t in done} - {''})} of {len(CUTS)}"),
        ("shapes, steps", f"{len(SHAPES)}, {sum(len(s.steps) for s in SHAPES)}"),
        ("**invariant violations**", f"**{sum(bool(t.violations) for t in done)}**"),
        (
            f"longest run (bound {BOUND:g} s, calls limited to 1.5 s)",
            f"{max(o.seconds for o in outcomes):.1f} s",
        ),
        (
            f"most resident memory (bound {MEMORY >> 20} MB)",
            f"{max(o.memory for o in outcomes) >> 20} MB",
        ),
        (
            "most resident memory with nothing wrong",
            f"{max(o.memory for o in clean.values()) >> 20} MB",
        ),
        ("seconds in all", f"{seconds:.0f}"),
    ]
    lines = [
        "# Chaos",
        "",
        "The real command line against a local test Hub, one process for each run, with something wrong in every one.",
        "Each outcome is held against the run of the same shape with nothing wrong. In none may the verdict become better",
        "(`pass` < `review` < `inconclusive` and `fail`), a target or an ancestor disappear without a word, a traceback show, the exit",
        "code say something else than the verdict, the run outlast its bound, or the token stand in stdout, stderr, the cache, a report or",
        "a call to another host.",
        "",
        f"    PYTHONPATH=src python bench/chaos.py {command}".rstrip(),
        "",
        tabulate(facts, headers=("", "measured"), tablefmt="github"),
        "",
        "## Faults",
        "",
        "What each fault led to, over all shapes and steps; `none` is a run that said it could not look anything up (exit code 4).",
        "",
        tabulate(
            _by_fault(done),
            headers=(
                "fault",
                "runs",
                "none",
                "inconclusive",
                "fail",
                "review",
                "pass",
                "violations",
            ),
            tablefmt="github",
        ),
        "",
        "`review` and `pass` are runs of shapes that have that verdict with nothing wrong, in which the fault passed, or fell on what the",
        "verdict does not rest on.",
        "",
        "## Shapes",
        "",
        tabulate(
            _by_shape(done, clean),
            headers=("shape", "nothing wrong", "steps", "runs", "violations"),
            tablefmt="github",
        ),
    ]
    return "\n".join(lines)


def _by_fault(done: Iterable[Trial]) -> list[tuple[object, ...]]:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for one in done:
        names = {one.plan.cut} if one.plan.cut else {strike.fault for strike in one.plan.strikes}
        for name in names:
            counted[name]["runs"] += 1
            counted[name][one.outcome.verdict if one.outcome.report else "none"] += 1
            counted[name]["violations"] += bool(one.violations)
    columns = ("runs", "none", "inconclusive", "fail", "review", "pass", "violations")
    return [(name, *(counted[name][column] for column in columns)) for name in (*FAULTS, *CUTS)]


def _by_shape(done: Iterable[Trial], clean: dict[str, Outcome]) -> list[tuple[object, ...]]:
    runs = Counter(one.plan.shape for one in done)
    broken = Counter(one.plan.shape for one in done if one.violations)
    return [
        (s.name, clean[s.name].verdict, ", ".join(s.steps), runs[s.name], broken[s.name])
        for s in SHAPES
    ]


if __name__ == "__main__":
    main()
