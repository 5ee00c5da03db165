"""The scan of low claim: patterns over plain text, for languages and build files without a
parser here, and for files that could not be parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.addresses import addresses
from lineage.scan.commands.launchers import LAUNCHERS
from lineage.scan.commands.variables import variable_uses
from lineage.scan.commands.word import ShellWord
from lineage.scan.names import Bare, judge, judged_use, suggests_model
from lineage.scan.place import Places
from lineage.scan.shell.dialect import POSIX
from lineage.scan.shell.lines import Line, logical_lines
from lineage.scan.shell.script import line_uses

_NAME = r"""["'`](?P<name>[^"'`\s]{2,200})["'`]"""
_ANY = r"""["'`][^"'`\n]{0,200}["'`]"""
_TYPE = r"(?:\s*:\s*[&'\w<>\[\]?. ]{1,40})?"
_CALL = re.compile(
    rf"(?P<key>[A-Za-z_$][\w.:$]{{1,80}})\)?\s*(?:<[^<>()]{{0,60}}>\s*)?\(\s*"
    rf"(?:{_ANY}\s*,\s*)?(?:\w+\s*[:=]\s*)?(?:\w+\s*\(\s*)?{_NAME}"
)
_KEY = re.compile(
    rf"(?P<key>[A-Za-z_$][\w.$-]{{0,80}})[\"'\]]?{_TYPE}\s*(?:=>|:=|[:=])\s*(?:\w+\s*\(\s*)?{_NAME}"
)
_PAIR = re.compile(
    rf"\bname[\"']?\s*[:=]\s*[\"'](?P<key>[A-Z][A-Z0-9_]*)[\"']\s*,?\s*value[\"']?\s*[:=]\s*{_NAME}",
    re.IGNORECASE,
)
_DEFAULT = re.compile(
    rf"\b(?:variable|param|input)\s+\"?(?P<key>\w+)\"?[^{{}}=]{{0,40}}\{{[^{{}}]{{0,2000}}?\bdefault\s*=\s*{_NAME}"
)
_DEFINE = re.compile(rf"#define\s+(?P<key>\w+)\s+{_NAME}")
# Calls that take a model's name of the Hub, bare ones too.
_LOADS: tuple[tuple[str, re.Pattern[str], Bare], ...] = (
    ("from_pretrained", re.compile(r"(?i)\bfrom_?pretrained\Z"), Bare.HUB),
    (
        "download",
        re.compile(r"(?i)\b(?:hf_hub_download|snapshot_?download|hf_?hub_?download)\Z"),
        Bare.HUB,
    ),
    ("SentenceTransformer", re.compile(r"\b(?:SentenceTransformer|CrossEncoder)\Z"), Bare.SENTENCE),
)
# Calls that load models, by their names: what they are given is used, where it is `org/name`.
_LOADING = re.compile(
    r"(?i)(?:\bpipeline\Z|hugging_?face|\bhub\b|(?:\bapi\.|\bhf\.)(?:model|repo)\Z|\brepo(?:::\w+)?\Z"
    r"|model_?(?:configuration|container|factory)|tokenizer|sentence_?encoder|embedding_?model"
    r"|load_?(?:model|llm|pipeline|pretrained|container|tokenizer)|ml_?c_?engine|whisper_?kit)"
)
_WEAK = frozenset(["adapter", "transformer", "generator", "retriever", "encoder", "embedding"])
_LAUNCHED = re.compile(
    r"(?:^|[\s\"'`/({=;&|])(?P<command>(?:(?:"
    + "|".join(sorted(map(re.escape, LAUNCHERS), key=len, reverse=True))
    + r")(?:\.exe)?|docker\s+run|podman\s+run|python[\d.]*\s+-m)\s+[\w<$\"'-])"
)
_CLONES = re.compile(
    r"(?i)\b(?:git\w*|fetch_?git\w*|\w*git_repository|remote|clone|submodule|lfs|url\s*=.*\.git)\b"
)
_COMMENT = re.compile(r"[ \t]*(?://|#(?!define)|\* |--(?=\s)|<!--|;;|%)[^\n]*")
_BLOCK_COMMENT = re.compile(r"/\*.*?\*/|<!--.*?-->|<#.*?#>", re.DOTALL)
_NO_DOCUMENTS = replace(POSIX, heredocs=False)  # here-documents are other languages' too
_MINIFIED = 5_000
MOST_USES = 500


def token_uses(text: str, file: str) -> Iterator[ModelUse]:
    """At most 500 uses, none of them certain; comments are left out. In a minified bundle keys
    are only possible: it holds its libraries' own tables of models."""
    code = without_comments(text)
    is_minified = any(len(line) > _MINIFIED for line in code.splitlines())
    finders = (_calls(code, file), _keys(code, file), _fetched(code, file), _commands(code, file))
    count = 0
    for index, finder in enumerate(finders):
        for use in finder:
            if is_minified and index == 1:
                use = replace(use, certainty=Certainty.POSSIBLE)
            yield use
            count += 1
            if count >= MOST_USES:
                return


def without_comments(text: str) -> str:
    """The text with its comments blanked, so that places stay."""
    blank = lambda m: re.sub(r"[^\n]", " ", m.group())  # noqa: E731 -- a pattern's own argument
    if "*/" in text or "-->" in text or "#>" in text:
        text = _BLOCK_COMMENT.sub(blank, text)
    return "".join(
        " " * (len(line) - 1) + "\n" if _COMMENT.match(line) else line
        for line in text.splitlines(keepends=True)
    )


def _calls(code: str, file: str) -> Iterator[ModelUse]:
    places = Places(code)
    for match in _CALL.finditer(code):
        call = match.group("key")
        known = next(((via, bare) for via, pattern, bare in _LOADS if pattern.search(call)), None)
        last = re.split(r"[.:]+", call)[-1]
        if known is not None:
            via, bare, certainty = *known, Certainty.LIKELY
        elif _LOADING.search(call) or _names_model(last):
            via, bare, certainty = last, Bare.IGNORED, Certainty.LIKELY
        else:
            continue
        if "github" not in call.lower():
            yield from _named(match, places, file, via, bare, certainty)


def _names_model(word: str) -> bool:
    """Whether a method is a setter of a model's name: `modelId(…)`, `optModelUrls(…)`."""
    return suggests_model(word) and re.search(r"(?i)id\Z|name\Z|repo\Z|path\Z", word) is not None


def _keys(code: str, file: str) -> Iterator[ModelUse]:
    for pattern in (_KEY, _PAIR, _DEFAULT, _DEFINE):
        places = Places(code)
        for match in pattern.finditer(code):
            key = match.group("key").rpartition(".")[2]
            if suggests_model(key):
                weak = key.lower() in _WEAK
                certainty = Certainty.POSSIBLE if weak else Certainty.LIKELY
                yield from _named(match, places, file, f"key {key}", Bare.IGNORED, certainty)
    if "LORA_ADAPTERS" in code:
        places = Places(code)
        for match in re.finditer(r"\bLORA_ADAPTERS[\"']?\s*[:=]\s*[\"']([^\"'\n]+)[\"']", code):
            word = ShellWord(match.group(1), *places.of(match.start(1)), is_default=True)
            yield from variable_uses("LORA_ADAPTERS", word, file)


def _named(
    match: re.Match[str], places: Places, file: str, via: str, bare: Bare, certainty: Certainty
) -> Iterator[ModelUse]:
    judged = judge(match.group("name"), bare)
    if (
        judged is not None
        and judged.kind is UseKind.HUB
        and (bare is not Bare.IGNORED or "/" in judged.model)
    ):
        yield judged_use(judged, (file, *places.of(match.start("name"))), via, certainty)


def _fetched(code: str, file: str) -> Iterator[ModelUse]:
    """Addresses on the Hub that are fetched from, or that a clone is made of."""
    places = Places(code)
    for found in addresses(code):
        before = code[max(0, found.start - 200) : found.start].rpartition(";")[2]
        if found.is_fetch or any(_CLONES.search(line) for line in before.split("\n")[-3:]):
            place = (file, *places.of(found.start))
            yield judged_use(found.judged, place, "address", Certainty.LIKELY)


def _commands(code: str, file: str) -> Iterator[ModelUse]:
    """Commands of known launchers, in whatever quotes or block they stand."""
    if not _LAUNCHED.search(code):
        return
    for line in logical_lines(code, dialect=_NO_DOCUMENTS):
        for match in _LAUNCHED.finditer(line.text[:20_000]):
            start = match.start("command")
            quote = _open_quote(line.text[:start])
            end = line.text.find(quote, start) if quote else -1
            text = line.text[start : end if end >= 0 else None]
            piece = Line(" " * start + text, line.number, line.starts)
            for use in line_uses(piece, {}, file):
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
