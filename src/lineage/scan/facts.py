"""Tables of facts about models: many names are keys there, and what stands below each is what it is
called, how much it takes, when it came. A table gives nothing to be used: nobody is addressed in
it, no key is set, no model is chosen, and what is told of a model is no setting of a call.

And long lists that tell of each of many models by its name how it is asked, and which others go
with it: nobody is addressed there either, and whoever chooses one of them does it elsewhere."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable

from lineage.scan.entries import Entry, Step

Placed = tuple[tuple[Step, ...], Entry]
_FEW, _MANY = 10, 25
"""Models of a table where each has its date, and of one where each has a fact."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")
_FACT = re.compile(r"(?i)(?:\A|_)(?:release|cutoff|context|output|window|display)_|_date\Z")
"""Keys of what is told. A setting may be a number as well: `max_tokens: 4096`."""
_SETS = re.compile(
    r"(?i)url|uri\Z|host|endpoint|server|api|address|base\Z|auth|secret|credential|(?:\A|_)keys?\Z"
    r"|command|cmd|\Aenv|\Adefault|model\Z|model_?(?:id|name)\Z|enabled|temperature|top_[pk]\Z"
    r"|route|fallback|deploy|prompt|options|param|weight\Z|timeout|retr(?:y|ies)\Z|npm\Z|provider\Z"
)
"""Keys that have a model be used or say how: nothing of it stands in a table of facts."""
_LONG = 50
"""Members of a list that tells of models: nobody asks so many."""
_ADDRESSED = re.compile(
    r"(?i)url|uri\Z|host|endpoint|server|api|address|base\Z|secret|credential|(?:\A|_)keys?\Z"
    r"|command|cmd|\Aenv|\Adefault|enabled|fallback|deploy|provider\Z|router?\Z|litellm|\Amodel\Z"
)
"""Keys by which a member is somebody's: where it is asked for, and that it is."""


def models_at(path: tuple[Step, ...]) -> int | None:
    """Where `models` stands on a path with a name and something of it below."""
    return next((n for n, step in enumerate(path[:-2]) if step == "models"), None)


def is_table_of_facts(entries: Iterable[Placed]) -> bool:
    """Whether all of a file is such a table."""
    keys: set[str] = set()
    facts: set[tuple[Step, ...]] = set()
    dated: set[tuple[Step, ...]] = set()
    named: set[tuple[Step, ...]] = set()
    for _, entry in entries:
        path = entry.path
        at = models_at(path)
        if at is None:
            keys.update(step for step in path if isinstance(step, str))
            continue
        keys.update(step for step in path[at + 2 :] if isinstance(step, str))
        model = path[: at + 2]
        named.add(model)
        if isinstance(path[at + 2], str) and _FACT.search(str(path[at + 2])):
            facts.add(model)
            if _DATE.match(entry.value):
                dated.add(model)
    if any(_SETS.search(key) for key in keys) or named != facts:
        return False
    return len(named) >= (_FEW if named == dated else _MANY)


def is_list_about_models(entries: Iterable[Placed], is_model: Callable[[str], bool]) -> bool:
    """Whether all of a file is such a list. `is_model`: whether the tables know a name."""
    names: dict[tuple[Step, ...], set[str]] = defaultdict(set)
    keys: set[Step] = set()
    for path, entry in entries:
        keys.update(path)
        if len(path) > 1 and path[-1] in ("name", "id") and isinstance(path[-2], int):
            names[path[:-2]].add(entry.value.strip())
    longest = max(names.values(), key=len, default=set())
    if len(longest) < _LONG or 2 * sum(map(is_model, longest)) < len(longest):
        return False
    return not any(isinstance(key, str) and _ADDRESSED.search(key) for key in keys)
