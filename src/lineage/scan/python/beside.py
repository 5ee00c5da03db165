"""Names of the Hub beside the name of a file of weights or a commit, in one row or among what a
call is given: `("org/name", "vae.safetensors")`. They need no word that says model."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from lineage.core.use import Certainty, ModelUse
from lineage.scan.names import WEIGHT_FILES, Bare, is_hub_shaped, judge, judged_use
from lineage.scan.python.module import Module, dotted

OF_FILE = "beside a file of weights"
OF_COMMIT = "beside a commit"
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")
_LONGEST = 200


def names_beside(module: Module) -> Iterator[ModelUse]:
    """The name of each such row, which the Hub is asked for: it may be a folder as well, or a
    repository of code."""
    for text in module.texts:
        said = str(text.value)
        is_commit = len(said) == 40 and _COMMIT.match(said) is not None
        if not is_commit and not _is_file(said):
            continue
        row = _row(text, module, is_commit=is_commit)
        named = [one for one in row if isinstance(one, ast.Constant)]
        named = [one for one in named if isinstance(one.value, str) and is_hub_shaped(one.value)]
        judged = judge(str(named[0].value), Bare.IGNORED) if len(named) == 1 else None
        if judged is None:
            continue
        if id(named[0]) not in module.asserted and id(named[0]) not in module.shown:
            place = (module.file, named[0].lineno, named[0].col_offset + 1)
            via = OF_COMMIT if is_commit else OF_FILE
            use = judged_use(judged, place, via, Certainty.LIKELY, if_found=True)
            yield replace(use, revision=said) if is_commit else use


def _is_file(text: str) -> bool:
    is_short = "." in text and len(text) < _LONGEST and "/" not in text and " " not in text
    return is_short and text.lower().endswith(WEIGHT_FILES)


def _row(text: ast.Constant, module: Module, *, is_commit: bool) -> list[ast.expr]:
    """What stands beside a text: in a tuple or a list, or by its place in what a call is given;
    with a file in what makes an object, as others join paths."""
    above = module.parents.get(text)
    if isinstance(above, ast.Tuple | ast.List):
        return above.elts
    if not isinstance(above, ast.Call):
        return []
    is_made = dotted(above.func).rpartition(".")[2][:1].isupper()
    return above.args if is_made or is_commit else []
