"""What people pick on a page: `st.selectbox("Model", NAMES)`, and what Gradio hands to the function
behind a button: `button.click(run, inputs=[gr.Dropdown(NAMES)])`."""

from __future__ import annotations

import ast

from lineage.scan.python.module import Call, Scope, dotted

PICKERS = frozenset({"selectbox", "radio", "select_slider", "pills", "segmented_control"})
"""Calls of Streamlit that give one of their options."""
_COMPONENTS = frozenset({"Dropdown", "Radio", "CheckboxGroup"})
_HOLDERS = frozenset({"Dropdown", "RadioButtons", "Select", "SelectionSlider", "ToggleButtons"})
_ONE = "_"


def picked(call: ast.Call) -> ast.expr | None:
    """What a picker gives."""
    return _one_of(_given(call, "options", 1))


def held(node: ast.expr, scope: Scope) -> ast.expr | None:
    """What the `value` of an object of ipywidgets is, where a name stands for one."""
    made = _made(node, scope)
    is_holder = made is not None and _last(made) in _HOLDERS
    return _one_of(_given(made, "options", -1)) if made is not None and is_holder else None


def inputs(call: Call) -> list[ast.expr] | None:
    """What a function is called with that a page calls; None where the call tells of no page."""
    given = _given(call.node, "inputs", 1)
    listed = given.elts if isinstance(given, ast.List | ast.Tuple) else [given]
    made = [_made(one, call.scope) for one in listed]
    if not any(one is not None and _last(one) in _COMPONENTS for one in made):
        return None
    return [_value_of(one) for one in made]


def _value_of(component: ast.Call | None) -> ast.expr:
    nothing = ast.Constant(None)
    if component is None or _last(component) not in _COMPONENTS:
        return nothing
    return _one_of(_given(component, "choices", 0)) or ast.copy_location(nothing, component)


def _made(node: ast.expr | None, scope: Scope) -> ast.Call | None:
    """The call that makes what a name stands for, or that stands there itself."""
    if isinstance(node, ast.Name) and (holder := scope.holder(node.id)) is not None:
        node = next((one.value for one in holder.bindings[node.id] if one.value is not None), None)
    return node if isinstance(node, ast.Call) else None


def _given(call: ast.Call, keyword: str, place: int) -> ast.expr | None:
    named = (one.value for one in call.keywords if one.arg == keyword)
    return next(named, call.args[place] if 0 <= place < len(call.args) else None)


def _last(call: ast.Call) -> str:
    return dotted(call.func).rpartition(".")[2]


def _one_of(options: ast.expr | None) -> ast.expr | None:
    """One of what a loop over the options meets."""
    if options is None:
        return None
    name = ast.Name(_ONE, ast.Load())
    loop = ast.comprehension(ast.Name(_ONE, ast.Store()), options, [], 0)
    one = ast.Subscript(ast.ListComp(name, [loop]), name, ast.Load())
    for part in (name, loop.target, one, one.value):
        ast.copy_location(part, options)
    return one
