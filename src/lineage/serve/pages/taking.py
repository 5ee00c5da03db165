"""What can be taken home of a run, and how the pack is checked."""

from __future__ import annotations

from lineage.report.html.markup import Markup, join, tag
from lineage.serve.pages.frame import card
from lineage.serve.run import Run

_FORMATS = (
    ("html", "HTML", "to read and print"),
    ("csv", "CSV", "a row per model"),
    ("json", "JSON", "for programs"),
    ("markdown", "Markdown", "for a ticket"),
    ("text", "Text", "plain"),
    ("cyclonedx", "CycloneDX 1.6", "bill of materials"),
    ("cyclonedx-1.7", "CycloneDX 1.7", "bill of materials"),
    ("spdx", "SPDX 3.0.1", "bill of materials"),
    ("g7", "G7 elements", "bill of materials"),
    ("sarif", "SARIF", "for code scanning"),
    ("junit", "JUnit", "for a build server"),
    ("github", "GitHub", "workflow annotations"),
    ("mermaid", "Mermaid", "the graph"),
    ("dot", "Graphviz", "the graph"),
)
"""Every format, the likeliest first, with what it is for."""


def taking(run: Run) -> Markup:
    """The pack first, then every format."""
    at = f"/audits/{run.id}/files"
    links = (
        tag("li", tag("a", name, href=f"{at}/{form}"), " ", tag("span", what, class_="fine"))
        for form, name, what in _FORMATS
    )
    return card(
        "Take it with you",
        _pack(run, at),
        tag("h3", "The report alone"),
        tag("ul", links, class_="files"),
        id="files",
    )


def _pack(run: Run, at: str) -> Markup:
    if not run.fingerprint:
        message = "This run has no pack. Audit again with “Make a pack to file” to get one."
        return tag("p", message, class_="fine")
    return join(
        tag(
            "p",
            tag("a", "The pack to file", href=f"{at}/pack"),
            " (ZIP): the report in every usual format, the answers for buyers, the policy, and "
            "everything that was read, with checksums.",
        ),
        tag(
            "dl",
            tag("dt", "Its fingerprint"),
            tag("dd", tag("code", run.fingerprint, class_="print")),
            tag("dt", "To check it later"),
            tag("dd", tag("code", f"lineage pack verify pack --fingerprint {run.fingerprint}")),
            tag("dt", "To compute it again"),
            tag("dd", tag("code", "lineage pack replay pack")),
        ),
        tag(
            "p",
            "Note the fingerprint in your file, apart from the pack: it pins every byte.",
            class_="fine",
        ),
    )
