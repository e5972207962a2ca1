"""What objects are made of, found without running anything that their authors wrote."""

from __future__ import annotations

import functools
import gc
import sys
from collections.abc import Iterable
from types import (
    BuiltinFunctionType,
    CellType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

from jupyter_gov.records._builtins import keep_builtins

keep_builtins(globals())

SCALARS = frozenset(map(id, (bool, bytes, complex, float, int, range, slice, str, type(None), type(...))))
"""Classes of objects that cannot change and hold nothing that could; by `id`, as a class may compare as it likes."""

FIXED = (
    BuiltinFunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
    WrapperDescriptorType,
    property,
)
"""Classes of objects that nobody changes, or that are too large to be looked into."""

CACHE: Any = functools._lru_cache_wrapper

_PLAIN = frozenset(map(id, (dict, frozenset, list, set, tuple, FunctionType, CellType)))

_MOST = 20_000
"""Objects that are looked for within one."""

_DEPTH = 10

dictionary_of = type.__dict__["__dict__"].__get__
# The descriptors themselves: a metaclass may have put its own in front of them.
order_of = type.__dict__["__mro__"].__get__


def attributes_of(value: Any) -> dict[str, Any] | None:
    """Return an instance's dictionary, unless its class has put something else in that place."""
    for base in order_of(type(value)):
        found = dictionary_of(base).get("__dict__")
        if found is not None:
            if type(found) is not GetSetDescriptorType:
                return None
            attributes: Any = found.__get__(value)
            return attributes if type(attributes) is dict else None
    return None


def package_of(kind: Any) -> tuple[str, str]:
    """Return the package that a class says it is from, and its name."""
    module = type.__getattribute__(kind, "__module__")
    return (module.partition(".")[0] if type(module) is str else ""), type.__getattribute__(kind, "__name__")


def is_used_up(kind: type) -> bool:
    """Say whether objects of a class are changed by being looked through: iterators, generators, streams."""
    telling = {"__next__", "__anext__", "readline"}
    return any(not telling.isdisjoint(dictionary_of(base)) for base in order_of(kind))


def of_notebook(kind: type) -> bool:
    """Say whether a class was made in the notebook."""
    module = dictionary_of(kind).get("__module__")
    return bool(type(module) is str and module == "__main__")


def parts_of(value: Any) -> Iterable[Any]:
    """Return what an object holds, and through which it could change; its class too, where that is the notebook's."""
    kind = type(value)
    if kind is FunctionType:
        return [value.__closure__, value.__defaults__, value.__kwdefaults__, value.__dict__]
    if issubclass(kind, type):
        return [*dictionary_of(value).values()] if of_notebook(value) else ()
    if id(kind) in SCALARS or issubclass(kind, FIXED):
        return ()
    if issubclass(kind, dict):
        return [x for x in [*dict.keys(value), *dict.values(value)] if id(type(x)) not in SCALARS]
    if is_table(kind):
        return ()
    return [
        x for x in gc.get_referents(value) if id(type(x)) not in SCALARS and (type(x) is not type or of_notebook(x))
    ]


def is_table(kind: type) -> bool:
    """Say whether a class is one of arrays or frames."""
    package, name = package_of(kind)
    return (package, name) == ("numpy", "ndarray") or (
        package in ("pandas", "polars", "pyarrow")
        and name in ("DataFrame", "Series", "Table", "RecordBatch", "ChunkedArray")
    )


def identities(value: Any) -> set[int]:
    """Return the `id` of an object, of what is inside of it, and of the memory behind arrays and frames."""
    found: set[int] = set()
    level = [(value, False)]
    for _ in range(_DEPTH):
        inner: list[tuple[Any, bool]] = []
        for item, within in level:
            kind = type(item)
            if id(item) in found or id(kind) in SCALARS or issubclass(kind, FIXED):
                continue
            found.add(id(item))
            if (kind is list or kind is tuple) and SCALARS.issuperset(map(id, map(type, item))):
                continue
            found.update(memories_of(item))
            if len(found) > _MOST:
                return found
            library = not (id(kind) in _PLAIN or issubclass(kind, type) or of_notebook(kind))
            # What a library's objects hold is its own business from there on: a figure is made of thousands.
            if not (within and library):
                inner.extend((part, within or library) for part in parts_of(item))
        if not inner:
            break
        level = inner
    return found


def memories_of(value: Any) -> list[int]:
    """Return the `id` of the objects whose memory an array or a frame of pandas uses: it may be a view of another."""
    array = getattr(sys.modules.get("numpy"), "ndarray", None)
    kind = type(value)
    found: list[Any] = []
    if kind is array:
        found = [value]
    elif package_of(kind)[0] == "pandas" and is_table(kind):
        found = [b.values for b in value._mgr.blocks if type(b.values) is array]
    return [id(_root(item, array)) for item in found]


def _root(value: Any, array: Any) -> Any:
    while type(value) is array and value.base is not None:
        value = value.base
    return value
