"""The rules broken-signature and signer-not-publisher."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lineage.evidence.signature import ModelSignature, SignatureState
from lineage.policy.case import Case
from lineage.policy.finding import Level
from policy.cases import case, edge, graph, only, policy

BROKEN, VERIFIED, NOT_VERIFIED = (
    SignatureState.BROKEN,
    SignatureState.VERIFIED,
    SignatureState.NOT_VERIFIED,
)


def signed(**how: object) -> Case:
    """A fine-tune whose base carries a signature."""
    found = case(graph("acme/child", edge("acme/child", "base/model")))
    one = ModelSignature("base/model", "model.sig", BROKEN)
    return replace(found, signatures=(replace(one, **how),))


@pytest.mark.parametrize(
    ("differing", "touches_weights", "level"),
    [
        (("model.safetensors: it is missing",), True, Level.REVIEW),
        (("README.md: it is not what was signed",), False, Level.WARN),
        ((), False, Level.REVIEW),
    ],
)
def test_broken_signature_asks_for_a_review_unless_only_words_changed(
    differing: tuple[str, ...], touches_weights: bool, level: Level
) -> None:
    """With the files as evidence and the path to the model; a policy may be milder."""
    found = signed(reason="files differ", differing=differing, touches_weights=touches_weights)
    (finding,) = only("broken-signature", found)
    assert (finding.level, finding.path) == (level, ("acme/child", "base/model"))
    assert finding.evidence == differing
    (milder,) = only("broken-signature", found, policy({"broken-signature": Level.INFO}))
    assert milder.level is Level.INFO


@pytest.mark.parametrize("state", [VERIFIED, NOT_VERIFIED])
def test_broken_signature_is_silent_about_others(state: SignatureState) -> None:
    """Nor is none at all."""
    assert only("broken-signature", signed(state=state)) == []
    assert only("broken-signature", case(graph("acme/child"))) == []


def test_signer_not_publisher_names_who_signed() -> None:
    """By name where it is shown, and only where it is held against the publisher."""
    named = signed(
        state=VERIFIED, signer="x@example.org", is_signer_shown=True, signs_for_publisher=False
    )
    (finding,) = only("signer-not-publisher", named)
    assert finding.level is Level.WARN
    assert "signed by x@example.org" in finding.message and "publisher base" in finding.message
    unknown = signed(state=NOT_VERIFIED, signer="key ab", signs_for_publisher=False)
    (finding,) = only("signer-not-publisher", unknown)
    assert "signed by an unknown key ab" in finding.message
    for said in (True, None):
        assert only("signer-not-publisher", signed(state=VERIFIED, signs_for_publisher=said)) == []
