"""What counts as data."""

from __future__ import annotations

import sys
from typing import Any

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
        return data if kind in (np.ndarray, np.memmap) else None
    if kind in (list, tuple):
        try:
            array = np.asarray(data)
        except Exception:
            # Ragged, or of objects that will not be looked at.
            return None
        return array if array.dtype.kind in "biufUM" else None
    return data if _of_library(kind) else None


def _of_library(kind: type) -> bool:
    return any(
        cls.__module__.partition(".")[0] in _LIBRARIES and (hasattr(cls, "shape") or hasattr(cls, "to_pylist"))
        for cls in kind.__mro__
    )
