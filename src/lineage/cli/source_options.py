"""The options that say where records come from, and how they become one `Options`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage.cli.data_choice import chosen_data, data_option
from lineage.cli.display import Display
from lineage.cli.options import (
    Decorator,
    grouped,
    index_option,
    is_set,
    max_wait_option,
    number_option,
    report_date,
)
from lineage.cli.places import place_access
from lineage.core.errors import InvalidRefError, UsageError
from lineage.core.packaged import DataSet
from lineage.core.value import dataclass

if TYPE_CHECKING:
    from lineage.policy.policy import Policy
    from lineage.sources.web.cache import Cache
    from lineage.workflows.options import Options


_MOST_PROCESSES = 2
"""Each takes about a hundred megabytes."""


@dataclass(frozen=True)
class SourceChoice:
    """Where records come from, how far the walk goes, and how much is shown: as the user gave
    it."""

    offline: bool
    snapshot: Path | None
    index: Path | None
    ollama: str
    registry: tuple[str, ...]
    max_depth: int
    max_models: int
    max_wait: float
    timeout: float
    jobs: int
    no_cache: bool
    refresh: bool
    quiet: int
    verbose: int
    full: bool

    def display(self) -> Display:
        """The progress line that was asked for."""
        return Display(quiet=bool(self.quiet))

    @property
    def processes(self) -> int:
        """So many read code: one where one job is asked for, or this machine has one processor."""
        return min(self.jobs, os.cpu_count() or 1, _MOST_PROCESSES)

    @property
    def verbosity(self) -> int:
        """-2 for the verdict line alone, -1 for the verdict and its reason, 0, or 1 for
        everything."""
        return 1 if self.verbose else -min(self.quiet, 2)

    def data(self, targets: Iterable[str | Path] = ()) -> DataSet:
        """The facts of this run. Raises UsageError where they lie inside one of the `targets`."""
        return chosen_data(map(Path, targets))

    @property
    def is_offline(self) -> bool:
        """Whether no network is wanted, by the option or the environment."""
        return self.offline or is_set("HF_HUB_OFFLINE")

    @property
    def is_usual(self) -> bool:
        """Whether the public Hub answers, with the embedded snapshot behind it."""
        return not (self.snapshot or self.index or os.environ.get("HF_ENDPOINT"))

    def files(self) -> tuple[tuple[str, Path | None], ...]:
        """What answers in place of the Hub, and is a file."""
        return ("snapshot", self.snapshot), ("index", self.index), ("store", self._store)

    @property
    def _store(self) -> Path | None:
        """The folder of a store of Ollama's that the user named. Raises UsageError where there is
        none."""
        if not self.ollama or self.ollama.startswith(("http://", "https://")):
            return None
        folder = Path(self.ollama).expanduser()
        if not (folder / "manifests").is_dir():
            raise UsageError(
                f"--ollama {self.ollama[:200]} is neither an address nor a store of Ollama's.",
                "Give one such as http://127.0.0.1:11434, or a folder such as ~/.ollama/models.",
            )
        return folder

    @property
    def _registries(self) -> tuple[str, ...]:
        """The hosts that the user named. Raises UsageError for what is none."""
        from lineage.core.oci import DOCKER_HUB, parse_oci

        for host in self.registry:
            named = parse_oci(f"{host}/any")
            if named is None or (named.host != host.lower() and named.host != DOCKER_HUB):
                raise UsageError(
                    f"--registry {host[:200]} is not the host of a container registry.",
                    "Give its name, with a port where it has one, such as ghcr.io.",
                )
        return tuple(host.lower() for host in self.registry)

    def options(
        self, display: Display, policy: Policy | None = None, targets: Sequence[str] = ()
    ) -> Options:
        """The audit's options from this and what the environment says.

        A cache inside one of the `targets` is not used: whoever changes the code could write it.
        Of running servers those among them are asked.
        """
        from lineage.graph.walker import WalkBounds  # help and completion do without
        from lineage.policy.policy import Policy
        from lineage.workflows.options import HubAccess, Listeners, Options, Where

        offline = self.is_offline
        return Options(
            offline=offline,
            policy=policy or Policy(),
            where=Where(self.snapshot, self.index, data=self.data(targets)),
            hub=HubAccess(
                max_wait=self.max_wait,
                timeout=self.timeout,
                cache=None
                if self.no_cache or offline
                else _opened_cache(display, map(Path, targets)),
                refresh=self.refresh,
            ),
            places=place_access(str(self._store or self.ollama), targets, self._registries),
            bounds=WalkBounds(
                max_depth=self.max_depth, max_models=self.max_models, workers=self.jobs
            ),
            dated=report_date(),
            listeners=Listeners(display.notice, display.progress, display.waiting),
        )


def source_options_of(max_wait: float = 300.0) -> Decorator:
    """Where records come from and how far the walk goes; `max_wait` is the usual seconds of
    `--max-wait`."""
    return grouped(
        "source",
        SourceChoice,
        click.option(
            "--offline",
            is_flag=True,
            help="Do not use the network: read local paths and the snapshot.",
        ),
        click.option(
            "--snapshot",
            type=click.Path(path_type=Path),
            help="Read a snapshot made with `lineage snapshot create`.",
        ),
        index_option(),
        data_option,
        click.option(
            "--ollama",
            default="",
            metavar="ADDRESS|FOLDER",
            help="Ask this running Ollama, or read this store, before Ollama's registry.",
        ),
        click.option(
            "--registry",
            multiple=True,
            metavar="HOST",
            help="Allow requests to this container registry when another artefact names it.",
        ),
        number_option("--max-depth", 100, "Follow this many levels of base models."),
        number_option(
            "--max-models", 1000, "Read at most this many models for one target.", least=1
        ),
        max_wait_option(max_wait),
        number_option(
            "--timeout",
            30.0,
            "Give up a call to the Hub after this many seconds, retries included.",
            least=0.1,
        ),
        number_option(
            "--jobs", 16, "Make at most this many requests to the Hub at a time.", least=1, most=64
        ),
        click.option("--no-cache", is_flag=True, help="Do not read or write the cache."),
        click.option(
            "--refresh", is_flag=True, help="Ignore the cache and store the new responses."
        ),
        click.option(
            "-q", "--quiet", count=True, help="Print verdict and reason only (-qq: verdict only)."
        ),
        click.option(
            "-v",
            "--verbose",
            count=True,
            help="Print everything: each result, finding and line of evidence.",
        ),
        click.option("--full", is_flag=True, help="Print the full text for every model."),
    )


source_options = source_options_of()


def checked_targets(targets: tuple[str, ...]) -> tuple[str, ...]:
    """The targets, after all of them were seen to be names or paths: a typing error must
    not cost half an audit."""
    from lineage.sources.auto import target_ref

    problems = []
    for target in targets:
        try:
            target_ref(target)
        except InvalidRefError as problem:
            problems.append(problem)
    if problems:
        raise UsageError(" ".join(p.message for p in problems), problems[0].next_step)
    return targets


def _opened_cache(display: Display, scanned: Iterable[Path]) -> Cache | None:
    # SQLite and hashing are for runs that ask the Hub
    from lineage.cli.cache import cache_directory, open_cache

    place = cache_directory().resolve()
    if any(place.is_relative_to(folder.resolve()) for folder in scanned):
        display.notice(
            f"The cache {place} lies inside what is audited and is not used: whoever changes that "
            "could write it. Set LINEAGE_CACHE_DIR to a folder outside."
        )
        return None
    return open_cache(display.notice)
