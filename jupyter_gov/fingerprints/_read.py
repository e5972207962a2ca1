"""Finds the back end that reads a piece of data."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from jupyter_gov.errors import InputError

from ._names import label, type_name

if TYPE_CHECKING:
    from ._names import Label
    from ._values import Values

    Field = tuple[Label, bool, Values]
    """A column's name, whether it belongs to the index, and the column."""

_FAMILIES = {
    "frame": ("pandas", ("DataFrame",)),
    "series": ("pandas", ("Series",)),
    "index": ("pandas", ("Index",)),
    "array": ("numpy", ("ndarray",)),
    "polars": ("polars", ("DataFrame", "Series")),
    "arrow table": ("pyarrow", ("Table", "RecordBatch")),
    "arrow": ("pyarrow", ("Array", "ChunkedArray")),
    "sparse": ("scipy.sparse", ("spmatrix", "sparray")),
    "relation": ("duckdb", ("DuckDBPyRelation",)),
}
"""By what reads it: the module and the names of the classes."""


def family(data: Any) -> str:
    """Return what reads a piece of data, or an empty string.

    Classes are asked of the type alone: `isinstance` would ask the object itself, which may be anybody's. No library is
    imported for it, and one that another thread is still importing has no data yet, nor perhaps its classes.
    """
    kind = type(data)
    for name, (module, classes) in _FAMILIES.items():
        library = sys.modules.get(module)
        if library is None:
            continue
        for class_ in classes:
            known = vars(library).get(class_)
            if known is not None and issubclass(kind, known):
                return name
    return ""


def read(data: Any) -> tuple[int, Iterator[Field]]:
    """Return the number of rows of data and its columns, one at a time so that no more is held than is hashed.

    Raises
    ------
    InputError
        If no back end reads such data.
    """
    found = family(data)
    if found in ("frame", "series", "index"):
        from ._pandas import frame_fields, index_fields, series_fields

        if found == "frame":
            return len(data.index), frame_fields(data)
        return len(data), series_fields(data) if found == "series" else index_fields(data, as_data=True)
    if found == "array":
        from ._numpy import array_columns

        rows, columns = array_columns(data)
        return rows, ((label(name), False, values) for name, values in columns)
    if found == "sparse":
        from ._sparse import sparse_values

        values = sparse_values(data)
        return values.rows, iter([(label("0"), False, values)])
    if found:
        from . import _tables

        return _tables.fields(data, found)
    raise InputError(
        f"A {type_name(type(data))} cannot be fingerprinted.",
        hint="Pass a pandas, polars or Arrow table or column, a DuckDB relation, a NumPy array or a sparse matrix.",
    )
