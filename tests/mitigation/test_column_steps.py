"""Columns that are held, made coarser or scaled, groups that are told again, and numbers drawn from rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov.assessment._counting._groups import encode
from jupyter_gov.errors import InputError
from jupyter_gov.mitigation._columns import ColumnsCoarsened, ColumnsHeld, ColumnsScaled
from jupyter_gov.mitigation._draws import draws, hashes
from jupyter_gov.mitigation._groups import groups_of, learn_groups

X = pd.DataFrame(
    {
        "number": [3, 1, 2, 9, 2],
        "float": [0.5, np.nan, 1.5, 2.5, 9.0],
        "text": ["a", "b", None, "b", "c"],
        "kind": pd.Categorical(["x", "y", "x", "x", "z"]),
        "truth": [True, False, True, True, False],
    }
)


def test_held_columns_have_one_value_of_their_own_type() -> None:
    step = ColumnsHeld(tuple(X)).fit(X)
    made = step.transform(X)
    assert made.iloc[0].tolist() == [2, 1.5, "b", "x", True]
    assert (made.nunique() == 1).all()
    assert made.dtypes.equals(X.dtypes)
    assert X["number"].tolist() == [3, 1, 2, 9, 2]
    assert list(step.get_feature_names_out()) == list(X)
    assert ColumnsHeld(("number",)).fit(X).transform(X.drop(columns="number")).columns.tolist() == list(X)
    assert ColumnsHeld(("x1",)).fit_transform(np.arange(6.0).reshape(3, 2)).tolist() == [[0, 3], [2, 3], [4, 3]]


def test_coarser_columns_have_few_values_which_they_had_before() -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"n": rng.integers(0, 100, 200), "t": rng.choice(list("aaaabbbccd"), 200)})
    table["f"] = rng.random(200)
    made = ColumnsCoarsened(("n", "t"), bins=3).fit(table).transform(table)
    assert made["n"].nunique() == 3
    assert made["t"].nunique() == 3
    assert set(made["n"]) <= set(table["n"])
    assert set(made["t"]) == {"a", "b", "c"}
    assert made.dtypes.equals(table.dtypes)
    assert made["f"].equals(table["f"])
    order = table["n"].argsort()
    assert made["n"].iloc[order].is_monotonic_increasing
    few = ColumnsCoarsened(("float", "text", "kind"), bins=2).fit_transform(X)
    assert few["float"].isna().tolist() == X["float"].isna().tolist()
    assert few["text"].isna().tolist() == X["text"].isna().tolist()
    assert few["kind"].dtype == X["kind"].dtype


@pytest.mark.parametrize("name", list(X))
def test_a_row_alone_is_changed_as_among_others(name: str) -> None:
    for step in (ColumnsHeld((name,)).fit(X), ColumnsCoarsened((name,), bins=2).fit(X)):
        expected = step.transform(X)[name]
        for row in range(len(X)):
            alone = pd.DataFrame({c: list(X[c].iloc[[row]]) for c in X}).astype({"kind": "category"})
            if X["float"].iloc[row] == 2.5:
                alone["float"] = [3]  # of the same bin, in a type that does not hold 2.5
            made = step.transform(alone)[name]
            assert made.dtype == X[name].dtype
            assert made.iloc[0] == expected.iloc[row] or (made.isna().iloc[0] and pd.isna(expected.iloc[row]))


def test_what_is_missing_only_later_stays_missing() -> None:
    step = ColumnsCoarsened(("number", "truth"), bins=2).fit(X)
    later = pd.DataFrame({**X.iloc[:2], "number": pd.array([3, None], "Int64"), "truth": [True, None]})
    made = step.transform(later)
    assert made["number"].isna().tolist() == made["truth"].isna().tolist() == [False, True]
    assert made["number"].dtype == "float64"
    assert ColumnsHeld(("x0",)).fit(np.array([[0.5], [1.5], [1.5]])).transform(np.array([[1]])).tolist() == [[1.5]]


def test_scaled_columns_leave_missing_values() -> None:
    made = ColumnsScaled(("float",)).fit_transform(X)["float"]
    assert made.isna().tolist() == X["float"].isna().tolist()
    assert made.mean() == pytest.approx(0)
    assert made.std(ddof=0) == pytest.approx(1)


@pytest.mark.parametrize(
    "column",
    [
        ["a", "b", None, "a"],
        [1, 2, 2, 1],
        [1.0, None, 2.0, 1.0],
        [1.5, 2.0, 1.0, 1.5],
        [True, False, True, True],
        pd.Categorical(["low", "high", "low", None], categories=["low", "high"], ordered=True),
        list(np.linspace(0, 1, 50)),
        [*range(50), None],
    ],
)
def test_groups_are_called_as_assessments_call_them(column: Any) -> None:
    frame = pd.DataFrame({"g": pd.Series(column)})
    rules = learn_groups(frame, ["g"])
    found = encode(frame["g"], "g")
    assert groups_of(frame, rules).tolist() == [found.groups[code] for code in found.codes]
    for row in range(len(frame)):
        assert groups_of(frame.iloc[[row]], rules).tolist() == [found.groups[found.codes[row]]]


def test_an_attribute_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match=r"no sensitive column 'rase'.*'race'"):
        learn_groups(pd.DataFrame({"race": ["a", "b"]}), ["rase"])


def test_draws_are_uniform_and_of_the_row_alone() -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"x": rng.normal(size=20_000), "t": rng.choice(["a", "b"], 20_000)})
    drawn = draws(table, 0)
    counts = np.histogram(drawn, bins=20, range=(0, 1))[0]
    assert ((counts - 1_000) ** 2 / 1_000).sum() < 45  # chi-square of 19 degrees: 0.999 quantile 43.8
    assert abs(np.corrcoef(drawn, table["x"])[0, 1]) < 0.03
    assert abs(np.corrcoef(drawn, draws(table, 1))[0, 1]) < 0.03
    assert (draws(table.iloc[::-1], 0)[::-1] == drawn).all()


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=8))
def test_the_type_of_a_column_does_not_matter(values: list[int]) -> None:
    as_floats = pd.DataFrame({"x": np.array(values, float)})
    assert (hashes(pd.DataFrame({"x": values})) == hashes(as_floats)).all()
    assert (hashes(np.array(values).reshape(-1, 1)) == hashes(as_floats)).all()
    assert (hashes(as_floats.astype("Int64")) == hashes(as_floats)).all()
