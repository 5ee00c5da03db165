"""Weights read from a Hub by range: the whole way from a repo id to a class, in requests and
bytes."""

from __future__ import annotations

import pytest

from fingerprint import made
from hub import HubFile, HubModel
from lineage.core.ref import ModelRef
from lineage.evidence.registry import Registry
from lineage.fingerprint.examination import examine
from lineage.fingerprint.manifest import ManifestEntry, build
from lineage.fingerprint.references import References
from lineage.fingerprint.verdict import Declared, MatchKind

BASE = made.model(1, vocabulary=9000)


@pytest.fixture
def weights(hub):
    """A base, an undeclared child in another format, a stranger and a gated model."""
    hub.add(
        HubModel(
            "lab/base", card={"license": "mit"}, files={"model.safetensors": made.safetensors(BASE)}
        )
    )
    hub.add(
        HubModel("me/child", files={"child-q8_0.gguf": made.gguf(made.tuned(BASE, 2), tokens=4000)})
    )
    hub.add(HubModel("me/stranger", files={"pytorch_model.bin": made.torch_zip(made.model(3))}))
    hub.add(
        HubModel(
            "lab/closed",
            gated="manual",
            files={"model.safetensors": HubFile(made.safetensors(BASE), lfs=True)},
        )
    )
    return hub


def asked(source, name, known=None, declared=()):
    """The verdict on one repo."""
    return examine(
        source.fetch(ModelRef(name)),
        source,
        known or References(),
        Registry.load(),
        declared=declared,
    )


def test_a_declared_base_is_read_live_and_agrees(weights, client):
    """Megabytes lie there and kilobytes are read."""
    found = asked(client(), "me/child", declared=["lab/base"])
    assert (found.kind, found.declared_vs_found) == (MatchKind.DERIVED_OR_PARENT, Declared.AGREES)
    assert found.bytes_read < 120_000
    assert found.files[0][1]


def test_references_are_built_from_the_hub_and_used(weights, client):
    """`build` computes what the manifest names; then the undeclared base is found with it, and the
    stranger is none."""
    source = client()
    kept = []
    steps = list(
        build(
            [ManifestEntry("lab/base"), ManifestEntry("no/such"), ManifestEntry("lab/closed")],
            source,
            References(),
            keep=kept.append,
        )
    )
    assert [step.sketch is not None for step in steps] == [True, False, False]
    assert kept[0].licence == "mit"
    assert kept[0].files[0].sha256
    assert (
        "403" in steps[2].problem
        or "gate" in steps[2].problem.lower()
        or "licence" in steps[2].problem.lower()
    )
    assert asked(source, "me/child", References(kept)).declared_vs_found is Declared.UNDECLARED
    assert asked(source, "me/stranger", References(kept)).kind is MatchKind.NO_MATCH_INDEXED


def test_a_gated_model_is_not_testable_and_says_why(weights, client):
    """Without access its files cannot be read; that is not a finding about it."""
    found = asked(client(), "lab/closed", declared=["lab/base"])
    assert found.kind is MatchKind.NOT_TESTABLE
    assert found.reason
    assert found.declared_vs_found is Declared.UNKNOWN
