"""Which options and `key=value` arguments name a model, whatever the program is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.scan.commands.word import ShellWord
from lineage.scan.telling import suggests_model, suggests_named_model

LLAMA_OPTIONS = frozenset(
    {"-hf", "-hfr", "-hfd", "-hfrd", "-hfv", "-hfrv", "--hf-repo", "--hf-repo-draft", "--hf-repo-v"}
)
LIST_OPTIONS = frozenset({"--lora-modules", "--lora_modules"})
ARGS_OPTIONS = frozenset({"--model_args", "--model-args", "-a"})
JSON_OPTIONS = frozenset({"--speculative-config", "--speculative_config"})
# Options that name a model and do not say so in a word that suggests one.
_NAMED = frozenset(
    [
        "hf_path", "peft", "peft_model", "pretrain", "critic_pretrain", "reward_pretrain",
        "judge_model", "hf_repo_vocoder", "huggingface_repo_id", "hf_repo_draft", "hf_repo_v",
    ]
)  # fmt: skip
_OF_SECTION = frozenset(
    [
        "name", "id", "path", "repo", "repository", "hub_id", "source", "name_or_path", "repo_id",
        "hf_id", "pretrained", "uri", "url",
    ]
)  # fmt: skip
_KIND = re.compile(r"[-_](?:variant|impl|kind|mode)\Z")
_ASSIGNED = re.compile(r"(?P<key>[+~]{0,2}[A-Za-z_][\w.\-\[\]/@]*)=(?P<value>.+)", re.DOTALL)


def names_model(option: str) -> bool:
    """Whether an option or dotted key is given a model: `--model-id`, `critic.model.path`,
    `--model.llm_path`."""
    parts = [
        re.sub(r"\[\d*\]|[+~]", "", part).replace("-", "_").lower()
        for part in re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", option.lstrip("-")).split(".")
    ]
    last = parts[-1]
    if last in _NAMED or suggests_named_model(last):
        return True
    return len(parts) > 1 and last in _OF_SECTION and suggests_model(parts[-2])


def says_kind(option: str) -> bool:
    """Whether an option may be given one of a program's own words for kinds of models:
    `--model-impl auto`."""
    return _KIND.search(option) is not None


def option_pairs(arguments: list[ShellWord]) -> Iterator[tuple[str, ShellWord]]:
    """Each option with each word that may be its value."""
    for index, word in enumerate(arguments):
        if not word.text.startswith("-"):
            continue
        name, equals, _ = word.text.partition("=")
        if equals:
            yield name, word.part(len(name) + 1)
            continue
        for offset in range(1, 5):
            if index + offset >= len(arguments) or arguments[index + offset].text.startswith("-"):
                break
            yield name, arguments[index + offset]
            if name not in LIST_OPTIONS:
                break


def assignments(word: ShellWord) -> Iterator[tuple[str, ShellWord]]:
    """`key=value` in one word, several with commas between: `--set a.b=x,c=y`, `+model.path=x`."""
    start = word.text.find("=") + 1 if word.text.startswith("-") else 0
    if "=" not in word.text[start:]:
        return
    for piece in re.finditer(r"(?:\[[^\[\]]*\]|[^,])+", word.text[start:]):
        match = _ASSIGNED.match(piece.group().strip("'\""))
        if match:
            offset = start + piece.start() + piece.group().find(match.group())
            inner = word.part(offset, offset + len(match.group()))
            yield match.group("key"), inner.part(match.start("value"))


def option_value(arguments: list[ShellWord], name: str) -> str | None:
    """What one option is set to, where that is known."""
    return next(
        (v.text for option, v in option_pairs(arguments) if option == name and v.is_known), None
    )
