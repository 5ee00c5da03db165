"""Files of the Hub that code opens by a path: `HfFileSystem().open("org/name/config.json")`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.names import Bare, judge, judged_use
from lineage.scan.python.callee import package_of
from lineage.scan.python.module import Call
from lineage.scan.python.value import call_argument
from lineage.scan.python.values import Evaluator

OPENS = frozenset(
    ["open", "get", "get_file", "cat", "cat_file", "glob", "find", "ls", "download", "read_text"]
)
"""Methods by which a file system's files are opened, the Hub's among them."""
_OTHERS = ("datasets/", "spaces/", "buckets/")


def opened_paths(call: Call, evaluator: Evaluator) -> Iterator[ModelUse]:
    """The models whose files a call of the Hub's file system opens."""
    if call.last not in OPENS or not call.node.args:
        return
    if package_of(call.node.func, call.scope, evaluator.module) != "huggingface_hub":
        return
    place = (evaluator.module.file, call.node.lineno, call.node.col_offset + 1)
    argument = call_argument(call, "path", 0)
    for value in [] if argument is None else evaluator.values(argument, call.scope):
        path = value.text.removeprefix("hf://")
        name = re.match(r"[\w.-]+/[\w.-]+(?:@[\w.-]+)?(?=/|\Z)", path)
        judged = judge(name[0], Bare.IGNORED) if name and not path.startswith(_OTHERS) else None
        if judged is not None and judged.kind is UseKind.HUB:
            via = f"HfFileSystem.{call.last}"
            yield judged_use(judged, place, via, Certainty.LIKELY, value.text[:200])
