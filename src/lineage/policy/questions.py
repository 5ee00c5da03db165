"""The questions that rules ask, and what one rule asks under one policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.policy.finding import Level

if TYPE_CHECKING:
    from lineage.policy.case import Case
    from lineage.policy.open_points.point import OpenPoint


class Question(Word):
    """What an answer may depend on. A rule declares the ones that it asks."""

    ORIGIN = "origin"
    """Whose weights are in it, whole or in part."""
    TRACES = "traces"
    """Whether every trace that could name a base was read."""
    TRAINERS = "trainers"
    """Who trained it between the foundations and the audited model."""
    TEACHERS = "teachers"
    """From whose outputs it was distilled."""
    PUBLISHER = "publisher"
    """Whose namespace hosts it, and where that is based."""
    TESTS = "tests"
    """What published tests found in it and in what it is built on."""
    LICENCE = "licence"
    NAMES = "names"
    """Whether its name, or an ancestor's, is what it seems."""
    DOCUMENTS = "documents"
    """What the repository shows: card, checksums, revision."""
    CIRCUMSTANCES = "circumstances"
    """How old the data are, and where they came from."""


EVERYTHING = frozenset(Question)


def whatever_home(candidates: Sequence[str]) -> bool:
    """For rules that ask where a developer is based, with no list of places: any home matters."""
    return True


def no_home(candidates: Sequence[str]) -> bool:
    """For rules that ask who a developer is, and not where it is based."""
    return False


@dataclass(frozen=True)
class Inquiry:
    """What one rule, or one way of matching a requirement, asks under a policy."""

    rule: str
    level: Level
    """How serious it is that the answer stays open: `fail` makes the verdict inconclusive."""
    questions: frozenset[Question]
    homes: Callable[[Sequence[str]], bool] = whatever_home
    """Whether a developer based in one of these places may match; with none given, in any place at
    all."""
    needs_every_trainer: bool = False
    """Whether a trainer that the registry does not know leaves the answer open, whatever the policy
    says of such trainers."""
    bears: Callable[[OpenPoint, Case], bool] | None = None
    """Narrower than the questions: whether this very point can change the answer. None is yes."""
