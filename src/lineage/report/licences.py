"""Licences as cards declare them, with their SPDX identifiers where the Hub's word means exactly
one."""

from __future__ import annotations

import re

from lineage.core.value import dataclass
from lineage.graph.graph import Node
from lineage.report.printable import printable
from lineage.report.web import web_url

# The Hub's licence keywords (huggingface.co/docs/hub/repositories-licenses) are SPDX identifiers in
# lower case, where SPDX has one.
_SPDX = (
    "AFL-3.0 AGPL-3.0 Apache-2.0 Artistic-2.0 BSD-2-Clause BSD-3-Clause "
    "BSD-3-Clause-Clear BSL-1.0 C-UDA-1.0 CC-BY-2.0 CC-BY-2.5 "
    "CC-BY-3.0 CC-BY-4.0 CC-BY-NC-2.0 CC-BY-NC-3.0 CC-BY-NC-4.0 CC-BY-NC-ND-3.0 "
    "CC-BY-NC-ND-4.0 CC-BY-NC-SA-2.0 CC-BY-NC-SA-3.0 "
    "CC-BY-NC-SA-4.0 CC-BY-ND-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC0-1.0 "
    "CDLA-Permissive-1.0 CDLA-Permissive-2.0 CDLA-Sharing-1.0 "
    "ECL-2.0 EPL-1.0 EPL-2.0 etalab-2.0 EUPL-1.1 EUPL-1.2 GPL-2.0 GPL-3.0 ISC LGPL-2.1 "
    "LGPL-3.0 LPPL-1.3c MIT MPL-2.0 MS-PL NCSA "
    "OFL-1.1 OSL-3.0 PostgreSQL Unlicense WTFPL Zlib"
)
_BY_KEYWORD = {one.lower(): one for one in _SPDX.split()} | {
    "odc-by": "ODC-By-1.0",
    "pddl": "PDDL-1.0",
    "c-uda": "C-UDA-1.0",
}
_UNSAID = frozenset({"other", "unknown", "none", ""})
_NOT_IDSTRING = re.compile(r"[^A-Za-z0-9.-]+")


@dataclass(frozen=True)
class Licence:
    """One licence that a card declares."""

    name: str
    """As declared, safe to print."""
    spdx: str | None
    """Identifier of the SPDX list; None where the Hub's word is on no such list."""
    url: str | None = None

    @property
    def expression(self) -> str:
        """An SPDX expression; what the list does not know becomes a `LicenseRef-`."""
        return (
            self.spdx
            or f"LicenseRef-{_NOT_IDSTRING.sub('-', self.name)[:100].strip('-.') or 'unnamed'}"
        )


def licences(node: Node) -> tuple[Licence, ...]:
    """Those of the card, in its order, without repeats; empty where nothing is known."""
    if node.record is None:
        return ()
    card = node.record.card
    declared = card.get("license")
    words = [
        one
        for one in (declared if isinstance(declared, list) else [declared])
        if isinstance(one, str)
    ][:20]
    tagged = [tag.partition(":")[2] for tag in node.record.tags if tag.startswith("license:")]
    named, link = card.get("license_name"), web_url(card.get("license_link"))
    found = [_licence(word, named, link) for word in words or tagged]
    return tuple(dict.fromkeys(one for one in found if one))


def _licence(word: str, named: object, link: str | None) -> Licence | None:
    key = word.strip().lower()
    if key in _UNSAID:
        return (
            Licence(printable(named, 200), None, link)
            if isinstance(named, str) and named.strip()
            else None
        )
    spdx = _BY_KEYWORD.get(key)
    return Licence(printable(word.strip(), 200), spdx, None if spdx else link)
