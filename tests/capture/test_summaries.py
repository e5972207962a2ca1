"""What a column holds in a few numbers: the same as NumPy says, whatever library holds it."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from jupyter_gov.capture.data import _summaries
from jupyter_gov.capture.data._moments import Moments, matrix_moments
from jupyter_gov.capture.data._summaries import describe_columns
from jupyter_gov.fingerprints import fingerprint


def summaries(data):
    """Return the summary of each column by its name."""
    return {c.name: dict(c.summary) for c in describe_columns(data, fingerprint(data).columns)}


FRAME = pd.DataFrame(
    {
        "number": [1.5, np.nan, 2.5, 4.0],
        "whole": pd.array([1, None, 3, 4], dtype="Int64"),
        "text": ["a", "b", None, "a"],
        "truth": [True, False, True, True],
        "when": pd.to_datetime(["2020-01-01", None, "2022-01-01", "2021-01-01"]),
    }
)


@pytest.mark.parametrize("make", [lambda f: f, pl.from_pandas, pa.Table.from_pandas], ids=["pandas", "polars", "arrow"])
def test_the_same_from_every_library(make):
    found = summaries(make(FRAME))
    assert found["number"] == {
        "min": 1.5, "max": 4.0, "mean": pytest.approx(8 / 3), "std": pytest.approx(np.std([1.5, 2.5, 4], ddof=1)),
        "quartiles": [2.0, 2.5, 3.25], "distinct": 3,
    }  # fmt: skip
    assert (found["whole"]["min"], found["whole"]["max"], found["whole"]["distinct"]) == (1, 4, 3)
    assert found["text"] == {"distinct": 2, "top": [["a", 2], ["b", 1]]}
    assert found["truth"] == {"distinct": 2, "top": [[True, 3], [False, 1]]}
    assert found["when"]["min"].startswith("2020-01-01")
    assert found["when"]["max"].startswith("2022-01-01")
    json.dumps(found)


def test_other_shapes():
    assert summaries(np.arange(6.0).reshape(3, 2))["1"]["quartiles"] == [2.0, 3.0, 4.0]
    assert summaries(np.array(["x", "y", "x"]))["0"]["top"] == [["x", 2], ["y", 1]]
    assert summaries(pd.Series(["x", None], dtype="category"))["0"] == {"distinct": 1, "top": [["x", 1]]}
    assert summaries(pd.DataFrame({"x": []}))["x"] == {"distinct": 0}
    assert summaries(np.full((3, 1), np.nan))["0"] == {"distinct": 0}
    assert summaries(pd.DataFrame({"v": [1, 2]}, index=pd.Index(["a", "b"], name="k")))["v"]["max"] == 2
    assert summaries(pd.DataFrame({"v": [1]}, index=pd.Index(["a"], name="k")))["index:k"] == {}
    assert summaries(np.zeros((2, 2, 2))) == {c.name: {} for c in fingerprint(np.zeros((2, 2, 2))).columns}


def test_texts_that_are_no_categories_are_not_listed():
    assert summaries(pd.Series([f"remark {i}" for i in range(200)]))["0"] == {"distinct": 200}
    assert summaries(pd.Series(["word " * 40] * 5))["0"] == {"distinct": 1}


def test_large_data_say_that_they_were_sampled(monkeypatch):
    monkeypatch.setattr(_summaries, "EXACT", 1000)
    monkeypatch.setattr(_summaries, "SAMPLE", 500)
    values = np.random.default_rng(0).normal(size=(5000, 3))
    first, again = summaries(values)["2"], summaries(values)["2"]
    assert first == again
    assert first["sampled"] == 500
    assert (first["min"], first["max"]) == (values[:, 2].min(), values[:, 2].max())
    assert first["mean"] == pytest.approx(values[:, 2].mean())
    assert first["quartiles"] == pytest.approx(list(np.quantile(values[:, 2], [0.25, 0.5, 0.75])), abs=0.2)
    assert summaries(pd.Series(["a"] * 3000))["0"] == {"distinct": 1, "top": [["a", 500]], "sampled": 500}


def test_wide_data_are_not_summarized():
    assert set(map(str, summaries(np.zeros((2, 501))).values())) == {"{}"}


NASTY = {
    "infinite": np.array([1.0, np.inf, -np.inf, 2.0]),
    "infinite and missing": np.array([[np.inf, np.nan], [-np.inf, np.nan], [3.0, np.nan]], np.float32),
    "huge": np.array([1.7e308, -1.7e308, 1.0]),
    "half": np.array([65504, -65504, 1], np.float16),
    "whole": np.array([2**63 - 1, -(2**63), 0]),
    "unsigned": np.array([2**64 - 1, 0], np.uint64),
    "empty": np.empty((0, 3)),
    "one": np.array([np.nan]),
    "no time": np.array(["NaT", "2020"], "M8[s]"),
    "objects": np.array([None, 10**15, -1, 0], object),
    "fractions": np.array([None, np.inf, np.nan, -0.0], object),
    "texts": np.array(["", "\0", "@", "é" * 3000, "+" * 500, "1-" * 500, None], object),
    "truths": np.array([True, None], object),
    "bytes": np.array([b"", b"\xff"], object),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", sorted(NASTY))
def test_nothing_warns(kind):
    data = NASTY[kind]
    with np.errstate(all="warn"):
        for held in (data, pd.DataFrame(data)):
            json.dumps(summaries(held))


def test_quartiles_and_moments_of_infinite_numbers():
    assert summaries(np.array([1.0, 2.0, np.inf]))["0"]["quartiles"] == [1.5, 2.0, np.inf]
    found = summaries(np.array([1.0, np.inf, -np.inf, 2.0]))["0"]
    assert (found["min"], found["max"]) == (-np.inf, np.inf)
    assert "std" not in found


@given(
    hnp.arrays(np.float64, st.tuples(st.integers(2, 300), st.integers(1, 7)), elements=st.floats(-1e6, 1e6, width=32)),
    st.sampled_from([np.float64, np.float32, np.int64, np.int32]),
    st.sampled_from([0, 10**9]),
)
def test_moments_are_numpys(values, dtype, offset):
    matrix = (values + offset).astype(dtype)
    for layout in (matrix, np.asfortranarray(matrix), np.repeat(matrix, 2, axis=0)[::2]):
        for i, found in enumerate(matrix_moments(layout)):
            column = matrix[:, i]
            assert found is not None
            assert (found.min, found.max) == (column.min(), column.max())
            assert found.mean == pytest.approx(column.mean(dtype=np.float64), rel=1e-9, abs=1e-6)
            assert found.std == pytest.approx(column.std(ddof=1, dtype=np.float64), rel=1e-6, abs=1e-6)


def test_moments_of_many_rows_and_of_one():
    values = np.random.default_rng(0).normal(1e6, 1, (300_001, 3))
    found = matrix_moments(values)[1]
    assert found is not None
    assert found.mean == pytest.approx(values[:, 1].mean(), rel=1e-12)
    assert found.std == pytest.approx(values[:, 1].std(ddof=1), rel=1e-6)
    assert Moments.of(np.array([])) is None
    one = Moments.of(np.array([2]))
    assert one is not None
    assert one.to_json() == {"min": 2, "max": 2, "mean": 2.0}
