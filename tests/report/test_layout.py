"""The layered drawing of the graph."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import steps
from lineage.report.layout import BOX_HEIGHT, BOX_WIDTH, Layout, place
from report import reports


def drawn(shape: str) -> tuple[Layout, list[tuple[str, str]]]:
    """The layout of one of the hand-built graphs, and its edges."""
    graph = reports.ALL[shape]().graph
    edges = [(e.child, e.parent) for e in graph.edges]
    return place(graph.target, list(graph.nodes), edges), edges


def overlapping(layout: Layout) -> list[tuple[str, str]]:
    """Pairs of boxes that share a pixel."""
    boxes = sorted(layout.boxes.items())
    return [
        (a, b)
        for i, (a, (ax, ay)) in enumerate(boxes)
        for b, (bx, by) in boxes[i + 1 :]
        if abs(ax - bx) < BOX_WIDTH and abs(ay - by) < BOX_HEIGHT
    ]


@pytest.mark.parametrize("shape", sorted(reports.ALL))
def test_no_box_covers_another(shape: str) -> None:
    """Every model is placed once, inside the drawing, clear of the others."""
    layout, _ = drawn(shape)
    assert set(layout.boxes) == set(reports.ALL[shape]().graph.nodes)
    assert overlapping(layout) == []
    assert all(0 < x < layout.width and 0 < y < layout.height for x, y in layout.boxes.values())


@pytest.mark.parametrize("shape", ["merge", "simple", "local_folder", "wide"])
def test_ancestors_stand_above(shape: str) -> None:
    """Without cycles every base model stands higher than what was made of it, and its edge ends at
    both boxes."""
    layout, edges = drawn(shape)
    for (child, parent), route in zip(edges, layout.routes, strict=True):
        assert layout.boxes[parent][1] < layout.boxes[child][1]
        assert route[0][1] == layout.boxes[parent][1] + BOX_HEIGHT / 2
        assert route[-1][1] == layout.boxes[child][1] - BOX_HEIGHT / 2


def test_a_cycle_is_drawn_and_a_self_reference_has_no_route() -> None:
    """The edge that closes the cycle runs down to its parent; nothing hangs or is lost."""
    layout, edges = drawn("tangle")
    routes = dict(zip(edges, layout.routes, strict=True))
    assert routes["t/e", "t/e"] == ()
    assert routes["t/e", "t/b"][0][1] > routes["t/e", "t/b"][-1][1]
    assert all(route for pair, route in routes.items() if pair != ("t/e", "t/e"))


def test_layout_is_deterministic() -> None:
    """The same graph is drawn the same, to the last digit."""
    assert drawn("wide") == drawn("wide")


def test_three_hundred_models_are_placed_compactly() -> None:
    """No strip that nobody can read."""
    layout, _ = drawn("wide")
    assert layout.width / layout.height < 4


def test_placing_grows_with_the_graph() -> None:
    """Twice the models of a wide graph cost less than four times the steps: below the square."""

    def place_wide(count: int) -> Layout:
        graph = reports.wide(count).graph
        return place(graph.target, list(graph.nodes), [(e.child, e.parent) for e in graph.edges])

    assert steps(lambda: place_wide(160)) < 4 * steps(lambda: place_wide(80))


def test_a_merge_of_many_parents_is_wrapped() -> None:
    """Forty parents stand in several rows."""
    parents = [f"p/{i}" for i in range(40)]
    layout = place("t/t", ["t/t", *parents], [("t/t", p) for p in parents])
    assert len({row for model, row in layout.rows.items() if model != "t/t"}) > 2
    assert overlapping(layout) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=40))
def test_any_graph_is_placed(pairs: list[tuple[int, int]]) -> None:
    """Cycles, loops, repeats and islands: every model gets a free place, every edge but loops a
    route."""
    models = [f"m{i}" for i in range(12)]
    edges = [(f"m{a}", f"m{b}") for a, b in pairs]
    layout = place("m0", models, edges)
    assert overlapping(layout) == []
    assert [bool(route) for route in layout.routes] == [a != b for a, b in edges]
