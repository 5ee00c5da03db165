"""What a rule is: an id, one line, a level, its settings, and a check that makes findings of a
case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.open_points.point import Gap
from lineage.policy.policy import Policy
from lineage.policy.questions import EVERYTHING, Inquiry, Question

DOCS = "https://github.com/lineage-audit/lineage/blob/main/docs/rules.md"


class Kind(Word):
    """What a setting may hold; the loader checks it and the JSON Schema is made from it."""

    JURISDICTIONS = "jurisdictions"
    """A list of ISO 3166-1 alpha-2 codes."""
    DEVELOPERS = "developers"
    """A list of registry ids; one that is not in the registry is an error."""
    WORDS = "words"
    """A list of texts."""
    DAYS = "days"
    """A whole number of days, 1 or more."""
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"


@dataclass(frozen=True)
class Setting:
    """One thing that a policy may say to a rule beside its level."""

    name: str
    kind: Kind
    default: Any
    """None where the rule falls back to the policy as a whole, or to nothing."""
    summary: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """What one rule is told by the policy it runs under."""

    rule: str
    level: Level
    values: Mapping[str, Any]
    policy: Policy

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def finding(
        self,
        model: str,
        path: tuple[str, ...],
        message: str,
        evidence: Iterable[str] = (),
        *,
        level: Level | None = None,
    ) -> Finding:
        """A finding of this rule, at its level unless a milder one is given."""
        return Finding(
            self.rule,
            level or self.level,
            model,
            path,
            message,
            tuple(evidence),
            help_url=f"{DOCS}#{self.rule}",
        )

    def inquiry(self, *questions: Question, level: Level | None = None) -> Inquiry:
        """What this rule asks, at its own level unless another is given."""
        return Inquiry(self.rule, level or self.level, frozenset(questions))


Check = Callable[[Case, Settings], Iterable[Finding]]
CheckWaivers = Callable[[Case, Settings, Sequence[Finding]], Iterable[Finding]]
Inquiries = Callable[[Settings], Iterable[Inquiry]]


def finds_nothing(case: Case, settings: Settings) -> Iterable[Finding]:
    """The check of rules that look at waivers only, or that report open points."""
    return ()


@dataclass(frozen=True)
class Rule:
    """One rule, as the registry, the docs and `lineage rules` know it: everything about it stands
    in its own file.

    It answers `found` with its findings; else `open` where one of its questions has an open point;
    else `clear`.
    """

    id: str
    level: Level
    """Where the policy is silent."""
    summary: str
    """One line without a full stop."""
    explanation: str
    """Why it exists, what makes it speak, what to do then: the module's docstring."""
    sentence: str = ""
    """A finding in one plain sentence, with `{subject}` or `{object}` for the model, `{who}` for
    its developer, `{languages}` and `{found}` for tests; empty where the first sentence of its
    message is one."""
    questions: frozenset[Question] = EVERYTHING
    """What its answer depends on. A rule that does not say asks everything, so that no gap can hide
    from it."""
    check: Check = finds_nothing
    settings: tuple[Setting, ...] = ()
    inquiries: Inquiries | None = None
    """What it asks under a policy, where that depends on its settings; None asks its questions at
    its level."""
    reports: tuple[Gap, ...] = ()
    """Open points that are reported under this rule's id, and waived by it."""
    is_of_supplier: bool = False
    """Whether it looks at `supplied` alone, which is known once a model has been audited."""
    check_waivers: CheckWaivers | None = None
    """For the rules about waivers: sees what all others found, before waivers mark it."""

    def asks(self, settings: Settings) -> tuple[Inquiry, ...]:
        """What this rule asks under the policy that `settings` belong to."""
        if self.inquiries is not None:
            return tuple(self.inquiries(settings))
        return (settings.inquiry(*self.questions),) if self.questions else ()

    @property
    def what_to_do(self) -> str:
        """The first sentence of that paragraph of the explanation, as an imperative."""
        text = " ".join(self.explanation.partition("What to do: ")[2].split())
        first = re.split(r"(?<=[.;]) ", text, maxsplit=1)[0].rstrip(".;")
        return f"{first[:1].upper()}{first[1:]}." if first else ""

    @property
    def help_url(self) -> str:
        """Its section of the published reference."""
        return f"{DOCS}#{self.id}"
