"""Reads polars frames and series, Arrow tables and arrays, and DuckDB relations: all of them through Arrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from jupyter_gov.errors import InputError

from ._arrow import arrow_values
from ._names import Label, label
from ._values import Values

Field = tuple[Label, bool, Values]


def fields(data: Any, family: str) -> tuple[int, Iterator[Field]]:
    """Return the number of rows of data and its columns.

    Parameters
    ----------
    data : polars, pyarrow or duckdb object
    family : {"polars", "arrow", "arrow table", "relation"}
    """
    if family == "arrow":
        return len(data), iter([(label("0"), False, arrow_values(data, "0"))])
    if family == "polars":
        return len(data), ((label(name), False, arrow_values(array, name)) for name, array in polars_columns(data))
    table = _answer(data) if family == "relation" else data
    columns = zip(table.schema.names, table.columns, strict=True)
    return table.num_rows, ((label(name), False, arrow_values(column, name)) for name, column in columns)


def polars_columns(data: Any, *, as_held: bool = False) -> Iterator[tuple[str, Any]]:
    """Yield name and Arrow array of each column of a polars frame or series; one without a name is named "0".

    Parameters
    ----------
    data : polars.DataFrame or polars.Series
    as_held : bool
        Whether texts stay the views that polars holds, which need no copy, or become texts end to end.

    Raises
    ------
    InputError
        If Arrow does not have a column's type.
    """
    import polars as pl

    single = issubclass(type(data), pl.Series)
    for column in [data] if single else data.get_columns():
        name = column.name or ("0" if single else "")
        if _holds_objects(column.dtype):  # Arrow would get their addresses
            raise InputError(f"Column {name!r} holds Python objects.", hint="Convert it to a type of polars.")
        try:
            array = column.to_arrow(compat_level=pl.CompatLevel.newest() if as_held else pl.CompatLevel.oldest())
        except pa.ArrowException as error:
            raise InputError(
                f"Column {name!r} has the polars type {column.dtype}, which Arrow does not have.",
                hint="Convert it to numbers, dates or strings, or leave it out.",
            ) from error
        yield name, array


def _holds_objects(dtype: Any) -> bool:
    import polars as pl

    if isinstance(dtype, pl.Struct):
        return any(_holds_objects(field.dtype) for field in dtype.fields)
    if isinstance(dtype, (pl.List, pl.Array)):
        return _holds_objects(dtype.inner)
    return isinstance(dtype, pl.Object)


def _answer(relation: Any) -> Any:
    """Return a relation's rows as an Arrow table, asked as a question of its own, so that no result is used up."""
    import duckdb

    asked = relation.project("*")
    try:
        # fetch_arrow_table is the name before version 1.4.
        return asked.to_arrow_table() if hasattr(asked, "to_arrow_table") else asked.fetch_arrow_table()
    except duckdb.Error as error:
        raise InputError(
            f"DuckDB did not give the relation's rows: {error}",
            hint="Fetch its result first, or use a cursor of its own.",
        ) from error
