"""Find models in one structured file's scalars."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lineage.core.use import Certainty, ModelUse
from lineage.scan.config.containers import WORD_LISTS, container_uses, is_command
from lineage.scan.config.keys import Keys
from lineage.scan.config.variables import Variables
from lineage.scan.entries import ARGUMENTS, TARGET, Entry, Step
from lineage.scan.names import Bare, is_hub_shaped, judge, judged_use
from lineage.scan.python.loaders.table import loaders_for
from lineage.scan.shell.lines import Joins
from lineage.scan.shell.script import Embedded, shell_uses
from lineage.scan.shell.words import Known

_NOT_UNDER = frozenset(
    [
        "datasets", "dataset", "data", "eval_dataset", "train_dataset", "evals", "results",
        "widget", "model-index", "leaderboard", "uses", "repos",
    ]
)  # fmt: skip
_HOLDS_DATA = frozenset(["ConfigMap", "Secret"])  # Kubernetes keeps variables below `data`
_FILE_NAME = re.compile(
    r"(?:[\w./-]*/)?(?P<name>[\w-][\w.-]*\.[A-Za-z]{1,10}|Dockerfile|Modelfile)\Z"
)
# Ray's `serveConfigV2`, Helm's `valuesContent`: settings within settings.
_SETTINGS_KEY = re.compile(r"(?i)config|values|yaml|settings|manifest|overrides")
_SETTING = re.compile(r"(?:\s*#[^\n]*\n|\s*---\n)*\s*[\"']?[\w.-]+[\"']?:(?:\s|\Z)")
_DOCUMENTS = frozenset(["values", "patch", "manifest", "yaml", "valuesyaml"])
"""Keys of blocks that are YAML themselves."""
_ARGUMENT = re.compile(r".*/(?:args|command)/(?:\d+|-)\Z")
_CONTENTS = frozenset(["content", "contents", "text", "inline"])
_LONGEST_VALUE = 400


def config_uses(
    entries: list[Entry], file: str, embedded: Embedded | None = None
) -> Iterator[ModelUse]:
    """Uses in one structured file's scalars."""
    if _is_record(entries):
        return
    keys, variables = Keys(entries, file), Variables(entries, file)
    paths = {e.path[:-1]: e.value for e in entries if e.path and e.path[-1] in ("path", "filename")}
    named = {e.path[:-1]: e.value for e in entries if e.path[-1:] == ("name",) and "env" in e.path}
    holds_data = any(e.path == ("kind",) and e.value in _HOLDS_DATA for e in entries)
    not_under = _NOT_UNDER - {"data"} if holds_data else _NOT_UNDER
    targets = {e.path[:-1]: e.value for e in entries if e.path[-1:] == (TARGET,)}
    for entry in entries:
        yield from _constructed(entry, targets, file)
        above = named.get(entry.path[:-1], "") if entry.path[-1:] == ("value",) else ""
        name = _file_name(entry, paths.get(entry.path[:-1], ""), above)
        if name and embedded is not None:
            yield from embedded(name, entry.value, entry.line + 1)
            continue
        if _ARGUMENT.match(paths.get(entry.path[:-1], "")) and entry.path[-1] == "value":
            yield from _patched(entry, file)
        if any(str(step).lower() in not_under for step in entry.path[:-1]):
            continue
        if len(entry.value) <= _LONGEST_VALUE:
            yield from keys.uses(entry)
            yield from variables.uses(entry)
        if is_command(entry):
            yield from _shell(entry, file, variables.known_at(entry.path), embedded)
    yield from container_uses(entries, file, variables.known_at, embedded)


def _is_record(entries: list[Entry]) -> bool:
    """Whether the file is a bill of materials or one of our own
    reports: it names models and uses none. A resource of Kubernetes is none, whatever it holds."""
    kinds = {e.path for e in entries} & {("apiVersion",), ("kind",)}
    return len(kinds) < 2 and any(
        e.path in (("bomFormat",), ("spdxVersion",)) or e.value.startswith("lineage-report/")
        for e in entries[:40]
    )


def _file_name(entry: Entry, path: str, variable: str) -> str:
    """The name of the file whose text a block is: a ConfigMap's key, cloud-init's `path`, or of
    one that could hold such settings, also in a container's variable."""
    if not entry.is_block or "\n" not in entry.value or not entry.path:
        return ""
    last = variable or str(entry.path[-1])
    if last.lower() in _DOCUMENTS and re.search(r"(?m)^[ \t-]*[\w.-]+:(?:\s|$)", entry.value):
        return "values.yaml"
    match = _FILE_NAME.match(path if last.lower() in _CONTENTS else last)
    if match is None and _SETTINGS_KEY.search(last) and _SETTING.match(entry.value):
        return "settings.yaml"
    return match.group("name") if match else ""


def _patched(entry: Entry, file: str) -> Iterator[ModelUse]:
    """An argument that a patch puts into a container: what stands before it, nobody can say."""
    judged = judge(entry.value, Bare.IGNORED) if is_hub_shaped(entry.value) else None
    if judged is not None:
        place = (file, entry.line, entry.column)
        yield judged_use(judged, place, "patched argument", Certainty.LIKELY, if_found=True)


def _constructed(
    entry: Entry, targets: Mapping[tuple[Step, ...], str], file: str
) -> Iterator[ModelUse]:
    """What Hydra hands to a call by its place: `_args_` beside the `_target_` that loads models."""
    if len(entry.path) < 2 or entry.path[-2] != ARGUMENTS:
        return
    package, _, name = targets.get(entry.path[:-2], "").rpartition(".")
    for loader in loaders_for(name):
        is_its = not loader.packages or package.partition(".")[0] in loader.packages
        judged = judge(entry.value, loader.bare) if is_its else None
        if entry.path[-1] == loader.position and judged is not None:
            place = (file, entry.line, entry.column)
            yield judged_use(judged, place, f"_target_ {name}", Certainty.CERTAIN)
            return


def _shell(entry: Entry, file: str, known: Known, embedded: Embedded | None) -> Iterator[ModelUse]:
    text = entry.value.strip()
    in_list = bool(entry.path) and isinstance(entry.path[-1], int)
    is_word = in_list and str(entry.key).lower() in WORD_LISTS and len(text.split()) < 2
    if is_word or text.startswith("-"):
        return  # words of a container's command: read with their neighbours
    joins, first = Joins.NONE, entry.line
    if entry.is_block:
        joins, first = Joins.OPTIONS, entry.line + 1
    if entry.is_folded:
        joins = Joins.ALL
    yield from shell_uses(entry.value, file, embedded, first, known=known, joins=joins)
