"""Names of models as ModelScope writes them: `[modelscope.ai/]namespace/name[@revision]`."""

from __future__ import annotations

from lineage.core.pattern import late
from lineage.core.ref import is_repo_id
from lineage.core.value import dataclass

CHINA, INTERNATIONAL = "modelscope.cn", "modelscope.ai"
"""The two sites. Each has a catalogue of its own: the same name may be another model there."""
HOSTS = {
    CHINA: CHINA,
    "www.modelscope.cn": CHINA,
    "modelscope.com": CHINA,
    "www.modelscope.com": CHINA,
    INTERNATIONAL: INTERNATIONAL,
    "www.modelscope.ai": INTERNATIONAL,
}
"""Names of the hosts, with the site that answers."""
_FORM = late(r"(?P<repo>[\w.-]+/[\w.-]+)(?:@(?P<revision>[A-Za-z0-9][\w./-]{0,127}))?\Z")


@dataclass(frozen=True)
class ModelScopeName:
    """One model of one site."""

    site: str
    repo: str
    """`namespace/name`."""
    revision: str = ""
    """A branch, tag or commit, where one is named."""

    @property
    def plain(self) -> str:
        """Without the revision; the site's name in front, where it is not the first one's."""
        return self.repo if self.site == CHINA else f"{self.site}/{self.repo}"

    @property
    def id(self) -> str:
        """Its id among the names outside the Hub, without the revision."""
        return f"modelscope:{self.plain}"

    @property
    def page(self) -> str:
        """The address that people look at."""
        return f"https://{self.site}/models/{self.repo}"


def parse_modelscope(text: str) -> ModelScopeName | None:
    """The name that a text holds; None for another form."""
    head, _, rest = text.partition("/")
    site = HOSTS.get(head.lower(), "")
    found = _FORM.match(rest if site else text)
    if found is None or not is_repo_id(found["repo"]):
        return None
    return ModelScopeName(site or CHINA, found["repo"], found["revision"] or "")
