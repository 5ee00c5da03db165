"""The inputs of a filed pack: read as what they are, and run again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path, PurePosixPath
from typing import Any

from lineage.core.codec import strict_json
from lineage.core.errors import DataError
from lineage.core.packaged import DOCUMENTS, EMBEDDED, DataSet
from lineage.core.plain_file import hash_plain
from lineage.core.value import dataclass
from lineage.evidence.document import load
from lineage.evidence.probed import Probed
from lineage.policy.filed import read_filed
from lineage.policy.policy import Policy
from lineage.report.circumstances import InstalledData
from lineage.report.document import Report, TargetReport
from lineage.report.printable import printable
from lineage.sources.hub.settings import endpoint_of_then
from lineage.workflows.audit import Auditor
from lineage.workflows.options import Additions, Options, Where
from lineage.workflows.pack import (
    CONTENT,
    DATA,
    FILES,
    LARGEST_MEMBER,
    PIPED,
    POLICY,
    PROBES,
    RECORDS,
    SETTING,
    Inputs,
    OwnFile,
    supplied_member,
)
from lineage.workflows.pack_members import FiledPack
from lineage.workflows.portfolio.read import rows_of
from lineage.workflows.portfolio.row import InputRow, Listing
from lineage.workflows.portfolio.run import audit_rows
from lineage.workflows.probe import verified
from lineage.workflows.recording import Recorded, Replayed

REGISTRY = DOCUMENTS[0]


@dataclass(frozen=True)
class Filed:
    """Everything that a pack was made of."""

    folder: Path
    files: FiledPack
    recorded: Recorded
    policy: Policy
    data: DataSet

    @property
    def inputs(self) -> Inputs:
        """As the making of a pack takes them."""
        return Inputs(self.recorded, self.folder / CONTENT, self.data.folder)

    @property
    def supplied(self) -> OwnFile | None:
        """The list that was audited, where there was one."""
        name = self.recorded.setting.supplied
        if not name:
            return None
        member = supplied_member(name)
        if name == PIPED and member not in self.files:  # no file of that name: it was piped
            member = supplied_member("standard-input")
        return OwnFile(PurePosixPath(member).name, _member(self.files, member))

    @property
    def probes(self) -> list[Path]:
        """The results of `lineage probe`, and their transcripts."""
        return [self.folder / path for path in self.files if path.startswith(f"{PROBES}/")]

    def run(self, data: DataSet | None = None, now: datetime | None = None) -> Report:
        """The report that these inputs give. Other data and another clock give what they would
        give with those.

        Raises DataError, or the error of the run itself, where the inputs are none.
        """
        setting = self.recorded.setting
        recorded = self.recorded if now is None else _with_data(self.recorded, data, now)
        replayed = Replayed(recorded, lambda name: _member(self.files, f"{CONTENT}/{name}"))
        probes = tuple(
            Probed(*verified(self.folder / PROBES / PurePosixPath(name).name), given)
            for name, given in setting.probes
        )
        options = Options(
            offline=setting.offline,
            policy=self.policy,
            where=Where(source=replayed.records, data=data or self.data),
            bounds=setting.bounds,
            added=Additions(probes=probes),
            now=now or _moment(setting.clock),
            dated=_moment(setting.dated) if setting.dated and now is None else None,
            outside=lambda _: replayed,
        )
        with Auditor(options) as auditor:
            listing = Listing(setting.supplied, setting.model_column)
            rows = self._rows(listing)
            if rows is None:
                found = [auditor.audit(target) for target in setting.targets]
            else:
                found = _audited(rows, auditor, options.where.data)
            report = auditor.report(found)
        return replace(report, notes=(*report.notes, *listing.notes))

    def _rows(self, listing: Listing) -> list[InputRow] | None:
        if (supplied := self.supplied) is None:
            return None
        suffix = "" if listing.name == PIPED else PurePosixPath(listing.name).suffix.lower()
        with endpoint_of_then(self.recorded.setting.endpoint):
            return rows_of(supplied.body, suffix, listing)


def _with_data(recorded: Recorded, data: DataSet | None, now: datetime) -> Recorded:
    """The same answers under other data, which may have an end of its own."""
    setting = recorded.setting
    installed = InstalledData.of(data, now) if data else setting.circumstances.data
    circumstances = replace(setting.circumstances, data=installed)
    return replace(recorded, setting=replace(setting, circumstances=circumstances))


def _audited(rows: list[InputRow], auditor: Auditor, data: DataSet) -> list[TargetReport]:
    return audit_rows(rows, auditor.audit, with_supplied=auditor.with_supplied, data=data)


def read_inputs_of(folder: Path, files: FiledPack) -> Filed:
    """Raises DataError where something is missing or is not what it must be."""
    answers = [one for one in _rows_in(files, RECORDS, "records") if "asked" in one]
    recorded = Recorded.decoded(
        _document(files, SETTING), answers, list(_rows_in(files, FILES, "files"))
    )
    data = DataSet(folder / DATA, recorded.setting.data_version)
    _check_data(files)
    return Filed(folder, files, recorded, read_filed(_document(files, POLICY)), data)


def unlike(files: FiledPack, data: DataSet) -> Iterator[str]:
    """Names of the curated documents of a pack whose bytes are not those of this data."""
    for name in DOCUMENTS:
        load(name, data)  # in a checkout this makes it anew where it is out of date
        if files.digest(f"{DATA}/{name}") != hash_plain(data.folder / name, LARGEST_MEMBER):
            yield name


def _check_data(files: FiledPack) -> None:
    """What a link leads to is none of the pack's; what a stranger wrote may be no document, and a
    registry of theirs may hold patterns made to match for hours. Raises DataError."""
    from lineage.evidence.compile_registry import check_pattern

    documents = {name: _document(files, f"{DATA}/{name}") for name in DOCUMENTS}
    for name, document in documents.items():
        if not isinstance(document, dict) or "version" not in document:
            raise DataError(f"{DATA}/{name} of the pack was not written by lineage.")
    if REGISTRY not in unlike(files, EMBEDDED):
        return
    try:
        for _, pattern, _ in documents[REGISTRY]["patterns"]:
            check_pattern(pattern)
    except (KeyError, TypeError, ValueError, re.error) as problem:
        text = printable(problem, 200)
        raise DataError(
            f"{DATA}/{REGISTRY} of the pack holds a pattern that is not used: {text}."
        ) from None


def _rows_in(files: Mapping[str, bytes], path: str, key: str) -> Iterator[dict[str, Any]]:
    document = _document(files, path)
    rows = document.get(key) if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise DataError(f"{path} of the pack has no list of {key}.")
    yield from rows


def _document(files: Mapping[str, bytes], path: str) -> Any:
    try:
        return strict_json(_member(files, path))
    except (ValueError, RecursionError) as problem:
        raise DataError(f"{path} of the pack is not JSON: {problem}.") from problem


def _member(files: Mapping[str, bytes], path: str) -> bytes:
    if path not in files:
        raise DataError(f"{path} of the pack is missing.")
    return files[path]


def _moment(text: str) -> datetime:
    """A moment, or the beginning of a day; UTC."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as problem:
        raise DataError(f"{SETTING} of the pack says {text[:60]!r} for a moment.") from problem
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)
