"""Features that are means of the target over neighbouring rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prepared_cases import fit, parts

from jupyter_gov.provenance.leakage import CHECKS, Case
from jupyter_gov.provenance.leakage._rolling import rolling_means

Y = pd.Series(np.random.default_rng(0).normal(size=400).cumsum())


def case_of(x: pd.Series, *, y: pd.Series = Y, test: np.ndarray | range = range(300, 400)) -> Case:
    model = fit("sklearn.linear_model._base.LinearRegression")
    return parts({"x": x.to_numpy()}, test, y=y.to_numpy(), fit=model)


def seen(case: Case) -> list[tuple[int, int]]:
    return [(r.width, r.ahead) for r in rolling_means(case)]


@given(width=st.integers(2, 60), back=st.integers(1, 59), sums=st.booleans(), data=st.data())
def test_a_window_is_found_when_it_holds_the_rows_own_value_and_not_otherwise(width, back, sums, data) -> None:
    ahead = data.draw(st.integers(-back, width - 1))
    rolling = Y.rolling(width)
    x = (rolling.sum() if sums else rolling.mean()).shift(-ahead)
    assert seen(case_of(x)) == ([(width, ahead)] if ahead >= 0 else [])


def test_it_is_found_in_rows_that_were_divided_at_random() -> None:
    test = np.random.default_rng(1).choice(400, 100, replace=False)
    assert seen(case_of(Y.rolling(5).mean(), test=test)) == [(5, 0)]


@pytest.mark.parametrize(
    "x",
    [Y.shift(1), Y, Y.shift(-1), Y.diff(), pd.Series(np.arange(400.0)), pd.Series(np.ones(400)), Y.ewm(3).mean()],
    ids=["lag", "copy", "next", "difference", "count", "constant", "exponential"],
)
def test_other_columns_are_no_windows(x: pd.Series) -> None:
    assert seen(case_of(x)) == []


def test_a_periodic_target_is_told_by_its_past() -> None:
    y = pd.Series(np.tile(np.random.default_rng(0).normal(size=7), 60)[:400])
    assert seen(case_of(y.shift(1).rolling(3).mean(), y=y)) == []


def test_the_words() -> None:
    (finding,) = CHECKS["target_in_features"](case_of(Y.rolling(7, center=True).mean() + 5))
    assert finding.severity == "error"
    assert finding.columns == ("x",)
    assert "over 7 rows, 3 of them after it" in finding.message
