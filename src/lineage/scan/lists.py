"""Read plain lists of models: one name a line, as in `models.txt`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.core.elsewhere import at_address
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.addresses import addresses
from lineage.scan.names import Bare, judge, judged_use, named_elsewhere

_REMOTE = re.compile(r"https?://\S+")


def list_uses(text: str, file: str) -> Iterator[ModelUse]:
    """A use per line, where at least six lines in ten are model
    names: anything else is not a list of models."""
    found: list[ModelUse] = []
    lines = 0
    for number, line in enumerate(text.splitlines(), 1):
        name = re.split(r"\s+#|[,\t]", line, maxsplit=1)[0].strip().strip("\"'").removeprefix("- ")
        if not name or name.startswith("#"):
            continue
        lines += 1
        judged = judge(name, Bare.IGNORED)
        if judged is not None and judged.kind is UseKind.HUB:
            found.append(
                ModelUse(
                    file,
                    number,
                    line.index(name) + 1,
                    judged.kind,
                    judged.model,
                    "list of models",
                    Certainty.LIKELY,
                    judged.revision,
                )
            )
    if lines and len(found) >= 0.6 * lines:
        yield from found


def package_uses(text: str, file: str) -> Iterator[ModelUse]:
    """Models that are installed as packages or checked out as submodules: addresses on the Hub
    in requirements and `.gitmodules`."""
    is_remotes = file.rpartition("/")[2].lower() == ".gitmodules"
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith(("#", ";")):
            continue
        remote = _REMOTE.search(line) if is_remotes else None
        elsewhere = at_address(remote.group()) if remote else None
        if remote and elsewhere is not None:
            place = (file, number, remote.start() + 1)
            yield judged_use(named_elsewhere(elsewhere), place, "git submodule", Certainty.CERTAIN)
        for found in addresses(line):
            if found.is_fetch or is_remotes:
                via = "git submodule" if is_remotes else "requirement"
                place = (file, number, found.start + 1)
                yield judged_use(found.judged, place, via, Certainty.CERTAIN)
