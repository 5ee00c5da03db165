"""Names of models: a repo id with an optional revision, read
from any form in which people write it."""

from __future__ import annotations

import unicodedata
from urllib.parse import unquote, urlsplit

from lineage.core.errors import InvalidRefError
from lineage.core.pattern import late
from lineage.core.value import dataclass

_SEGMENT = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9._-])?"
_REPO_ID = late(rf"{_SEGMENT}(?:/{_SEGMENT})?\Z")
_REVISION = late(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,127}\Z")
HUB_HOSTS = frozenset({"huggingface.co", "www.huggingface.co", "hf.co", "huggingface.com"})
"""Names of the Hub's own web site."""
_NOT_A_REPO = frozenset(
    {
        "datasets",
        "spaces",
        "docs",
        "blog",
        "papers",
        "api",
        "collections",
        "models",
        "organizations",
        "tasks",
    }
)
COMMIT = late(r"[0-9a-f]{40}\Z")


@dataclass(frozen=True, order=True)
class ModelRef:
    """A model on a hub: `namespace/name` or a legacy bare
    name, and a revision when one is meant."""

    id: str
    revision: str | None = None

    @property
    def namespace(self) -> str:
        """The part before the slash; empty for a legacy bare name such as `gpt2`."""
        return self.id.partition("/")[0] if "/" in self.id else ""

    @property
    def name(self) -> str:
        """The part after the slash, or the whole of a bare name."""
        return self.id.rpartition("/")[2]

    def __str__(self) -> str:
        return f"{self.id}@{self.revision}" if self.revision else self.id


def is_repo_id(text: str) -> bool:
    """Whether `text` has the form of a repo id; says nothing about whether such a repo exists."""
    return bool(_REPO_ID.match(text)) and ".." not in text and not text.endswith((".git", ".ipynb"))


def parse_ref(text: str) -> ModelRef:
    """Read `org/name`, `org/name@revision`, `hf://…` or a huggingface.co URL.

    Raises InvalidRefError, with the form that is expected, for anything else.
    """
    written = text.strip()
    ref = _from_url(written) if "://" in written or _looks_like_host(written) else _from_id(written)
    if ref is None:
        raise InvalidRefError(
            f"{_shown(text)} is not a model name{_odd(written)}.",
            "Write it as org/name, org/name@revision, a huggingface.co address, or the path of a "
            "local model.",
        )
    return ref


def _from_id(text: str) -> ModelRef | None:
    repo, at, revision = text.partition("@")
    if not is_repo_id(repo) or (at and not _REVISION.match(revision)):
        return None
    return ModelRef(repo, revision or None)


def _looks_like_host(text: str) -> bool:
    return text.partition("/")[0].lower() in HUB_HOSTS


def _from_url(text: str) -> ModelRef | None:
    if text.startswith("hf://"):
        return _from_id(text.removeprefix("hf://").removeprefix("models/"))
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or (parts.hostname or "") not in HUB_HOSTS:
        return None
    path = [unquote(step) for step in parts.path.split("/") if step]
    if path and path[0] == "models":
        path = path[1:]
    if not path or path[0] in _NOT_A_REPO:
        return None
    verbs = [
        i
        for i, step in enumerate(path)
        if step in ("tree", "blob", "resolve", "raw", "commit", "discussions", "edit")
    ]
    repo = "/".join(path[: verbs[0]] if verbs else path[:2])
    revision = None
    if (
        verbs
        and path[verbs[0]] in ("tree", "blob", "resolve", "raw", "commit")
        and len(path) > verbs[0] + 1
    ):
        revision = path[verbs[0] + 1]
    return _from_id(f"{repo}@{revision}" if revision else repo)


def _odd(text: str) -> str:
    """What an eye cannot see: a character that no name has and that may look like one of theirs."""
    odd = next((char for char in text[:300] if not char.isascii()), None)
    if odd is None:
        return ""
    name = unicodedata.name(odd, "without a name")
    return f": it holds U+{ord(odd):04X} {name}, and names are ASCII"


def _shown(text: str, limit: int = 80) -> str:
    clipped = text if len(text) <= limit else text[:limit] + "…"
    return repr(clipped)
