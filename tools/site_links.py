"""A hook of mkdocs: links out of docs/ lead to the repository, which the site does not hold."""

from __future__ import annotations

import posixpath
import re
from typing import Any

REPOSITORY = "https://github.com/lineage-audit/lineage/blob/main/"
_LINK = re.compile(r"(?<!!)(\[[^\]]*\]\()([^)\s:#]+)((?:#[^)\s]*)?\))")


def outward(markdown: str, page: str) -> str:
    """The text of `page`, a path below docs/, with every relative link that leaves docs/ made
    absolute."""

    def changed(match: re.Match[str]) -> str:
        before, target, after = match.groups()
        path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page), target))
        if path.startswith("docs/"):
            return match[0]
        return f"{before}{REPOSITORY}{path}{after}"

    return _LINK.sub(changed, markdown)


def on_page_markdown(markdown: str, *, page: Any, **_: object) -> str:
    """Called by mkdocs for each page."""
    return outward(markdown, page.file.src_uri)
