"""Whether an object was changed in place, without running anything that its author wrote."""

from __future__ import annotations

import gc
from collections.abc import Callable
from types import CellType, FunctionType
from typing import Any, cast

from jupyter_gov.fingerprints import mark
from jupyter_gov.records._builtins import keep_builtins

from ._generators import state_of
from ._objects import CACHE, FIXED, SCALARS, attributes_of, dictionary_of, is_used_up, of_notebook, package_of

keep_builtins(globals())

BYTES = 64 << 20
"""Bytes of arrays and frames that are read before and after a cell."""

_ITEMS = 20_000
"""Elements of containers that are looked at before and after a cell."""

_DEPTH = 10

_OBJECTS = 50
"""How much longer it takes to read Python objects than as many bytes as their pointers have."""

_CONTAINERS = (list, tuple, set, frozenset)

_PLAIN = object.__basicsize__ + 2 * tuple.__itemsize__
"""Size of an instance that has nothing but a dictionary and a place for weak references."""

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
        self._within = False

    def at(self, value: Any) -> Seen | None:
        """Return what is seen of an object now; None for one that cannot change."""
        kind = type(value)
        if id(kind) in SCALARS or issubclass(kind, FIXED):
            return None
        seen = Seen()
        if issubclass(kind, type) and not of_notebook(value):
            seen.complete, seen.known = False, True
        else:
            self._take(seen, value, 0)
        return seen

    def _take(self, seen: Seen, value: Any, depth: int) -> None:
        kind = type(value)
        self._items -= 1
        if id(kind) in SCALARS:
            # Kept alive, so that no other object gets its id. It cannot be told whether anything else may be kept.
            seen.kept.append(value)
            seen.parts.append(id(value))
        elif issubclass(kind, FIXED) or id(value) in seen.inside or (issubclass(kind, type) and not of_notebook(value)):
            seen.parts.append(id(value))
        elif depth > _DEPTH or self._items < 0:
            seen.parts.append(id(value))
            seen.complete, seen.large = False, True
        else:
            seen.inside.add(id(value))
            if depth:
                seen.parts.append(id(value))
            self._inside(seen, value, kind, depth)

    def _inside(self, seen: Seen, value: Any, kind: type, depth: int) -> None:
        if issubclass(kind, dict):
            self._all(seen, [*dict.keys(value), *dict.values(value)], depth)
        elif issubclass(kind, _CONTAINERS):
            plain: Any = kind if kind is list or kind is tuple else next(b for b in _CONTAINERS if issubclass(kind, b))
            self._all(seen, [*plain.__iter__(value)], depth)
        elif (size := _bytes_of(value, kind)) is not None:
            seen.known = seen.known or not depth
            seen.large |= size > self._bytes
            known = mark(value) if size <= self._bytes else None
            self._bytes -= 0 if known is None else size
            seen.complete &= known is not None
            seen.parts.append(known)
        elif kind is FunctionType:
            held = [value.__closure__, value.__defaults__, value.__kwdefaults__, value.__dict__]
            self._all(seen, [h for h in held if h], depth)
        elif issubclass(kind, type):
            self._all(seen, [*dictionary_of(value).values()], depth)
        elif kind is CellType:
            self._all(seen, gc.get_referents(value), depth)
        elif kind is CACHE:
            # What it has kept, it has kept from the calls that were no hits.
            known_calls = value.cache_info()
            seen.parts += [known_calls.misses, known_calls.currsize]
        elif (state := state_of(value, kind)) is not None:
            seen.parts.append(state)
        elif is_used_up(kind):
            seen.used, seen.complete = True, False
        else:
            self._instance(seen, value, kind, depth)

    def _all(self, seen: Seen, items: list[Any], depth: int) -> None:
        """Take all that a container holds: texts and numbers at once, since there may be many of them."""
        count = max(0, self._items)
        seen.parts.append(len(items))
        seen.large |= len(items) > count
        seen.complete &= len(items) <= count
        plain = [item for item in items[:count] if id(type(item)) in SCALARS]
        seen.kept.append(plain)
        self._items -= len(plain)
        if len(plain) == len(items):
            seen.parts.append(tuple(map(id, plain)))
            return
        for item in items[:count]:
            kind = type(item)
            if id(kind) in SCALARS:
                seen.parts.append(id(item))
            elif (kind is list or kind is tuple) and SCALARS.issuperset(map(id, map(type, item))):
                # By far the most of what there are many of.
                seen.inside.add(id(item))
                seen.kept.append(tuple(item))
                seen.parts.append((id(item), *map(id, item)))
                self._items -= 1 + len(item)
            else:
                self._take(seen, item, depth + 1)

    def _instance(self, seen: Seen, value: Any, kind: type, depth: int) -> None:
        attributes = attributes_of(value)
        fit = self._fit_of(value)
        if fit is not None:
            # What it has learned, it has learned in that fit; what else is done to its insides is not looked for.
            seen.parts += [fit, tuple(map(id, list((attributes or {}).values())))]
            seen.known, seen.complete = seen.known or not depth, False
            return
        library, within = not of_notebook(kind), self._within
        if library and within:
            # What a library's objects hold is its own business from there on: a figure is made of thousands.
            seen.complete = False
            return
        self._within = library or within
        if not library:
            self._take(seen, cast(Any, kind), depth)
        if attributes is None or _size(kind) > _PLAIN:
            # A class of compiled code, or with slots: it says what it holds to the garbage collector.
            seen.complete = False
            self._all(seen, [held for held in gc.get_referents(value) if not issubclass(type(held), type)], depth)
        else:
            self._take(seen, attributes, depth)
        self._within = within


class Seen:
    """What was seen of one object.

    Attributes
    ----------
    parts : list
        Equal for as long as nothing has changed, as far as was looked.
    complete : bool
        Whether all of the object was looked at.
    known : bool
        Whether it is an array, a frame, a fitted model or a library's class, whose methods hardly ever change it.
    large : bool
        Whether there is more of it than is looked at.
    used : bool
        Whether it is something that is changed by being used, such as an iterator, or holds such a thing.
    """

    __slots__ = ("complete", "inside", "kept", "known", "large", "parts", "used")

    def __init__(self) -> None:
        self.parts: list[Any] = []
        self.kept: list[Any] = []
        self.inside: set[int] = set()
        self.complete = True
        self.known = False
        self.large = False
        self.used = False


def _bytes_of(value: Any, kind: type) -> int | None:
    """Return how much there is to read in an array or frame; None for what is neither."""
    package, name = package_of(kind)
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
