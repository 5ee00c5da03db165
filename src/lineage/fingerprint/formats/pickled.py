"""What a PyTorch pickle would build, derived from its operations without executing any of them.

Only the handful of names that a saved state dict needs may be mentioned; any other name, or an
operation that a state dict does not use, refuses the whole file.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lineage.fingerprint.ranges import RefusedError

MAX_OPERATIONS = 4_000_000
_MARK = object()
Refusal = Callable[[str], RefusedError]


@dataclass(frozen=True)
class TensorPlan:
    """A tensor as the pickle describes it."""

    storage: str
    """Name of the storage class, such as `FloatStorage`."""
    key: str
    """Name of the zip entry under `data/`."""
    offset: int
    """In numbers, from the start of the storage."""
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    @property
    def is_contiguous(self) -> bool:
        """Whether the numbers are row by row without gaps."""
        step = 1
        for size, stride in zip(reversed(self.shape), reversed(self.stride), strict=True):
            if size != 1 and stride != step:
                return False
            step *= size
        return True


@dataclass(frozen=True)
class _Name:
    module: str
    name: str

    @property
    def is_storage(self) -> bool:
        return (self.module == "torch" and self.name.endswith("Storage")) or (
            self.module,
            self.name,
        ) == ("torch.storage", "UntypedStorage")


@dataclass(frozen=True)
class _Storage:
    kind: str
    key: str


@dataclass
class _Inert:
    """Something allowed that holds no tensor we need (a size, a dtype, an ordered dict's class)."""

    of: str = ""
    items: dict[Any, Any] = field(default_factory=dict)


_BUILDERS = {
    ("torch._utils", "_rebuild_tensor_v2"),
    ("torch._utils", "_rebuild_tensor"),
    ("torch._utils", "_rebuild_parameter"),
    ("collections", "OrderedDict"),
    ("torch", "Size"),
}
_PLAIN_NAMES = {
    "device",
    "float32",
    "float16",
    "bfloat16",
    "float64",
    "int64",
    "int32",
    "int16",
    "int8",
    "uint8",
    "bool",
}
_PUSH = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_LITERALS = {
    *("BININT", "BININT1", "BININT2", "LONG1", "LONG4", "INT", "LONG", "BINFLOAT", "FLOAT"),
    *(
        "BINUNICODE",
        "SHORT_BINUNICODE",
        "BINUNICODE8",
        "UNICODE",
        "SHORT_BINSTRING",
        "BINSTRING",
        "STRING",
    ),
    *("SHORT_BINBYTES", "BINBYTES", "BINBYTES8"),
}


def read_plan(data: bytes, refusal: Refusal) -> dict[str, TensorPlan]:
    """Every tensor by its dotted name.

    Raises what `refusal` makes where the pickle asks for anything else.
    """
    machine = _Machine(refusal)
    try:
        for count, (operation, argument, _) in enumerate(pickletools.genops(data)):
            if count > MAX_OPERATIONS:
                raise refusal("its pickle has more operations than any state dict")
            machine.step(operation.name, argument)
    except RefusedError:
        raise
    except (
        ValueError,
        IndexError,
        KeyError,
        TypeError,
        UnicodeError,
        OverflowError,
        RecursionError,
        AttributeError,
    ) as problem:
        # pickletools and the stack below raise these on damaged streams;
        # which one depends on where the damage is.
        raise refusal("its pickle is damaged") from problem
    return dict(_tensors(machine.result, "", 0))


def _tensors(value: object, prefix: str, depth: int) -> Iterator[tuple[str, TensorPlan]]:
    items = value.items if isinstance(value, _Inert) else value
    if isinstance(value, TensorPlan):
        yield prefix, value
    elif isinstance(items, dict) and depth < 4:
        for key, item in items.items():
            if isinstance(key, str):
                yield from _tensors(item, f"{prefix}.{key}" if prefix else key, depth + 1)


class _Machine:
    """A pickle stack on which nothing has an effect."""

    def __init__(self, refusal: Refusal) -> None:
        self._refusal = refusal
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}
        self.result: Any = None

    def step(self, operation: str, argument: Any) -> None:
        """Carry out one operation on inert values."""
        if operation in _LITERALS:
            self._stack.append(argument)
        elif operation in _PUSH:
            self._stack.append(_PUSH[operation])
        else:
            handler = getattr(self, f"_do_{operation.lower()}", None)
            if handler is None:
                raise self._refusal(
                    f"its pickle uses the operation {operation}, which no state dict needs"
                )
            handler(argument)

    def _pop_mark(self) -> list[Any]:
        at = len(self._stack) - 1 - self._stack[::-1].index(_MARK)
        items = self._stack[at + 1 :]
        del self._stack[at:]
        return items

    def _do_proto(self, _: Any) -> None: ...

    def _do_frame(self, _: Any) -> None: ...

    def _do_stop(self, _: Any) -> None:
        self.result = self._stack.pop()

    def _do_mark(self, _: Any) -> None:
        self._stack.append(_MARK)

    def _do_pop(self, _: Any) -> None:
        self._stack.pop()

    def _do_dup(self, _: Any) -> None:
        self._stack.append(self._stack[-1])

    def _do_empty_dict(self, _: Any) -> None:
        self._stack.append({})

    def _do_empty_list(self, _: Any) -> None:
        self._stack.append([])

    def _do_empty_tuple(self, _: Any) -> None:
        self._stack.append(())

    def _do_tuple(self, _: Any) -> None:
        self._stack.append(tuple(self._pop_mark()))

    def _take(self, count: int) -> None:
        items = tuple(self._stack[-count:])
        del self._stack[-count:]
        self._stack.append(items)

    def _do_tuple1(self, _: Any) -> None:
        self._take(1)

    def _do_tuple2(self, _: Any) -> None:
        self._take(2)

    def _do_tuple3(self, _: Any) -> None:
        self._take(3)

    def _do_append(self, _: Any) -> None:
        item = self._stack.pop()
        self._stack[-1].append(item)

    def _do_appends(self, _: Any) -> None:
        items = self._pop_mark()
        self._stack[-1].extend(items)

    def _do_setitem(self, _: Any) -> None:
        value, key = self._stack.pop(), self._stack.pop()
        self._items()[key] = value

    def _do_setitems(self, _: Any) -> None:
        items = self._pop_mark()
        self._items().update(zip(items[::2], items[1::2], strict=True))

    def _items(self) -> dict[Any, Any]:
        top = self._stack[-1]
        items: dict[Any, Any] = top.items if isinstance(top, _Inert) else top
        return items

    def _do_build(self, _: Any) -> None:
        # A state dict's `_metadata`: set as an attribute by torch, of no interest here.
        self._stack.pop()

    def _do_binput(self, argument: int) -> None:
        self._memo[argument] = self._stack[-1]

    _do_long_binput = _do_binput

    def _do_put(self, argument: int) -> None:
        self._do_binput(argument)

    def _do_memoize(self, _: Any) -> None:
        self._memo[len(self._memo)] = self._stack[-1]

    def _do_binget(self, argument: int) -> None:
        self._stack.append(self._memo[argument])

    _do_long_binget = _do_binget

    def _do_get(self, argument: int) -> None:
        self._do_binget(argument)

    def _do_global(self, argument: str) -> None:
        module, _, name = argument.partition(" ")
        self._name(module, name)

    def _do_stack_global(self, _: Any) -> None:
        name, module = self._stack.pop(), self._stack.pop()
        self._name(str(module), str(name))

    def _name(self, module: str, name: str) -> None:
        found = _Name(module, name)
        if (
            (module, name) not in _BUILDERS
            and not found.is_storage
            and not (module == "torch" and name in _PLAIN_NAMES)
        ):
            raise self._refusal(
                f"its pickle asks for {module[:60]}.{name[:60]}, which no state dict needs; "
                "nothing was executed"
            )
        self._stack.append(found)

    def _do_binpersid(self, _: Any) -> None:
        tag, kind, key, *_rest = self._stack.pop()
        if (
            tag != "storage"
            or not isinstance(kind, _Name)
            or not kind.is_storage
            or not isinstance(key, str)
            or "/" in key
        ):
            raise self._refusal("its pickle names a storage that PyTorch would not write")
        self._stack.append(_Storage(kind.name, key))

    def _do_reduce(self, _: Any) -> None:
        arguments, function = self._stack.pop(), self._stack.pop()
        if not isinstance(function, _Name) or not isinstance(arguments, tuple):
            raise self._refusal("its pickle calls something that is not a name")
        self._stack.append(self._built(function, arguments))

    def _built(self, function: _Name, arguments: tuple[Any, ...]) -> Any:
        if function.name == "OrderedDict":
            return _Inert("OrderedDict")
        if function.name == "_rebuild_parameter" and isinstance(arguments[0], TensorPlan):
            return arguments[0]
        if function.name.startswith("_rebuild_tensor"):
            storage, offset, shape, stride = arguments[:4]
            whole = all(
                isinstance(n, int) and not isinstance(n, bool) and 0 <= n < 2**62
                for n in (offset, *shape, *stride)
            )
            if not isinstance(storage, _Storage) or not whole or len(shape) != len(stride):
                raise self._refusal("its pickle describes a tensor that cannot be")
            return TensorPlan(storage.kind, storage.key, offset, tuple(shape), tuple(stride))
        if (function.module, function.name) in _BUILDERS or function.name == "device":
            return _Inert(function.name)
        raise self._refusal(
            f"its pickle calls {function.module}.{function.name}, which no state dict needs; "
            "nothing was executed"
        )
