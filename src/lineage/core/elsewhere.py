"""Names of models outside the Hub, as one text: whose name it is, and the name as it is written
there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlsplit

from lineage.core import kaggle, mlflow, modelscope, ollama
from lineage.core.modelscope import parse_modelscope
from lineage.core.oci import DOCKER_HOSTS, DOCKER_HUB, parse_oci
from lineage.core.ollama import parse_ollama
from lineage.core.pattern import late
from lineage.core.value import dataclass
from lineage.core.word import Word

_FORM = late(r"(?P<place>[a-z]+):(?P<slashes>//)?(?P<name>[^\s/\\'\"<>|`][^\s\\'\"<>|`]{0,299})\Z")
_HOST = late(r"(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}(?::[0-9]{1,5})?\Z")
_SERVED = late(
    r"(?P<base>https?://(?:\[[0-9a-f:]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::[0-9]{1,5})?"
    r"(?:/[A-Za-z0-9._~-]{1,100}){0,8}?)/v1(?:#(?P<name>[^\s\\'\"<>|`]{1,300}))?\Z"
)
_ROOT = late(r"https?://[^\s/?#@]{1,300}/?\Z")
_NO_MODEL = late(
    r"(?:account|blog|cloud|collections|datasets|docs|download|headlines|home|learn|login|mcp|my|"
    r"organization|pricing|privacy|public|search|settings|sign(?:in|up)|skills|studios|terms|topic"
    r"|turbo)\Z"
)
"""What the first step of an address is called that shows no model."""


class Place(Word):
    """Where such a name is looked up."""

    OLLAMA = "ollama"
    """Ollama's library: `deepseek-r1:8b`."""
    API = "api"
    """A service that answers at an address: `api.deepseek.com/deepseek-chat`."""
    MODELSCOPE = "modelscope"
    DOCKER = "docker"
    """A model of Docker Hub: `ai/qwen3`."""
    OCI = "oci"
    """An artefact of another container registry: `jozu.ml/acme/kit:1`."""
    LMSTUDIO = "lmstudio"
    KAGGLE = "kaggle"
    MLFLOW = "mlflow"
    """A registry of one's own: `sql-bot/3`, `sql-bot@champion`."""
    XINFERENCE = "xinference"
    GITHUB = "github"
    """Code of GitHub's that decides which weights are loaded: `torch.hub.load("org/name", …)`."""
    SERVER = "server"
    """A running server that speaks OpenAI's protocol: `http://127.0.0.1:8000/v1#sql-lora`."""


_CALLED = {
    Place.OLLAMA: "Ollama's library",
    Place.MODELSCOPE: "ModelScope",
    Place.DOCKER: "Docker Hub",
    Place.LMSTUDIO: "LM Studio's catalogue",
    Place.KAGGLE: "Kaggle",
    Place.MLFLOW: "the MLflow registry",
    Place.XINFERENCE: "Xinference's list",
    Place.GITHUB: "GitHub",
}


@dataclass(frozen=True)
class Elsewhere:
    """A model named in another register than the Hub's."""

    place: Place
    name: str
    """As written there; of a service without the address."""
    host: str = ""
    """Of a service: the host that answers, with its port, or the word by which clients call it. Of
    a running server: its address up to `/v1`, which is left out. Of a container registry: its host
    and port."""

    @property
    def id(self) -> str:
        """The text that `parse_elsewhere` reads: `ollama:deepseek-r1:8b`,
        `api://api.deepseek.com/deepseek-chat`, `oci://jozu.ml/acme/kit:1`,
        `http://127.0.0.1:8000/v1#sql-lora`."""
        if self.place in (Place.API, Place.OCI):
            return f"{self.place}://{self.host}/{self.name}".rstrip("/")
        if self.place is Place.SERVER:
            return f"{self.host}/v1#{self.name}".rstrip("#")
        return f"{self.place}:{self.name}"

    @property
    def where(self) -> str:
        """Whose name it is, for a sentence."""
        called = {Place.SERVER: "server", Place.OCI: "registry"}.get(self.place, "service")
        return _CALLED.get(self.place) or f"the {called} at {self.host}"


def parse_elsewhere(text: str) -> Elsewhere | None:
    """The name, or None where `text` has not that form: no repo id and no path has it.

    `ollama://name` is read as well as `ollama:name`, `models:/name/3` as MLflow's; an address
    needs its slashes.
    """
    if text.startswith(mlflow.URI):
        text = f"{Place.MLFLOW}:{text.removeprefix(mlflow.URI)}"
    if text.startswith("http"):
        served = _SERVED.match(text)
        return Elsewhere(Place.SERVER, served["name"] or "", served["base"]) if served else None
    match = _FORM.match(text)
    if match is None or match["place"] not in list(Place) or match["place"] == Place.SERVER:
        return None
    place = Place(match["place"])
    if place is Place.OCI:
        return _in_registry(match["name"]) if match["slashes"] else None
    if place is Place.DOCKER and parse_oci(match["name"]) is not None:
        return _in_registry(match["name"])  # `docker://host/…`, as tools for images write it
    if place is not Place.API:
        return Elsewhere(place, match["name"])
    if not match["slashes"]:
        return None
    host, _, name = match["name"].partition("/")
    return Elsewhere(place, name, host) if _HOST.match(host) else None


def _in_registry(text: str) -> Elsewhere | None:
    named = parse_oci(text)
    if named is None:
        return None
    is_docker = named.host == DOCKER_HUB
    place = Place.DOCKER if is_docker else Place.OCI
    return Elsewhere(place, named.below, "" if is_docker else named.host)


def as_typed(text: str) -> str:
    """The form that `parse_elsewhere` reads of what people type: a place in any letter case, and a
    slash at the end."""
    head, colon, rest = text.strip().partition(":")
    word = head.lower()
    if not colon or word not in (*Place, mlflow.URI.partition(":")[0]):
        return text
    return f"{word}:{rest.rstrip('/')}"


def is_elsewhere(id: str) -> bool:
    """Whether a model's id is such a name."""
    return parse_elsewhere(id) is not None


def has_no_cards(id: str) -> bool:
    """Whether a model's id is of a place that needs no model cards: their lack says nothing."""
    named = parse_elsewhere(id)
    return named is not None and named.place in (
        Place.OLLAMA,
        Place.SERVER,
        Place.DOCKER,
        Place.OCI,
        Place.MLFLOW,
    )


def beside(id: str, repo: str) -> str:
    """What `org/name` names that a model's own files tell without a place: one of the model's own
    place, where models are called so there; else a repository of the Hub."""
    named = parse_elsewhere(id)
    if named is None or named.place is not Place.MODELSCOPE:
        return repo
    own, other = parse_modelscope(named.name), parse_modelscope(repo)
    if own is None or other is None:
        return repo
    return modelscope.ModelScopeName(own.site, other.repo).id


def bare(id: str) -> str:
    """The `org/name` of an id, where its place calls models so; else the id itself."""
    named = parse_elsewhere(id)
    found = parse_modelscope(named.name) if named and named.place is Place.MODELSCOPE else None
    return found.repo if found else id


def host_in(address: str) -> str:
    """The host of an address, with its port, in lower case; empty where it has none, or is none."""
    try:
        return (
            urlsplit(address if "//" in address else f"//{address}")
            .netloc.rpartition("@")[2]
            .lower()
        )
    except ValueError:
        return ""


def at_address(text: str) -> Elsewhere | None:
    """The model that the address of a page shows, at one of the places that have such pages."""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    read = _PAGES.get(host)
    if read is None or parts.scheme not in ("http", "https") or parts.username is not None:
        return None
    return read(host, [unquote(step) for step in parts.path.split("/") if step])


def _ollama_page(host: str, steps: list[str]) -> Elsewhere | None:
    if steps[:1] == ["v2"] and steps[3:4] == ["manifests"] and len(steps) == 5:
        steps = [steps[1], f"{steps[2]}:{steps[4]}"]
    steps = steps[1:] if steps[:1] == ["library"] else steps
    if not steps or _NO_MODEL.match(steps[0]):
        return None
    named = parse_ollama("/".join(steps[:2]))
    return Elsewhere(Place.OLLAMA, named.plain) if named and not named.hub_id else None


def _modelscope_page(host: str, steps: list[str]) -> Elsewhere | None:
    steps = steps[1:] if steps[:1] == ["models"] else steps
    if len(steps) < 2 or _NO_MODEL.match(steps[0]):
        return None
    # Behind a colon stands the quantization that Ollama is to take.
    repo = "/".join(steps[:2]).partition(":")[0].removesuffix(".git")
    named = parse_modelscope(f"{host}/{repo}")
    return Elsewhere(Place.MODELSCOPE, named.plain) if named else None


def _docker_page(host: str, steps: list[str]) -> Elsewhere | None:
    """A page of Docker Hub's web site, or a name behind its registry. Of its repositories most are
    no models: those in `ai/` are."""
    if host in DOCKER_HOSTS:
        return _in_registry("/".join([DOCKER_HUB, *steps])) if steps[:1] == ["ai"] else None
    steps = steps[1:] if steps[:2] == ["repository", "docker"] else steps
    if len(steps) < 3 or steps[0] not in ("r", "docker", "layers") or steps[1] != "ai":
        return None
    if steps[0] == "layers" and len(steps) > 3:
        return _in_registry(f"{DOCKER_HUB}/ai/{steps[2]}:{steps[3]}")
    # Such a page is of all tags.
    named = parse_oci(f"ai/{steps[2]}", DOCKER_HUB)
    return Elsewhere(Place.DOCKER, named.repo) if named is not None else None


def _kaggle_page(host: str, steps: list[str]) -> Elsewhere | None:
    named = kaggle.on_page(steps)
    return Elsewhere(Place.KAGGLE, named.written) if named else None


_PAGES: Mapping[str, Callable[[str, list[str]], Elsewhere | None]] = {
    **dict.fromkeys(ollama.HOSTS, _ollama_page),
    **dict.fromkeys(modelscope.HOSTS, _modelscope_page),
    **dict.fromkeys(DOCKER_HOSTS | {"hub.docker.com"}, _docker_page),
    **dict.fromkeys(kaggle.HOSTS, _kaggle_page),
}
"""By host: what reads the steps of an address there."""
PAGE_HOSTS = frozenset(_PAGES)
"""Every host that has pages of models outside the Hub."""


def server_at(text: str) -> Elsewhere | None:
    """The server whose address this is: a bare host, or anything up to `/v1` and below it."""
    head, slash, _ = text.partition("/v1/")
    if _ROOT.match(text):
        text = f"{text.rstrip('/')}/v1"
    found = parse_elsewhere(f"{head}/v1" if slash else text.rstrip("/"))
    return found if found is not None and found.place is Place.SERVER else None
