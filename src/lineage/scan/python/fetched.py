"""Files of the Hub's models that code fetches by their address."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Set

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.addresses import FILE_ELSEWHERE, addresses, as_far_as_named, required
from lineage.scan.names import judge, judged_use
from lineage.scan.python.callee import spelled_out
from lineage.scan.python.module import Call, Module, Scope
from lineage.scan.python.value import call_argument
from lineage.scan.python.values import Evaluator
from lineage.scan.telling import says_address_of_hub

_FILE_ADDRESS = re.compile(
    r"https?://(?:(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)/[\w.-]+/[\w.-]+/"
    r"(?:(?:resolve|raw)/|tree/[0-9a-f]{40}(?![0-9a-f]))"
    r"|(?:api-inference|router)\.huggingface\.co/(?:hf-inference/)?models/[\w.-]+/[\w.-]+)"
    rf"|hf://|https?://{FILE_ELSEWHERE}"
)
_FETCHES = re.compile(r"(?i)get\Z|download|retrieve|urlopen|fetch|from_url|request|stream|clone")
_HUB = re.compile(r"(?i)huggingface\.co|\bhf\.co|hf-mirror\.com|hf://")
_ON_GITHUB = re.compile(
    r"(?i)\bgithub(?:usercontent)?\.com[/:](?:repos/)?([\w.-]+/[\w.-]*\w)(?:\.git\b)?"
)
_BEGINS = re.compile(r"(?i)https?://(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)/")
_ARCHIVE = re.compile(r"ARCHIVE_(?:MAP|LIST)\Z|PRETRAINED_VOCAB_FILES_MAP\Z")
"""Tables of the files that a library's own models once had, by which nobody fetches them."""
_LOOKS_FOR = frozenset(
    {"replace", "startswith", "endswith", "removeprefix", "removesuffix", "find", "index", "count"}
)
VIA = "file address"


def knows_hub(module: Module) -> bool:
    """Whether a text mentions the Hub's address."""
    return any(_mentions_hub(str(node.value)) for node in module.texts)


def _mentions_hub(text: str) -> bool:
    written = text.lower()  # to look for plain words in it is quicker by far
    is_like = "hf" in written or "huggingface" in written
    return is_like and _HUB.search(text) is not None


def named_elsewhere(module: Module) -> frozenset[str]:
    """Names that a module gives addresses elsewhere than on the Hub: in a table, and as
    repositories of GitHub."""
    keys = (
        str(key.value)
        for table in module.tables
        for key, value in zip(table.keys, table.values, strict=True)
        if isinstance(key, ast.Constant) and _is_address_elsewhere(value)
    )
    code = (name for node in module.texts for name in _ON_GITHUB.findall(str(node.value)))
    return frozenset((*keys, *code))


def _is_address_elsewhere(node: ast.expr) -> bool:
    """Whether an expression is the address of something that is not on the Hub."""
    text = str(node.value) if isinstance(node, ast.Constant) else ""
    return text.startswith(("https://", "http://")) and not _mentions_hub(text)


def may_fetch(name: str) -> bool:
    """Whether a callee of that dotted name may fetch an address that it is given."""
    return _FETCHES.search(name) is not None


def address_of(call: Call, evaluator: Evaluator, *, is_known: bool) -> ast.expr | None:
    """The address that a call fetches, or that it itself puts together (`hf_url("name", "file")`).
    `is_known`: whether the module knows the Hub's address."""
    if says_address_of_hub(spelled_out(call.name, call.scope, evaluator.module).rpartition(".")[2]):
        return call.node
    return call_argument(call, "url", 0) if is_known and may_fetch(call.name) else None


def fetched(call: Call, node: ast.expr, evaluator: Evaluator) -> Iterator[ModelUse]:
    """The models of an address that a call fetches and that is put together
    (`urlretrieve(HUB + NAME + …)`)."""
    known = evaluator.values(node, call.scope)
    for value in known:
        is_file = not isinstance(node, ast.Constant) and _FILE_ADDRESS.match(value.text)
        if not (is_file or "clone" in call.last):
            continue
        # Of several pieces nobody says which go together.
        is_loose = value.is_checked or (value.is_composed and len(known) > 1)
        for found in addresses(value.text):
            place = (evaluator.module.file, call.node.lineno, call.node.col_offset + 1)
            shown, likely = value.text[:200], Certainty.LIKELY
            yield judged_use(found.judged, place, VIA, likely, shown, if_found=is_loose)


def written_addresses(module: Module, told: Set[int]) -> Iterator[ModelUse]:
    """Addresses of files in model repos, wherever they are a whole string. `told`: expressions
    that were told already, by their `id`."""
    written = ((node, required(str(node.value))) for node in module.texts)
    found = [(node, text) for node, text in written if _FILE_ADDRESS.match(text)]
    told = told | _only_listed(module) if found else told
    for node, address in found:
        if id(node) in told:
            continue
        first = next(addresses(address), None)
        judged = first.judged if first is not None else judge(address)
        if judged is not None and (judged.kind is UseKind.HUB or judged.target):
            place = (module.file, node.lineno, node.col_offset + 1)
            yield judged_use(judged, place, VIA, Certainty.LIKELY, address[:200])


def _only_listed(module: Module) -> set[int]:
    """What nobody fetches, by its `id`: old tables of files, and what others are compared with."""
    archives = [one.value for one in module.named if _ARCHIVE.search(one.name)]
    listed = {id(part) for one in archives for part in ast.walk(one)}
    looked_for = {id(one) for name in _LOOKS_FOR for one in _looked_for(module, name)}
    return listed | looked_for | module.compared


def _looked_for(module: Module, name: str) -> Iterator[ast.expr]:
    """What calls of that name look for in a text: `text.replace("hf://…", …)`."""
    for call in module.calls_of.get(name, ()):
        first = call.node.args[0] if call.node.args else None
        if first is not None:
            yield from first.elts if isinstance(first, ast.Tuple) else (first,)


def filled_addresses(evaluator: Evaluator) -> Iterator[ModelUse]:
    """The same with places in them that the code fills:
    `f"https://huggingface.co/org/{name}/resolve/main/{file}"`."""
    module = evaluator.module
    for node, scope in hub_templates(module):
        place = (module.file, node.lineno, node.col_offset + 1)
        known = evaluator.values(_as_far_as_named(node), scope)
        for value in known:
            for found in addresses(value.text) if _FILE_ADDRESS.match(value.text) else ():
                # Of several pieces nobody says which go together.
                yield judged_use(
                    found.judged,
                    place,
                    VIA,
                    Certainty.LIKELY,
                    ast.unparse(node)[:200],
                    if_found=len(known) > 1,
                )


def hub_templates(module: Module) -> Iterator[tuple[ast.JoinedStr, Scope]]:
    """Templates that begin with the Hub's address, each with the scope that it stands in."""
    scopes = {scope.node: scope for scope in module.scopes}
    for first in module.texts:
        text = str(first.value)
        if not _BEGINS.match(text) or _FILE_ADDRESS.match(text):
            continue
        node = module.parents.get(first)
        if isinstance(node, ast.JoinedStr) and node.values[0] is first:
            around: ast.AST = node
            while around not in scopes:
                around = module.parents[around]
            yield node, scopes[around]


def _as_far_as_named(node: ast.JoinedStr) -> ast.JoinedStr:
    """The address without what says which of the model's files it is, which need not be known."""
    texts = [str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values]
    for at, text in enumerate(texts):
        named = as_far_as_named("".join(texts[: at + 1]))
        if named and text != "…":
            cut = named.removeprefix("".join(texts[:at]))
            end = ast.copy_location(ast.Constant(cut), node)
            return ast.copy_location(ast.JoinedStr([*node.values[:at], end]), node)
    return node
