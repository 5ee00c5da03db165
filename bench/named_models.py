"""Count the models that published packages name, by a search that knows nothing of the scan, and
judge the scan by that count.

    python bench/named_models.py fetch FOLDER              # downloads the wheels of named_models.tsv with pip and unpacks them
    python bench/named_models.py search FOLDER PACKAGE     # every text that has the form of a model's name, for a reader to judge
    python bench/named_models.py compare FOLDER HALF [--rows]   # what `lineage check` makes of the judged rows

The search is a plain walk over the syntax tree: every text constant that is no docstring and reads
`namespace/name` (with or without an address or scheme before it), and every text without a
namespace that is handed to something whose own name or argument speaks of a model. It says no more
than where it stands; what the code does with it was judged by eye, and the judgement is the row's
first word:

    loaded    the package's own code hands this name to something that loads or calls the model, or makes it the default of that
    called    the same, and what is called is a service's or Ollama's model
    listed    the name stands in a table of what a service or an architecture can do, a price list, a comparison, a condition
    said      in a documentation decorator, an example, a help text, a message, or in a test that only mocks it or compares it
    tested    nothing but the package's own tests, inside the wheel, loads or calls it, and truly: whoever runs them runs the model
    none      the package names no model (it is here for false alarms)
    unread    not yet judged: the packages kept aside until the scan is done

One row a model and package, its surest place. Where a card gives two names (a model and the
conversion that is fetched for it), both are loaded. What is audited and neither loaded nor called
is a false alarm, but for what nothing except a shared word calls a model: that is audited if the
Hub has such a model, and counted apart. What is `tested` stands in none of the counts: whether a
test's model belongs into an audit is a question of the scope, no miss and no false alarm. Nor does
what the search cannot have written: a model that a library takes where none is named (the default
of a `pipeline`), and code of GitHub that `torch.hub` loads, which is no model of a service's but an
open point under the name of whose code it is.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

COUNT = Path(__file__).with_name("named_models.tsv")
_NAME = re.compile(
    r"(?:https?://(?:huggingface\.co|hf\.co)/|hf://|hf-hub:)?([A-Za-z0-9][\w.-]{0,60}/[A-Za-z0-9][\w.-]{1,90})(?:[@:/][\w./:-]*)?"
)
_SPEAKS = re.compile(
    r"model|pretrained|checkpoint|repo_?id|tokenizer|encoder|embed|rerank|pipeline|llm", re.I
)
_BARE = re.compile(
    r"(?![0-9a-f]{40}$)(?=[^\n]*[-:_])(?=[^\n]*\d)[A-Za-z][\w.:-]{3,80}|(?:distil)?(?:bert|gpt|roberta|t5|whisper)\S*",
    re.I,
)
COLUMNS = ("loaded", "found", "called", "told", "audited", "false", "hub", "asked", "wrong")
_DOCUMENTS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def _around(tree: ast.Module) -> Iterator[tuple[ast.Constant, str]]:
    """Every text with the names it stands under: callee, keyword, target, key."""
    stack: list[tuple[ast.AST, str]] = [(tree, "")]
    while stack:
        node, under = stack.pop()
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                yield node, under
            continue
        children: list[tuple[ast.AST, str]]
        if isinstance(node, ast.Call):
            first = node.args[0] if node.args else None
            said = f"{ast.unparse(first)[:40]}, " if isinstance(first, ast.Constant) else ""
            callee = f"{ast.unparse(node.func)[-50:]}({said if len(node.args) > 1 else ''}"
            children = [(a, under[:60] + callee) for a in node.args] + [
                (k.value, f"{under[:60]}{callee}{k.arg}=") for k in node.keywords
            ]
            children.append((node.func, under))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            children = [(node.value, f"{ast.unparse(targets[0])[:50]} = ")] if node.value else []
        elif isinstance(node, ast.Dict):
            children = [(k, under) for k in node.keys if k is not None]
            for key, value in zip(node.keys, node.values, strict=True):
                children.append((value, f"{under}{{{ast.unparse(key)[:40] if key else '**'}}}"))
        elif isinstance(node, ast.arguments):
            named = [*node.posonlyargs, *node.args]
            pairs = [
                *zip(named[len(named) - len(node.defaults) :], node.defaults, strict=True),
                *zip(node.kwonlyargs, node.kw_defaults, strict=True),
            ]
            children = [(value, f"parameter {arg.arg}") for arg, value in pairs if value]
        else:
            children = [(child, under) for child in ast.iter_child_nodes(node)]
            if isinstance(node, _DOCUMENTS) and ast.get_docstring(node, clean=False) is not None:
                children = [(c, u) for c, u in children if c is not node.body[0]]
        stack.extend(reversed(children))


def search(root: Path) -> Iterator[tuple[str, int, str, str]]:
    """(file, line, name, what it stands under) of everything a reader should judge."""
    for path in sorted(root.rglob("*.py")):
        try:
            tree = ast.parse(path.read_text("utf-8", "replace"))
        except SyntaxError as problem:
            print(f"{path}: {problem}", file=sys.stderr)
            continue
        for node, under in _around(tree):
            text = str(node.value).strip()
            named = _NAME.fullmatch(text)
            if named is None and not (_BARE.fullmatch(text) and _SPEAKS.search(under)):
                continue
            where = path.relative_to(root).as_posix()
            yield where, node.lineno, named.group(1) if named else text, under


def rows() -> list[list[str]]:
    """The judged rows: half, package, judgement, file, line, model."""
    lines = COUNT.read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def fetch(folder: Path) -> None:
    """The wheels at the versions of the count, one folder a package; nothing is built, installed or
    run."""
    for package in sorted({row[1] for row in rows()}):
        root = folder / package
        if root.exists():
            continue
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        subprocess.run([*command, "--dest", str(folder / "wheels"), package], check=True)
        for wheel in (folder / "wheels").glob("*.whl"):
            name, version = wheel.name.split("-")[:2]
            if _folded(f"{name}=={version}") == _folded(package):
                zipfile.ZipFile(wheel).extractall(root)


def _folded(package: str) -> str:
    """One spelling of `name==version`: wheels write it with other marks and letters."""
    return re.sub(r"[-_.]+", "_", package).lower()


def compare(folder: Path, wanted: str, *, show: bool) -> None:
    """The table of docs/benchmarks/check.md: names that are loaded against names that are
    audited."""
    from lineage.core.elsewhere import Place, parse_elsewhere
    from lineage.core.use import Certainty, UseKind
    from lineage.workflows.check import scanned

    print(
        "| half | package | loaded | of these audited | called | of these told | audited | false "
        "| left to the Hub | told of services | false |"
    )
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    totals: dict[str, Counter[str]] = {}
    judged = [row for row in rows() if row[0] == wanted]
    for half, package in sorted({(row[0], row[1]) for row in judged}):
        mine = {row[5].lower(): row for row in judged if row[1] == package}
        tested = {model for model, row in mine.items() if row[2] == "tested"}
        tested |= {name.partition("/")[2] for name in tested} - mine.keys()
        result = scanned(folder / package)
        sure = [u for u in result.uses if u.certainty is not Certainty.POSSIBLE]
        hub = [u for u in sure if u.kind is UseKind.HUB]
        hub = [u for u in hub if u.model.lower() not in tested]
        hub = [u for u in hub if u.model.lower() in mine or ", the default of " not in u.via]
        audited = {u.model.lower(): u for u in sorted(hub, key=lambda u: not u.if_found)}
        asked = {
            named.name.lower(): u
            for u in sure
            if (named := parse_elsewhere(u.target)) is not None
            and named.name
            and named.place is not Place.GITHUB
            and named.name.lower() not in tested
        }
        loaded = {model for model, row in mine.items() if row[2] == "loaded"}
        called = {model for model, row in mine.items() if row[2] == "called"}
        told = audited.keys() | asked.keys()
        told |= {name for name in called if any(name.endswith(f"/{one}") for one in asked)}
        spelled = called | {name.partition("/")[2] for name in called}
        false = audited.keys() - loaded - called
        sure_of = {u.model.lower() for u in audited.values() if not u.if_found}
        to_hub = false - sure_of
        false &= sure_of
        wrong = asked.keys() - loaded - spelled
        counts = Counter(loaded=len(loaded), found=len(loaded & audited.keys()))
        counts += Counter(called=len(called), told=len(called & told))
        counts += Counter(audited=len(audited.keys() - to_hub), false=len(false), hub=len(to_hub))
        counts += Counter(asked=len(asked), wrong=len(wrong))
        totals.setdefault(half, Counter()).update(counts)
        print(f"| {half} | {package} | " + " | ".join(str(counts[c]) for c in COLUMNS) + " |")
        if show:
            for model in sorted((loaded - audited.keys()) | (called - told)):
                print(f"    missed {mine[model][3]}:{mine[model][4]} {model} ({mine[model][2]})")
            for model in sorted(false):
                print(f"    false {audited[model].at} {model} ({audited[model].via})")
            for model in sorted(to_hub):
                print(f"    left to the Hub {audited[model].at} {model} ({audited[model].via})")
            for model in sorted(wrong):
                print(f"    not called {asked[model].at} {model} ({asked[model].via})")
    for half, counts in sorted(totals.items()):
        print(f"| {half} | all | " + " | ".join(str(counts[c]) for c in COLUMNS) + " |")
        recall = counts["found"] / max(counts["loaded"], 1)
        alarms = counts["false"] / max(counts["audited"], 1)
        told_of = counts["told"] / max(counts["called"], 1)
        print(
            f"{half}: recall {recall:.3f}, false alarms {alarms:.3f}, called {told_of:.3f}",
            file=sys.stderr,
        )


def main() -> None:
    """One of the three commands."""
    command, folder, *rest = sys.argv[1:]
    if command == "fetch":
        fetch(Path(folder))
    elif command == "search":
        for row in search(Path(folder) / rest[0]):
            print(*row, sep="\t")
    elif command == "compare":
        compare(Path(folder), rest[0], show="--rows" in rest)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
