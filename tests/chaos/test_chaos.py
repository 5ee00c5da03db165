"""With something wrong at the Hub the verdict never becomes better; a seeded few of the runs of
bench/chaos.py."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from hub import Fault

from .faults import CUTS, FAULTS, Plan, Strike
from .plans import every_single, plans
from .shapes import SHAPES
from .trial import BY_NAME, Outcome, clean_run, trial, violations

pytestmark = pytest.mark.linux  # runs are measured by what /proc says of them

# One run for each way in which a fault once made a verdict better, or could: these are always made.
KNOWN = (
    Plan("named in prose", (Strike("stalled in the body", "README"),)),
    Plan("named in prose", (Strike("404", "README"),)),
    Plan("GGUF header", (Strike("another range", "CDN"),)),
    Plan("merge", (Strike("404", "one parent"),)),
    Plan("chain", (Strike("proxy's 403", "everything"),)),
    Plan("several targets", (Strike("body without end", "second record"),)),
    Plan("a repository", (Strike("another model's record", "one record"),)),
    Plan("private", (Strike("401", "everything"),)),
    Plan("default policy", cut="refused"),
    Plan("clean chain", cut="TLS failure"),
)


@pytest.fixture(scope="module")
def clean() -> dict[str, Outcome]:
    """The answer of each shape while nothing is wrong."""
    with ThreadPoolExecutor(3) as pool:
        return dict(zip(BY_NAME, pool.map(clean_run, SHAPES), strict=True))


def test_the_shapes_have_every_verdict_that_a_fault_could_spoil(clean: dict[str, Outcome]) -> None:
    """A comparison with inconclusive runs alone would find nothing."""
    assert {outcome.verdict for outcome in clean.values()} == {"pass", "review", "fail"}
    for shape in SHAPES:
        assert violations(shape, clean[shape.name], clean[shape.name]) == ()


def test_what_went_wrong_never_makes_a_verdict_better(clean: dict[str, Outcome]) -> None:
    """Nothing is lost silently, no traceback, no hang, the exit code right, no token anywhere."""
    chosen = (*KNOWN, *plans(20261122, 14))
    with ThreadPoolExecutor(3) as pool:
        done = list(
            pool.map(lambda plan: trial(plan, clean[plan.shape], again=plan in KNOWN[:3]), chosen)
        )
    assert [f"{one.plan}: {one.violations}" for one in done if one.violations] == []
    assert sum(one.outcome.struck > 0 for one in done) > len(done) // 2


def test_a_violation_is_seen(clean: dict[str, Outcome]) -> None:
    """A better verdict, an ancestor gone, a target gone, a wrong exit code and the token in a file
    are each told."""
    shape, was = BY_NAME["chain"], clean["chain"]
    better = json.loads(json.dumps(was.report))
    (target,) = better["targets"]
    better["verdict"] = target["verdict"] = "review"
    target["nodes"], target["findings"] = target["nodes"][:2], []
    broken = Outcome(1, 1e6, 1 << 40, b"Traceback", b"", better, 0, ("report.json",))
    found = " ".join(violations(shape, was, broken))
    for words in (
        "fail became review",
        "lost without a word",
        "exit code 1 for review",
        "no end within",
        "MB of memory",
    ):
        assert words in found
    assert "the token is in report.json" in found and "a traceback" in found
    assert (
        "were asked for"
        in violations(shape, was, replace(was, report={**better, "targets": []}))[-1]
    )


def test_every_fault_of_the_test_hub_is_in_the_plans() -> None:
    """At every step of every shape, and every cut of the way to it."""
    assert {fault for fault, _ in FAULTS.values()} == set(Fault)
    every = every_single()
    assert {(p.shape, s.step, s.fault) for p in every for s in p.strikes} == {
        (s.name, step, f) for s in SHAPES for step in s.steps for f in FAULTS
    }
    assert {(p.shape, p.cut) for p in every if p.cut} == {
        (s.name, cut) for s in SHAPES for cut in CUTS
    }
