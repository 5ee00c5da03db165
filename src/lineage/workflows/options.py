"""How to audit: everything that comes in from outside, in the groups that belong together."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lineage.core.claim import Claim
from lineage.core.packaged import EMBEDDED, DataSet
from lineage.core.value import dataclass
from lineage.graph.walker import Progress, WalkBounds
from lineage.policy.policy import Policy
from lineage.sources.interface import Source
from lineage.sources.places import PlaceAccess

if TYPE_CHECKING:
    from lineage.evidence.probed import Probed
    from lineage.fingerprint.references import References
    from lineage.sources.web.cache import Cache
    from lineage.sources.web.limits import Limiter
    from lineage.workflows.outside import Outside


@dataclass(frozen=True)
class Where:
    """Where records come from, other than the live Hub with the embedded data behind it."""

    snapshot: Path | None = None
    """A snapshot that a team made itself, instead of the embedded one."""
    index: Path | None = None
    """An index of a whole hub that answers everything; no network is asked."""
    data: DataSet = EMBEDDED
    """The facts: registry, results, names and, where no other one is named, the snapshot."""
    source: Source | None = None
    """A source of your own that answers everything."""
    root: Path = Path()
    """The folder from which relative paths of local models are looked up."""
    is_distant: bool = False
    """Whether targets come from somebody who is not at this machine: none of them is a path, and of
    running servers and registries only those of `places` are asked."""


@dataclass(frozen=True)
class HubAccess:
    """Which hub is asked, as whom, how patiently, and what is kept of its answers."""

    endpoint: str | None = None
    """None is HF_ENDPOINT, or the public Hub."""
    token: str | None = None
    """None finds the user's own."""
    max_wait: float = 300.0
    """Seconds that the quota may delay the whole run before models are given up as unreachable."""
    timeout: float = 30.0
    """Seconds for one call with its redirects and repetitions, without waiting for quota."""
    cache: Cache | None = None
    """Answers of earlier runs; None keeps none."""
    limiter: Limiter | None = None
    """One that runs share; it has its own `max_wait`, and tells who waits. None is a new one."""
    refresh: bool = False
    """Ask again even where the cache has an answer, and keep the new one."""
    prefetch: bool = True
    """Ask for a model's usual files together with its record: fewer round trips,
    some needless requests. Many models at once need it not."""


@dataclass(frozen=True)
class Additions:
    """What is looked at beside cards, files and names."""

    weights: bool = False
    """Compare the audited model's weights with its declared bases and
    with known foundations, by byte ranges."""
    deep: bool = False
    """Also undo changes of basis, over a few megabytes; needs numpy."""
    references: References | None = None
    """Stored fingerprints to compare with; None is those that ship with the package."""
    evidence: tuple[Claim, ...] = ()
    """Claims that other tools made, named as theirs."""
    probes: tuple[Probed, ...] = ()
    """Runs of `lineage probe`, each about the model that it names."""


@dataclass(frozen=True)
class Listeners:
    """Who is called while a run goes on."""

    notice: Callable[[str], None] | None = None
    progress: Callable[[Progress], None] | None = None
    wait: Callable[[float, str], None] | None = None
    """Gets the seconds that a quota costs, and the name of the quota."""


@dataclass(frozen=True)
class Options:
    """How to audit; the defaults ask the live Hub under the default policy."""

    offline: bool = False
    """Ask no network: local paths and the snapshot only."""
    policy: Policy = field(default_factory=Policy)
    where: Where = field(default_factory=Where)
    hub: HubAccess = field(default_factory=HubAccess)
    places: PlaceAccess = field(default_factory=PlaceAccess)
    bounds: WalkBounds = field(default_factory=WalkBounds)
    added: Additions = field(default_factory=Additions)
    now: datetime | None = None
    """The clock, for waivers, ages and the report's date; UTC. None is the real one."""
    dated: datetime | None = None
    """What the report is dated, and nothing else; UTC. None is the clock."""
    listeners: Listeners = field(default_factory=Listeners)
    kept_records: int = 20_000
    """Records that a run keeps in memory."""
    kept_absent: float = math.inf
    """Seconds for which it is believed that there is no such model."""
    outside: Callable[[Outside], Outside] | None = None
    """What is between the run and the world: a recording, or one that is given again."""
