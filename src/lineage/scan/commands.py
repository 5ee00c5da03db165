"""Find the models that one command line names: serving engines, downloads, trainers, Ollama."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.names import Bare, Judged, container_model, is_hub_shaped, judge


@dataclass(frozen=True)
class ShellWord:
    """One word of a command, unquoted and with the variables that are known filled in."""

    text: str
    line: int
    column: int
    is_default: bool = False
    """It contained a variable: its value here is what holds unless somebody sets another."""

    @property
    def is_known(self) -> bool:
        """Whether no unknown variable is left in it."""
        return "$" not in self.text and "{{" not in self.text


# Options that name a hub model whatever the program is, where the value is `namespace/name`.
_MODEL_OPTIONS = frozenset(
    [
        "--model", "--model-id", "--model_id", "--model-path", "--model_path", "--model-name",
        "--model_name", "--model-name-or-path", "--model_name_or_path", "--base-model",
        "--base_model", "--pretrained", "--pretrained-model-name-or-path",
        "--pretrained_model_name_or_path", "--pretrained_model", "--repo-id", "--repo_id",
        "--hf-repo", "--hf_repo", "--hf-path", "--hf-model", "--hf_model", "--hf-model-id",
        "--hf_model_id", "--tokenizer", "--tokenizer-path", "--tokenizer-name", "--tokenizer_name",
        "--draft-model", "--draft-model-path", "--speculative-model",
        "--speculative-draft-model-path", "--speculative_draft_model_path", "--teacher",
        "--teacher-model", "--teacher_model", "--teacher_model_name_or_path", "--reward-model",
        "--reward_model", "--reward_model_path", "--adapter-name-or-path", "--adapter_name_or_path",
        "--peft", "--peft-model", "--embedding-model", "--embedding_model", "--reranker",
        "--rerank-model", "--embed-model", "--ref-model", "--lora-model", "--checkpoint", "--ckpt",
        "--hf-repo-draft", "--hf-repo-v", "--hf-repo-vocoder", "--huggingface-repo-id",
        "--served-model", "--student-model", "--judge-model", "--llm", "--vae", "--unet",
        "--controlnet", "--text-encoder", "--backbone", "--actor_rollout_ref.model.path",
        "--pretrain", "--critic_pretrain", "--reward_pretrain",
    ]
)  # fmt: skip
_LLAMA_OPTIONS = frozenset(
    {"-hf", "-hfr", "-hfd", "-hfrd", "-hfv", "-hfrv", "--hf-repo", "--hf-repo-draft", "--hf-repo-v"}
)
_LIST_OPTIONS = frozenset({"--lora-modules", "--lora_modules"})
_ARGS_OPTIONS = frozenset({"--model_args", "--model-args", "-a"})
_JSON_OPTIONS = frozenset({"--speculative-config", "--speculative_config"})

# program (its last path part, or `python -m` module): whether a bare name is a hub id there.
_HUB_PROGRAMS = (
    "vllm",
    "text-generation-launcher",
    "text-embeddings-router",
    "sglang",
    "tensorrt",
    "trtllm",
    "lmdeploy",
    "mlx_lm",
    "mlx_vlm",
    "infinity_emb",
    "optimum-cli",
    "ct2-transformers-converter",
    "litgpt",
    "aphrodite",
    "fastchat",
    "transformers",
    "mii",
    "tgi",
    "accelerate",
    "torchrun",
    "deepspeed",
    "axolotl",
    "llamafactory-cli",
)
# program: subcommands after which the first plain word is the model.
_POSITIONAL: dict[str, frozenset[str]] = {
    "vllm": frozenset({"serve", "chat"}),
    "aphrodite": frozenset({"run"}),
    "huggingface-cli": frozenset({"download"}),
    "hf": frozenset({"download"}),
    "hfd.sh": frozenset({""}),
    "hfdownloader": frozenset({"download", ""}),
    "litgpt": frozenset(
        {
            "download",
            "finetune",
            "finetune_lora",
            "finetune_full",
            "serve",
            "chat",
            "generate",
            "pretrain",
            "evaluate",
            "convert_to_litgpt",
        }
    ),
    "tune": frozenset({"download"}),
    "lmdeploy": frozenset({"serve", "chat", "convert"}),
    "trtllm-serve": frozenset({"serve", ""}),
    "transformers": frozenset({"chat", "download"}),
    "ramalama": frozenset({"run", "pull", "serve", "bench"}),
    "llama-run": frozenset({""}),
    "foundry": frozenset(),
}
_SKIP_AFTER = {"lmdeploy": frozenset({"api_server", "gradio", "triton_client"})}
_OLLAMA = frozenset({"run", "pull", "create", "show", "push", "cp"})
_FLAGS_WITHOUT_VALUE = re.compile(
    r"--?(?:no-|enable-|disable-|trust|force|quiet|resume|help|verbose|local-dir-use-symlinks=)|-[vqhy]$"
)
_WRAPPERS = frozenset(
    [
        "sudo", "exec", "env", "nohup", "time", "nice", "uv", "uvx", "poetry", "pipx", "run", "pdm",
        "hatch", "conda", "mamba", "rye", "xvfb-run", "numactl", "stdbuf", "tini", "dumb-init",
        "--", "nsys", "srun", "then", "do", "else", "if", "while", "!", "&&", "(", "{",
    ]
)  # fmt: skip
_ADDRESS = re.compile(
    r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/(?!datasets/|spaces/|docs|blog|papers|collections|api/)[\w.-]+/[\w.-]+(?:/(?:resolve|raw|blob|tree)/\S*)?\Z"
)
_ARGS_MODEL = re.compile(r"(?:^|,)\s*(?:pretrained|peft|tokenizer|model)\s*=\s*([^,\s\"']+)")
_MODEL_VARIABLES = re.compile(
    r"(?:(?:[A-Z0-9]+_)*(?:MODEL|MODEL_ID|MODEL_NAME|MODEL_NAME_OR_PATH|MODEL_REPO|HF_REPO|HF_MODEL_ID|REPO_ID|BASE_MODEL|TOKENIZER|CHECKPOINT|LLM|RERANKER|EMBEDDER)"
    r"(?:_(?:ID|NAME|REPO|PATH|REPO_ID|NAME_OR_PATH))?)\Z"
)
_HUB_VARIABLES = frozenset({"MODEL_ID", "HF_MODEL_ID", "LLAMA_ARG_HF_REPO"})


def command_uses(words: Sequence[ShellWord], file: str) -> Iterator[ModelUse]:
    """Uses that one command (no pipes, no `;`) names."""
    program, arguments = _program(words)
    yield from _variables(words, file)
    if not program:
        return
    if "--repo-type" in [w.text for w in arguments] or any(
        w.text.startswith("--repo-type=") for w in arguments
    ):
        kinds = [w.text for w in arguments]
        if any(k.rpartition("=")[2] in ("dataset", "space") for k in kinds):
            return
    yield from _positional(program, arguments, file)
    yield from _options(program, arguments, file)
    yield from _fetched(program, arguments, file)


def variable_use(name: str, value: ShellWord, file: str) -> ModelUse | None:
    """The use that an environment variable's setting makes,
    where its name says that it is a model."""
    if not _MODEL_VARIABLES.match(name.upper()) and name.upper() not in _HUB_VARIABLES:
        return None
    judged = (
        judge(value.text, Bare.IGNORED, tagged=name.upper().startswith("LLAMA_ARG"))
        if value.is_known
        else None
    )
    if judged is None or judged.kind in (UseKind.UNRESOLVED, UseKind.LOCAL):
        return None
    sure = name.upper() in _HUB_VARIABLES
    return _use(
        value,
        file,
        judged,
        f"variable {name}",
        Certainty.CERTAIN if sure and not value.is_default else Certainty.LIKELY,
    )


def _use(
    word: ShellWord,
    file: str,
    judged: Judged,
    via: str,
    certainty: Certainty,
    revision: str | None = None,
) -> ModelUse:
    if word.is_default and certainty is Certainty.CERTAIN:
        certainty = Certainty.LIKELY
    return ModelUse(
        file,
        word.line,
        word.column,
        judged.kind,
        judged.model,
        via,
        certainty,
        revision or judged.revision,
        reason=judged.reason,
        target=judged.target,
    )


def _program(words: Sequence[ShellWord]) -> tuple[str, list[ShellWord]]:
    rest = list(words)
    while rest and (rest[0].text in _WRAPPERS or re.match(r"[A-Za-z_]\w*=", rest[0].text)):
        rest = rest[1:]
    if not rest:
        return "", []
    name = re.split(r"[/\\]", rest[0].text)[-1].removesuffix(".exe")
    arguments = rest[1:]
    if re.fullmatch(r"python[\d.]*", name) and len(arguments) > 1:
        index = next((i for i, w in enumerate(arguments) if w.text == "-m"), None)
        if index is not None and index + 1 < len(arguments):
            return arguments[index + 1].text, arguments[index + 2 :]
    if name == "docker" or name == "podman":
        return name, arguments
    return name, arguments


def _is_hub_program(program: str) -> bool:
    return any(
        program == p or program.startswith((p + ".", p + "-", p + "_")) for p in _HUB_PROGRAMS
    )


def _positional(program: str, arguments: list[ShellWord], file: str) -> Iterator[ModelUse]:
    base = program.partition(".")[0] if program.startswith("litgpt") else program
    plain = _plain(arguments)
    if base == "ollama" and len(plain) > 1 and plain[0].text in _OLLAMA:
        yield from _named(plain[1], file, f"ollama {plain[0].text}", Bare.OLLAMA)
        return
    if base in ("docker", "podman"):
        yield from _container(plain, arguments, file)
        return
    if base not in _POSITIONAL:
        return
    subcommands = _POSITIONAL[base]
    if plain and plain[0].text in subcommands:
        rest = [w for w in plain[1:] if w.text not in _SKIP_AFTER.get(base, frozenset())]
        via = f"{base} {plain[0].text}"
    elif "" in subcommands:
        rest, via = plain, base
    else:
        return
    if rest:
        yield from _named(rest[0], file, via, Bare.HUB, revision=_option(arguments, "--revision"))


def _container(plain: list[ShellWord], arguments: list[ShellWord], file: str) -> Iterator[ModelUse]:
    """`docker model run NAME`, and an engine's arguments behind the
    image's name in `docker run … IMAGE ARGS`."""
    texts = [w.text for w in plain]
    if texts[:1] == ["model"] and len(plain) > 2 and texts[1] in ("run", "pull"):
        judged = container_model(texts[2])
        if judged is not None:
            yield _use(plain[2], file, judged, f"docker model {texts[1]}", Certainty.CERTAIN)
    if texts[:1] == ["exec"]:
        for index, word in enumerate(arguments):
            if word.text in ("ollama", "vllm", "hf", "huggingface-cli"):
                yield from command_uses(arguments[index:], file)
    if texts[:1] == ["run"]:
        for index, word in enumerate(arguments):
            program = program_of_image(word.text)
            if program:
                yield from command_uses(
                    [*(replace(word, text=t) for t in program), *arguments[index + 1 :]], file
                )
                return


def program_of_image(image: str) -> list[str]:
    """The command that a known serving image runs its arguments with; empty for any other image."""
    name = image.partition("@")[0].partition(":")[0] if "/" in image else image
    for part, program in (
        ("vllm-openai", ["vllm", "serve"]),
        ("text-generation-inference", ["text-generation-launcher"]),
        ("text-embeddings-inference", ["text-embeddings-router"]),
        ("lmsysorg/sglang", ["sglang"]),
        ("llama.cpp", ["llama-server"]),
        ("michaelf34/infinity", ["infinity_emb"]),
    ):
        if part in name or part == image:
            return program
    return []


def _plain(arguments: list[ShellWord]) -> list[ShellWord]:
    """Words that are neither options nor, as far as can be known, their values."""
    plain: list[ShellWord] = []
    skip = False
    for word in arguments:
        if skip:
            skip = False
            if not word.text.startswith("-"):
                continue
        if word.text.startswith("-") and len(word.text) > 1:
            skip = (
                "=" not in word.text
                and not _FLAGS_WITHOUT_VALUE.match(word.text)
                and word.text not in ("-d", "-it", "-i", "-t", "--rm", "-f")
            )
            continue
        plain.append(word)
    return plain


def _option(arguments: list[ShellWord], name: str) -> str | None:
    for index, word in enumerate(arguments):
        if word.text == name and index + 1 < len(arguments) and arguments[index + 1].is_known:
            return arguments[index + 1].text
        if word.text.startswith(f"{name}=") and word.is_known:
            return word.text.partition("=")[2]
    return None


def _options(program: str, arguments: list[ShellWord], file: str) -> Iterator[ModelUse]:
    hub = _is_hub_program(program)
    is_llama = "llama" in program or program.startswith("kobold")
    for name, value in _pairs(arguments):
        via = f"{program} {name}" if len(program) < 60 else name
        if name in _ARGS_OPTIONS:
            for match in _ARGS_MODEL.finditer(value.text):
                yield from _named(replace(value, text=match.group(1)), file, via, Bare.HUB)
        elif name in _LIST_OPTIONS:
            yield from _named(
                replace(value, text=value.text.rpartition("=")[2]), file, via, Bare.IGNORED
            )
        elif name in _JSON_OPTIONS:
            yield from _json(value, file, via)
        elif name in _LLAMA_OPTIONS and (is_llama or name.startswith("--")):
            yield from _named(value, file, via, Bare.HUB, tagged=True)
        elif name in _MODEL_OPTIONS or (name == "-m" and is_llama):
            if hub:
                revision = _option(arguments, "--revision") if "model" in name else None
                yield from _named(value, file, via, Bare.HUB, revision=revision)
            elif is_hub_shaped(value.text) or not value.is_known:
                yield from _named(value, file, via, Bare.IGNORED, certainty=Certainty.LIKELY)
    # key=value arguments of Hydra-like programs: model_name_or_path=org/name
    for word in arguments:
        key, equals, text = word.text.partition("=")
        if (
            equals
            and not key.startswith("-")
            and f"--{key.rpartition('.')[2]}" in _MODEL_OPTIONS
            and is_hub_shaped(text)
        ):
            yield from _named(
                replace(word, text=text),
                file,
                f"{program} {key}=",
                Bare.IGNORED,
                certainty=Certainty.LIKELY,
            )


def _pairs(arguments: list[ShellWord]) -> Iterator[tuple[str, ShellWord]]:
    for index, word in enumerate(arguments):
        if not word.text.startswith("-"):
            continue
        name, equals, text = word.text.partition("=")
        if equals:
            yield name, replace(word, text=text, column=word.column + len(name) + 1)
            continue
        for offset in range(1, 5):
            if index + offset >= len(arguments) or arguments[index + offset].text.startswith("-"):
                break
            yield name, arguments[index + offset]
            if name not in _LIST_OPTIONS:
                break


def _json(value: ShellWord, file: str, via: str) -> Iterator[ModelUse]:
    try:
        config = json.loads(value.text)
    except (ValueError, RecursionError):
        return
    if isinstance(config, dict) and isinstance(config.get("model"), str):
        yield from _named(replace(value, text=config["model"]), file, via, Bare.IGNORED)


def _named(
    word: ShellWord,
    file: str,
    via: str,
    bare: Bare,
    *,
    tagged: bool = False,
    certainty: Certainty = Certainty.CERTAIN,
    revision: str | None = None,
) -> Iterator[ModelUse]:
    if not word.is_known:
        place = (file, word.line, word.column)
        yield ModelUse(
            *place,
            UseKind.UNRESOLVED,
            "",
            via,
            Certainty.CERTAIN,
            None,
            word.text[:120],
            reason="known only when the command runs",
        )
        return
    judged = judge(word.text, bare, tagged=tagged)
    if judged is not None:
        yield _use(word, file, judged, via, certainty, revision)


def _fetched(program: str, arguments: list[ShellWord], file: str) -> Iterator[ModelUse]:
    """Addresses on the Hub that git, curl, wget and the like are given."""
    if program in ("echo", "printf", "open", "xdg-open"):
        return
    for word in arguments:
        if _ADDRESS.match(word.text) and (
            program == "git"
            or "/resolve/" in word.text
            or "/raw/" in word.text
            or program == "huggingface-cli"
        ):
            judged = judge(word.text)
            if judged is not None and judged.kind is UseKind.HUB:
                yield _use(word, file, judged, f"{program} address", Certainty.CERTAIN)


def _variables(words: Sequence[ShellWord], file: str) -> Iterator[ModelUse]:
    """`MODEL_ID=org/name cmd …`, `export …`, and `-e MODEL_ID=org/name`."""
    for word in words:
        match = re.match(r"([A-Za-z_]\w*)=(.+)", word.text, re.DOTALL)
        if match:
            use = variable_use(
                match.group(1),
                replace(word, text=match.group(2), column=word.column + len(match.group(1)) + 1),
                file,
            )
            if use is not None:
                yield use
