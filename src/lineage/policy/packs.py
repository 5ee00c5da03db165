"""The policies that ship with the package."""

from __future__ import annotations

from lineage.core.errors import PolicyError
from lineage.core.packaged import DATA
from lineage.policy.nearest import did_you_mean

_FOLDER = DATA / "packs"


def pack_names() -> tuple[str, ...]:
    """All of them: `default` and `strict` first, the rest sorted."""
    names = sorted(
        entry.name.removesuffix(".toml")
        for entry in _FOLDER.iterdir()
        if entry.name.endswith(".toml")
    )
    return tuple(sorted(names, key=lambda name: (name not in ("default", "strict"), name)))


def pack_text(name: str) -> str:
    """The TOML text of a pack. Raises PolicyError, with the nearest name, where there is none."""
    if name not in pack_names():
        hint = did_you_mean(name, pack_names()) or f"Packs: {', '.join(pack_names())}."
        raise PolicyError(
            f"There is no policy pack {name!r}.",
            f"{hint} A file is named by its path, such as ./{name}.toml.",
        )
    return (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")
