"""Models named on the command line of a merge tool, in a fence or in a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.core.ref import is_repo_id

_COMMAND = re.compile(
    r"\b(?:mergekit(?:-[a-z]+)+|[\w./-]{0,60}merg[\w-]{0,40}\.py)\b", re.IGNORECASE
)
_CONTINUED = re.compile(r"\\[ \t]*\n")
_NOT_MODELS = re.compile(
    r"--?(?:out|save|write|dest|target|cache|push|upload|dataset|tokenizer|config|log)",
    re.IGNORECASE,
)
_LONGEST = 20_000
_MOST_TOKENS = 400
_HUB = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/", re.IGNORECASE)
_FILE = re.compile(r"\.(?:ya?ml|json|py|sh|txt|md|safetensors|bin|gguf)\Z", re.IGNORECASE)


def merged_by_commands(text: str) -> Iterator[tuple[int, str]]:
    """The line (from 0) and name of every model that a merge command takes in; its outputs are left
    out."""
    joined = _CONTINUED.sub(lambda found: " " * len(found[0]), text[:_LONGEST])
    position = 0
    for line in joined.split("\n"):
        command = _COMMAND.search(line)
        if command:
            number = text.count("\n", 0, position)
            for name in _models(line[command.end() :]):
                yield number, name
        position += len(line) + 1


def _models(arguments: str) -> Iterator[str]:
    flag = ""
    for token in arguments.split()[:_MOST_TOKENS]:
        if token.startswith("-"):
            flag, equals, value = token.partition("=")
            if not equals:
                continue
            token = value
        name = _HUB.sub("", token.strip("\"'`,;[]()"))
        if not _NOT_MODELS.match(flag):
            yield from (part for part in name.split("+") if _is_model(part))
        flag = ""


def _is_model(name: str) -> bool:
    return (
        name.count("/") == 1
        and is_repo_id(name)
        and not _FILE.search(name)
        and not name.startswith(("out/", "output/", "outputs/", "models/"))
    )
