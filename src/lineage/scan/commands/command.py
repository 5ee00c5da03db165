"""Find the models that one command line names: serving engines, downloads, trainers, Ollama."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lineage.core.elsewhere import Elsewhere, Place
from lineage.core.oci import DOCKER_HUB
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.addresses import addresses
from lineage.scan.commands.launchers import (
    ASKED_BY,
    LAUNCHERS,
    MODEL_IMAGES,
    TALKERS,
    WRAPPERS,
    Launcher,
    is_hub_program,
    program_name,
    program_of_image,
    starts_command,
)
from lineage.scan.commands.options import (
    ARGS_OPTIONS,
    JSON_OPTIONS,
    LIST_OPTIONS,
    LLAMA_OPTIONS,
    assignments,
    names_model,
    option_pairs,
    option_value,
    says_kind,
)
from lineage.scan.commands.variables import variable_uses
from lineage.scan.commands.word import ShellWord
from lineage.scan.images import container_model
from lineage.scan.names import (
    Bare,
    Judged,
    is_hub_shaped,
    judge,
    judged_use,
    named_elsewhere,
)
from lineage.scan.services import UNKNOWN
from lineage.scan.telling import says_learning

_FLAGS_WITHOUT_VALUE = re.compile(
    r"--?(?:no-|enable-|disable-|trust|force|quiet|resume|help|verbose|local-dir-use-symlinks=)|-[vqhy]$"
)
_ARGS_MODEL = re.compile(r"(?:^|,)\s*(?:pretrained|peft|tokenizer|model)\s*=\s*([^,\s\"']+)")
_LISTED = re.compile(r"(?=.*[\d-])[A-Za-z][\w.:-]+")
"""A name of a program's own list of models."""
_ALIAS = re.compile(r"(?!default\Z)[A-Za-z][\w.:@/-]*")
"""What an agent calls a model, by its name or a word for it: `claude --model opus`."""
_OTHER_REPOS = frozenset({"dataset", "space"})


_DEEPEST = 6  # commands behind commands


def command_uses(words: Sequence[ShellWord], file: str, depth: int = 0) -> Iterator[ModelUse]:
    """Uses that one command (no pipes, no `;`) names."""
    program, arguments = _program(words)
    if program.lower() in TALKERS:
        yield from _fetched(program, arguments, file)
        return
    yield from _variables(words, file)
    if not program:
        return
    if option_value(arguments, "--repo-type") in _OTHER_REPOS:
        return
    yield from _positional(program, arguments, file)
    yield from _options(program, arguments, file)
    yield from _fetched(program, arguments, file)
    yield from model_images(arguments, file, program)
    texts = [w.text for w in arguments]
    nested = next((i for i in range(len(texts)) if starts_command(texts, i)), None)
    if nested is not None and depth < _DEEPEST:
        yield from command_uses(arguments[nested:], file, depth + 1)


def model_images(words: Sequence[ShellWord], file: str, via: str) -> Iterator[ModelUse]:
    """The images among words that are a model each."""
    for word in words:
        if word.text.startswith(MODEL_IMAGES) and (judged := container_model(word.text)):
            yield judged_use(judged, (file, word.line, word.column), via, Certainty.CERTAIN)


def _use(
    word: ShellWord,
    file: str,
    via: str,
    bare: Bare,
    *,
    tagged: bool = False,
    certainty: Certainty = Certainty.CERTAIN,
    revision: str | None = None,
    key: str = "",
) -> Iterator[ModelUse]:
    """What a word in the place of a model names; a name that only the run knows is told too.

    `key`: where nothing but a word says that it is a model.
    """
    place = (file, word.line, word.column)
    if not word.is_known:
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
    if bare is Bare.OTHER and _LISTED.fullmatch(word.text):
        judged: Judged | None = named_elsewhere(Elsewhere(Place.API, word.text, UNKNOWN))
    else:
        judged = judge(word.text, bare, tagged=tagged)
    if judged is not None:
        if word.is_default and certainty is Certainty.CERTAIN:
            certainty = Certainty.LIKELY
        judged = replace(judged, revision=revision or judged.revision)
        is_loose = bool(key) and not says_learning(key)
        yield judged_use(judged, place, via, certainty, if_found=is_loose)


def _program(words: Sequence[ShellWord]) -> tuple[str, list[ShellWord]]:
    rest = list(words)
    while rest and (rest[0].text.lower() in WRAPPERS or re.match(r"[A-Za-z_]\w*=", rest[0].text)):
        rest = rest[1:]
    if not rest:
        return "", []
    name, arguments = program_name(rest[0].text), rest[1:]
    if re.fullmatch(r"python[\d.]*|py", name) and len(arguments) > 1:
        index = next((i for i, w in enumerate(arguments) if w.text == "-m"), None)
        if index is not None and index + 1 < len(arguments):
            return arguments[index + 1].text, arguments[index + 2 :]
    return name, arguments


def _positional(program: str, arguments: list[ShellWord], file: str) -> Iterator[ModelUse]:
    base = program.partition(".")[0] if program.startswith("litgpt") else program
    plain = _plain(arguments)
    if base in ("docker", "podman", "nerdctl"):
        yield from _container(plain, arguments, file)
        return
    if base in _ARTEFACTS:
        yield from _artefact(base, plain, file)
        return
    launcher = LAUNCHERS.get(base)
    if launcher is None:
        return
    rest, via = _behind_subcommand(base, launcher, plain)
    if rest:
        revision = option_value(arguments, "--revision")
        yield from _use(
            rest[0], file, via, launcher.bare, tagged=launcher.tagged, revision=revision
        )


def _behind_subcommand(
    base: str, launcher: Launcher, plain: list[ShellWord]
) -> tuple[list[ShellWord], str]:
    if plain and plain[0].text in launcher.subcommands:
        rest = [w for w in plain[1:] if w.text not in launcher.skip]
        return rest, f"{base} {plain[0].text}"
    return (plain, base) if "" in launcher.subcommands else ([], base)


def _container(plain: list[ShellWord], arguments: list[ShellWord], file: str) -> Iterator[ModelUse]:
    """`docker model run NAME`, and an engine's arguments behind the
    image's name in `docker run … IMAGE ARGS`."""
    texts = [w.text for w in plain]
    if texts[:1] == ["model"] and len(plain) > 2 and texts[1] in ("run", "pull"):
        name = texts[2]
        judged = container_model(name if "/" in name else f"ai/{name}", DOCKER_HUB)
        if judged is not None:
            place = (file, plain[2].line, plain[2].column)
            yield judged_use(judged, place, f"docker model {texts[1]}", Certainty.CERTAIN)
    if "run" in texts[:2]:
        for index, word in enumerate(arguments):
            program = program_of_image(word.text)
            if program:
                yield from command_uses(
                    [*(replace(word, text=t) for t in program), *arguments[index + 1 :]], file
                )
                return


_ARTEFACTS = {
    "kit": frozenset({"pull", "unpack", "info", "inspect", "dev", "tag", "push"}),
    "modctl": frozenset({"pull", "fetch", "inspect", "extract", "push"}),
}
"""Programs that fetch artefacts of container registries, and their subcommands that name one."""


def _artefact(base: str, plain: list[ShellWord], file: str) -> Iterator[ModelUse]:
    """`kit pull HOST/REPOSITORY:TAG`."""
    if len(plain) < 2 or plain[0].text not in _ARTEFACTS[base]:
        return
    judged = container_model(plain[1].text)
    if judged is not None and judged.target:
        place = (file, plain[1].line, plain[1].column)
        yield judged_use(judged, place, f"{base} {plain[0].text}", Certainty.CERTAIN)


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


def _options(program: str, arguments: list[ShellWord], file: str) -> Iterator[ModelUse]:
    if not any(w.text[:1] == "-" or "=" in w.text for w in arguments):
        return
    launcher = LAUNCHERS.get(program)
    if launcher is not None and launcher.host:
        yield from _asked(program, launcher, arguments, file)
        return
    hub = is_hub_program(program)
    is_llama = "llama" in program or program.startswith("kobold")
    at_revision = option_value(arguments, "--revision")
    for name, value in option_pairs(arguments):
        via = f"{program} {name}" if len(program) < 60 else name
        if name in ARGS_OPTIONS:
            for match in _ARGS_MODEL.finditer(value.text):
                yield from _use(value.part(*match.span(1)), file, via, Bare.HUB)
        elif name in LIST_OPTIONS:
            yield from _use(value.part(value.text.rfind("=") + 1), file, via, Bare.IGNORED)
        elif name in JSON_OPTIONS:
            yield from _json(value, file, via)
        elif name in LLAMA_OPTIONS:
            if is_llama or name.startswith("--") or is_hub_shaped(value.text):
                yield from _use(value, file, via, Bare.HUB, tagged=True)
        elif name == "-m" and is_llama:
            if is_hub_shaped(value.text) or not value.is_known:
                yield from _use(value, file, via, Bare.IGNORED, certainty=Certainty.LIKELY)
        elif names_model(name):
            if hub and name.count(".") == 0 and not says_kind(name):
                revision = at_revision if "model" in name else None
                yield from _use(value, file, via, Bare.HUB, revision=revision)
            elif is_hub_shaped(value.text) or not value.is_known:
                likely = Certainty.LIKELY
                yield from _use(value, file, via, Bare.IGNORED, certainty=likely, key=via)
    for word in arguments:  # Hydra's overrides, Helm's --set, --env and the like
        for key, value in assignments(word):
            if names_model(key) and is_hub_shaped(value.text):
                via, likely = f"{program} {key}=", Certainty.LIKELY
                yield from _use(value, file, via, Bare.IGNORED, certainty=likely, key=via)


def _asked(
    program: str, agent: Launcher, arguments: list[ShellWord], file: str
) -> Iterator[ModelUse]:
    """The model that an agent asks its service for; with `--oss` it asks a server of its user's."""
    if any(word.text == "--oss" for word in arguments):
        return
    for name, value in option_pairs(arguments):
        if name not in ASKED_BY:
            continue
        alias = _ALIAS.match(value.text) if value.is_known else None  # `sonnet[1m]`
        model = alias[0] if alias is not None else ""
        if value.is_known and not model:
            continue
        host = agent.host if not model or re.match(agent.own, model) else UNKNOWN
        if host != UNKNOWN or _LISTED.fullmatch(model):
            judged = named_elsewhere(Elsewhere(Place.API, model, host))
            place = (file, value.line, value.column)
            sure = Certainty.LIKELY if value.is_default else Certainty.CERTAIN
            yield judged_use(judged, place, f"{program} {name}", sure)


def _json(value: ShellWord, file: str, via: str) -> Iterator[ModelUse]:
    try:
        config = json.loads(value.text)
    except (ValueError, RecursionError):
        return
    if isinstance(config, dict) and isinstance(config.get("model"), str):
        yield from _use(replace(value, text=config["model"]), file, via, Bare.IGNORED)


def _fetched(program: str, arguments: list[ShellWord], file: str) -> Iterator[ModelUse]:
    """Addresses on the Hub that git, curl, wget, Invoke-WebRequest and the like are given."""
    if program in ("echo", "printf", "open", "xdg-open"):
        return
    for word in arguments:
        for found in addresses(word.text):
            if found.is_fetch or program in ("git", "huggingface-cli", "hf"):
                place = (file, word.line, word.column + found.start)
                yield judged_use(found.judged, place, f"{program} address", Certainty.CERTAIN)


def _variables(words: Sequence[ShellWord], file: str) -> Iterator[ModelUse]:
    """`MODEL_ID=org/name cmd …`, `export …`, and `-e MODEL_ID=org/name`."""
    for word in words:
        match = re.match(r"([A-Za-z_]\w*)=(.+)", word.text, re.DOTALL)
        if match:
            yield from variable_uses(match.group(1), word.part(match.start(2)), file)
