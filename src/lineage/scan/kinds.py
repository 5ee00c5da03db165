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
    CARD = "card"
    """A README: the metadata of a Space's."""
    XML = "xml"
    TEXT = "text"
    """Any other language: patterns alone."""
    OTHER = "other"
    """Nobody knows: where it is text, what patterns find is only believed if the Hub shows it."""


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
    FileKind.XML: "xml plist pom csproj vbproj fsproj props targets xsl xslt wsdl resx xaml fxml",
    FileKind.TEXT: (
        "js mjs cjs ts mts cts tsx jsx rs go java kt kts scala sc swift rb php cs fs vb cpp cc cxx "
        "c h hpp m mm lua dart svelte vue astro pyx jl r ex exs erl clj cljs edn hs ml nim zig pl "
        "pm nix bzl bazel star cmake gradle groovy jenkinsfile tf tfvars hcl bicep cue jsonnet "
        "libsonnet dhall html htm smk nf wdl pbtxt sql"
    ),
}  # fmt: skip
_BY_SUFFIX = {f".{end}": kind for kind, ends in _SUFFIXES.items() for end in ends.split()}
_NAMES: tuple[tuple[FileKind, re.Pattern[str]], ...] = (
    (
        FileKind.DOCKERFILE,
        re.compile(r"(?:dockerfile|containerfile|earthfile).*|.*\.(?:dockerfile|containerfile)"),
    ),
    (FileKind.MODELFILE, re.compile(r"modelfile.*")),
    (FileKind.CARD, re.compile(r"readme\.md")),
    (FileKind.YAML, re.compile(r"mlproject")),
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
# Another file is made of these: read as what that will be.
_MADE_OF = frozenset(
    [
        ".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".gotmpl", ".template", ".example", ".sample",
        ".dist", ".default", ".defaults", ".in", ".erb", ".mustache", ".hbs", ".orig", ".bak",
    ]
)  # fmt: skip
# Text that people read and no program runs, data, styles; and what is plainly no text.
_NEVER = (
    "md mdx rst adoc tex bib rtf log csv tsv css scss sass less map svg po pot patch diff lock sum "
    "pem crt key sig asc vtt srt png jpg jpeg gif webp bmp ico icns tif tiff avif heic psd ai eps "
    "pdf mp3 mp4 m4a wav flac ogg opus webm mov avi mkv ttf otf woff woff2 eot zip gz tgz bz2 xz "
    "zst 7z rar tar whl egg jar war so dll dylib exe o a lib pyc pyd class wasm bin pt pth onnx "
    "safetensors gguf ggml h5 tflite ckpt npy npz parquet arrow feather db sqlite sqlite3 spm "
    "docx xlsx pptx odt epub glb gltf obj stl fbx iso img dmg deb rpm apk"
)
PACKED_CODE = (".whl", ".egg", ".pyz", ".pyzw", ".pyc", ".pyo", ".pyd")
"""Ends of the names of files that Python runs and that are no text."""
_PASSED_OVER = frozenset(f".{end}" for end in _NEVER.split())
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
    if suffix in _MADE_OF and path.stem:
        return kind_of(path.with_suffix("").as_posix())
    return _BY_SUFFIX.get(suffix) or (None if suffix in _PASSED_OVER else FileKind.OTHER)
