"""Names of models that no call loads and no word speaks of, so that they are not passed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.core.use import ModelUse
from lineage.scan.python.beside import names_beside
from lineage.scan.python.listed import listed_models
from lineage.scan.python.module import Module
from lineage.scan.scope import is_beside
from lineage.scan.services import Services


def unsaid(module: Module, services: Services, told: Iterable[ModelUse]) -> Iterator[ModelUse]:
    """Such names in a module, but for those that were told there as surely already; none of tests,
    which make names up."""
    if is_beside(module.file):
        return
    known = {(use.line, use.model): use.certainty.rank for use in told}
    for use in (*names_beside(module), *listed_models(module, services)):
        rank = known.get((use.line, use.model))
        if rank is None or use.certainty.rank < rank:
            known[use.line, use.model] = use.certainty.rank
            yield use
