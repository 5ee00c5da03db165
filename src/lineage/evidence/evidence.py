"""The facts that can be attached to a model, each with its citation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.evidence.citation import Citation as Citation  # noqa: PLC0414 - part of what this module gives
from lineage.evidence.family import RootEvidence


@dataclass(frozen=True)
class ListEntry:
    """One developer's entry in one official list. Lists name legal entities, not models."""

    name: str
    """Such as `BIS Entity List`."""
    status: str
    """`listed`, `removed` or `not confirmed`."""
    date: str | None
    detail: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Developer:
    """Who trains weights, and where it has its headquarters."""

    id: str
    name: str
    jurisdiction: str | None
    """ISO 3166-1 alpha-2 of the headquarters; None where it is not established (disputed or
    unknown)."""
    role: str
    """`developer`, `mirror` (publishes others' models, develops none) or `developer-and-mirror`."""
    kind: str
    namespaces: tuple[str, ...]
    parent_company: str = ""
    note: str = ""
    aliases: tuple[str, ...] = ()
    lists: tuple[ListEntry, ...] = ()
    citations: tuple[Citation, ...] = ()
    """Where the jurisdiction is found, or the dispute about it."""
    jurisdiction_state: str = "unknown"
    """`established`, `disputed` or `unknown`."""
    jurisdiction_candidates: tuple[str, ...] = ()
    """Of a disputed one: what the sources say, the better supported first."""

    @property
    def develops(self) -> bool:
        """False for a pure mirror: its namespace is never an origin."""
        return self.role != "mirror"


@dataclass(frozen=True)
class Attribution:
    """Who developed one model, on what ground."""

    model: str
    developer: Developer | None
    basis: str
    """`namespace`, `family`, `parent` (a quantization or conversion by an unknown publisher keeps
    its parent's developer), `names` (a table of names outside the Hub) or `unknown`."""
    family: str | None = None
    """Registry id of the model family, such as `qwen2.5`."""
    family_name: str | None = None
    is_foundation: bool = False
    """Whether the registry shows, by citation, that this very repo's weights were trained from
    scratch."""
    note: str = ""
    root_evidence: RootEvidence | None = None
    """What is shown of this repo's starting weights, where the registry lists it as a root."""
    is_stated_by_maker: bool = False
    """Whether the registry cites this very repo's whole bases, all by the same developer: its
    maker's own line."""
    is_named: bool = False
    """Of a name outside the Hub: whether cited tables tell which models of the Hub it stands
    for."""
    operator: Developer | None = None
    """Who answers at the address of a service; it need not be the developer of what it serves."""

    @property
    def jurisdiction(self) -> str | None:
        """Of the developer; None is unknown."""
        return self.developer.jurisdiction if self.developer else None

    @property
    def is_origin_cited(self) -> bool:
        """Whether cited sources tell what this very repo's weights started from: nothing, or exact
        models."""
        is_stated = self.root_evidence is not None and self.root_evidence.shows_origin
        return is_stated or self.is_stated_by_maker or self.is_named


class Outcome(Word):
    """What a test's publisher concluded."""

    CENSORS = "censors"
    PARTIALLY_CENSORS = "partially-censors"
    DOES_NOT_CENSOR = "does-not-censor"
    MIXED = "mixed"


@dataclass(frozen=True)
class TestResult:
    """One published test of one model, as its publisher reports it."""

    __test__ = False

    id: str
    model: str | None
    """Exact hub id; None where the source names a service or a group."""
    model_as_named: str
    suite: str
    metric: str
    value: float | None
    unit: str | None
    higher_is: str | None
    """`more open` or `more censored`; metrics of two suites never compare."""
    n: int | None
    language: str
    topics: tuple[str, ...]
    outcome: Outcome
    access: str
    layer: str
    """`weights`, `weights through a host`, `vendor service` or `unknown`."""
    tested_on: str | None
    published_on: str | None
    publisher: str
    title: str
    url: str
    finding: str
    caveat: str
    evidence_class: str
    """`measured`, `qualitative`, `mechanistic`, `vendor-claim`, `anecdote`."""
    is_control: bool
    """About a model of non-Chinese origin."""
    control_value: float | None = None
    """The same model's mean on the suite's own control questions."""
    se: float | None = None
    """Standard error of `value`, where the source gives it."""
    control_language: str | None = None
    """Language of those questions; a control in another language says little of this one."""
    host: str | None = None
    subset_of: str | None = None
    """Id of the record whose questions this one counts a part of."""
    revision: str | None = None
    """The revision that was tested, where it is named."""


class Applicability(Word):
    """How near a result is to the audited model, nearest first."""

    DIRECT = "direct"
    SAME_WEIGHTS = "same-weights"
    QUANTIZED = "quantized"
    INHERITED = "inherited"
    TEACHER = "teacher"
    FAMILY = "family"


class State(Word):
    """What published tests say of one model, by the rule of docs/evidence.md; the worst first."""

    CENSORS = "censors"
    PARTLY = "partly"
    MIXED = "mixed"
    CLEAR = "clear"
    THIN = "thin"
    """Something is reported; nothing of it may decide."""
    UNTESTED = "untested"
    UNKNOWN = "unknown"
    """Untested as far as is known, and its lineage could not be followed to the end."""

    @property
    def is_measured(self) -> bool:
        """Whether a test that may count is behind it."""
        return self in (State.CENSORS, State.PARTLY, State.MIXED, State.CLEAR)


class ExposureState(Word):
    """The former words for `State` and nearness in one, kept in the JSON report for one version
    beside the new ones."""

    TESTED_CENSORS = "tested-censors"
    TESTED_MIXED = "tested-mixed"
    TESTED_CLEAR = "tested-clear"
    INHERITED_CENSORS = "inherited-censors"
    INHERITED_MIXED = "inherited-mixed"
    INHERITED_CLEAR = "inherited-clear"
    UNTESTED = "untested"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Beside:
    """The figure of one test with what is beside it, in percent."""

    rate: float
    lower: float | None
    """95 % limits of the rate; None where the source gives nothing to reckon them by."""
    upper: float | None
    complete: int | None
    """Complete answers of `n`; None where the source publishes values and no counts."""
    n: int
    mean: float
    """Of the comparison models."""
    worst: float
    """The one that answered least, or left out most."""
    worst_model: str
    controls: int
    judges: tuple[str, ...] = ()
    hosts: Mapping[str, int] = field(default_factory=dict)
    neutral: int | None = None
    """How many answers did not come from the maker's own service."""


@dataclass(frozen=True)
class ResultHit:
    """One result that reaches the audited model, and how."""

    result: TestResult
    applicability: Applicability
    path: tuple[str, ...]
    """Ids from the audited model to the tested one, both included."""
    counts: bool
    """Whether it decides the state of its language; others inform only."""
    reason: str = ""
    """Why it does not count."""
    kind: str = ""
    """Its class of evidence: see `EvidenceClass`."""
    grade: str | None = None
    """How the tested model answered beside the comparison models, where that can be told."""
    beside: Beside | None = None


@dataclass(frozen=True)
class Standing:
    """What tests say of one model, or of its ancestor as far as nothing nearer was measured."""

    state: State
    by_language: Mapping[str, State]
    adverse: tuple[str, ...] = ()
    """Ids of results that count against it; for `thin`, of reports that would if they counted."""


@dataclass(frozen=True)
class AncestorStanding:
    """The standing of one tested ancestor or teacher: never the audited model's own."""

    model: str
    applicability: Applicability
    path: tuple[str, ...]
    standing: Standing


@dataclass(frozen=True)
class Exposure:
    """All that published tests say of the audited model and its ancestors."""

    state: ExposureState
    by_language: dict[str, ExposureState]
    hits: tuple[ResultHit, ...]
    own: Standing = field(default_factory=lambda: Standing(State.UNTESTED, {}))
    """Of the model itself, its copies and what it was quantized from."""
    ancestors: tuple[AncestorStanding, ...] = ()
    """Tested ancestors and declared teachers whose finding reaches it, the worst first; none that
    is clear."""
    removal_claimed: bool = False
    removal_evidence: str = ""


@dataclass(frozen=True)
class Foundation:
    """A model with no known base under the audited one."""

    model: str
    attribution: Attribution
    path: tuple[str, ...]
    component: str | None = None


@dataclass(frozen=True)
class Origin:
    """The four axes' first three: whose weights, who trained them on the way, who taught."""

    foundations: tuple[Foundation, ...]
    trained_by: tuple[Foundation, ...]
    """Developers in the chain who did not make a foundation of it, each with the model that they
    trained."""
    teachers: tuple[Foundation, ...]
    jurisdictions: tuple[str, ...]
    """Of all three, sorted, established ones only."""
    unknown: tuple[str, ...]
    """Models of all three whose developer or jurisdiction is not established."""
