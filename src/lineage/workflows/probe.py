"""Probes a model from first to last: the endpoint, the journal, the questions, the decision, one
result file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from lineage.core import clock
from lineage.core.errors import UsageError
from lineage.core.ref import parse_ref
from lineage.core.value import dataclass
from lineage.core.version import __version__
from lineage.probe import scoring
from lineage.probe.battery import BATTERIES, Battery, load
from lineage.probe.decision import decide
from lineage.probe.decoding import Decoding, Served
from lineage.probe.endpoint import ChatEndpoint, chat_address, served
from lineage.probe.record import (
    Run,
    Setup,
    TranscriptWriter,
    digest,
    load_transcript,
    read,
    transcript_path,
    write,
)
from lineage.probe.run import Model, Plan, Prober, RunSetting, plan
from lineage.probe.signing import sign
from lineage.probe.verify import Verification
from lineage.probe.verify import verify as _verify

SHORT_LANGUAGES = {"zh": "zh-Hans", "zh-cn": "zh-Hans", "zh-tw": "zh-Hant"}


@dataclass(frozen=True)
class Subject:
    """What the runner says that the endpoint serves."""

    model: str = ""
    """`org/name@revision`, or empty."""
    own: bool = False
    digest: str = ""
    quantization: str = ""
    runner: str = ""


@dataclass(frozen=True)
class ProbeOptions:
    """How to probe."""

    endpoint: str
    model: str
    output: Path
    languages: tuple[str, ...] = ("en", "zh-Hans")
    seed: int = 0
    decoding: Decoding = Decoding()
    battery: Battery | None = None
    subject: Subject = Subject()
    is_whole: bool = False
    jobs: int = 4
    timeout: float = 600.0
    max_wait: float = 600.0
    key: str = ""
    signing_key: Path | None = None
    local: Path | None = None
    """A folder with weights that transformers loads, instead of an endpoint."""
    now: datetime | None = None
    on_progress: Callable[[int], None] | None = None
    on_wait: Callable[[float, str], None] | None = None


def languages_of(text: str) -> tuple[str, ...]:
    """`en,zh` as codes of the battery, each once."""
    found = [one.strip() for one in text.split(",") if one.strip()]
    return tuple(dict.fromkeys(SHORT_LANGUAGES.get(one.casefold(), one) for one in found))


def plans(options: ProbeOptions) -> list[Plan]:
    """The most that the run will ask."""
    return plan(options.battery or load(), options.languages, options.decoding)


def probe(options: ProbeOptions) -> Run:
    """Ask, or go on asking, and write the result and its transcript."""
    battery = options.battery or load()
    plan(battery, options.languages, options.decoding)  # an unknown language stops here
    model, is_served, host, not_taken = _model(options)
    setup = _setup(options, battery, host, is_served)
    setting = RunSetting(options.seed, options.decoding, options.jobs, options.is_whole)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    journal = TranscriptWriter(transcript_path(options.output), setup)
    prober = Prober(
        battery,
        model,
        setting,
        replies=journal.replies,
        on_reply=journal.keep,
        on_progress=options.on_progress,
    )
    try:
        outcomes = tuple(prober.run(options.languages))
    finally:
        journal.close()
    reference = journal.finish(prober.replies)
    run = Run(
        created=clock.stamp(options.now or clock.now()),
        tool=__version__,
        scorer=scoring.VERSION,
        setup=setup,
        served=is_served,
        findings=tuple(decide(outcomes)),
        outcomes=outcomes,
        transcript=reference,
        not_taken=not_taken(),
        runner=options.subject.runner,
    )
    if options.signing_key:
        run = replace(run, signature=sign(digest(run), options.signing_key))
    write(run, options.output)
    return run


def _model(
    options: ProbeOptions,
) -> tuple[Model, Served, str, Callable[[], tuple[str, ...]]]:
    if options.local:
        from lineage.probe.local import Local

        local = Local(options.local, options.decoding)
        return local, Served("transformers", options.local.name), "this machine", lambda: ()
    endpoint = ChatEndpoint(
        chat_address(options.endpoint),
        options.model,
        options.decoding,
        key=options.key,
        timeout=options.timeout,
        max_wait=options.max_wait,
        on_wait=options.on_wait,
    )
    return endpoint, served(endpoint), endpoint.host, lambda: endpoint.left_out


def _setup(options: ProbeOptions, battery: Battery, host: str, is_served: Served) -> Setup:
    subject = options.subject
    named = parse_ref(subject.model) if subject.model else None
    if subject.own and named is None:
        raise UsageError("--own says whose weights these are only together with --for.")
    return Setup(
        battery=battery.id,
        battery_version=battery.version,
        battery_digest=battery.digest,
        about=battery.treatment,
        endpoint=host,
        model=options.model,
        languages=options.languages,
        seed=options.seed,
        decoding=options.decoding,
        subject=named.id if named else "",
        revision=(named.revision or "") if named else "",
        own=subject.own,
        digest=subject.digest or is_served.digest,
        quantization=subject.quantization or is_served.quantization,
        is_whole=options.is_whole,
    )


def verified(
    path: Path, battery: Battery | None = None, transcript: Path | None = None
) -> tuple[Run, Verification]:
    """A result with what recomputing it shows; its transcript is looked for beside it."""
    run = read(path)
    beside = transcript or path.with_name(Path(run.transcript.file).name)
    found = transcript if transcript or not beside.is_file() else beside
    return run, _verify(run, found, battery or shipped(run), clock.now())


def shipped(run: Run) -> Battery | None:
    """The battery that a run asked, where it comes with this version of the package."""
    name = run.setup.battery  # out of a file, so it is compared and never used as a path
    if not BATTERIES.is_dir() or name not in {one.name for one in BATTERIES.iterdir()}:
        return None
    found = load(name)
    return found if found.digest == run.setup.battery_digest else None


def resumed_seed(output: Path) -> int | None:
    """The seed of a run that was interrupted here, so that it goes on as it began."""
    path = transcript_path(output)
    return load_transcript(path)[0].seed if path.is_file() and path.stat().st_size else None
