"""Which kind of file a name tells, as far as it could name a model."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from lineage.core.word import Word


class FileKind(Word):
    """How a file is read."""

    PYTHON = "python"
    NOTEBOOK = "notebook"
    DOCKERFILE = "dockerfile"
    MODELFILE = "modelfile"
    KITFILE = "kitfile"
    MAKEFILE = "makefile"
    PROCFILE = "procfile"
    SHELL = "shell"
    CMD = "cmd"
    POWERSHELL = "powershell"
    YAML = "yaml"
    JSON = "json"
    RECORDS = "records"
    """A JSON document a line."""
    TOML = "toml"
    INI = "ini"
    """Sections and settings, systemd's units among them."""
    LINES = "lines"
    """KEY=VALUE lines."""
    PACKAGES = "packages"
    """Lists of packages and of git remotes."""
    LIST = "list"
    """Models, one a line."""
    SCRIPT = "script"
    """Without a suffix: its first line tells."""
    TEXT = "text"
    """Any other language: patterns alone."""


_SUFFIXES: dict[FileKind, str] = {
    FileKind.PYTHON: "py pyi pyw",
    FileKind.NOTEBOOK: "ipynb",
    FileKind.MODELFILE: "modelfile",
    FileKind.KITFILE: "kitfile",
    FileKind.MAKEFILE: "mk",
    FileKind.SHELL: "sh bash zsh ksh fish slurm sbatch just envrc",
    FileKind.CMD: "bat cmd",
    FileKind.POWERSHELL: "ps1 psm1",
    FileKind.YAML: "yaml yml dvc cwl",
    FileKind.JSON: "json jsonc json5",
    FileKind.RECORDS: "jsonl ndjson",
    FileKind.TOML: "toml",
    FileKind.INI: "ini cfg conf properties service container timer",
    FileKind.LINES: "env pkl gin",
    FileKind.TEXT: (
        "js mjs cjs ts mts cts tsx jsx rs go java kt kts scala sc swift rb php cs fs vb cpp cc cxx "
        "c h hpp m mm lua dart svelte vue astro pyx jl r ex exs erl clj cljs hs ml nim zig pl pm "
        "nix bzl bazel star cmake gradle groovy jenkinsfile tf tfvars hcl bicep cue jsonnet "
        "libsonnet dhall html htm smk nf wdl pbtxt"
    ),
}  # fmt: skip
_BY_SUFFIX = {f".{end}": kind for kind, ends in _SUFFIXES.items() for end in ends.split()}
_NAMES: tuple[tuple[FileKind, re.Pattern[str]], ...] = (
    (
        FileKind.DOCKERFILE,
        re.compile(r"(?:dockerfile|containerfile|earthfile).*|.*\.(?:dockerfile|containerfile)"),
    ),
    (FileKind.MODELFILE, re.compile(r"modelfile.*")),
    (FileKind.KITFILE, re.compile(r"kitfile(?:\.ya?ml)?")),
    (FileKind.MAKEFILE, re.compile(r"(?:gnu)?makefile")),
    (FileKind.SHELL, re.compile(r"\.?justfile|\.envrc")),
    (FileKind.PROCFILE, re.compile(r"procfile(?:\..*)?")),
    (FileKind.LINES, re.compile(r"\.env.*")),
    (
        FileKind.TEXT,
        re.compile(
            r"jenkinsfile.*|cmakelists\.txt|build|workspace|meson\.build|vagrantfile|tiltfile"
            r"|sconstruct|snakefile|fastfile|podfile|gemfile"
        ),
    ),
    (
        FileKind.PACKAGES,
        re.compile(r".*requirements.*\.(?:txt|in)|constraints.*\.txt|\.gitmodules|pipfile"),
    ),
    (
        FileKind.LIST,
        re.compile(
            r"(?:.*\bmodels?\b.*|.*model[-_]?(?:list|ids|names).*|.*checkpoints.*)"
            r"(?<!\.py)(?:\.(?:txt|list|lst|csv|tsv))?"
        ),
    ),
)
_IN_FOLDER = (FileKind.PACKAGES, re.compile(r"(?:.*/)?requirements/[^/]+\.(?:txt|in)"))
# Files that tools write: what they hold stands in a file beside them, or names no model.
_WRITTEN = frozenset(
    [
        "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "poetry.lock", "uv.lock", "cargo.lock",
        "lineage.lock", "tokenizer.json", "vocab.json", "lineage.toml", "composer.lock", "pdm.lock",
        "pipfile.lock", "npm-shrinkwrap.json", "conda-lock.yml",
    ]
)  # fmt: skip


def kind_of(name: str) -> FileKind | None:
    """The kind of a file, by its path; None where it is of none that could name a model."""
    path = PurePosixPath(name)
    base, suffix = path.name.lower(), path.suffix.lower()
    if base in _WRITTEN or base.endswith((".lock", ".safetensors.index.json", ".bin.index.json")):
        return None
    if _IN_FOLDER[1].fullmatch(name.lower()):
        return _IN_FOLDER[0]
    for kind, pattern in _NAMES:
        if pattern.fullmatch(base) and (
            kind is not FileKind.LIST or suffix in ("", ".txt", ".list", ".lst", ".csv", ".tsv")
        ):
            return kind
    if suffix == "" and "." not in base:
        return FileKind.SCRIPT
    return _BY_SUFFIX.get(suffix)
