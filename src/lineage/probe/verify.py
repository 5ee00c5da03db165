"""Recomputes a run: the hash of its transcript, the score of every reply, every number, and who
signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from lineage.core.codec import encode
from lineage.core.value import dataclass
from lineage.probe import scoring
from lineage.probe.battery import Battery
from lineage.probe.decision import Asked, LanguageFinding, decide
from lineage.probe.record import Run, digest, load_transcript, reference
from lineage.probe.run import RunSetting, asked
from lineage.probe.signing import is_signed


@dataclass(frozen=True)
class Verification:
    """What was recomputed, and what did not come out the same."""

    problems: tuple[str, ...]
    is_complete: bool
    """Whether transcript and battery were there; without them the outcomes are taken on trust,
    and only the numbers follow."""
    signer: str = ""
    """The key of a signature that holds; empty without one."""

    @property
    def passes(self) -> bool:
        """Whether every number was recomputed from the replies themselves."""
        return self.is_complete and not self.problems


def verify(
    run: Run, transcript: Path | None, battery: Battery | None, now: datetime
) -> Verification:
    """Check a run against its transcript and the battery that it names, as far as both are
    there."""
    problems = [*_date(run, now), *_numbers(run, run.outcomes)]
    is_asked = battery is not None and battery.digest == run.setup.battery_digest
    if battery is not None and not is_asked:
        problems.append(
            f"battery: {battery.id} {battery.version} is not the one that was asked "
            f"({run.setup.battery} {run.setup.battery_version})"
        )
    elif battery is not None and transcript is not None:
        problems += _replies(run, transcript, battery)
    signer = ""
    if run.signature:
        signer = run.signature.key if is_signed(digest(run), run.signature) else ""
        if not signer:
            problems.append("signature: it does not belong to this result")
    return Verification(tuple(problems), is_asked and transcript is not None, signer)


def _date(run: Run, now: datetime) -> Iterator[str]:
    try:
        created = date.fromisoformat(run.created[:10])
    except ValueError:
        yield f"created: {run.created[:40]!r} is not a date"
        return
    if created > now.date() + timedelta(days=1):  # clocks of two places may differ
        yield f"created: {created} lies in the future"


def _replies(run: Run, transcript: Path, battery: Battery) -> Iterator[str]:
    setup, replies = load_transcript(transcript)
    expected = run.transcript
    kept = reference(expected.file, transcript.read_bytes(), replies)
    if kept.sha256 != expected.sha256:
        yield (
            f"transcript: {transcript.name} is not the one that the result names (its hash differs)"
        )
    elif kept != expected:
        yield "transcript: its numbers of replies are not those that the result tells"
    if setup != run.setup:
        yield "transcript: it belongs to another setup"
    if run.scorer != scoring.VERSION:
        yield f"scorer: the result was scored by version {run.scorer}, this is {scoring.VERSION}"
    setting = RunSetting(setup.seed, setup.decoding)
    again = tuple(asked(battery, language, replies, setting) for language in setup.languages)
    for stored, found in zip(run.outcomes, again, strict=False):
        yield from _outcomes(stored, found)
    if len(run.outcomes) != len(again):
        yield f"outcomes: {len(run.outcomes)} languages, the transcript has {len(again)}"
    yield from _numbers(run, again)


def _outcomes(stored: Asked, found: Asked) -> Iterator[str]:
    where = f"outcomes in {found.language}"
    sides = {side.item: side for one in stored.pairs for side in (one.treatment, one.control)}
    sides |= {side.item: side for side in (*stored.competence, *stored.others)}
    fresh = [side for one in found.pairs for side in (one.treatment, one.control)]
    fresh += [*found.competence, *found.others]
    wrong = sorted(side.item for side in fresh if sides.get(side.item) != side)
    if wrong:
        yield f"{where}: {', '.join(wrong[:5])} come out otherwise ({len(wrong)} in all)"
    elif stored != found:
        yield f"{where}: not the items of the transcript"


def _numbers(run: Run, outcomes: tuple[Asked, ...]) -> Iterator[str]:
    again = decide(outcomes)
    if [one.language for one in again] != [one.language for one in run.findings]:
        yield "findings: not the languages of the outcomes"
    for stored, found in zip(run.findings, again, strict=False):
        for name in _differences(stored, found):
            yield (
                f"{found.language}: {name} is {_shown(stored, name)}, recomputed "
                f"{_shown(found, name)}"
            )


def _differences(stored: LanguageFinding, found: LanguageFinding) -> list[str]:
    old, new = encode(stored), encode(found)
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def _shown(finding: LanguageFinding, name: str) -> str:
    return str(encode(finding).get(name))[:80]
