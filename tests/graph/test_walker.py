"""The walk: every shape that real lineage has ends in a graph with honest statuses."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import FakeSource, make_record, unreachable
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.readers import all_readers
from lineage.core.claim import Claim, ObservationKind
from lineage.core.errors import ReadError
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.core.relation import Grade, Relation
from lineage.graph.walker import Progress, WalkBounds, walk


class CardReader:
    """Reads `base_model` lists of well-formed cards; enough to test the walk without the real
    readers."""

    def __init__(
        self,
        relation: Relation = Relation.FINETUNE,
        source: str = "card metadata",
        *,
        tentative: bool = False,
    ) -> None:
        self.name = source
        self._relation = relation
        self._tentative = tentative

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        return ()

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        parents = record.card.get("base_model", [])
        claims = [
            Claim(
                record.id,
                p,
                p,
                self._relation,
                Grade.DECLARED,
                self.name,
                "README.md",
                f"base_model[{i}]",
                tentative=self._tentative,
            )
            for i, p in enumerate(parents)
        ]
        return Reading(tuple(claims))


class FileReader:
    """Wants some files and claims what is in them."""

    name = "file"

    def __init__(self, *paths: str) -> None:
        self._paths = paths

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        return [FileRequest(path) for path in self._paths if record.file(path)]

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        claims = [
            Claim(
                record.id,
                text.decode(),
                text.decode(),
                Relation.ADAPTER,
                Grade.EMBEDDED,
                self.name,
                path,
                "whole",
            )
            for path, text in sorted(documents.items())
        ]
        return Reading(tuple(claims))


class Stalling(FakeSource):
    """A source whose files can never be read."""

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        raise ReadError("it stalled")


def walked(source: FakeSource, target: str = "a/target", **bounds: int):
    return walk(ModelRef(target), source, [CardReader()], WalkBounds(**bounds))


def test_a_chain_is_followed_to_its_root():
    """Each model of a chain becomes a node one level deeper, and the last one is the root."""
    graph = walked(FakeSource({"a/target": ["b/mid"], "b/mid": ["c/base"], "c/base": []}))
    assert [(n.id, n.depth) for n in graph.nodes.values()] == [
        ("a/target", 0),
        ("b/mid", 1),
        ("c/base", 2),
    ]
    assert graph.roots() == ["c/base"]
    assert graph.is_complete


def test_a_model_reached_by_two_paths_is_fetched_once():
    """A diamond costs one fetch per distinct model."""
    source = FakeSource(
        {
            "a/target": ["b/left", "b/right"],
            "b/left": ["c/base"],
            "b/right": ["c/base"],
            "c/base": [],
        }
    )
    graph = walked(source)
    assert sorted(source.fetched) == ["a/target", "b/left", "b/right", "c/base"]
    assert {(e.child, e.parent) for e in graph.edges if e.parent == "c/base"} == {
        ("b/left", "c/base"),
        ("b/right", "c/base"),
    }


def test_a_cycle_ends():
    """Two models that name each other end in a graph whose loop counts as one root."""
    graph = walked(FakeSource({"a/target": ["b/one"], "b/one": ["b/two"], "b/two": ["b/one"]}))
    assert {(e.child, e.parent) for e in graph.edges} == {
        ("a/target", "b/one"),
        ("b/one", "b/two"),
        ("b/two", "b/one"),
    }
    assert len(graph.roots()) == 1


def test_a_self_reference_is_kept_as_a_claim_and_not_as_an_edge():
    """A model that names itself, also through a rename, has no edge to itself and loses no
    claim."""
    source = FakeSource({"a/target": ["A/Target", "a/old"]}, redirects={"a/old": "a/target"})
    graph = walked(source)
    assert graph.edges == ()
    assert [(c.value, c.problem) for c in graph.unlinked] == [
        ("A/Target", "self"),
        ("a/old", "self"),
    ]


def test_letter_case_and_renames_lead_to_one_node_that_keeps_every_name():
    """Two spellings and an old name of one model are one node with all of them as aliases."""
    source = FakeSource(
        {"a/target": ["Org/base", "org/Base", "old/Base"], "org/Base": []},
        redirects={"Org/base": "org/Base", "old/Base": "org/Base"},
    )
    graph = walked(source)
    assert set(graph.nodes) == {"a/target", "org/Base"}
    assert set(graph.nodes["org/Base"].aliases) == {"Org/base", "old/Base"}
    assert len(graph.edges) == 1
    assert len(graph.edges[0].claims) == 3


@pytest.mark.parametrize(
    "status", [Status.NOT_FOUND, Status.GATED, Status.DISABLED, Status.UNREACHABLE, Status.INVALID]
)
def test_a_parent_of_any_status_is_a_node_with_that_status(status: Status):
    """Gone, gated, disabled and unreachable parents stay in the graph with their reason."""
    parent = make_record("b/base", status=status, reason="because")
    graph = walked(FakeSource({"a/target": ["b/base"], "b/base": parent}))
    assert graph.nodes["b/base"].status is status
    assert graph.nodes["b/base"].reason == "because"
    assert graph.is_complete is status.is_known


def test_a_merge_of_47_parents_keeps_them_all():
    """The widest merge seen on the Hub is followed whole."""
    parents = [f"p/model-{i}" for i in range(47)]
    graph = walked(FakeSource({"a/target": parents, **{p: [] for p in parents}}))
    assert len(graph.edges) == 47
    assert len(graph.roots()) == 47


def test_a_chain_of_75_edges_is_followed_to_its_end():
    """The longest chain seen on the Hub is within the default bounds."""
    source = FakeSource(
        {"a/target": ["c/0"], **{f"c/{i}": [f"c/{i + 1}"] for i in range(74)}, "c/74": []}
    )
    graph = walked(source)
    assert graph.roots() == ["c/74"]
    assert graph.bounds_hit == ()


def test_the_depth_bound_is_reported_and_hides_no_model():
    """What lies below the bound is named, not looked at, and the graph is not complete."""
    graph = walked(
        FakeSource({"a/target": ["b/one"], "b/one": ["b/two"], "b/two": []}), max_depth=1
    )
    assert graph.nodes["b/two"].status is Status.UNREACHABLE
    assert "--max-depth 1" in graph.nodes["b/two"].reason
    assert len(graph.bounds_hit) == 1
    assert not graph.is_complete


def test_the_model_bound_is_reported_and_hides_no_model():
    """The same for the number of models."""
    parents = [f"p/{i}" for i in range(5)]
    source = FakeSource({"a/target": parents, **{p: [] for p in parents}})
    graph = walked(source, max_models=3)
    assert len(source.fetched) == 3
    assert len(graph.nodes) == 6
    assert len(graph.bounds_hit) == 1


def test_more_parents_than_the_bound_are_counted_and_cut():
    """A card that names thousands of base models costs no more than the bound, and says how many
    there were."""
    parents = [f"p/{i}" for i in range(1000)]
    source = FakeSource({"a/target": parents})
    graph = walked(source, max_parents=10)
    assert len(graph.edges) == 10
    assert "1000 base models" in graph.bounds_hit[0]


def test_an_inferred_name_counts_only_where_the_model_exists():
    """A tentative claim to a model that is not there leaves no node; one that could not be asked
    about stays visible."""
    missing = FakeSource({"a/target": ["b/guess"]})
    graph = walk(ModelRef("a/target"), missing, [CardReader(tentative=True)])
    assert set(graph.nodes) == {"a/target"}
    down = FakeSource({"a/target": ["b/guess"], "b/guess": unreachable("b/guess")})
    graph = walk(ModelRef("a/target"), down, [CardReader(tentative=True)])
    assert set(graph.nodes) == {"a/target", "b/guess"}


@pytest.mark.parametrize("in_turn", [False, True])
def test_files_are_read_once_and_their_claims_join_the_edges(in_turn: bool):
    """A file that two readers want is read once, and its claim is on the same edge as the
    card's."""
    source = FakeSource(
        {"a/target": make_record("a/target", "b/base", files=None), "b/base": []},
        files={"a/target": {"adapter_config.json": b"b/base"}},
    )
    graph = walk(
        ModelRef("a/target"),
        source,
        [
            CardReader(Relation.UNKNOWN),
            FileReader("adapter_config.json"),
            FileReader("adapter_config.json"),
        ],
        in_turn=in_turn,
    )
    assert len(source.read_files) == 1
    assert graph.requests == 1
    (edge,) = graph.edges
    assert edge.grade is Grade.DECLARED
    assert edge.relation is Relation.ADAPTER
    assert [c.source for c in edge.claims] == ["card metadata", "file"]


@pytest.mark.parametrize("in_turn", [False, True])
def test_a_file_that_cannot_be_read_is_observed_and_the_rest_remains(in_turn: bool):
    """The model's other traces remain when one of its files fails."""
    record = make_record("a/target", "b/base", files=(FileEntry("config.json", 1),))
    graph = walk(
        ModelRef("a/target"),
        Stalling({"a/target": record, "b/base": []}),
        [CardReader(), FileReader("config.json")],
        in_turn=in_turn,
    )
    (noticed,) = graph.nodes["a/target"].observations
    assert (noticed.kind, noticed.file, noticed.text) == (
        ObservationKind.UNREACHED,
        "config.json",
        "it stalled",
    )
    assert [e.parent for e in graph.edges] == ["b/base"]


def test_no_more_files_are_read_than_the_bound_and_the_rest_is_reported():
    """Requests per model are bounded, and what was left out is an observation."""
    paths = [f"f{i}" for i in range(9)]
    source = FakeSource(
        {"a/target": make_record("a/target", files=None)},
        files={"a/target": dict.fromkeys(paths, b"b/base")},
    )
    graph = walk(ModelRef("a/target"), source, [FileReader(*paths)], WalkBounds(max_requests=4))
    assert len(source.read_files) == 4
    assert (
        sum(o.kind is ObservationKind.TRUNCATED for o in graph.nodes["a/target"].observations) == 5
    )


def test_a_relation_inferred_by_the_hub_yields_to_a_tool_that_knows():
    """The Hub's relation is inferred from the file type; an explicit statement outranks it."""
    source = FakeSource(
        {"a/target": make_record("a/target", "b/base", files=None), "b/base": []},
        files={"a/target": {"x": b"b/base"}},
    )
    graph = walk(
        ModelRef("a/target"), source, [CardReader(Relation.QUANTIZED, "hub tags"), FileReader("x")]
    )
    assert graph.edges[0].relation is Relation.ADAPTER


def test_an_expected_chain_is_asked_for_at_once_and_only_answers_are_believed():
    """All expected models are requested before the first answer is read; a wrong expectation adds
    no node."""
    records = {"a/target": ["b/mid"], "b/mid": ["c/base"], "c/base": [], "x/wrong": []}
    source = FakeSource(records)
    barrier = threading.Barrier(4, timeout=5)
    fetch = source.fetch
    source.fetch = lambda ref: (barrier.wait(), fetch(ref))[1]  # type: ignore[method-assign]
    graph = walk(
        ModelRef("a/target"),
        source,
        [CardReader()],
        expected=lambda _: ["b/mid", "c/base", "x/wrong"],
    )
    assert set(graph.nodes) == {"a/target", "b/mid", "c/base"}


def test_progress_reports_every_model():
    """The display hears of each model that was read."""
    heard: list[Progress] = []
    walk(
        ModelRef("a/target"),
        FakeSource({"a/target": ["b/base"], "b/base": []}),
        [CardReader()],
        progress=heard.append,
    )
    assert [p.latest for p in heard] == ["a/target", "b/base"]


ids = st.sampled_from([f"m/{i}" for i in range(9)])
graphs = st.dictionaries(ids, st.lists(ids, max_size=4), max_size=9)


@given(graphs)
@settings(max_examples=60, deadline=None)
def test_in_turn_or_by_threads_the_graph_is_the_same(edges: dict[str, list[str]]):
    """So are what is fetched and what is told of it on the way."""
    outcomes = []
    for in_turn in (False, True):
        source, heard = FakeSource({"m/0": [], **edges}), list[str]()
        graph = walk(
            ModelRef("m/0"),
            source,
            [CardReader()],
            progress=lambda at, heard=heard: heard.append(at.latest),  # type: ignore[misc]
            in_turn=in_turn,
        )
        outcomes.append((graph, sorted(source.fetched), heard))
    assert outcomes[0] == outcomes[1]


@given(graphs)
@settings(max_examples=60, deadline=None)
def test_the_walk_ends_on_any_graph_and_agrees_with_its_edges(edges: dict[str, list[str]]):
    """Cycles, diamonds and missing models: each reachable model is one node, each fetched once."""
    source = FakeSource({"m/0": [], **edges})
    graph = walked(source, "m/0")
    assert len(source.fetched) == len(set(source.fetched))
    reachable, todo = {"m/0"}, ["m/0"]
    while todo:
        for parent in edges.get(todo.pop(), []):
            if parent not in reachable:
                reachable.add(parent)
                todo.append(parent)
    assert set(graph.nodes) == reachable


@given(graphs, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_base_models_in_a_card_never_changes_the_graph(
    edges: dict[str, list[str]], random: object
):
    """Shuffled cards give the same nodes, edges and roots."""
    shuffled = {
        child: sorted(parents, key=lambda _: random.random()) for child, parents in edges.items()
    }  # type: ignore[attr-defined]
    one, other = (
        walked(FakeSource({"m/0": [], **edges}), "m/0"),
        walked(FakeSource({"m/0": [], **shuffled}), "m/0"),
    )
    assert [replace(n, observations=()) for n in one.nodes.values()] == [
        replace(n, observations=()) for n in other.nodes.values()
    ]
    assert [(e.child, e.parent) for e in one.edges] == [(e.child, e.parent) for e in other.edges]
    assert one.roots() == other.roots()


def test_a_folder_named_like_a_repo_names_it_though_it_is_gone():
    """`models--ORG--NAME` spells the whole id: a base that is gone or private must not vanish with
    it."""
    path = "/root/.cache/huggingface/hub/models--b--base-7b/snapshots/abc"
    record = make_record("a/target", card={"base_model": path})
    graph = walk(ModelRef("a/target"), FakeSource({"a/target": record}), all_readers())
    assert graph.nodes["b/base-7b"].status is Status.NOT_FOUND
    assert not graph.is_complete
