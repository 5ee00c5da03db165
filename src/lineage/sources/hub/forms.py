"""The forms in which a model's record is asked for, from the Hub's
own to what a gateway or a private registry still understands."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from lineage.core.ref import ModelRef
from lineage.sources.hub.answers import is_foreign_refusal, is_unknown_expand
from lineage.sources.web.exchange import Response

FULL = [
    "baseModels",
    "cardData",
    "config",
    "createdAt",
    "disabled",
    "downloads",
    "gated",
    "gguf",
    "lastModified",
    "library_name",
    "likes",
    "pipeline_tag",
    "private",
    "safetensors",
    "sha",
    "siblings",
    "tags",
]
_SMALL = [
    "sha",
    "private",
    "gated",
    "disabled",
    "downloads",
    "likes",
    "tags",
    "cardData",
    "siblings",
    "config",
    "createdAt",
]
_EXPANDS: tuple[list[str], ...] = (FULL, _SMALL, [])
"""What to ask for; the next one when the hub does not know a key of the one before.

The last is the hub's own default.
"""
_PLAIN = len(_EXPANDS)
"""No query at all: what Artifactory and the like answer."""
_PLAIN_REVISION = _PLAIN + 1
"""The same, with the revision named, which is the only address that some of them know."""


class AskedForm:
    """Which form this hub understands: learned once, used for every model after.

    Workers share it; each goes on from what any of them has learned, and none goes back.
    """

    def __init__(self) -> None:
        self.number = 0
        self._works = False
        """The hub answered a question of this form: a refusal is about the model, not the form."""

    @property
    def is_plain(self) -> bool:
        """Whether it is a registry, which tells neither sizes nor the commits of its files."""
        return self.number >= _PLAIN

    def learned(self, form: int, response: Response) -> int | None:
        """The form to try after this answer; None where the answer stands."""
        if response.status == 200:
            self.number, self._works = max(form, self.number), True
        elif form + 1 < _PLAIN and is_unknown_expand(response):
            self.number = max(self.number, form + 1)
            return form + 1
        elif not self._works and form < _PLAIN_REVISION and is_foreign_refusal(response):
            return max(form + 1, _PLAIN)
        return None


def path_of(ref: ModelRef, form: int) -> str:
    """The path and query of the question."""
    revision = ref.revision or ("main" if form == _PLAIN_REVISION else "")
    path = f"/api/models/{quote(ref.id)}"
    if revision:
        path += f"/revision/{quote(revision, safe='')}"
    if form >= _PLAIN:
        return path
    return f"{path}?{urlencode([('expand', key) for key in _EXPANDS[form]] + [('blobs', 'true')])}"
