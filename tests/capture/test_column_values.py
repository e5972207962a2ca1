"""Columns as leakage checks see them: the same from every library."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse

from jupyter_gov.capture.leakage._columns import column_values

NUMBERS = [1.5, None, -2.0]
TIMES = [datetime.datetime(2020, 1, 2, 3), None, datetime.datetime(1999, 12, 31)]
TEXTS = ["a", None, "B"]
FRAMES = [
    pd.DataFrame({"n": NUMBERS, "t": pd.to_datetime(TIMES), "s": TEXTS}),
    pd.DataFrame({"n": pd.array([1.5, None, -2.0], "Float64"), "t": pd.to_datetime(TIMES, utc=True), "s": TEXTS}),
    pd.DataFrame({"n": NUMBERS, "t": pd.to_datetime(TIMES), "s": TEXTS}).astype(dict.fromkeys("nts", "category")),
    pl.DataFrame({"n": NUMBERS, "t": TIMES, "s": TEXTS}),
    pa.table({"n": NUMBERS, "t": TIMES, "s": TEXTS}),
]


@pytest.mark.parametrize("frame", FRAMES)
def test_each_kind_is_the_same_from_every_library(frame):
    numbers, times, texts = (column_values(frame, place) for place in range(3))
    assert np.array_equal(numbers, [1.5, np.nan, -2.0], equal_nan=True)
    assert numbers.dtype == np.float64
    assert times.astype("datetime64[h]").astype(str).tolist() == ["2020-01-02T03", "NaT", "1999-12-31T00"]
    assert texts.tolist() == TEXTS


def test_truth_values_are_numbers_and_whatever_else_is_objects():
    assert column_values(pd.DataFrame({"b": [True, False]}), 0).tolist() == [1.0, 0.0]
    assert column_values(np.array([["x", "y"], ["z", "w"]]), 1).tolist() == ["y", "w"]
    assert column_values([3, 1], 0).tolist() == [3.0, 1.0]
    mixed = pd.DataFrame({"o": pd.Series([1, "x", np.nan], dtype=object)})
    assert column_values(mixed, 0).tolist() == [1, "x", None]
    assert column_values(scipy.sparse.eye(3, format="csr"), 0) is None
