"""One test or more for each rule about tests, observations, licences and circumstances; names begin
with the rule's id."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lineage.core.record import Status
from lineage.core.relation import Grade
from lineage.evidence.evidence import Beside, Outcome, State
from lineage.policy.finding import Level, Verdict
from lineage.policy.policy import Policy
from lineage.policy.requirement import Axis, Match, Requirement, RequirementStatus
from lineage.policy.waiver import Waiver, WaiverLimits
from policy.cases import (
    CHILD,
    LLAMA,
    MIDDLE,
    QWEN,
    TODAY,
    Applicability,
    ObservationKind,
    Relation,
    case,
    edge,
    exposed,
    graph,
    hit,
    judged,
    only,
    policy,
    record,
    seen,
)

DESCENT = graph(CHILD, edge(CHILD, MIDDLE), edge(MIDDLE, QWEN))


OWN = hit((CHILD,))


def test_exposure_censors_says_what_was_found_in_the_model_itself() -> None:
    """The language, the test, and the address of the result."""
    (finding,) = only("exposure-censors", case(DESCENT, exposed(State.CENSORS, OWN)))
    assert finding.level is Level.FAIL
    assert finding.path == (CHILD,)
    assert finding.message.startswith(f"Published tests found that {CHILD} censors in Chinese.")
    assert any(
        line.startswith("result suite-") and "https://speechmap.ai" in line
        for line in finding.evidence
    )


def test_exposure_censors_shows_the_figure_beside_the_comparison_models() -> None:
    """Counts, the average of the others, and the lowest with its name."""
    beside = Beside(
        40.0, 27.6, 53.8, 20, 50, 87.9, 52.0, "meta/llama", 14, ("one", "two"), {"Host": 50}, 50
    )
    found = exposed(State.CENSORS, replace(OWN, beside=beside))
    (finding,) = only("exposure-censors", case(DESCENT, found))
    assert (
        "In Chinese it fully answered 20 of 50 critical questions (40 %); "
        "comparison models answered 88 % on average, the lowest 52 % (meta/llama)."
        in finding.message
    )
    assert "95 % limits 28 to 54 %; judges one and two; hosts Host 50" in finding.evidence[0]
    assert "a newer revision is untested" in finding.evidence[0]


def test_exposure_censors_fails_in_the_languages_in_use_and_asks_for_a_review_in_others() -> None:
    """A policy for English is not failed by Chinese; one for zh takes zh-Hant."""
    chinese = case(DESCENT, exposed(State.CENSORS, hit((CHILD,), language="zh-Hant")))
    for languages, level in ((("en",), Level.REVIEW), (("en", "zh"), Level.FAIL), ((), Level.FAIL)):
        (finding,) = only("exposure-censors", chinese, Policy(languages=languages))
        assert finding.level is level
    assert (
        "does not name this language"
        in only("exposure-censors", chinese, Policy(languages=("en",)))[0].message
    )


def test_exposure_censors_speaks_of_copies_and_quantizations() -> None:
    """They are the model; it is said how. Nothing else is."""
    for near, words in (
        (Applicability.SAME_WEIGHTS, f"{CHILD} holds the same weights as {MIDDLE}."),
        (Applicability.QUANTIZED, f"{CHILD} was quantized from {MIDDLE}."),
    ):
        (finding,) = only(
            "exposure-censors",
            case(DESCENT, exposed(State.CENSORS, hit((CHILD, MIDDLE), applicability=near))),
        )
        assert finding.message.endswith(words)
    assert not only(
        "exposure-censors", case(DESCENT, exposed(State.CENSORS, hit((CHILD, MIDDLE, QWEN))))
    )
    assert not only("exposure-censors", case(DESCENT, exposed(State.PARTLY, OWN)))


def test_exposure_partly_asks_for_a_review_of_one_finding_or_a_contradiction() -> None:
    """One test below, or mixed with one below; mixed without one does not."""
    for state, words in (
        (State.PARTLY, "One published test found"),
        (State.MIXED, "are mixed, and one found it well below"),
    ):
        (finding,) = only("exposure-partly", case(DESCENT, exposed(state, OWN)))
        assert finding.level is Level.REVIEW
        assert words in finding.message
    assert not only(
        "exposure-partly", case(DESCENT, exposed(State.MIXED, hit((CHILD,), Outcome.MIXED)))
    )


def test_exposure_inherited_says_what_was_found_where_and_that_the_model_itself_is_untested() -> (
    None
):
    """The message keeps test, tested model and audited model apart; it asks for a review."""
    for state in (State.CENSORS, State.PARTLY):
        (finding,) = only(
            "exposure-inherited", case(DESCENT, exposed(state, hit((CHILD, MIDDLE, QWEN))))
        )
        assert finding.level is Level.REVIEW
        assert finding.path == (CHILD, MIDDLE, QWEN)
        assert finding.message.startswith(
            f"{CHILD} descends from {QWEN} through {MIDDLE}. SpeechMap (240 questions) reported censorship"
        )
        assert (
            f"No test of {CHILD} itself in Chinese is known that could decide." in finding.message
        )
    assert not only(
        "exposure-inherited", case(DESCENT, exposed(State.MIXED, hit((CHILD, MIDDLE, QWEN))))
    )


def test_exposure_teacher_is_kept_apart_from_what_gave_weights() -> None:
    """A teacher's finding is a rule of its own."""
    found = exposed(State.CENSORS, hit((CHILD, QWEN), applicability=Applicability.TEACHER))
    taught = case(graph(CHILD, edge(CHILD, QWEN, relation=Relation.DISTILLED)), found)
    (finding,) = only("exposure-teacher", taught)
    assert finding.level is Level.REVIEW
    assert f"was distilled from outputs of {QWEN}" in finding.message
    assert not only("exposure-inherited", taught)


def test_exposure_reported_shows_reports_that_decide_nothing() -> None:
    """Adverse reports ask for a review and are not called tests; others are only shown."""
    (finding,) = only("exposure-reported", case(DESCENT, exposed(State.THIN, OWN)))
    assert finding.level is Level.REVIEW
    assert finding.message.startswith(
        f"No test of {CHILD} that could decide is known. Also reported: SpeechMap"
    )
    assert only("exposure-untested", case(DESCENT, exposed(State.THIN, OWN)))
    assert not only(
        "exposure-reported",
        case(DESCENT, exposed(State.THIN, hit((CHILD,), Outcome.DOES_NOT_CENSOR))),
    )
    assert not only(
        "exposure-reported", case(DESCENT, exposed(State.THIN, OWN)), Policy(languages=("en",))
    )


def test_exposure_mixed_only_informs() -> None:
    """Most tested models stand here, comparison models included."""
    (finding,) = only(
        "exposure-mixed", case(DESCENT, exposed(State.MIXED, hit((CHILD,), Outcome.MIXED)))
    )
    assert finding.level is Level.INFO
    assert (
        finding.message
        == f"Published tests of {CHILD} are mixed: undecided in Chinese; none found it below the comparison models."
    )
    assert not only("exposure-mixed", case(DESCENT, exposed(State.MIXED, OWN)))


def test_exposure_untested_informs_and_can_ask_for_a_direct_test() -> None:
    """Untested is not clear; an ancestor's finding counts unless `direct-only`."""
    (finding,) = only("exposure-untested", case(DESCENT))
    assert finding.level is Level.INFO
    assert finding.message.endswith("That does not clear it.")
    inherited = case(DESCENT, exposed(State.CENSORS, hit((CHILD, MIDDLE, QWEN), language="en")))
    assert not only("exposure-untested", inherited)
    assert only(
        "exposure-untested",
        inherited,
        policy(settings={"exposure-untested": {"direct-only": True}}),
    )
    assert [
        f.message for f in only("exposure-untested", inherited, Policy(languages=("en", "zh")))
    ] == [
        f"{CHILD}: no published test of it, or of a model it is built on, that could decide is known in Chinese. That does not clear it."
    ]


def test_exposure_untested_is_open_while_the_lineage_is_not_complete() -> None:
    """A policy that asks for tests fails an untested model; a hidden ancestor leaves the same
    question open."""
    under = policy({"exposure-untested": "fail"})
    (finding,) = only("exposure-untested", case(DESCENT, exposed(State.UNKNOWN)), under)
    assert finding.level is Level.FAIL
    gone = graph(CHILD, edge(CHILD, "gone/x"), nodes={"gone/x": Status.NOT_FOUND})
    (hidden,) = only("unresolved-ancestor", case(gone), under)
    assert hidden.decides_unknown
    assert "It leaves open: exposure-untested" in hidden.message


def test_removal_claimed_is_told_as_a_claim() -> None:
    """The place of the claim is shown; it is no result."""
    found = graph(
        CHILD,
        edge(CHILD, QWEN),
        nodes={
            CHILD: {"observations": (seen(ObservationKind.REMOVAL_CLAIM, CHILD, "abliterated"),)}
        },
    )
    (finding,) = only("removal-claimed", case(found))
    assert "this is a claim, not a test result" in finding.message
    assert finding.evidence == (f"{CHILD}: README.md line 1: 'abliterated'",)
    by_exposure = exposed(State.UNTESTED, removal_claimed=True, removal_evidence="registry")
    assert only("removal-claimed", case(DESCENT, by_exposure))[0].evidence == ("registry",)


def test_contradicted_lineage_sets_a_claim_of_from_scratch_beside_a_base() -> None:
    """Both statements stand in the evidence."""
    told = {
        CHILD: {
            "observations": (
                seen(ObservationKind.FROM_SCRATCH, CHILD, "trained from scratch in Ohio"),
            )
        }
    }
    found = graph(CHILD, edge(CHILD, QWEN, Grade.EMBEDDED), nodes=told)
    (finding,) = only("contradicted-lineage", case(found))
    assert "trained from scratch" in finding.message
    assert len(finding.evidence) == 2


def test_contradicted_lineage_lets_a_file_name_the_grandparent() -> None:
    """A card names the nearest base and a file the foundation: both hold. A base on no common line
    does not."""
    agreeing = graph(
        CHILD, edge(CHILD, MIDDLE), edge(CHILD, QWEN, Grade.EMBEDDED), edge(MIDDLE, QWEN)
    )
    assert not only("contradicted-lineage", case(agreeing))
    other = graph(CHILD, edge(CHILD, LLAMA), edge(CHILD, QWEN, Grade.EMBEDDED))
    (finding,) = only("contradicted-lineage", case(other))
    assert f"base model {LLAMA}" in finding.message
    assert f"base model {QWEN}" in finding.message
    assert any("README.md" in line for line in finding.evidence)
    assert any("config.json" in line for line in finding.evidence)
    merge = graph(
        CHILD, edge(CHILD, LLAMA, relation=Relation.MERGE), edge(CHILD, QWEN, Grade.EMBEDDED)
    )
    assert not only("contradicted-lineage", case(merge))


def test_duplicate_base_key_is_a_warning() -> None:
    """Programs see one of the two values only."""
    told = {CHILD: {"observations": (seen(ObservationKind.DUPLICATE_KEY, CHILD, "base_model"),)}}
    (finding,) = only("duplicate-base-key", case(graph(CHILD, edge(CHILD, QWEN), nodes=told)))
    assert finding.level is Level.WARN


def test_from_scratch_claim_stands_alone_only_without_a_base() -> None:
    """With a base it is a contradiction, which is another rule's."""
    told = {CHILD: {"observations": (seen(ObservationKind.FROM_SCRATCH, CHILD),)}}
    assert only("from-scratch-claim", case(graph(CHILD, nodes=told)))
    assert not only("from-scratch-claim", case(graph(CHILD, edge(CHILD, QWEN), nodes=told)))


def _licensed(child: str | None, base: str | None, **edges: object) -> object:
    nodes = {CHILD: {"record": record(CHILD, child)}, QWEN: {"record": record(QWEN, base)}}
    return case(graph(CHILD, edge(CHILD, QWEN, **edges), nodes=nodes))  # type: ignore[arg-type]


def test_licence_denied_reaches_ancestors_and_speaks_patterns() -> None:
    """A permissive card does not take the base's terms away; a teacher's licence is not along the
    weights."""
    under = policy(settings={"licence-denied": {"denied": ("CC-BY-NC-*",)}})
    (finding,) = only("licence-denied", _licensed("apache-2.0", "cc-by-nc-4.0"), under)
    assert (finding.model, finding.level) == (QWEN, Level.FAIL)
    assert not only("licence-denied", _licensed("apache-2.0", "cc-by-nc-4.0"))
    assert not only(
        "licence-denied", _licensed("mit", "cc-by-nc-4.0", relation=Relation.DISTILLED), under
    )
    allowed = policy(settings={"licence-denied": {"allowed": ("apache-2.0", "mit")}})
    assert [f.model for f in only("licence-denied", _licensed("mit", "llama3"), allowed)] == [QWEN]


def test_licence_drift_compares_each_step() -> None:
    """Another licence than the base's is shown, the same one and a missing one are not."""
    assert only("licence-drift", _licensed("apache-2.0", "llama3.1"))
    assert not only("licence-drift", _licensed("llama3.1", "llama3.1"))
    assert not only("licence-drift", _licensed(None, "llama3.1"))


def test_licence_missing_takes_other_without_a_name_for_none() -> None:
    """`other` says nothing; with a name or a tag it does."""
    (finding,) = only("licence-missing", _licensed("other", "mit"))
    assert finding.message == f"No licence is named in the metadata of {CHILD}."
    named = record(CHILD, card={"license": "other", "license_name": "qwen-research"})
    tagged = record(QWEN, tags=("license:mit",))
    found = graph(
        CHILD, edge(CHILD, QWEN), nodes={CHILD: {"record": named}, QWEN: {"record": tagged}}
    )
    assert not only("licence-missing", case(found))


def test_missing_documents_tells_absent_from_untold() -> None:
    """A source without a file list cannot tell; at `fail` that leaves the verdict open."""
    under = policy(
        {"missing-documents": "fail"},
        {"missing-documents": {"documents": ("model-card", "use-policy", "revision")}},
    )
    listed = graph(
        CHILD,
        edge(CHILD, LLAMA),
        nodes={CHILD: {"record": record(CHILD, "mit", files=("a.bin",)), "revision": "0" * 40}},
    )
    (finding,) = only("missing-documents", case(listed), under)
    assert finding.message == f"{CHILD} does not show an acceptable-use policy among its files."
    unlisted = graph(
        CHILD,
        edge(CHILD, LLAMA),
        nodes={CHILD: {"record": record(CHILD, "mit"), "revision": "0" * 40}},
    )
    assert judged(case(unlisted), under)[1] is Verdict.INCONCLUSIVE


def test_limited_access_leaves_listed_foundations_out() -> None:
    """A gated Llama hides nothing; a gated stranger does."""
    found = graph(
        CHILD,
        edge(CHILD, MIDDLE),
        edge(MIDDLE, LLAMA),
        nodes={LLAMA: Status.GATED, MIDDLE: Status.GATED},
    )
    (finding,) = only("limited-access", case(found))
    assert finding.message.startswith(f"The files of {MIDDLE} are behind an access agreement")


def test_unreadable_trace_leaves_the_answer_open_whatever_other_traces_name() -> None:
    """A broken card may name a further base; of a foundation that is shown by citation nothing more
    is expected."""
    broken = (seen(ObservationKind.UNREADABLE, CHILD),)
    found = graph(CHILD, edge(CHILD, LLAMA), nodes={CHILD: {"observations": broken}})
    (finding,) = only("unreadable-trace", case(found))
    assert (finding.level, finding.decides_unknown) == (Level.REVIEW, True)
    at_root = {LLAMA: {"observations": (seen(ObservationKind.UNREADABLE, LLAMA, file="x.json"),)}}
    assert not only("unreadable-trace", case(graph(CHILD, edge(CHILD, LLAMA), nodes=at_root)))


@pytest.mark.parametrize("kind", [ObservationKind.UNREACHED, ObservationKind.TRUNCATED])
def test_unreadable_trace_speaks_of_what_was_not_fetched_or_not_whole(
    kind: ObservationKind,
) -> None:
    """It may name a further base, whatever the other traces name."""
    seen_here = {CHILD: {"observations": (seen(kind, CHILD, file="z/adapter_config.json"),)}}
    (finding,) = only("unreadable-trace", case(graph(CHILD, edge(CHILD, LLAMA), nodes=seen_here)))
    assert (finding.level, finding.decides_unknown) == (Level.REVIEW, True)


def test_snapshot_fallback_is_inconclusive_unless_it_was_wanted() -> None:
    """A gate does not take a snapshot for the present."""
    clean = graph(CHILD, edge(CHILD, LLAMA))
    assert (
        judged(case(clean, source="snapshot", fallback=True), Policy())[1] is Verdict.INCONCLUSIVE
    )
    (finding,) = only("snapshot-fallback", case(clean, source="snapshot", fallback=True))
    assert "offline data of 2026-11-20" in finding.message
    assert not only(
        "snapshot-fallback", case(clean, source="snapshot", fallback=True, offline_wanted=True)
    )


@pytest.mark.parametrize(
    ("source", "days", "told"),
    [("snapshot", 181, True), ("snapshot", 180, False), ("hub", 181, False)],
)
def test_stale_data_counts_the_snapshots_age_only_where_it_answered(
    source: str, days: int, told: bool
) -> None:
    """The age is measured from the case's own day; the last allowed day is still allowed."""
    dates = {"registry": "2026-11-20", "snapshot": (TODAY - timedelta(days)).isoformat()}
    assert bool(only("stale-data", case(DESCENT, source=source, data_dates=dates))) is told


def test_stale_data_reports_a_date_that_is_none() -> None:
    """An unknown date is not a recent one."""
    (finding,) = only("stale-data", case(DESCENT, data_dates={"results": "someday"}))
    assert "is not known" in finding.message


def _requirement(**more: object) -> Requirement:
    fields: dict[str, object] = {
        "axes": (Axis.FOUNDATION,),
        "developers": ("alibaba-qwen",),
        **more,
    }
    match = Match(id="m", level=Level.FAIL, **fields)  # type: ignore[arg-type]
    return Requirement(
        "req-1",
        "A rule",
        RequirementStatus.PROPOSED,
        TODAY,
        ("https://example.org/law",),
        (match,),
        date(2026, 1, 2),
        open_questions=("Is it?",),
    )


def test_requirement_says_matches_and_never_more() -> None:
    """Requirement, status, date, path, open question, and that the text was not read."""
    (finding,) = only("req-1/m", case(DESCENT), Policy(requirements=(_requirement(),)))
    assert finding.message == (
        f"{CHILD} descends from {QWEN} through {MIDDLE}; {QWEN} was developed by Qwen team (China). "
        "It matches req-1 (A rule; proposed, effective 2026-01-02). Open question: Is it? The primary text was not read for this pack."
    )
    assert "req-1: https://example.org/law" in finding.evidence
    assert finding.level is Level.FAIL


def test_requirement_levels_are_set_by_id_and_by_way() -> None:
    """The policy's word for one way goes before its word for the whole."""
    for levels, level in (
        ({"req-1": "warn"}, "warn"),
        ({"req-1": "warn", "req-1/m": "info"}, "info"),
    ):
        (finding,) = only("req-1/m", case(DESCENT), policy(levels, requirements=(_requirement(),)))
        assert finding.level is Level(level)
    assert not only(
        "req-1/m", case(DESCENT), policy({"req-1/m": "off"}, requirements=(_requirement(),))
    )


@pytest.mark.parametrize(
    ("fields", "base", "matches"),
    [
        ({"developers": (), "jurisdictions": ("CN",)}, QWEN, 1),
        ({"developers": (), "outside": ("US",)}, QWEN, 1),
        ({"developers": (), "outside": ("US",)}, LLAMA, 0),
        ({"developers": (), "any_ancestor": True}, LLAMA, 1),
        ({"developers": (), "relations": (Relation.FINETUNE,)}, LLAMA, 1),
        ({"developers": (), "relations": (Relation.MERGE,)}, LLAMA, 0),
        ({"developers": (), "missing": ("revision",)}, LLAMA, 1),
    ],
)
def test_requirement_conditions(fields: dict[str, object], base: str, matches: int) -> None:
    """Each condition matches what it says and nothing else."""
    under = Policy(requirements=(_requirement(**fields),))
    assert len(only("req-1/m", case(graph(CHILD, edge(CHILD, base))), under)) == matches


def test_requirement_of_an_unknown_foundation_may_match() -> None:
    """Open at `fail`, a review where the pack says so, silent where it says ignore."""
    found = case(graph(CHILD, edge(CHILD, "nobody/base")))
    for unknown, verdict in (("inconclusive", Verdict.INCONCLUSIVE), ("review", Verdict.REVIEW)):
        findings, given = judged(found, Policy(requirements=(_requirement(unknown=unknown),)))
        assert given is verdict
        assert [f.rule for f in findings if f.level is Level.REVIEW] == ["no-known-root"]
    quiet = policy(
        {"foundation-jurisdiction": "off"}, requirements=(_requirement(unknown="ignore"),)
    )
    assert not [f for f in judged(found, quiet)[0] if f.decides_unknown]


def test_stale_requirement_warns_past_90_days() -> None:
    """The ninetieth day is still in time."""
    fresh = replace(_requirement(), checked_on=TODAY - timedelta(90))
    old = replace(_requirement(), checked_on=TODAY - timedelta(91))
    assert not only("stale-requirement", case(DESCENT), Policy(requirements=(fresh,)))
    (finding,) = only("stale-requirement", case(DESCENT), Policy(requirements=(old,)))
    assert "91 days ago" in finding.message


def _waiver(**more: object) -> Waiver:
    fields: dict[str, object] = {
        "rule": "foundation-jurisdiction",
        "model": "acme/*",
        "reason": "Approved for tests.",
        "owner": "ana@example.org",
        "until": TODAY,
        "place": "lineage.toml, line 9",
        **more,
    }
    return Waiver(**fields)  # type: ignore[arg-type]


def test_a_waiver_marks_the_finding_and_keeps_it() -> None:
    """On its last day it still holds; letter case of ids does not matter."""
    under = Policy(waivers=(_waiver(model="ACME/*", ground="research"),))
    findings, verdict = judged(case(DESCENT), under)
    (finding,) = [f for f in findings if f.rule == "foundation-jurisdiction"]
    assert verdict is Verdict.PASS
    assert finding.waived is not None
    assert (finding.waived.owner, finding.waived.until, finding.waived.ground) == (
        "ana@example.org",
        "2026-11-22",
        "research",
    )
    assert findings[-1] is finding


def test_a_waiver_for_one_path_covers_no_other() -> None:
    """Patterns are matched step by step."""
    for path, verdict in (
        ((CHILD, "*", "Qwen/*"), Verdict.PASS),
        ((CHILD, "Qwen/*"), Verdict.REVIEW),
    ):
        assert judged(case(DESCENT), Policy(waivers=(_waiver(path=path),)))[1] is verdict


def test_expired_waiver_fails_loudly_and_cannot_be_waived() -> None:
    """The finding counts again, and the expired waiver is a failure of its own."""
    expired = _waiver(until=TODAY - timedelta(1))
    findings, verdict = judged(
        case(DESCENT), Policy(waivers=(expired, _waiver(rule="expired-waiver")))
    )
    (loud,) = [f for f in findings if f.rule == "expired-waiver"]
    assert verdict is Verdict.FAIL
    assert loud.waived is None
    assert "expired on 2026-11-21" in loud.message
    assert loud.evidence == ("lineage.toml, line 9",)
    assert judged(case(DESCENT), Policy(waivers=(expired, _waiver())))[1] is Verdict.PASS


def test_unused_waiver_is_told_about_the_audited_model_only() -> None:
    """A waiver of another model is nobody's business here."""
    assert only("unused-waiver", case(DESCENT), Policy(waivers=(_waiver(rule="licence-denied"),)))
    assert not only(
        "unused-waiver",
        case(DESCENT),
        Policy(waivers=(_waiver(rule="licence-denied", model="other/*"),)),
    )
    assert not only("unused-waiver", case(DESCENT), Policy(waivers=(_waiver(),)))


def test_unbounded_waiver_does_not_count_and_cannot_be_waived() -> None:
    """Too long or of everything: the finding counts, and the waiver is a failure of its own; one
    within the limits covers."""
    limits = WaiverLimits(max_days=30)
    for beyond in (_waiver(until=TODAY + timedelta(31)), _waiver(rule="*", model="**")):
        mine = (beyond, _waiver(rule="unbounded-waiver", until=TODAY))
        findings, verdict = judged(case(DESCENT), Policy(waivers=mine, waiver_limits=limits))
        (loud,) = [f for f in findings if f.rule == "unbounded-waiver"]
        assert (verdict, loud.waived) == (Verdict.FAIL, None)
        assert loud.evidence == ("lineage.toml, line 9",)
    within = Policy(waivers=(_waiver(until=TODAY + timedelta(30)),), waiver_limits=limits)
    assert judged(case(DESCENT), within)[1] is Verdict.PASS
    allowed = Policy(
        waivers=(_waiver(rule="*", model="**"),), waiver_limits=WaiverLimits(everything=True)
    )
    assert judged(case(DESCENT), allowed)[1] is Verdict.PASS
