"""What a resource names and does not show: variables that a ConfigMap or Secret sets, volumes,
addresses of stores that no audit reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lineage.scan.commands.options import names_model
from lineage.scan.entries import Entry
from lineage.scan.names import WEIGHT_FILES
from lineage.scan.telling import suggests_model, suggests_named_model
from lineage.serve.admission.pods import Container, Path
from lineage.serve.admission.started import Blind

_STORE = re.compile(
    r"(?:(?P<option>--?[\w.-]+)=)?(?P<scheme>s3a?|gs|gcs|abfss?|azure|az|wasbs?|pvc|nfs|hdfs|webhdfs"
    r"|minio|oss|obs|cos|tos|cephfs|rgw|r2|b2|swift|ngc|file|https?)://(?P<rest>[^\s\"']+)"
)
_SAYS_MODEL = re.compile(r"(?i)model|llm|weight|ckpt|checkpoint|lora|adapter|gguf|safetensors")
_STORAGE = re.compile(r"(?i)storage.?(?:uri|url)|storage-initializer|artifact.?ur[il]")
_UNSET = re.compile(r"\$\([^()\s]+\)")
_NAME_LIKE = re.compile(r"[\w.\u200b-\u2015-]+/[\w.\u200b-\u2015-]+\Z")
_OWN = re.compile(r"metadata\.(?:annotations|labels)")
"""Fields of the pod that a person may have written a name into."""


def unread_variables(
    container: Container, named: Callable[[Path], str], is_set: Callable[[str], bool]
) -> Iterator[Blind]:
    """Variables that say model and take their value from another object; and those that another
    container sets, whose value would pass for this one's."""
    for path, one in container.variables:
        name, source = str(one.get("name", "")), one.get("valueFrom")
        unset = _UNSET.search(str(one.get("value", "")))
        if unset is not None and suggests_named_model(name):
            yield Blind(named(path), f"{name} holds {unset.group()}, which is not set before it.")
        if not isinstance(source, dict) or not (suggests_named_model(name) or is_set(name)):
            continue
        for kind, where in source.items():
            field = where.get("fieldPath", "") if isinstance(where, dict) else ""
            if kind == "resourceFieldRef" or (kind == "fieldRef" and not _OWN.match(str(field))):
                continue
            yield Blind(
                named(path), f"{name} is set by {_source(kind, where)}, which was not read."
            )


def odd_names(container: Container) -> Iterator[tuple[Path, str]]:
    """What is given as a model and has letters that no model's name has: one that looks like
    another name."""
    for path, value in _given(container):
        if not value.isascii() and _NAME_LIKE.match(value):
            yield path, value


def paths_given(container: Container) -> Iterator[tuple[Path, str]]:
    """Paths that any program is given as its model, by an option or a variable."""
    for path, value in _given(container):
        if value.startswith("/"):
            yield path, value


def _given(container: Container) -> Iterator[tuple[Path, str]]:
    """What an option or a variable that says model is set to."""
    for key in ("command", "args"):
        listed = container.body.get(key)
        before = ""
        for at, word in enumerate(listed if isinstance(listed, list) else ()):
            option, equals, value = str(word).partition("=")
            option, value = (option, value) if equals else (before, str(word))
            before = str(word)
            if option.startswith("-") and names_model(option):
                yield (*container.path, key, at), value
    for path, one in container.variables:
        if suggests_model(str(one.get("name", ""))):
            yield path, str(one.get("value", ""))


def _source(kind: str, where: object) -> str:
    named = where if isinstance(where, dict) else {}
    thing = {"configMapKeyRef": "ConfigMap", "secretKeyRef": "Secret"}.get(kind, kind)
    name, key = named.get("name", ""), named.get("key") or named.get("fieldPath", "")
    return " ".join(str(part) for part in (thing, name, f"({key})" if key else "") if part)


def unread_volume(place: str, model: str, name: str, volume: Mapping[str, Any]) -> Blind:
    """A model on a volume of which nothing tells what is in it."""
    kind = next((key for key in volume if key != "name"), "volume")
    return Blind(place, f"The model at {model} lies on {name} ({kind}); nothing shows which one.")


def unread_stores(
    entries: Iterable[Entry],
    container_at: Callable[[Path], Container | None],
    named: Callable[[Path], str],
) -> Iterator[Blind]:
    """Models at addresses that no audit can read: buckets, volumes, files outside the Hub."""
    before = ""
    for entry in entries:
        found = _STORE.match(entry.value.strip())
        word, before = before, entry.value
        if found is None:
            continue
        address = f"{found['scheme']}://{found['rest']}"
        if found["scheme"].startswith("http"):
            is_model = found["rest"].partition("?")[0].lower().endswith(WEIGHT_FILES)
            is_model = is_model and not _of_hub(found["rest"])
        else:
            is_model = _is_model_store(entry, found, word, container_at(entry.path))
        if is_model:
            yield Blind(named(entry.path), f"The model at {address[:150]} cannot be looked up.")


def _of_hub(rest: str) -> bool:
    return rest.partition("/")[0].lower() in ("huggingface.co", "hf.co", "www.huggingface.co")


def _is_model_store(
    entry: Entry, found: re.Match[str], before: str, container: Container | None
) -> bool:
    names = (entry.key, found["option"] or "", before if before.startswith("-") else "")
    if any(suggests_model(n) or names_model(n) or _STORAGE.search(n) for n in names if n):
        return True
    if container is None:
        return bool(_SAYS_MODEL.search(found["rest"]))
    variable = next((str(one.get("name")) for path, one in container.variables
                     if entry.path[: len(path)] == path), "")  # fmt: skip
    return bool(
        _SAYS_MODEL.search(f"{variable} {found['rest']}")
        or _STORAGE.search(f"{variable} {container.image} {container.body.get('name', '')}")
        or container.server
        or container.accelerator
    )
