"""What a model is built on, in words: whose weights these are, who trained them further, who
taught them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from lineage.core.country import country
from lineage.core.elsewhere import is_elsewhere
from lineage.core.record import Status
from lineage.evidence.evidence import Attribution, Foundation
from lineage.report.document import TargetReport
from lineage.report.printable import printable
from lineage.report.sentences.certainty import established
from lineage.report.sentences.people import listed, made, maker, short_name


def built_on(target: TargetReport) -> str:
    """A few words for tables: `Llama-3.1-8B`, `itself` for a foundation, or a dash where nothing is
    established."""
    sure = established(target.graph, weights=True)
    names = [
        f"{short_name(one.model, one.attribution)}{'' if one.model in sure else ' (perhaps)'}"
        for one in target.origin.foundations
        if one.component is None and one.model != target.model
    ]
    if names:
        return listed(names, 2)
    own = target.attributions.get(target.model)
    return "itself" if own is not None and own.is_foundation else "–"


def countries(target: TargetReport) -> str:
    """`China, United States`: of everybody who made, trained or taught what is in it, with
    `unknown` where some of that is not established."""
    gaps = ["unknown"] if target.origin.unknown or not target.origin.jurisdictions else []
    return ", ".join([*map(country, target.origin.jurisdictions), *gaps])


def origin_sentence(target: TargetReport) -> str:
    """`Built on Meta's Llama-3.1-8B (United States) and trained further by DeepSeek (China) on
    answers of DeepSeek-R1.`; what could not be read says so."""
    node = target.graph.nodes[target.model]
    if node.status is Status.NOT_READ and is_elsewhere(target.model):
        return _elsewhere(target)
    if not node.status.has_statements:
        token = "" if is_elsewhere(target.model) else "; if it is private, set HF_TOKEN"
        advice = f" Check the spelling{token}." if node.status is Status.NOT_FOUND else ""
        return f"It could not be read: {printable(node.reason or node.status)}.{advice}"
    whole = [f for f in target.origin.foundations if f.component is None]
    if [f.model for f in whole] == [target.model]:
        text = _no_base(target)
    else:
        text = _built_on(target, whole)
    further = _further(target)
    if further:
        text = f"{text.rstrip('.')}{'; ' if text.endswith('.') else ' and '}{further}"
    text = f"{text.rstrip('.')}."
    parts = [f for f in target.origin.foundations if f.component is not None]
    if not parts:
        return text
    sure = established(target.graph, weights=True)
    return f"{text} It contains parts of {listed(_each(made, parts, sure))}."


def _built_on(target: TargetReport, whole: list[Foundation]) -> str:
    """`Built on …`; whose statement that is where the model itself was not read, and `perhaps` of
    what only a lead shows."""
    sure = established(target.graph, weights=True)
    is_read = target.graph.nodes[target.model].is_read
    if not any(one.model in sure for one in whole):
        lead = "Perhaps" if is_read else "Its card was not read; it is perhaps"
        return f"{lead} built on {listed(map(made, whole))}"
    lead = "Built on" if is_read else "Its card was not read; others state that it is built on"
    return f"{lead} {listed(_each(made, whole, sure))}"


def _each(
    words: Callable[[Foundation], str], ones: Iterable[Foundation], sure: set[str]
) -> Iterator[str]:
    """In words, with `perhaps` before those that only a lead shows."""
    return (f"{'' if one.model in sure else 'perhaps '}{words(one)}" for one in ones)


def _further(target: TargetReport) -> str:
    """Who trained it further, and on whose answers."""
    trainers = target.origin.trained_by
    sure = established(target.graph, weights=True)
    named = [one for one in trainers if one.attribution.developer is not None]
    known = list(_each(lambda one: maker(one.attribution), named, sure))
    unknown = len(trainers) - len(named)
    if unknown:
        known.append("an unknown developer" if unknown == 1 else "unknown developers")
    text = f"trained further by {listed(known)}" if known else ""
    teachers = target.origin.teachers
    if not teachers:
        return text
    sure = established(target.graph)
    doubtful = not any(one.model in sure for one in teachers)
    names = listed(
        _each(partial(_teacher, target), teachers, set(target.graph.nodes) if doubtful else sure)
    )
    perhaps = "perhaps " if doubtful else ""
    if not text:
        return f"{perhaps}trained on answers of {names}"
    if _taught_by_these(target):
        return f"{text}{', perhaps' if doubtful else ''} on answers of {names}"
    return f"{text}; on the way it was {perhaps}trained on answers of {names}"


def _taught_by_these(target: TargetReport) -> bool:
    """Whether it was the only trainer who used the answers of every teacher."""
    trained = {one.model for one in target.origin.trained_by}
    if len(trained) != 1:
        return False
    steps = target.graph.parents(*trained)
    used = {edge.parent for edge in steps if not edge.carries_weights}
    return all(one.model in used for one in target.origin.teachers)


def _teacher(target: TargetReport, one: Foundation) -> str:
    """A teacher; the country of a developer that was just named is not said again."""
    stated = {f.attribution.developer for f in target.origin.trained_by}
    who = one.attribution
    is_said = who.developer is not None and who.developer in stated
    return short_name(one.model, who) if is_said else made(one)


def _elsewhere(target: TargetReport) -> str:
    """What can be told of a name outside the Hub: whose it is, who serves it, what it stands
    for."""
    own, node = target.attributions[target.model], target.graph.nodes[target.model]
    who = "Its developer is unknown" if own.developer is None else f"Developed by {maker(own)}"
    text = f"This is {printable(node.reason.removeprefix('it is '))}. {who}."
    if own.operator is not None:
        home = country(own.operator.jurisdiction)
        text += f" Served by {printable(own.operator.name)} ({home})."
    meant = [printable(edge.parent) for edge in target.graph.parents(target.model)]
    if not meant:
        return text if own.is_foundation else f"{text} We cannot say what it is built on."
    stands = "It stands for" if len(meant) == 1 else "At different times or places it stood for"
    whole = [one for one in target.origin.foundations if one.component is None]
    return f"{text} {stands} {listed(meant, 3)}. That is built on {_all(whole)}."


def _all(foundations: list[Foundation]) -> str:
    return listed(map(made, foundations))


def _no_base(target: TargetReport) -> str:
    """Where nothing is underneath: what cited sources show, else what the card does not name, else
    that it was not read."""
    own: Attribution | None = target.attributions.get(target.model)
    node = target.graph.nodes[target.model]
    by = (
        f"Built by {maker(own)}"
        if own is not None and own.developer is not None
        else "Its developer is unknown"
    )
    if own is not None and own.is_foundation:
        return f"{by}; no base model of it is known."
    if not node.is_read:
        why = f" ({printable(node.reason, 200)})" if node.reason else ""
        return f"{by}; its card was not read{why}, so we cannot say what it is built on."
    if not node.is_card_read:
        return f"{by}; its model card was not read, so we cannot say what it is built on."
    if any(claim.child == target.model for claim in target.graph.unlinked):
        return f"{by}; what it names as its base could not be matched to a model."
    if node.card == "none":
        return f"{by}; it has no model card, and no base model was found."
    named = "its card names" if node.card == "read" else "the metadata of its card names"
    return f"{by}; {named} no base model."
