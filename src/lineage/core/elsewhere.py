"""Names of models outside the Hub, as one text: whose name it is, and the name as it is written
there."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from lineage.core.ollama import HOSTS, parse_ollama
from lineage.core.pattern import late
from lineage.core.ref import is_repo_id
from lineage.core.value import dataclass
from lineage.core.word import Word

_FORM = late(r"(?P<place>[a-z]+):(?P<slashes>//)?(?P<name>[^\s/\\'\"<>|`][^\s\\'\"<>|`]{0,299})\Z")
_HOST = late(r"(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}(?::[0-9]{1,5})?\Z")
_SERVED = late(
    r"(?P<base>https?://(?:\[[0-9a-f:]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::[0-9]{1,5})?"
    r"(?:/[A-Za-z0-9._~-]{1,100}){0,8}?)/v1(?:#(?P<name>[^\s\\'\"<>|`]{1,300}))?\Z"
)
_ROOT = late(r"https?://[^\s/?#@]{1,300}/?\Z")
_MODELSCOPE_HOSTS = {
    "modelscope.cn": "",
    "www.modelscope.cn": "",
    "modelscope.com": "",
    "www.modelscope.com": "",
    "modelscope.ai": "modelscope.ai/",
    "www.modelscope.ai": "modelscope.ai/",
}
"""What the hosts' names begin with: the international site has a catalogue of its own."""


class Place(Word):
    """Where such a name is looked up."""

    OLLAMA = "ollama"
    """Ollama's library: `deepseek-r1:8b`."""
    API = "api"
    """A service that answers at an address: `api.deepseek.com/deepseek-chat`."""
    MODELSCOPE = "modelscope"
    DOCKER = "docker"
    """A model image of Docker Hub: `ai/qwen3`."""
    LMSTUDIO = "lmstudio"
    KAGGLE = "kaggle"
    XINFERENCE = "xinference"
    SERVER = "server"
    """A running server that speaks OpenAI's protocol: `http://127.0.0.1:8000/v1#sql-lora`."""


_CALLED = {
    Place.OLLAMA: "Ollama's library",
    Place.MODELSCOPE: "ModelScope",
    Place.DOCKER: "Docker Hub",
    Place.LMSTUDIO: "LM Studio's catalogue",
    Place.KAGGLE: "Kaggle",
    Place.XINFERENCE: "Xinference's list",
}


@dataclass(frozen=True)
class Elsewhere:
    """A model named in another register than the Hub's."""

    place: Place
    name: str
    """As written there; of a service without the address."""
    host: str = ""
    """Of a service: the host that answers, with its port, or the word by which clients call it. Of
    a running server: its address up to `/v1`, which is left out."""

    @property
    def id(self) -> str:
        """The text that `parse_elsewhere` reads: `ollama:deepseek-r1:8b`,
        `api://api.deepseek.com/deepseek-chat`, `http://127.0.0.1:8000/v1#sql-lora`."""
        if self.place is Place.API:
            return f"api://{self.host}/{self.name}".rstrip("/")
        if self.place is Place.SERVER:
            return f"{self.host}/v1#{self.name}".rstrip("#")
        return f"{self.place}:{self.name}"

    @property
    def where(self) -> str:
        """Whose name it is, for a sentence."""
        called = "server" if self.place is Place.SERVER else "service"
        return _CALLED.get(self.place) or f"the {called} at {self.host}"


def parse_elsewhere(text: str) -> Elsewhere | None:
    """The name, or None where `text` has not that form: no repo id and no path has it.

    `ollama://name` is read as well as `ollama:name`; an address needs its slashes.
    """
    if text.startswith("http"):
        served = _SERVED.match(text)
        return Elsewhere(Place.SERVER, served["name"] or "", served["base"]) if served else None
    match = _FORM.match(text)
    if match is None or match["place"] not in list(Place) or match["place"] == Place.SERVER:
        return None
    place = Place(match["place"])
    if place is not Place.API:
        return Elsewhere(place, match["name"])
    if not match["slashes"]:
        return None
    host, _, name = match["name"].partition("/")
    return Elsewhere(place, name, host) if _HOST.match(host) else None


def is_elsewhere(id: str) -> bool:
    """Whether a model's id is such a name."""
    return parse_elsewhere(id) is not None


def has_no_cards(id: str) -> bool:
    """Whether a model's id is of a place that knows no model cards: their lack says nothing."""
    named = parse_elsewhere(id)
    return named is not None and named.place in (Place.OLLAMA, Place.SERVER)


def at_address(text: str) -> Elsewhere | None:
    """The model that the address of a page shows: one of Ollama's library or of ModelScope."""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    steps = [unquote(step) for step in parts.path.split("/") if step]
    if parts.scheme not in ("http", "https") or parts.username is not None:
        return None
    if host in HOSTS:
        steps = steps[1:] if steps[:1] == ["library"] else steps
        named = parse_ollama("/".join(steps[:2]))
        return Elsewhere(Place.OLLAMA, named.plain) if named and not named.hub_id else None
    if host in _MODELSCOPE_HOSTS:
        steps = steps[1:] if steps[:1] == ["models"] else steps
        found = "/".join(steps[:2]).partition(":")[0]
        if len(steps) > 1 and is_repo_id(found):
            return Elsewhere(Place.MODELSCOPE, _MODELSCOPE_HOSTS[host] + found)
    return None


def server_at(text: str) -> Elsewhere | None:
    """The server whose address this is: a bare host, or anything up to `/v1` and below it."""
    head, slash, _ = text.partition("/v1/")
    if _ROOT.match(text):
        text = f"{text.rstrip('/')}/v1"
    found = parse_elsewhere(f"{head}/v1" if slash else text.rstrip("/"))
    return found if found is not None and found.place is Place.SERVER else None
