"""What a report says of what was read, of what is open, and of what would close it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lineage.core.claim import Observation, ObservationKind
from lineage.core.record import FileEntry, Status
from lineage.core.relation import Relation
from lineage.evidence.evidence import Attribution
from lineage.graph.graph import LineageGraph, Node
from lineage.policy.finding import Finding, Level, Verdict, Waived
from lineage.policy.open_points.point import Gap, Open, OpenPoint
from lineage.policy.questions import Question
from lineage.report.document import TargetReport
from lineage.report.formats import View, render
from lineage.report.sentences import origin_sentence, reading_sentences
from report.reports import ALIBABA, claim, edge, node, record, report, target_report

CHILD = "acme/child"


def read(*nodes: Node) -> list[str]:
    """The sentences of a report over these models, the first the audited one, each built on the
    first."""
    edges = tuple(edge(nodes[0].id, n.id, Relation.MERGE) for n in nodes[1:])
    return reading_sentences(
        target_report(LineageGraph(nodes[0].id, {n.id: n for n in nodes}, edges))
    )


def only(**facts: object) -> str:
    """The sentence about one model that was read."""
    one = node(CHILD, 0)
    return read(replace(one, **facts))[0]  # type: ignore[arg-type]


def test_what_was_read_of_a_card_and_of_files_is_told_apart() -> None:
    """Text, metadata, no card, no list: four different statements."""
    listed = (FileEntry("README.md", 9), FileEntry("config.json", 9), FileEntry("a.gguf", 9))
    held = record(CHILD, files=listed)
    assert only(record=held, files=("README.md", "config.json")) == (
        f"{CHILD}: card read; 1 other file read (of 3 listed)."
    )
    assert only(record=replace(held, files=None)) == (
        f"{CHILD}: card metadata read, not its text; no list of its files."
    )
    bare = replace(held, card={}, files=listed[1:])
    assert only(record=bare, files=("config.json",)) == (
        f"{CHILD}: it has no card; 1 file read (of 2 listed)."
    )
    assert only(record=replace(held, card={})) == f"{CHILD}: card not read; no other file read."


def test_files_that_were_not_read_are_named_and_then_counted() -> None:
    """Three by name, with why; the rest as a number, so that none is hidden."""
    kinds = (
        ObservationKind.UNREADABLE,
        ObservationKind.UNREACHED,
        ObservationKind.TRUNCATED,
        ObservationKind.UNREADABLE,
    )
    seen = tuple(Observation(k, CHILD, f"{i}.json", "", "x") for i, k in enumerate(kinds))
    quiet = Observation(ObservationKind.ARCHITECTURE, CHILD, "config.json", "", "x")
    text = only(observations=(*seen, quiet))
    assert (
        "0.json could not be read; 1.json could not be fetched this time; 2.json read in part"
        in text
    )
    assert text.endswith("; 1 more file not read, or not whole.")
    assert "config.json" not in text


def test_an_unread_model_comes_first_and_beyond_the_bound_all_are_counted() -> None:
    """Of twelve models the unread one stands behind the audited one, and the last four are a
    number."""
    lost = node("acme/lost", 1, Status.NOT_FOUND, "missing or private")
    told = read(node(CHILD, 0), *(node(f"acme/m{i}", 1) for i in range(10)), lost)
    assert told[1] == "acme/lost: not read (missing or private)."
    assert len(told) == 9
    assert told[-1] == "4 more models, each at least by its metadata."
    many = read(
        node(CHILD, 0), *(node(f"acme/m{i}", 1, Status.NOT_FOUND, "gone") for i in range(9))
    )
    assert many[-1] == "2 more models, 2 of them not read."


def test_withheld_files_are_told() -> None:
    """The metadata of a gated repository is public, its files are not."""
    assert "behind an access agreement" in read(node(CHILD, 0, Status.GATED))[0]


@pytest.mark.parametrize(
    ("facts", "who", "told"),
    [
        (
            {"files": ("README.md",)},
            None,
            "Its developer is unknown; its card names no base model.",
        ),
        ({}, ALIBABA, "(China); the metadata of its card names no base model."),
        (
            {
                "record": record(CHILD, card={}, files=(FileEntry("README.md", 9),)),
                "files": ("README.md",),
                "observations": (
                    Observation(ObservationKind.UNREADABLE, CHILD, "README.md", "", "no text"),
                ),
            },
            None,
            "its model card was not read, so",
        ),
        (
            {"record": record(CHILD, card={}, files=(FileEntry("README.md", 9),))},
            ALIBABA,
            "(China); its model card was not read, so",
        ),
        (
            {"record": record(CHILD, card={}, files=())},
            ALIBABA,
            "it has no model card, and no base model was found.",
        ),
    ],
)
def test_a_card_is_said_to_name_no_base_only_where_it_was_read(
    facts: dict[str, object], who: object, told: str
) -> None:
    """The sentence at the top says what kind of silence it is."""
    held = target_report(LineageGraph(CHILD, {CHILD: replace(node(CHILD, 0), **facts)}, ()))  # type: ignore[arg-type]
    own = Attribution(CHILD, who, "namespace")  # type: ignore[arg-type]
    text = origin_sentence(replace(held, attributions={CHILD: own}))
    assert told in text
    if "not read" in told:
        assert "names no base" not in text


def test_a_base_that_was_not_matched_is_not_called_none() -> None:
    """A name that nobody could follow is a statement."""
    named = replace(claim(CHILD, "our model", Relation.FINETUNE), parent=None, problem="prose")
    graph = LineageGraph(CHILD, {CHILD: node(CHILD, 0)}, (), unlinked=(named,))
    held = target_report(graph)
    assert "could not be matched to a model" in origin_sentence(held)


def opened(*, waived: Waived | None = None, level: Level = Level.FAIL) -> TargetReport:
    """A report with one open point, and the finding that reports it."""
    point = OpenPoint(
        Gap.TRAIL_END,
        CHILD,
        (CHILD,),
        frozenset({Question.ORIGIN}),
        "Nothing shows where it starts.",
        closes="Ask the publisher.",
    )
    asked = f"{point.message} It leaves open: foundation-jurisdiction."
    shown = Finding(
        "no-known-root", Level.REVIEW, CHILD, (CHILD,), asked, (), level is Level.FAIL, "", waived
    )
    if level is Level.INFO:
        shown = replace(shown, level=level, message=point.message)
    held = target_report(
        LineageGraph(CHILD, {CHILD: node(CHILD, 0)}, ()),
        verdict=Verdict.PASS if waived or level is Level.INFO else Verdict.INCONCLUSIVE,
        findings=(shown,),
    )
    asks = ("foundation-jurisdiction",)
    return replace(held, open=(Open(point, "no-known-root", asks, level, asks, waived),))


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_an_open_point_says_what_would_close_it(name: str) -> None:
    """In every format for people; not where a person took it already."""
    step = "Ask the publisher."
    assert step in render(report(opened()), name, View())
    taken = Waived("our own", "ana@acme.example", "2027-01-01")
    assert step not in render(report(opened(waived=taken)), name, View())


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_every_format_for_people_says_what_was_read(name: str) -> None:
    """The same sentence in each; in a terminal where everything is wanted."""
    told = render(report(opened()), name, View(width=200, verbosity=1))
    assert "What was read" in told
    assert "card metadata read, not its text" in told


def test_an_inconclusive_verdict_says_what_is_missing_and_what_closes_it() -> None:
    """Above everything else in the report; the whole ground with -v."""
    told = render(report(opened()), "text", View(width=200))
    assert told.splitlines()[1].startswith(
        "It cannot be judged yet because nothing shows what it was built on"
    )
    assert "\n→ Ask the publisher.\n" in told
    loud = render(report(opened()), "text", View(width=200, verbosity=1))
    assert "Nothing shows where it starts. It leaves open: foundation-jurisdiction." in loud


def test_points_that_a_short_report_leaves_out_are_counted() -> None:
    """With the flag that shows them; with that flag they are shown and no longer counted."""
    held = report(opened(level=Level.INFO))
    assert "1 more finding for information (-v)" in render(held, "text", View(width=200))
    loud = render(held, "text", View(width=200, verbosity=1))
    assert "Nothing shows where it starts." in loud
    assert "1 more finding" not in loud


def test_names_from_strangers_stay_text() -> None:
    """A file name or a reason holds no escape, and no markup on the page."""
    evil = "\x1b[31m<script>alert(1)</script>"
    lost = node("acme/lost", 1, Status.NOT_FOUND, evil)
    seen = (Observation(ObservationKind.UNREADABLE, CHILD, evil, "", "x"),)
    graph = LineageGraph(
        CHILD, {CHILD: replace(node(CHILD, 0), observations=seen), lost.id: lost}, ()
    )
    held = report(target_report(graph))
    assert "\x1b" not in render(held, "text", View())
    assert "<script>alert" not in render(held, "html", View())


def test_many_findings_of_one_rule_are_counted() -> None:
    """One line on one screen; at length two, and the models of the rest; all of them with -v."""
    found = tuple(
        Finding("foundation-jurisdiction", Level.REVIEW, f"acme/m{n}", (CHILD,), f"Built on m{n}.")
        for n in range(5)
    )
    held = report(
        replace(target_report(LineageGraph(CHILD, {CHILD: node(CHILD, 0)}, ())), findings=found)
    )
    short, long, whole = (
        render(held, "text", View(verbosity=level, full=full, width=200))
        for level, full in ((0, False), (0, True), (1, False))
    )
    assert short.count("Its base acme/m") == 1 and "(and 4 more like it)" in short
    assert long.count("Built on m") == 2 and whole.count("Built on m") == 5
    assert "and 3 more by foundation-jurisdiction, about acme/m2, acme/m3 and acme/m4" in long
