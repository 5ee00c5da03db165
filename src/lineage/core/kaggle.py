"""Names of models as Kaggle writes them: `owner/model/framework/variation[/version]`."""

from __future__ import annotations

from lineage.core.pattern import late
from lineage.core.value import dataclass

HOSTS = frozenset({"kaggle.com", "www.kaggle.com"})
"""All names of its web site."""
_SLUG = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,119})"
_FORM = late(
    rf"(?P<owner>{_SLUG})/(?P<model>{_SLUG})"
    rf"(?:/(?P<framework>{_SLUG})/(?P<variation>{_SLUG})(?:/(?P<version>[1-9]\d{{0,8}}))?)?\Z"
)
_ENUM = "MODEL_FRAMEWORK_"


@dataclass(frozen=True)
class KaggleName:
    """One variation of a model of Kaggle, or the model with all of them."""

    owner: str
    model: str
    framework: str = ""
    variation: str = ""
    version: str = ""
    """The number of a version, where one is pinned."""

    @property
    def plain(self) -> str:
        """Without the version, which is a revision."""
        parts = (self.owner, self.model, self.framework, self.variation)
        return "/".join(part for part in parts if part)

    @property
    def written(self) -> str:
        """With the version, where one is pinned."""
        return f"{self.plain}/{self.version}" if self.version else self.plain

    @property
    def id(self) -> str:
        """Its id among the names outside the Hub, without the version."""
        return f"kaggle:{self.plain}"


def parse_kaggle(text: str) -> KaggleName | None:
    """The name that a text holds; None for another form."""
    found = _FORM.match(text)
    return KaggleName(**found.groupdict(default="")) if found is not None else None


def framework_slug(text: str) -> str:
    """As an address spells it, from the API's word: `pyTorch` for `MODEL_FRAMEWORK_PY_TORCH`."""
    if not text.startswith(_ENUM):
        return text
    first, *rest = text.removeprefix(_ENUM).lower().split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def on_page(steps: list[str]) -> KaggleName | None:
    """The model that the steps of an address below kaggle.com name, in the short and in the long
    spelling (`…/frameworks/pyTorch/variations/2b/versions/1`)."""
    if steps[:1] != ["models"] or len(steps) < 3:
        return None
    words = [step for step in steps[3:] if step not in ("frameworks", "variations", "versions")]
    tail = words[:2] if len(words) > 1 else []
    number = [step for step in words[2:3] if tail and step.isdecimal()]
    return parse_kaggle("/".join([*steps[1:3], *tail, *number]))
