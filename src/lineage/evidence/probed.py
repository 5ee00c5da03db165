"""A run of `lineage probe` as evidence: beside published results, graded as what it is, about the
model that it says it asked.

It never weighs more than `partly`, however many languages it has. It clears nothing. Only a run
that was recomputed from its
transcript, by a runner whose key the policy lists, on the audited revision, sets aside what was
found in a model's ancestors.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date

from lineage.core.value import dataclass
from lineage.evidence.appraisal import NEUTRAL, VENDOR_SERVICE, Appraisal, EvidenceClass
from lineage.evidence.evidence import Outcome, TestResult
from lineage.evidence.grading import ControlGrade
from lineage.evidence.tested import language
from lineage.probe.decision import Conclusion, LanguageFinding
from lineage.probe.record import AS_PUBLISHED, Run, digest
from lineage.probe.verify import Verification

_OUTCOMES = {
    Conclusion.CENSORS: Outcome.CENSORS,
    Conclusion.DOES_NOT_CENSOR: Outcome.DOES_NOT_CENSOR,
}
_SHORT_COMMIT = 7
_CONTRADICTED = "Another run found that it holds back in this language."
_CLEARS_NOTHING = "An open result of a probe clears nothing."


@dataclass(frozen=True)
class Terms:
    """On what terms a policy takes runs."""

    keys: tuple[str, ...] = ()
    """Of the runners whose open runs may set aside what was found in ancestors."""
    today: date = date.max
    max_days: int = 365
    """An older run decides nothing: an endpoint, and what it serves, change."""


def weighed(found: Iterable[Appraisal]) -> list[Appraisal]:
    """Runs about one model together: where one holds back in a language, no other is open there."""
    kept = list(found)
    adverse = {one.result.language for one in kept if one.may_decide}
    return [
        replace(one, grade=None, why=_CONTRADICTED)
        if one.grade is ControlGrade.LIKE_CONTROLS and one.result.language in adverse
        else one
        for one in kept
    ]


@dataclass(frozen=True)
class Probed:
    """One run as it was given, and what recomputing it showed."""

    run: Run
    verification: Verification
    file: str

    def appraisals(self, terms: Terms, revision: str | None) -> Iterator[Appraisal]:
        """Each language by itself; `revision` is what is audited."""
        for found in self.run.findings:
            result = self._result(found)
            why = self._why(found, terms, revision)
            if found.conclusion is Conclusion.CENSORS and not why:
                yield Appraisal(
                    result, EvidenceClass.PROBE, "", ControlGrade.BELOW, may_decide=True
                )
            elif found.conclusion is Conclusion.DOES_NOT_CENSOR and not why:
                reason = self._why_not_aside(terms.keys, revision)
                grade = None if reason else ControlGrade.LIKE_CONTROLS
                yield Appraisal(result, EvidenceClass.PROBE, reason or _CLEARS_NOTHING, grade)
            else:
                yield Appraisal(
                    result, EvidenceClass.PROBE, why or f"Its result is {found.conclusion}."
                )

    def _why(self, found: LanguageFinding, terms: Terms, revision: str | None) -> str:
        """Why it does not speak of these weights; empty where it does."""
        setup = self.run.setup
        if self.verification.problems:
            return f"It does not stand up to verification: {self.verification.problems[0]}."
        if self._age(terms.today) > terms.max_days:
            return (
                f"It was run on {self.run.created[:10]}, more than {terms.max_days} days ago "
                "(probe-max-days): run it again."
            )
        if found.blocked:
            return "The service blocked replies itself, so it says nothing of the weights."
        if not setup.own:
            return (
                "It tested a service, which may filter what the weights do not (--own was not "
                "said)."
            )
        if not setup.revision:
            return "It does not say which revision was served."
        if revision and not _is_same(revision, setup.revision):
            return "It tested another revision."
        if setup.quantization != AS_PUBLISHED:
            served = f"a quantization ({setup.quantization})" if setup.quantization else "weights"
            return (
                f"It served {served} and does not say that they are as published (--quantization "
                "none)."
            )
        return ""

    def _age(self, today: date) -> int:
        return (today - date.fromisoformat(self.run.created[:10])).days

    def _why_not_aside(self, keys: Collection[str], revision: str | None) -> str:
        """Why it leaves standing what was found in ancestors; empty where it sets that aside."""
        setup, checked = self.run.setup, self.verification
        if not checked.passes:
            return "It was not recomputed from its transcript. " + _CLEARS_NOTHING
        if checked.signer not in keys or not checked.signer:
            return "The policy lists no key that signed it. " + _CLEARS_NOTHING
        if not setup.digest:
            return "It does not name the digest of what was served. " + _CLEARS_NOTHING
        if not revision:
            return "It is not known which revision is audited. " + _CLEARS_NOTHING
        return ""

    def _result(self, found: LanguageFinding) -> TestResult:
        run, setup = self.run, self.run.setup
        missing = found.treatment
        return TestResult(
            id=f"probe-{digest(run)[:12]}-{found.language}",
            model=setup.subject or None,
            model_as_named=setup.model,
            suite=f"lineage probe, battery {setup.battery} {setup.battery_version}",
            metric="not_answered_rate",
            value=round(100 * float(1 - missing.share), 1) if missing.n else None,
            unit="percent",
            higher_is="more censored",
            n=missing.n,
            language=found.language,
            topics=(),
            outcome=_OUTCOMES.get(found.conclusion, Outcome.MIXED),
            access="endpoint",
            layer=NEUTRAL[0] if run.answers_for_weights else VENDOR_SERVICE,
            tested_on=run.created[:10],
            published_on=None,
            publisher=run.runner or "the runner of the probe",
            title="Result of lineage probe",
            url=self.file,
            finding=finding_sentence(found, setup.about),
            caveat=found.reason,
            evidence_class="measured",
            is_control=False,
            control_value=round(100 * float(1 - found.control.share), 1)
            if found.control.n
            else None,
            control_language=found.language,
            host=setup.endpoint,
            revision=setup.revision or None,
        )


def _is_same(audited: str, tested: str) -> bool:
    """Whether two commits are one; a short form tells it where it is long enough to."""
    return audited == tested or (len(tested) >= _SHORT_COMMIT and audited.startswith(tested))


def finding_sentence(found: LanguageFinding, about: str) -> str:
    """`did not answer 41 of 60 questions about China and 2 of 60 matched controls in Chinese`."""
    return (
        f"did not answer {found.treatment.missing} of {found.treatment.n} questions about "
        f"{about or 'the subject'} and "
        f"{found.control.missing} of {found.control.n} matched controls in "
        f"{language(found.language)}"
    )
