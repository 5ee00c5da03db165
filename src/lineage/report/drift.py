"""What changed between two looks at the same models: as text, Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lineage.core.codec import encode
from lineage.core.record import Status
from lineage.core.value import dataclass
from lineage.core.version import __version__
from lineage.core.word import Word
from lineage.report.printable import counted, printable

SCHEMA = "lineage-drift/1"
_MOST_LINES = 200
"""Changes of one model that text and Markdown show; JSON has them all."""


OUT_OF_SIGHT = frozenset({str(Status.UNREACHABLE), str(Status.NOT_READ)})
"""What these hide may be unchanged."""


class Kind(Word):
    """What changed."""

    VERDICT = "verdict"
    NEW_MODEL = "new-model"
    GONE_MODEL = "gone-model"
    NEW_ANCESTOR = "new-ancestor"
    GONE_ANCESTOR = "gone-ancestor"
    RELATION = "relation"
    """How a model is said to stem from another."""
    RENAMED = "renamed"
    REUSED = "reused"
    """Another repository lies under the name."""
    MOVED = "moved"
    """Another commit."""
    STATUS = "status"
    """How far it could be read: vanished, gated, read again."""
    NEW_RESULT = "new-result"
    GONE_RESULT = "gone-result"
    TESTS = "tests"
    """What the results add up to, in one language."""
    LAW = "law"
    """The status of a requirement, or what it matches."""
    FINDING = "finding"
    BASIS = "basis"
    """Tool, policy or curated data: what the two looks went by."""


class Effect(Word):
    """What it does to the verdict, as far as the change itself tells."""

    WORSE = "worse"
    OPEN = "open"
    """It cannot be established now."""
    BETTER = "better"
    NONE = "none"


@dataclass(frozen=True)
class Change:
    """One difference. Nothing but a verdict is worse or better: the verdict weighs the rest."""

    model: str
    """Empty for the looks as a whole."""
    kind: Kind
    message: str
    effect: Effect = Effect.NONE
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Look:
    """One side of the comparison."""

    name: str
    """The file, or `now`."""
    form: str
    """`report`, `pack`, `lock` or `index`."""
    made: str = ""
    """When, where it says so."""
    models: int = 0


@dataclass(frozen=True)
class Drift:
    """Everything that differs, model by model."""

    before: Look
    after: Look
    changes: tuple[Change, ...]
    not_compared: tuple[str, ...] = ()
    """Kinds of facts that one of the two does not hold."""

    @property
    def is_worse(self) -> bool:
        """Whether some verdict got worse."""
        return any(one.effect is Effect.WORSE for one in self.changes)

    @property
    def is_open(self) -> bool:
        """Whether some verdict that was established is not now."""
        return any(one.effect is Effect.OPEN for one in self.changes)

    @property
    def saw_all(self) -> bool:
        """Whether nothing that was read before is out of sight now."""
        lost = (
            one for one in self.changes if one.kind is Kind.STATUS and one.after in OUT_OF_SIGHT
        )
        return not self.is_open and not any(lost)


def as_json(drift: Drift) -> str:
    """The document as text."""
    return json.dumps(to_dict(drift), indent=2, ensure_ascii=False) + "\n"


def to_dict(drift: Drift) -> dict[str, Any]:
    """The document of the schema `drift`."""
    counts = {str(kind): 0 for kind in Kind}
    for one in drift.changes:
        counts[str(one.kind)] += 1
    return {
        "schema": SCHEMA,
        "tool": {"name": "lineage", "version": __version__},
        "before": _look(drift.before),
        "after": _look(drift.after),
        "worse": drift.is_worse,
        "open": drift.is_open,
        "summary": {"changes": len(drift.changes)} | {k: n for k, n in counts.items() if n},
        "changes": [_change(one) for one in drift.changes],
        "not_compared": list(drift.not_compared),
    }


def _look(look: Look) -> dict[str, Any]:
    shown = encode(look) | {"models": look.models, "made": look.made or None}
    return {key: printable(value, 300) if key == "name" else value for key, value in shown.items()}


def _change(one: Change) -> dict[str, Any]:
    return {
        "model": printable(one.model, 200) or None,
        "kind": str(one.kind),
        "effect": str(one.effect),
        "message": one.message,
        "before": printable(one.before, 300) or None,
        "after": printable(one.after, 300) or None,
    }


def as_text(drift: Drift) -> str:
    """For a terminal and a mail."""
    lines = [headline(drift), _between(drift)]
    for model, changes in by_model(drift.changes):
        lines += ["", printable(model, 200) or "Both looks"]
        lines += [f"  {_MARKS[one.effect]} {one.message}" for one in changes[:_MOST_LINES]]
        lines += _more(changes, "  ")
    if drift.not_compared:
        lines += ["", f"Not compared, because one of the two has none: {_listed(drift)}."]
    return "\n".join(lines) + "\n"


def as_markdown(drift: Drift) -> str:
    """For an issue or a pull request."""
    lines = [f"**{_escaped(headline(drift))}**", "", _escaped(_between(drift))]
    for model, changes in by_model(drift.changes):
        lines += ["", f"### {_escaped(printable(model, 200) or 'Both looks')}", ""]
        lines += [f"- {_bold(one)}" for one in changes[:_MOST_LINES]]
        lines += _more(changes, "- ")
    if drift.not_compared:
        text = f"Not compared, because one of the two has none: {_listed(drift)}."
        lines += ["", _escaped(text)]
    return "\n".join(lines) + "\n"


FORMATS: dict[str, Callable[[Drift], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
}
_MARKS = {Effect.WORSE: "!", Effect.OPEN: "?", Effect.BETTER: "+", Effect.NONE: "-"}


def headline(drift: Drift) -> str:
    """One word, a colon, and what it comes to."""
    if drift.is_worse:
        worse = {one.model for one in drift.changes if one.effect is Effect.WORSE}
        return f"WORSE: the verdict of {counted(len(worse), 'model')} got worse."
    if drift.is_open:
        lost = {one.model for one in drift.changes if one.effect is Effect.OPEN}
        return f"OPEN: the verdict of {counted(len(lost), 'model')} cannot be established now."
    if drift.changes:
        return f"CHANGED: {counted(len(drift.changes), 'change')}, and no verdict got worse."
    return "SAME: nothing that both of them tell differs."


def _between(drift: Drift) -> str:
    return f"From {_shown(drift.before)} to {_shown(drift.after)}."


def _shown(look: Look) -> str:
    made = f" of {printable(look.made, 40)}" if look.made else ""
    models = counted(look.models, "model")
    return f"{printable(look.name, 200)} ({look.form}{made}, {models})"


def by_model(changes: Iterable[Change]) -> Iterator[tuple[str, list[Change]]]:
    """The changes of each model; those of the looks as a whole under an empty name."""
    found: dict[str, list[Change]] = {}
    for one in changes:
        found.setdefault(one.model, []).append(one)
    yield from found.items()


def _more(changes: list[Change], before: str) -> list[str]:
    rest = len(changes) - _MOST_LINES
    return [f"{before}and {rest} more (-f json has all)"] if rest > 0 else []


def _listed(drift: Drift) -> str:
    return ", ".join(drift.not_compared)


def _bold(one: Change) -> str:
    text = _escaped(one.message)
    return f"**{text}**" if one.effect in (Effect.WORSE, Effect.OPEN) else text


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|~@" else sign for sign in text)
