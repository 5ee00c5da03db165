"""The programs that load models: how each names one, and which programs run other commands."""

from __future__ import annotations

import re

from lineage.core.value import dataclass
from lineage.scan.names import Bare


@dataclass(frozen=True)
class Launcher:
    """How one program is told its model."""

    subcommands: frozenset[str] = frozenset()
    """After these the first plain word is the model; the empty one: without a subcommand."""
    others: frozenset[str] = frozenset()
    """Subcommands that are told their model by options."""
    skip: frozenset[str] = frozenset()
    """Words between the subcommand and the model."""
    bare: Bare = Bare.HUB
    tagged: bool = False
    host: str = ""
    """The service that is asked for what its option names; empty of what loads a model."""
    own: str = ""
    """How the names of that service's own models begin: for others people set another address."""


def _of(
    subcommands: str = "", *, others: str = "", skip: str = "", plain: bool = False
) -> Launcher:
    words = {*subcommands.split(), *({""} if plain else ())}
    return Launcher(frozenset(words), frozenset(others.split()), frozenset(skip.split()))


_OLLAMA = frozenset({"run", "pull", "create", "show", "push", "cp"})
LAUNCHERS: dict[str, Launcher] = {
    "vllm": _of("serve chat", others="bench complete run-batch"),
    "aphrodite": _of("run"),
    "sglang": _of(others="serve generate"),
    "huggingface-cli": _of("download"),
    "hf": _of("download"),
    "hfd.sh": _of(plain=True),
    "hfdownloader": _of("download", plain=True),
    "litgpt": _of(
        "download finetune finetune_lora finetune_full serve chat generate pretrain evaluate "
        "convert_to_litgpt"
    ),
    "tune": _of("download"),
    "lmdeploy": _of("serve chat convert", others="lite", skip="api_server gradio triton_client"),
    "trtllm-serve": _of("serve", plain=True),
    "transformers": _of("chat download", others="serve run"),
    "ramalama": _of("run pull serve bench"),
    "llama-run": _of(plain=True),
    "mlc_llm": _of("chat serve convert_weight gen_config compile package bench"),
    "ollama": Launcher(_OLLAMA, bare=Bare.OLLAMA),
    "text-generation-launcher": _of(),
    "text-embeddings-router": _of(),
    "infinity_emb": _of(others="v2"),
    "optimum-cli": _of(others="export onnxruntime neuron"),
    "ct2-transformers-converter": _of(),
    "mlx_lm": _of(others="generate server chat lora convert fuse evaluate"),
    "mlx_vlm": _of(others="generate server chat lora convert"),
    "llamafactory-cli": _of(others="train chat api export webchat"),
    "axolotl": _of(others="train preprocess evaluate inference merge-lora"),
    "trl": _of(others="sft dpo grpo kto orpo rloo reward chat vllm-serve env"),
    # names of the program's own list, beside those of the Hub
    "openllm": Launcher(frozenset({"serve", "run", "start", "deploy"}), bare=Bare.OTHER),
    "local-ai": Launcher(frozenset({"run"}), bare=Bare.OTHER),
    "foundry": Launcher(
        frozenset({"model"}), skip=frozenset({"run", "download", "load"}), bare=Bare.OTHER
    ),
    "node-llama-cpp": _of("pull chat complete infill"),
    "llama-server": _of(),
    "llama-cli": _of(),
    # agents, each of one service
    "claude": Launcher(host="api.anthropic.com", own=r"(?:anthropic/)?claude|opus|sonnet|haiku"),
    "codex": Launcher(host="api.openai.com", own=r"(?:openai/)?(?:gpt-(?!oss)|o\d|codex)"),
    "gemini": Launcher(host="generativelanguage.googleapis.com", own=r"gemini|flash|pro\Z"),
}  # fmt: skip
ASKED_BY = frozenset({"--model", "-m", "--fallback-model"})
"""Options by which an agent is told its model."""
# Beside these, programs whose options take a bare name of the Hub, such as `gpt2`.
_BY_OPTION = (
    "tensorrt", "trtllm", "fastchat", "mii", "tgi", "accelerate", "torchrun", "deepspeed",
)  # fmt: skip
_NOT_OF_HUB = frozenset(
    [
        *("ollama", "tune", "hf", "llama-server", "llama-cli", "llama-run"),
        *(name for name, launcher in LAUNCHERS.items() if launcher.host),
    ]
)
# Programs whose words are text, or names of other things: no command is looked for in them.
TALKERS = frozenset(
    [
        "echo", "printf", "git", "grep", "egrep", "rg", "pip", "pip3", "apt", "apt-get", "dnf",
        "yum", "apk", "brew", "npm", "yarn", "pnpm", "man", "which", "type", "alias", "kill",
        "pkill", "killall", "pgrep", "systemctl", "open", "xdg-open", "cat", "sed", "awk", "rm",
        "cp", "mv", "ls", "cd", "mkdir", "touch", "chmod", "write-host", "write-output", "rem",
        "read", "logger", "say", "gh", "curl", "wget",
    ]
)  # fmt: skip
# Words before the program itself.
WRAPPERS = frozenset(
    [
        "sudo", "exec", "env", "nohup", "time", "nice", "uv", "uvx", "poetry", "pipx", "run", "pdm",
        "hatch", "conda", "mamba", "rye", "xvfb-run", "numactl", "stdbuf", "tini", "dumb-init",
        "--", "nsys", "srun", "then", "do", "else", "if", "while", "!", "&&", "(", "{", "call",
        "start", "&", "pixi", "setx", "set",
    ]
)  # fmt: skip
_IMAGES = (
    ("vllm-openai", ("vllm", "serve")),
    ("text-generation-inference", ("text-generation-launcher",)),
    ("text-embeddings-inference", ("text-embeddings-router",)),
    ("lmsysorg/sglang", ("sglang",)),
    ("llama.cpp", ("llama-server",)),
    ("michaelf34/infinity", ("infinity_emb",)),
    ("ollama/ollama", ("ollama",)),
    ("localai/localai", ("local-ai", "run")),
)


MODEL_IMAGES = ("nvcr.io/nim/",)
"""Below these every image is a model with its server."""


def program_name(word: str) -> str:
    """The last part of a program's path, as launchers are listed."""
    return re.split(r"[/\\]", word.lstrip("@"))[-1].removesuffix(".exe")


def is_hub_program(program: str) -> bool:
    """Whether the program's model options take names of the Hub, bare ones too."""
    return any(
        program == p or program.startswith((p + ".", p + "-", p + "_"))
        for p in (*LAUNCHERS, *_BY_OPTION)
        if p not in _NOT_OF_HUB
    )


def starts_command(words: list[str], at: int) -> bool:
    """Whether a launcher with one of its subcommands stands at that place."""
    launcher = LAUNCHERS.get(program_name(words[at]))
    if launcher is None:
        return False
    rest = words[at + 1 :]
    if launcher.host:  # its name is a word of many texts
        return any(word.partition("=")[0] in ASKED_BY for word in rest)
    known = launcher.subcommands | launcher.others
    return not (known - {""}) or (bool(rest) and rest[0] in known) or ("" in known and bool(rest))


def program_of_image(image: str) -> list[str]:
    """The command that a known serving image runs its arguments with; empty for any other image."""
    name = image.partition("@")[0].partition(":")[0] if "/" in image else image
    return next((list(p) for part, p in _IMAGES if part in name or part == image), [])
