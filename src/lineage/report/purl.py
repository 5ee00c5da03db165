"""Package URLs and pages of models: the purl specification's `huggingface` type for the Hub's, its
`oci` type for those of Ollama's registry and of container registries, and its `generic` type with
the address of the Git repository for ModelScope's, which have none."""

from __future__ import annotations

from urllib.parse import quote

from lineage.core.elsewhere import Place, parse_elsewhere
from lineage.core.modelscope import ModelScopeName, parse_modelscope
from lineage.core.oci import DOCKER_HUB, OciName, parse_oci
from lineage.core.ollama import REGISTRY, OllamaName, parse_ollama
from lineage.core.pattern import late
from lineage.core.ref import COMMIT, ModelRef, is_repo_id

_DIGEST = late(r"sha256:[0-9a-f]{64}\Z")


def purl(model: str, revision: str | None = None) -> str | None:
    """`pkg:huggingface/org/name@commit`; None where no type can say it.

    The type requires a namespace, so a legacy bare name has no purl, and neither has a local path.
    """
    if (image := _image(model)) is not None:
        return _oci(image, revision)
    if (scope := _of_modelscope(model)) is not None:
        return _git(scope, revision)
    ref = ModelRef(model)
    if not ref.namespace or not is_repo_id(model):
        return None
    version = f"@{revision.lower()}" if revision and COMMIT.match(revision.lower()) else ""
    return f"pkg:huggingface/{quote(ref.namespace, safe='')}/{quote(ref.name, safe='')}{version}"


def page_of(model: str) -> str | None:
    """The model's page at its place; None for what has none."""
    named = _of_ollama(model)
    if named is not None and named.host == REGISTRY:
        below = f"{named.namespace}/{named.name}:{named.tag}"
        return f"https://ollama.com/{quote(below, safe='/:')}"
    image = _image(model)
    if image is not None and image.host == DOCKER_HUB:
        below = image.repo.removeprefix("library/")
        head = "_" if below != image.repo else "r"
        return f"https://hub.docker.com/{head}/{quote(below, safe='/')}"
    if (scope := _of_modelscope(model)) is not None:
        return scope.page
    named_there = parse_elsewhere(model)
    if named_there is not None and named_there.place is Place.KAGGLE:
        return f"https://www.kaggle.com/models/{quote(named_there.name, safe='/')}"
    return f"https://huggingface.co/{model}" if is_repo_id(model) else None


def _of_modelscope(model: str) -> ModelScopeName | None:
    named = parse_elsewhere(model)
    is_scope = named is not None and named.place is Place.MODELSCOPE
    return parse_modelscope(named.name) if named is not None and is_scope else None


def _git(named: ModelScopeName, revision: str | None) -> str:
    commit = revision if revision and COMMIT.match(revision) else ""
    at = f"@{commit}" if commit else ""
    address = quote(f"git+https://www.{named.site}/{named.repo}.git{at}", safe="/:")
    return f"pkg:generic/{quote(named.repo, safe='/')}{at}?vcs_url={address}"


def _of_ollama(model: str) -> OllamaName | None:
    named = parse_elsewhere(model)
    return parse_ollama(named.name) if named is not None and named.place is Place.OLLAMA else None


def _image(model: str) -> OciName | None:
    """Ollama's registry is one of container images too, by its protocol."""
    if (tag := _of_ollama(model)) is not None:
        return OciName(tag.host, f"{tag.namespace}/{tag.name}", tag.tag, tag.digest)
    named = parse_elsewhere(model)
    if named is None or named.place not in (Place.DOCKER, Place.OCI):
        return None
    return parse_oci(named.name, DOCKER_HUB if named.place is Place.DOCKER else named.host)


def _oci(image: OciName, revision: str | None) -> str:
    """The digest is the version."""
    digest = revision if revision and _DIGEST.match(revision) else image.digest
    version = f"@{digest}" if digest else ""
    at = quote(f"{image.host}/{image.repo}".lower(), safe="/.:")
    tag = f"&tag={quote(image.tag, safe='')}" if image.tag else ""
    name = quote(image.repo.rpartition("/")[2].lower(), safe="")
    return f"pkg:oci/{name}{version}?repository_url={at}{tag}"
