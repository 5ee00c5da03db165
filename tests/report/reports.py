"""Reports built by hand: the shapes that every format must survive, hostile ones included."""

from __future__ import annotations

from dataclasses import replace

from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.core.relation import Grade, Relation
from lineage.evidence.evidence import (
    Applicability,
    Attribution,
    Citation,
    Developer,
    Exposure,
    ExposureState,
    Foundation,
    Origin,
    Outcome,
    ResultHit,
    TestResult,
)
from lineage.graph.edge import Edge
from lineage.graph.graph import LineageGraph, Node
from lineage.policy.finding import Finding, Level, Verdict, Waived
from lineage.report.document import DataVersions, Report, TargetReport

SHA = "0123456789abcdef0123456789abcdef01234567"
WHEN = "2026-11-21T10:00:00Z"

ALIBABA = Developer(
    "alibaba-cloud",
    "Alibaba Cloud (Qwen)",
    "CN",
    "developer",
    "company",
    ("Qwen",),
    citations=(Citation("https://example.org/qwen", "Qwen technical report"),),
)
META = Developer("meta", "Meta Platforms", "US", "developer", "company", ("meta-llama",))
DEEPSEEK = Developer("deepseek", "DeepSeek", "CN", "developer", "company", ("deepseek-ai",))
_KNOWN = {"Qwen": ALIBABA, "meta-llama": META, "deepseek-ai": DEEPSEEK}


def record(model: str, status: Status = Status.RESOLVED, **facts: object) -> ModelRecord:
    """A record as a source would give it, with usual facts unless told otherwise."""
    usual: dict[str, object] = {
        "revision": SHA,
        "card": {
            "license": "apache-2.0",
            "datasets": ["HuggingFaceH4/ultrachat_200k"],
            "language": ["en"],
        },
        "config": {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2"},
        "files": (
            FileEntry("model.safetensors", 4_000_000_000, "ab" * 32),
            FileEntry("config.json", 600, None, "cd" * 20),
        ),
        "created_at": "2026-02-03T04:05:06.000Z",
        "library": "transformers",
        "pipeline_tag": "text-generation",
        "downloads": 12345,
        "parameters": 7_615_616_512,
        "retrieved_at": WHEN,
    }
    return ModelRecord(model, model, status, "hub", **{**usual, **facts})  # type: ignore[arg-type]


def node(
    model: str, depth: int, status: Status = Status.RESOLVED, reason: str = "", **facts: object
) -> Node:
    """A node; one that was read has a record."""
    held = record(model, status, **facts) if status.is_known else None
    return Node(model, status, depth, reason, held.revision if held else None, record=held)


def claim(
    child: str, parent: str, relation: Relation, grade: Grade = Grade.DECLARED, **more: object
) -> Claim:
    """A claim as the card's metadata makes it unless told otherwise."""
    usual: dict[str, object] = {
        "source": "card metadata",
        "file": "README.md",
        "location": "base_model",
        "excerpt": f"base_model: {parent[:80]}",
    }
    return Claim(child, parent, parent, relation, grade, **{**usual, **more})  # type: ignore[arg-type]


def edge(
    child: str,
    parent: str,
    relation: Relation = Relation.FINETUNE,
    grade: Grade = Grade.DECLARED,
    component: str | None = None,
) -> Edge:
    """An edge with the one claim that says so."""
    return Edge(
        child,
        parent,
        relation,
        component,
        (claim(child, parent, relation, grade, component=component),),
    )


def test_result(name: str, model: str, **more: object) -> TestResult:
    """A published result that finds something."""
    usual: dict[str, object] = {
        "model_as_named": model,
        "suite": "CCP-sensitive prompts",
        "metric": "refusal rate",
        "value": 62.5,
        "unit": "%",
        "higher_is": "more censored",
        "n": 1360,
        "language": "zh",
        "topics": ("politics",),
        "outcome": Outcome.CENSORS,
        "access": "weights",
        "layer": "weights",
        "tested_on": "2025-05-01",
        "published_on": "2025-06-01",
        "publisher": "Example Lab",
        "title": "A test of many models",
        "url": "https://example.org/paper",
        "finding": "Refused most prompts in Chinese.",
        "caveat": "One prompt template only.",
        "evidence_class": "measured",
        "is_control": False,
        "control_value": 3.0,
    }
    return TestResult(name, model, **{**usual, **more})  # type: ignore[arg-type]


test_result.__test__ = False  # type: ignore[attr-defined]  # a builder, not a test


def attribution(model: str) -> Attribution:
    """By the few namespaces that these reports know."""
    developer = _KNOWN.get(model.partition("/")[0])
    if developer is None:
        return Attribution(model, None, "unknown")
    return Attribution(
        model, developer, "namespace", developer.id, f"{developer.name} family", is_foundation=True
    )


def target_report(
    graph: LineageGraph,
    *,
    verdict: Verdict = Verdict.REVIEW,
    hits: tuple[ResultHit, ...] = (),
    state: ExposureState = ExposureState.UNTESTED,
    findings: tuple[Finding, ...] = (),
    by_language: dict[str, ExposureState] | None = None,
) -> TargetReport:
    """Everything else follows from the graph."""
    named = {model: attribution(model) for model in graph.nodes}
    ways = graph.paths()
    ids = {
        model: (graph.target, *(step.parent for step in ways.get(model, ())))
        for model in graph.nodes
    }
    foundations = tuple(
        Foundation(root, named[root], ids[root]) for root in graph.roots() if root in named
    )
    teachers = tuple(
        Foundation(e.parent, named[e.parent], ids[e.parent])
        for e in graph.edges
        if e.relation is Relation.DISTILLED
    )
    known = {
        x.attribution.jurisdiction for x in (*foundations, *teachers) if x.attribution.jurisdiction
    }
    unknown = tuple(
        sorted({x.model for x in (*foundations, *teachers) if not x.attribution.jurisdiction})
    )
    return TargetReport(
        graph.target,
        graph.target,
        graph.nodes[graph.target].revision,
        verdict,
        "hub",
        graph,
        named,
        Origin(foundations, (), teachers, tuple(sorted(known)), unknown),
        Exposure(state, by_language or {}, hits),
        findings,
    )


def report(*targets: TargetReport, verdict: Verdict | None = None) -> Report:
    """One run over the targets; the worst verdict unless told otherwise."""
    order = [Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.REVIEW, Verdict.PASS]
    worst = min((t.verdict for t in targets), key=order.index, default=Verdict.PASS)
    return Report(
        targets,
        WHEN,
        "0.1.0",
        DataVersions("2026-11-20", "2026-11-20", "2026-11-19", "embedded"),
        "default",
        "built in",
        verdict or worst,
    )


def graph_of(target: str, nodes: list[Node], edges: list[Edge], **more: object) -> LineageGraph:
    """A graph from lists."""
    return LineageGraph(
        target, {n.id: n for n in nodes}, tuple(sorted(edges, key=lambda e: e.sort_key)), **more
    )  # type: ignore[arg-type]


def merge() -> TargetReport:
    """A merge with twelve parents of two foundations, one gated and one unresolved, a teacher,
    results and a waiver."""
    top = "acme/Merged-7B"
    nodes = [
        node(top, 0, card={"license": ["llama3.1", "apache-2.0"], "license_name": "x"}),
        node("Qwen/Qwen2.5-7B", 2),
        node(
            "meta-llama/Llama-3.1-8B",
            2,
            Status.GATED,
            "Access needs an accepted licence.",
            card={"license": "llama3.1"},
        ),
        node(
            "gone/base-model",
            1,
            Status.NOT_FOUND,
            "The Hub answers as for a missing or private repo.",
        ),
        node("deepseek-ai/DeepSeek-R1", 1, card={"license": "mit"}),
        node("gpt2", 2, config={}, files=None, parameters=None),
    ]
    edges = [
        edge(top, "gone/base-model", Relation.MERGE, Grade.STATED),
        edge(top, "deepseek-ai/DeepSeek-R1", Relation.DISTILLED, Grade.STATED),
    ]
    for i in range(12):
        part = f"someone/part-{i:02}"
        nodes.append(node(part, 1))
        edges.append(edge(top, part, Relation.MERGE, Grade.EMBEDDED if i % 2 else Grade.DECLARED))
        base = ["Qwen/Qwen2.5-7B", "meta-llama/Llama-3.1-8B", "gpt2"][i % 3]
        edges.append(
            edge(
                part,
                base,
                [Relation.FINETUNE, Relation.ADAPTER, Relation.QUANTIZED][i % 3],
                list(Grade)[i % 4],
            )
        )
    graph = graph_of(
        top,
        nodes,
        edges,
        unlinked=(
            replace(
                claim(top, "/mnt/data/ckpt", Relation.UNKNOWN), parent=None, problem="local path"
            ),
        ),
    )
    far = (top, "someone/part-00", "Qwen/Qwen2.5-7B")
    hits = (
        ResultHit(test_result("r-zh", "Qwen/Qwen2.5-7B"), Applicability.INHERITED, far, True),
        ResultHit(
            test_result(
                "r-en",
                "Qwen/Qwen2.5-7B",
                language="en",
                value=8.0,
                outcome=Outcome.MIXED,
                caveat="",
            ),
            Applicability.INHERITED,
            far,
            True,
        ),
        ResultHit(
            test_result(
                "r-api",
                "deepseek-ai/DeepSeek-R1",
                layer="vendor service",
                suite="API probe",
                control_value=None,
            ),
            Applicability.TEACHER,
            (top, "deepseek-ai/DeepSeek-R1"),
            False,
            "The vendor's service may filter what the weights do not.",
        ),
    )
    findings = (
        Finding(
            "inherited-censorship-evidence",
            Level.REVIEW,
            "Qwen/Qwen2.5-7B",
            far,
            "acme/Merged-7B descends from Qwen/Qwen2.5-7B; test CCP-sensitive prompts found refusals in it.",
            ("https://example.org/paper", "r-zh"),
            help_url="https://example.org/rules#inherited-censorship-evidence",
        ),
        Finding(
            "unresolved-base",
            Level.REVIEW,
            "gone/base-model",
            (top, "gone/base-model"),
            "The base gone/base-model could not be read.",
            decides_unknown=True,
            waived=Waived("Delivered on paper, archived under C-17.", "J. Officer", "2027-01-31"),
        ),
    )
    return target_report(
        graph,
        hits=hits,
        state=ExposureState.INHERITED_CENSORS,
        findings=findings,
        by_language={"zh": ExposureState.INHERITED_CENSORS, "en": ExposureState.INHERITED_MIXED},
    )


def simple() -> TargetReport:
    """A fine-tune of a known foundation, and nothing else."""
    graph = graph_of(
        "acme/assistant-7b",
        [node("acme/assistant-7b", 0), node("Qwen/Qwen2.5-7B", 1)],
        [edge("acme/assistant-7b", "Qwen/Qwen2.5-7B")],
    )
    return target_report(graph, verdict=Verdict.PASS)


def local_folder() -> TargetReport:
    """A folder that never was on a hub, with a gated base and a base that could not be asked
    for."""
    here = "/srv/models/our model (final)"
    graph = graph_of(
        here,
        [
            node(here, 0, Status.LOCAL, revision=None, card={}),
            node("meta-llama/Llama-3.1-8B", 1, Status.GATED, "Access needs an accepted licence."),
            node("nobody/away", 1, Status.UNREACHABLE, "The Hub could not be asked."),
        ],
        [
            edge(here, "meta-llama/Llama-3.1-8B", Relation.ADAPTER, Grade.EMBEDDED),
            edge(here, "nobody/away", Relation.FINETUNE, Grade.INFERRED, "vision_encoder"),
        ],
    )
    return target_report(graph, verdict=Verdict.INCONCLUSIVE)


SCRIPT = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
BIDI = "acme/\u202egnp.exe\u202c\u2066"
LONG = "a/" + "x" * 9_998
FORMULA = '=HYPERLINK("http://evil.example","click")'
BREAKOUT = '"]; end\n---\nclick A "javascript:alert(1)" \\"}--></style></svg>'
ESCAPE = "\x1b[31mred\x1b[0m\x00\x07"


def hostile() -> TargetReport:
    """Every string is an attack: on HTML, on links, on graph languages, on terminals, on
    spreadsheets."""
    names = [
        SCRIPT,
        BIDI,
        LONG,
        FORMULA,
        BREAKOUT,
        ESCAPE,
        "javascript:alert(1)",
        "+1-2",
        "@cmd",
        "\tx",
    ]
    nodes = [
        node(
            SCRIPT,
            0,
            card={
                "license": SCRIPT,
                "datasets": [SCRIPT, LONG, {"a": 1}, 7],
                "license_link": "javascript:alert(1)",
            },
        )
    ]
    edges = []
    for name in names[1:]:
        card = {
            "license": FORMULA,
            "datasets": BREAKOUT,
            "license_name": ESCAPE,
            "language": {"x": SCRIPT},
        }
        held = node(
            name,
            1,
            Status.RESOLVED,
            SCRIPT,
            card=card,
            config={"architectures": SCRIPT, "model_type": ["<b>"]},
            revision="<i>",
        )
        nodes.append(
            replace(
                held,
                observations=(Observation(ObservationKind.UNREADABLE, name, SCRIPT, BIDI, ESCAPE),),
                aliases=(SCRIPT, BIDI),
            )
        )
        grim = claim(
            SCRIPT,
            name,
            Relation.MERGE,
            excerpt=SCRIPT + ESCAPE + BIDI,
            file="javascript:alert(1)",
            location=BREAKOUT,
        )
        edges.append(
            Edge(SCRIPT, name, Relation.MERGE, BREAKOUT if name is LONG else None, (grim,))
        )
    graph = graph_of(SCRIPT, nodes, edges, bounds_hit=(SCRIPT,))
    bad = test_result(
        SCRIPT,
        LONG,
        suite=SCRIPT,
        metric=BIDI,
        language=FORMULA,
        url="javascript:alert(1)",
        publisher=SCRIPT,
        title=BREAKOUT,
        caveat=ESCAPE,
        finding=SCRIPT,
    )
    findings = (
        Finding(
            SCRIPT,
            Level.FAIL,
            SCRIPT,
            tuple(names),
            SCRIPT,
            ("javascript:alert(1)", "data:text/html,x"),
            help_url="javascript:alert(1)",
        ),
    )
    made = target_report(
        graph,
        verdict=Verdict.FAIL,
        hits=(ResultHit(bad, Applicability.INHERITED, tuple(names), True, SCRIPT),),
        findings=findings,
    )
    return replace(made, notice=SCRIPT)


def tangle() -> TargetReport:
    """A cycle, a self-reference, a diamond, two edges between the same two models, and a
    component."""
    nodes = [node(f"t/{x}", i) for i, x in enumerate("abcdef")]
    edges = [
        edge("t/a", "t/b"),
        edge("t/a", "t/b", Relation.MERGE, Grade.STATED, "tokenizer"),
        edge("t/a", "t/c"),
        edge("t/b", "t/d"),
        edge("t/c", "t/d"),
        edge("t/d", "t/e"),
        edge("t/e", "t/b"),
        edge("t/e", "t/e"),
        edge("t/c", "t/f", Relation.ADAPTER, Grade.INFERRED, "vision_encoder"),
    ]
    return target_report(graph_of("t/a", nodes, edges), verdict=Verdict.INCONCLUSIVE)


def wide(count: int = 300) -> TargetReport:
    """A graph of `count` models: merges of merges over a few foundations, as leaderboards have
    them."""
    ids = ["big/merge-of-merges"] + [
        f"org{i % 17}/model-number-{i:03}-instruct-v0.{i % 9}" for i in range(1, count - 4)
    ]
    ids += ["Qwen/Qwen2.5-7B", "meta-llama/Llama-3.1-8B", "deepseek-ai/DeepSeek-R1", "gone/away"]
    nodes, edges = [], []
    for i, model in enumerate(ids):
        status = Status.NOT_FOUND if model == "gone/away" else Status.RESOLVED
        nodes.append(
            node(
                model,
                0 if i == 0 else 1 + i.bit_length(),
                status,
                "Not found." if status is Status.NOT_FOUND else "",
            )
        )
    for i in range(count - 4):
        kids = [k for k in (i * 3 + 1, i * 3 + 2, i * 3 + 3) if k < count - 4]
        edges.extend(edge(ids[i], ids[k], Relation.MERGE, list(Grade)[k % 4]) for k in kids)
        if not kids:
            edges.append(
                edge(ids[i], ids[count - 4 + i % 4], list(Relation)[i % 7], list(Grade)[i % 4])
            )
    return target_report(graph_of(ids[0], nodes, edges), verdict=Verdict.REVIEW)


ALL = {
    "merge": merge,
    "simple": simple,
    "local_folder": local_folder,
    "hostile": hostile,
    "tangle": tangle,
    "wide": wide,
}
