"""What the change detector takes in of pandas frames and of Arrow arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ._arrow import arrow_values
from ._detector import Detector
from ._marks import take_array, take_objects
from ._names import label
from ._pandas import column_values, counts_rows, is_masked
from ._tables import polars_columns
from ._zones import zone_name


def take_frame(seen: Detector, frame: pd.DataFrame) -> None:
    """Take in a frame by its blocks, which hold many columns each."""
    seen.token(len(frame), [label(name).encoded for name in frame.columns])
    _take_index(seen, frame.index)
    blocks = getattr(frame._mgr, "blocks", None)
    if blocks is None:  # a manager of another kind, as pandas 2 has
        for i in range(frame.shape[1]):
            _take_column(seen, _memory(frame.iloc[:, i]))
        return
    for block in blocks:
        seen.token(block.mgr_locs.as_array.tobytes())
        _take_column(seen, block.values)


def take_series(seen: Detector, series: pd.Series[Any]) -> None:
    """Take in a series."""
    seen.token(None if series.name is None else label(series.name).encoded)
    _take_index(seen, series.index)
    _take_column(seen, _memory(series))


def _take_index(seen: Detector, index: pd.Index[Any]) -> None:
    if not counts_rows(index):
        take_index(seen, index)
    seen.token(len(index))


def take_index(seen: Detector, index: pd.Index[Any]) -> None:
    """Take in an index with its values and names."""
    seen.token([label(name).encoded for name in index.names])
    if isinstance(index, pd.MultiIndex):
        for level, codes in zip(index.levels, index.codes, strict=True):
            take_index(seen, level)
            seen.array(np.asarray(codes))
    elif isinstance(index, pd.RangeIndex):
        seen.token(index.start, index.stop, index.step)
    else:
        _take_column(seen, _memory(index))


def _memory(data: Any) -> Any:
    """Return what a series or an index of one level keeps its values in."""
    return data.to_numpy() if issubclass(type(data.dtype), np.dtype) else data.array


def _take_column(seen: Detector, array: Any) -> None:
    """Take in a column, or the columns of a block, by the memory that holds them."""
    dtype = array.dtype
    kind = type(dtype)
    if issubclass(kind, np.dtype):
        values = np.asarray(array)
        # A block of objects has its columns as rows.
        take_array(seen, values.T if values.dtype.kind == "O" else values)
    elif kind is pd.CategoricalDtype:
        seen.token("category", bool(array.ordered))
        seen.array(np.asarray(array.codes))
        take_index(seen, array.categories)
    elif kind is pd.DatetimeTZDtype:
        seen.token(dtype.unit, zone_name(dtype.tz, "0"))
        seen.array(array.asi8)
    elif is_masked(kind):
        seen.token("nullable")
        seen.array(array._data)
        seen.array(array._mask)
    elif kind is pd.ArrowDtype or (kind is pd.StringDtype and dtype.storage != "python"):
        take_arrow(seen, array.__arrow_array__())
    elif kind is pd.StringDtype:
        take_objects(seen, np.asarray(array, dtype=object))
    else:
        seen.token(column_values(pd.Series(array, copy=False), "0").digest())


def take_arrow_table(seen: Detector, table: Any) -> None:
    """Take in an Arrow table or record batch."""
    seen.token(table.num_rows, table.schema.names)
    for column in table.columns:
        take_arrow(seen, column)


def take_polars(seen: Detector, data: Any) -> None:
    """Take in a polars frame or series."""
    for name, array in polars_columns(data, as_held=True):
        seen.token(name)
        take_arrow(seen, array)


def take_arrow(seen: Detector, data: Any) -> None:
    """Take in an Arrow array, whole or in chunks, of its buffers no more than it uses where that is easily said."""
    chunks = data.chunks if isinstance(data, pa.ChunkedArray) else [data]
    seen.token("arrow", str(data.type), len(chunks))
    for chunk in chunks:
        _take_chunk(seen, chunk)


def _take_chunk(seen: Detector, chunk: Any) -> None:
    type_, length, offset = chunk.type, len(chunk), chunk.offset
    is_ = pa.types
    buffers = chunk.buffers()
    seen.token(length, offset % 8)
    if is_.is_dictionary(type_):
        seen.token("dictionary", type_.ordered)
        _take_chunk(seen, chunk.indices)
        _take_chunk(seen, chunk.dictionary)
    elif is_.is_string_view(type_) or is_.is_binary_view(type_):
        # Views may point anywhere into what the buffers hold.
        seen.token(offset, len(buffers))
        for buffer in buffers:
            seen.buffer(buffer or b"")
    elif is_.is_struct(type_):
        seen.buffer(_bitmap(buffers[0], offset, length))
        for i in range(type_.num_fields):
            _take_chunk(seen, chunk.field(i))
    elif is_.is_list(type_) or is_.is_large_list(type_):
        seen.buffer(_bitmap(buffers[0], offset, length))
        first, last = _take_ends(seen, buffers[1], 32 if is_.is_list(type_) else 64, offset, length)
        _take_chunk(seen, chunk.values.slice(first, last - first))
    elif width := _width(type_):
        seen.buffer(_bitmap(buffers[0], offset, length))
        if len(buffers) > 2:
            first, last = _take_ends(seen, buffers[1], width, offset, length)
            seen.buffer(memoryview(buffers[2] or b"")[first:last])
        elif width < 8:
            seen.buffer(_bitmap(buffers[1], offset, length))
        else:
            size = width // 8
            seen.buffer(memoryview(buffers[1] or b"")[offset * size : (offset + length) * size])
    else:
        seen.token(arrow_values(chunk, "0").digest())


def _take_ends(seen: Detector, buffer: Any, width: int, offset: int, length: int) -> tuple[int, int]:
    """Take in where values begin and end; return where the first begins and the last ends."""
    size = width // 8
    used = memoryview(buffer or b"")[offset * size : (offset + length + 1) * size]
    seen.buffer(used)
    ends = np.frombuffer(used, f"<i{size}")
    return (int(ends[0]), int(ends[-1])) if len(ends) else (0, 0)


def _width(type_: Any) -> int:
    """Return the bits of a value, or of where a text ends; 0 for any other type."""
    is_ = pa.types
    if is_.is_string(type_) or is_.is_binary(type_):
        return 32
    if is_.is_large_string(type_) or is_.is_large_binary(type_):
        return 64
    fixed = is_.is_primitive(type_) or is_.is_decimal(type_) or is_.is_fixed_size_binary(type_)
    return int(type_.bit_width) if fixed else 0


def _bitmap(buffer: Any, offset: int, length: int) -> Any:
    return b"" if buffer is None else memoryview(buffer)[offset // 8 : (offset + length + 7) // 8]


TAKE: dict[str, Callable[[Detector, Any], None]] = {
    "frame": take_frame,
    "series": take_series,
    "index": take_index,
    "polars": take_polars,
    "arrow table": take_arrow_table,
    "arrow": take_arrow,
}
"""By family of data, what takes it in."""
