"""JSON forms of parameters and metric values, without asking a foreign object to describe itself."""

from __future__ import annotations

import math
import sys
from types import BuiltinFunctionType, FunctionType
from typing import Any

from jupyter_gov.records import Json
from jupyter_gov.records._builtins import keep_builtins

keep_builtins(globals())

MAX_ITEMS = 1000
"""Longer arrays are described by type and shape instead of being kept."""

_MAX_TEXT = 10_000
_MAX_BITS = 2_000
"""Python can be told to write out no integer of more than 640 digits."""
_LISTS, _SETS = frozenset((id(list), id(tuple))), frozenset((id(set), id(frozenset)))
_FUNCTIONS = frozenset((id(FunctionType), id(BuiltinFunctionType)))
_PLAIN = frozenset((id(bool), id(int), id(float), id(str)))
"""Classes by identity: whoever wrote a class of classes may have written how its classes compare."""


def qualified(cls: type) -> str:
    """Return ``module.Class``."""
    return f"{cls.__module__}.{cls.__qualname__}"


def describe(value: Any, depth: int = 0) -> Json:
    """Return `value` as JSON: scalars, strings and short arrays as they are, anything else by its class.

    No method that an object's author could have written is called, since a ``__repr__`` may do anything.
    """
    # Exact types first: a subclass may have overridden anything.
    kind = type(value)
    if value is None or kind is bool or kind is float:
        return value
    if kind is int:
        return value if value.bit_length() <= _MAX_BITS else {"type": "int", "digits": _digits(value)}
    if kind is str:
        return value if len(value) <= _MAX_TEXT else value[:_MAX_TEXT] + "…"
    if depth > 6:
        return {"type": qualified(kind)}
    if id(kind) in _LISTS or id(kind) in _SETS:
        if len(value) > MAX_ITEMS:
            return {"type": kind.__name__, "length": len(value)}
        items = [describe(v, depth + 1) for v in value]
        return sorted(items, key=str) if id(kind) in _SETS else items
    if kind is dict:
        if len(value) > MAX_ITEMS:
            return {"type": "dict", "length": len(value)}
        return _mapping(value, depth + 1)
    if id(kind) in _FUNCTIONS:
        return {"function": f"{value.__module__}.{value.__qualname__}"}
    if isinstance(value, type):
        return {"class": qualified(value)}
    return _numeric(value, kind) if "numpy" in sys.modules else {"type": qualified(kind)}


def _mapping(value: dict[Any, Any], depth: int) -> Json:
    """Return a dict as JSON, whose keys are texts: a key that would be the same text as another tells its type too."""
    taken = {k for k in value if type(k) is str}
    made: dict[str, Json] = {}
    for key, item in value.items():
        text = key
        if type(key) is not str:
            plain = str(describe(key, depth))
            text, count = plain, 1
            while text in taken:
                text = f"{plain} ({type(key).__name__})" if count == 1 else f"{plain} ({type(key).__name__} {count})"
                count += 1
            taken.add(text)
        made[text] = describe(item, depth)
    return made


def _digits(value: int) -> int:
    """Return how many decimal digits an integer has, without writing it out."""
    about = int(value.bit_length() * math.log10(2))
    return about + 1 if abs(value) >= 10**about else about


def _numeric(value: Any, kind: type) -> Json:
    import numpy as np

    if issubclass(kind, np.generic) and kind.__module__ == "numpy":
        item = value.item()
        return item if id(type(item)) in _PLAIN else {"type": qualified(kind)}
    if kind is np.ndarray:
        if value.dtype.kind in "biufU" and value.size <= MAX_ITEMS:
            return value.tolist()
        return {"type": "numpy.ndarray", "dtype": value.dtype.name, "shape": list(value.shape)}
    if kind.__module__.startswith("pandas.") and hasattr(kind, "shape"):
        return {"type": qualified(kind), "shape": list(value.shape)}
    return {"type": qualified(kind)}
