"""The licences along a lineage as one table, the same in every format: each licence with the models
that declare it and what its text says."""

from __future__ import annotations

from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.evidence.licences import LicenceText
from lineage.report.document import TargetReport
from lineage.report.printable import printable
from lineage.report.sentences.people import listed


class Known(Word):
    """What is known of a row's licence."""

    TEXT = "text"
    """What its text says."""
    NAME = "name"
    """Its name alone: what the text says is unknown."""
    NOT_DECLARED = "not-declared"
    """The card was read and declares none."""
    NOT_READ = "not-read"


@dataclass(frozen=True)
class Row:
    """One licence, or what is known of models without one."""

    known: Known
    models: tuple[str, ...]
    """The audited model first, then the nearest."""
    word: str = ""
    """As declared, in lower case."""
    text: LicenceText | None = None

    @property
    def title(self) -> str:
        """Who declares what, as one sentence without its full stop."""
        models = listed([printable(one, 120) for one in self.models], 6)
        declare = "declares" if len(self.models) == 1 else "declare"
        word = printable(self.word, 120)
        if self.known is Known.NOT_READ:
            return f"The licence of {models} is unknown: the card was not read"
        if self.known is Known.NOT_DECLARED:
            return f"{models} {declare} no licence"
        if self.text is None:
            return f"{models} {declare} {word}; what its text says is unknown here"
        return f"{models} {declare} {word} ({self.text.name})"


def rows(target: TargetReport) -> tuple[Row, ...]:
    """In the order of the nearest model that declares each; models without a licence last. Empty
    where no card was looked at for licences."""
    if not target.licences:
        return ()
    nodes = sorted(target.graph.nodes.values(), key=lambda node: (node.depth, node.id))
    models: dict[str, list[str]] = {}
    texts: dict[str, LicenceText | None] = {}
    for node in nodes:
        for one in target.licences.get(node.id, ()):
            models.setdefault(one.word, []).append(node.id)
            texts[one.word] = one.text
    found = [
        Row(Known.TEXT if texts[word] else Known.NAME, tuple(names), word, texts[word])
        for word, names in models.items()
    ]
    without = [node.id for node in nodes if not target.licences.get(node.id)]
    read = {node.id for node in nodes if node.is_card_read}
    for known, names in (
        (Known.NOT_DECLARED, [one for one in without if one in read]),
        (Known.NOT_READ, [one for one in without if one not in read]),
    ):
        if names:
            found.append(Row(known, tuple(names)))
    return tuple(found)
