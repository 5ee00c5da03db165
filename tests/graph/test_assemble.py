"""What an edge says where its claims disagree."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from lineage.core.relation import Grade, Relation
from lineage.graph.assemble import settled_relation
from report.reports import claim

claims = st.builds(
    claim,
    st.just("a/child"),
    st.just("a/parent"),
    st.sampled_from(Relation),
    st.sampled_from(Grade),
    source=st.sampled_from(("registry", "card prose", "hub tree")),
    excerpt=st.sampled_from(("one", "other")),
)


@given(st.lists(claims, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_reading_decides_nothing(made, shuffle: random.Random):
    """Two runs over the same statements draw the same edge."""
    relation, order = settled_relation(made), sorted(made, key=lambda c: c.sort_key)
    shuffle.shuffle(made)
    assert settled_relation(made) is relation
    assert sorted(made, key=lambda c: c.sort_key) == order


def test_where_one_place_says_both_the_weights_come_before_the_teacher():
    """A student started from layers of its teacher holds the teacher's weights."""
    both = [
        claim("a/child", "a/parent", relation, Grade.STATED)
        for relation in (Relation.DISTILLED, Relation.FINETUNE)
    ]
    assert settled_relation(both) is settled_relation(both[::-1]) is Relation.FINETUNE
