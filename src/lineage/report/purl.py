"""Package URLs and pages of models: the purl specification's `huggingface` type for the Hub's, its
`oci` type for those of Ollama's registry."""

from __future__ import annotations

from urllib.parse import quote

from lineage.core.elsewhere import Place, parse_elsewhere
from lineage.core.ollama import REGISTRY, OllamaName, parse_ollama
from lineage.core.pattern import late
from lineage.core.ref import COMMIT, ModelRef, is_repo_id

_DIGEST = late(r"sha256:[0-9a-f]{64}\Z")


def purl(model: str, revision: str | None = None) -> str | None:
    """`pkg:huggingface/org/name@commit`; None where no type can say it.

    The type requires a namespace, so a legacy bare name has no purl, and neither has a local path.
    """
    if (named := _of_ollama(model)) is not None:
        return _oci(named, revision)
    ref = ModelRef(model)
    if not ref.namespace or not is_repo_id(model):
        return None
    version = f"@{revision.lower()}" if revision and COMMIT.match(revision.lower()) else ""
    return f"pkg:huggingface/{quote(ref.namespace, safe='')}/{quote(ref.name, safe='')}{version}"


def page_of(model: str) -> str | None:
    """The model's page on the Hub or in Ollama's library; None for what has none."""
    named = _of_ollama(model)
    if named is not None and named.host == REGISTRY:
        below = f"{named.namespace}/{named.name}:{named.tag}"
        return f"https://ollama.com/{quote(below, safe='/:')}"
    return f"https://huggingface.co/{model}" if is_repo_id(model) else None


def _of_ollama(model: str) -> OllamaName | None:
    named = parse_elsewhere(model)
    return parse_ollama(named.name) if named is not None and named.place is Place.OLLAMA else None


def _oci(named: OllamaName, revision: str | None) -> str:
    """The registry is one of container images by its protocol: the digest is the version."""
    digest = revision if revision and _DIGEST.match(revision) else named.digest
    version = f"@{digest}" if digest else ""
    at = quote(f"{named.host}/{named.namespace}/{named.name}".lower(), safe="/.:")
    tag = quote(named.tag, safe="")
    return f"pkg:oci/{quote(named.name.lower(), safe='')}{version}?repository_url={at}&tag={tag}"
