"""The scan of low claim: patterns over plain text, for languages and build files without a
parser here, and for files that could not be parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.addresses import addresses
from lineage.scan.commands.command import command_uses
from lineage.scan.commands.launchers import LAUNCHERS, starts_command
from lineage.scan.commands.variables import variable_uses
from lineage.scan.commands.word import ShellWord
from lineage.scan.names import Bare, judge, judged_use
from lineage.scan.place import Places
from lineage.scan.shell.dialect import POSIX
from lineage.scan.shell.lines import logical_lines
from lineage.scan.shell.script import line_uses
from lineage.scan.telling import says_learning, suggests_model, suggests_named_model

_NAME = r"""["'`](?P<name>[^"'`\s]{2,200})["'`]"""
_ANY = r"""["'`][^"'`\n]{0,100}["'`]"""
_TYPE = r"(?:\s*:\s*[&'\w<>\[\]?. ]{1,40}|\s+string)?"
# A text in quotes that has the form of a name, and what may stand before it.
_QUOTED = re.compile(r"""["'`](?P<name>[\w.:-]{0,60}(?://)?[\w.-]{1,96}/[\w./:@?=-]{1,150})["'`]""")
_CALL = re.compile(
    rf"(?<![\w:$])(?P<key>[A-Za-z_$][\w.:$]{{1,80}})\)?\s*(?:<[^<>()]{{0,60}}>\s*)?\(\s*"
    rf"(?:{_ANY}\s*,\s*)?(?:\w+\s*[:=]\s*)?(?:\.?\w+\s*\(\s*(?:\w+\s*:\s*)?)?\Z"
)
_KEY = re.compile(
    rf"(?<![\w$-])(?P<key>[A-Za-z_$][\w.$-]{{0,80}})[\"'\]]?{_TYPE}\s*(?:=>|:=|\?\?|\|\||[:=])\s*(?:(?:new\s+)?\w+\s*\(\s*|<<)?[$@]{{0,2}}\Z"
)
_CLOJURE_KEY = re.compile(r"(?<=:)(?P<key>[A-Za-z][\w-]{1,60})\Z")
_MLC = re.compile(r"[\"'`](?P<name>[A-Za-z0-9][\w.-]{3,80}-q\d\w{2,12}-MLC)[\"'`]")
_BEFORE = 240
# Names of a model only in a block that says model.
_OF_BLOCK = frozenset(["id", "name", "repo", "repository", "repo_id", "hub_id"])
_HEAD = re.compile(r"(?P<key>[A-Za-z_]\w{0,60})[\"']?\s*(?:[:=]|=>)?\s*\Z")
_WIDEST = 600
_MAY_BE_BLOCK = re.compile(r"[mMlLeE](?i:(?<=m)odel|(?<=l)lm|(?<=e)mbed)")
_ASKS_HUB = re.compile(r"hf_hub|hugging_?face", re.IGNORECASE)
_KEY_BEFORE = 140
# Patterns begin with a set of letters, which the engine skips to.
PAIR = re.compile(
    rf"[nNkK](?<!\w.)(?i:(?:(?<=n)ame|(?<=k)ey)[\"']?\s*[:=]\s*[\"'](?P<key>[A-Za-z][\w.\[\]-]*)"
    rf"[\"']\s*,?\s*(?:default_?)?value[\"']?\s*[:=]\s*(?:\{{\s*string_value\s*:\s*)?{_NAME})"
)
_DEFAULT = re.compile(
    rf"[vpi](?<!\w.)(?:(?<=v)ariable|(?<=p)aram|(?<=i)nput)\s+\"?(?P<key>\w+)\"?[^{{}}=]{{0,40}}\{{[^{{}}]{{0,2000}}?\bdefault\s*=\s*{_NAME}"
)
_ADAPTERS = re.compile(r"\bLORA_ADAPTERS[\"']?\s*[:=]\s*[\"']([^\"'\n]+)[\"']")
_LINE = re.compile(r"(?m)^[ \t]*(?P<key>[A-Z][A-Z0-9_]{2,60})=(?P<value>[\w./:@-]{3,200})[ \t]*$")
# Rust's clap writes the default of a field above it.
_CLAP = re.compile(
    rf"default_value(?:_t)?\s*=\s*{_NAME}[^\]]{{0,300}}\]\s*(?:#\[[^\]]{{0,300}}\]\s*)*(?:pub\s+)?"
    r"(?P<key>\w+)\s*:"
)
_CMAKE = re.compile(rf"[sS](?i:et)\s*\(\s*(?P<key>\w{{1,80}})\s+{_NAME}")
_DEFINE = re.compile(rf"#define\s+(?P<key>\w+)\s+{_NAME}")
# A variable that is read, and what stands for it where it is not set.
_OR_ELSE = re.compile(
    r"[\"'](?=[A-Z])(?P<key>[A-Z][A-Z0-9_]{2,60})[\"']\s*(?:,|\)\s*(?:\?\?|\|\||\?:"
    rf"|\.\s*(?:unwrap_or\w*|or\w*|getOrElse)\s*\(\s*(?:\|\w*\|\s*)?))\s*{_NAME}"
)
_PAIRED = re.compile(r"[\"'](?=[A-Z])(?P<key>[A-Z][A-Z0-9_]{2,60})=(?P<name>[^\"'`\s]{2,200})[\"']")
_CHOICES = re.compile(
    r"[nN](?i:ame)[\"']?\s*[:=]\s*[\"'](?P<key>\w{2,80})[\"']\s*,\s*choices\s*[:=]\s*"
    r"\[(?P<items>[^\[\]]{2,2000})\]"
)
_SETS = (
    ("alue", PAIR),
    ("default", _DEFAULT),
    ("default_value", _CLAP),
    ("#define", _DEFINE),
    ("(", _CMAKE),
    ("", _OR_ELSE),
    ("=", _PAIRED),
)
# Words of a command in quotes, one by one: ["llama-server", "-hf", "org/name"].
_WORDS = re.compile(r"""(?:["'][^"'\s]{1,200}["']\s*,\s*){1,60}["'][^"'\n]{1,200}["']""")
_NIX_WORDS = re.compile(r'(?:"[^"\n]{1,200}"\s+){1,60}"[^"\n]{1,200}"')
_WORD = re.compile(r"""["']([^"'\n]{1,200})["']""")
_LIST = re.compile(
    rf"(?<![\w$-])(?P<key>[A-Za-z_$][\w.$-]{{0,80}}){_TYPE}\s*(?:=>|:=|[:=])\s*[\[{{(]\s*(?:{_ANY}\s*,\s*){{0,9}}\Z"
)
# Calls that take a model's name of the Hub, bare ones too.
_LOADS: tuple[tuple[str, str, str, Bare], ...] = (
    ("from_pretrained", "retrained", r"[fF]rom_?[pP]retrained\s*\(", Bare.HUB),
    (
        "download",
        "ownload",
        r"(?:hf_?[hH]ub_?[dD]ownload|downloadFile\w*)\s*\(",
        Bare.HUB,
    ),
    ("download", "napshot", r"snapshot_?[dD]ownload\s*\(", Bare.HUB),
    *(
        ("SentenceTransformer", name, rf"{name}\s*\(", Bare.SENTENCE)
        for name in ("SentenceTransformer", "CrossEncoder")
    ),
    ("{:hf, …}", ":hf", r"\{\s*:hf,", Bare.HUB),  # Elixir's Bumblebee
    ("hgf", "hgf", r"\bhgf", Bare.HUB),  # Julia's Transformers
)
_LOADED = tuple(
    (via, mark, re.compile(rf"{call}\s*(?:\{{\s*)?(?:\w+\s*[:=]\s*)?{_NAME}"), bare)
    for via, mark, call, bare in _LOADS
)
# Calls that load models, by their names: what they are given is used, where it is `org/name`.
# With the parts of a name that people join to them: `hub_snapshot`, `textModelBuilder`.
_LOADING = re.compile(
    r"(?i)(?:\bpipeline\Z|hugging_?face|\bhub\b|resolve_?model|(?:\bapi\.|\bhf\.)(?:model|repo)\Z|\brepo(?:::\w+)?\Z"
    r"|opt_?artifact_?id|model_?(?:configuration|container|factory)|tokenizer|sentence_?encoder|embedding_?model"
    r"|hub_?(?:snapshot|download)|models?_?builder|\bpgml\.\w+\Z"
    r"|load_?(?:model|llm|pipeline|pretrained|container|tokenizer)|ml_?c_?engine|whisper_?kit)"
)
_WEAK = frozenset(["adapter", "transformer", "generator", "retriever", "encoder", "embedding"])
_PROGRAMS = (*sorted(LAUNCHERS, key=len, reverse=True), "docker", "podman", "python")
_LAUNCHED = re.compile(
    r"(?<![^\s\"'`/({=;&|])(?P<command>(?:(?:"
    + "|".join(map(re.escape, _PROGRAMS[:-3]))
    + r")(?:\.exe)?|docker\s+run|podman\s+run|python[\d.]*\s+-m)\s+[\w<$\"'-])"
)
_CLONES = re.compile(
    r"(?i)\b(?:git\w*|fetch_?git\w*|\w*git_repository|remote|clone|submodule|lfs|url\s*=.*\.git)\b"
)
_NO_DOCUMENTS = replace(POSIX, heredocs=False)  # here-documents are other languages' too
# What stands behind these in an address of the Hub holds data or an application.
_OF_OTHERS = re.compile(r"(?:datasets|spaces)/[$#]?\{\s*(\w+)")
_MINIFIED = 5_000
_LONGEST_COMMAND = 4_000


def token_uses(code: str, file: str) -> Iterator[ModelUse]:
    """What patterns find in a text whose comments are blanked, none of it certain. In a minified
    bundle keys are only possible: it holds its libraries' own tables of models."""
    places = Places(code)
    yield from _loaded(code, places, file)
    yield from _quoted(code, places, file)
    yield from _compiled(code, places, file)
    yield from _set(code, places, file)
    yield from _fetched(code, places, file)
    yield from _commands(code, places, file)
    yield from _words(code, places, file)


def bundled_lines(code: str) -> frozenset[int]:
    """Numbers of the lines that only a bundler writes: what keys say there is mostly its
    libraries' own. One such line says nothing of the others, or it would hide them."""
    lines = enumerate(code.split("\n"), 1)
    return frozenset(number for number, line in lines if len(line) > _MINIFIED)


def _loaded(code: str, places: Places, file: str) -> Iterator[ModelUse]:
    for via, mark, pattern, bare in _LOADED:
        for match in pattern.finditer(code) if mark in code else ():
            yield from _named(match, places, file, via, bare, Certainty.LIKELY)


def _quoted(code: str, places: Places, file: str) -> Iterator[ModelUse]:
    """Names in quotes, by the call or the key before them."""
    bundled, asks_hub = bundled_lines(code), _ASKS_HUB.search(code) is not None
    of_others = frozenset(_OF_OTHERS.findall(code))
    is_clojure = file.endswith((".clj", ".cljs", ".edn"))
    for match in _QUOTED.finditer(code):
        before = code[max(0, match.start() - _BEFORE) : match.start()].rstrip()
        last = before[-1:]
        call = None
        if last == "(" or (last in (",", ":", "=") and "(" in before[-_KEY_BEFORE:]):
            call = _CALL.search(before[-_KEY_BEFORE:] if last == "(" else before)
        key = _KEY.search(before[-_KEY_BEFORE:]) if last in tuple(":=>($@<|?") else None
        if key is None and is_clojure:
            key = _CLOJURE_KEY.search(before[-_KEY_BEFORE:])
        if call and _loads(call.group("key")):
            via = re.split(r"[.:]+", call.group("key"))[-1]
            setter = "" if _LOADING.search(call.group("key")) else via
            yield from _named(match, places, file, via, Bare.IGNORED, Certainty.LIKELY, setter)
        elif key:
            name = key.group("key").rpartition(".")[2]
            block = "" if suggests_model(name) else _block(code, match.start(), name)
            if block:
                via = f"key {block}.{name}"
                yield from _named(match, places, file, via, Bare.IGNORED, Certainty.LIKELY, block)
            elif key["key"] and before.endswith("=>") and asks_hub:
                yield from _named(match, places, file, "case", Bare.IGNORED, Certainty.LIKELY, name)
            elif suggests_model(name):
                is_bundled = bool(bundled) and places.of(match.start())[0] in bundled
                is_weak = is_bundled or name.lower() in _WEAK or name in of_others
                certainty = Certainty.POSSIBLE if is_weak else Certainty.LIKELY
                yield from _named(match, places, file, f"key {name}", Bare.IGNORED, certainty, name)
        elif last in ("[", "{", ","):
            listed = _LIST.search(before)
            if listed and suggests_model(listed.group("key")):
                via = f"key {listed.group('key')}"
                yield from _named(match, places, file, via, Bare.IGNORED, Certainty.POSSIBLE)


def _block(code: str, at: int, key: str) -> str:
    """The name of the block around a place, where it says model: `model = { repository = …`; of
    models, each of their names: `MODELS = { chat: …, small: { id: …`."""
    if not _MAY_BE_BLOCK.search(code, max(0, at - _WIDEST), at):
        return ""
    depth, heads = 0, list[str]()
    is_name = key.lower() in _OF_BLOCK
    for place in range(at - 1, max(0, at - _WIDEST), -1):
        depth += {"}": 1, "{": -1}.get(code[place], 0)
        if depth < 0:
            depth, head = 0, _HEAD.search(code[max(0, place - 80) : place])
            if head is None or len(heads) == 2:
                return ""
            heads.append(head["key"])
            is_list = heads[-1].lower().endswith("models")
            if suggests_model(heads[-1]) and (is_list if len(heads) > is_name else is_name):
                return heads[-1]
            if not is_name:
                return ""
    return ""


def _compiled(code: str, places: Places, file: str) -> Iterator[ModelUse]:
    """Names of WebLLM's list, which are repositories of its makers' namespace on the Hub."""
    for match in _MLC.finditer(code) if "-MLC" in code else ():
        judged = judge(f"mlc-ai/{match['name']}", Bare.IGNORED)
        if judged is not None:
            place = (file, *places.of(match.start("name")))
            is_bundled = place[1] in bundled_lines(code)
            certainty = Certainty.POSSIBLE if is_bundled else Certainty.LIKELY
            yield judged_use(judged, place, "WebLLM", certainty)


def _loads(call: str) -> bool:
    last = re.split(r"[.:]+", call)[-1]
    return "github" not in call.lower() and bool(_LOADING.search(call) or _names_model(last))


def _names_model(word: str) -> bool:
    """Whether a method is a setter of a model's name: `modelId(…)`, `optModelUrls(…)`."""
    return suggests_model(word) and re.search(r"(?i)id\Z|name\Z|repo\Z|path\Z", word) is not None


def _set(code: str, places: Places, file: str) -> Iterator[ModelUse]:
    """Variables and settings whose name and value stand apart, and lists of adapters."""
    for mark, pattern in _SETS:
        for match in pattern.finditer(code) if mark in code else ():
            key = match.group("key")
            if suggests_named_model(key.rpartition(".")[2]):
                via = f"key {key}"
                yield from _named(match, places, file, via, Bare.IGNORED, Certainty.LIKELY, key)
    for match in _CHOICES.finditer(code) if "choices" in code else ():
        for item in _QUOTED.finditer(code, *match.span("items")):
            if suggests_model(match["key"]):
                via, key = f"key {match['key']}", match["key"]
                yield from _named(item, places, file, via, Bare.IGNORED, Certainty.LIKELY, key)
    for match in _LINE.finditer(code) if "<<" in code else ():  # a file within, as Nomad writes
        word = ShellWord(match["value"], *places.of(match.start("value")))
        yield from variable_uses(match["key"], word, file)
    for match in _ADAPTERS.finditer(code) if "LORA_ADAPTERS" in code else ():
        word = ShellWord(match.group(1), *places.of(match.start(1)), is_default=True)
        yield from variable_uses("LORA_ADAPTERS", word, file)


def _named(
    match: re.Match[str],
    places: Places,
    file: str,
    via: str,
    bare: Bare,
    certainty: Certainty,
    key: str = "",
) -> Iterator[ModelUse]:
    """`key`: where nothing but a key says that it is a model."""
    judged = judge(match.group("name"), bare)
    if judged is not None and (
        (judged.kind is UseKind.HUB and (bare is not Bare.IGNORED or "/" in judged.model))
        or judged.target
    ):
        place, is_loose = (file, *places.of(match.start("name"))), bool(key)
        is_loose = is_loose and not says_learning(key)
        yield judged_use(judged, place, via, certainty, if_found=is_loose)


def _fetched(code: str, places: Places, file: str) -> Iterator[ModelUse]:
    """Addresses on the Hub that are fetched from, or that a clone is made of."""
    for found in addresses(code):
        before = code[max(0, found.start - 200) : found.start]
        if not file.endswith(".nix"):  # where it ends an attribute of a call
            before = before.rpartition(";")[2]
        if found.is_fetch or any(_CLONES.search(line) for line in before.split("\n")[-3:]):
            place = (file, *places.of(found.start))
            yield judged_use(found.judged, place, "address", Certainty.LIKELY)


def _commands(code: str, places: Places, file: str) -> Iterator[ModelUse]:
    """Commands of known launchers, in whatever quotes or block they stand."""
    read_to = 0
    for start in _launches(code):
        if start < read_to:
            continue  # in the command before
        row, column = places.of(start)
        piece = code[start : start + _LONGEST_COMMAND]
        line = next(logical_lines(piece, row, _NO_DOCUMENTS), None)
        if line is None:
            continue
        quote = _open_quote(code[max(start - column + 1, start - _LONGEST_COMMAND) : start])
        end = line.text.find(quote) if quote else -1
        text = line.text[: end if end >= 0 else None]
        read_to = start + len(text)
        for use in line_uses(replace(line, text=text, column=column), {}, file):
            if use.kind is not UseKind.UNRESOLVED:
                yield replace(use, certainty=max(use.certainty, Certainty.LIKELY, key=_rank))


def _launches(code: str) -> list[int]:
    """Where commands of known launchers start."""
    starts: set[int] = set()
    for program in _PROGRAMS:
        at = code.find(program)
        while at >= 0:
            if _LAUNCHED.match(code, at):
                starts.add(at)
            at = code.find(program, at + 1)
    return sorted(starts)


def _words(code: str, places: Places, file: str) -> Iterator[ModelUse]:
    """Commands given as lists of quoted words, to processes and containers."""
    for match in (_NIX_WORDS if file.endswith(".nix") else _WORDS).finditer(code):
        texts = _WORD.findall(match.group())
        if any(t.startswith("-") for t in texts) or any(
            starts_command(texts, i) for i in range(len(texts))
        ):
            words = [
                ShellWord(m.group(1), *places.of(match.start() + m.start(1)))
                for m in _WORD.finditer(match.group())
            ]
            for use in command_uses([replace(words[0], text="process"), *words], file):
                if use.kind is not UseKind.UNRESOLVED:
                    yield replace(use, certainty=max(use.certainty, Certainty.LIKELY, key=_rank))


def _rank(certainty: Certainty) -> int:
    return certainty.rank


def _open_quote(before: str) -> str:
    """The quote that is open at the end of a line's beginning; triple ones hold lines."""
    quote = ""
    for mark in re.findall(r"\"\"\"|'''|\\.|[\"'`]", before):
        if len(mark) == 3 or mark.startswith("\\"):
            continue
        quote = "" if mark == quote else quote or mark
    return quote
