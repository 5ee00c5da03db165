"""Names of models: a repo id with an optional revision, read
from any form in which people write it."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import SplitResult, unquote, urlsplit

from lineage.core.errors import InvalidRefError
from lineage.core.pattern import late
from lineage.core.value import dataclass

_SEGMENT = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9._-])?"
_REPO_ID = late(rf"{_SEGMENT}(?:/{_SEGMENT})?\Z")
_REVISION = late(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,127}\Z")
HUB_HOSTS = frozenset({"huggingface.co", "www.huggingface.co", "hf.co", "huggingface.com"})
"""Names of the Hub's own web site."""
HUB_ADDRESSES = HUB_HOSTS | {"hf-mirror.com", "www.hf-mirror.com"}
"""Names under which the models of the Hub are addressed: its own, and those of its mirrors."""
_PAGES_OF_REVISIONS = frozenset({"tree", "blob", "resolve", "raw", "commit", "revision"})
_PAGES = _PAGES_OF_REVISIONS | {"discussions", "edit", "commits"}
_QUANT = late(r"(?:UD-)?(?:I?Q\d|[BF]?F(?:P)?\d|MXFP\d|NVFP\d)[A-Z0-9_]*", re.IGNORECASE)
_PURL = late(r"pkg:/*huggingface/+([^?#]+)", re.IGNORECASE)
_GIT_SSH = late(r"git@(?:hf\.co|huggingface\.co):")
_LINK = late(r"\[[^\[\]]*\]\(\s*<?([^()\s<>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_BLANK = " \t\r\n\v\f\u00a0\u200b\u200c\u200d\u2060\ufeff"
_QUOTES = "\"'`“”‘’«»*,;"
_NOT_A_REPO = frozenset(
    [
        "api",
        "apps",
        "blog",
        "brand",
        "buckets",
        "chat",
        "collections",
        "datasets",
        "docs",
        "enterprise",
        "inference",
        "jobs",
        "join",
        "kernels",
        "learn",
        "login",
        "models",
        "new",
        "notifications",
        "organizations",
        "papers",
        "posts",
        "pricing",
        "search",
        "settings",
        "shop",
        "spaces",
        "support",
        "tasks",
    ]
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


def shortened(revision: str) -> str:
    """The first digits of a commit or digest, for people."""
    return revision.removeprefix("sha256:")[:12]


def is_repo_id(text: str) -> bool:
    """Whether `text` has the form of a repo id; says nothing about whether such a repo exists."""
    return bool(_REPO_ID.match(text)) and ".." not in text and not text.endswith((".git", ".ipynb"))


def parse_ref(text: str, *, endpoint: str = "") -> ModelRef:
    """Read `org/name`, `org/name@revision`, `hf://…`, a purl, or an address of the Hub's web
    site, of a mirror of it, or of one's own `endpoint`.

    Raises InvalidRefError, with the form that is expected, for anything else.
    """
    written = text.strip()
    ref = _read(written, endpoint)
    if ref is None:
        raise InvalidRefError(
            f"{_shown(text)} is not a model name{_odd(written)}.",
            "Write it as org/name, org/name@revision, a huggingface.co address, or the path of a "
            "local model.",
        )
    return ref


def unwrapped(text: str) -> str:
    """A name without what comes along when it is copied from a chat, a table or a sentence:
    quotes, brackets, a Markdown link, invisible characters, a slash or a full stop at its end.
    """
    if link := _LINK.fullmatch(text.strip(_BLANK)):
        text = link[1]
    for _ in range(3):
        is_quoted = text.strip(_BLANK)[:1] in tuple(_QUOTES + "<[(")
        text = text.strip(_BLANK + _QUOTES + ("." if is_quoted else ""))
        if text[:1] + text[-1:] in ("<>", "[]", "()"):
            text = text[1:-1]
    return text.rstrip("./") if is_repo_id(text.rstrip("./")) else text


def has_password(text: str) -> bool:
    """Whether an address carries a user name, as a copied `git clone` line with a token does."""
    authority = text.partition("://")[2].partition("/")[0]
    return "@" in authority and authority.partition("@")[0] != "git"


def _read(text: str, endpoint: str) -> ModelRef | None:
    lowered = text[:300].lower()
    if lowered.startswith("pkg:"):
        return _from_purl(text)
    if lowered.startswith("hf://"):
        return _from_hf(text[5:])
    text = _GIT_SSH.sub("ssh://git@hf.co/", text, count=1)
    own = urlsplit(endpoint) if endpoint else None
    heads = HUB_ADDRESSES if own is None else {*HUB_ADDRESSES, own.netloc.lower()}
    is_address = "://" in text or text.partition("/")[0].lower() in heads
    return _from_address(text, own) if is_address else _from_id(text)


def _from_id(text: str) -> ModelRef | None:
    repo, at, revision = text.partition("@")
    if "/" in repo and _QUANT.fullmatch(tag := repo.rpartition(":")[2]):
        repo = repo.removesuffix(f":{tag}")  # as llama.cpp names one file of a repository
    if not is_repo_id(repo) or (at and not _REVISION.match(revision)):
        return None
    return ModelRef(repo, revision or None)


def _from_hf(text: str) -> ModelRef | None:
    """`hf://org/name@revision/file`, where a revision may hold slashes of its own."""
    repo, at, rest = text.partition("@")
    ref = _from_steps([step for step in repo.split("/") if step])
    if not at or ref is None:
        return ref
    revision = unquote(rest)
    head = revision.partition("/")[0]
    return _from_id(f"{ref.id}@{head if head == 'main' or COMMIT.match(head) else revision}")


def _from_purl(text: str) -> ModelRef | None:
    """A purl; its slashes may be percent-encoded, and those at its ends mean nothing."""
    found = _PURL.match(text)
    if found is None:
        return None
    path, at, version = found[1].partition("@")
    steps = [step for step in unquote(path).split("/") if step]
    return _from_id("/".join(steps) + at + unquote(version))


def _from_address(text: str, own: SplitResult | None) -> ModelRef | None:
    try:
        parts = urlsplit(text.removeprefix("git+") if "://" in text else f"https://{text}")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https", "ssh", "git"):
        return None
    path = parts.path
    if own is not None and parts.netloc.rpartition("@")[2].lower() == own.netloc.lower():
        below = own.path.rstrip("/") + "/"
        if not path.startswith(below):
            return None
        path = path.removeprefix(below)
    elif (parts.hostname or "") not in HUB_ADDRESSES:
        return None
    return _from_steps([unquote(step) for step in path.split("/") if step])


def _from_steps(path: list[str]) -> ModelRef | None:
    """From the steps of an address below the Hub's own, such as `org`, `name`, `blob`, …"""
    for head in (["api", "models"], ["models"]):
        if path[: len(head)] == head:
            path = path[len(head) :]
    if not path or path[0] in _NOT_A_REPO:
        return None
    at = next((i for i, step in enumerate(path[1:], 1) if step in _PAGES and len(path) > 2), None)
    repo = "/".join(path[:2] if at is None else path[:at])
    # Behind a colon stands the quantization that Ollama and llama.cpp are to take.
    repo = repo.partition(":")[0].removesuffix(".git")
    revision = ""
    if at is not None and path[at] in _PAGES_OF_REVISIONS:
        rest = path[at + 1 :]
        revision = "/".join(rest[:3] if rest[:1] == ["refs"] else rest[:1])
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
