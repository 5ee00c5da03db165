"""One test or more for each rule about who is underneath; names begin with the rule's id."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from lineage.core.claim import Claim, Lead, LeadKind
from lineage.core.record import Status
from lineage.core.relation import Grade
from lineage.evidence.evidence import Attribution
from lineage.evidence.leads.undeclared import Undeclared
from lineage.policy.finding import Level, Verdict
from lineage.policy.judge import judge_code
from lineage.policy.open_points.point import Gap, OpenPoint
from lineage.policy.open_points.subject import UNREAD_CODE
from lineage.policy.policy import Policy
from lineage.policy.waiver import Waiver
from policy.cases import (
    CHILD,
    LLAMA,
    MIDDLE,
    NOUS,
    QWEN,
    SHOWN,
    Relation,
    case,
    edge,
    graph,
    judged,
    only,
    policy,
)

R1 = "deepseek-ai/DeepSeek-R1"
DISTIL = "deepseek-ai/DeepSeek-R1-Distill-Llama-8B"
GLM, NOBODY = "zai-org/GLM-4.5-Air", "nobody/base-7b"


def test_foundation_jurisdiction_names_the_developer_and_the_path() -> None:
    """A quantization of a fine-tune still shows the foundation."""
    (finding,) = only(
        "foundation-jurisdiction", case(graph(CHILD, edge(CHILD, MIDDLE), edge(MIDDLE, QWEN)))
    )
    assert finding.level is Level.REVIEW
    assert finding.path == (CHILD, MIDDLE, QWEN)
    assert any("example.org/about" in line for line in finding.evidence)
    assert any("README.md base_model names" in line for line in finding.evidence)


def test_foundation_jurisdiction_looks_for_the_policys_codes_or_its_own() -> None:
    """A rule's own list goes before the policy's; an empty one silences it."""
    found = case(graph(CHILD, edge(CHILD, LLAMA)))
    assert not only("foundation-jurisdiction", found)
    assert only("foundation-jurisdiction", found, Policy(jurisdictions=("US",)))
    own = {"foundation-jurisdiction": {"jurisdictions": ()}}
    assert not only("foundation-jurisdiction", found, policy(settings=own, jurisdictions=("US",)))
    but = {"foundation-jurisdiction": {"except-developers": ("meta",)}}
    assert not only("foundation-jurisdiction", found, policy(settings=but, jurisdictions=("US",)))


def test_foundation_jurisdiction_at_fail_leaves_an_unknown_foundation_open() -> None:
    """Nobody can say that an unknown developer is outside the list; `unknown` can ask for a review
    instead."""
    found = case(graph(CHILD, edge(CHILD, NOBODY)))
    assert judged(found, policy({"foundation-jurisdiction": "fail"}))[1] is Verdict.INCONCLUSIVE
    mild = policy(
        {"foundation-jurisdiction": "fail"}, {"foundation-jurisdiction": {"unknown": "review"}}
    )
    assert all(not f.decides_unknown for f in only("foundation-jurisdiction", found, mild))


def test_foundation_jurisdiction_reviews_a_listed_foundation_of_no_established_jurisdiction() -> (
    None
):
    """A known developer without a known home is neither inside the list nor outside."""
    found = case(graph("meta-llama/child", edge("meta-llama/child", "openchat/base")))
    (finding,) = only("unknown-developer", found)
    assert (finding.model, finding.level) == ("openchat/base", Level.REVIEW)
    assert "The home of OpenChat" in finding.message
    assert "not established" in finding.message


def test_trainer_jurisdiction_is_apart_from_the_foundation() -> None:
    """Weights of Meta, trained by DeepSeek: one axis speaks and the other does not."""
    found = case(graph(CHILD, edge(CHILD, DISTIL), edge(DISTIL, LLAMA)))
    (finding,) = only("trainer-jurisdiction", found)
    assert (
        finding.message
        == f"{CHILD} descends from {DISTIL}; {DISTIL} was trained further by DeepSeek (China)."
    )
    assert not only("foundation-jurisdiction", found)


def test_trainer_jurisdiction_is_open_for_unregistered_trainers_where_the_policy_says_so() -> None:
    """Most publishers are in no registry: shown by default, an open answer where `unknown-trainer =
    "open"`."""
    found = case(graph(CHILD, edge(CHILD, LLAMA)))
    fails = {"trainer-jurisdiction": "fail"}
    assert judged(found, policy(fails))[1] is Verdict.PASS
    assert judged(found, policy(fails, unknown_trainer_is_open=True))[1] is Verdict.INCONCLUSIVE
    (shown,) = only("unknown-developer", found)
    assert (shown.level, shown.message) == (
        Level.INFO,
        f"Whoever trained {CHILD} is not in the registry.",
    )


def test_teacher_jurisdiction_says_that_outputs_were_used() -> None:
    """A teacher gives no weights."""
    (finding,) = only(
        "teacher-jurisdiction",
        case(graph(CHILD, edge(CHILD, LLAMA), edge(CHILD, R1, relation=Relation.DISTILLED))),
    )
    assert (
        finding.message
        == f"{CHILD} was distilled from outputs of {R1}; the teacher was developed by DeepSeek (China)."
    )


def test_component_jurisdiction_names_the_part() -> None:
    """An encoder from elsewhere is told apart from the foundation."""
    found = case(graph(CHILD, edge(CHILD, LLAMA), edge(CHILD, QWEN, component="vision_encoder")))
    (finding,) = only("component-jurisdiction", found)
    assert (
        finding.message
        == f"{CHILD} takes its vision encoder from {QWEN}; that component was developed by Qwen team (China)."
    )
    assert not only("foundation-jurisdiction", found)


def test_publisher_jurisdiction_is_off_and_speaks_of_namespaces() -> None:
    """Only a policy that asks gets it, and only for registered publishers."""
    found = case(graph("Qwen/Upload-7b", edge("Qwen/Upload-7b", LLAMA)))
    assert not only("publisher-jurisdiction", found)
    (finding,) = only("publisher-jurisdiction", found, policy({"publisher-jurisdiction": "review"}))
    assert finding.message == "Qwen/Upload-7b is published by Qwen team (China)."


def test_denied_developer_fails_on_the_axes_that_are_chosen() -> None:
    """Listed by registry id; a teacher counts unless the axes leave it out."""
    found = case(graph(CHILD, edge(CHILD, LLAMA), edge(CHILD, R1, relation=Relation.DISTILLED)))
    listed = {"denied-developer": {"developers": ("deepseek",)}}
    (finding,) = only("denied-developer", found, policy(settings=listed))
    assert finding.level is Level.FAIL
    assert "whom the policy lists as not accepted" in finding.message
    narrow = {"denied-developer": {"developers": ("deepseek",), "axes": ("foundation",)}}
    assert not only("denied-developer", found, policy(settings=narrow))


def test_allowed_developers_reports_everybody_else_and_leaves_the_unknown_open() -> None:
    """With a list of accepted developers an unknown one is not accepted silently."""
    under = policy(
        {"allowed-developers": "fail"}, {"allowed-developers": {"developers": ("meta",)}}
    )
    assert not only("allowed-developers", case(graph(CHILD, edge(CHILD, LLAMA))), under)
    assert [
        f.level for f in only("allowed-developers", case(graph(CHILD, edge(CHILD, QWEN))), under)
    ] == [Level.FAIL]
    assert judged(case(graph(CHILD, edge(CHILD, NOBODY))), under)[1] is Verdict.INCONCLUSIVE


def test_official_list_tells_list_status_and_date() -> None:
    """Statuses matter: an entry that was removed is not reported unless asked for."""
    found = case(graph(CHILD, edge(CHILD, GLM)))
    (finding,) = only("official-list", found)
    assert finding.level is Level.INFO
    assert "listed on the U.S. BIS Entity List since 2025-01-16" in finding.message
    assert not only(
        "official-list", found, policy(settings={"official-list": {"lists": ("1260H",)}})
    )
    assert not only(
        "official-list", found, policy(settings={"official-list": {"statuses": ("removed",)}})
    )


def test_unknown_developer_reports_teachers_and_parts_of_unknown_origin() -> None:
    """Whoever made a part or a teacher matters to the rules that ask; who trained on the way is
    shown."""
    taught = edge("a/x", "b/teacher", relation=Relation.DISTILLED)
    found = case(
        graph("a/x", edge("a/x", LLAMA), taught, edge("a/x", "c/eye", component="vision_encoder"))
    )
    levels = {f.model: f.level for f in only("unknown-developer", found)}
    assert levels == {"a/x": Level.INFO, "b/teacher": Level.REVIEW, "c/eye": Level.REVIEW}


def test_unresolved_ancestor_says_why_and_what_is_hidden() -> None:
    """A missing and a private repo look alike, and the message says so."""
    found = graph(CHILD, edge(CHILD, "gone/x"), nodes={"gone/x": Status.NOT_FOUND})
    (finding,) = only(
        "unresolved-ancestor", case(found), policy({"foundation-jurisdiction": "fail"})
    )
    assert finding.decides_unknown
    assert "does not exist or is private" in finding.message
    (target,) = only(
        "unresolved-ancestor",
        case(
            graph("gone/x", nodes={"gone/x": {"status": Status.NOT_FOUND, "reason": "Not here."}})
        ),
    )
    assert target.message == (
        "gone/x was not read (Not here), so we cannot say what it is built on. "
        "It leaves open: exposure-censors."
    )


def test_no_known_root_believes_the_registry_only() -> None:
    """A known developer's repo that names no base is no foundation until the registry lists it."""
    (finding,) = only("no-known-root", case(graph(MIDDLE)))
    assert not finding.decides_unknown
    assert not only("no-known-root", case(graph(CHILD, edge(CHILD, QWEN))))
    given = {MIDDLE: Attribution(MIDDLE, NOUS, "namespace", "hermes")}
    assert only("no-known-root", case(graph(MIDDLE), attributions=given))
    shown = {MIDDLE: replace(given[MIDDLE], is_foundation=True, root_evidence=SHOWN)}
    assert not only("no-known-root", case(graph(MIDDLE), attributions=shown))


def test_no_known_root_is_open_where_its_files_could_not_be_read() -> None:
    """A gated root of an unknown developer may hide a base that only its files tell."""
    gated = case(graph(NOBODY, nodes={NOBODY: Status.GATED}))
    assert judged(case(graph(NOBODY)), Policy())[1] is Verdict.REVIEW
    assert judged(gated, Policy())[1] is Verdict.INCONCLUSIVE


def test_undeclared_base_shows_the_trace() -> None:
    """A base that only a file of a tool names is reported, a declared one is not."""
    (finding,) = only("undeclared-base", case(graph(CHILD, edge(CHILD, QWEN, Grade.EMBEDDED))))
    assert (
        finding.message
        == f"{CHILD} declares no base model in its card; other traces (embedded) name {QWEN}."
    )
    assert not only("undeclared-base", case(graph(CHILD, edge(CHILD, QWEN))))


def test_weak_grade_marks_where_known_ground_ends() -> None:
    """One finding at the inferred step, none for what lies behind it."""
    found = graph(CHILD, edge(CHILD, MIDDLE, Grade.INFERRED), edge(MIDDLE, QWEN))
    (finding,) = only("weak-grade", case(found))
    assert finding.model == MIDDLE
    assert not finding.decides_unknown
    (strict,) = only("weak-grade", case(found), policy({"foundation-jurisdiction": "fail"}))
    assert strict.decides_unknown


def test_weak_grade_follows_what_the_policy_counts_as_known() -> None:
    """A policy that counts card prose as a lead gets it reported."""
    found = case(graph(CHILD, edge(CHILD, QWEN, Grade.STATED)))
    assert not only("weak-grade", found)
    assert only("weak-grade", found, Policy(known_grades=(Grade.DECLARED,)))


def test_self_reference_and_circles_are_told_once() -> None:
    """A model that names itself, and two that name each other."""
    (own,) = only("self-reference", case(graph(CHILD, edge(CHILD, CHILD))))
    assert own.message == f"{CHILD} names itself as its base model."
    (circle,) = only("self-reference", case(graph("a/x", edge("a/x", "b/y"), edge("b/y", "a/x"))))
    assert "a/x and b/y name each other" in circle.message


def test_from_scratch_counts_parts_and_teachers_as_told() -> None:
    """Off by default; a policy chooses whether teachers, parts and own models count."""
    found = case(
        graph(
            CHILD,
            edge(CHILD, QWEN, component="tokenizer"),
            edge(CHILD, R1, relation=Relation.DISTILLED),
            edge(CHILD, LLAMA, component="vision_encoder"),
        )
    )
    assert not only("from-scratch", found)
    assert {f.model for f in only("from-scratch", found, policy({"from-scratch": "fail"}))} == {
        QWEN,
        R1,
        LLAMA,
    }
    told = {"teachers": False, "ignore-components": ("tokenizer",), "own-developers": ("meta",)}
    assert not only("from-scratch", found, policy({"from-scratch": "fail"}, {"from-scratch": told}))


def test_bounds_hit_leaves_the_answer_open() -> None:
    """What lies behind a bound is unknown."""
    (finding,) = only(
        "bounds-hit",
        case(graph(CHILD, edge(CHILD, LLAMA), bounds_hit=("The depth of 3 was reached.",))),
    )
    assert finding.decides_unknown
    assert "The depth of 3 was reached." in finding.message


def test_unread_code_is_as_serious_as_the_gravest_question() -> None:
    """A file that nobody read leaves the answer open; a name at run time asks for a review; the
    policy can say otherwise, and a waiver names the place."""
    points = [
        OpenPoint(gap, place, (place,), UNREAD_CODE, f"{place} is not known.")
        for gap, place in ((Gap.CODE, "src/big.py"), (Gap.RUN_TIME, "src/load.py:3"))
    ]
    today = date(2026, 11, 29)
    gate = {"foundation-jurisdiction": "fail"}
    unread, run_time = judge_code(points, policy(gate), today)
    assert unread.decides_unknown
    assert (run_time.level, run_time.decides_unknown) == (Level.REVIEW, False)
    strict = policy(gate, {"unread-code": {"unresolved": "open"}})
    assert all(f.decides_unknown for f in judge_code(points, strict, today))
    off = judge_code(points, policy({**gate, "unread-code": "off"}), today)
    assert [f.model for f in off] == ["src/big.py"]
    waiver = Waiver("unread-code", "src/load.py:*", "an internal name", "Ada", date(2026, 12, 24))
    marked = judge_code(points, policy(gate, waivers=(waiver,)), today)
    assert [f.waived is not None for f in marked] == [False, True]


def test_unmatched_base_keeps_what_names_no_model() -> None:
    """Words, a path, another host: something is underneath, and nobody can say what; a trainer's
    own folder says nothing."""
    words = _unlinked("Qwen 2.5, our own mix", "prose")
    found = graph(CHILD, edge(CHILD, LLAMA), unlinked=(words,))
    (finding,) = only("unmatched-base", case(found))
    assert finding.level is Level.REVIEW
    assert "'Qwen 2.5, our own mix'" in finding.message
    own = _unlinked("/workspace/outputs/checkpoint-1200", "local path")
    assert not only("unmatched-base", case(graph(CHILD, edge(CHILD, LLAMA), unlinked=(own,))))
    same = _unlinked("/mnt/models/Llama-3.1-8B", "local path")
    assert not only("unmatched-base", case(graph(CHILD, edge(CHILD, LLAMA), unlinked=(same,))))
    other = _unlinked("/mnt/models/atlas-7b", "local path")
    assert only("unmatched-base", case(graph(CHILD, edge(CHILD, LLAMA), unlinked=(other,))))


def _unlinked(value: str, problem: str) -> Claim:
    return Claim(
        CHILD,
        value,
        None,
        Relation.FINETUNE,
        Grade.EMBEDDED,
        "test",
        "adapter_config.json",
        "base_model_name_or_path",
        problem=problem,
    )


def test_undeclared_family_shows_both_sides() -> None:
    """A configuration of a family that the lineage does not contain is a question, never a
    failure."""
    lead = Lead(LeadKind.CONFIG, CHILD, ("qwen2.5",), "config.json", "model_type", "qwen2")
    found = case(
        graph(CHILD, edge(CHILD, LLAMA)),
        undeclared=(Undeclared(CHILD, ("qwen2.5",), (lead,), ()),),
        family_names={"qwen2.5": "Qwen2.5"},
    )
    (finding,) = only("undeclared-family", found)
    assert finding.level is Level.REVIEW
    assert (
        "A trace in acme/assistant-7b points to Qwen2.5 (config.json, model_type: 'qwen2')"
        in finding.message
    )
    assert judged(found, policy({"foundation-jurisdiction": "fail"}))[1] is Verdict.INCONCLUSIVE
