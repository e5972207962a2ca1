"""JSON forms of parameters and metric values, without asking a foreign object to describe itself."""

from __future__ import annotations

import sys
from types import BuiltinFunctionType, FunctionType
from typing import Any

from jupyter_gov.records import Json

MAX_ITEMS = 1000
"""Longer arrays are described by type and shape instead of being kept."""

_MAX_TEXT = 10_000


def qualified(cls: type) -> str:
    """Return ``module.Class``."""
    return f"{cls.__module__}.{cls.__qualname__}"


def describe(value: Any, depth: int = 0) -> Json:
    """Return `value` as JSON: scalars, strings and short arrays as they are, anything else by its class.

    No method that an object's author could have written is called, since a ``__repr__`` may do anything.
    """
    # Exact types first: a subclass may have overridden anything.
    kind = type(value)
    if value is None or kind in (bool, int, float):
        return value
    if kind is str:
        return value if len(value) <= _MAX_TEXT else value[:_MAX_TEXT] + "…"
    if depth > 6:
        return {"type": qualified(kind)}
    if kind in (list, tuple, set, frozenset):
        if len(value) > MAX_ITEMS:
            return {"type": kind.__name__, "length": len(value)}
        items = [describe(v, depth + 1) for v in value]
        return sorted(items, key=str) if kind in (set, frozenset) else items
    if kind is dict:
        if len(value) > MAX_ITEMS:
            return {"type": "dict", "length": len(value)}
        return {k if type(k) is str else str(describe(k, depth + 1)): describe(v, depth + 1) for k, v in value.items()}
    if kind in (FunctionType, BuiltinFunctionType):
        return {"function": f"{value.__module__}.{value.__qualname__}"}
    if isinstance(value, type):
        return {"class": qualified(value)}
    return _numeric(value, kind) if "numpy" in sys.modules else {"type": qualified(kind)}


def _numeric(value: Any, kind: type) -> Json:
    import numpy as np

    if issubclass(kind, np.generic) and kind.__module__ == "numpy":
        item = value.item()
        return item if type(item) in (bool, int, float, str) else {"type": qualified(kind)}
    if kind is np.ndarray:
        if value.dtype.kind in "biufU" and value.size <= MAX_ITEMS:
            return value.tolist()
        return {"type": "numpy.ndarray", "dtype": value.dtype.name, "shape": list(value.shape)}
    if kind.__module__.startswith("pandas.") and hasattr(kind, "shape"):
        return {"type": qualified(kind), "shape": list(value.shape)}
    return {"type": qualified(kind)}
