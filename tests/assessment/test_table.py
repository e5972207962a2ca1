"""Tables as assessments read and change them."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov.assessment import evaluate
from jupyter_gov.assessment._table import (
    column_at,
    crossed,
    days_in_words,
    names_of,
    order_of,
    round_date,
    round_number,
    rounded,
    with_columns,
)

DAY = datetime.date(2020, 1, 1)
DAYS = 18_262.0
MOMENTS = pd.Series(pd.to_datetime(["2020-01-01 12:00", None]))
HOURS = pd.Series(pd.to_timedelta(["6h", None]))
NUMBER = decimal.Decimal("1.5")


@pytest.mark.parametrize(
    ("column", "first", "kind"),
    [
        (pd.Series([1.5, None]), 1.5, "number"),
        (pd.Series([1, None], dtype="Int64"), 1, "number"),
        (pd.Series([1, None], dtype="int64[pyarrow]"), 1, "number"),
        (pd.array([1, None], dtype="int64[pyarrow]"), 1, "number"),
        (np.array([1.0, np.nan]), 1, "number"),
        (np.array([1, None], dtype=object), 1, "number"),
        (pd.Series([2.5, pd.NA], dtype=object), 2.5, "number"),
        (pd.Series([NUMBER, None]), 1.5, "number"),
        (pd.Series([NUMBER, None], dtype=pd.ArrowDtype(pa.decimal128(5, 2))), 1.5, "number"),
        (MOMENTS, DAYS + 0.5, "date"),
        (MOMENTS.dt.tz_localize("Etc/GMT-1"), DAYS + 11 / 24, "date"),
        (MOMENTS.astype("timestamp[us][pyarrow]"), DAYS + 0.5, "date"),
        (MOMENTS.astype(object), DAYS + 0.5, "date"),
        (pd.Series([DAY, None], dtype="date32[pyarrow]"), DAYS, "date"),
        (pd.Series([DAY, None], dtype=object), DAYS, "date"),
        (np.array(["2020-01-01", "NaT"], dtype="datetime64[D]"), DAYS, "date"),
        (pd.Series([datetime.date(9000, 1, 1), None], dtype="date32[pyarrow]"), 2_567_655, "date"),
        (HOURS, 0.25, "duration"),
        (HOURS.astype(pd.ArrowDtype(pa.duration("us"))), 0.25, "duration"),
        (HOURS.astype(object), 0.25, "duration"),
        (pd.Series([True, None], dtype="boolean"), 1, "truth"),
        (pd.Series([True, None], dtype="bool[pyarrow]"), 1, "truth"),
        (pd.Series([True, None], dtype=object), 1, "truth"),
        (pd.Series(pd.Categorical(["b", None], ["a", "b"], ordered=True)), 1, "rank"),
    ],
)
def test_what_has_an_order_is_numbers_in_it(column: Any, first: float, kind: str) -> None:
    found = order_of(column)
    assert found is not None
    assert found.kind == kind
    np.testing.assert_array_equal(found.keys, [first, np.nan])
    assert found.measured == (kind in ("number", "date", "duration"))
    assert found.words == {"truth": ("False", "True"), "rank": ("a", "b")}.get(kind, ())


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["a", None]),
        pd.Series(["a", None], dtype="string[pyarrow]"),
        pd.Series(["1", "2"], dtype=object),
        pd.Series([1, "a"], dtype=object),
        pd.Series([None, None], dtype=object),
        pd.Series([[1], [2]]),
        pd.Series([1j, 2]),
        pd.Series(pd.Categorical([1, 2])),
        pd.Series(pd.period_range("2020", periods=2)),
        pd.Series([datetime.time(1)], dtype=object),
    ],
)
def test_what_has_no_order(column: Any) -> None:
    assert order_of(column) is None


def test_columns_take_other_values_and_keep_their_types() -> None:
    table = pd.DataFrame(
        {
            "text": pd.Series(["a", None, "c"], dtype=object),
            "day": pd.Series([DAY, None, DAY], dtype="date32[pyarrow]"),
            "kind": pd.Categorical(["x", "y", "x"]),
            "whole": [1, 2, 3],
        }
    ).set_axis([7, 7, 9])
    for j, name in enumerate(names_of(table)):
        made = crossed(table, np.array([0, 2]), j, np.array([1, 0, 2]))
        assert dict(made.dtypes) == dict(table.dtypes)
        assert made[name].array.equals(table[name].array.take([1, 1, 0, 0, 2, 2]))
        for other in table.columns.drop(name):
            assert made[other].array.equals(table[other].array.take([0, 2] * 3))
        assert column_at(table, j).equals(table[name])
    moved = with_columns(table, {3: pd.Series([0.5, 1, 2])})
    assert moved["whole"].tolist() == [0.5, 1, 2]  # whatever the index
    assert moved.index.tolist() == [7, 7, 9]
    assert table["whole"].tolist() == [1, 2, 3]
    array = np.arange(6).reshape(3, 2)
    assert crossed(array, np.array([0]), 1, np.array([2, 1])).tolist() == [[0, 5], [0, 3]]
    assert with_columns(array, {0: np.array([0.5, 1, 2])}).tolist() == [[0.5, 1], [1, 3], [2, 5]]
    assert array.dtype == np.int64


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=20))
def test_rounding_keeps_numbers_apart_and_in_order(numbers: list[float]) -> None:
    values = np.unique(numbers)
    made = rounded(values)
    assert (np.diff(made) > 0).all()
    assert made == pytest.approx(values, rel=0.005)


def test_dates_are_as_coarse_as_they_can_be() -> None:
    assert round_date(10.3, 12.7) == (11.0, "1970-01-12")
    assert round_date(10.3, 10.5) == (10 + 8 / 24, "1970-01-11 08:00")
    assert round_date(0.0, 800.0) == (365.0, "1971-01-01")
    assert round_date(3.0, 4.0) == (4.0, "1970-01-05")
    assert days_in_words(np.array([1.5, 2.6])) == ["1970-01-02", "1970-01-03"]
    assert days_in_words(np.array([1.5, 1.75])) == ["1970-01-02 12:00", "1970-01-02 18:00"]
    assert days_in_words(np.array([1.5, 60.0]), "M") == ["1970-01", "1970-03"]


@given(st.floats(-1e5, 1e5), st.floats(1e-4, 1e4))
def test_a_round_date_lies_between(below: float, apart: float) -> None:
    assert below < round_date(below, below + apart)[0] <= below + apart
    assert below <= round_number(below, below + apart) < below + apart


def test_no_cell_of_a_row_is_recorded() -> None:
    rng = np.random.default_rng(0)
    n = 600
    moments = pd.to_datetime("1950-01-01") + pd.to_timedelta(rng.integers(0, 20_000 * 86_400, n), unit="s")
    X = pd.DataFrame({"income": rng.integers(10_000_000, 99_999_999, n), "when": moments})

    class Model:
        def predict(self, table: Any) -> Any:
            return table["income"] / 1e7 + (table["when"] > "1980") * 1.0

    for found in evaluate(Model(), X, X["income"] / 1e7, task="regression", include="effects,surrogate,explanation"):
        assert found.status == "done", found.reason
        told = f"{found.outcome.parameters} {found.outcome.curves} {[v.group for v in found.outcome.values]}"
        assert not [cell for cell in X["income"].astype(str) if cell in told]
        assert not [cell for cell in X["when"].astype(str) if cell in told]
