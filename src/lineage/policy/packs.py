"""The policies that ship with the package."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lineage.core.errors import NoSuchPolicyError
from lineage.core.packaged import DATA
from lineage.policy.nearest import did_you_mean

_FOLDER = DATA / "packs"


def pack_names() -> tuple[str, ...]:
    """All of them: `default` and `strict` first, the rest sorted."""
    names = [
        "default",
        *(
            entry.name.removesuffix(".toml")
            for entry in _FOLDER.iterdir()
            if entry.name.endswith(".toml")
        ),
    ]
    return tuple(sorted(names, key=lambda name: (name not in ("default", "strict"), name)))


def policy_path(named: str) -> Path | None:
    """The file that is meant by a pack's name or a file's path, or None for a pack.

    A pack's name is always the pack, whatever file of that name the folder holds; a bare word
    that is neither is taken for a misspelt pack.
    """
    path = Path(named)
    bare = len(path.parts) == 1 and not path.suffix
    return None if named in pack_names() or (bare and not path.exists()) else path


def _default_text() -> str:
    """What applies where no policy speaks, written out, so that it can be copied and changed."""
    from lineage.policy.policy import Policy
    from lineage.policy.rules.registry import all_rules

    policy = Policy()
    lines = (f'{one.id} = "{one.level}"' for one in all_rules())
    return "\n".join(
        (
            (
                "# What applies where no policy speaks: every rule with its level, to be "
                "copied and changed."
            ),
            f'name = "{policy.name}"',
            f'fail-on = "{policy.fail_on}"',
            f"jurisdictions = {_quoted(policy.jurisdictions)}",
            f"known-grades = {_quoted(policy.known_grades)}",
            'unknown-trainer = "shown"',
            "",
            "[rules]",
            *lines,
            "",
        )
    )


def _quoted(values: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


def pack_text(name: str) -> str:
    """The TOML text of a pack. Raises PolicyError, with the nearest name, where there is none."""
    if name not in pack_names():
        hint = did_you_mean(name, pack_names()) or f"Packs: {', '.join(pack_names())}."
        raise NoSuchPolicyError(
            f"There is no policy pack {name!r}.",
            f"{hint} A file is named by its path, such as ./{name}.toml.",
        )
    if name == "default":
        return _default_text()
    return (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")
