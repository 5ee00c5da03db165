"""Keeps what a run learns from outside, and gives it again to another run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from lineage.core.codec import decode
from lineage.core.errors import CannotRunError, InvalidRefError
from lineage.core.packaged import EMBEDDED_VERSION
from lineage.core.record import ModelRecord
from lineage.core.ref import ModelRef
from lineage.core.value import dataclass
from lineage.graph.graph import Node
from lineage.graph.walker import WalkBounds
from lineage.report.circumstances import Circumstances
from lineage.report.document import Report
from lineage.signing import install, installed
from lineage.sources.interface import Source
from lineage.sources.recorded import Answer, FileAnswer, RecordedSource, RecordingSource
from lineage.workflows.outside import Outside, RunNotes


@dataclass(frozen=True)
class Asked:
    """One target as it was named, and what was said of it outside all records."""

    id: str = ""
    revision: str | None = None
    problem: str = ""
    """Why it names nothing, where it does not."""
    near: tuple[str, ...] = ()
    """Names that it may be a slip for."""
    said: RunNotes = RunNotes()


@dataclass(frozen=True)
class Setting:
    """All that a run went by beside its records, files, policy and curated data."""

    clock: str
    """By which waivers and ages were judged: the moment, or the day alone where the report's date
    was given."""
    dated: str = ""
    """What the report is dated, where that was given."""
    offline: bool = False
    endpoint: str = ""
    """HF_ENDPOINT: the addresses of that hub in a list are names of models."""
    source: str = ""
    """The name of the source that answered."""
    snapshot_date: str = ""
    index_date: str = ""
    data_version: str = EMBEDDED_VERSION
    """The name of the curated data."""
    bounds: WalkBounds = WalkBounds()
    verifiers: tuple[str, ...] = ()
    """Extras that verified signatures of models; empty where there were none to verify."""
    circumstances: Circumstances = Circumstances()
    targets: tuple[str, ...] = ()
    """In the order of the report; empty where a list names them."""
    supplied: str = ""
    """The list's own file name."""
    model_column: str = ""
    asked: Mapping[str, Asked] = field(default_factory=dict, hash=False)
    """By target."""
    remembered: Mapping[str, ModelRecord] = field(default_factory=dict, hash=False)
    """What offline data holds under the names of models that were read live."""
    stored: tuple[ModelRecord, ...] = ()
    """Records of a snapshot of the user's own about models of the report."""
    probes: tuple[tuple[str, str], ...] = ()
    """Each result of `lineage probe`: its name in the pack, and its place when it was given."""


@dataclass(frozen=True)
class Recorded:
    """Everything that one run learned from outside."""

    setting: Setting
    answers: tuple[Answer, ...]
    files: tuple[FileAnswer, ...]

    @staticmethod
    def decoded(setting: Any, answers: Any, files: Any) -> Recorded:
        """From what `encode` gave of each. Raises DataError where it is something else."""
        return Recorded(
            decode(Setting, setting),
            decode(tuple[Answer, ...], answers),
            decode(tuple[FileAnswer, ...], files),
        )


class Recording:
    """Stands between a run and the world, and keeps what it passes on; `folder` takes the bytes of
    files."""

    def __init__(self, live: Outside, folder: Path) -> None:
        self._live = live
        self._source = RecordingSource(live.records, folder)
        self._asked: dict[str, Asked] = {}
        self._near: dict[str, tuple[str, ...]] = {}
        self._remembered: dict[str, ModelRecord] = {}
        self._verifiers: tuple[str, ...] = ()

    @property
    def records(self) -> Source:
        """Those of the world."""
        return self._source

    @property
    def snapshot_date(self) -> str:
        """As the world says."""
        return self._live.snapshot_date

    @property
    def index_date(self) -> str:
        """As the world says."""
        return self._live.index_date

    @property
    def verifiers(self) -> tuple[str, ...]:
        """As the world says; kept where somebody asks."""
        self._verifiers = self._live.verifiers
        return self._verifiers

    @property
    def circumstances(self) -> Circumstances:
        """As the world says."""
        return self._live.circumstances

    def ref(self, target: str) -> ModelRef:
        """What the target names, or the error that says why it names nothing."""
        try:
            found = self._live.ref(target)
        except InvalidRefError as problem:
            self._asked[target] = Asked(problem=problem.message)
            raise
        self._asked[target] = Asked(found.id, found.revision)
        return found

    def near(self, node: Node) -> tuple[str, ...]:
        """By the id of the target."""
        found = self._near[node.id] = self._live.near(node)
        return found

    def remembered(self, names: Iterable[str]) -> Mapping[str, ModelRecord]:
        """As the world says."""
        found = self._live.remembered(names)
        self._remembered.update(found)
        return found

    def said(self, target: str) -> RunNotes:
        """As the world says."""
        found = self._live.said(target)
        known = self._asked.get(target)
        if known is not None and not known.said.source:
            self._asked[target] = replace(known, said=found)
        return found

    @property
    def stored(self) -> Callable[[], Iterable[ModelRecord]] | None:
        """As the world says; what of it has a part in a report is kept."""
        return self._live.stored

    def recorded(self, setting: Setting, report: Report) -> Recorded:
        """All of it; `setting` brings what the caller of the run knows."""
        names = {id_ for target in report.targets for id_ in target.graph.nodes}
        stored = self._live.stored or tuple
        asked = {
            target: replace(one, near=self._near.get(one.id, ()))
            for target, one in sorted(self._asked.items())
        }
        full = replace(
            setting,
            source=self._source.name,
            snapshot_date=self.snapshot_date,
            index_date=self.index_date,
            verifiers=self._verifiers,
            circumstances=report.circumstances,
            asked=asked,
            remembered=dict(sorted(self._remembered.items())),
            stored=tuple(one for one in stored() if one.id in names),
        )
        return Recorded(full, self._source.answers, self._source.files)


class Recorder:
    """Puts a recording between one run and the world, and hands it out afterwards."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._recording: Recording | None = None

    def __call__(self, live: Outside) -> Outside:
        """As `Options.outside` wants it."""
        self._recording = Recording(live, self._folder)
        return self._recording

    def recorded(self, setting: Setting, report: Report) -> Recorded:
        """All that was kept of the run that made the report."""
        if self._recording is None:
            raise RuntimeError("nothing ran with this recorder")
        return self._recording.recorded(setting, report)


class Replayed:
    """The world as it was when it was recorded."""

    def __init__(self, recorded: Recorded, content: Callable[[str], bytes]) -> None:
        self._setting = recorded.setting
        self.records: Source = RecordedSource(
            recorded.setting.source, recorded.answers, recorded.files, content
        )
        self._near = {one.id: one.near for one in recorded.setting.asked.values()}

    @property
    def snapshot_date(self) -> str:
        """Of then."""
        return self._setting.snapshot_date

    @property
    def index_date(self) -> str:
        """Of then."""
        return self._setting.index_date

    @property
    def verifiers(self) -> tuple[str, ...]:
        """Those of then. Raises CannotRunError where one of them is not here."""
        for extra in self._setting.verifiers:
            if extra not in installed():
                raise CannotRunError(
                    "This pack rests on signatures that cannot be verified here.", install(extra)
                )
        return self._setting.verifiers

    @property
    def circumstances(self) -> Circumstances:
        """Of then."""
        return self._setting.circumstances

    def ref(self, target: str) -> ModelRef:
        """What the target named then."""
        found = self._setting.asked.get(target)
        if found is None or found.problem:
            why = found.problem if found else "Nothing was asked under this name."
            raise InvalidRefError(why)
        return ModelRef(found.id, found.revision)

    def near(self, node: Node) -> tuple[str, ...]:
        """What was suggested then."""
        return self._near.get(node.id, ())

    def remembered(self, names: Iterable[str]) -> Mapping[str, ModelRecord]:
        """What the offline data of then held."""
        kept = self._setting.remembered
        return {name: kept[name] for name in names if name in kept}

    @property
    def stored(self) -> Callable[[], Iterable[ModelRecord]] | None:
        """Those of then that had a part in the report."""
        kept = self._setting.stored
        return (lambda: kept) if kept else None

    def said(self, target: str) -> RunNotes:
        """What was said then."""
        found = self._setting.asked.get(target)
        return found.said if found is not None else RunNotes(self._setting.source)
