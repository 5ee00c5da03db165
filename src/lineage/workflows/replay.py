"""Computes a filed pack again from its own inputs, offline, and says what differs from what was
filed, and on whose word the inputs rest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lineage.core import clock
from lineage.core.errors import CannotRunError, DataError, LineageError, UsageError
from lineage.core.packaged import EMBEDDED, DataSet
from lineage.report.document import Report
from lineage.report.drift import Drift
from lineage.report.printable import printable
from lineage.report.replay import UNSIGNED, Difference, Replay
from lineage.workflows.drift import compared
from lineage.workflows.looks import of_run
from lineage.workflows.pack import (
    ATTESTATIONS,
    CONTENT,
    MANIFEST,
    SUMS,
    Body,
    build,
    digest,
    fingerprint,
)
from lineage.workflows.pack_check import cannot_show, check
from lineage.workflows.pack_doubts import Installed, doubts
from lineage.workflows.pack_inputs import Filed, read_inputs_of, unlike
from lineage.workflows.pack_members import FiledPack
from lineage.workflows.pack_signature import Expected, Signed, Standing, signatures

_MOST = 5
"""Differences of one document that are named."""


def replay(
    folder: Path, expected: Expected | None = None, installed: Installed = lambda _: None
) -> tuple[Replay, Filed | None]:
    """Compute the pack in this folder again; its inputs too, unless they could not be run.

    `expected` is whose signature the user asks for, `installed` knows the data of this machine.

    Raises UsageError where the folder is no pack, or one that keeps too little for it.
    """
    files = FiledPack(folder)
    if why := cannot_show(files):
        raise UsageError(f"{folder} cannot be computed again. {why}")
    manifest = _object(files, MANIFEST)
    tool = manifest.get("tool")
    problems = check(files)
    signed = signatures(files, expected or Expected(), is_whole=not problems)
    problems += [one.message for one in signed if one.standing.is_problem]
    replayed = Replay(
        str(tool.get("version")) if isinstance(tool, dict) else "",
        str(manifest.get("judged_on") or ""),
        fingerprint(files),
        str(manifest.get("verdict") or ""),
        "",
        tuple(problems),
        word=_word(signed),
    )
    try:
        filed = read_inputs_of(folder, files)
        report = replace(_run(filed), tool_version=replayed.made_by)
        made = _made(filed, report)
    except CannotRunError:
        raise
    except (LineageError, OSError) as problem:
        broken = Difference("inputs", f"They could not be run: {printable(problem, 500)}")
        return replace(replayed, differences=(broken,)), None
    found = replace(
        replayed,
        verdict=str(report.verdict),
        differences=tuple(_differences(files, made)),
        doubts=tuple(doubts(filed, replayed.made_by, installed)),
    )
    return found, filed


def _run(filed: Filed) -> Report:
    """Raises DataError where curated data that is not this installation's cannot be read: what a
    stranger wrote there is no error of ours."""
    try:
        return filed.run()
    except LineageError:
        raise
    except Exception as problem:
        if not any(unlike(filed.files, EMBEDDED)):
            raise
        text = f"{type(problem).__name__}: {printable(problem, 200)}"
        raise DataError(f"Its curated data cannot be read here ({text}).") from problem


def today(filed: Filed, data: DataSet = EMBEDDED) -> Drift:
    """What the same answers would give with this curated data and the clock of today."""
    then, now = filed.run(), filed.run(data, clock.now())
    before, after = of_run(then), of_run(now)
    name = str(filed.folder)
    return compared(
        replace(before, look=replace(before.look, name=name, form="pack")),
        replace(after, look=replace(after.look, name="today's data and clock")),
    )


def _word(signed: Sequence[Signed]) -> str:
    """On whose word the inputs rest."""
    named = [one for one in signed if one.standing in (Standing.EXPECTED, Standing.UNNAMED)]
    if not named:
        return UNSIGNED
    signers = " and ".join(printable(one.signer, 300) for one in named)
    is_expected = any(one.standing is Standing.EXPECTED for one in named)
    more = "" if is_expected else ", whom --key or --identity did not name: it may be a stranger"
    return f"The inputs rest on the word of {signers}, who signed this pack{more}."


def _made(filed: Filed, report: Report) -> dict[str, Body]:
    """The pack that these inputs make."""
    return build(report, filed.policy, filed.probes, filed.supplied, filed.inputs)


def _differences(files: FiledPack, made: Mapping[str, Body]) -> Iterator[Difference]:
    for path in sorted({*files, *made} - {SUMS, *ATTESTATIONS}):
        if path not in files:
            yield Difference(path, "The inputs give it, and the pack does not hold it.")
        elif path not in made:
            yield Difference(path, "The inputs do not give it.")
        elif path.startswith(f"{CONTENT}/"):
            name = path.rpartition("/")[2]
            if files.digest(path) != name:
                yield Difference(path, "Its bytes are not those that were read: see its name.")
        elif digest(made[path]) != files.digest(path):
            yield Difference(path, _difference(path, files[path], _bytes(made[path])))


def _bytes(body: Body) -> bytes:
    return body if isinstance(body, bytes) else body.read_bytes()


def _difference(path: str, filed: bytes, made: bytes) -> str:
    """In which places a document differs: by its keys where it is JSON, else its first line."""
    if path.endswith(".json"):
        try:
            found = list(_unlike("", json.loads(filed), json.loads(made)))
        except (ValueError, RecursionError):
            return "It is not a JSON document."
        if found:
            more = f" And {len(found) - _MOST} more places." if len(found) > _MOST else ""
            return " ".join(found[:_MOST]) + more
    lines = zip(
        [*filed.decode("utf-8", "replace").splitlines(), ""],
        [*made.decode("utf-8", "replace").splitlines(), ""],
        strict=False,
    )
    for number, (was, now) in enumerate(lines, 1):
        if was != now:
            return f"Line {number}: filed {_short(was)}, computed {_short(now)}."
    return "It differs in its bytes alone, such as ends of lines."


def _unlike(place: str, filed: Any, made: Any) -> Iterator[str]:
    if isinstance(filed, dict) and isinstance(made, dict):
        for key in sorted({*filed, *made}):
            inner = f"{place}.{key}" if place else key
            yield from _unlike(inner, filed.get(key), made.get(key))
    elif isinstance(filed, list) and isinstance(made, list) and len(filed) == len(made):
        for number, (one, other) in enumerate(zip(filed, made, strict=True)):
            yield from _unlike(f"{place}[{number}]", one, other)
    elif filed != made or type(filed) is not type(made):
        shown = printable(place, 120) or "all of it"
        yield f"{shown}: filed {_short(filed)}, computed {_short(made)}."


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return repr(printable(text, 80))


def _object(files: FiledPack, path: str) -> Mapping[str, Any]:
    try:
        document = json.loads(files.get(path, b"{}"))
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
