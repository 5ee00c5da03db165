"""Sets a test's figure beside its comparison models, as sentences and tables show it."""

from __future__ import annotations

from lineage.evidence.appraisal import Appraisal
from lineage.evidence.evidence import Beside
from lineage.evidence.grading import Shortfall
from lineage.evidence.limits import Z


def beside(known: Appraisal) -> Beside | None:
    """None where no comparison models are on record."""
    return _counted(known) or _valued(known)


def _counted(known: Appraisal) -> Beside | None:
    """By the first judge, with all eligible comparison models; the reckoning leaves out those of a
    judge's own maker."""
    if known.reckoning is None or known.unit is None or not known.reckoning.by_judge:
        return None
    first: Shortfall = next(iter(known.reckoning.by_judge.values()))
    pool, counts = first.everybody, first.answers.counts
    low, high = counts.limits
    return Beside(
        rate=100 * counts.rate,
        lower=100 * low,
        upper=100 * high,
        complete=counts.x,
        n=counts.n,
        mean=100 * pool.mean,
        worst=100 * pool.lowest.answers.counts.rate,
        worst_model=pool.lowest.model,
        controls=len(pool.controls),
        judges=tuple(known.reckoning.by_judge),
        hosts=known.unit.hosts,
        neutral=known.unit.neutral,
    )


def _valued(known: Appraisal) -> Beside | None:
    result, figures = known.result, known.figures
    if figures is None or known.grade is None or result.value is None or result.n is None:
        return None
    is_open = result.higher_is == "more open"
    others = [
        one for one in figures.controls if one.model not in (result.model, result.model_as_named)
    ]
    worst = (min if is_open else max)(others, key=lambda one: (one.value, one.model))
    half = Z * result.se if result.se is not None else None
    return Beside(
        rate=result.value,
        lower=None if half is None else max(0.0, result.value - half),
        upper=None if half is None else min(100.0, result.value + half),
        complete=None,
        n=result.n,
        mean=sum(one.value for one in others) / len(others),
        worst=worst.value,
        worst_model=worst.model,
        controls=len(others),
        hosts={result.host: result.n} if result.host else {},
    )
