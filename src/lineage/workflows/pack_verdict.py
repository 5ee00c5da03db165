"""What may be said of a filed pack: whether it holds together, who signed it, and whether that
shows that it is what was filed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from lineage.core import clock
from lineage.core.errors import DataError
from lineage.core.value import dataclass
from lineage.report.printable import printable
from lineage.workflows.pack import fingerprint
from lineage.workflows.pack_check import cannot_show, check
from lineage.workflows.pack_signature import Expected, Signed, Standing, signatures
from lineage.workflows.pack_statement import good_until


@dataclass(frozen=True)
class PackVerdict:
    """What was found."""

    fingerprint: str
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    conclusion: str
    is_signed: bool
    """By whom the user named."""
    is_current: bool


def verified(files: Mapping[str, bytes], noted: str | None, expected: Expected) -> PackVerdict:
    """Look at all of it. `noted` is the fingerprint that the user kept elsewhere."""
    found = fingerprint(files)
    problems = check(files)
    if noted is not None and noted != found:
        problems.append(f"The fingerprint is {found}, not the one that was noted.")
    signed = signatures(files, expected, is_whole=not problems)
    problems += [one.message for one in signed if one.standing.is_problem]
    good = [one for one in signed if one.standing is Standing.EXPECTED]
    until = None
    try:
        until = None if problems else _good_until(files)
    except DataError as problem:
        problems.append(problem.message)
    is_current = until is not None and clock.now().date() <= until
    notes = [] if problems else [*_notes(signed, good), *_age(until, is_current=is_current)]
    if why := cannot_show(files):
        notes.append(why)
    return PackVerdict(
        found,
        tuple(problems),
        tuple(notes),
        _conclusion(good, is_noted=noted is not None),
        bool(good),
        is_current,
    )


def _conclusion(good: list[Signed], *, is_noted: bool) -> str:
    if good:
        signers = " and ".join(printable(one.signer, 300) for one in good)
        return f"The pack is complete and unchanged, signed by {signers}."
    if is_noted:
        return "The pack is complete and unchanged: its fingerprint is the one that was noted."
    return "The pack is consistent with itself; not shown to be what was filed."


def _notes(signed: list[Signed], good: list[Signed]) -> Iterator[str]:
    for one in signed:
        if one.standing is Standing.NOT_SIGNED:
            yield "It is not signed."
        elif one.standing is Standing.NOT_CHECKED:
            yield one.message
        elif one.standing is Standing.UNNAMED:
            also = "also " if good else ""
            yield (
                f"It is {also}signed by {printable(one.signer, 300)}; whether that is who should "
                "have signed it, --key or --identity with --issuer says."
            )


def _good_until(files: Mapping[str, bytes]) -> date | None:
    written = good_until(files)
    return date.fromisoformat(written) if written else None


def _age(until: date | None, *, is_current: bool) -> Iterator[str]:
    if until is None:
        yield "The date of the data behind it is not known."
    elif not is_current:
        yield (
            f"The data behind it was good until {until}: it says what was known then. Audit again "
            "for what is known today."
        )
