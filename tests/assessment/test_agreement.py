"""Agreement of rankings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.svm import SVR

from jupyter_gov.assessment import evaluate
from jupyter_gov.assessment._explanation._rankings import agree, kendall, overlap, ranking, repeatable


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=8))
def test_kendall_is_scipys(pairs):
    a, b = (np.array(side, float) for side in zip(*pairs, strict=True))
    found = kendall(a[None], b[None])[0]
    if np.ptp(a) and np.ptp(b):
        assert found == pytest.approx(kendalltau(a, b).statistic, abs=1e-12)
    else:
        assert found == float(not np.ptp(a) and not np.ptp(b))


def test_overlap_and_intervals():
    assert overlap(np.array([[3.0, 2, 1, 0]]), np.array([[3.0, 0, 1, 2]]), 2).tolist() == [0.5]
    rng = np.random.default_rng(0)
    rows = rng.standard_exponential((400, 6)) * np.arange(1, 7)
    one = ranking(rows.mean(axis=0), (rows - rows.mean(axis=0)).T, rng)
    np.testing.assert_allclose(
        one.draws.std(axis=0), rows.std(axis=0, ddof=1) / 20, rtol=0.2
    )  # the spread of the draws is the standard error of the means
    same = agree(one, one, 3, 0.95)
    assert same.spearman.value == same.kendall.value == same.top.value == 1.0
    assert all(np.isnan(i.lower) or i.lower <= i.value <= i.upper for i in (*same, repeatable(one, 0.95)))
    turned = ranking(-one.value, np.zeros((6, 400)), rng)
    assert agree(one, turned, 3, 0.95).spearman.value == -1


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(240, 5)), columns=list("abcde"))
    return X, X.to_numpy() @ [4.0, 2, 1, 0.5, 0.0] + rng.normal(size=240)


def test_of_a_linear_model_all_methods_agree(data):
    X, y = data
    (found,) = evaluate(LinearRegression().fit(X, y), X, y, train=(X, y), include="agreement")
    assert (found.status, found.reason) == ("done", "")
    outcome = found.outcome
    assert outcome.parameters["methods"] == ["SHAP", "permutation importance", "partial dependence", "coefficients"]
    assert set(map(tuple, outcome.parameters["rankings"].values())) == {tuple("abcde")}
    between = [v for v in outcome.values if v.reference in outcome.parameters["methods"]]
    assert all(v.value == 1.0 for v in between if v.group in outcome.parameters["methods"])
    assert all(v.lower <= v.value <= v.upper for v in outcome.values if v.lower is not None)
    by = {(v.measure, v.group): v for v in outcome.values if v.reference == "SHAP"}
    assert by["rank_correlation", "other training rows"].n == 5
    assert by["rank_correlation", "other rows"].value > 0.9
    (again,) = evaluate(LinearRegression().fit(X, y), X, y, train=(X, y), include="agreement")
    assert again.outcome == outcome


def test_seeds_are_compared_where_permutations_explain(data):
    X, y = data
    (found,) = evaluate(SVR().fit(X, y), X, y, include="agreement")
    groups = {v.group for v in found.outcome.values}
    assert groups == {"permutation importance", "partial dependence", "other rows", "other seeds"}


def test_a_model_that_cannot_be_fitted_again_keeps_the_rest(data):
    X, y = data

    class Odd(RandomForestRegressor):
        tries = 0

        def fit(self, X, y):
            Odd.tries += 1
            if Odd.tries > 1:
                raise RuntimeError("no")
            return super().fit(X, y)

    (found,) = evaluate(Odd(3, random_state=0).fit(X, y), X, y, train=(X, y), include="agreement")
    assert found.status == "done"
    assert any("could not be trained again: RuntimeError" in note for note in found.outcome.notes)


def test_refits_of_a_model_without_a_random_state_are_the_same_each_time(data):
    X, y = data
    model = RandomForestRegressor(5).fit(X, y)
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    found, again = (next(iter(evaluate(model, X, y, train=(X, y), include="agreement"))).outcome for _ in range(2))
    assert found == again
    assert any(v.group == "other training rows" for v in found.values)
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002


def test_what_is_left_out(data):
    X, y = data
    model = LinearRegression().fit(X[["a", "b"]], y)
    (found,) = evaluate(model, X[["a", "b"]], y, include="agreement")
    assert found.status == "skipped"
    assert "fewer than three columns" in found.reason
