"""The closing pages: the record of the decision that a person fills in and files, and how the
report was made."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.finding import Level, Verdict
from lineage.report.document import Report
from lineage.report.html.answer import badge
from lineage.report.html.graph import GRADES
from lineage.report.html.markup import Markup, join, shown, tag

_MEANINGS = {
    Verdict.PASS: "Nothing that the policy asks about was found.",
    Verdict.REVIEW: "Nothing failed; a person should look at what was found.",
    Verdict.FAIL: "The policy does not accept what was found.",
    Verdict.INCONCLUSIVE: "Something that the policy needs to know could not be established.",
}
_COMMANDS = 3
_BLANKS = (
    "Decision (accept, accept with conditions, decline)",
    "Conditions",
    "Name and role",
    "Date",
    "Signature",
)


def decision(report: Report) -> Markup:
    """Verdict, open findings, waivers with owner and end, and lines to sign on paper."""
    open_ones = sum(
        f.waived is None and f.level in (Level.FAIL, Level.REVIEW)
        for t in report.targets
        for f in t.findings
    )
    facts = [
        ("Verdict of the tool", join(badge(report.verdict), " ", _MEANINGS[report.verdict])),
        (
            "Policy applied",
            join(shown(report.policy_name, 120), f" ({shown(report.policy_source, 200)})"),
        ),
        ("Report made", join(shown(report.generated_at, 40))),
        ("Findings that ask for a decision", join(str(open_ones))),
    ]
    listed = tag("dl", (join(tag("dt", name), tag("dd", value)) for name, value in facts))
    blanks = tag(
        "dl",
        (join(tag("dt", name), tag("dd", tag("span", class_="blank"))) for name in _BLANKS),
        class_="sign-here",
    )
    return join(
        listed, _waivers(report), tag("h3", "To be filled in by the person who decides"), blanks
    )


def _waivers(report: Report) -> Markup:
    rows = [
        tag(
            "tr",
            tag("th", shown(f.rule, 80), scope="row", data_label="Rule"),
            tag("td", shown(f.model, 120), data_label="Model"),
            tag("td", shown(f.waived.owner, 80), data_label="Owner"),
            tag("td", shown(f.waived.until, 20), data_label="Until"),
            tag("td", shown(f.waived.reason, 600), data_label="Reason"),
        )
        for target in report.targets
        for f in target.findings
        if f.waived
    ]
    if not rows:
        return tag("p", "No waiver was used.")
    head = tag(
        "thead",
        tag(
            "tr",
            (
                tag("th", name, scope="col")
                for name in ("Rule", "Model", "Owner", "Until", "Reason")
            ),
        ),
    )
    table = tag(
        "table", tag("caption", "Waivers in force"), head, tag("tbody", rows), class_="stack"
    )
    return tag(
        "div", table, class_="scroll", tabindex="0", role="region", aria_label="Waivers in force"
    )


def method(report: Report) -> Markup:
    """What the words mean, the versions of tool and data, and how to check the report again."""
    versions = [
        ("Tool", f"lineage {report.tool_version}"),
        ("Registry of developers", report.data.registry),
        ("Published test results", report.data.results),
        ("Snapshot of model records", report.data.snapshot),
        *([("This run", report.circumstances.sentence)] if report.circumstances.sentence else []),
    ]
    commands = [
        tag("li", tag("code", f"lineage audit {shown(_asked(t.model, t.revision), 160)}"))
        for t in report.targets[:_COMMANDS]
    ]
    more = len(report.targets) - _COMMANDS
    rest = tag("li", f"and {more} more") if more > 0 else None
    return join(
        tag(
            "dl", (join(tag("dt", name), tag("dd", shown(value, 600))) for name, value in versions)
        ),
        tag("div", tag("h3", "How to read it"), tag("ul", _words()), class_="screen"),
        tag("h3", "What it cannot tell"),
        tag("ul", (tag("li", text) for text in _LIMITS)),
        tag(
            "div",
            tag("h3", "Check it again"),
            tag("p", "With the same versions and the same policy, the same answer:"),
            tag("ul", commands, rest, class_="plain"),
            class_="screen",
        ),
    )


_LIMITS = (
    (
        "A base model that nobody names, and that left no trace in any file that was read, "
        "is not in the graph. A trace that was removed so that nothing points to it is out "
        "of reach."
    ),
    (
        "A jurisdiction says where a developer has its headquarters. It says nothing of "
        "how a model behaves."
    ),
    (
        "A test result is about one exact model, in one language, by one method. What a "
        "descendant inherits of it is not measured here."
    ),
    "This report is not legal advice.",
)


def _words() -> Iterator[Markup]:
    yield tag(
        "li",
        tag("b", "Foundation: "),
        "a model under the audited one at which the trail ends; the findings say where "
        "nothing cited shows that it was trained from scratch.",
    )
    yield tag(
        "li",
        tag("b", "Teacher: "),
        "a model whose outputs, not weights, went into a model of the graph.",
    )
    for grade, meaning in GRADES.items():
        yield tag("li", tag("b", f"{grade}: "), f"{meaning}.")
    yield tag(
        "li",
        tag("b", "Tests: "),
        "the nearest to the audited model come first; suites and languages are never added up, and "
        "metrics of two suites do not compare.",
    )


def _asked(model: str, revision: str | None) -> str:
    return f"{model}@{revision}" if revision else model
