"""Compares two looks at the same models: what is new, gone, moved, and whose verdict got worse."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from lineage.core.record import Status
from lineage.index.drift import IndexChange, index_changes, index_info
from lineage.policy.finding import Verdict
from lineage.report.drift import OUT_OF_SIGHT, Change, Drift, Effect, Kind, Look
from lineage.report.printable import printable
from lineage.workflows.lock import is_another
from lineage.workflows.looks import Seen, SeenModel, SeenTarget

_LOST = frozenset({str(Status.NOT_FOUND), str(Status.DISABLED)})


def compared(before: Seen, after: Seen) -> Drift:
    """Everything that both tell and that differs."""
    pairs, gone, new = _paired(before, after)
    changes = [*_basis(before, after), *_laws(before, after)]
    for was, now in pairs:
        changes += _Pair(was, now).changes()
    changes += [_gone(one) for one in gone]
    changes += [_new(one) for one in new]
    return Drift(before.look, after.look, tuple(changes), tuple(_not_compared(before, after)))


MOST = 100_000
"""Changes of two indexes that are reported."""
_OF_INDEX = {
    "edge": (Kind.NEW_ANCESTOR, Kind.GONE_ANCESTOR),
    "model": (Kind.NEW_MODEL, Kind.GONE_MODEL),
}


def compared_indexes(before: Path, after: Path) -> Drift:
    """The same of two indexes, which know no verdicts. Raises DataError where one is none."""
    found = [_of_index(one) for one in islice(index_changes(before, after), MOST + 1)]
    left_out = (f"changes after the first {MOST:,}",) if len(found) > MOST else ()
    no_such = ("verdicts", "tests", "commits")
    return Drift(_look(before), _look(after), tuple(found[:MOST]), (*no_such, *left_out))


def _look(path: Path) -> Look:
    info = index_info(path)
    return Look(str(path), "index", info.as_of, info.models)


def _of_index(one: IndexChange) -> Change:
    before, after = printable(one.before, 200), printable(one.after, 200)
    if one.what in _OF_INDEX:
        is_new = not one.before
        kind = _OF_INDEX[one.what][0 if is_new else 1]
        fields = {
            Kind.NEW_ANCESTOR: f"Newly built on {after}.",
            Kind.GONE_ANCESTOR: f"No longer built on {before}.",
            Kind.NEW_MODEL: "It is new.",
            Kind.GONE_MODEL: "It is not there any more.",
        }
        return Change(one.model, kind, fields[kind], before=one.before, after=one.after)
    if one.what == "name":
        message = f"It was renamed: it is {after} now."
        return Change(one.model, Kind.RENAMED, message, before=one.before, after=one.after)
    message = _status("It", SeenModel(one.before), SeenModel(one.after))
    return Change(one.model, Kind.STATUS, message, before=one.before, after=one.after)


def _paired(
    before: Seen, after: Seen
) -> tuple[list[tuple[SeenTarget, SeenTarget]], list[SeenTarget], list[SeenTarget]]:
    """Each model with itself, under a new name too; then those that only one side has."""
    left = dict(after.targets)
    pairs, gone = [], []
    for name, was in before.targets.items():
        known = name if name in left else next((id_ for id_ in left if _is(was, left[id_])), None)
        if known is None:
            gone.append(was)
        else:
            pairs.append((was, left.pop(known)))
    return pairs, gone, list(left.values())


def _is(was: SeenTarget, now: SeenTarget) -> bool:
    """Whether this is the same model under another name."""
    own = now.nodes.get(now.model, SeenModel())
    return was.model in own.aliases or bool({*was.asked} & {*now.asked})


def _gone(one: SeenTarget) -> Change:
    message = f"It was {one.verdict} and is not there any more."
    return Change(one.model, Kind.GONE_MODEL, message, before=one.verdict)


def _new(one: SeenTarget) -> Change:
    message = f"It is new here: {one.verdict}."
    return Change(one.model, Kind.NEW_MODEL, message, after=one.verdict)


def _basis(before: Seen, after: Seen) -> Iterator[Change]:
    for name in before.basis:
        was, now = before.basis[name], after.basis.get(name)
        if now is not None and was != now:
            shown = f"{printable(was, 60)}, now {printable(now, 60)}"
            yield Change("", Kind.BASIS, f"{name}: {shown}.", before=was, after=now)


def _laws(before: Seen, after: Seen) -> Iterator[Change]:
    if before.laws is None or after.laws is None:
        return
    for name in sorted({*before.laws, *after.laws}):
        was, now = before.laws.get(name, ""), after.laws.get(name, "")
        if was != now:
            text = f"was {was or 'not in the policy'} and is {now or 'not in the policy'} now"
            message = f"The requirement {printable(name, 100)} {text}."
            yield Change("", Kind.LAW, message, before=was, after=now)


def _not_compared(before: Seen, after: Seen) -> Iterator[str]:
    seen = (before, after)
    each = [one for side in seen for one in side.targets.values()]
    if any(one.results is None for one in each):
        yield "single results of tests"
    if any(one.findings is None for one in each):
        yield "findings"
    if any(side.laws for side in seen) and any(side.laws is None for side in seen):
        yield "status of requirements"
    if _has_keys(before) != _has_keys(after):
        yield "the hub's own keys of repositories"


def _has_keys(side: Seen) -> bool:
    nodes = [node for target in side.targets.values() for node in target.nodes.values()]
    return not nodes or any(node.repo_key for node in nodes)


class _Pair:
    """One model before and after."""

    def __init__(self, was: SeenTarget, now: SeenTarget) -> None:
        self._was, self._now = was, now

    def changes(self) -> list[Change]:
        """The verdict first, then what may be behind it."""
        return [
            *self._verdict(),
            *self._names(),
            *self._nodes(),
            *self._parents(),
            *self._results(),
            *self._languages(),
            *self._findings(),
        ]

    def _of(self, kind: Kind, message: str, before: object = "", after: object = "") -> Change:
        return Change(
            self._now.model, kind, message, before=str(before or ""), after=str(after or "")
        )

    def _verdict(self) -> Iterator[Change]:
        was, now = self._was.verdict, self._now.verdict
        if was == now:
            return
        effect = Effect.BETTER
        if Verdict(now).rank > Verdict(was).rank:
            effect = Effect.OPEN if self._is_out_of_sight() else Effect.WORSE
        message = f"The verdict was {was} and is {now}."
        yield Change(self._now.model, Kind.VERDICT, message, effect, was, now)

    def _is_out_of_sight(self) -> bool:
        """Whether the worse verdict may be the network's: something was not established, or could
        not be read this time."""
        now = self._now
        unread = any(node.status in OUT_OF_SIGHT for node in now.nodes.values())
        is_open = now.verdict == str(Verdict.INCONCLUSIVE)
        return is_open or (unread and now.verdict != str(Verdict.FAIL))

    def _names(self) -> Iterator[Change]:
        was, now = self._was.model, self._now.model
        if was == now:
            return
        before, after = self._was.nodes[was].repo_key, self._now.nodes[now].repo_key
        if is_another(before, after):
            message = f"What led to {was} leads to another repository now: {now}."
            yield self._of(Kind.REUSED, printable(message, 600), before, after)
            return
        message = f"{printable(was, 200)} was renamed: it is {printable(now, 200)} now."
        yield self._of(Kind.RENAMED, message, was, now)

    def _nodes(self) -> Iterator[Change]:
        then, now = self._was.nodes, self._now.nodes
        moved = {alias: id_ for id_, node in now.items() for alias in node.aliases}
        renamed = {moved[name] for name in then if name not in now and name in moved}
        for name, was in sorted(then.items()):
            if name in now:
                yield from self._node(name, was, now[name])
            elif name == self._was.model:
                continue
            elif name in moved and is_another(was.repo_key, now[moved[name]].repo_key):
                message = f"Its ancestor {printable(name, 200)} leads to another repository now, "
                message += f"{printable(moved[name], 200)}."
                yield self._of(Kind.REUSED, message, was.repo_key, now[moved[name]].repo_key)
            elif name in moved:
                message = f"Its ancestor {printable(name, 200)} was renamed: it is "
                message += f"{printable(moved[name], 200)} now."
                yield self._of(Kind.RENAMED, message, name, moved[name])
            else:
                message = f"{printable(name, 200)} is no longer among its ancestors."
                yield self._of(Kind.GONE_ANCESTOR, message, name)
        for name in sorted({*now} - {*then} - renamed - {self._now.model}):
            message = f"{printable(name, 200)} is new among its ancestors."
            yield self._of(Kind.NEW_ANCESTOR, message, after=name)

    def _node(self, name: str, was: SeenModel, now: SeenModel) -> Iterator[Change]:
        shown = "It" if name == self._now.model else f"Its ancestor {printable(name, 200)}"
        if is_another(was.repo_key, now.repo_key):
            message = f"{shown} is another repository than the one that had this name."
            yield self._of(Kind.REUSED, message, was.repo_key, now.repo_key)
        if was.status and now.status and was.status != now.status:
            yield self._of(Kind.STATUS, _status(shown, was, now), was.status, now.status)
        elif was.revision and now.revision and was.revision != now.revision:
            message = f"{shown} moved from revision {_short(was)} to {_short(now)}."
            yield self._of(Kind.MOVED, message, was.revision, now.revision)

    def _parents(self) -> Iterator[Change]:
        """Relations between models that both looks have: others are reported with the model."""
        both = {*self._was.nodes} & {*self._now.nodes}
        for text in sorted(self._now.parents - self._was.parents):
            if _ends(text) <= both:
                message = f"New: {printable(text, 400)}."
                yield self._of(Kind.RELATION, message, after=text)
        for text in sorted(self._was.parents - self._now.parents):
            if _ends(text) <= both:
                message = f"No longer: {printable(text, 400)}."
                yield self._of(Kind.RELATION, message, text)

    def _results(self) -> Iterator[Change]:
        then, now = self._was.results, self._now.results
        if then is None or now is None:
            return
        for name in sorted({*now} - {*then}):
            message = f"New result: {printable(now[name], 300)} ({printable(name, 100)})."
            yield self._of(Kind.NEW_RESULT, message, after=name)
        for name in sorted({*then} - {*now}):
            message = f"No longer counted: {printable(then[name], 300)} ({printable(name, 100)})."
            yield self._of(Kind.GONE_RESULT, message, name)

    def _languages(self) -> Iterator[Change]:
        then, now = self._was.languages, self._now.languages
        for language in sorted({*then, *now}):
            was, is_ = then.get(language, ""), now.get(language, "")
            if was != is_:
                text = f"{was or 'nothing published'}, now {is_ or 'nothing published'}"
                message = f"What tests in {printable(language, 40)} add up to: {text}."
                yield self._of(Kind.TESTS, message, was, is_)

    def _findings(self) -> Iterator[Change]:
        then, now = self._was.findings, self._now.findings
        if then is None or now is None:
            return
        for rule, model in sorted({*then, *now}):
            was, is_ = then.get((rule, model), ""), now.get((rule, model), "")
            if was != is_:
                kind = Kind.LAW if "/" in rule else Kind.FINDING
                about = "" if model == self._now.model else f" about {printable(model, 200)}"
                text = f"{was or 'no finding'}, now {is_ or 'no finding'}"
                message = f"Rule {printable(rule, 100)}{about}: {text}."
                yield self._of(kind, message, was, is_)


def _status(shown: str, was: SeenModel, now: SeenModel) -> str:
    if now.status in _LOST:
        return f"{shown} vanished: it was {was.status} and is {now.status}."
    if now.status in OUT_OF_SIGHT:
        return f"{shown} could not be read this time: it was {was.status} and is {now.status}."
    return f"{shown} was {was.status} and is {now.status}."


def _ends(text: str) -> set[str]:
    child, _, rest = text.partition(" -> ")
    return {child, rest.rpartition(" (")[0]}


def _short(node: SeenModel) -> str:
    return printable(node.revision, 40)[:12]
