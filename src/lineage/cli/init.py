"""`lineage init`: a commented policy, and the pipeline that applies it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lineage.cli.options import examples
from lineage.cli.output import write_file
from lineage.core.errors import UsageError
from lineage.core.packaged import DATA
from lineage.core.ref import COMMIT

_MARK = "@REVISION@"
_POLICY = "lineage.toml"
# option: (template, where it goes)
_PLACES = {
    "github": ("github.yml", ".github/workflows/lineage.yml"),
    "gitlab": ("gitlab.yml", ".gitlab/lineage.yml"),
    "pre_commit": ("pre-commit.yaml", ".pre-commit-config.yaml"),
}


@click.command(epilog=examples("lineage init", "lineage init --github --pre-commit"))
@click.argument(
    "folder", type=click.Path(path_type=Path, file_okay=False), default=".", metavar="[FOLDER]"
)
@click.option(
    "--github", is_flag=True, help="Write a GitHub workflow too: .github/workflows/lineage.yml."
)
@click.option("--gitlab", is_flag=True, help="Write a GitLab job too: .gitlab/lineage.yml.")
@click.option("--pre-commit", is_flag=True, help="Write .pre-commit-config.yaml with the hook too.")
@click.option(
    "--revision",
    metavar="COMMIT",
    help="Commit of lineage that the pipeline runs.  [default: the one that is installed]",
)
@click.option("--force", is_flag=True, help="Overwrite files that exist.")
def init(folder: Path, force: bool, revision: str | None, **wanted: bool) -> None:
    """Write a commented policy, lineage.toml, and on request the pipeline that applies it.

    If a file exists, nothing is written and the command exits 2, unless --force is given.
    """
    chosen = [(_POLICY, _POLICY), *(place for name, place in _PLACES.items() if wanted[name])]
    taken = [
        place for _, place in chosen if (folder / place).exists() or (folder / place).is_symlink()
    ]
    if taken and not force:
        raise UsageError(
            f"{_listed(folder, taken)} exists already; nothing was written.",
            "Use --force to overwrite, or another folder.",
        )
    commit = _commit(revision) if any(wanted.values()) else ""
    for template, place in chosen:
        text = (DATA / "init" / template).read_text(encoding="utf-8")
        write_file(folder / place, text.replace(_MARK, commit))
        click.echo(f"Wrote {folder / place}", err=True)
    if wanted["gitlab"]:
        click.echo(
            "Include it from .gitlab-ci.yml: include: [{local: .gitlab/lineage.yml}]", err=True
        )
    click.echo("Next: lineage check, then lineage lock.", err=True)


def _commit(given: str | None) -> str:
    """The commit that was given, or the one that the package was installed from.

    None is guessed: a pipeline that names a commit which nobody looked at pins nothing.
    """
    if given is not None and not COMMIT.match(given):
        raise UsageError(
            f"--revision {given[:60]!r} is not a full commit hash.",
            "Give all 40 characters: a tag or branch can be moved.",
        )
    found = given or _installed_from()
    if not found:
        raise UsageError(
            "The commit that this lineage was installed from is not known.",
            "Give it with --revision COMMIT: "
            "git ls-remote https://github.com/lineage-audit/lineage lists them.",
        )
    return found


def _installed_from() -> str:
    """As pip noted it (`direct_url.json`) when it installed from a git address; empty otherwise."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        noted = json.loads(distribution("lineage-audit").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return ""
    commit = str(noted.get("vcs_info", {}).get("commit_id", ""))
    return commit if COMMIT.match(commit) else ""


def _listed(folder: Path, places: list[str]) -> str:
    return " and ".join(str(folder / place) for place in places)
