"""Calls whose value is told by their arguments: look-ups with a default, fields, texts, paths."""

from __future__ import annotations

WITH_DEFAULT = frozenset(
    ["getenv", "get", "pop", "setdefault", "getattr", "env", "config", "str_env", "get_env"]
)
DEFAULT_KEYWORDS = ("default", "fallback", "default_value", "default_var")
FIELD_MAKERS = frozenset(
    [
        "Field", "field", "Option", "Argument", "Query", "Body", "Form", "Param", "attrib", "ib",
        "ContextVar", "CharField",
    ]
)  # fmt: skip
SAME_TEXT = frozenset(
    [
        "str", "strip", "rstrip", "lstrip", "cast", "lower_if_needed", "quote", "unquote",
        "expandvars", "Text",
    ]
)  # fmt: skip
CHANGES_TEXT = frozenset(
    ["lower", "upper", "replace", "removeprefix", "removesuffix", "casefold"]
)  # fmt: skip
"""Methods of texts that make another text of what is written out."""
PATH_MAKERS = frozenset(
    [
        "Path", "join", "abspath", "realpath", "expanduser", "joinpath", "PurePath", "PosixPath",
        "dirname", "resolve", "as_posix", "mkdtemp", "TemporaryDirectory", "get_checkpoint_dir",
    ]
)  # fmt: skip
PATH_MODULES = frozenset(
    [
        "os.path.join", "os.path.abspath", "os.path.realpath", "os.path.expanduser",
        "os.path.dirname", "osp.join", "path.join",
    ]
)  # fmt: skip
