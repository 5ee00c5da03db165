"""Links lead somewhere: between documents, into sections, and from the program's messages into the
documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.tools import ROOT

DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.md")]
)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_OURS = re.compile(
    r"https://github\.com/lineage-audit/lineage/(?:blob|tree)/main/([\w./-]+)(?:#([\w.-]+))?"
)


def anchors(text: str) -> set[str]:
    """The sections of a document as GitHub names them, and anchors that it sets by hand."""
    heads = re.findall(
        r"^#+ +(.+?) *$", _CODE.sub(lambda m: m[0] if "\n" not in m[0] else "", text), re.MULTILINE
    )
    slugs = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
    return slugs | set(re.findall(r'<a id="([^"]+)">', text))


def broken(document: Path) -> Iterator[str]:
    """Relative links of one document that lead nowhere."""
    text = document.read_text(encoding="utf-8")
    for link in _LINK.findall(_CODE.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, section = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        if not target.exists():
            yield f"{link}: no such file"
        elif section and section not in anchors(target.read_text(encoding="utf-8")):
            yield f"{link}: no such section"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_resolve(document: Path):
    """Files and sections alike."""
    assert list(broken(document)) == []


def test_links_in_messages_and_settings_resolve():
    """What findings, errors, templates and pyproject.toml link to in this repository exists."""
    sources = [
        *(ROOT / "src" / "lineage").rglob("*.py"),
        *(ROOT / "src" / "lineage" / "data" / "init").iterdir(),
        ROOT / "pyproject.toml",
    ]
    found = {match for path in sources for match in _OURS.findall(path.read_text(encoding="utf-8"))}
    assert len(found) > 3
    for name, section in sorted(found):
        assert (ROOT / name).exists(), name
        assert not section or section in anchors((ROOT / name).read_text(encoding="utf-8")), (
            f"{name}#{section}"
        )


def test_every_page_can_be_reached_from_the_index():
    """A page that nothing links to is read by nobody."""
    todo, seen = [ROOT / "docs" / "index.md"], set()
    while todo:
        page = todo.pop()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        links = _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8")))
        todo += [
            (page.parent / link.partition("#")[0]).resolve()
            for link in links
            if ":" not in link and link.partition("#")[0]
        ]
    assert set((ROOT / "docs").rglob("*.md")) - seen == set()


def test_a_broken_link_is_seen(tmp_path: Path):
    """The checks above can fail."""
    page = tmp_path / "page.md"
    page.write_text(
        "# One two\n[a](#one-two) [b](#three) [c](away.md) `[d](code.md)`\n", encoding="utf-8"
    )
    assert list(broken(page)) == ["#three: no such section", "away.md: no such file"]
