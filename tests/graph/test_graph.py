"""Questions asked of a lineage graph: roots, ancestors and routes, on real and on hostile
shapes."""

from __future__ import annotations

import random

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from effort import steps
from evidence.graphs import edge, graph

NAMES = "abcdefgh"
RELATIONS = ("finetune", "merge", "quantized", "distilled", "unknown")
edges = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(RELATIONS)),
    max_size=20,
)


def chain(length: int):
    return graph("m0", *((f"m{n}", f"m{n + 1}") for n in range(length)))


def test_a_model_without_a_base_is_its_own_root():
    """Nothing is known underneath it."""
    assert graph("a").roots() == ["a"]


def test_diamonds_and_many_parents_lead_to_each_root_once():
    """A merge of models of one base has one root; a 47-parent merge has as many as there are."""
    assert graph("a", ("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")).roots() == ["d"]
    wide = graph("a", *(("a", f"p{n:02}", "merge") for n in range(47)))
    assert wide.roots() == [f"p{n:02}" for n in range(47)]


def test_a_teacher_and_a_component_are_not_roots_of_the_weights():
    """Only weights that went in whole lead to a root."""
    made = graph("a", ("a", "b"), ("a", "t", "distilled"), ("a", "v", "unknown", "vision_encoder"))
    assert made.roots() == ["b"]
    assert made.weight_ancestors("a") == {"b"}
    assert set(made.paths()) == {"a", "b", "t", "v"}


def test_a_model_that_names_itself_says_nothing():
    """A self-reference neither hides a root nor makes one."""
    assert graph("a", ("a", "a")).roots() == ["a"]
    assert graph("a", ("a", "b"), ("b", "b")).roots() == ["b"]


def test_a_cycle_with_no_way_out_counts_once_and_one_with_a_way_out_not():
    """The first id represents the whole cycle."""
    assert graph("a", ("a", "c"), ("c", "b"), ("b", "c")).roots() == ["b"]
    assert graph("a", ("a", "b"), ("b", "a"), ("b", "d")).roots() == ["d"]


@given(edges)
def test_roots_are_the_sinks_of_the_graph_of_cycles(made):
    """Against networkx: condense every cycle to a point; what is left without a way out is a
    root."""
    lineage = graph("a", *made)
    directed = nx.DiGraph()
    directed.add_node("a")
    directed.add_edges_from((c, p) for c, p, relation in made if c != p and relation != "distilled")
    reached = directed.subgraph({"a", *nx.descendants(directed, "a")})
    groups = nx.condensation(reached)
    expected = sorted(min(groups.nodes[n]["members"]) for n in groups if groups.out_degree(n) == 0)
    assert lineage.roots() == expected
    assert lineage.weight_ancestors("a") | {"a"} == set(reached)


@given(edges, st.randoms())
def test_the_order_of_edges_changes_no_answer(made, shuffle: random.Random):
    """Roots and routes are the same however the cards came in."""
    mixed = list(made)
    shuffle.shuffle(mixed)
    one, other = graph("a", *set(made)), graph("a", *dict.fromkeys(mixed))
    assert one.roots() == other.roots()
    assert {model: one.paths().ids(model) for model in one.paths()} == {
        model: other.paths().ids(model) for model in other.paths()
    }


@given(edges)
def test_routes_are_shortest(made):
    """Against networkx: no route is longer than it must be, and every one is a chain of real
    edges."""
    lineage = graph("a", *made)
    directed = nx.DiGraph([(c, p) for c, p, _ in made])
    directed.add_node("a")
    lengths = nx.single_source_shortest_path_length(directed, "a")
    routes = lineage.paths()
    assert {model: len(routes[model]) for model in routes} == lengths
    for model in routes:
        ids = routes.ids(model)
        assert (ids[0], ids[-1]) == ("a", model)
        assert [e.parent for e in routes[model]] == list(ids[1:])


def test_routes_prefer_weights_and_can_be_restricted():
    """At equal length the weights' way is reported; a restricted route leaves out what it may not
    use."""
    made = graph("a", ("a", "b", "distilled"), ("a", "c"), ("b", "d"), ("c", "d"))
    assert made.paths().ids("d") == ("a", "c", "d")
    assert set(made.routes(lambda e: not e.carries_weights)) == {"a", "b"}
    with pytest.raises(KeyError):
        made.routes(lambda e: False)["b"]


@pytest.mark.parametrize("shape", ["chain", "ladder", "cycle", "star"])
def test_five_thousand_models_cost_what_they_are_many(shape):
    """Linear work and no recursion, whatever the shape: twice the models cost twice the steps."""
    half, whole = of_shape(shape, 1000), of_shape(shape, 2000)
    assert steps(lambda: answered(whole)) < 2.2 * steps(lambda: answered(half))
    n = 5000
    routes, roots, longest = answered(of_shape(shape, n))
    assert len(routes) >= n
    assert (roots, longest) == {
        "chain": (["m5000"], 5000),
        "ladder": (["m5000", "m5001"], 2501),
        "cycle": (["m0"], 4999),
        "star": (sorted(f"m{i}" for i in range(1, n)), 1),
    }[shape]


def of_shape(shape, n):
    """A graph of about n models."""
    made = {
        "chain": [(f"m{i}", f"m{i + 1}") for i in range(n)],
        "ladder": [(f"m{i}", f"m{i + step}") for i in range(n) for step in (1, 2)],
        "cycle": [(f"m{i}", f"m{(i + 1) % n}") for i in range(n)],
        "star": [("m0", f"m{i}") for i in range(1, n)],
    }[shape]
    return graph("m0", *(edge(*pair) for pair in made))


def answered(lineage):
    """Routes, roots, and the longest of the last routes."""
    routes = lineage.paths()
    return routes, lineage.roots(), max(len(routes[model]) for model in list(routes)[-3:])
