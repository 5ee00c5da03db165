"""The services that answer for models, as a scan knows them: their hosts, the words for them, the
variables that carry them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from lineage.core.elsewhere import Elsewhere, Place, parse_elsewhere
from lineage.core.use import UseKind
from lineage.core.value import dataclass
from lineage.scan.id_forms import form_of, is_retired
from lineage.scan.names import Bare, Judged, is_hub_shaped, judge, named_elsewhere
from lineage.scan.telling import suggests_model

UNKNOWN = "unknown"
"""The host of a service whose address the code does not show."""
_PLACES = {
    "ollama": Place.OLLAMA,
    "ollamachat": Place.OLLAMA,
    "lmstudio": Place.LMSTUDIO,
    "dockermodelrunner": Place.DOCKER,
    "xinference": Place.XINFERENCE,
}
SPOKEN = frozenset(["openai", "anthropic"])
"""Services whose protocol others speak: `openai/qwen-plus` at an address is the address's."""
SELF_HOSTED = frozenset(_PLACES)
"""Words for servers that load a model of their own register or of their user's."""
HUB = frozenset({"huggingface", "hf"})
"""Words for the Hub itself, which stand where a host does."""
_HUB_HOSTS = ("router.huggingface.co", "api-inference.huggingface.co")
_OLLAMA_PORT = 11434
_NOT_FOLDED = re.compile(r"[^a-z0-9]")
# What surrounds the service's word in the name of a class: ChatDeepSeek, AsyncGroq, OpenAILike.
_AZURE = re.compile(r"Azure(?:Chat|Open|AI)")
_BEFORE = re.compile(r"(?:Async|Chat|Azure|Base|LC)+(?=[A-Z])")
_ENDS = (
    r"Async|Chat|Completions?|Client|Model|LLM|LLMs|Provider|Generator|Embeddings?|"
    r"Endpoint|Embedder|Embedding|Function"
    r"|Responses|Like|Compatible|Completion|Service|Server|Text|Document|Vision|"
    r"Reranker|Rerank|MultiModal|STT|TTS|ASR|Realtime|Http|Settings|Backend|Prompt|Driver"
)
_AFTER = re.compile(rf"(?:{_ENDS})+\Z")
_AFTER_ALL = re.compile(rf"(?:{_ENDS}|Api|API|AI)+\Z")
# Words too common in names of classes to mean a service by themselves.
_COMMON = frozenset(
    [
        "abacus", "ambient", "bespoke", "bing", "brave", "chutes", "cognition", "cursor", "custom",
        "digitalocean", "e2b", "empower", "github", "gitlab", "google", "helicone", "heroku",
        "inception", "inference", "infinity", "kilo", "langflow", "langgraph", "laya", "lemonade",
        "lilac", "linkup", "llama", "meta", "milvus", "mongodb", "morph", "nace", "nadir", "nimble",
        "nova", "oci", "opensearch", "parallel", "petals", "poe", "prism", "ragflow", "reducto",
        "sail", "sap", "searxng", "serper", "soniox", "stability", "submodel", "synthetic",
        "tavily", "topaz", "transcribe", "triton", "v0", "valkey", "venice", "vercel", "wandb",
        "yi", "openai like", "a2a", "custom openai", "ai", "base", "drun", "gmi", "gdc", "wally",
    ]
)  # fmt: skip
_TAG = re.compile(
    r"(?:latest|v?\d[\w.]*|instruct|text|chat|code|cloud)(?:-[\w.-]*)?\Z", re.IGNORECASE
)
_MOVING = "-latest"
"""Ends a name that stands for whichever version is newest."""
_MANY = 8
"""Families of a word that begins no other names."""
_LONGEST = 250
"""Characters of an id of a service's model: texts that are no names are longer."""
_ID = re.compile(r"[A-Za-z0-9@][A-Za-z0-9._:/@+~-]{0,199}\Z")


def folded(word: str) -> str:
    """One spelling of a service's word: `together_ai`, `TogetherAI` and `together-ai` are the
    same."""
    lower = word.lower()
    return lower if lower.isascii() and lower.isalnum() else _NOT_FOLDED.sub("", lower)


def is_loopback(host: str) -> bool:
    """Whether a host is the machine itself."""
    return re.match(r"(?:localhost|127\.|0\.0\.0\.0)", host) is not None


_BEHIND = re.compile(r"@[A-Za-z_]+\Z")
"""What a tool appends to a name for itself; a version has a number in it."""
_FAMILY = re.compile(r"(?=[^/\s]*\d)[a-z][a-z0-9.]*-[a-z0-9.]+(?=[@:-]|\Z)")
"""The first two words of a name with a number in it: `claude-3` of `claude-3-7-sonnet-latest`."""
_OWN_WORD = re.compile(r"(?=[^/]*[-:.])[\w.@:-]{5,}\Z")
"""A name in the tables that is no word of anything else: `deepseek-chat`, and not `search`."""
ADDRESS = "address of "
"""How a use begins to say that a service's address was found, and not what is asked of it."""
NAME_ALONE = "a known name, "
"""How a use begins to say that nothing beside the name tells whose it is."""


def _beginnings(names: Iterable[str]) -> frozenset[str]:
    found = map(_FAMILY.match, names)
    return frozenset(match.group() for match in found if match is not None)


@dataclass(frozen=True, eq=False)
class Services:
    """What the tables of names tell a scan. Empty tables find nothing that only they could tell."""

    hosts: frozenset[str] = frozenset()
    words: Mapping[str, str] = field(default_factory=dict)
    """By the folded word: the host that answers, or the word where there is no one host."""
    private: frozenset[str] = frozenset()
    """Folded words for servers that anybody may run."""
    variables: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By the variable's name: what it carries, and the word of its service."""
    named: Mapping[str, str] = field(default_factory=dict)
    """By the folded name of a model that the tables list: `ollama`, or `unknown` for a service."""

    hub_ids: frozenset[str] = frozenset()
    """Models of the Hub that the tables name, in small letters."""
    routers: frozenset[str] = frozenset()
    """Hosts that pass requests on, and have names with their vendor before them."""
    defaults: Mapping[tuple[str, str, str], tuple[str, str]] = field(default_factory=dict)
    """What a library loads where it is given no model, by the callable's name, its package and the
    task that it is for, if any: the model, and the versions of which that is known."""

    @staticmethod
    def of(tables: Mapping[str, Any]) -> Services:
        """From the compiled tables."""
        rows = tables["services"]["records"]
        hosts = {
            host for row in (*rows, *tables["hosted_apis"]["records"]) for host in row["hosts"]
        }
        words = {folded(row["name"]): (row["hosts"] or [row["name"]])[0] for row in rows}
        return Services(
            frozenset(hosts - {"127.0.0.1", "localhost"}),
            words,
            frozenset(folded(row["name"]) for row in rows if row["kind"] == "self-hosted"),
            {
                row["name"]: (row["carries"], row.get("service", ""))
                for row in tables["variables"]["records"]
            },
            {
                **{
                    row["id"].casefold(): UNKNOWN
                    for row in tables["hosted_models"]["records"]
                    if _OWN_WORD.match(row["id"])
                },
                **{
                    rest.casefold(): UNKNOWN
                    for row in tables["litellm"]["records"]
                    if _OWN_WORD.match(rest := row["name"].partition("/")[2])
                },
                **{row["name"].casefold(): "ollama" for row in tables["ollama"]["records"]},
            },
            frozenset(
                one.casefold()
                for name in ("hosted_models", "litellm", "modelscope", "ollama")
                for row in tables[name]["records"]
                for one in row.get("hub", ())
                if "/" in one
            ),
            frozenset(host for row in rows if row["kind"] == "router" for host in row["hosts"]),
            {
                (row["name"], package, row.get("task", "")): (
                    row["hub"][0],
                    ", ".join(row["versions"]),
                )
                for row in tables["defaults"]["records"]
                for package in row["packages"]
            },
        )

    @cached_property
    def with_defaults(self) -> frozenset[tuple[str, str]]:
        """Name and package of every callable whose default is known."""
        return frozenset((name, package) for name, package, _ in self.defaults)

    @cached_property
    def names_with_defaults(self) -> frozenset[str]:
        """The names of these alone."""
        return frozenset(name for name, _ in self.with_defaults)

    # -- addresses ---------------------------------------------------------------------------------

    def host_of(self, text: str) -> str:
        """The host of an address, `ollama` for an Ollama server; empty for what is no address."""
        written = text.strip()
        if not written.lower().startswith(("http://", "https://")):
            written = f"http://{written}"
            if not re.match(r"http://[\w.-]+(?::\d+)?(?:/|\Z)", written) or "." not in text + ":":
                return ""
        try:
            parts = urlsplit(written)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            return ""
        if not re.fullmatch(r"[a-z0-9_.-]{1,200}", host):
            return ""
        if port == _OLLAMA_PORT or (host.partition(".")[0] == "ollama" and host not in self.hosts):
            return "ollama"
        if host in self.hosts:
            return host
        return f"{host}:{port or (443 if parts.scheme == 'https' else 80)}"

    def is_known(self, host: str) -> bool:
        """Whether the tables tell who operates this host."""
        return host in self.hosts or host == "ollama"

    def may_be_host(self, text: str) -> bool:
        """Whether a text is the host of a service, or how one begins: `api.deep`."""
        return "." in text and any(host.startswith(text) for host in self.hosts)

    # -- words -------------------------------------------------------------------------------------

    def host_of_word(self, word: str) -> str:
        """The host behind a word such as `deepseek`, `ollama` for a word for Ollama; empty for no
        such word."""
        key = folded(word)
        if key in _PLACES or key in HUB:
            return key
        if key in self.private:
            return f"{key}:80"
        return self.words.get(key, "")

    def host_of_package(self, package: str) -> str:
        """The service whose own package it is: `replicate`, `fal_client`."""
        word = package.removesuffix("_client")
        return (
            self.host_of_word(package) or self.host_of_word(word) or self.host_of_word(f"{word}ai")
        )

    def host_of_class(self, name: str) -> str:
        """The service that the name of a class says: `ChatDeepSeek`, `ZhipuAI`, `OpenAILike`."""
        if _AZURE.match(name):
            return self.host_of_word("azure")  # whoever developed what it deploys
        bare = _BEFORE.sub("", name, count=1)
        if not any(map(self._begins.match, map(folded, {name, bare}))):
            return ""  # as most names do not: what ends them need not be looked for
        ends = (_AFTER, _AFTER_ALL)  # `OpenAIChat` is OpenAI's
        texts = (name, bare, *(end.sub("", one) for end in ends for one in (name, bare)))
        for text in dict.fromkeys(texts):
            key = folded(text)
            if key and key not in _COMMON and key not in HUB and (host := self.host_of_word(key)):
                return host
        return ""

    @cached_property
    def _begins(self) -> re.Pattern[str]:
        """How the folded name of a class of some service begins, without what is before its
        word."""
        words = {*_PLACES, *self.private, *self.words} - _COMMON - HUB - {""}
        return re.compile("|".join(map(re.escape, sorted(words))))

    def host_of_variable(self, name: str) -> str:
        """The service whose word stands in the name of a variable: `GROQ_MODEL`,
        `AZURE_OPENAI_DEPLOYMENT`."""
        parts = name.split("_")
        for length in (3, 2, 1):
            for start in range(len(parts) - length + 1):
                word = "".join(parts[start : start + length])
                host = self.host_of_class(word.lower())
                if host and len(word) > 2:
                    return host
        return ""

    def host_of_name(self, name: str) -> str:
        """Whose a model's name is that says it by itself (`deepseek-reasoner`, `qwen2.5:7b`):
        `ollama`, `unknown` for a service that the code does not show; empty for any other word."""
        if len(name) > _LONGEST:
            return ""
        key = name.casefold()
        if host := self.named.get(key, "") or self.named.get(key.removesuffix(_MOVING), ""):
            return host
        # New and retired members of a family that services alone have: their lists change weekly.
        family = _FAMILY.match(key)
        if family is None or not _ID.match(key):
            return ""
        is_alike = family.group() in self._families or key.partition("-")[0] in self._closed
        return UNKNOWN if is_alike or is_retired(key) else ""

    def host_of_tag(self, name: str) -> str:
        """`ollama` for a tag of its library, known or new: `deepseek-r1:8b-q4_K_M`."""
        model, _, tag = name.casefold().partition(":")
        return "ollama" if model in self._library and _TAG.match(tag) else ""

    @cached_property
    def _library(self) -> frozenset[str]:
        """The models of Ollama's library, without their tags."""
        tags = (name for name, host in self.named.items() if host == "ollama")
        return frozenset(tag.partition(":")[0] for tag in tags)

    @cached_property
    def _closed(self) -> frozenset[str]:
        """First words of many such families and of nothing else: `claude`."""
        open_names = [name for name, host in self.named.items() if host != UNKNOWN]
        open_names += [name.rpartition("/")[2] for name in self.hub_ids]
        has = {re.split(r"[-_.:]", name)[0] for name in open_names}
        counts = Counter(family.partition("-")[0] for family in self._families)
        most = (word for word, count in counts.items() if count >= _MANY)
        return frozenset(word for word in most if word not in has and not suggests_model(word))

    @cached_property
    def _families(self) -> frozenset[str]:
        """The first two words of names that services have, and neither the Hub nor Ollama has."""
        has = [name for name, host in self.named.items() if host != UNKNOWN]
        has += [name.rpartition("/")[2] for name in self.hub_ids]
        closed = (name for name, host in self.named.items() if host == UNKNOWN)
        return _beginnings(closed) - _beginnings(has)

    def formed(self, text: str, *, alone: bool = False) -> tuple[str, str] | None:
        """The host and the name of an id whose form one service alone has; `alone`, where no key
        says model: the name of a module (`google.cloud.speech_v1`) is none."""
        form = form_of(text, alone=alone)
        return None if form is None else (self.words.get(form[0], UNKNOWN), form[1])

    def split(self, text: str) -> tuple[str, str] | None:
        """`deepseek/deepseek-chat`, `deepseek:deepseek-chat` and the forms of ids that one service
        alone has: the host and the model's name there."""
        if formed := self.formed(text):
            return formed
        match = re.match(r"([A-Za-z][\w.-]{1,40})([/:])(.+)\Z", text)
        if match is None or not _ID.match(match.group(3)):
            return None
        host = self.host_of_word(match.group(1))
        if not host or (match.group(2) == ":" and match.group(3).startswith("//")):
            return None
        rest = match.group(3)
        is_its = match.group(1).casefold() not in self._library and self.host_of_name(rest)
        if match.group(2) == ":" and _TAG.match(rest) and not is_its:
            return None  # `mistral:7b` is a tag of Ollama's library
        if match.group(2) == ":":  # promptfoo: `ollama:chat:qwen2.5:7b`
            rest = re.sub(
                r"\A(?:chat|completions?|embeddings?|responses|text-generation|messages):", "", rest
            )
        return host, rest

    # -- what a name at a place is -----------------------------------------------------------------

    def judge(self, host: str, model: str) -> Judged | None:
        """What `model` names at `host`; with no name, a model of that service which is not
        known."""
        model = _BEHIND.sub("", model.strip().strip("'\"")).removeprefix("models/")
        spoken, _, rest = model.partition("/")
        is_prefix = spoken in SPOKEN and rest and judge(model) is None
        if is_prefix and host not in self.routers and host != self.words.get(spoken):
            model = rest
        if host in _PLACES:
            return self._at_place(_PLACES[host], model)
        if host in HUB or host in _HUB_HOSTS:
            return judge(model.partition(":")[0], Bare.HUB) if model else None
        if model and (not _ID.match(model) or "://" in model):
            return None
        if model and self.host_of_word(model) == host:
            return None  # the service's own name
        if not self.is_known(host) and host not in self.words.values() and is_hub_shaped(model):
            formed = self.formed(model)  # an address in a region of a cloud says less than the form
            if formed is None:
                return judge(model, Bare.IGNORED)
            host, model = formed
        named = Elsewhere(Place.API, model, host)
        if parse_elsewhere(named.id) is None:
            return None
        judged = named_elsewhere(named)
        return judged if model else Judged(UseKind.OTHER, host, None, judged.reason, judged.target)

    def _at_place(self, place: Place, model: str) -> Judged | None:
        if not model:
            return None
        if place is Place.OLLAMA:
            return judge(model, Bare.OLLAMA, tagged=True)
        return named_elsewhere(Elsewhere(place, model)) if _ID.match(model) else None
