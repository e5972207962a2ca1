"""Ours against the reference over generated frames, in every storage that pandas has for a type."""

import datetime as dt
import math
import struct
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from fingerprint_reference import table, unordered
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_gov.fingerprints import fingerprint

PANDAS_3 = pd.__version__ >= "3"
INTEGERS = [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
NAMES = st.text(st.characters(codec="utf-8"), max_size=5)


def whole(type_):
    return st.integers(int(np.iinfo(type_).min), int(np.iinfo(type_).max))


def floats(type_):
    # Signalling NaNs and the like never get this far: NaN is written None.
    width = int(type_[5:])
    return st.floats(width=width, allow_nan=False)


def series_of_integers(draw, type_, values):
    if None in values:
        dtype = draw(
            st.sampled_from(
                [
                    type_.replace("ui", "UI").replace("i", "I") if type_[0] == "i" else type_.replace("uint", "UInt"),
                    "arrow",
                ]
            )
        )
    else:
        dtype = draw(st.sampled_from([type_, f">{type_[0]}{int(type_.strip('uint')) // 8}", "arrow"]))
    if dtype == "arrow":
        return pd.Series(pd.arrays.ArrowExtensionArray(chunked(draw, pa.array(values, type_))))
    if dtype.startswith(">"):
        return pd.Series(np.array(values, dtype=type_).astype(dtype))
    return pd.Series(values, dtype=dtype)


def chunked(draw, array):
    """The array in pieces, each a slice of a larger buffer."""
    cut = draw(st.integers(0, len(array)))
    padded = pa.concat_arrays([array, array])
    return pa.chunked_array([padded.slice(len(array), cut), padded.slice(cut, len(array) - cut)], array.type)


@st.composite
def integers(draw, rows):
    type_ = draw(st.sampled_from(INTEGERS))
    values = draw(st.lists(st.none() | whole(type_), min_size=rows, max_size=rows))
    return type_, values, None, series_of_integers(draw, type_, values)


@st.composite
def floating(draw, rows):
    type_ = draw(st.sampled_from(["float32", "float64"]))
    values = draw(st.lists(st.none() | floats(type_), min_size=rows, max_size=rows))
    filled = np.array([math.nan if v is None else v for v in values], type_)
    kind = draw(st.sampled_from(["numpy", "big", "masked", "arrow", "strided"]))
    if kind == "arrow":
        return type_, values, None, pd.Series(pd.arrays.ArrowExtensionArray(chunked(draw, pa.array(values, type_))))
    if kind == "masked":
        return type_, values, None, pd.Series(pd.array(values, dtype=type_.capitalize()))
    if kind == "big":
        return type_, values, None, pd.Series(filled.astype(filled.dtype.newbyteorder(">")))
    return type_, values, None, pd.Series(np.repeat(filled, 2)[::2] if kind == "strided" else filled)


@st.composite
def truths(draw, rows):
    values = draw(st.lists(st.none() | st.booleans(), min_size=rows, max_size=rows))
    kind = draw(st.sampled_from(["arrow", "boolean", "object"]))
    if kind == "arrow":
        return (
            "bool",
            values,
            None,
            pd.Series(pd.arrays.ArrowExtensionArray(chunked(draw, pa.array(values, pa.bool_())))),
        )
    if kind == "object":
        return "bool" if any(v is not None for v in values) else "null", values, None, pd.Series(values, dtype=object)
    return "bool", values, None, pd.Series(values, dtype="boolean")


@st.composite
def strings(draw, rows):
    values = draw(st.lists(st.none() | NAMES, min_size=rows, max_size=rows))
    kind = draw(st.sampled_from(["object", "python", "pyarrow", "nan", "large", "small"] + ["view"] * PANDAS_3))
    if kind == "object":
        return "string" if any(v is not None for v in values) else "null", values, None, pd.Series(values, dtype=object)
    if kind in ("python", "pyarrow"):
        return "string", values, None, pd.Series(values, dtype=pd.StringDtype(kind))
    if kind == "nan":
        return "string", values, None, pd.Series(values, dtype="str" if PANDAS_3 else "string")
    arrow = {"large": pa.large_string(), "small": pa.string(), "view": pa.string_view()}[kind]
    array = chunked(draw, pa.array(values, pa.string())).cast(arrow)
    return "string", values, None, pd.Series(pd.arrays.ArrowExtensionArray(array))


@st.composite
def binaries(draw, rows):
    values = draw(st.lists(st.none() | st.binary(max_size=5), min_size=rows, max_size=rows))
    if draw(st.booleans()) and any(v is not None for v in values):
        return "binary", values, None, pd.Series(values, dtype=object)
    return (
        "binary",
        values,
        None,
        pd.Series(pd.arrays.ArrowExtensionArray(chunked(draw, pa.array(values, pa.binary())))),
    )


@st.composite
def moments(draw, rows):
    unit = draw(st.sampled_from(["s", "ms", "us", "ns"]))
    zone = draw(st.sampled_from([None, "UTC", "Europe/Oslo", "+01:00"]))
    values = draw(st.lists(st.none() | st.integers(-(10**9), 10**9), min_size=rows, max_size=rows))
    naive = np.array([np.iinfo(np.int64).min if v is None else v for v in values], np.int64).view(f"M8[{unit}]")
    if draw(st.booleans()):
        array = chunked(draw, pa.array(values, pa.timestamp(unit, zone)))
        series = pd.Series(pd.arrays.ArrowExtensionArray(array))
    else:
        series = pd.Series(naive)
        if zone:
            series = series.dt.tz_localize("UTC").dt.tz_convert(zone)
    return f"timestamp[{unit}, tz={zone}]" if zone else f"timestamp[{unit}]", values, None, series


@st.composite
def durations(draw, rows):
    unit = draw(st.sampled_from(["s", "ms", "us", "ns"]))
    values = draw(st.lists(st.none() | st.integers(-(10**9), 10**9), min_size=rows, max_size=rows))
    filled = np.array([np.iinfo(np.int64).min if v is None else v for v in values], np.int64).view(f"m8[{unit}]")
    return f"duration[{unit}]", values, None, pd.Series(filled)


@st.composite
def categories(draw, rows):
    order = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    values = draw(st.lists(st.none() | st.sampled_from(order), min_size=rows, max_size=rows))
    ordered = draw(st.booleans())
    type_ = "category<string, ordered>" if ordered else "category<string>"
    kept = order if ordered else None
    if draw(st.booleans()):
        codes = pa.array([None if v is None else order.index(v) for v in values], pa.int16())
        array = pa.DictionaryArray.from_arrays(codes, pa.array(order), ordered=ordered)
        return type_, values, kept, pd.Series(pd.arrays.ArrowExtensionArray(chunked(draw, array)))
    dtype = pd.CategoricalDtype(pd.Index(order, dtype=draw(st.sampled_from(["str", object]))), ordered=ordered)
    return (
        type_,
        values,
        kept,
        pd.Series(pd.Categorical.from_codes([-1 if v is None else order.index(v) for v in values], dtype=dtype)),
    )


@st.composite
def frames(draw):
    rows = draw(st.integers(0, 20))
    kinds = [integers, floating, truths, strings, binaries, moments, durations, categories]
    columns = [draw(draw(st.sampled_from(kinds))(rows)) for _ in range(draw(st.integers(0, 4)))]
    names = [draw(NAMES) for _ in columns]
    series = dict(enumerate(s for *_, s in columns))
    frame = pd.DataFrame(series, index=range(rows))
    frame.columns = pd.Index(names, dtype=object)
    logical = [(b"c", name, *rest) for name, (*rest, _) in zip(names, columns, strict=True)]
    if columns and draw(st.booleans()):
        frame.index = pd.Index(frame.iloc[:, 0].array, name="key", dtype=frame.dtypes.iloc[0])
        logical.insert(0, (b"i", "key", *columns[0][:3]))
    return frame, rows, logical


@given(frames())
@settings(max_examples=150, deadline=None)
def test_equals_the_reference(case):
    frame, rows, logical = case
    found = fingerprint(frame)
    assert found.digest == table(rows, logical)
    assert found.rows_digest == unordered(rows, logical)
    assert [c.missing for c in found.columns] == [sum(v is None for v in values) for _, _, _, values, _ in logical]
    assert [c.type for c in found.columns] == [type_ for _, _, type_, _, _ in logical]


@given(
    st.integers(0, 40),
    st.integers(1, 70),
    st.sampled_from(["<f8", "<f4", ">f8", "<i4", "<c16"]),
    st.booleans(),
    st.randoms(),
)
@settings(max_examples=40, deadline=None)
def test_a_matrix_is_the_frame_of_its_columns(rows, columns, dtype, holes, random):
    matrix = np.array([random.uniform(-1, 1) * 100 for _ in range(rows * columns)]).reshape(rows, columns).astype(dtype)
    if holes and matrix.size and matrix.dtype.kind == "f":
        matrix.reshape(-1)[:: random.randint(1, 7)] = np.nan
    frame = pd.DataFrame({str(i): matrix[:, i].copy() for i in range(columns)}, index=range(rows))
    wanted = fingerprint(frame)
    for layout in (matrix, np.asfortranarray(matrix), matrix.astype(matrix.dtype.newbyteorder()), pd.DataFrame(matrix)):
        found = fingerprint(layout)
        assert found == wanted
        assert found.rows_digest == wanted.rows_digest


@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", "i1", "c8"])
@pytest.mark.parametrize("shape", [(30_011, 9), (9001, 130), (300, 1000)])
@pytest.mark.parametrize("holes", [False, True])
def test_a_large_matrix_is_hashed_by_blocks_to_the_same_digest(dtype, shape, holes):
    matrix = np.random.default_rng(0).integers(-100, 100, shape).astype(dtype)
    if holes and matrix.dtype.kind in "fc":
        matrix[::7, ::3] = np.nan
        matrix[5] = np.nan
    found = fingerprint(matrix)
    assert found == fingerprint(np.asfortranarray(matrix))
    assert found == fingerprint(np.ascontiguousarray(matrix[::-1])[::-1])


def test_a_reference_value_by_hand():
    # One column "x" of int8 with the value 5, framed by hand.
    from blake3 import blake3

    name = struct.pack("<Q", 1) + b"x"
    type_ = struct.pack("<Q", 4) + b"int8"
    column = blake3(
        type_ + struct.pack("<QQ", 1, 0) + blake3(b"\5").digest(), derive_key_context="jupyter-gov jg1 column"
    ).digest()
    wanted = blake3(
        struct.pack("<QQ", 1, 1) + b"cs" + name + column, derive_key_context="jupyter-gov jg1 table"
    ).hexdigest()
    assert str(fingerprint(pd.DataFrame({"x": np.array([5], "i1")}))) == f"jg1:{wanted}"


FEW = {
    "list<int64>": ([[1, None], None, [], [2]], None, pa.list_(pa.int64())),
    "list<string>": ([["a", ""], None, [], [None]], None, pa.large_list(pa.string())),
    "array<int16, 2>": ([[1, 2], None, [None, 3], [4, 5]], None, pa.list_(pa.int16(), 2)),
    "struct<a: int8, b: string>": (
        [{"a": 1, "b": "x"}, None, {"a": None, "b": "y"}, {"a": 2, "b": None}],
        [("a", "int8"), ("b", "string")],
        pa.struct({"a": pa.int8(), "b": pa.string()}),
    ),
    "binary[3]": ([b"abc", b"def", b"\0\0\0", b"abc"], None, pa.binary(3)),
    "time32[ms]": ([1, None, 3, 4], None, pa.time32("ms")),
    "date64": ([86_400_000, None, 0, -86_400_000], None, pa.date64()),
    "category<int64>": ([5, None, 3, 5], None, pa.dictionary(pa.int8(), pa.int64())),
}


@pytest.mark.parametrize("type_", FEW)
@pytest.mark.parametrize("sliced", [False, True])
def test_rarer_types_equal_the_reference(type_, sliced):
    values, order, arrow = FEW[type_]
    array = pa.array(values, arrow)
    if sliced:
        array = pa.concat_arrays([array, array, array]).slice(len(array), len(array))
    found = fingerprint(pd.Series(pd.arrays.ArrowExtensionArray(array)))
    columns = [(b"c", "0", type_, values, order)]
    assert found.columns[0].type == type_
    assert found.digest == table(len(values), columns)
    assert found.rows_digest == unordered(len(values), columns)


def test_values_of_numpy_and_python_equal_the_reference():
    cube = np.arange(12, dtype="float64").reshape(2, 3, 2)
    cube[1, 2, 0] = np.nan
    edges = pd.arrays.IntervalArray.from_tuples([(0.0, 1.0), None, (1.0, 2.5)], closed="left")
    cases = [
        (cube, "array<float64, 3, 2>", [[None if x != x else x for x in row.ravel().tolist()] for row in cube], None),
        (np.array([1 + 2j, -0.5j]), "complex128", [1 + 2j, -0.5j], None),
        (pd.Series([Decimal("1.25"), None, Decimal("-3")]), "decimal128(3, 2)", [125, None, -300], None),
        (
            pd.Series(edges),
            "interval<float64, left>",
            [{"left": 0.0, "right": 1.0}, None, {"left": 1.0, "right": 2.5}],
            [("left", "float64"), ("right", "float64")],
        ),
        (np.array(["1970-01-03", "NaT"], "M8[D]"), "date32", [2, None], None),
        (pd.Series([dt.time(0, 0, 1), None]), "time64[us]", [1_000_000, None], None),
    ]
    for data, type_, values, order in cases:
        found = fingerprint(data)
        columns = [(b"c", "0", type_, values, order)]
        assert found.digest == table(len(values), columns), type_
        assert found.rows_digest == unordered(len(values), columns), type_
