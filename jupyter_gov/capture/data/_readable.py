"""What counts as data."""

from __future__ import annotations

import sys
from typing import Any

from .._kinds import LISTS

_LIBRARIES = frozenset({"pandas", "polars", "pyarrow", "duckdb", "scipy"})
"""Whose objects have a fingerprint, NumPy's apart."""


def known(data: Any) -> Any:
    """Return `data` in a form that has a fingerprint, or None; the object itself is asked for nothing."""
    kind = type(data)
    np = sys.modules.get("numpy")
    if np is None or not hasattr(np, "ndarray"):
        return data if _of_library(kind) else None
    if issubclass(kind, np.ndarray):
        # np.matrix and masked arrays mean something else by the same bytes.
        return data if kind is np.ndarray or kind is np.memmap else None
    if kind in LISTS:
        if set(map(id, map(type, data))) in ({id(str)}, {id(bytes)}):
            # An array of texts would give each the room of the longest.
            texts = np.empty(len(data), object)
            texts[:] = data
            return texts
        try:
            array = np.asarray(data)
        except Exception:
            # Ragged, or of objects that will not be looked at.
            return None
        return array if array.dtype.kind in "biufUM" else None
    return data if _of_library(kind) else None


def _of_library(kind: type) -> bool:
    # A class of the user's may have a class that answers anything.
    for cls in type.__dict__["__mro__"].__get__(kind):
        module = type.__getattribute__(cls, "__module__")
        ours = type(module) is str and module.partition(".")[0] in _LIBRARIES
        if ours and (hasattr(cls, "shape") or hasattr(cls, "to_pylist")):
            return True
    return False
