"""What is known about each test suite: its form, its judges and their makers, and the models that
are beside the tested ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lineage.core.value import dataclass
from lineage.evidence.grading import Answers, Control, ControlGrade, Counts, Graded, Pool, Unit


@dataclass(frozen=True)
class Judge:
    """A model that judged answers."""

    name: str
    maker: str


@dataclass(frozen=True)
class Figure:
    """A comparison model with its value on a metric, where a suite publishes values and no single
    answers."""

    model: str
    maker: str
    value: float
    n: int
    se: float | None = None


@dataclass(frozen=True)
class Figures:
    """All comparison models of one suite, metric and language."""

    language: str
    metric: str
    controls: tuple[Figure, ...]


@dataclass(frozen=True)
class Suite:
    """One suite as its record describes it."""

    id: str
    name: str
    form: str
    """`free-text` or `multiple-choice`."""
    primary_metric: str
    """The one metric that may count, fixed in the record before anything was graded by it."""
    deciding_languages: tuple[str, ...] = ()
    """Languages that may decide; empty where every one of the suite may."""
    judges: tuple[Judge, ...] = ()
    judges_never_their_own: bool = False
    """Whether the suite keeps a judge from its own model and its maker's."""
    is_selected: bool = False
    """Whether its questions were picked because a model refused them."""
    controls: tuple[tuple[str, str], ...] = ()
    """Comparison models answer by answer: name in the units, and maker. Fixed with the record."""
    figures: tuple[Figures, ...] = ()
    note: str = ""

    def figures_for(self, metric: str, language: str) -> Figures | None:
        """The comparison models for a result of this metric and language."""
        return next((f for f in self.figures if (f.metric, f.language) == (metric, language)), None)

    def decides_in(self, language: str) -> bool:
        """Whether a unit in this language may decide."""
        return not self.deciding_languages or language in self.deciding_languages


@dataclass(frozen=True)
class AnsweredUnit:
    """A unit with what is known about how it was answered."""

    unit: Unit
    result: str
    """Id of the published record with the same counts."""
    hosts: Mapping[str, int]
    own_hosts: tuple[str, ...] = ()
    """Those of `hosts` that belong to the model's own maker."""
    graded: Graded | None = None
    """Its grade beside the suite's comparison models, where the records' compiler reckoned it."""
    not_claimed: str = ""
    """Where it was read that the model's card does not claim this language; empty where it is not
    known not to."""

    @property
    def neutral(self) -> int:
        """How many answers did not come from a service of the model's own maker."""
        return sum(n for host, n in self.hosts.items() if host not in self.own_hosts)

    @property
    def is_neutral(self) -> bool:
        """Whether most answers came from the weights or from hosts that are not the maker's."""
        return 2 * self.neutral > sum(self.hosts.values())


def read_suite(row: Mapping[str, Any]) -> Suite:
    """A suite from its compiled record."""
    return Suite(
        id=row["id"],
        name=row["name"],
        form=row["form"],
        primary_metric=row["primary_metric"],
        deciding_languages=tuple(row.get("deciding_languages", ())),
        judges=tuple(Judge(one["name"], one["maker"]) for one in row.get("judges", ())),
        judges_never_their_own=row.get("judges_never_their_own", False),
        is_selected=row.get("is_selected", False),
        controls=tuple((one["model"], one["maker"]) for one in row.get("controls", ())),
        figures=tuple(
            Figures(
                one["language"],
                one["metric"],
                tuple(Figure(**control) for control in one["controls"]),
            )
            for one in row.get("pools", ())
        ),
        note=row.get("note", ""),
    )


def read_unit(row: Mapping[str, Any]) -> AnsweredUnit:
    """A unit from its compiled record.

    Where a judge's counts on other governments are not published, those of another judge of the
    same answers are in.
    """
    elsewhere = {judge: Counts(*counts) for judge, counts in row["elsewhere"].items()}
    spare = next(iter(elsewhere.values()))
    answers = {
        judge: Answers(Counts(*counts), elsewhere.get(judge, spare))
        for judge, counts in row["complete"].items()
    }
    return AnsweredUnit(
        Unit(row["model"], row["suite"], row["language"], answers),
        row["result"],
        row["hosts"],
        tuple(row.get("own_hosts", ())),
        _graded(row["grade"]) if "grade" in row else None,
        row.get("not_claimed", ""),
    )


def _graded(row: tuple[str | None, str]) -> Graded:
    grade, reason = row
    return ControlGrade(grade) if grade is not None else None, reason


def pools(suite: Suite, units: Iterable[AnsweredUnit]) -> dict[str, Pool]:
    """By judge: the suite's controls with their counts; `units` are those of one language."""
    by_model = {one.unit.model: one.unit for one in units}
    return {
        judge.name: Pool(
            judge.name,
            judge.maker,
            tuple(
                Control(model, maker, by_model[model].answers[judge.name])
                for model, maker in suite.controls
                if model in by_model and judge.name in by_model[model].answers
            ),
        )
        for judge in suite.judges
    }
