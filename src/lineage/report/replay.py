"""What computing a filed pack again showed: as a document for programs, and as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lineage.core.codec import encode
from lineage.core.value import dataclass
from lineage.core.version import __version__
from lineage.core.word import Word
from lineage.report.drift import Drift, to_dict
from lineage.report.drift import as_text as drift_text
from lineage.report.printable import counted, printable

SCHEMA = "lineage-replay/1"
UNSIGNED = (
    "Nobody is shown to have signed this pack: its inputs (records, files, data, policy, clock) "
    "rest on the word of whoever made it."
)


class Outcome(Word):
    """What is shown of the documents of a pack."""

    EQUAL = "equal"
    """Every one is, byte for byte, what the inputs give."""
    DIFFERS = "differs"
    UNCLEAR = "unclear"
    """Another version of lineage comes to something else, or the inputs are doubtful."""


@dataclass(frozen=True)
class Difference:
    """One member that is not what the inputs give."""

    member: str
    what: str
    """Sentences about it."""


@dataclass(frozen=True)
class Replay:
    """One pack, computed again."""

    made_by: str
    """The version of lineage that made it."""
    judged_on: str
    fingerprint: str
    filed_verdict: str
    verdict: str
    """As computed now; empty where the inputs could not be run."""
    problems: tuple[str, ...] = ()
    """What is wrong with the pack as a whole, before anything is computed."""
    differences: tuple[Difference, ...] = ()
    doubts: tuple[str, ...] = ()
    """What speaks against the inputs themselves."""
    word: str = UNSIGNED
    """On whose word the inputs rest."""
    today: Drift | None = None
    """What today's data would change, where that was asked."""

    @property
    def outcome(self) -> Outcome:
        """In one word."""
        if self.problems or (self.differences and self.made_by == __version__):
            return Outcome.DIFFERS
        return Outcome.UNCLEAR if self.differences or self.doubts else Outcome.EQUAL

    def to_dict(self) -> dict[str, Any]:
        """The document of the schema `replay`."""
        return {
            "schema": SCHEMA,
            "tool": {"name": "lineage", "version": __version__},
            "outcome": str(self.outcome),
            "pack": {
                "fingerprint": self.fingerprint,
                "made_by": printable(self.made_by, 60),
                "judged_on": printable(self.judged_on, 60),
                "verdict": printable(self.filed_verdict, 60),
            },
            "verdict": self.verdict or None,
            "problems": list(self.problems),
            "differences": [encode(one) for one in self.differences],
            "doubts": list(self.doubts),
            "word": self.word,
            **({"today": to_dict(self.today)} if self.today else {}),
        }


def as_json(found: Replay) -> str:
    """The document as text."""
    return json.dumps(found.to_dict(), indent=2, ensure_ascii=False) + "\n"


def as_text(found: Replay) -> str:
    """For people."""
    return "".join(f"{line}\n" for line in _lines(found))


def _lines(found: Replay) -> Iterator[str]:
    yield _headline(found)
    yield from (f"  {problem}" for problem in found.problems)
    yield from (f"  {printable(one.member, 200)}: {one.what}" for one in found.differences)
    filed = printable(found.filed_verdict, 40) or "none"
    if found.verdict == found.filed_verdict:
        yield f"Verdict: {filed}, filed and computed."
    else:
        yield f"Verdict: filed {filed}; computed {found.verdict or 'none'}."
    made_by = printable(found.made_by, 40) or "an unknown version"
    yield f"Made by lineage {made_by}, judged on {printable(found.judged_on, 40)}."
    if found.differences and found.made_by != __version__:
        yield (
            f"This is lineage {__version__}, which may come to other documents. To tell: "
            f"pip install lineage-audit=={made_by}, and replay again."
        )
    if found.doubts:
        yield "Doubtful:"
        yield from (f"  {one}" for one in found.doubts)
    yield found.word
    yield f"sha256 {found.fingerprint}"
    if found.today is not None:
        yield ""
        yield from drift_text(found.today).splitlines()


def _headline(found: Replay) -> str:
    number = counted(len(found.differences) + len(found.problems), "place")
    if found.outcome is Outcome.DIFFERS:
        return f"DIFFERS: this pack is not what its inputs give, in {number}."
    if found.differences:
        return f"UNCLEAR: this version of lineage makes another pack of its inputs, in {number}."
    if found.doubts:
        return "UNCLEAR: every document is what the inputs give, and the inputs are doubtful."
    return "EQUAL: every document of this pack is byte for byte what its inputs give."
