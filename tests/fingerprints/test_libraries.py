"""The same logical values have the same digest from pandas, polars, pyarrow, DuckDB, NumPy and SciPy."""

import datetime as dt
import zoneinfo
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse as sp
from fingerprint_reference import sparse_table, unordered_sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_gov.errors import InputError
from jupyter_gov.fingerprints import column_cells, fingerprint, fold_cells

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
OSLO = zoneinfo.ZoneInfo("Europe/Oslo")


def moments(unit, zone=None):
    return st.integers(-(10**9), 10**9).map(lambda n: n), pa.timestamp(unit, zone)


TYPES = {
    **{
        name: (st.integers(int(np.iinfo(name).min), int(np.iinfo(name).max)), getattr(pa, name)())
        for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
    },
    "float32": (st.floats(width=32, allow_nan=False), pa.float32()),
    "float64": (st.floats(allow_nan=False), pa.float64()),
    "bool": (st.booleans(), pa.bool_()),
    "string": (TEXT, pa.string()),
    "binary": (st.binary(max_size=6), pa.binary()),
    "date32": (st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), pa.date32()),
    "timestamp[ms]": moments("ms"),
    "timestamp[us]": moments("us"),
    "timestamp[ns]": moments("ns"),
    "timestamp[us, tz=UTC]": moments("us", "UTC"),
    "timestamp[ns, tz=Europe/Oslo]": moments("ns", "Europe/Oslo"),
    "duration[us]": (st.integers(-(10**9), 10**9), pa.duration("us")),
    "decimal128(12, 2)": (st.decimals(-(10**9), 10**9, places=2), pa.decimal128(12, 2)),
    "list<int64>": (st.lists(st.none() | st.integers(-9, 9), max_size=3), pa.list_(pa.int64())),
    "category<string>": (st.sampled_from(["low", "high", "ø"]), pa.dictionary(pa.int32(), pa.string())),
    "struct<a: int64, b: string>": (
        st.fixed_dictionaries({"a": st.none() | st.integers(-9, 9), "b": st.none() | TEXT}),
        pa.struct({"a": pa.int64(), "b": pa.string()}),
    ),
}
IN_DUCKDB = {
    name for name in TYPES if name not in ("timestamp[us, tz=UTC]", "timestamp[ns, tz=Europe/Oslo]", "duration[us]")
}


@given(st.data(), st.sampled_from(sorted(TYPES)), st.integers(1, 12))
@settings(max_examples=250, deadline=None)
def test_libraries_agree(data, name, rows):
    values, type_ = TYPES[name]
    column = pa.array(data.draw(st.lists(st.none() | values, min_size=rows, max_size=rows)), type_)
    table = pa.table({"x": column})
    wanted = fingerprint(table)
    assert [c.type for c in wanted.columns] == [name]
    assert wanted.columns[0].missing == column.null_count
    unordered = wanted.rows_digest
    same = {
        "record batch": pa.record_batch({"x": column}),
        "chunks": pa.table({"x": pa.chunked_array([column.slice(0, 1), column.slice(1)], type_)}),
        "pandas, Arrow-backed": table.to_pandas(types_mapper=pd.ArrowDtype),
        "polars": pl.from_arrow(table),
        "polars in pieces": pl.concat([pl.from_arrow(table[:1]), pl.from_arrow(table[1:])], rechunk=False),
    }
    if name in IN_DUCKDB and name != "category<string>":
        with duckdb.connect() as connection:
            assert fingerprint(connection.from_arrow(table)) == wanted
    plain = not column.null_count or name in ("float32", "float64", "string") or name.startswith("timestamp")
    if plain and not name.startswith(("list", "struct", "decimal", "binary")):
        same["pandas"] = table.to_pandas()
    for library, frame in same.items():
        found = fingerprint(frame)
        assert found == wanted, library
        assert found.rows_digest == unordered, library
    single = fingerprint(column).digest
    assert single == fingerprint(pl.Series(column)).digest == fingerprint(pa.chunked_array([column])).digest
    assert single == fingerprint(pd.Series(pd.arrays.ArrowExtensionArray(column))).digest
    if not column.null_count and pa.types.is_primitive(type_) and not name.startswith("timestamp[ns, "):
        assert single == fingerprint(column.to_numpy(zero_copy_only=False)).digest or "tz=" in name


def test_nan_and_null_are_both_missing_everywhere():
    wanted = fingerprint(pd.DataFrame({"x": [1.0, np.nan, np.nan]}))
    assert wanted.columns[0].missing == 2
    frame = pl.DataFrame({"x": [1.0, None, float("nan")]})
    assert fingerprint(frame) == fingerprint(frame.to_arrow()) == wanted
    assert fingerprint(duckdb.sql("select unnest([1.0::double, null, 'nan'::double]) as x")) == wanted


def test_an_enum_is_an_ordered_category():
    values = ["b", "a", None, "b"]
    ordered = fingerprint(pd.Series(pd.Categorical(values, ["b", "a"], ordered=True), name="x"))
    assert fingerprint(pl.Series("x", values, pl.Enum(["b", "a"]))) == ordered
    assert fingerprint(pl.Series("x", values, pl.Enum(["b", "z", "a"]))) == ordered
    assert fingerprint(pl.Series("x", values, pl.Categorical)) == fingerprint(
        pd.Series(values, name="x", dtype="category")
    )


def test_times_with_zones_agree_with_python_and_polars():
    when = [dt.datetime(2026, 7, 1, 12, tzinfo=OSLO), None]
    wanted = fingerprint(pd.DataFrame({"x": pd.Series(when, dtype="datetime64[us, Europe/Oslo]")}))
    assert fingerprint(pl.DataFrame({"x": when}, schema={"x": pl.Datetime("us", "Europe/Oslo")})) == wanted
    assert fingerprint(pl.Series([dt.time(1, 2, 3)])).columns[0].type == "time64[ns]"


def test_a_series_without_a_name_is_one_in_every_library():
    wanted = fingerprint(np.arange(3))
    assert fingerprint(pl.Series([0, 1, 2])) == fingerprint(pa.array([0, 1, 2])) == wanted
    assert fingerprint(pl.DataFrame(np.arange(6).reshape(3, 2), schema=["0", "1"])) == fingerprint(
        np.arange(6).reshape(3, 2)
    )
    assert fingerprint(pl.DataFrame()).digest == fingerprint(pd.DataFrame()).digest


def test_a_relation_is_read_as_a_question_of_its_own():
    with duckdb.connect() as connection:
        relation = connection.sql("select i, i::varchar as s from range(5) t(i)")
        wanted = fingerprint(pd.DataFrame({"i": range(5), "s": list("01234")}))
        assert fingerprint(relation) == wanted
        assert len(relation.fetchall()) == 5
        assert fingerprint(relation).rows_digest == wanted.rows_digest
        broken = connection.sql("select (i / 0 + 's'::int) as x from range(5) t(i)")
        with pytest.raises(InputError, match="DuckDB"):
            fingerprint(broken)


@pytest.mark.parametrize(
    "data",
    [
        pl.DataFrame({"x": [object()]}),
        pl.Series("x", [{1}], dtype=pl.Object),
        pl.Series("x", [1], dtype=pl.Int128),
        pa.table({"x": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64()))}),
    ],
)
def test_what_arrow_has_no_type_for_is_refused_by_name(data):
    with pytest.raises(InputError, match="'x'") as caught:
        fingerprint(data)
    assert caught.value.hint


# Sparse matrices


@given(st.data(), st.integers(0, 8), st.integers(1, 6), st.sampled_from(["f8", "f4", "i4", "c16"]))
@settings(max_examples=80, deadline=None)
def test_sparse_matrices_of_every_format_agree_with_the_reference(data, rows, columns, dtype):
    cell = st.sampled_from([0, 0, 0, 1, 2, -3])
    dense = np.array(data.draw(st.lists(cell, min_size=rows * columns, max_size=rows * columns)), dtype)
    dense = dense.reshape(rows, columns)
    if dtype[0] == "f" and dense.size and data.draw(st.booleans()):
        dense.reshape(-1)[data.draw(st.integers(0, dense.size - 1))] = np.nan
    wanted = fingerprint(sp.csr_matrix(dense))
    type_ = {"f8": "float64", "f4": "float32", "i4": "int32", "c16": "complex128"}[dtype]
    if dtype != "c16":
        kept = [[(j, None if v != v else v.item()) for j, v in enumerate(row) if v] for row in dense]
        assert wanted.digest == sparse_table(rows, columns, type_, kept)
        assert wanted.rows_digest == unordered_sparse(rows, columns, type_, kept)
    assert wanted.columns[0].type == f"sparse<{type_}, {columns}>"
    for format_ in ("csc", "coo", "lil", "dok", "bsr", "dia"):
        if rows:
            assert fingerprint(sp.csr_array(dense).asformat(format_)) == wanted


def test_how_a_sparse_matrix_is_stored_makes_no_difference():
    plain = sp.csr_array(np.array([[0.0, 3.0], [1.0, 0.0]]))
    twice = sp.coo_array(([1.0, 2.0, 1.0, 0.0], ([0, 0, 1, 1], [1, 1, 0, 1])), shape=(2, 2))
    unsorted = sp.csr_array((np.array([2.0, 1.0]), np.array([1, 0]), np.array([0, 2, 2])), shape=(2, 2))
    assert fingerprint(twice) == fingerprint(plain)
    assert twice.nnz == 4
    assert fingerprint(unsorted) == fingerprint(sp.csr_array(np.array([[1.0, 2.0], [0.0, 0.0]])))
    assert unsorted.indices.tolist() == [1, 0]
    assert fingerprint(sp.csr_array(([-0.0], ([0], [0])), shape=(1, 1))) != fingerprint(sp.csr_array((1, 1)))
    assert fingerprint(sp.csr_array((1, 2))) != fingerprint(sp.csr_array((1, 3)))
    assert fingerprint(plain) != fingerprint(plain.toarray())
    huge = sp.csr_array((np.ones(3), ([0, 5, 9], [0, 10**9, 7])), shape=(10, 2 * 10**9))
    assert fingerprint(huge).rows == 10
    with pytest.raises(InputError, match="one dimension"):
        fingerprint(sp.coo_array(np.arange(3)))


# Cells and row hashes


def test_cells_find_the_rows_and_columns_of_one_data_set_in_another():
    parent = pd.DataFrame({"a": [1, 2, 3, 4], "b": ["w", "x", None, "z"]}, index=pd.Index(list("pqrs"), name="key"))
    cells = column_cells(parent)
    assert list(cells) == ["a", "b"]
    assert cells["a"].tolist() == [1, 2, 3, 4]
    child = column_cells(pl.DataFrame({"b": ["z", "w"], "a": [4, 1]}))
    rows = fold_cells([cells["a"], cells["b"]], 4)
    found = fold_cells([child["a"], child["b"]], 2)
    assert np.isin(found, rows).all()
    assert found.tolist() == [rows[3], rows[0]]
    assert len(set(rows.tolist())) == 4
    assert fold_cells([], 2).tolist() == [0, 0]


def test_decimals_agree():
    values = [Decimal("1.50"), None, Decimal("-2.00")]
    wanted = fingerprint(pa.table({"x": pa.array(values, pa.decimal128(3, 2))}))
    assert fingerprint(pd.DataFrame({"x": pd.Series(values, dtype=object)})) == wanted
    assert fingerprint(pl.DataFrame({"x": values}, schema={"x": pl.Decimal(3, 2)})) == wanted
