"""What one server goes by: where answers come from, which policies may be chosen, its bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from lineage.core.value import dataclass
from lineage.policy.policy import Policy
from lineage.serve.admission.decision import Admission
from lineage.serve.guard.access import Access
from lineage.workflows.options import Options


@dataclass(frozen=True)
class Limits:
    """Bounds that hold for every client together, or for each request."""

    upload: int = 16 * 2**20
    """Bytes of one request's body."""
    rows: int = 5_000
    """Models of one run."""
    cells: int = 200_000
    """Cells of its list beside the models."""
    reading_seconds: float = 30.0
    """For which a long list waits until others are read."""
    queued: int = 500
    """Runs that wait or go on; more are refused until some are done."""
    brief: int = 50
    """Rows up to which a run is brief, and waits for no long one."""
    runs: int = 8
    """Long runs that go on at a time, and four times as many brief ones; the others wait in
    order."""
    audits: int = 8
    """Models audited at a time, over all runs."""
    fresh: float = 600.0
    """Seconds for which answers are shared between runs."""
    address: int = 8_192
    """Characters of a path with its query."""
    headers: int = 100
    """Headers of a request."""
    head: int = 32_768
    """Bytes of its headers."""
    body_seconds: float = 60.0
    """Within which a whole body arrives."""
    held: int = 128 * 2**20
    """Bytes of the bodies of all requests together."""
    absent: float = 60.0
    """Seconds for which it is believed that there is no such model: it may just be published."""
    rest: float = 15.0
    """Seconds for which a lack of answers is believed: an outage must not cost each model its own
    wait."""
    records: int = 5_000
    """Records of models kept in memory that long."""
    reports: int = 1_000
    """Reports kept in memory that long."""
    streams: int = 200
    """Clients that watch runs at a time."""
    stream: float = 1800.0
    """Seconds after which a watching client has to ask again."""
    wait: float = 60.0
    """Most seconds that a client may ask to wait for an answer."""
    answer_seconds: float = 120.0
    """Within which an answer begins."""
    streams_each: int = 30
    """Of one client."""
    burst: int = 600
    """Requests of one client at once, where tokens are needed."""
    rate: float = 60.0
    """Requests of one client a second, in the long run."""
    session: float = 12 * 3600.0
    """Seconds until somebody has to log in again."""
    sessions: int = 10_000
    """People who are logged in; the first of them make room."""
    connections: int = 500
    """Connections at a time."""
    head_seconds: float = 10.0
    """Within which the head of a request arrives."""
    stalled_seconds: float = 60.0
    """After which a client that takes nothing of its answer is given up."""


@dataclass(frozen=True)
class Settings:
    """As the command line gave it."""

    options: Options
    """Sources, places and bounds of every audit; its policy is the usual one."""
    folder: Path
    """Where runs are kept; nobody else may read it."""
    policies: Mapping[str, Policy] = field(default_factory=dict, hash=False)
    """By the name under which a client chooses it; `usual` is among them."""
    usual: str = "default"
    endpoint: str = ""
    """HF_ENDPOINT, for the packs."""
    keep_days: int = 365
    """Runs that ended earlier are deleted; 0 keeps all."""
    limits: Limits = Limits()
    admission: Admission | None = None
    """How reviews of a cluster are answered; None where none are."""
    access: Access = Access()
