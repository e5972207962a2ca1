"""Reads Arrow arrays, whole or in chunks; neither chunks nor offsets into a larger buffer make a difference."""

from __future__ import annotations

from typing import Any, Never

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jupyter_gov.errors import InputError

from ._buffers import Mask
from ._category import Category
from ._nested import Arrays, Lists, Struct
from ._numpy import array_values
from ._values import Bits, Fixed, Null, Text, Values

_NUMPY = {
    **{
        getattr(pa, name)(): name for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
    },
    **{getattr(pa, name)(): name for name in ("float16", "float32", "float64")},
}
"""Arrow types whose values are those of a NumPy type."""

_TICKS = {
    pa.date32(): ("date32", "<i4"),
    pa.date64(): ("date64", "<i8"),
    pa.time32("s"): ("time32[s]", "<i4"),
    pa.time32("ms"): ("time32[ms]", "<i4"),
    pa.time64("us"): ("time64[us]", "<i8"),
    pa.time64("ns"): ("time64[ns]", "<i8"),
}
"""Arrow types that are counts, with their logical type and width."""


def arrow_values(data: Any, name: str) -> Values:
    """Return an Arrow array as a column.

    Parameters
    ----------
    data : pyarrow.Array or pyarrow.ChunkedArray, length rows
    name : str
        The column's name, for the error.

    Raises
    ------
    InputError
        If the format does not cover its type.
    """
    try:
        return _values(data, name)
    except pa.ArrowNotImplementedError:
        return _refuse(name, data.type)


def _values(data: Any, name: str) -> Values:
    chunks = data.chunks if isinstance(data, pa.ChunkedArray) else [data]
    type_ = data.type
    is_ = pa.types
    if is_.is_null(type_):
        return Null(len(data))
    if is_.is_string_view(type_) or is_.is_binary_view(type_):
        return arrow_values(data.cast(pa.large_string() if is_.is_string_view(type_) else pa.large_binary()), name)
    if is_.is_string(type_) or is_.is_large_string(type_):
        return _text("string", chunks, "")
    if is_.is_binary(type_) or is_.is_large_binary(type_):
        return _text("binary", chunks, b"")
    if is_.is_boolean(type_):
        return Bits(_joined([_bits(chunk, 1) for chunk in chunks], np.bool_), _missing(chunks))
    if is_.is_dictionary(type_):
        return _category(data, name)
    if is_.is_run_end_encoded(type_):
        return arrow_values(pc.run_end_decode(data), name)
    if is_.is_nested(type_):
        return _nested(data.combine_chunks() if isinstance(data, pa.ChunkedArray) else data, name)
    return _fixed(chunks, type_, name)


def _fixed(chunks: list[Any], type_: Any, name: str) -> Values:
    missing = _missing(chunks)
    if type_ in _NUMPY:
        return array_values(_buffer(chunks, np.dtype(_NUMPY[type_]).newbyteorder("<")), name, mask=missing)
    if type_ in _TICKS:
        text, width = _TICKS[type_]
        return Fixed(text, _buffer(chunks, width), missing)
    if pa.types.is_timestamp(type_) or pa.types.is_duration(type_):
        kind = "M" if pa.types.is_timestamp(type_) else "m"
        values = array_values(_buffer(chunks, f"<{kind}8[{type_.unit}]"), name, mask=missing)
        if kind == "M" and type_.tz:
            values.type = f"timestamp[{type_.unit}, tz={type_.tz}]"
        return values
    if pa.types.is_decimal(type_):
        return Fixed(
            f"decimal{type_.bit_width}({type_.precision}, {type_.scale})",
            _buffer(chunks, f"V{type_.bit_width // 8}"),
            missing,
        )
    if pa.types.is_fixed_size_binary(type_):
        return Fixed(f"binary[{type_.byte_width}]", _buffer(chunks, f"V{type_.byte_width}"), missing)
    return _refuse(name, type_)


def _text(type_: str, chunks: list[Any], empty: str | bytes) -> Values:
    return Text(type_, [_offsets_and_data(chunk, empty) for chunk in chunks], _missing(chunks))


def _offsets_and_data(chunk: Any, empty: str | bytes) -> tuple[NDArray[Any], NDArray[np.uint8]]:
    """Return where values begin and end, one number more than there are values, and what they point into."""
    dtype = np.dtype("<i8" if chunk.type in (pa.large_string(), pa.large_binary()) else "<i4")
    _, where, data = chunk.buffers()
    if where is None or not len(chunk):
        return np.zeros(1, dtype), np.empty(0, np.uint8)
    offsets = np.frombuffer(where, dtype, len(chunk) + 1, chunk.offset * dtype.itemsize)
    if chunk.null_count and np.diff(offsets)[~_bits(chunk, 0)].any():
        # What lies under a null is undefined in Arrow, so it must not count.
        return _offsets_and_data(pc.fill_null(chunk, pa.scalar(empty, chunk.type)), empty)
    return offsets, np.empty(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)


def _category(data: Any, name: str) -> Values:
    ordered = bool(data.type.ordered)
    whole = data.unify_dictionaries().combine_chunks() if isinstance(data, pa.ChunkedArray) else data
    if isinstance(whole, pa.ChunkedArray):  # what combining gives for no chunks at all
        whole = pa.array([], data.type)
    dictionary = whole.dictionary
    if pa.types.is_floating(dictionary.type):
        dictionary = pc.if_else(pc.is_nan(dictionary), pa.scalar(None, dictionary.type), dictionary)
    # A dictionary may name a value twice, or name null: the value is what counts.
    distinct = dictionary.drop_null().unique()
    codes = pc.index_in(dictionary, value_set=distinct).take(whole.indices)
    missing = _missing([codes])
    mask = np.zeros(len(codes), np.bool_) if missing is None else missing
    positions = np.asarray(codes.fill_null(-1))

    def take(used: NDArray[np.intp]) -> Values:
        return arrow_values(distinct.take(pa.array(used)), name)

    return Category(positions, mask, take, size=len(distinct), ordered=ordered)


def _nested(data: Any, name: str) -> Values:
    missing = _missing([data])
    type_ = data.type
    if pa.types.is_struct(type_):
        fields = [(field.name, arrow_values(data.flatten()[i], name)) for i, field in enumerate(type_)]
        inner = ", ".join(f"{field}: {values.type}" for field, values in fields)
        return Struct(f"struct<{inner}>", fields, len(data), missing)
    if pa.types.is_fixed_size_list(type_):
        size = type_.list_size
        elements = data.values.slice(data.offset * size, len(data) * size)
        if missing is not None:
            # The elements of a missing row are missing, whatever its memory holds.
            gone = np.repeat(missing, size)
            elements = elements.take(pa.array(np.arange(len(gone)), mask=gone))
        return Arrays(arrow_values(elements, name), len(data), (size,), missing)
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        ends = np.cumsum(np.asarray(pc.list_value_length(data).fill_null(0)), dtype="<i8")
        return Lists(ends, arrow_values(data.flatten(), name), missing)
    return _refuse(name, type_)


def _buffer(chunks: list[Any], dtype: Any) -> NDArray[Any]:
    """Return the values of an array of fixed width, without a copy if it is in one chunk."""
    dtype = np.dtype(dtype)
    parts = []
    for chunk in chunks:
        data = chunk.buffers()[1]
        if data is not None and len(chunk):
            parts.append(np.frombuffer(data, dtype, len(chunk), chunk.offset * dtype.itemsize))
    return _joined(parts, dtype)


def _bits(chunk: Any, buffer: int) -> NDArray[np.bool_]:
    """Return a bitmap of an array as truth values; without one, all are true."""
    data = chunk.buffers()[buffer]
    if data is None:
        return np.ones(len(chunk), np.bool_)
    first, skip = divmod(chunk.offset, 8)
    packed = np.frombuffer(data, np.uint8)[first : first + (skip + len(chunk) + 7) // 8]
    return np.unpackbits(packed, bitorder="little")[skip : skip + len(chunk)].view(np.bool_)


def _missing(chunks: list[Any]) -> Mask | None:
    if not any(chunk.null_count for chunk in chunks):
        return None
    return _joined([~_bits(chunk, 0) for chunk in chunks], np.bool_)


def _joined(parts: list[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, dtype)


def _refuse(name: str, type_: Any) -> Never:
    raise InputError(
        f"Column {name!r} has the Arrow type {type_}, which fingerprints do not cover.",
        hint="Convert it to numbers, dates, strings, lists or structs, or leave it out.",
    )
