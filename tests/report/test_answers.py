"""answers.html and inquiry.json: no answer better than what was read, and nothing hostile alive."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

import lineage
from lineage.core.record import Status
from lineage.policy.load import load_pack
from lineage.policy.policy import Policy
from lineage.policy.waiver import Waiver
from lineage.report.answers import _ANSWERS, Extent, answers, questions
from lineage.report.html.answers import render
from lineage.report.inquiry import inquiry, look_again
from report import reports


def told(target: lineage.TargetReport) -> dict[str, Extent]:
    return {one.question.id: one.extent for one in answers(target)}


def test_every_question_is_cited_and_has_its_answer() -> None:
    """In somebody's public form, with the address and the day; no answer without a question."""
    known = questions()
    assert [one.id for one in known] == list(_ANSWERS)
    for one in known:
        assert one.text.endswith("?")
        assert one.asked_in
        for cited in one.asked_in:
            assert urlsplit(cited.url).scheme == "https"
            assert cited.title
            assert date.fromisoformat(cited.seen_on or "") <= date(2026, 12, 31)


def test_what_is_known_is_answered_with_evidence() -> None:
    """Of a real model: its foundation, its makers, the teacher, the tests, each with who says
    so."""
    report = lineage.audit("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", offline=True)
    found = {one.question.id: one for one in answers(report.targets[0])}
    (foundation,) = found["foundations"].lines
    assert foundation.startswith("meta-llama/Llama-3.1-8B: Meta, United States")
    assert any("https://" in line for line in found["foundations"].evidence)
    assert any("DeepSeek, China" in line for line in found["developers"].lines)
    assert any("deepseek-ai/DeepSeek-R1" in line for line in found["teachers"].lines)
    assert found["tests"].evidence
    assert found["hosting"].extent is Extent.SUPPLIER


@pytest.mark.parametrize("shape", sorted(reports.ALL))
def test_an_open_point_is_never_an_answered_question(shape: str) -> None:
    """Whatever a question rests on: one point that is open, and it is answered in part at most."""
    target = reports.ALL[shape]()
    for one in answers(target):
        rests_on = _ANSWERS[one.question.id][1]
        if any(rests_on & point.point.questions for point in target.open):
            assert one.extent is not Extent.ANSWERED
        assert one.lines


def test_a_model_that_was_not_read_answers_nothing() -> None:
    """No question about it is called answered, and none says `no`."""
    graph = reports.graph_of("a/b", [reports.node("a/b", 0, Status.NOT_FOUND, "gone")], [])
    unread = told(replace(reports.target_report(graph)))
    assert Extent.ANSWERED not in unread.values()
    named = "QuantFactory/nowhere-7B-GGUF"
    report = lineage.audit(named, offline=True)
    assert Extent.ANSWERED not in told(report.targets[0]).values()


def test_an_open_origin_reaches_the_page() -> None:
    """What is not known stands below the answer, with what would close it."""
    report = lineage.audit("QuantFactory/nowhere-7B-GGUF", offline=True)
    (first, *_) = answers(report.targets[0])
    assert first.extent is Extent.UNKNOWN
    assert first.open
    assert "Not known (" in render(report, Policy())


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


@pytest.mark.parametrize("shape", sorted(reports.ALL))
def test_hostile_words_are_text(shape: str) -> None:
    """One script, ours; no handler; links to web addresses alone; no control characters."""
    text = render(reports.report(reports.ALL[shape]()), Policy())
    page = _Page()
    page.feed(text)
    assert page.tags.count("script") == 1
    assert page.handlers == []
    assert all(link.startswith(("https://", "http://", "#")) for link in page.links)
    assert not {"iframe", "img", "object", "form", "base"} & set(page.tags)
    assert not [char for char in text if ord(char) < 32 and char not in "\n\t"]


def test_when_to_look_again() -> None:
    """Three months on; the day after a waiver ends; when a law's text was last checked; at once
    where offline data answered."""
    report = lineage.audit("NousResearch/Hermes-2-Pro-Mistral-7B", offline=True)
    made = report.generated_at[:10]
    waiver = Waiver("stale-data", "*", "known", "Kim", date(2099, 1, 31))
    policy = replace(load_pack("us-ks-75-4720", lineage.__version__), waivers=(waiver,))
    found = look_again(report, policy)
    assert [one.on for one in found] == sorted(one.on for one in found)
    assert any(one.on == made and "ask the Hub" in one.why for one in found)
    assert any(one.on == "2099-02-01" and "Kim" in one.why for one in found)
    (requirement,) = policy.requirements
    assert any(requirement.id in one.why for one in found)
    expired = replace(policy, waivers=(replace(waiver, until=date(2020, 1, 1)),))
    assert not any("Kim" in one.why for one in look_again(report, expired))


def test_the_record_names_what_was_read_and_what_was_not() -> None:
    """By model, with the span of the answers, and it is the same every time."""
    report = reports.report(reports.merge())
    record = inquiry(report, Policy())
    (searched,) = record["searched"]
    assert "gone/base-model" in {one["model"] for one in searched["models_not_read"]}
    assert searched["answers_from"] == reports.WHEN
    assert json.dumps(record) == json.dumps(inquiry(report, Policy()))
