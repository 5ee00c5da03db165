"""answers.html of a pack: what buyers' forms ask about lineage, our answers with their evidence,
and the record of the inquiry."""

from __future__ import annotations

from collections.abc import Iterable

from lineage.policy.policy import Policy
from lineage.report.answers import Answer, answers
from lineage.report.document import Report, TargetReport
from lineage.report.html.markup import Markup, join, link, shown, tag
from lineage.report.html.page import document
from lineage.report.inquiry import inquiry, look_again

_LINE = 1000


def render(report: Report, policy: Policy) -> str:
    """The whole page, in one file that asks for nothing."""
    body = join(
        tag(
            "header",
            tag(
                "p",
                tag("b", "Questions and answers"),
                f" · {shown(report.generated_at, 40)} · policy {shown(report.policy_name, 80)}",
                class_="brand",
            ),
            class_="top",
        ),
        tag(
            "main",
            tag("h1", "What buyers ask about a model's lineage"),
            tag(
                "p",
                "The questions are those of public forms, in our words. An answer is called "
                "answered only where nothing that it rests on is open. No answer is legal advice.",
            ),
            (_target(target) for target in report.targets),
            _inquiry(report, policy),
        ),
    )
    about = shown(report.targets[0].model, 80) if len(report.targets) == 1 else "several models"
    return document(f"Questions and answers: {about}", body, report.tool_version)


def _target(target: TargetReport) -> Markup:
    supplied, given = target.supplied, answers(target)
    compared = (
        [f"{one.sentence} ({one.agreement})" for one in supplied.compared] if supplied else []
    )
    return tag(
        "section",
        tag("h2", shown(target.model, 160)),
        tag("p", f"Verdict: {target.verdict}."),
        _overview(given),
        join(tag("h3", "What the supplier states"), _listed(compared)) if compared else None,
        (_answer(one) for one in given),
        class_="audited",
    )


def _overview(lines: Iterable[Answer]) -> Markup:
    rows = (
        tag("tr", tag("th", one.question.text, scope="row"), tag("td", str(one.extent)))
        for one in lines
    )
    head = tag("tr", (tag("th", name, scope="col") for name in ("Question", "Answer")))
    return tag("table", tag("thead", head), tag("tbody", rows))


def _answer(one: Answer) -> Markup:
    return join(
        tag("h3", f"{one.question.text} ", tag("small", f"({one.extent})")),
        _listed(one.lines),
        _more("Not known", one.open),
        _more("Evidence", one.evidence),
        tag(
            "p",
            "Asked in: ",
            (join(link(each.url, each.title), ". ") for each in one.question.asked_in),
            class_="quiet",
        ),
    )


def _listed(lines: Iterable[str]) -> Markup:
    return tag("ul", (tag("li", shown(line, _LINE)) for line in lines))


def _more(title: str, lines: tuple[str, ...]) -> Markup | None:
    if not lines:
        return None
    # Open, so that a printed page has it too.
    return tag("details", tag("summary", f"{title} ({len(lines)})"), _listed(lines), open=True)


def _inquiry(report: Report, policy: Policy) -> Markup:
    record = inquiry(report, policy)
    facts = [
        ("Made", report.generated_at),
        ("With", f"lineage {report.tool_version}"),
        ("Registry of developers", report.data.registry),
        ("Published test results", report.data.results),
        ("Offline data", report.data.snapshot),
        ("Policy", f"{report.policy_name} ({report.policy_source})"),
    ]
    searched = [
        f"{one['model']}: answered by {one['answered_by']}, {len(one['models_read'])} models read, "
        f"{len(one['models_not_read'])} not read, {len(one['results'])} published results, "
        f"{len(one['not_established'])} points not established"
        for one in record["searched"]
    ]
    return tag(
        "section",
        tag("h2", "Record of the inquiry"),
        tag("dl", (join(tag("dt", name), tag("dd", shown(text, 300))) for name, text in facts)),
        _listed(report.remarks),
        tag("h3", "What was searched"),
        _listed(searched),
        tag("h3", "When to look again"),
        _listed(f"{one.on}: {one.why}" for one in look_again(report, policy)),
        tag("p", "inquiry.json in this pack has the same for programs, with every model."),
        id="inquiry",
    )
