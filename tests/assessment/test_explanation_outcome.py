"""What attributions are made into: interactions, directions, curves, gaps between groups."""

from __future__ import annotations

import itertools
import json
import math
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2, spearmanr, ttest_1samp, ttest_ind
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.svm import SVR

from jupyter_gov.assessment import evaluate, explanation
from jupyter_gov.assessment._explanation._intervals import size_interval
from jupyter_gov.assessment._explanation._ordered import ranks, texts
from jupyter_gov.assessment._explanation._permutation import interaction_indices
from jupyter_gov.assessment._table import ordered


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(300, 4)), columns=list("abcd"))
    return X, X.a * X.b + X.c


def of_kind(values, kind):
    return {v.attribute: v for v in values if v.kind == kind}


def test_sampled_interactions_are_the_definitions_on_average():
    rng = np.random.default_rng(0)
    x, base = rng.integers(0, 3, (3, 4)), rng.integers(0, 3, (4, 4))

    def output(rows, _of=None):
        return rows[:, 0] * rows[:, 1] * rows[:, 2] + rows[:, 1] * rows[:, 3] + 2.0 * rows[:, 0]

    def game(row, known):
        rows = base.copy()
        rows[:, list(known)] = row[list(known)]
        return output(rows).mean()

    def index(row, i, j):
        rest = [k for k in range(4) if k not in (i, j)]
        return sum(
            math.factorial(len(s)) * math.factorial(2 - len(s)) / math.factorial(3)
            * (game(row, (*s, i, j)) - game(row, (*s, i)) - game(row, (*s, j)) + game(row, s))
            for size in range(3)
            for s in itertools.combinations(rest, size)
        )  # fmt: skip

    pairs = [(0, 1), (1, 3), (2, 3)]
    numbers = np.arange(3)
    drawn = np.array(
        [interaction_indices(output, x, base, pairs, seed=s, rows=numbers).mean(axis=0) for s in range(300)]
    )
    exact = np.array([[index(row, i, j) for i, j in pairs] for row in x])
    error = drawn.std(axis=0) / math.sqrt(len(drawn))
    assert (np.abs(drawn.mean(axis=0) - exact) <= 4.5 * error + 1e-12).all()
    assert not drawn[:, :, 2].any()  # the two do nothing together
    one, other = interaction_indices(output, x, base, pairs, seed=0, rows=numbers)
    assert (one != other).any()


def test_interactions_of_trees_are_shaps(data):
    X, y = data
    model = RandomForestRegressor(10, max_depth=5, random_state=0).fit(X, y)
    got = explanation(model, X, task="regression")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import shap

        rows = np.random.default_rng(0).permutation(300)
        theirs = shap.TreeExplainer(model).shap_interaction_values(X.iloc[rows])
    found = of_kind(got.values, "interaction")
    assert len(found) == 6
    for name, value in found.items():
        i, j = (list("abcd").index(part) for part in name.split(" × "))
        assert value.value == pytest.approx(np.sqrt(((2 * theirs[:, i, j]) ** 2).mean()), abs=1e-9)
        assert value.lower <= value.value <= value.upper
        assert value.n == 300
    assert [v.value for v in found.values()] == sorted((v.value for v in found.values()), reverse=True)


def test_limits_of_sizes_allow_for_rows_that_were_not_drawn():
    sizes = np.random.default_rng(0).exponential(size=50)
    sizes[0] = 30.0
    found = size_interval(sizes, 0.9)
    theirs = ttest_1samp(sizes, 0).confidence_interval(0.9)
    assert found.lower == pytest.approx(theirs.low, abs=1e-12)
    seen_once = chi2.ppf(0.95, 4) / 2  # the upper limit of a count of one
    assert found.upper == pytest.approx(sizes.mean() + (seen_once - 1) * 30 / 50, abs=1e-12)
    alike = size_interval(np.random.default_rng(1).exponential(size=5_000), 0.9)
    assert alike.upper / alike.value < 1.05


def test_limits_of_sizes_hold_the_truth():
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(400):
        limits = size_interval(rng.lognormal(size=100), 0.95)
        held += limits.lower <= math.exp(0.5) <= limits.upper
    assert held >= 366  # of 95%, less 3.3 standard errors


def test_interactions_of_any_model_and_none_of_a_sum(data):
    X, y = data
    pairs = of_kind(explanation(SVR().fit(X, y), X, task="regression").values, "interaction")
    assert max(pairs, key=lambda name: pairs[name].value or 0) in ("a × b", "b × a")
    assert not of_kind(explanation(LinearRegression().fit(X, y), X, task="regression").values, "interaction")

    class Sum:
        def predict(self, rows):
            return np.sin(rows.a.to_numpy()) + rows.b.to_numpy() ** 2

    for value in of_kind(explanation(Sum(), X, task="regression", max_rows=40).values, "interaction").values():
        assert value.value < 1e-7


def test_direction_is_scipys_rank_correlation(data):
    X, y = data
    model = RandomForestRegressor(10, random_state=0).fit(X, y)
    got = explanation(model, X, task="regression")
    found = of_kind(got.values, "column")
    assert all(v.measure == "direction" and v.lower <= v.value <= v.upper for v in found.values())
    rows = np.random.default_rng(0).permutation(300)
    from jupyter_gov.assessment._trees import read_trees

    values, _ = read_trees(model).shap_values(X)
    expected = spearmanr(X.c.iloc[rows], values[rows, 2]).statistic
    assert got.parameters["rows"] == 300
    assert found["c"].value == pytest.approx(expected, abs=1e-9)


def test_columns_have_an_order_or_are_text():
    day = pd.Series(pd.to_datetime(["2026-01-02", None, "2026-01-01"]))
    assert ordered(day).tolist()[::2] == [20455.0, 20454.0]
    assert np.isnan(ordered(day)[1])
    np.testing.assert_array_equal(ordered(day.dt.tz_localize("UTC")), ordered(day))
    np.testing.assert_array_equal(ordered(day.to_numpy()), ordered(day))
    grade = pd.Series(pd.Categorical(["low", None, "high"], ["low", "high"], ordered=True))
    np.testing.assert_array_equal(ordered(grade), [0, np.nan, 1])
    assert ordered(grade.cat.as_unordered()) is None
    assert ordered(pd.Series(["a", "b"])) is None
    assert ordered(pd.Series([None, None], dtype=object)) is None
    for numbers in (pd.Series([1, None, 3], dtype="Int64"), pd.Series([1, None, 3], dtype=object), [1.0, np.nan, 3.0]):
        np.testing.assert_array_equal(ordered(pd.Series(numbers)), [1, np.nan, 3])
    np.testing.assert_array_equal(ordered(pd.Series([True, False])), [1, 0])
    assert texts(pd.Series(["a", None], dtype=object)) == ["a", "missing"]
    np.testing.assert_array_equal(ranks(np.array([3.0, np.nan, 1.0, 1.0])), [5 / 6, np.nan, 1 / 3, 1 / 3])


def test_curves_are_short_aggregated_and_json():
    rng = np.random.default_rng(0)
    n = 600
    X = pd.DataFrame(
        {
            "amount": rng.lognormal(size=n),
            "city": rng.choice(["Rome", "Oslo"], n),
            "name": [f"person {i}" for i in range(n)],
            "rooms": rng.integers(1, 4, n),
            "day": pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 300, n), "D"),
            "void": np.nan,
        }
    )

    class Model:
        def predict(self, rows):
            city = (rows.city == "Oslo").to_numpy(float)
            return rows.amount.to_numpy() + 3 * city + rows.name.str.len().to_numpy() + rows.rooms.to_numpy() ** 2

    got = explanation(Model(), X, task="regression")
    assert len([key for key in got.curves if key.startswith("dependence:")]) <= 4
    for key, curve in got.curves.items():
        lengths = {len(part) for part in curve.values()}
        assert len(lengths) == 1
        assert lengths.pop() <= 100
        json.dumps(curve, allow_nan=False)
        if key.startswith("dependence:"):
            assert all(
                low <= y <= high for y, low, high in zip(*(curve[k] for k in ("y", "lower", "upper")), strict=True)
            )
    assert sorted(got.curves["dependence:city"]["labels"]) == ["Oslo", "Rome"]
    assert got.curves["dependence:rooms"]["x"] == [1.0, 2.0, 3.0]
    assert "dependence:name" not in got.curves  # values that few rows have may name somebody
    assert "person" not in json.dumps(got.curves)
    assert set(got.curves["beeswarm:city"]["y"]) == {None}
    swarm = got.curves["beeswarm:amount"]
    assert spearmanr(swarm["x"], swarm["y"]).statistic > 0.99
    days = explanation(_Late(), X[["day", "amount"]], task="regression").curves["dependence:day"]
    assert days["labels"] == sorted(days["labels"])
    assert days["labels"][0].startswith("2026-01")


class _Late:
    def predict(self, rows):
        return (rows.day - pd.Timestamp("2026-01-01")).dt.days.to_numpy(float)


def test_gaps_are_welchs_and_add_up():
    rng = np.random.default_rng(0)
    n = 400
    X = pd.DataFrame(rng.normal(size=(n, 3)), columns=["income", "debt", "noise"])
    people = pd.DataFrame({"sex": rng.choice(["f", "m"], n, p=[0.4, 0.6]), "race": rng.choice(["a", "b", "c"], n)})
    people.loc[0, "race"] = "rare"
    X.loc[people.sex == "f", "income"] -= 1
    y = X.income * 2 - X.debt + rng.normal(size=n)
    model = LinearRegression().fit(X, y)
    (found,) = evaluate(model, X, y, attributes=people, sensitive=["sex", "race"], include="explanation")
    values = found.outcome.values
    parts = (X - X.mean()) * model.coef_
    by = {(v.kind, v.measure, v.label, v.group, v.attribute): v for v in values}
    assert found.outcome.parameters["rows"] == n
    for column in X:
        gap = by["attribution", "attribution_gap", "sex", "f", column]
        test = ttest_ind(parts[column][people.sex == "f"], parts[column][people.sex == "m"], equal_var=False)
        limits = test.confidence_interval(0.95)
        assert (gap.lower, gap.upper) == pytest.approx((limits.low, limits.high), abs=1e-10)
        assert by["p_value", "attribution_gap", "sex", "f", column].value == pytest.approx(test.pvalue, rel=1e-8)
        assert by["q_value", "attribution_gap", "sex", "f", column].value >= test.pvalue * (1 - 1e-9)
        assert gap.reference == "rest"
    total = sum(by["attribution", "attribution_gap", "sex", "f", c].value for c in X)
    assert by["attribution", "output_gap", "sex", "f", None].value == pytest.approx(total, abs=1e-12)
    assert ("attribution", "output_gap", "sex", "m", None) not in by  # it is the other side of the same gap
    assert {key[3] for key in by if key[2] == "race"} == {"a", "b", "c"}  # the rare group is not judged
    assert not [v for v in values if v.kind in ("difference", "group")]
