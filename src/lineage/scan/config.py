"""Find models in configuration: keys that name them, environment
variables, container arguments and embedded commands."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.commands import ShellWord, command_uses, program_of_image, variable_use
from lineage.scan.entries import Entry, Step
from lineage.scan.names import Bare, container_model, is_hub_shaped, judge, suggests_model
from lineage.scan.shell import PythonCode, shell_uses

# Keys that only frameworks loading from the Hub use: a bare name counts too.
_HUB_KEYS = frozenset(
    [
        "model_name_or_path", "pretrained_model_name_or_path", "base_model_name_or_path",
        "tokenizer_name_or_path", "adapter_name_or_path", "hf_model_id", "hf_repo_id", "hf_model",
        "base_model", "_name_or_path", "teacher_model_name_or_path", "reward_model_name_or_path",
        "hub_model_id_or_path", "hf_model_name",
    ]
)  # fmt: skip
_ADDRESS_KEYS = frozenset(
    {
        "storageuri",
        "storage_uri",
        "modeluri",
        "model_uri",
        "modelurl",
        "uri",
        "url",
        "source",
        "hf",
        "model_source",
        "weights",
        "download_url",
    }
)
_COMMAND_KEYS = frozenset(
    {
        "run",
        "script",
        "command",
        "entrypoint",
        "args",
        "cmd",
        "before_script",
        "after_script",
        "cmds",
        "steps",
        "commands",
        "exec",
        "test",
        "start",
        "serve",
        "setup",
    }
)
_WORD_LISTS = frozenset({"args", "command", "entrypoint", "cmd", "extraargs", "extra_args"})
_NOT_UNDER = frozenset(
    {
        "datasets",
        "dataset",
        "data",
        "eval_dataset",
        "train_dataset",
        "evals",
        "results",
        "widget",
        "model-index",
        "leaderboard",
        "uses",
        "repos",
    }
)
_CONFIG_NAME = re.compile(
    r"(?:conf|setting|values|param|model|train|deploy|compose|serv|infer|pipeline|litellm|mergekit|axolotl|env|recipe|agent|rag|embed|llm|workflow|job|kustom|chart|"
    r"pyproject|k8s|vllm|tgi|tei|sft|dpo|lora|merge|finetun)",
    re.IGNORECASE,
)
_NAMES_OF_SECTION = frozenset(
    {
        "name",
        "id",
        "path",
        "repo",
        "repository",
        "hub_id",
        "source",
        "name_or_path",
        "repo_id",
        "hf_id",
    }
)
_TXTAI = frozenset(
    {
        "embeddings",
        "llm",
        "extractor",
        "summary",
        "similarity",
        "labels",
        "transcription",
        "translation",
        "textractor",
        "caption",
        "rag",
        "reranker",
    }
)


def config_uses(
    entries: list[Entry], file: str, python: PythonCode | None = None
) -> Iterator[ModelUse]:
    """Uses in one structured file's scalars."""
    if _is_record(entries):
        return
    is_config = _is_config(file, entries)
    siblings = _siblings(entries)
    for entry in entries:
        if any(str(step).lower() in _NOT_UNDER for step in entry.path[:-1]):
            continue
        if len(entry.value) <= 400:
            yield from _keyed(entry, file, is_config)
            yield from _environment(entry, siblings, file)
        if _is_command(entry):
            yield from _shell(entry, file, python)
    yield from _containers(entries, file)


def _is_record(entries: list[Entry]) -> bool:
    """Whether the file is a bill of materials or one of our own
    reports: it names models and uses none."""
    return any(
        e.path in (("bomFormat",), ("spdxVersion",)) or e.value.startswith("lineage-report/")
        for e in entries[:40]
    )


def _is_config(file: str, entries: list[Entry]) -> bool:
    """Whether the file steers something, rather than recording
    results; decides how sure a generic key is."""
    path = PurePosixPath(file)
    if path.suffix.lower() not in (".json", ".jsonc"):
        return True
    return (
        bool(_CONFIG_NAME.search(path.name))
        or (len(path.parts) > 1 and bool(_CONFIG_NAME.search(path.parts[-2])))
        or len(entries) < 60
    )


def _keyed(entry: Entry, file: str, is_config: bool) -> Iterator[ModelUse]:
    key = entry.key
    name = re.sub(r"[-.\s]", "_", key.lower())
    via = f"key {key[:60]}"
    value = entry.value
    if entry.is_block:
        return
    if name in _ADDRESS_KEYS or value.startswith("hf://"):
        if value.startswith(
            ("hf://", "https://huggingface.co/", "https://hf.co/", "huggingface://")
        ):
            yield from _use(entry, file, value, via, Bare.IGNORED, Certainty.CERTAIN)
        return
    if name in _HUB_KEYS:
        yield from _use(
            entry, file, _first_of_merge(value), via, Bare.HUB, Certainty.CERTAIN, keep_local=True
        )
        return
    is_list_item = bool(entry.path) and isinstance(entry.path[-1], int)
    if (
        "models" in entry.path
        and len(entry.path) > 2
        and value.lower().startswith(("ai/", "hf.co/", "docker.io/ai/"))
    ):
        judged = container_model(value)
        if judged is not None:
            yield ModelUse(
                file,
                entry.line,
                entry.column,
                judged.kind,
                judged.model,
                via,
                Certainty.CERTAIN,
                reason=judged.reason,
                target=judged.target,
            )
        return
    under_txtai = name == "path" and any(str(s).lower() in _TXTAI for s in entry.path[:-1])
    if (_suggests_model(entry) or under_txtai) and is_hub_shaped(_first_of_merge(value)):
        certainty = Certainty.LIKELY if is_config and not is_list_item else Certainty.POSSIBLE
        yield from _use(entry, file, _first_of_merge(value), via, Bare.IGNORED, certainty)
    elif value.startswith(
        ("huggingface/", "hf.co/", "hf-hub:", "hf_hub:", "local:", "huggingface:")
    ) and is_hub_shaped(value):
        yield from _use(entry, file, value, via, Bare.IGNORED, Certainty.LIKELY)


def _suggests_model(entry: Entry) -> bool:
    """Whether the key says model, or is the `name` or `id` of a section that does."""
    if suggests_model(entry.key):
        return True
    names = [step for step in entry.path if isinstance(step, str)]
    return len(names) > 1 and names[-1].lower() in _NAMES_OF_SECTION and suggests_model(names[-2])


def _first_of_merge(value: str) -> str:
    """mergekit writes `model+adapter`; the model is the first."""
    return value.partition("+")[0]


def _use(
    entry: Entry,
    file: str,
    value: str,
    via: str,
    bare: Bare,
    certainty: Certainty,
    *,
    keep_local: bool = False,
) -> Iterator[ModelUse]:
    judged = judge(value, bare)
    if judged is None or (judged.kind is not UseKind.HUB and not keep_local):
        return
    if judged.kind is UseKind.HUB and judged.model == "":
        return
    expression = value[:120] if judged.kind is UseKind.UNRESOLVED else ""
    place = (file, entry.line, entry.column)
    yield ModelUse(
        *place,
        judged.kind,
        judged.model,
        via,
        certainty,
        judged.revision,
        expression,
        reason=judged.reason,
        target=judged.target,
    )


def _siblings(entries: list[Entry]) -> dict[tuple[Step, ...], str]:
    """Kubernetes writes variables as `name: X` beside `value:
    Y`: the name by the mapping's path."""
    return {e.path[:-1]: e.value for e in entries if e.path and e.path[-1] == "name"}


def _environment(
    entry: Entry, siblings: dict[tuple[Step, ...], str], file: str
) -> Iterator[ModelUse]:
    key, value, column = entry.key, entry.value, entry.column
    if entry.path and entry.path[-1] == "value" and entry.path[:-1] in siblings:
        key = siblings[entry.path[:-1]]
    elif entry.path and isinstance(entry.path[-1], int):
        key, equals, value = entry.value.partition("=")
        if not equals or not key.isidentifier():
            return
        column += len(key) + 1
    if key.isupper():
        default = re.fullmatch(r"\$\{\w+:?-([^}]+)\}", value)
        use = variable_use(
            key,
            ShellWord(
                default.group(1) if default else value, entry.line, column, is_default=bool(default)
            ),
            file,
        )
        if use is not None:
            yield use


def _is_command(entry: Entry) -> bool:
    steps = [s.lower() for s in entry.path if isinstance(s, str)][-2:]
    return any(s in _COMMAND_KEYS or s == "scripts" for s in steps) and len(entry.value) < 50_000


def _shell(entry: Entry, file: str, python: PythonCode | None) -> Iterator[ModelUse]:
    in_list = entry.path and isinstance(entry.path[-1], int)
    if (
        in_list
        and str(entry.key).lower() in _WORD_LISTS
        and " " not in entry.value.strip()
        and "\n" not in entry.value
    ):
        return  # one word of a command: read with its neighbours below
    first = entry.line + 1 if entry.is_block else entry.line
    yield from shell_uses(entry.value, file, python, first)


def _containers(entries: list[Entry], file: str) -> Iterator[ModelUse]:
    """`command:` and `args:` lists of one container, behind the program that its image starts."""
    lists: dict[tuple[Step, ...], dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    images: dict[tuple[Step, ...], Entry] = {}
    for entry in entries:
        if entry.path and entry.path[-1] == "image":
            images[entry.path[:-1]] = entry
        elif (
            len(entry.path) > 1
            and isinstance(entry.path[-1], int)
            and str(entry.path[-2]).lower() in _WORD_LISTS
        ):
            lists[entry.path[:-2]][str(entry.path[-2]).lower()].append(entry)
        elif (
            entry.path
            and str(entry.path[-1]).lower() in ("args", "command")
            and not entry.is_block
            and entry.path[:-1] in images
        ):
            lists[entry.path[:-1]][str(entry.path[-1]).lower()].extend(_split(entry))
    for parent, parts in lists.items():
        words = [
            e
            for name in ("entrypoint", "command", "cmd", "args", "extraargs", "extra_args")
            for e in parts.get(name, [])
        ]
        texts = [ShellWord(w.value, w.line, w.column) for w in words]
        image = images.get(parent)
        program = program_of_image(image.value) if image is not None else []
        starts_itself = (
            bool(texts)
            and not texts[0].text.startswith("-")
            and "command" in parts
            and "args" in parts
        )
        if program and image is not None and not starts_itself:
            texts = [*(ShellWord(p, image.line, image.column) for p in program), *texts]
        elif texts and texts[0].text.startswith("-"):
            texts = [ShellWord("container", texts[0].line, texts[0].column), *texts]
        if len(texts) == 3 and texts[1].text in ("-c", "-lc", "-ec"):
            yield from shell_uses(texts[2].text, file, None, texts[2].line)
        elif len(texts) >= 2 and texts[0].text in ("sh", "bash", "/bin/sh", "/bin/bash"):
            for text in texts[1:]:
                yield from shell_uses(text.text, file, None, text.line)
        else:
            yield from command_uses(texts, file)


def _split(entry: Entry) -> list[Entry]:
    return [Entry(entry.path, part, entry.line, entry.column) for part in entry.value.split()]
