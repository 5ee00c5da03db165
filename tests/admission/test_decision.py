"""Answers to reviews: what is denied, what is warned of, and that nothing unknown is let in."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from itertools import product
from pathlib import Path

import pytest

from lineage.policy.finding import Verdict
from lineage.serve.admission.decision import Admission, Then, decide, decide_update, fresh
from lineage.serve.admission.review import NoReviewError, Operation, parsed, rendered
from lineage.serve.admission.started import Blind, Named, Started
from lineage.serve.admission.verdicts import Known

REVIEWS = Path(__file__).parent / "reviews"
NOW = datetime(2026, 11, 29, tzinfo=timezone.utc)
NET = Named("hf://acme/net", "acme/net", ("spec.containers[a].args[1]",))
BLIND = Blind("spec.containers[a].env[MODEL]", "MODEL is set by ConfigMap x, which was not read.")


def known(verdict: Verdict, **more: object) -> dict[str, Known]:
    return {NET.target: Known(verdict, NOW, "NAME censors", "https://lineage/runs/1", **more)}  # type: ignore[arg-type]


@pytest.mark.parametrize("path", sorted(REVIEWS.glob("*.json")), ids=lambda path: path.stem)
def test_a_review_is_answered_by_its_uid(path: Path) -> None:
    """The API server takes no answer with another uid."""
    body = path.read_bytes()
    review = parsed(body)
    answer = rendered(review.uid, decide(Started(), {}, Admission()).answer)
    assert answer == {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "response": {
            "uid": json.loads(body)["request"]["uid"],
            "allowed": True,
            "auditAnnotations": {"verdict": "allowed"},
        },
    }
    assert review.is_dry_run is (path.stem == "pod-dry-run")
    assert (review.resource is None) is (review.operation is Operation.DELETE)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"kind": "Pod"}', b"\xff\xfe",
        b'{"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1beta1", "request": {"uid": "1"}}',
        b'{"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1"}',
        b'{"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": 1}}',
        b'{"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "1", "operation": "X"}}',
    ],
)  # fmt: skip
def test_what_is_no_review_is_refused(body: bytes) -> None:
    """Not answered, so that the cluster's failurePolicy holds."""
    with pytest.raises(NoReviewError):
        parsed(body)


def test_a_failing_model_is_denied_with_its_reason() -> None:
    """Model, place, finding and where to read it."""
    answer = decide(Started((NET,)), known(Verdict.FAIL), Admission()).answer
    assert not answer.is_allowed
    assert (answer.code, answer.reason, answer.retry_after) == (403, "Forbidden", 0)
    assert answer.message == (
        "lineage: acme/net (spec.containers[a].args[1]) FAIL on 2026-11-29: NAME censors https://lineage/runs/1"
    )


def test_a_model_that_is_being_audited_is_asked_for_again() -> None:
    """Clients of Kubernetes try again after 503 with a time."""
    answer = decide(Started((NET,)), {}, Admission()).answer
    assert (answer.is_allowed, answer.code, answer.retry_after) == (False, 503, 5)
    assert "its audit has been started" in answer.message
    dry = decide(Started((NET,)), {}, Admission(), is_asked=False).answer
    assert (dry.is_allowed, dry.code) == (False, 403)
    mixed = decide(Started((NET,), (BLIND,)), {}, Admission()).answer
    assert (mixed.is_allowed, mixed.code) == (False, 403)


def test_a_review_warns_and_a_pass_says_nothing() -> None:
    """As in the gate."""
    assert decide(Started((NET,)), known(Verdict.PASS), Admission()).answer.warnings == ()
    answer = decide(Started((NET,)), known(Verdict.REVIEW), Admission()).answer
    assert answer.is_allowed
    assert answer.warnings[0].startswith("lineage: acme/net (spec.containers[a].args[1]) REVIEW")


def test_no_setting_lets_anything_in_without_a_word_but_allow() -> None:
    """Every state beside a pass is told, in the message or in a warning; a fail is always denied."""
    for unknown, inconclusive, review in product((Then.WARN, Then.DENY), repeat=3):
        settings = Admission(unknown, inconclusive, review)
        for verdict in (None, Verdict.FAIL, Verdict.REVIEW, Verdict.INCONCLUSIVE):
            for blind in ((), (BLIND,)):
                verdicts = {} if verdict is None else known(verdict)
                answer = decide(Started((NET,), blind), verdicts, settings).answer
                assert "acme/net" in answer.message or any("acme/net" in w for w in answer.warnings)
                assert not blind or "ConfigMap" in answer.message + "".join(answer.warnings)
                assert not (answer.is_allowed and verdict is Verdict.FAIL)
                assert not (answer.is_allowed and unknown is Then.DENY and (blind or not verdicts))


def test_an_old_verdict_is_none() -> None:
    """Nor is one of tomorrow."""
    settings = Admission(max_age=timedelta(days=2))
    one = known(Verdict.PASS)[NET.target]
    assert fresh(one, settings, NOW + timedelta(days=2)) is one
    assert fresh(one, settings, NOW + timedelta(days=2, seconds=1)) is None
    assert fresh(one, settings, NOW - timedelta(hours=1)) is None


def test_a_word_that_the_hub_does_not_show_is_no_model() -> None:
    """It only had the form of one; what a loader names stays one."""
    loose = Named(NET.target, NET.name, NET.places, if_found=True)
    verdicts = known(Verdict.INCONCLUSIVE, is_shown=False)
    assert decide(Started((loose,)), verdicts, Admission()).answer.is_allowed
    assert not decide(Started((NET,)), verdicts, Admission()).answer.is_allowed


def test_a_change_that_starts_nothing_new_is_let_through() -> None:
    """A failing model that runs can be scaled down and deleted; no other one gets in with it."""
    denied = decide(Started((NET,)), known(Verdict.FAIL), Admission())
    same = decide_update(Started((NET,)), Started((NET,)), denied)
    assert same.answer.is_allowed
    assert any("FAIL" in warning for warning in same.answer.warnings)
    other = Named("hf://acme/other", "acme/other", ("a",))
    for more in (Started((NET, other)), Started((NET,), (BLIND,))):
        assert not decide_update(more, Started((NET,)), denied).answer.is_allowed


def test_warnings_and_messages_are_bounded_and_printable() -> None:
    """An API server cuts long ones and refuses control characters."""
    many = tuple(
        Named(f"hf://acme/n{n}", f"acme/n{n}" + "\x1b[31m\n" + "x" * 300, ("p",))
        for n in range(100)
    )
    answer = decide(Started(many), {}, Admission()).answer
    response = rendered("u", answer)["response"]
    assert len(response["warnings"]) == 20
    assert all(len(one) <= 120 and one.isprintable() for one in response["warnings"])
    assert "and 76 more" in response["warnings"][-1]
    assert len(response["status"]["message"]) <= 2000
    assert response["status"]["message"].isprintable()
