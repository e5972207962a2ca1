"""What makes no difference to a fingerprint, and what does."""

import datetime as dt
import decimal
import zoneinfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jupyter_gov.errors import InputError
from jupyter_gov.fingerprints import fingerprint


def digest(data):
    return fingerprint(data).digest


# What makes no difference


STRINGS = ["a", None, "", "longer than the rest", "ø𝄞"]


@pytest.mark.parametrize(
    "same",
    [
        pd.Series(STRINGS, dtype=object),
        pd.Series(["a", np.nan, "", "longer than the rest", "ø𝄞"], dtype=object),
        pd.Series(["a", pd.NA, "", np.str_("longer than the rest"), "ø𝄞"], dtype=object),
        pd.Series(STRINGS, dtype="str"),
        pd.Series(STRINGS, dtype=pd.StringDtype("python")),
        pd.Series(STRINGS, dtype=pd.StringDtype("pyarrow")),
        pd.Series(STRINGS, dtype=pd.ArrowDtype(pa.string())),
        pd.Series(STRINGS, dtype=pd.ArrowDtype(pa.large_string())),
        pd.Series(STRINGS, dtype=pd.ArrowDtype(pa.string_view() if pd.__version__ >= "3" else pa.string())),
        pd.Series(["x", *STRINGS, "y"], dtype="str")[1:-1],
        pd.Series(["x", *STRINGS, "y"], dtype=pd.ArrowDtype(pa.string()))[1:-1],
        pd.concat([pd.Series(STRINGS[:2], dtype="str"), pd.Series(STRINGS[2:], dtype="str")]),
        np.array(STRINGS, dtype=object),
        np.array(STRINGS, dtype=object).reshape(-1, 1),
    ],
)
def test_all_string_storages_are_one_type(same):
    assert digest(same) == digest(pd.Series(STRINGS, dtype="str"))
    assert fingerprint(same).columns[0].type == "string"


def test_numpy_strings_are_strings():
    assert digest(np.array(["a", "bc"])) == digest(pd.Series(["a", "bc"]))
    assert digest(np.array(["a", "bc"]).astype(">U2")) == digest(pd.Series(["a", "bc"]))
    assert digest(np.array([b"a", b"bc"])) == digest(pd.Series([b"a", b"bc"]))


def test_what_lies_under_an_arrow_null_makes_no_difference():
    data = pa.py_buffer(b"aXXb")
    ends = pa.py_buffer(np.array([0, 1, 3, 4], "i4"))
    under = pa.Array.from_buffers(pa.string(), 3, [pa.py_buffer(bytes([0b101])), ends, data])
    assert digest(pd.Series(pd.arrays.ArrowExtensionArray(under))) == digest(pd.Series(["a", None, "b"]))
    numbers = pa.Array.from_buffers(pa.int64(), 2, [pa.py_buffer(bytes([0b01])), pa.py_buffer(np.array([1, 99]))])
    assert digest(pd.Series(pd.arrays.ArrowExtensionArray(numbers))) == digest(pd.Series([1, None], dtype="Int64"))


def test_masked_values_are_missing_whatever_lies_under_them():
    ours = np.ma.MaskedArray([1.0, 5.0, np.nan], mask=[False, True, False])
    assert digest(ours) == digest(np.array([1.0, np.nan, np.nan]))
    table = np.ma.MaskedArray([[1, 2], [3, 4]], mask=[[False, True], [False, False]])
    assert digest(table) == digest(pd.DataFrame({"0": [1, 3], "1": pd.array([None, 4], "Int64")}))


@pytest.mark.parametrize(
    "same",
    [
        pd.Series([1.0, np.nan]),
        pd.Series([1.0, None], dtype="Float64"),
        pd.Series([1.0, None], dtype="float64[pyarrow]"),
        pd.Series(pd.arrays.ArrowExtensionArray(pa.array([1.0, np.nan]))),
        pd.Series([1.0, pd.NA], dtype=object),
        pd.Series(pd.arrays.SparseArray([1.0, np.nan])),
        pd.Index([1.0, np.nan]),
        np.array([1.0, -np.nan]),
        np.frombuffer(np.array([0x3FF0000000000000, 0x7FF8000000000123], "u8"), "f8"),
        np.frombuffer(np.array([0x3FF0000000000000, 0x7FF0000000000001], "u8"), "f8"),
    ],
)
def test_a_missing_float_is_one_thing(same):
    assert digest(same) == digest(np.array([1.0, np.nan]))
    assert fingerprint(same).columns[0].missing == 1


def test_views_layouts_and_byte_orders_make_no_difference():
    matrix = np.arange(24.0).reshape(6, 4)
    wanted = digest(matrix[::2, ::3])
    for same in (matrix[::2, ::3].copy(), np.asfortranarray(matrix[::2, ::3]), matrix[::2, ::3].astype(">f8")):
        assert digest(same) == wanted
    assert digest(matrix[::-1, ::-1]) == digest(matrix[::-1, ::-1].copy())
    assert digest(np.broadcast_to(np.array([1.0, 2.0]), (3, 2))) == digest(np.array([[1.0, 2.0]] * 3))
    cube = np.arange(24.0).reshape(2, 3, 4)
    assert digest(cube.transpose(2, 0, 1)) == digest(cube.transpose(2, 0, 1).copy())


def test_a_matrix_a_frame_and_its_blocks_are_one():
    matrix = np.random.default_rng(0).normal(size=(50, 3))
    wanted = digest(matrix)
    assert digest(pd.DataFrame(matrix)) == wanted
    assert digest(pd.DataFrame(matrix, columns=["0", "1", "2"])) == wanted
    assert digest(pd.DataFrame({str(i): matrix[:, i] for i in range(3)})) == wanted
    assert digest(pd.DataFrame(matrix)[[0, 2]]) == digest(pd.DataFrame({"0": matrix[:, 0], "2": matrix[:, 2]}))
    assert digest(matrix[:, 0]) == digest(matrix[:, :1]) == digest(pd.Series(matrix[:, 0]))


def test_an_index_that_counts_rows_is_ignored_and_any_other_is_data():
    frame = pd.DataFrame({"x": [1, 2]})
    assert digest(frame.set_axis([7, 3])) == digest(frame)
    assert digest(frame.set_axis(pd.RangeIndex(5, 9, 2))) == digest(frame)
    others = [
        frame.set_axis(["a", "b"]),
        frame.set_axis(["a", "c"]),
        frame.set_axis([0.5, 1.5]),
        frame.set_axis(pd.Index([7, 3], name="id")),
        frame.set_axis(pd.Index([7, 3], name="key")),
        frame.set_axis(pd.MultiIndex.from_tuples([(1, 2), (3, 4)])),
        frame.set_axis(pd.date_range("2026", periods=2)),
        frame.set_axis(pd.Index([7, 3], name="id")).reset_index(),
    ]
    assert len({digest(frame), *map(digest, others)}) == len(others) + 1
    named = fingerprint(others[3])
    assert [(c.name, c.index) for c in named.columns] == [("index:id", True), ("x", False)]
    assert [c.name for c in fingerprint(others[5]).columns] == ["index:0", "index:1", "x"]


def test_an_index_as_data_is_a_column():
    assert digest(pd.Index(["a", "b"], name="x")) == digest(pd.Series(["a", "b"], name="x"))
    assert digest(pd.RangeIndex(3)) == digest(np.arange(3))
    both = pd.MultiIndex.from_arrays([[1, 2], ["a", "b"]])
    assert digest(both) == digest(pd.DataFrame({"0": [1, 2], "1": ["a", "b"]}))


def test_categories_are_their_values_and_whether_they_are_ordered():
    values = ["b", "a", None, "b"]
    plain = pd.Series(pd.Categorical(values, ["a", "b"]))
    assert digest(plain) == digest(pd.Series(pd.Categorical(values, ["b", "unused", "a"])))
    assert digest(plain) == digest(pd.Series(pa.array(values).dictionary_encode().to_pandas()))
    assert digest(plain) == digest(pd.Series(values, dtype=pd.ArrowDtype(pa.dictionary(pa.int8(), pa.string()))))
    rising = pd.Series(pd.Categorical(values, ["a", "b"], ordered=True))
    falling = pd.Series(pd.Categorical(values, ["b", "a"], ordered=True))
    assert len({digest(plain), digest(rising), digest(falling), digest(plain.astype("str"))}) == 4
    assert digest(rising) == digest(rising.cat.add_categories("z"))
    assert fingerprint(rising[::-1]).rows_digest == fingerprint(rising).rows_digest
    assert fingerprint(rising).rows_digest != fingerprint(falling).rows_digest
    assert fingerprint(plain).rows_digest == fingerprint(plain.cat.reorder_categories(["b", "a"])).rows_digest


def test_codes_of_many_categories_are_found_in_any_block():
    codes = np.random.default_rng(0).integers(-1, 90_000, 200_000)
    names = [f"c{i}" for i in range(90_000)]
    shuffled = np.random.default_rng(1).permutation(90_000)
    one = pd.Series(pd.Categorical.from_codes(codes, names))
    other = one.cat.reorder_categories([names[i] for i in shuffled])
    assert digest(one) == digest(other)
    few = pd.Categorical.from_codes(np.repeat([-1, 1, 0], 70_000), ["a", "b"])
    wanted = pd.Series(np.repeat(np.array([None, "b", "a"]), 70_000)).astype("category")
    assert digest(pd.Series(few)) == digest(wanted)


def test_a_category_without_values_still_has_its_type():
    nothing = [None, None]
    for categories in (pd.Index(["a"], dtype=object), pd.Index(["a"], dtype="str")):
        found = fingerprint(pd.Series(pd.Categorical(nothing, categories)))
        assert found.columns[0].type == "category<string>"
        assert found.digest == digest(pd.Series(nothing, dtype=pd.ArrowDtype(pa.dictionary(pa.int8(), pa.string()))))


def test_an_arrow_dictionary_may_name_a_value_twice_or_name_null():
    twice = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 3]), pa.array(["a", "b", "a", None]))
    once = pd.Series(pd.Categorical(["a", "b", "a", None]))
    assert digest(pd.Series(pd.arrays.ArrowExtensionArray(twice))) == digest(once)
    numbers = pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array([1.0, np.nan]))
    assert digest(pd.Series(pd.arrays.ArrowExtensionArray(numbers))) == digest(pd.Series(pd.Categorical([1.0, None])))


# What makes a difference


DIFFERENT = {
    "int64": np.array([0, 1]),
    "int32": np.array([0, 1], "int32"),
    "uint64": np.array([0, 1], "uint64"),
    "float64": np.array([0.0, 1.0]),
    "float32": np.array([0.0, 1.0], "float32"),
    "float16": np.array([0.0, 1.0], "float16"),
    "complex128": np.array([0, 1j]),
    "bool": np.array([False, True]),
    "minus zero": np.array([-0.0, 1.0]),
    "timestamp[s]": np.array([0, 1], "M8[s]"),
    "timestamp[ns]": np.array([0, 1], "M8[ns]"),
    "timestamp[ns, tz=UTC]": pd.Series(np.array([0, 1], "M8[ns]")).dt.tz_localize("UTC"),
    "timestamp[ns, tz=Etc/UTC]": pd.Series(np.array([0, 1], "M8[ns]")).dt.tz_localize("Etc/UTC"),
    "duration[ns]": np.array([0, 1], "m8[ns]"),
    "date32": np.array([0, 1], "M8[D]"),
    "string": np.array(["0", "1"]),
    "binary": np.array([b"0", b"1"]),
    "category<int64>": pd.Series([0, 1], dtype="category"),
    "category<int64, ordered>": pd.Series(pd.Categorical([0, 1], ordered=True)),
    "two columns": np.array([[0, 1]]),
    "array<int64, 1, 1>": np.array([0, 1]).reshape(2, 1, 1),
    "array<int64, 1>": pd.Series(pd.array([[0], [1]], dtype=pd.ArrowDtype(pa.list_(pa.int64(), 1)))),
    "list<int64>": pd.Series(pd.array([[0], [1]], dtype=pd.ArrowDtype(pa.list_(pa.int64())))),
    "time64[us]": pd.Series([dt.time(0), dt.time(0, 0, 0, 1)]),
    "decimal128(1, 0)": pd.Series([decimal.Decimal(0), decimal.Decimal(1)]),
    "decimal128(2, 1)": pd.Series([decimal.Decimal("0.0"), decimal.Decimal("1.0")]),
    "name": pd.Series([0, 1], name="x"),
    "rows": np.array([0, 1, 0]),
}


def test_type_shape_and_names_count():
    found = {name: fingerprint(data) for name, data in DIFFERENT.items()}
    assert len({f.digest for f in found.values()}) == len(DIFFERENT)
    assert len({f.rows_digest for f in found.values()}) == len(DIFFERENT)
    for name, fingerprinted in found.items():
        if name not in ("minus zero", "two columns", "name", "rows"):
            assert fingerprinted.columns[0].type == name


def test_dates_and_other_moments_as_objects_have_arrow_types():
    zone = zoneinfo.ZoneInfo("Europe/Oslo")
    moments = [dt.datetime(2026, 3, 1, 12), None, dt.datetime(1900, 1, 1, 0, 0, 0, 5)]
    assert digest(pd.Series(moments, dtype=object)) == digest(pd.Series(moments, dtype="M8[us]"))
    aware = [dt.datetime(2026, 7, 1, 12, tzinfo=zone), pd.NaT]
    assert digest(pd.Series(aware, dtype=object)) == digest(pd.Series(aware, dtype="datetime64[us, Europe/Oslo]"))
    stamps = pd.Series(aware, dtype="datetime64[ns, Europe/Oslo]")
    assert digest(stamps.astype(object)) == digest(stamps)
    spans = pd.Series([dt.timedelta(days=-1), None], dtype="m8[us]")
    assert digest(pd.Series([dt.timedelta(days=-1), None], dtype=object)) == digest(spans)
    assert digest(spans.astype(object)) == digest(spans)
    days = [dt.date(2026, 1, 1), None, dt.date(1, 1, 1)]
    assert (
        digest(pd.Series(days))
        == digest(np.array(days, "M8[D]"))
        == digest(pd.Series(days, dtype=pd.ArrowDtype(pa.date32())))
    )
    fixed = pd.Series(["2026-01-01"]).astype("datetime64[us, UTC+01:00]")
    assert fingerprint(fixed).columns[0].type == "timestamp[us, tz=+01:00]"


def test_plain_objects_are_of_the_type_that_their_values_have():
    assert digest(pd.Series([1, 2], dtype=object)) == digest(np.array([1, 2]))
    assert digest(pd.Series([1, None], dtype=object)) == digest(pd.Series([1, None], dtype="Int64"))
    assert digest(pd.Series([True, None], dtype=object)) == digest(pd.Series([True, None], dtype="boolean"))
    assert digest(pd.Series([np.int8(1), np.int8(2)], dtype=object)) == digest(np.array([1, 2], "int8"))
    assert digest(pd.Series([b"a", None], dtype=object)) == digest(
        pd.Series([b"a", None], dtype=pd.ArrowDtype(pa.binary()))
    )
    assert fingerprint(pd.Series([None, np.nan, pd.NaT, pd.NA], dtype=object)).columns[0].type == "null"
    wide = pd.Series([decimal.Decimal(10**40), decimal.Decimal("NaN")])
    assert fingerprint(wide).columns[0].type == "decimal256(41, 0)"
    assert fingerprint(wide).columns[0].missing == 1


def test_strings_longer_than_a_block_with_a_late_missing_value():
    many = [f"row {i}" for i in range(70_000)]
    objects = pd.Series(many, dtype=object)
    objects[69_999] = None
    arrow = objects.astype(pd.StringDtype("pyarrow"))
    assert digest(objects) == digest(arrow)
    assert fingerprint(objects).rows_digest == fingerprint(arrow).rows_digest


def test_names_that_are_not_strings():
    def named(*names):
        return digest(pd.DataFrame([range(len(names))], columns=pd.Index(names, dtype=object)))

    assert named(1) == named("1") == named(np.int8(1))
    assert named(None) == named(np.nan)
    assert named((1, "a")) == named(("1", "a"))
    different = [1, 1.0, "1.0", True, "True", None, "None", ("a", "b"), "('a', 'b')", dt.date(2026, 1, 1), "2026-01-01"]
    assert len({named(name) for name in different}) == len(different)
    levels = pd.DataFrame([range(2)], columns=pd.MultiIndex.from_tuples([("a", 1), ("a", 2)]))
    assert digest(levels) == named(("a", 1), ("a", 2))
    with pytest.raises(InputError, match="object object"):
        named(object())


def test_order_and_number_of_columns_count():
    frame = pd.DataFrame({"a": [1, 2], "b": [1, 2]})
    assert len({digest(f) for f in (frame, frame[["b", "a"]], frame[["a"]], frame.iloc[:, [0, 1, 1]])}) == 4
    assert fingerprint(frame).columns[0].digest == fingerprint(frame).columns[1].digest
    assert digest(pd.DataFrame(index=range(2))) != digest(pd.DataFrame(index=range(3)))


CELLS = {
    "float64": st.floats(),
    "int8": st.integers(-128, 127),
    "bool": st.booleans(),
    "boolean": st.none() | st.booleans(),
    "Int64": st.none() | st.integers(-(2**63), 2**63 - 1),
    "object": st.none() | st.text(st.characters(codec="utf-8"), max_size=3),
    "str": st.none() | st.text(st.characters(codec="utf-8"), max_size=3),
    "M8[ns]": st.none() | st.integers(0, 10**18).map(pd.Timestamp),
    "category": st.sampled_from(["a", "b", "c"]),
}


def same(one, other):
    if one is None or other is None or one != one or other != other:
        return (one is None or one != one) and (other is None or other != other)
    return one == other and (not isinstance(one, float) or np.signbit(one) == np.signbit(other))


@given(st.data(), st.sampled_from(sorted(CELLS)), st.integers(1, 30))
@settings(max_examples=100, deadline=None)
def test_an_edit_of_a_single_value_is_noticed(data, dtype, rows):
    values = data.draw(st.lists(CELLS[dtype], min_size=rows, max_size=rows))
    where = data.draw(st.integers(0, rows - 1))
    new = data.draw(CELLS[dtype])
    assume(not same(values[where], new))
    kind = pd.CategoricalDtype(["a", "b", "c"]) if dtype == "category" else dtype
    frame = pd.DataFrame({"k": range(rows), "x": pd.Series(values, dtype=kind)})
    before = fingerprint(frame)
    unordered = before.rows_digest
    frame.loc[where, "x"] = new
    after = fingerprint(frame)
    assert after.digest != before.digest
    assert after.rows_digest != unordered


@pytest.mark.parametrize("order", ["C", "F"])
def test_an_edit_anywhere_in_a_large_matrix_is_noticed(order):
    matrix = np.zeros((9000, 40), order=order)
    seen = {digest(matrix)}
    places = [(0, 0), (8191, 39), (8192, 0), (8999, 39), (4096, 7), (4097, 31)]
    for count, place in enumerate(places, start=2):
        matrix[place] = 1e-300
        seen.add(digest(matrix))
        assert len(seen) == count


@given(st.data(), st.integers(0, 20))
@settings(max_examples=60, deadline=None)
def test_the_order_of_rows_is_all_that_the_rows_digest_ignores(data, rows):
    frame = pd.DataFrame(
        {
            "n": data.draw(st.lists(st.integers(0, 3), min_size=rows, max_size=rows)),
            "s": pd.Series(
                data.draw(st.lists(st.sampled_from(["a", "b", None]), min_size=rows, max_size=rows)), dtype="str"
            ),
        }
    )
    order = data.draw(st.permutations(range(rows)))
    moved = frame.iloc[list(order)].reset_index(drop=True)
    assert fingerprint(moved).rows_digest == fingerprint(frame).rows_digest
    assert (digest(moved) == digest(frame)) == moved.equals(frame)
    assert fingerprint(frame).rows_digest != fingerprint(frame[["s", "n"]]).rows_digest
    if rows:
        doubled = pd.concat([frame, frame.iloc[:1]])
        assert fingerprint(doubled).rows_digest != fingerprint(frame).rows_digest


def test_values_that_swap_between_rows_or_columns_change_the_rows_digest():
    pairs = [[[1, 2], [3, 4]], [[1, 4], [3, 2]], [[2, 1], [4, 3]], [[1, 2], [1, 2]], [[3, 4], [3, 4]]]
    assert len({fingerprint(np.array(rows)).rows_digest for rows in pairs}) == len(pairs)
