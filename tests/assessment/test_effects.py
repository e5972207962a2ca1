"""What the output does as one column changes: against scikit-learn, closed forms, and what must not matter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.compose import make_column_transformer
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.inspection import partial_dependence
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from jupyter_gov.assessment import evaluate
from jupyter_gov.assessment._attribution_gaps import attribution_gaps, gap_shares
from jupyter_gov.assessment._effects import _curves, _effects
from jupyter_gov.assessment._effects._grid import POINTS, WORDS, grid
from jupyter_gov.assessment._subject import Subject
from jupyter_gov.assessment._table import SHARED
from jupyter_gov.errors import InputError


def one(model: Any, X: Any, y: Any, name: str = "effects", **options: Any) -> Any:
    [found] = evaluate(model, X, y, include=name, **options)
    assert found.status == "done", found.reason
    return found.outcome


def value(outcome: Any, measure: str, **where: Any) -> Any:
    [found] = [v for v in outcome.values if v.measure == measure and all(getattr(v, k) == w for k, w in where.items())]
    return found


@pytest.fixture(scope="module")
def table() -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(0)
    n = 400
    X = pd.DataFrame(
        {
            "income": np.round(rng.lognormal(size=n), 2),
            "city": rng.choice(["Rome", "Oslo", "Bonn"], n),
            "age": rng.integers(18, 80, n),
            "debt": np.where(rng.random(n) < 0.2, np.nan, rng.random(n)),
            "grade": pd.Categorical(rng.choice(["low", "mid", "high"], n), ["low", "mid", "high"], ordered=True),
            "owner": rng.random(n) < 0.5,
        },
        index=np.arange(n) + 1_000,
    )
    y = (X.income + (X.city == "Oslo") + X.debt.fillna(0) + X.owner + rng.normal(size=n) > 2.5).astype(int)
    return X, y


@pytest.fixture(scope="module")
def model(table: tuple[pd.DataFrame, pd.Series]) -> Any:
    X, y = table
    encoded = make_column_transformer(
        (OneHotEncoder(), ["city", "grade"]), (SimpleImputer(), ["income", "age", "debt", "owner"])
    )
    return make_pipeline(encoded, GradientBoostingClassifier(n_estimators=15)).fit(X, y)


def test_curves_are_scikit_learns(table: Any, model: Any) -> None:
    X, y = table
    found = one(model, X, y)
    assert found.parameters["rows"] == len(X)
    assert set(found.parameters["columns"]) == set(X.columns)
    for name in X.columns:
        drawn = found.curves[f"pdp:{name}"]
        points = drawn["x"] if "x" in drawn else [{"True": True, "False": False}.get(w, w) for w in drawn["labels"]]
        tried = np.array(points, dtype=object if "labels" in drawn else np.float64)
        # Whole numbers are refused there: as floats they are the same to this model.
        theirs = partial_dependence(
            model, X.astype({"age": float}), [name], custom_values={name: tried}, method="brute", kind="both"
        )
        assert drawn["y"] == pytest.approx(theirs["average"][0], abs=1e-10)
        curves = theirs["individual"][0]
        shape = curves - curves.mean(axis=1, keepdims=True)
        share = value(found, "ice_heterogeneity", attribute=name)
        total, apart = (shape**2).sum(), ((shape - shape.mean(axis=0)) ** 2).sum()
        if total < 1e-12:  # nothing but rounding
            assert share.value is None
        else:
            assert share.value == pytest.approx(apart / (len(X) - 1) / (total / len(X)), abs=1e-10)
        ranged = value(found, "partial_dependence_range", attribute=name)
        assert ranged.value == pytest.approx(np.ptp(theirs["average"][0]), abs=1e-10)
        assert ranged.lower is None or ranged.lower <= ranged.value <= ranged.upper
        half = np.array(drawn["upper"]) - np.array(drawn["y"])
        assert half == pytest.approx(stats.sem(curves, axis=0) * stats.t.ppf(0.975, len(X) - 1), abs=1e-10)
        if name in found.parameters["ordered"]:
            rises = (curves[:, -1] - curves[:, 0] > 1e-9).mean()
            assert value(found, "ice_rising", attribute=name).value == pytest.approx(rises)
        lines = np.array(found.curves[f"ice:{name}"]["lines"])
        assert lines.shape == (20, len(drawn["y"]))
        assert lines.mean(axis=1) == pytest.approx(np.mean(drawn["y"]))


def test_numbers_of_a_regression_on_an_array_are_scikit_learns() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(300, 4))
    y = X[:, 0] * X[:, 1] + X[:, 2] + rng.normal(size=300)
    fitted = GradientBoostingRegressor(n_estimators=20).fit(X, y)
    found = one(fitted, X, y)
    assert found.parameters["output"] == "prediction"
    for j in range(4):
        drawn = found.curves[f"pdp:x{j}"]
        assert len(drawn["x"]) == POINTS
        tried = X[grid(X[:, j]).rows, j]
        assert drawn["x"] == pytest.approx(tried, rel=0.005)
        assert not set(drawn["x"]) & set(X[:, j])  # no cell of a row is recorded
        theirs = partial_dependence(fitted, X, [j], custom_values={j: tried}, method="brute")
        assert drawn["y"] == pytest.approx(theirs["average"][0], abs=1e-10)


def test_of_an_additive_model_all_rows_go_the_same_way() -> None:
    rng = np.random.default_rng(2)
    X = pd.DataFrame(rng.normal(size=(200, 2)), columns=["a", "b"])
    fitted = LinearRegression().fit(X, 2 * X["a"] - 3 * X["b"])
    found = one(fitted, X, 2 * X["a"] - 3 * X["b"])
    for name, slope in (("a", 2), ("b", -3)):
        grid_ = X[name].iloc[grid(X[name]).rows]
        ranged = value(found, "partial_dependence_range", attribute=name)
        assert ranged.value == pytest.approx(abs(slope) * np.ptp(grid_))
        assert (ranged.lower, ranged.upper) == (None, None)  # all rows agree: there is nothing to tell the noise by
        assert value(found, "ice_heterogeneity", attribute=name).value == 0.0
        assert value(found, "ice_rising", attribute=name).value == float(slope > 0)
        assert value(found, "ice_falling", attribute=name).value == float(slope < 0)
        assert value(found, "ice_monotone", attribute=name).value == 1.0
    assert found.parameters["columns"] == ["b", "a"]


def test_of_a_product_rows_cancel_out() -> None:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(400, 2))

    class Product:
        def predict(self, table: Any) -> Any:
            return table[:, 0] * table[:, 1]

    found = one(Product(), X, X[:, 0] * X[:, 1], task="regression")
    share = value(found, "ice_heterogeneity", attribute="x0")
    assert share.value > 0.98
    assert value(found, "ice_rising", attribute="x0").value == pytest.approx((X[:, 1] > 0).mean())
    assert value(found, "ice_monotone", attribute="x0").value == 1.0
    ranged = value(found, "partial_dependence_range", attribute="x0")
    assert ranged.lower == 0.0  # what there is may be noise: the truth is 0


def test_a_column_without_effect_has_no_share() -> None:
    rng = np.random.default_rng(4)
    X = pd.DataFrame({"a": rng.normal(size=100), "b": rng.normal(size=100)})

    class OnlyA:
        def predict(self, table: Any) -> Any:
            return np.asarray(table["a"])

    found = one(OnlyA(), X, X["a"], task="regression")
    assert value(found, "partial_dependence_range", attribute="b").value == 0.0
    share = value(found, "ice_heterogeneity", attribute="b")
    assert share.value is None
    assert share.method == "not estimable"


def test_types_reach_the_model_as_they_are() -> None:
    rng = np.random.default_rng(5)
    n = 60
    X = pd.DataFrame(
        {
            "whole": rng.integers(0, 50, n),
            "small": rng.integers(0, 9, n).astype(np.int8),
            "nullable": pd.array([None, *rng.integers(0, 9, n - 1)], dtype="Int64"),
            "text": pd.Series(rng.choice(["a", "b"], n)),
            "object": pd.Series(rng.choice(["a", "b"], n), dtype=object),
            "kind": pd.Categorical(rng.choice(["x", "y"], n)),
            "yes": rng.random(n) < 0.5,
            "day": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, n), unit="D"),
        }
    )
    seen = []

    class Spy:
        def predict(self, table: pd.DataFrame) -> Any:
            seen.append(table)
            days = (table["day"] - pd.Timestamp("2020-01-01")).dt.days
            return days / 100 + table["whole"] + (table["text"] == "a") + table["nullable"].fillna(3).astype(float)

    found = one(Spy(), X, X["whole"], task="regression")
    for table in seen:
        assert list(table.columns) == list(X.columns)
        assert (table.dtypes == X.dtypes).all()
    assert len(found.parameters["columns"]) == _effects.COLUMNS
    days = found.curves["pdp:day"]
    assert len(days["labels"]) == WORDS
    assert set(days["labels"]) <= set(X["day"].dt.strftime("%Y-%m"))
    assert days["labels"] == sorted(days["labels"])
    assert value(found, "ice_rising", attribute="day").value == 1.0


def test_several_classes_are_seen_through_the_one_predicted_most() -> None:
    rng = np.random.default_rng(6)
    X = pd.DataFrame({"a": rng.normal(size=300), "b": rng.normal(size=300)})
    y = np.where(X["a"] > 0.7, "high", np.where(X["a"] < -0.7, "low", "mid"))
    fitted = LogisticRegression().fit(X, y)
    found = one(fitted, X, y)
    most = pd.Series(fitted.predict(X)).mode()[0]
    assert found.parameters["class"] == most
    assert {v.label for v in found.values} == {most}
    drawn = found.curves["pdp:a"]
    tried = X["a"].iloc[grid(X["a"]).rows].to_numpy()
    theirs = partial_dependence(fitted, X, ["a"], custom_values={"a": tried}, method="brute")
    assert drawn["y"] == pytest.approx(theirs["average"][list(fitted.classes_).index(most)], abs=1e-10)


def test_without_attributions_columns_are_chosen_by_their_own_range(
    table: Any, model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Subject) -> Any:
        raise InputError("It would take long.", hint="Wait.")

    monkeypatch.setattr(Subject, "attributions", property(refuse))
    X, y = table
    found = one(model, X, y)
    assert found.parameters["chosen_by"] == "partial_dependence_range"
    assert any("for want of attributions: It would take long." in note for note in found.notes)
    assert len(found.parameters["columns"]) == 6


def test_too_many_predictions_are_refused(table: Any, model: Any) -> None:
    from jupyter_gov.assessment._model import Model, Pace

    X, _ = table
    slow = Model(estimator=model, task="binary", positive=1, pace=Pace(0.0, 60.0))
    subject = Subject(task="binary", true=np.zeros(len(X)), features=X, model=slow)
    with pytest.raises(InputError, match="It would take about"):
        _effects.effects_of(subject)


def test_a_slow_model_is_asked_about_fewer_rows(table: Any) -> None:
    from jupyter_gov.assessment._effects._effects import _afforded
    from jupyter_gov.assessment._model import Model, Pace
    from jupyter_gov.assessment._subject import Subject

    X, _ = table
    slow = Model(estimator=None, task="regression", pace=Pace(0.0, 0.01), time_limit=100)
    subject = Subject(task="regression", true=np.zeros(len(X)), features=X, model=slow)
    assert _afforded(subject, np.arange(500), 120, 6).tolist() == list(range(62))
    assert _afforded(subject, np.arange(500), 20, 6).tolist() == list(range(500))


def test_without_a_model_it_is_left_out(people: Any) -> None:
    from jupyter_gov.assessment import assessments

    subject = Subject(task="binary", true=people.y)
    assert assessments()["effects"].left_out(subject) == "There is no model."


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1_000))
def test_the_order_of_rows_and_names_of_columns_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(80, 2)), columns=["a", "b"])
    y = X["a"] * X["b"] + X["a"]

    class Fixed:
        def predict(self, table: Any) -> Any:
            first, second = np.asarray(table).T
            return first * second + first

    turned = rng.permutation(80)
    before = one(Fixed(), X, y, task="regression")
    after = one(Fixed(), X.iloc[turned].rename(columns={"a": "c", "b": "d"}), y.iloc[turned], task="regression")
    named = {"c": "a", "d": "b"}
    told = {(v.measure, named[v.attribute]): v.value for v in after.values}
    assert {(v.measure, v.attribute): v.value for v in before.values} == pytest.approx(told)


def test_the_same_seed_gives_the_same_numbers(table: Any, model: Any) -> None:
    X, y = table
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    assert one(model, X, y, seed=3) == one(model, X, y, seed=3)
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002


class TestGrid:
    def test_numbers_are_observed_quantiles(self) -> None:
        x = pd.Series(np.random.default_rng(0).integers(0, 10_000, 500))
        found = grid(x)
        assert found.numbers is not None
        expected = np.quantile(x, np.linspace(0.05, 0.95, POINTS), method="inverted_cdf")
        assert x.iloc[found.rows].tolist() == np.unique(expected).tolist()
        assert found.numbers.tolist() == [float(f"{number:.2e}") for number in np.unique(expected)]

    def test_few_numbers_are_all_tried_and_missing_ones_are_not(self) -> None:
        found = grid(pd.Series([3.0, np.nan, 1.0, 3.0, np.inf, 2.0]))
        assert found.numbers is not None
        assert found.numbers.tolist() == [1.0, 2.0, 3.0]

    def test_of_few_numbers_those_that_a_few_rows_have_are_left_out(self) -> None:
        found = grid(pd.Series([0] * 30 + [1] * 20 + [666] * 2))
        assert found.numbers is not None
        assert found.numbers.tolist() == [0, 1]

    def test_rare_text_is_not_told(self) -> None:
        found = grid(pd.Series(["Ada Lovelace", *["a"] * SHARED, *["b"] * SHARED, *[None] * SHARED]))
        assert sorted(found.labels) == ["a", "b", "missing"]
        assert not found.ordered
        assert found.left_out == 1

    def test_order_of_categories_is_kept(self) -> None:
        column = pd.Series(pd.Categorical([*["c", "a", None, "b"] * SHARED, "d"], ["c", "d", "b", "a"], ordered=True))
        found = grid(column)
        assert (found.labels, found.ordered, found.numbers) == (["c", "b", "a"], True, None)

    def test_numbers_and_dates_held_as_objects_have_their_order(self) -> None:
        assert grid(np.array([2.5, 1.5, None], dtype=object)).numbers.tolist() == [1.5, 2.5]  # type: ignore[union-attr]
        dates = pd.Series([pd.Timestamp("2021-03-01"), pd.Timestamp("2020-03-01 12:00")], dtype=object)
        assert grid(dates).labels == ["2020-03", "2021-03"]
        assert grid(pd.concat([dates] * SHARED)).labels == ["2020-03-01", "2021-03-01"]
        assert grid(pd.Series(pd.to_timedelta(["-2 days", "12 hours"]))).labels == ["-2 days", "0.5 days"]

    @pytest.mark.parametrize("column", [[1, 1, 1], [None, None], ["a"] * 9], ids=["one", "missing", "text"])
    def test_constant_columns_have_nothing_to_compare(self, column: list[Any]) -> None:
        assert len(grid(pd.Series(column)).rows) < 2


def test_intervals_hold_the_truth() -> None:
    # ICE lines a_i x with a ~ N(1, 1): the curve is x, its range 1, and half of the lines' variance is not common.
    x, rng = np.linspace(0, 1, 8), np.random.default_rng(7)
    ranges, shares, flat = 0, 0, 0
    for seed in range(200):
        a = rng.normal(1, 1, 60)
        curves = a[:, None] * x + rng.normal(size=(60, 1))
        drawn = _curves.resamples(60, seed=seed)
        low = _curves.dependence_range(curves, 0.95, drawn)
        ranges += low.lower <= 1 <= low.upper
        share = _curves.heterogeneity(curves, 0.95)
        shares += share.lower <= 0.5 <= share.upper
        nothing = _curves.dependence_range(rng.normal(size=(60, 8)), 0.95, drawn)
        flat += nothing.lower == 0
    assert ranges >= 184
    assert shares >= 182
    assert flat >= 184


class TestGaps:
    def test_they_are_welchs(self) -> None:
        rng = np.random.default_rng(8)
        parts, inside = rng.normal(size=(80, 5)) * [1, 2, 3, 0.1, 9], rng.random(80) < 0.3
        found = attribution_gaps(parts, inside, confidence=0.9)
        theirs = stats.ttest_ind(parts[inside], parts[~inside], equal_var=False)
        limits = theirs.confidence_interval(0.9)
        assert found.p == pytest.approx(theirs.pvalue, abs=1e-12)
        assert found.lower == pytest.approx(limits.low, abs=1e-12)
        assert found.upper == pytest.approx(limits.high, abs=1e-12)
        whole = parts.sum(axis=1)
        assert found.value.sum() == pytest.approx(whole[inside].mean() - whole[~inside].mean(), abs=1e-12)
        assert (found.n, found.rest) == (inside.sum(), (~inside).sum())

    def test_without_rows_or_with_one_there_are_no_limits(self) -> None:
        parts = np.arange(6.0).reshape(3, 2)
        alone = attribution_gaps(parts, np.array([True, False, False]))
        assert alone.value.tolist() == [-3, -3]
        assert np.isnan(alone.lower).all()
        assert np.isnan(attribution_gaps(parts, np.zeros(3, bool)).value).all()
        assert np.isnan(gap_shares(parts, np.zeros(3, bool))[0]).all()

    def test_a_column_without_a_part_has_no_limits(self) -> None:
        parts = np.column_stack([np.arange(10.0), np.zeros(10)])
        found = attribution_gaps(parts, np.arange(10) < 4)
        assert found.value[1] == 0
        assert np.isnan(found.lower[1])

    def test_shares_add_up_and_their_limits_are_fiellers(self) -> None:
        rng = np.random.default_rng(9)
        inside = rng.random(200) < 0.4
        parts = rng.normal(size=(200, 3)) + np.outer(inside, [1.0, 0.5, -0.2])
        share, lower, upper = gap_shares(parts, inside)
        assert share.sum() == pytest.approx(1)
        from jupyter_gov.assessment._attribution_gaps import welch

        total = parts.sum(axis=1, keepdims=True)
        _, freedom = welch(total[inside], total[~inside])
        t = stats.t.ppf(0.975, freedom[0])
        for j in range(3):
            for limit in (lower[j], upper[j]):
                # At a limit the difference less the limit times the total is just told from zero.
                rest = parts[:, [j]] - limit * total
                error, _ = welch(rest[inside], rest[~inside])
                gap = rest[inside].mean() - rest[~inside].mean()
                assert abs(gap) == pytest.approx(t * error[0], rel=1e-8)
            assert lower[j] < share[j] < upper[j]

    def test_of_no_difference_there_are_no_shares(self) -> None:
        rng = np.random.default_rng(10)
        parts = rng.normal(size=(50, 2))
        assert np.isnan(gap_shares(parts, np.arange(50) % 2 == 0)[0]).all()
