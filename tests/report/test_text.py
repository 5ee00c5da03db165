"""The text for a terminal: one screen for one model, a table for many, the width kept, nothing
left out uncounted."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from tests.report import reports
from tests.report.reports import attribution, edge, graph_of, node, report
from tests.report.test_pipeline_formats import checked

from lineage.core.relation import Grade, Relation
from lineage.evidence.evidence import Applicability, ResultHit, Standing, State
from lineage.policy.finding import Finding, Level, Verdict, Waived
from lineage.policy.rules.registry import RULES
from lineage.report.cells import cells, clipped, from_left, wrapped
from lineage.report.columns import table
from lineage.report.document import Report, TargetReport
from lineage.report.formats import View, render

WIDTHS = (40, 60, 80, 100, 140)
WIDE = "组织/深度求索的一个非常长的模型名称-7B-Instruct"
EVIL = "evil/\x1b[31mred\u202e\u200b\nnew line" + "x" * 300


def chain(*models: str, **more: object) -> TargetReport:
    """Each model made from the next."""
    nodes = [node(model, depth) for depth, model in enumerate(models)]
    steps = [edge(child, parent) for child, parent in pairwise(models)]
    graph = graph_of(models[0], nodes, steps)
    whole = replace(
        reports.simple(),
        target=models[0],
        model=models[0],
        graph=graph,
        attributions={model: attribution(model) for model in models},
        findings=(),
    )
    return replace(whole, **more)  # type: ignore[arg-type]


def found(*path: str, rule: str = "licence-drift", level: Level = Level.REVIEW) -> Finding:
    """A finding about the end of a path."""
    return Finding(rule, level, path[-1], path, f"{path[-1]} names another licence.")


SHAPES = {
    "simple": reports.simple,
    "merge": reports.merge,
    "hostile": reports.hostile,
    "tangle": reports.tangle,
    "folder": reports.local_folder,
    "wide": lambda: chain(WIDE, f"{WIDE}-base", "a/b"),
    "evil": lambda: chain("acme/model", EVIL),
    "deep": lambda: chain(*(f"acme/model-number-{n}" for n in range(76))),
}


def texts(target: TargetReport, width: int) -> dict[str, str]:
    """Every kind of text over one target."""
    one = report(target)
    many = report(target, replace(target, verdict=Verdict.PASS))
    return {
        "short": render(one, "text", View(width)),
        "quiet": render(one, "text", View(width, verbosity=-1)),
        "full": render(one, "text", View(width, full=True)),
        "everything": render(one, "text", View(width, verbosity=1)),
        "many": render(many, "text", View(width)),
        "gate": render(checked(one), "text", View(width)),
    }


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("shape", SHAPES)
def test_no_line_is_wider_than_the_terminal(shape: str, width: int) -> None:
    """In cells, indents counted; an address alone is never broken."""
    for kind, text in texts(SHAPES[shape](), width).items():
        for line in text.splitlines():
            assert cells(line) <= width or "http" in line, (kind, line)


@pytest.mark.parametrize("shape", SHAPES)
def test_names_from_strangers_are_inert(shape: str) -> None:
    """No escape, no direction mark, no line of their own."""
    for text in texts(SHAPES[shape](), 80).values():
        assert not set(text) & set("\x1b\u202e\u200b\r")
        assert "new line" not in {line.strip() for line in text.splitlines()}


def test_one_model_is_one_screen_that_opens_with_the_decision() -> None:
    """Verdict, why, what to do; a rule's id never opens a line of it."""
    lines = render(report(reports.merge()), "text", View(100)).splitlines()
    assert lines[0].startswith("REVIEW  ")
    assert any(line.startswith("→ ") for line in lines[1:8])
    assert len(lines) < 40
    assert not [line for line in lines if line.split(":")[0].strip() in RULES]


@pytest.mark.parametrize("shape", SHAPES)
def test_no_sentence_stands_twice(shape: str) -> None:
    """In the short text and in the long one."""
    kinds = texts(SHAPES[shape](), 140)
    for kind in ("short", "full"):
        text = " ".join(kinds[kind].split())
        told = [one for one in re.split(r"(?<=[.!?]) ", text) if len(one.split()) > 5]
        assert len(told) == len(set(told)), kind


def test_the_path_that_decides_is_marked_and_kept() -> None:
    """It is drawn where the tree is too large, and what is not drawn is counted."""
    bases = [f"acme/base-{n:02}" for n in range(20)]
    target = chain("acme/model", *bases[:1])
    nodes = [node("acme/model", 0), *(node(base, 1) for base in bases)]
    graph = graph_of("acme/model", nodes, [edge("acme/model", base) for base in bases])
    target = replace(
        target,
        verdict=Verdict.REVIEW,
        graph=graph,
        attributions={n.id: attribution(n.id) for n in nodes},
        findings=(found("acme/model", bases[-1]),),
    )
    text = render(report(target), "text", View(100))
    assert re.search(rf"^  ▸ .─ .*{bases[-1]}", text, re.MULTILINE)
    drawn = sum(base in text.partition("review  ")[0] for base in bases)
    assert f"… {len(bases) - drawn} more models (-v)" in text


def test_a_lead_is_not_drawn_as_a_statement() -> None:
    """An inferred step says that it is one."""
    target = chain("acme/model", "acme/base")
    step = edge("acme/model", "acme/base", Relation.FINETUNE, grade=Grade.INFERRED)
    graph = graph_of("acme/model", list(target.graph.nodes.values()), [step])
    assert "perhaps fine-tuned from" in render(report(replace(target, graph=graph)), "text", View())


def test_waived_findings_and_information_are_in_the_short_text() -> None:
    """The one marked, the other counted with the flag that shows it."""
    taken = Waived("read", "J. Officer", "2027-01-01")
    target = chain(
        "acme/model",
        findings=(
            found("acme/model").with_waiver(taken),
            found("acme/model", rule="licence-missing", level=Level.INFO),
        ),
    )
    text = render(report(target), "text", View(100))
    assert "waived  It names another licence. Waived until 2027-01-01 by J. Officer." in text
    assert "1 more finding for information (-v)" in text


def test_many_models_are_a_table_with_the_worst_first() -> None:
    """Then what asks for action; a model that passes does not."""
    names = ("acme/pass", "acme/fail", "acme/review", "acme/inconclusive")
    targets = [chain(name, verdict=Verdict(name.partition("/")[2])) for name in names]
    text = render(report(*targets), "text", View(100))
    rows = re.findall(r"^  ([A-Z]+) +acme/", text, re.MULTILINE)
    assert rows[:4] == ["FAIL", "INCONCLUSIVE", "REVIEW", "PASS"]
    assert text.startswith("4 models: ")
    assert "acme/pass" not in text.partition("What to do")[2]


def test_quiet_is_two_lines_and_quieter_one() -> None:
    """Verdict and reason; the verdict alone stays as it is for scripts."""
    held: Report = report(reports.simple())
    assert len(render(held, "text", View(80, verbosity=-1)).splitlines()) == 2
    assert render(held, "text", View(80, verbosity=-2)) == "pass acme/assistant-7b\n"


def test_names_are_cut_from_the_left_and_stay_apart() -> None:
    """At the slash where that can be, else at another separator; two that would look alike are not
    cut."""
    assert from_left(["some-organisation/model"], 12) == {"some-organisation/model": "…/model"}
    elsewhere = "modelscope:some-organisation/model"
    assert from_left([elsewhere], 20) == {elsewhere: "modelscope:…/model"}
    assert from_left([elsewhere], 12) == {elsewhere: elsewhere}
    assert from_left(["x/a-long-name-of-7B"], 10) == {"x/a-long-name-of-7B": "…-of-7B"}
    alike = ["first-organisation/model", "second-organisation/model"]
    assert from_left(alike, 12) == {name: name for name in alike}


def test_a_long_name_is_carried_over_behind_a_separator() -> None:
    """Where one is near enough."""
    assert wrapped("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", 26) == [
        "deepseek-ai/DeepSeek-R1-",
        "Distill-Llama-8B",
    ]


def test_a_result_that_decides_is_shown_although_it_only_informs() -> None:
    """A test in a language without controls counts for nothing more, and may still ask for a
    look."""
    held = reports.simple()
    result = reports.test_result("in-finnish", held.model, language="fi")
    hit = ResultHit(result, Applicability.DIRECT, (held.model,), counts=False)
    own = Standing(State.MIXED, {"fi": State.THIN}, ("in-finnish",))
    text = render(
        report(replace(held, exposure=replace(held.exposure, hits=(hit,), own=own))),
        "text",
        View(100),
    )
    assert "▸ Finnish" in text
    assert "cannot decide" not in text


def test_a_sentence_that_is_cut_leaves_no_bracket_open() -> None:
    """One that is closed stays."""
    assert clipped("It was not read (4 more reasons).", 22) == "It was not read …"
    assert clipped("It (so to say) was not read at all.", 22) == "It (so to say) was …"


def test_wide_characters_count_two_cells() -> None:
    """And marks that belong to a letter none."""
    assert cells("模型") == 4
    assert cells("e\u0301") == 1
    assert wrapped("模型模型", 4) == ["模型", "模型"]


def test_a_table_that_cannot_fit_becomes_lines() -> None:
    """Each row then says what its cells are."""
    text = table([("one", "x" * 30, "y" * 30)], ("a", "b", "c"), 30)
    assert all(cells(line) <= 30 for line in text.splitlines())
    assert "b:" in text and "· c:" in text
