"""Reads what people write where a base model should be: a repo id, or the reason why it names
none."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from lineage.claims.names.known_names import exact_repo, family_guess, legacy_repo, stripped
from lineage.claims.names.other_spellings import (
    dotted,
    from_ollama,
    from_words,
    is_ollama,
    unflattened,
)
from lineage.claims.names.placeholder import is_placeholder
from lineage.claims.words import words
from lineage.core.elsewhere import PAGE_HOSTS, Place, at_address, parse_elsewhere
from lineage.core.errors import InvalidRefError
from lineage.core.pattern import late
from lineage.core.ref import COMMIT, HUB_ADDRESSES, is_repo_id, parse_ref
from lineage.core.value import dataclass

_LONGEST = 600
_INVISIBLE = late("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b-\x1f\x7f]")
_WIDE = late("[\uff01-\uff5e]")
_SLASHES = late("[\u2044\u2215\u29f8]")
_MARKDOWN_LINK = late(r"\[([^\[\]]{0,300})\]\(\s*<?([^()\s<>]{0,500})>?[^()]{0,200}\)")
_ANCHOR = late(r"<a\s[^<>]{0,200}href\s*=\s*[\"']?([^\"'<>\s]{1,500})[^<>]{0,200}>", re.IGNORECASE)
_TAG_PREFIX = late(r"base_model:(?:(?:finetune|adapter|quantized|merge):)?", re.IGNORECASE)
_HUB_CACHE = late(
    r"(models|datasets|spaces)--([A-Za-z0-9_.-]+?)(?:--([A-Za-z0-9_.-]+?))?(?:[/\\]|\Z)"
    r"(?:snapshots[/\\]([0-9a-f]{40}))?"
)
_DRIVE = late(r"[A-Za-z]:[\\/]")
_WEIGHT_FILE = late(
    r"\.(?:safetensors|bin|gguf|guff|ggml|ckpt|pth?|onnx|h5|msgpack|tar|zip|npz|nemo|"
    r"json|ya?ml|py)\Z",
    re.IGNORECASE,
)
_LOCAL_FIRST = words(
    """
    output outputs checkpoint checkpoints ckpt ckpts results result saves save saved saved_model
    saved_models runs run tmp temp data work_dirs workspace content kaggle mnt root home models
    model local_models base_models pretrained pretrained_models weights logs log exp exps
    experiments experiment merged lora loras drive media opt usr var cache . ..
    """
)
_CHECKPOINT = late(
    r"(?:checkpoint|ckpt|step|epoch|iter|global_step|final|best|last|merged|output|"
    r"snapshot|lora|model|adapter|sft|dpo|hf|unet|vae|text_encoder)"
    r"(?:[-_](?:model|checkpoint|merged|adapter|hf|weights|fp16|bf16|16bit|out))*[-_]?\d*\Z",
    re.IGNORECASE,
)
_EMBEDDED_ID = late(r"(?<![\w./@:-])([A-Za-z0-9_][\w.-]{1,95}/[A-Za-z0-9_][\w.-]{1,95}\w)(?![\w/])")
_HOSTS = HUB_ADDRESSES | PAGE_HOSTS


@dataclass(frozen=True)
class ParentName:
    """One value read: the model it names, or why it names none, and what it may mean then."""

    written: str
    """As it stood, clipped to 300 characters."""
    id: str | None = None
    """A repo id, or that of a model outside the Hub."""
    revision: str | None = None
    problem: str = ""
    """`placeholder`, `local path`, `dataset`, `space`, `prose`, `bare name`, `not on the hub`, `not
    a text`, `empty`."""
    guesses: tuple[str, ...] = ()
    """Repo ids that the value may mean; each is worth a claim only where such a repo exists."""
    certainty: float = 0.6
    """How likely a guess is meant, given that such a repo exists."""
    is_bare: bool = False
    """Whether it is `org/name` and tells no place: that of the card it is in is meant."""


def read_parent_name(value: object, namespace: str = "") -> ParentName:
    """Read one value of any type. `namespace` is the child's own: a bare name often means a repo
    beside it."""
    if value is None:
        return ParentName("", problem="empty")
    if not isinstance(value, str):
        return ParentName(_clip(str(value)), problem="not a text")
    written = _clip(value.strip())
    if not written:
        return ParentName("", problem="empty")
    if len(value) > _LONGEST:
        return ParentName(written, problem="prose")
    text = _bared(value)
    if is_placeholder(text) and not _HUB_CACHE.search(text):
        return ParentName(written, problem="placeholder")
    return _with_written(_read(text, namespace), written)


def clean_id(text: str) -> str | None:
    """The repo id (`namespace/name` or a known legacy name) that a text is, or None; no guesses."""
    return _clean_id(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=1 << 16)
def _clean_id(text: str) -> str | None:
    # A whole hub names the same few thousand bases millions of times.
    return read_parent_name(text).id


def _with_written(name: ParentName, written: str) -> ParentName:
    return replace(name, written=written)


def _clip(text: str, limit: int = 300) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _plainly_spelled(text: str) -> str:
    """Full-width letters, other slashes, an escaped slash and a `.git` at the end are ways to write
    the same name."""
    text = _INVISIBLE.sub("", text).strip()
    if not text.isascii():
        text = _SLASHES.sub(
            "/", unicodedata.normalize("NFKC", text) if _WIDE.search(text) else text
        )
    if "%2f" in text.lower():
        text = unquote(text)
    if text.lower().startswith("git@") and ":" in text:
        text = text.partition(":")[2]
    text = text.rstrip("/")[:-4] if text.rstrip("/").endswith(".git") else text
    return text.replace("___", ".")


def _bared(text: str) -> str:
    text = _plainly_spelled(text)
    if link := _MARKDOWN_LINK.search(text):
        text = link[2] if "/" in link[2] else link[1]
    elif anchor := _ANCHOR.search(text):
        text = anchor[1]
    for _ in range(3):
        text = text.strip().strip("\"'`“”‘’«»*,;").strip()
        if text[:1] + text[-1:] in ("<>", "[]", "()") and (is_repo_id(text[1:-1]) or "://" in text):
            text = text[1:-1]
    text = _TAG_PREFIX.sub("", text, count=1) if text[:11].lower() == "base_model:" else text
    for prefix in ("hf:", "huggingface:", "huggingface/", "models/"):
        rest = text[len(prefix) :]
        if (
            text.lower().startswith(prefix)
            and not rest.startswith("//")
            and rest.count("/") == 1
            and is_repo_id(rest)
        ):
            return rest
    return text.rstrip(".") if is_repo_id(text.rstrip(".")) else text


def _read(text: str, namespace: str) -> ParentName:
    if cached := _HUB_CACHE.search(text):
        return _from_hub_cache(cached)
    named = parse_elsewhere(text)
    if named is not None and named.place is not Place.SERVER:
        return ParentName("", named.id)
    if "://" in text or text.partition("/")[0].lower() in _HOSTS:
        return _from_url(text)
    if _is_local(text):
        return ParentName("", problem="local path", guesses=_path_guesses(text), certainty=0.7)
    if text.startswith(("datasets/", "dataset:")):
        return ParentName("", problem="dataset")
    return _from_id(text, namespace)


def _from_hub_cache(cached: re.Match[str]) -> ParentName:
    kind, first, second, revision = cached.groups()
    if kind != "models":
        return ParentName("", problem="dataset" if kind == "datasets" else "space")
    repo = f"{first}/{second}" if second else legacy_repo(first) or first
    return ParentName(
        "",
        problem="local path",
        revision=revision,
        guesses=(repo,) if is_repo_id(repo) else (),
        certainty=0.95,
    )


def _from_url(text: str) -> ParentName:
    text = text.rstrip(".,;:)>]\"'")
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:
        return ParentName("", problem="not on the hub")
    host, steps = (
        (parts.hostname or "").lower(),
        [unquote(step) for step in parts.path.split("/") if step],
    )
    if (page := at_address(text)) is not None:
        guesses = _kaggle_guesses(steps[2:]) if page.place is Place.KAGGLE else ()
        return ParentName("", page.id, guesses=guesses)
    if host in PAGE_HOSTS:
        return ParentName("", problem="dataset" if steps[:1] == ["datasets"] else "not on the hub")
    if parts.scheme == "hf" or host in HUB_ADDRESSES:
        return _from_hub_url(text, steps, parts.path)
    if parts.scheme == "file":
        return ParentName("", problem="local path", guesses=_path_guesses(parts.path))
    known = exact_repo(stripped(steps[-1])) if steps else None
    return ParentName("", problem="not on the hub", guesses=(known,) if known else ())


def _from_hub_url(text: str, steps: list[str], path: str) -> ParentName:
    if steps[:1] == ["datasets"]:
        return ParentName("", problem="dataset")
    if steps[:1] == ["spaces"]:
        return ParentName("", problem="space")
    if path.startswith(
        "//"
    ):  # written by trainers that put a path of their machine behind the Hub's address
        return ParentName("", problem="local path", guesses=_path_guesses(path))
    if not text.startswith("hf://"):
        text = "https://huggingface.co" + path.replace(":", "/tree/main/", 1)
    try:
        ref = parse_ref(text)
    except InvalidRefError:
        return ParentName("", problem="not on the hub")
    if "/" in ref.id:
        return (
            ParentName("", problem="placeholder")
            if is_placeholder(ref.id)
            else ParentName("", ref.id, _commit_or_none(ref.revision))
        )
    repo = legacy_repo(ref.id)
    return ParentName("", repo) if repo else ParentName("", problem="not on the hub")


def _commit_or_none(revision: str | None) -> str | None:
    return None if revision in (None, "main") else revision


def _is_local(text: str) -> bool:
    if (
        text.startswith(("/", "./", "../", "~", ".\\", "..\\", "$", "%"))
        or _DRIVE.match(text)
        or "\\" in text
        or text.startswith("file:")
    ):
        return True
    parts = [part for part in text.rstrip("/").split("/") if part]
    if text.endswith("/") and len(parts) < 2:
        return True
    if len(parts) > 1 and (
        parts[0].lower() in _LOCAL_FIRST
        or re.match(r"(?:checkpoint|ckpt|outputs?)[-_]", parts[0], re.IGNORECASE)
    ):
        return True
    return (len(parts) > 2 and " " not in text and not is_repo_id("/".join(parts[:2]))) or (
        len(parts) < 3 and bool(parts) and bool(_WEIGHT_FILE.search(parts[-1])) and " " not in text
    )


def _path_guesses(text: str) -> tuple[str, ...]:
    """Repo ids that the tail of a path may mean: `…/Qwen/Qwen2.5-7B`, `…/Qwen2.5-7B-Instruct`,
    Kaggle's model mounts."""
    parts = [
        part for part in re.split(r"[\\/]+", text.strip()) if part and part not in (".", "..", "~")
    ]
    if "input" in parts and "kaggle" in parts:
        return _kaggle_guesses(parts[parts.index("input") + 1 :])
    while parts and (_CHECKPOINT.match(parts[-1]) or COMMIT.match(parts[-1])):
        parts.pop()
    if not parts:
        return ()
    tail = (
        stripped(_WEIGHT_FILE.sub("", parts[-1])) if _WEIGHT_FILE.search(parts[-1]) else parts[-1]
    )
    tail = dotted(tail) if family_guess(dotted(tail)) else tail
    found = [legacy_repo(tail), unflattened(tail)]
    if found[1]:
        return (found[1],)
    if (
        len(parts) > 1 and parts[-2] == "sentence_transformers" and "_" in tail
    ):  # its old cache joined namespace and name
        found.append(tail.replace("_", "/", 1))
        parts = parts[-1:]
    family = family_guess(tail)
    if (
        len(parts) > 1
        and parts[-2].lower() not in _LOCAL_FIRST
        and (family or any(c.isdigit() for c in tail))
    ):
        found.append(f"{parts[-2]}/{tail}")
    found.append(family)
    if (
        not family
        and tail.count("_")
        and (split := tail.split("_", 1))[0]
        and family_guess(split[1])
    ):
        found.append("/".join(split))
    return tuple(dict.fromkeys(repo for repo in found if repo and is_repo_id(repo)))


def _kaggle_guesses(parts: list[str]) -> tuple[str, ...]:
    """Kaggle mounts a model as `family/framework/variant/number`."""
    if len(parts) > 2 and parts[1].lower() in ("transformers", "pytorch", "gguf", "safetensors"):
        repo = family_guess(f"{parts[0]}-{parts[2]}")
        return (repo,) if repo and is_repo_id(repo) else ()
    return ()


def _from_id(text: str, namespace: str) -> ParentName:
    if is_ollama(text):
        guess = from_ollama(text)
        if guess:
            return ParentName("", problem="not on the hub", guesses=(guess,))
    repo, at, revision = text.partition("@")
    repo = repo.rstrip("/").strip()
    if " / " in repo:
        repo = repo.replace(" / ", "/")
    if ":" in repo and is_repo_id(repo.partition(":")[0]):
        repo = repo.partition(":")[0]  # an Ollama-style tag, or a revision
    parts = repo.split("/")
    if len(parts) > 2 and is_repo_id("/".join(parts[:2])):
        return _longer_than_an_id(parts)
    if not is_repo_id(repo):
        return _from_prose(text)
    if "/" in repo:
        return ParentName(
            "",
            repo,
            _commit_or_none(revision) if at else None,
            guesses=_meant(repo),
            is_bare=True,
        )
    if flat := unflattened(repo):
        return ParentName("", problem="bare name", guesses=(flat,), certainty=0.95)
    if known := legacy_repo(repo):
        return ParentName("", known, _commit_or_none(revision) if at else None)
    beside = f"{namespace}/{repo}" if namespace else None
    family = family_guess(dotted(repo)) or family_guess(repo)
    guesses = tuple(guess for guess in (beside, family) if guess and is_repo_id(guess))
    return ParentName("", problem="bare name", guesses=guesses)


def _meant(repo: str) -> tuple[str, ...]:
    """`Qwen/Qwen2_5-7B` has the form of an id and most likely means the one with a dot."""
    namespace, _, name = repo.partition("/")
    guess = exact_repo(dotted(name)) if dotted(name) != name and not exact_repo(name) else None
    return (guess,) if guess and guess.lower() == f"{namespace}/{dotted(name)}".lower() else ()


def _longer_than_an_id(parts: list[str]) -> ParentName:
    repo = "/".join(parts[:2])
    if parts[2] in ("tree", "blob", "resolve", "raw"):
        at = _commit_or_none(parts[3]) if len(parts) > 3 else None
        return ParentName("", repo, at, is_bare=True)
    if _WEIGHT_FILE.search(parts[-1]):
        return ParentName("", repo, is_bare=True)
    return ParentName("", problem="local path", guesses=(repo,))


def _from_prose(text: str) -> ParentName:
    inside = tuple(
        dict.fromkeys(
            found[1] for found in _EMBEDDED_ID.finditer(text[:_LONGEST]) if is_repo_id(found[1])
        )
    )
    if len(inside) == 1:
        return ParentName("", problem="prose", guesses=inside)
    spelled = from_words(text) if not inside else None
    return ParentName("", problem="prose", guesses=(spelled,) if spelled else ())
