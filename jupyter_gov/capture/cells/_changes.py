"""Whether an object was changed in place, without running anything that its author wrote."""

from __future__ import annotations

from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, GetSetDescriptorType, MethodType, ModuleType
from typing import Any

from jupyter_gov.fingerprints import mark

BYTES = 64 << 20
"""Bytes of arrays and frames that are read before and after a cell."""

_ITEMS = 20_000
"""Elements of containers that are looked at before and after a cell."""

_DEPTH = 3

_OBJECTS = 50
"""How much longer it takes to read Python objects than as many bytes as their pointers have."""

_SCALARS = frozenset({bool, bytes, complex, float, int, range, slice, str, type(None), type(...)})
_FIXED = (BuiltinFunctionType, FunctionType, MethodType, ModuleType, property, type)
_PLAIN = object.__basicsize__ + 2 * tuple.__itemsize__
"""Size of an instance that has nothing but a dictionary and a place for weak references."""

_order = type.__dict__["__mro__"].__get__
_size = type.__dict__["__basicsize__"].__get__


class Look:
    """One look at the objects of a cell, within a budget of bytes and elements for all of them.

    Parameters
    ----------
    fit_of : callable
        Returns the id of the fit that made an object what it is, or None.
    """

    def __init__(self, fit_of: Callable[[Any], str | None]) -> None:
        self._fit_of = fit_of
        self._bytes = BYTES
        self._items = _ITEMS

    def at(self, value: Any) -> Seen | None:
        """Return what is seen of an object now; None for one that cannot change."""
        kind = type(value)
        if kind in _SCALARS or issubclass(kind, _FIXED):
            return None
        seen = Seen()
        self._take(seen, value, 0)
        return seen

    def _take(self, seen: Seen, value: Any, depth: int) -> None:
        kind = type(value)
        self._items -= 1
        if kind in _SCALARS:
            # Kept alive, so that no other object gets its id. It cannot be told whether anything else may be kept.
            seen.kept.append(value)
            seen.parts.append(id(value))
        elif issubclass(kind, _FIXED) or id(value) in seen.inside:
            seen.parts.append(id(value))
        elif depth > _DEPTH or self._items < 0:
            seen.parts.append(id(value))
            seen.complete = False
        else:
            seen.inside.add(id(value))
            if depth:
                seen.parts.append(id(value))
            self._inside(seen, value, kind, depth)

    def _inside(self, seen: Seen, value: Any, kind: type, depth: int) -> None:
        size = _bytes_of(value, kind)
        if size is not None:
            seen.known = seen.known or not depth
            known = mark(value) if size <= self._bytes else None
            self._bytes -= 0 if known is None else size
            seen.complete &= known is not None
            seen.parts.append(known)
        elif issubclass(kind, dict):
            items = list(dict.items(value))
            seen.parts.append(len(items))
            for key, item in items[: max(0, self._items)]:
                self._take(seen, key, depth + 1)
                self._take(seen, item, depth + 1)
            seen.complete &= self._items >= 0
        elif issubclass(kind, (list, tuple, set, frozenset)):
            plain = next(base for base in (list, tuple, set, frozenset) if issubclass(kind, base))
            seen.parts.append(plain.__len__(value))
            for item in _first(plain, value, self._items):
                self._take(seen, item, depth + 1)
            seen.complete &= self._items >= 0
        else:
            self._instance(seen, value, kind, depth)

    def _instance(self, seen: Seen, value: Any, kind: type, depth: int) -> None:
        attributes = _attributes(value, kind)
        fit = self._fit_of(value)
        if fit is not None:
            # What it has learned, it has learned in that fit; what else is done to its insides is not looked for.
            seen.parts += [fit, tuple(map(id, list((attributes or {}).values())))]
            seen.known, seen.complete = seen.known or not depth, False
        elif attributes is None:
            seen.complete = False
        else:
            seen.complete &= _size(kind) <= _PLAIN
            self._take(seen, attributes, depth)


class Seen:
    """What was seen of one object.

    Attributes
    ----------
    parts : list
        Equal for as long as nothing has changed, as far as was looked.
    complete : bool
        Whether all of the object was looked at.
    known : bool
        Whether it is an array, a frame or a fitted model, whose methods hardly ever change it.
    """

    __slots__ = ("complete", "inside", "kept", "known", "parts")

    def __init__(self) -> None:
        self.parts: list[Any] = []
        self.kept: list[Any] = []
        self.inside: set[int] = set()
        self.complete = True
        self.known = False


def _first(plain: type, value: Any, count: int) -> list[Any]:
    found = list(plain.__iter__(value))  # type: ignore[attr-defined]
    return found[: max(0, count)]


def _bytes_of(value: Any, kind: type) -> int | None:
    """Return how much there is to read in an array or frame; None for what is neither."""
    module = type.__getattribute__(kind, "__module__")
    if type(module) is not str:
        return None
    package, name = module.partition(".")[0], type.__getattribute__(kind, "__name__")
    if package == "numpy" and name == "ndarray":
        return int(value.nbytes) * (_OBJECTS if value.dtype.hasobject else 1)
    if package == "pandas" and name in ("DataFrame", "Series"):
        return sum(_pandas_bytes(block.values) for block in value._mgr.blocks)
    if package == "polars" and name in ("DataFrame", "Series"):
        return int(value.estimated_size())
    if package == "pyarrow" and name in ("Table", "RecordBatch", "ChunkedArray"):
        return int(value.nbytes)
    if package == "scipy" and name.endswith(("_array", "_matrix")) and type(getattr(value, "data", None)) is not None:
        return 2 * int(getattr(getattr(value, "data", None), "nbytes", BYTES))
    return None


def _pandas_bytes(values: Any) -> int:
    return int(values.nbytes) * (_OBJECTS if getattr(values.dtype, "kind", "") == "O" and not _arrow(values) else 1)


def _arrow(values: Any) -> bool:
    return hasattr(type(values), "__arrow_array__")


def _attributes(value: Any, kind: type) -> dict[str, Any] | None:
    """Return an instance's dictionary, unless its class has put something else in that place."""
    for base in _order(kind):
        found = type.__dict__["__dict__"].__get__(base).get("__dict__")
        if found is not None:
            if type(found) is not GetSetDescriptorType:
                return None
            attributes: Any = found.__get__(value)
            return attributes if type(attributes) is dict else None
    return None
