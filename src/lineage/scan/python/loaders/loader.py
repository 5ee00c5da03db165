"""One kind of call that takes a model's name: in which argument, and how a bare name is meant."""

from __future__ import annotations

from lineage.core.elsewhere import Place
from lineage.core.value import dataclass
from lineage.scan.names import Bare


@dataclass(frozen=True)
class Loader:
    """One kind of call that takes a model's name."""

    names: tuple[str, ...]
    """Last parts of the callee's dotted name."""
    position: int | None
    """Of the model among positional arguments; None where it is given by keyword only."""
    keywords: tuple[str, ...]
    packages: tuple[str, ...] = ()
    """Top-level packages the callee must come from; empty where the name alone is telling."""
    bare: Bare = Bare.HUB
    is_sure: bool = True
    """Whether a call whose model cannot be determined is reported as unresolved."""
    tagged: bool = False
    prefix: str = ""
    """Which a name may have before it."""
    below: str = ""
    """The module of its package that has it, where the package has another of its name."""
    weights: tuple[str, int] | None = None
    """The argument that says whether, or which, weights are loaded; without it none are."""
    register: Place | None = None
    """Where a name is looked up that is not the Hub's."""

    @property
    def is_common(self) -> bool:
        """Whether its name is anybody's: `create`, `stream`, `translation`."""
        return not self.packages and not self.is_sure and self.bare is Bare.IGNORED
