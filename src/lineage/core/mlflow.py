"""Names of models in an MLflow registry: `name/version`, `name@alias`, or a logged model's id."""

from __future__ import annotations

from lineage.core.pattern import late
from lineage.core.value import dataclass

URI = "models:/"
"""How MLflow's own addresses of registered models begin."""
_NAME = r"[^\s/@:'\"<>|`\\]{1,250}"
_FORM = late(
    rf"(?P<name>{_NAME})(?:/(?P<version>[1-9]\d{{0,8}}|latest)|@(?P<alias>[\w.-]{{1,250}}))?\Z"
)
_LOGGED = late(r"m-[0-9a-f]{32}\Z")


@dataclass(frozen=True)
class MlflowName:
    """One version of a registered model; without one, the newest."""

    name: str
    version: str = ""
    alias: str = ""

    @property
    def is_logged(self) -> bool:
        """Whether it is the id of a logged model, which need not be registered."""
        return not (self.version or self.alias) and bool(_LOGGED.match(self.name))

    @property
    def id(self) -> str:
        """Its id among the names outside the Hub."""
        end = f"/{self.version}" if self.version else f"@{self.alias}" if self.alias else ""
        return f"mlflow:{self.name}{end}"


def parse_mlflow(text: str) -> MlflowName | None:
    """The name that a text holds; None for another form."""
    found = _FORM.match(text)
    if found is None:
        return None
    version = found["version"] or ""
    return MlflowName(found["name"], "" if version == "latest" else version, found["alias"] or "")
