"""Texts and expressions that can be the id of a service's model, or an address that is asked."""

from __future__ import annotations

import ast
import re

from lineage.scan.python.asked import MODEL_KEYS


def is_id(text: str) -> bool:
    """Whether it has the form of an id, and is no key and no address."""
    return bool(re.fullmatch(r"[A-Za-z0-9@][\w.:/@+-]{1,120}", text)) and not text.startswith(
        ("sk-", "http")
    )


def is_api_path(text: str) -> bool:
    """Whether an address may be asked: not a page of documentation or a console."""
    return not re.search(r"/(?:docs|doc|help|pricing|settings|dashboard|keys|blog)(?:/|\Z)", text)


def has_text(node: ast.expr) -> bool:
    """Whether a sum is one of texts, as far as it shows: most are of numbers."""
    while isinstance(node, ast.BinOp):
        if not isinstance(node.op, ast.Add | ast.Mod) or _is_text(node.right):
            return isinstance(node.op, ast.Add | ast.Mod)
        node = node.left
    return _is_text(node)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def text_head(node: ast.expr) -> str | None:
    """A text, or the beginning of one that is a template."""
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def model_beside(pairs: list[tuple[str, ast.expr]]) -> ast.expr | None:
    """What names the model among what is given side by side; an `id` that ends with the `name`
    beside it is one's own: `Entry(id="my-gpt-4o", name="gpt-4o")`."""
    key, found = next(((n, v) for k in MODEL_KEYS for n, v in pairs if n == k), ("", None))
    name = next((v for n, v in pairs if n == "name"), None)
    if key == "id" and isinstance(found, ast.Constant) and isinstance(name, ast.Constant):
        own, text = str(found.value), str(name.value)
        return name if text and own != text and own.endswith(text) else found
    return found
