"""What was read of the models of one report, and what was not."""

from __future__ import annotations

from lineage.core.claim import ObservationKind
from lineage.core.record import Status
from lineage.graph.graph import CARDS, Node
from lineage.report.document import TargetReport
from lineage.report.printable import counted, printable
from lineage.report.sentences.signing import signature_sentences

_READ_MODELS = 8
"""Models whose reading a report describes one by one."""
_NAMED_FILES = 3


def reading_sentences(target: TargetReport, most: int = _READ_MODELS) -> list[str]:
    """What was read, one sentence per model, the audited one first; beyond `most` they are
    counted. Then who signed what."""
    graph = target.graph
    # What was not read comes first after the audited model, so that the bound never hides it behind
    # what was.
    nodes = sorted(
        graph.nodes.values(),
        key=lambda node: (node.id != target.model, node.is_read, node.depth, node.id),
    )
    lines = [f"{printable(node.id, 120)}: {_reading(target, node)}." for node in nodes[:most]]
    rest = nodes[most:]
    if rest:
        unread = sum(not node.is_read for node in rest)
        what = f"{unread} of them not read" if unread else "each at least by its metadata"
        lines.append(f"{counted(len(rest), 'more model')}, {what}.")
    return lines + signature_sentences(target)


def _reading(target: TargetReport, node: Node) -> str:
    if not node.is_read:
        why = printable(node.reason or node.status, 200).rstrip(".")
        who = target.attributions.get(node.id)
        shown = who is not None and who.is_origin_cited
        cited = "; what its weights started from is shown by citation" if shown else ""
        return f"not read ({why}){cited}"
    if node.status is Status.LOCAL and not node.files:
        return "no file of it was read"
    others = [path for path in node.files if path.lower() not in CARDS]
    parts = [_CARD_READ[node.card]]
    if others:
        listed = node.record.files if node.record is not None else None
        among = f" (of {len(listed)} listed)" if listed else ""
        other = "other " if node.card == "read" else ""
        parts.append(f"{counted(len(others), f'{other}file')} read{among}")
    elif node.record is not None and node.record.files is None:
        parts.append("no list of its files")
    else:
        parts.append("no other file read")
    withheld = _WITHHELD.get(node.status) if node.is_withheld else None
    parts += [withheld] if withheld else []
    gaps = [
        f"{printable(seen.file, 80)} {_GAPS[seen.kind]}"
        for seen in node.observations
        if seen.is_gap
    ]
    gaps = list(dict.fromkeys(gaps))
    parts += gaps[:_NAMED_FILES]
    if len(gaps) > _NAMED_FILES:
        parts.append(f"{counted(len(gaps) - _NAMED_FILES, 'more file')} not read, or not whole")
    return "; ".join(parts)


_CARD_READ = {
    "read": "card read",
    "metadata": "card metadata read, not its text",
    "none": "it has no card",
    "not-read": "card not read",
}
_WITHHELD = {
    Status.GATED: "its files are behind an access agreement",
    Status.DISABLED: "its files were disabled by the Hub",
}
_GAPS = {
    ObservationKind.UNREADABLE: "could not be read",
    ObservationKind.UNREACHED: "could not be fetched this time",
    ObservationKind.TRUNCATED: "read in part",
}


def unread_models(target: TargetReport) -> list[Node]:
    """Models of which no more than the name is known, the audited one first."""
    nodes = (node for node in target.graph.nodes.values() if not node.is_read)
    return sorted(nodes, key=lambda node: (node.id != target.model, node.depth, node.id))


def unread_files(target: TargetReport) -> list[str]:
    """`model: file could not be read`, each file once."""
    return list(
        dict.fromkeys(
            f"{printable(node.id, 120)}: {printable(seen.file, 80)} {_GAPS[seen.kind]}"
            for node in target.graph.nodes.values()
            for seen in node.observations
            if seen.is_gap
        )
    )
