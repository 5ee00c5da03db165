"""The plain sentences about one audited model, the same in every format. They say what was found,
and of which model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.core.claim import ObservationKind
from lineage.core.elsewhere import is_elsewhere
from lineage.core.record import Status
from lineage.evidence.evidence import (
    Applicability,
    Attribution,
    Exposure,
    ExposureState,
    Foundation,
    Outcome,
    ResultHit,
    State,
    TestResult,
)
from lineage.evidence.tested import reported_sentence, tested_sentence
from lineage.graph.graph import CARDS, Node
from lineage.policy.finding import Finding, Level
from lineage.policy.judge import Open
from lineage.report.document import TargetReport
from lineage.report.printable import counted, printable

OUTCOMES = {
    Outcome.CENSORS: "censorship found",
    Outcome.PARTIALLY_CENSORS: "partial censorship found",
    Outcome.DOES_NOT_CENSOR: "no censorship found",
    Outcome.MIXED: "mixed findings",
}
FORMER_STATES = {
    ExposureState.TESTED_CENSORS: "tested: censorship found",
    ExposureState.TESTED_MIXED: "tested: in part, or mixed findings",
    ExposureState.TESTED_CLEAR: "tested: like the comparison models",
    ExposureState.INHERITED_CENSORS: "not tested itself; censorship found in what it is built on",
    ExposureState.INHERITED_MIXED: (
        "not tested itself; in part, or mixed findings in what it is built on"
    ),
    ExposureState.INHERITED_CLEAR: "not tested itself; nothing found in what it is built on",
    ExposureState.UNTESTED: "no test that could decide; untested is not cleared",
    ExposureState.UNKNOWN: "not known: its lineage could not be followed to the end",
}
"""The plain words of the former states, which counts over many models still use."""
STANDINGS = {
    State.CENSORS: "tested: it censors",
    State.PARTLY: "tested: well below comparison models in one test",
    State.MIXED: "tested: mixed",
    State.CLEAR: "tested: like the comparison models in English and Chinese",
    State.THIN: "no test that could decide; only reports",
    State.UNTESTED: "no published test (that does not clear it)",
    State.UNKNOWN: "not known until the missing ancestors are read",
}
IN_LANGUAGE = {
    State.CENSORS: "it censors",
    State.PARTLY: "well below comparison models",
    State.MIXED: "undecided",
    State.CLEAR: "like the comparison models",
    State.THIN: "only reports",
}
_POOLED = frozenset({"en+zh", "multilingual", "unknown"})
"""Labels of results that tell no language apart; named in the headline only where no other is."""


def developer(who: Attribution) -> str:
    """`Meta, US`, or what is not established."""
    if who.developer is None:
        return "developer unknown"
    return f"{who.developer.name}, {who.jurisdiction or 'jurisdiction not established'}"


def headline(target: TargetReport) -> str:
    """One or two sentences: what is underneath, and what tests say of it."""
    return " ".join(part for part in (origin_sentence(target), exposure_sentence(target)) if part)


def origin_sentence(target: TargetReport) -> str:
    """Whose weights these are, who trained them on the way, who taught them."""
    own = target.attributions.get(target.model)
    node = target.graph.nodes[target.model]
    if node.status is Status.NOT_READ:
        return _not_read(target)
    if not node.status.is_known:
        advice = (
            " Check the spelling; if it is private, set HF_TOKEN."
            if node.status is Status.NOT_FOUND
            else ""
        )
        return (
            f"{printable(target.model)} could not be read: "
            f"{printable(node.reason or node.status)}.{advice}"
        )
    whole = [f for f in target.origin.foundations if f.component is None]
    if [f.model for f in whole] == [target.model]:
        text = _no_base(target, own)
    else:
        text = f"It descends from {_named(whole)}{_through(whole)}."
    parts = [f for f in target.origin.foundations if f.component is not None]
    if parts:
        text += f" It contains parts of {_named(parts)}."
    if target.origin.trained_by:
        text += f" Trained on the way by {_trainers(target)}."
    if target.origin.teachers:
        text += f" Distilled from outputs of {_named(target.origin.teachers)}."
    return text


def _not_read(target: TargetReport) -> str:
    """What can be stated of a model whose card was not read: what others state, named as such."""
    model, node = printable(target.model), target.graph.nodes[target.model]
    if is_elsewhere(target.model):
        return _elsewhere(target)
    text = f"The model card of {model} was not read ({printable(node.reason)}),"
    others = [f for f in target.origin.foundations if f.model != target.model]
    if not others:
        return f"{text} so we cannot say what it is built on."
    return (
        f"{text} so its own statements are missing. Others state that it is built on "
        f"{_named(others)}."
    )


def _elsewhere(target: TargetReport) -> str:
    """What can be told of a name outside the Hub: whose it is, who serves it, what it stands
    for."""
    own, node = target.attributions[target.model], target.graph.nodes[target.model]
    who = "Its developer is unknown" if own.developer is None else f"Developed by {developer(own)}"
    text = f"{printable(target.model)} is {printable(node.reason.removeprefix('it is '))}. {who}."
    if own.operator is not None:
        home = own.operator.jurisdiction or "home not established"
        text += f" Served by {printable(own.operator.name)}, {home}."
    meant = [printable(edge.parent) for edge in target.graph.parents(target.model)]
    if not meant:
        return text if own.is_foundation else f"{text} We cannot say what it is built on."
    listed = ", ".join(meant[:3]) + (f" and {len(meant) - 3} more" if len(meant) > 3 else "")
    stands = "It stands for" if len(meant) == 1 else "At different times or places it stood for"
    whole = [one for one in target.origin.foundations if one.component is None]
    return f"{text} {stands} {listed}. That is built on {_named(whole)}."


def _no_base(target: TargetReport, own: Attribution | None) -> str:
    """Where nothing is underneath: what cited sources show, else what the card does not name, else
    that it was not read."""
    node = target.graph.nodes[target.model]
    by = (
        f"Built by {developer(own)}"
        if own is not None and own.developer is not None
        else "Its developer is unknown"
    )
    if own is not None and own.is_foundation:
        return f"{by}; no base model of it is known."
    if not node.is_card_read:
        return f"{by}; its model card was not read, so we cannot say what it is built on."
    if any(claim.child == target.model for claim in target.graph.unlinked):
        return f"{by}; what it names as its base could not be matched to a model."
    if node.card == "none":
        return f"{by}; it has no model card, and no base model was found."
    named = "its card names" if node.card == "read" else "the metadata of its card names"
    return f"{by}; {named} no base model."


_READ_MODELS = 8
"""Models whose reading a report describes one by one."""
_NAMED_FILES = 3


def reading_sentences(target: TargetReport, most: int = _READ_MODELS) -> list[str]:
    """What was read, one sentence per model, the audited one first; beyond `most` they are
    counted."""
    graph = target.graph
    # What was not read comes first after the audited model, so that the bound never hides it behind
    # what was.
    nodes = sorted(
        graph.nodes.values(),
        key=lambda node: (node.id != target.model, node.is_read, node.depth, node.id),
    )
    told = [f"{printable(node.id, 120)}: {_reading(target, node)}." for node in nodes[:most]]
    rest = nodes[most:]
    if rest:
        unread = sum(not node.is_read for node in rest)
        what = f"{unread} of them not read" if unread else "each at least by its metadata"
        told.append(f"{counted(len(rest), 'more model')}, {what}.")
    return told


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
    withheld = _WITHHELD.get(node.status)
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


def closing(target: TargetReport, finding: Finding) -> str:
    """What would answer the open point behind a finding, as one sentence; empty where none is
    behind it."""
    return next((one.point.closes for one in target.open if _reports(finding, one)), "")


def _reports(finding: Finding, one: Open) -> bool:
    point = one.point
    return (finding.rule, finding.model, finding.path) == (
        one.rule,
        point.model,
        point.path,
    ) and finding.message.startswith(point.message)


def inconclusive_sentences(target: TargetReport, most: int = 3) -> str:
    """What is missing for a verdict, and what would close it."""
    deciding = [f for f in target.findings if f.waived is None and f.decides_unknown]
    told = []
    for finding in deciding[:most]:
        closes = closing(target, finding)
        told.append(
            "Inconclusive: "
            f"{finding.message}{f' To close it: {_lowered(closes)}' if closes else ''}"
        )
    if len(deciding) > most:
        told.append(f"Beside it, {counted(len(deciding) - most, 'open point')}; see the findings.")
    return " ".join(told)


def _lowered(sentence: str) -> str:
    return f"{sentence[:1].lower()}{sentence[1:]}"


def minor_open_sentence(target: TargetReport) -> str:
    """How many points are open behind findings at `info`, which short reports leave out; empty
    where there is none."""
    quiet = [f for f in target.findings if f.level is Level.INFO and f.waived is None]
    minor = sum(
        one.point.is_news and any(_reports(finding, one) for finding in quiet)
        for one in target.open
        if one.level.rank > Level.REVIEW.rank
    )
    if not minor:
        return ""
    what = "1 more point is" if minor == 1 else f"{minor} more points are"
    return f"{what} open that no rule at review or above asks about"


def _through(whole: list[Foundation]) -> str:
    """The models on the way to a single foundation, where they are few enough for a sentence."""
    between = whole[0].path[1:-1] if len(whole) == 1 else ()
    return (
        f" through {' and '.join(printable(model, 120) for model in between)}"
        if 0 < len(between) <= 2
        else ""
    )


def _named(foundations: Iterable[Foundation], most: int = 4) -> str:
    names = [f"{printable(f.model, 120)} ({developer(f.attribution)})" for f in foundations]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _trainers(target: TargetReport, most: int = 4) -> str:
    """`DeepSeek, CN (deepseek-ai/DeepSeek-R1-Distill-Llama-8B)`: developers train, models do
    not."""
    by: dict[str, list[str]] = {}
    for one in target.origin.trained_by:
        name = "this model itself" if one.model == target.model else printable(one.model, 120)
        by.setdefault(developer(one.attribution), []).append(name)
    told = [
        f"{who} ({', '.join(models[:most])}{' …' if len(models) > most else ''})"
        for who, models in by.items()
    ]
    return ", ".join(told[:most]) + (f" and {len(told) - most} more" if len(told) > most else "")


def standing_words(exposure: Exposure) -> str:
    """A few words for tables: the model's own standing, else that of what it is built on."""
    own, ancestors = exposure.own, exposure.ancestors
    if own.state.is_measured or not ancestors or ancestors[0].standing.state is State.MIXED:
        return STANDINGS[own.state]
    whom = (
        "a teacher of it"
        if ancestors[0].applicability is Applicability.TEACHER
        else "a model it is built on"
    )
    found = (
        "censors in tests"
        if ancestors[0].standing.state is State.CENSORS
        else "is well below others in one test"
    )
    return f"no test of its own that could decide; {whom} {found}"


def exposure_sentence(target: TargetReport) -> str:
    """What published tests found in which language, and in which model."""
    exposure = target.exposure
    told = [_own_sentences(target), *_ancestor_sentences(target)]
    if exposure.removal_claimed:
        told.append(_removal_sentence(target))
    return " ".join(sentence for sentence in told if sentence)


_LEADS = {
    State.CENSORS: "Published tests found that this model censors.",
    State.PARTLY: "One published test found this model well below its comparison models.",
    State.MIXED: "Published tests of this model are mixed.",
    State.CLEAR: (
        "In published tests this model answered like the comparison models in English and Chinese."
    ),
    State.THIN: "No test of this model that could decide is known.",
    State.UNTESTED: "No published test of this model. (That does not clear it.)",
    State.UNKNOWN: "We cannot say what tests imply until the missing ancestors are read.",
}


def _own_sentences(target: TargetReport) -> str:
    own = target.exposure.own
    counted = [hit for hit in target.exposure.hits if hit.counts and hit.applicability in _ITSELF]
    lead = _LEADS[own.state]
    if own.state is State.PARTLY and all(hit.kind == "probe" for hit in counted):
        lead = "A run of lineage probe found that this model holds back what it answers elsewhere."
    told = [lead.replace("this model", _tested_name(counted))]
    if own.state.is_measured:
        ordered = sorted(counted, key=lambda hit: language_rank(hit.result.language))
        told += [f"{printable(tested_sentence(hit), 400)}." for hit in ordered[:2]]
    elif own.state is State.THIN:
        reports = [
            hit for hit in target.exposure.hits if hit.applicability in _ITSELF and not hit.counts
        ]
        first = sorted(
            reports,
            key=lambda hit: (
                hit.beside is None,
                hit.result.id not in own.adverse,
                language_rank(hit.result.language),
            ),
        )
        told.append(
            "Also reported: "
            f"{'; '.join(printable(reported_sentence(hit, 'it'), 300) for hit in first[:2])}."
        )
    return " ".join(told)


def _tested_name(counted: Iterable[ResultHit]) -> str:
    """`this model`, or the one that it is a copy or a quantization of where only that was
    tested."""
    nearest = min(
        counted, key=lambda hit: list(Applicability).index(hit.applicability), default=None
    )
    if nearest is None or nearest.applicability is Applicability.DIRECT:
        return "this model"
    way = (
        "was quantized from" if nearest.applicability is Applicability.QUANTIZED else "is a copy of"
    )
    return f"{printable(nearest.path[-1], 120)}, which this model {way},"


def _ancestor_sentences(target: TargetReport, most: int = 2) -> Iterator[str]:
    """The worst of the tested ancestors and teachers, each with the language that says most."""
    bearing = [one for one in target.exposure.ancestors if one.standing.state is not State.MIXED]
    for one in bearing[:most]:
        name = printable(one.model, 120)
        way = (
            "was a teacher of it"
            if one.applicability is Applicability.TEACHER
            else "it is built on"
        )
        lead = f"{name} {way}" if way.startswith("was") else f"{name}, which {way},"
        joint = "and " if way.startswith("was") else ""
        found = (
            "censors in published tests"
            if one.standing.state is State.CENSORS
            else "was well below others in one published test"
        )
        hits = [hit for hit in target.exposure.hits if hit.result.id in one.standing.adverse]
        figures = "; ".join(
            printable(tested_sentence(hit, itself=False), 400) for hit in _ranked(hits)[:2]
        )
        yield f"{lead} {joint}{found}{f': {figures[0].lower()}{figures[1:]}' if figures else ''}."
    if len(bearing) > most:
        yield f"So were {len(bearing) - most} more."


def _ranked(hits: Iterable[ResultHit]) -> list[ResultHit]:
    return sorted(hits, key=lambda hit: language_rank(hit.result.language))


def _removal_sentence(target: TargetReport) -> str:
    """Whose claim it is, where the evidence names a model."""
    named = target.exposure.removal_evidence.partition(": ")[0]
    who = (
        printable(named, 120)
        if named in target.graph.nodes and named != target.model
        else "Its card or name"
    )
    tested = target.exposure.own.state.is_measured
    return f"{who} says that refusals were removed{'' if tested else '; a claim is not a test'}."


_ITSELF = frozenset({Applicability.DIRECT, Applicability.SAME_WEIGHTS, Applicability.QUANTIZED})


def language_rank(code: str) -> tuple[int, str]:
    """English and Chinese first, then the others; pooled labels last."""
    return (
        {"en": 0, "zh": 1, "zh-Hans": 1, "zh-Hant": 2}.get(code, 9 if code in _POOLED else 5),
        code,
    )


def tested_model(hit: ResultHit) -> str:
    """Which model the test was about, from the audited model's side."""
    return (
        "this model"
        if hit.applicability is Applicability.DIRECT
        else printable(hit.result.model or hit.result.model_as_named, 120)
    )


def result_words(result: TestResult) -> str:
    """Suite, figure and outcome: `SpeechMap …: 40% of 50 (complete response rate), control 100%,
    censorship found`."""
    return f"{printable(result.suite, 90)}: " + ", ".join(
        part for part in (figure(result), OUTCOMES[result.outcome]) if part
    )


def figure(result: TestResult) -> str:
    """The value with its n, metric and own control; empty where the source gives no number."""
    if result.value is None:
        return ""
    unit = _unit(result)
    control = (
        f", {result.control_value:g}{unit} on its own control questions"
        if result.control_value is not None
        else ""
    )
    return f"{value_words(result)} ({printable(result.metric.replace('_', ' '), 40)}){control}"


def value_words(result: TestResult) -> str:
    """`40% of 50`; only for results that have a value."""
    about = "about " if (result.unit or "").endswith("(about)") else ""
    return f"{about}{result.value:g}{_unit(result)}{f' of {result.n}' if result.n else ''}"


def _unit(result: TestResult) -> str:
    unit = (result.unit or "").removesuffix("(about)").rstrip()
    return "%" if unit == "percent" else f" {printable(unit, 30)}".rstrip()
