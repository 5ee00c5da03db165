"""One model in a store of this computer, and the store's place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path

from lineage.core.value import dataclass


@dataclass(frozen=True)
class Installed:
    """One model as a store holds it."""

    store: str
    """The tool's name, as people say it."""
    path: str
    """Where it lies: its folder, or the file that names it."""
    hub: str = ""
    """Its id on the Hub, where the store tells one."""
    revision: str | None = None
    elsewhere: str = ""
    """Its name in another register: `ollama:qwen2.5:7b@sha256:…`, `modelscope:org/name`."""
    weights: tuple[str, ...] = ()
    """Files or folders of its weights that can be read where they lie."""
    size: int = 0
    """Bytes on the disk."""
    last_used: float | None = None
    """Seconds since the epoch, as far as the disk keeps count."""


@dataclass(frozen=True)
class Inventory:
    """What the stores hold, and what in them could not be read: path and reason."""

    models: tuple[Installed, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Stores:
    """Where the tools keep their models; a folder that is not there holds nothing."""

    hub_caches: tuple[Path, ...] = field(default=())
    ollama: tuple[Path, ...] = field(default=())
    lm_studio: tuple[Path, ...] = field(default=())
    modelscope: tuple[Path, ...] = field(default=())

    def __str__(self) -> str:
        every = (*self.hub_caches, *self.ollama, *self.lm_studio, *self.modelscope)
        return ", ".join(str(folder) for folder in every)


def stores_of(environ: Mapping[str, str], home: Path) -> Stores:
    """The stores of one user, as the tools themselves look for them."""

    def named(*variables: str) -> list[Path]:
        return [Path(environ[name]).expanduser() for name in variables if environ.get(name)]

    cache = Path(environ.get("XDG_CACHE_HOME") or home / ".cache")
    hf_home = (named("HF_HOME") or [cache / "huggingface"])[0]
    hub = named("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "TRANSFORMERS_CACHE")
    ollama = named("OLLAMA_MODELS") or [home / ".ollama" / "models"]
    scope = (named("MODELSCOPE_CACHE") or [cache / "modelscope"])[0]
    return Stores(
        tuple(dict.fromkeys([*(hub or [hf_home / "hub"])])),
        (*ollama, Path("/usr/share/ollama/.ollama/models")),
        (*_lm_studio_home(home), cache / "lm-studio" / "models"),
        (scope / "hub", scope),
    )


def _lm_studio_home(home: Path) -> Iterator[Path]:
    """LM Studio's folder, which it lets people move and then points to."""
    pointer = home / ".lmstudio-home-pointer"
    try:
        if pointer.is_file() and pointer.stat().st_size < 4096:
            yield Path(pointer.read_text("utf-8").strip()) / "models"
    except (OSError, ValueError):
        pass  # a pointer that cannot be read points nowhere; the usual folder is looked at too
    yield home / ".lmstudio" / "models"


def size_of(folder: Path, most: int = 20_000) -> tuple[int, float | None]:
    """Bytes below a folder, and when one of its files was last read or written; links count
    nothing."""
    total, last = 0, None
    for count, path in enumerate(folder.rglob("*")):
        if count >= most:
            break
        if path.is_symlink() or not path.is_file():
            continue
        status = path.stat()
        total += status.st_size
        last = max(last or 0.0, status.st_atime, status.st_mtime)
    return total, last
