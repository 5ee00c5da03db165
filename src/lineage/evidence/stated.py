"""Developers that a policy's owner states: who made its own and its vendors' models, and where they
are based."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatchcase

from lineage.core.ref import ModelRef
from lineage.core.value import dataclass
from lineage.evidence.evidence import Attribution, Citation, Developer


@dataclass(frozen=True)
class StatedDeveloper:
    """One statement of the user: it fills what the registry does not know, and overrules nothing
    that it cites."""

    name: str
    home: str
    """ISO 3166-1 alpha-2."""
    namespaces: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    """Patterns over ids and local paths, such as `acme/*` or `./models/*`."""
    place: str = ""
    """Where it is written: file and line."""

    def covers(self, model: str, is_local: bool) -> bool:
        """Whether the statement is about this model."""
        if not is_local and "/" in model:
            namespace = ModelRef(model).namespace.casefold()
            if namespace in {one.casefold() for one in self.namespaces}:
                return True
        spellings = {model, model.removeprefix("./"), model.rstrip("/")}
        return any(fnmatchcase(one, pattern) for one in spellings for pattern in self.models)

    def developer(self) -> Developer:
        """As the report shows it."""
        return Developer(
            id=f"stated:{self.name}",
            name=self.name,
            jurisdiction=self.home,
            role="developer",
            kind="stated",
            namespaces=self.namespaces,
            note="Stated in the policy.",
            citations=(Citation(self.place or "policy", "Statement of the policy's owner"),),
            jurisdiction_state="stated",
        )


def with_statements(
    attribution: Attribution, stated: Iterable[StatedDeveloper], *, is_local: bool
) -> Attribution:
    """The attribution with the first statement that covers it, where the registry has no answer.

    A copy keeps the developer of what it copies: whoever states to be its developer only published
    it.
    """
    known = attribution.developer
    if attribution.basis == "parent" or (known is not None and known.jurisdiction is not None):
        return attribution
    found = next((one for one in stated if one.covers(attribution.model, is_local)), None)
    if found is None:
        return attribution
    if known is not None and known.jurisdiction_candidates:
        return attribution  # sources disagree: a statement of an interested party settles nothing
    developer = found.developer() if known is None else replace(known, jurisdiction=found.home)
    note = f"{attribution.note} Developer stated in the policy.".strip()
    return replace(attribution, developer=developer, basis="policy", note=note)
