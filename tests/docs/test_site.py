"""The site: every page is in its menu, and its links lead out of docs/ to the repository."""

from __future__ import annotations

import re

from docs.tools import ROOT, load

site_links = load("site_links")


def test_every_page_is_in_the_menu() -> None:
    """And the menu names no page that is not there."""
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    listed = re.findall(r": ([\w./-]+\.md)$", menu, re.MULTILINE)
    docs = ROOT / "docs"
    assert sorted(listed) == sorted(
        path.relative_to(docs).as_posix() for path in docs.rglob("*.md")
    )


def test_links_that_leave_the_docs_lead_to_the_repository() -> None:
    """Others stay as they are, so that they work on GitHub and on the site."""
    text = (
        "[a](../../SECURITY.md#x) [b](../policy.md) [c](https://x.org/) ![d](../../e.png) [f](#g)"
    )
    assert site_links.outward(text, "reference/page.md") == text.replace(
        "../../SECURITY.md#x", f"{site_links.REPOSITORY}SECURITY.md#x"
    )


def test_the_front_page_shows_the_report() -> None:
    """A small picture with words for those who do not see it."""
    page = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    words, name = re.findall(r"!\[([^\]]+)\]\((images/[\w.]+)\)", page)[0]
    assert len(words) > 40
    assert (ROOT / "docs" / name).stat().st_size < 300_000
