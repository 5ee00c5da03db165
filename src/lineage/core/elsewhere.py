"""Names of models outside the Hub, as one text: whose name it is, and the name as it is written
there."""

from __future__ import annotations

from lineage.core.pattern import late
from lineage.core.value import dataclass
from lineage.core.word import Word

_FORM = late(r"(?P<place>[a-z]+):(?P<slashes>//)?(?P<name>[^\s/\\'\"<>|`][^\s\\'\"<>|`]{0,299})\Z")
_HOST = late(r"(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}(?::[0-9]{1,5})?\Z")


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
    """Of a service: the host that answers, with its port, or the word by which clients call it."""

    @property
    def id(self) -> str:
        """The text that `parse_elsewhere` reads: `ollama:deepseek-r1:8b`,
        `api://api.deepseek.com/deepseek-chat`."""
        if self.place is Place.API:
            return f"api://{self.host}/{self.name}".rstrip("/")
        return f"{self.place}:{self.name}"

    @property
    def where(self) -> str:
        """Whose name it is, for a sentence."""
        return _CALLED.get(self.place) or f"the service at {self.host}"


def parse_elsewhere(text: str) -> Elsewhere | None:
    """The name, or None where `text` has not that form: no repo id and no path has it.

    `ollama://name` is read as well as `ollama:name`; an address needs its slashes.
    """
    match = _FORM.match(text)
    if match is None or match["place"] not in list(Place):
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
