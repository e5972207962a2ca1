"""The change detector: it notices an edit of a single value by every route, and nothing else."""

import ctypes
import datetime as dt
import pickle
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_gov.errors import InputError
from jupyter_gov.fingerprints import ContentCache, fingerprint, mark

ROOT = Path(__file__).parents[2]


def poke(address, data):
    ctypes.memmove(address, data, len(data))


# NumPy: every layout, every route

LAYOUTS = {
    "rows": lambda a: a,
    "columns": np.asfortranarray,
    "every other row": lambda a: np.repeat(a, 2, axis=0)[::2],
    "some columns": lambda a: np.hstack([a, a])[:, : a.shape[1]],
    "every other column": lambda a: np.repeat(a, 2, axis=1)[:, ::2],
    "backwards": lambda a: a[::-1].copy()[::-1],
    "one column": lambda a: a[:, 0],
    "cube": lambda a: np.stack([a, a]).transpose(2, 0, 1),
    "read-only view": lambda a: (a.setflags(write=True), a.view())[1],
}


def through_index(a, i, value):
    a[np.unravel_index(i, a.shape)] = value


def through_flat(a, i, value):
    a.flat[i] = value


def through_put(a, i, value):
    np.put(a, i, value)


def through_view(a, i, value):
    a.view()[...].T[np.unravel_index(i, a.shape)[::-1]] = value


def through_memoryview(a, i, value):
    memoryview(a)[tuple(int(k) for k in np.unravel_index(i, a.shape))] = float(value)


def through_address(a, i, value):
    where = np.unravel_index(i, a.shape)
    offset = sum(int(k) * s for k, s in zip(where, a.strides, strict=True))
    poke(a.__array_interface__["data"][0] + offset, np.float64(value).tobytes())


ROUTES = [through_index, through_flat, through_put, through_view, through_memoryview, through_address]


@given(
    st.data(),
    st.sampled_from(sorted(LAYOUTS)),
    st.sampled_from(ROUTES),
    st.tuples(st.integers(1, 40), st.integers(1, 9)),
    st.sampled_from([1.0, -0.0, np.nan, 5e-324]),
)
@settings(max_examples=150, deadline=None)
def test_an_edit_of_one_number_in_any_layout_by_any_route_is_noticed(data, layout, route, shape, value):
    array = LAYOUTS[layout](np.zeros(shape))
    cache = ContentCache()
    before, known = mark(array), cache.fingerprint(array)
    assert mark(array) == before
    assert cache.fingerprint(array) == known == fingerprint(array)
    route(array, data.draw(st.integers(0, array.size - 1)), value)
    assert mark(array) != before
    assert cache.fingerprint(array) == fingerprint(array) != known


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_an_edit_anywhere_in_large_memory_is_noticed(layout):
    array = LAYOUTS[layout](np.zeros((30_000, 20)))
    seen = {mark(array)}
    places = [0, array.size - 1, *np.random.default_rng(0).integers(0, array.size, 20)]
    for count, i in enumerate(dict.fromkeys(map(int, places)), start=2):
        array.flat[i] = i + 1
        seen.add(mark(array))
        assert len(seen) == count


def test_a_read_only_view_of_writable_memory_is_not_trusted():
    memory = bytearray(80)
    for array in (np.frombuffer(memoryview(memory).toreadonly()), pa.array(np.frombuffer(memory))):
        before = mark(array)
        memory[17] ^= 1
        assert mark(array) != before


@pytest.mark.parametrize(
    "values",
    [
        np.zeros(4, "M8[ns]"),
        np.zeros(4, "m8[s]"),
        np.zeros(4, "?"),
        np.zeros(4, "c16"),
        np.zeros(4, ">f4"),
        np.zeros(4, "U3"),
        np.zeros(4, "S3"),
        np.zeros((), "f8"),
        np.zeros((2, 2, 2), "f2"),
    ],
)
def test_every_numpy_type_is_read(values):
    before = mark(values)
    assert before != mark(values.reshape(1, *values.shape))
    values.reshape(-1).view("u1")[-1] ^= 1
    assert mark(values) != before


def test_masks_and_types_count():
    masked = np.ma.MaskedArray([1.0, 2.0], mask=[False, False])
    before = mark(masked)
    masked.mask[1] = True
    assert mark(masked) != before
    assert len({mark(np.zeros(2, t)) for t in ("f8", "i8", "u8", "M8[s]", "M8[ns]", ">i8")}) == 6


# pandas


def frames():
    rows = 50
    base = np.arange(rows * 3.0).reshape(rows, 3)
    return {
        "one block": (pd.DataFrame(base.copy()), 1, -7.5),
        "integers": (pd.DataFrame({"a": range(rows), "b": 1.0, "c": range(rows)}), 2, -7),
        "truths": (pd.DataFrame({"a": [True] * rows, "b": 1.0}), 0, False),
        "Arrow strings": (pd.DataFrame({"a": pd.Series(["x"] * rows, dtype="str"), "b": 1.0}), 0, "y"),
        "object strings": (pd.DataFrame({"b": 1.0, "a": pd.Series(["x"] * rows, dtype=object)}), 1, "y"),
        "nullable": (pd.DataFrame({"a": pd.array([1, None] * (rows // 2), "Int64"), "b": 1.0}), 0, 9),
        "nullable truths": (pd.DataFrame({"a": pd.array([True] * rows, "boolean")}), 0, pd.NA),
        "category": (pd.DataFrame({"a": pd.Categorical(["x"] * rows, ["x", "y"]), "b": 1.0}), 0, "y"),
        "moments": (pd.DataFrame({"a": pd.date_range("2026", periods=rows, unit="us")}), 0, pd.Timestamp("1999")),
        "moments in a zone": (
            pd.DataFrame({"a": pd.date_range("2026", periods=rows, tz="Europe/Oslo", unit="us")}),
            0,
            pd.Timestamp("1999", tz="Europe/Oslo"),
        ),
        "Arrow numbers": (pd.DataFrame({"a": pd.array([1.5] * rows, "float64[pyarrow]")}), 0, 2.5),
        "sparse": (pd.DataFrame({"a": pd.arrays.SparseArray([0.0] * rows), "b": 1.0}), 1, 3.0),
        "an index of strings": (pd.DataFrame({"a": range(rows)}, index=[f"r{i}" for i in range(rows)]), 0, -1),
    }


@pytest.mark.parametrize("name", sorted(frames()))
@pytest.mark.parametrize("accessor", ["iat", "iloc", "loc", "column"])
def test_an_edit_of_one_cell_of_a_frame_is_noticed(name, accessor):
    frame, column, value = frames()[name]
    cache = ContentCache()
    before, known = mark(frame), cache.fingerprint(frame)
    assert cache.fingerprint(frame) == known == fingerprint(frame)
    assert mark(frame) == before
    for row in (0, 17, 49):
        if accessor == "iat":
            frame.iat[row, column] = value
        elif accessor == "iloc":
            frame.iloc[row, column] = value
        elif accessor == "loc":
            frame.loc[frame.index[row], frame.columns[column]] = value
        else:
            frame[frame.columns[column]] = frame.iloc[:, column].copy().set_axis(range(50)).replace({})
            frame.iat[row, column] = value
        after = cache.fingerprint(frame)
        assert mark(frame) != before
        assert after == fingerprint(frame) != known
        before, known = mark(frame), after


def test_memory_under_a_frame_is_read_again():
    memory = np.arange(60.0).reshape(20, 3)
    frame = pd.DataFrame(memory, copy=False)
    series = pd.Series(memory[:, 1], copy=False)
    for data in (frame, series, frame.iloc[5:, 1:]):
        before = mark(data)
        memory[7, 1] += 1
        assert mark(data) != before
    block = frame._mgr.blocks[0].values
    before = mark(frame)
    writable = np.asarray(block).view()
    poke(writable.__array_interface__["data"][0] + 8, b"\7")
    assert mark(frame) != before
    before = mark(frame)
    values = frame.values
    poke(values.__array_interface__["data"][0], b"\1")
    assert mark(frame) != before


def test_labels_count_as_they_do_in_the_fingerprint():
    frame = pd.DataFrame({"a": [1, 2], "b": [3.0, 4.0]})
    different = [
        frame,
        frame.rename(columns={"a": "z"}),
        frame[["b", "a"]],
        frame.set_axis(["x", "y"]),
        frame.set_axis(pd.Index([1, 2], name="id")),
        frame.set_axis(pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])),
        frame.set_axis(pd.MultiIndex.from_tuples([("a", 1), ("b", 3)])),
        frame["a"],
        frame["a"].rename("z"),
        frame.columns,
    ]
    assert len({mark(data) for data in different}) == len(different)
    assert mark(frame) == mark(frame.copy())
    assert mark(frame.set_axis([5, 6])) == mark(frame.set_axis([7, 8]))


# Arrow, polars, sparse, lists


ARROW = {
    "numbers": pa.array([1.0, 2.0, None, 4.0]),
    "strings": pa.array(["one", "two", None, "three"]),
    "large strings": pa.array(["one", "two", None, "three"], pa.large_string()),
    "views": pa.array(["a text too long to be kept in the view", "b", None, "c"], pa.string_view()),
    "truths": pa.array([True, False, None, True]),
    "decimals": pa.array([1, 2, None, 3], pa.int64()).cast(pa.decimal128(20, 1)),
    "categories": pa.array(["x", "y", None, "x"]).dictionary_encode(),
    "lists": pa.array([["a"], ["b", "c"], None, []]),
    "lists of categories": pa.ListArray.from_arrays(
        pa.array([0, 1, 2, 3, 4]), pa.array(["x", "y", "x", "z"]).dictionary_encode()
    ),
    "structs": pa.array([{"a": 1, "b": ["x"]}, None, {"a": 2, "b": []}, {"a": 3, "b": ["y"]}]),
    "arrays": pa.array([[1, 2], [3, 4], None, [5, 6]], pa.list_(pa.int8(), 2)),
}


def safe(array):
    """The buffers in which any bits at all are valid: no offsets, codes or views."""
    type_, buffers = array.type, array.buffers()
    yield buffers[0]
    if pa.types.is_dictionary(type_):
        yield from safe(array.dictionary)
    elif pa.types.is_struct(type_):
        for i in range(type_.num_fields):
            yield from safe(array.field(i))
    elif pa.types.is_nested(type_):
        yield from safe(array.values)
    else:
        yield from buffers[2:] if len(buffers) > 2 else buffers[1:]


@pytest.mark.parametrize("name", sorted(ARROW))
def test_a_bit_that_counts_in_an_arrow_buffer_is_noticed(name):
    for array in (ARROW[name], ARROW[name].slice(1), ARROW[name].slice(0, 3)):
        array = pa.concat_arrays([array])
        before, digest = mark(array), fingerprint(array).digest
        for buffer in filter(None, safe(array)):
            for i in range(min(buffer.size, 64)):
                kept = ctypes.string_at(buffer.address + i, 1)
                poke(buffer.address + i, bytes([kept[0] ^ 1]))
                try:
                    changed = fingerprint(array).digest != digest
                except pa.ArrowInvalid:
                    changed = False  # no valid text any more
                assert not changed or mark(array) != before
                poke(buffer.address + i, kept)
        assert mark(array) == before
        assert fingerprint(array).digest == digest


def test_where_texts_and_lists_end_and_which_code_a_category_has_is_noticed():
    def marks(*arrays):
        return len({mark(pa.array(a) if type(a) is list else a) for a in arrays})

    assert marks(["ab", "c"], ["a", "bc"], ["abc", ""], ["abc", None]) == 4
    assert marks([["a", "b"], ["c"]], [["a"], ["b", "c"]], [["a", "b", "c"], None]) == 3
    one, other = (pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(["x", "y"])) for codes in ([0, 1], [1, 0]))
    ordered = pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["x", "y"]), ordered=True)
    assert marks(one, other, ordered) == 3
    nested = [pa.ListArray.from_arrays(pa.array([0, 1, 2]), array) for array in (one, other, ordered)]
    assert marks(*nested) == 3
    wide = [pa.array(["a text too long for a view", text], pa.string_view()) for text in ("b", "c")]
    assert marks(*wide) == 2
    assert marks(pa.array([1, 2], pa.int32()), pa.array([1, 2], pa.uint32()), pa.array([1, 2], pa.date32())) == 3


def test_numpy_memory_under_arrow_and_polars_is_read_again():
    memory = np.arange(10.0)
    cache = ContentCache()
    for data in (pa.array(memory), pa.table({"x": memory}), pl.Series(memory), pl.DataFrame({"x": memory})):
        known = cache.fingerprint(data)
        held = data if isinstance(data, pa.Array) else None
        memory[4] += 1
        assert cache.fingerprint(data) == fingerprint(data)
        assert held is None or cache.fingerprint(data) != known


def test_polars_frames_by_their_memory():
    frame = pl.DataFrame({"x": [1.0, 2.0], "s": ["a", None], "k": pl.Series(["u", "v"], dtype=pl.Categorical)})
    before = mark(frame)
    assert mark(frame) == before
    array = frame["x"].to_numpy()
    poke(array.__array_interface__["data"][0], b"\1")
    assert mark(frame) != before
    before = mark(frame)
    frame[1, "s"] = "b"
    assert mark(frame) != before
    assert mark(frame.rename({"x": "y"})) != mark(frame)


@pytest.mark.parametrize("format_", ["csr", "csc", "coo", "bsr", "dia", "lil", "dok"])
def test_sparse_matrices_are_read_again(format_):
    matrix = sp.random(6, 5, 0.4, format="csr", rng=0).asformat(format_)
    cache = ContentCache()
    before, known = mark(matrix), cache.fingerprint(matrix)
    assert mark(matrix) == before
    row, column = (int(i[0]) for i in matrix.nonzero())
    if format_ in ("csr", "csc", "lil", "dok"):
        matrix[row, column] = 7.0
    else:
        matrix.data.reshape(-1)[np.flatnonzero(matrix.data.reshape(-1))[0]] = 7.0
    assert mark(matrix) != before
    assert cache.fingerprint(matrix) == fingerprint(matrix) != known


@pytest.mark.parametrize(
    ("values", "new"),
    [
        ([1, 2], 3),
        ([1.0, 2], 1.5),
        ([2**60 + 1, 0.5], 2**60),
        ([2**63, -1], 2**63 + 1),
        ([True, False], False),
        (["a", "b"], "c"),
        (["a", None], "c"),
        ([[1, 2], [3, 4]], [1, 3]),
        ([np.float32(1), np.float32(2)], np.float32(3)),
    ],
)
def test_lists_are_read_again(values, new):
    before = mark(values)
    assert before == mark(list(values)) == mark(tuple(values))
    values[0] = new
    assert before is not None
    assert mark(values) != before


class Hostile:
    def _no(self, *args):
        raise AssertionError("a foreign object was asked something")

    __repr__ = __str__ = __eq__ = __hash__ = __bool__ = __len__ = __iter__ = __array__ = __getattribute__ = _no


def test_what_is_no_data_has_no_mark():
    for data in (None, 3, "text", {"a": 1}, [Hostile()], [[1], [Hostile()]], Hostile(), [{}]):
        assert mark(data) is None
        column = np.empty(1, object)
        column[0] = data
        assert type(data) in (str, int, type(None)) or mark(column) is None


def test_a_relation_is_a_question_and_has_no_mark():
    relation = duckdb.sql("select 1 as x")
    assert mark(relation) is None
    assert ContentCache().fingerprint(relation) == fingerprint(relation)


@pytest.mark.parametrize("name", sorted(ARROW))
def test_nothing_has_a_mark_too(name):
    array = ARROW[name]
    cache = ContentCache()
    table = pa.table({"x": array})
    empty = [array[:0], array[2:2], table[:0], table.schema.empty_table(), pa.chunked_array([], array.type)]
    frames = [] if name in ("views", "arrays") else [pl.from_arrow(table)[:0]]
    for data in empty + frames + [table.to_pandas()[:0], table.to_pandas(types_mapper=pd.ArrowDtype)[:0]]:
        if fingerprint_or_none(data) is not None:
            assert mark(data) is not None
            assert cache.fingerprint(data) == cache.fingerprint(data) == fingerprint(data)


def fingerprint_or_none(data):
    try:
        return fingerprint(data)
    except InputError:
        return None


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (0, 2, 2)])
@pytest.mark.parametrize("dtype", ["f8", "O", "U3", "M8[s]", "?"])
def test_empty_arrays_have_a_mark(shape, dtype):
    array = np.zeros(shape, dtype)
    assert mark(array) == mark(array.copy()) is not None
    assert ContentCache().fingerprint(array) == fingerprint(array)
    if array.ndim < 3:
        frame = pd.DataFrame(array)
        assert mark(frame) is not None
        assert ContentCache().fingerprint(frame) == fingerprint(frame)


# The cache


def test_the_cache_gives_what_fingerprint_gives():
    cache = ContentCache()
    data = np.arange(6.0)
    first = cache.fingerprint(data)
    again = cache.fingerprint(data.copy())
    assert again == first
    assert again.rows_digest == fingerprint(data).rows_digest
    with pytest.raises(InputError, match="cannot be fingerprinted"):
        cache.fingerprint("text")
    with pytest.raises(InputError, match="dict"):
        cache.fingerprint(np.array([{}]))


def test_the_cache_is_bounded_and_holds_no_data():
    cache = ContentCache(size=10)
    for i in range(100):
        cache.fingerprint(np.full((2, 3), float(i)))
    assert len(cache._known) == 2
    assert cache._held == 8
    data = np.zeros(1000)
    cache.fingerprint(data)
    assert sys.getrefcount(data) == 2


def test_data_that_changes_while_it_is_read_is_not_remembered(monkeypatch):
    cache = ContentCache()
    data = np.zeros(4)
    from jupyter_gov.fingerprints import _cache

    def meddle(given):
        given[0] += 1
        return fingerprint(given)

    monkeypatch.setattr(_cache, "fingerprint", meddle)
    cache.fingerprint(data)
    monkeypatch.undo()
    data[0] = 0
    assert cache.fingerprint(data) == fingerprint(np.zeros(4))


def test_threads_may_share_a_cache():
    cache = ContentCache(size=40)
    arrays = [np.full(100, float(i)) for i in range(20)]
    wanted = [fingerprint(a) for a in arrays]
    wrong = []

    def look():
        for _ in range(20):
            wrong.extend(i for i, a in enumerate(arrays) if cache.fingerprint(a) != wanted[i])

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert cache._held == sum(1 + len(columns) for _, _, columns in cache._known.values()) <= 40


def test_marks_are_of_this_process_alone():
    code = "import numpy as np; from jupyter_gov.fingerprints import mark; print(mark(np.zeros(3)).hex())"
    seen = {
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(seen) == 2


# Objects: by value, whoever holds them

DAY = dt.date(2020, 1, 1)
OBJECTS = {
    "texts": ["".join(["a", "b"]), None, "ab", np.nan, ""],
    "bytes": [b"ab", b"", None],
    "numbers": [1, None, 2**62],
    "fractions": [0.0, -0.0, None, 1.5],
    "truths": [True, False, None],
    "days": [DAY, None, dt.date(1, 1, 1)],
    "moments": [dt.datetime(2020, 1, 1, 2, 3, 4, 5), None],
    "moments of a zone": [dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2021, 1, 1, tzinfo=dt.UTC)],
    "decimals": [Decimal("1.0"), None, Decimal("2.50")],
}
OTHERS = {
    "texts": "abc", "bytes": b"abc", "numbers": 7, "fractions": 0.5, "truths": True, "days": dt.date(2020, 1, 2),
    "moments": dt.datetime(2020, 1, 1, 2, 3, 4, 6), "moments of a zone": dt.datetime(2020, 1, 2, tzinfo=dt.UTC),
    "decimals": Decimal("1.00"),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(OBJECTS))
def test_an_object_put_in_place_of_another_is_noticed(kind):
    def column():
        values = np.empty(len(OBJECTS[kind]), object)
        values[:] = pickle.loads(pickle.dumps(OBJECTS[kind]))
        return values

    cache = ContentCache()
    assert mark(column()) == mark(column()) is not None
    for i in range(len(OBJECTS[kind])):
        for other in (OTHERS[kind], None):
            changed = column()
            before = mark(changed)
            cache.fingerprint(changed)
            same = repr(changed[i]) == repr(other)
            changed[i] = other
            assert (mark(changed) == before) == same
            assert cache.fingerprint(changed) == fingerprint(changed)


def test_objects_that_differ_only_by_type_or_zone_have_marks_of_their_own():
    columns = [
        [1], [True], [1.0], ["1"], [b"1"], [Decimal(1)], [Decimal("1.0")], [DAY], [dt.datetime(2020, 1, 1)],
        [dt.datetime(2020, 1, 1, tzinfo=dt.UTC)], [dt.datetime(2020, 1, 1, tzinfo=dt.timezone(dt.timedelta(0), "Z"))],
        [None], ["a", "b"], ["ab"], [1, None], [None, 1],
    ]  # fmt: skip
    assert len({mark(np.array(column, object)) for column in columns}) == len(columns)
