"""Explanations of one row: numbers against brute force, the right row, the right reference."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from jupyter_gov.assessment._reasons._finding import find_row
from jupyter_gov.assessment._reasons._row import RowExplanation, explain_row
from jupyter_gov.errors import GovError, InputError, NotFoundError

RNG = np.random.default_rng(5)
N = 400
X = pd.DataFrame(
    {
        "debt": RNG.gamma(4, 8, N).round(1),
        "income": RNG.lognormal(8, 0.5, N).round(),
        "late": RNG.poisson(0.4, N),
        "home": RNG.random(N) < 0.5,
    },
    index=[f"case {i}" for i in range(N)],
)
Y = (0.08 * X["debt"] - 0.0006 * X["income"] + 1.4 * X["late"] - X["home"] + RNG.normal(0, 1, N) < 0.6).astype(int)
LINEAR = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y)
TREES = make_pipeline(StandardScaler(), GradientBoostingClassifier(n_estimators=20, random_state=0)).fit(X, Y)


class Products:
    """A scorer of one's own with interactions of two columns."""

    def predict(self, X: Any) -> Any:
        table = np.asarray(X, np.float64)
        return table[:, 0] * table[:, 2] + 0.01 * table[:, 1] - table[:, 3]


def shapley(output: Any, row: pd.DataFrame, reference: pd.DataFrame) -> np.ndarray:
    """All subsets of columns, each filled with the row, the others with every reference row."""
    columns = list(reference)
    worth = {}
    for size in range(len(columns) + 1):
        for subset in combinations(range(len(columns)), size):
            filled = reference.copy()
            for j in subset:
                filled[columns[j]] = row[columns[j]].array.take(np.zeros(len(reference), np.int64))
            worth[subset] = float(np.mean(output(filled)))
    k = len(columns)
    values = np.zeros(k)
    for subset, w in worth.items():
        for j in set(range(k)) - set(subset):
            weight = math.factorial(len(subset)) * math.factorial(k - len(subset) - 1) / math.factorial(k)
            values[j] += weight * (worth[tuple(sorted((*subset, j)))] - w)
    return values


def shap_values(found: RowExplanation) -> np.ndarray:
    by = {v.attribute: v.value for v in found.outcome.values if v.measure == "shap_value"}
    return np.array([by[name] for name in X])


def value(found: RowExplanation, measure: str) -> Any:
    return next(v for v in found.outcome.values if v.measure == measure)


@pytest.mark.parametrize(
    ("model", "output"),
    [
        (LINEAR, LINEAR.decision_function),
        (TREES, TREES.decision_function),
        (Products(), Products().predict),
    ],
    ids=["linear", "trees", "any"],
)
def test_attributions_are_shapley_values_against_the_reference(model: Any, output: Any) -> None:
    reference = X[40:100]
    row = X.iloc[[3]]
    found = explain_row(model, X, "case 3", background=reference)
    expected = shapley(output, row, reference)
    np.testing.assert_allclose(shap_values(found), expected, atol=1e-5 * np.abs(expected).max())
    base = value(found, "base_value").value
    assert base == pytest.approx(float(np.mean(output(reference))), rel=1e-5)
    assert base + shap_values(found).sum() == pytest.approx(found.outcome.parameters["output_value"], rel=1e-6)
    assert found.outcome.parameters["output_value"] == pytest.approx(float(output(row)[0]), rel=1e-6)
    assert found.outcome.parameters["background_rows"] == 60


def test_the_reference_is_whom_it_says() -> None:
    row = X.iloc[[int(np.flatnonzero(LINEAR.predict(X) == 0)[0])]]
    label = row.index[0]
    approved = LINEAR.predict(X) == 1
    score = LINEAR.predict_proba(X)[:, 1]
    nearest = X[approved].iloc[np.argsort(score[approved], kind="stable")[: max(20, approved.sum() // 5)]]
    scaler, final = LINEAR[0], LINEAR[-1]
    for named, reference in (("all", X), ("approved", X[approved]), ("just approved", nearest)):
        found = explain_row(LINEAR, X, label, background=named)
        expected = final.coef_[0] * (scaler.transform(row) - scaler.transform(reference).mean(axis=0))[0]
        np.testing.assert_allclose(shap_values(found), expected, atol=1e-12)
        assert found.outcome.parameters["background"] == named
    # What is unfavourable decides who the approved are, and by default they are compared with.
    turned = explain_row(LINEAR, X, label, unfavourable=1)
    expected = final.coef_[0] * (scaler.transform(row) - scaler.transform(X[~approved]).mean(axis=0))[0]
    np.testing.assert_allclose(shap_values(turned), expected, atol=1e-12)
    assert turned.outcome.parameters["refused"] is False


def test_the_other_label_is_explained_by_the_same_numbers_turned_round() -> None:
    one = explain_row(TREES, X, "case 7", background="all")
    other = explain_row(TREES, X, "case 7", background="all", positive=0)
    np.testing.assert_allclose(shap_values(one), -shap_values(other), atol=1e-9)
    assert value(one, "score").value == pytest.approx(1 - value(other, "score").value)
    assert value(one, "threshold").value == 0.5


def test_rows_are_found_by_label_and_never_by_luck() -> None:
    assert find_row(X, "case 9")[1:] == (9, "case 9", N)
    assert find_row(X, 9)[1:] == (9, "case 9", N)
    shuffled = X.reset_index(drop=True).sample(frac=1, random_state=0).iloc[:100]
    label = int(shuffled.index[17])
    assert find_row(shuffled, label).position == 17
    missing = next(i for i in range(N) if i not in shuffled.index)
    with pytest.raises(NotFoundError, match="no row with the index label"):
        find_row(shuffled, missing)
    with pytest.raises(InputError, match="2 rows of X have the index label"):
        find_row(pd.concat([X, X.iloc[[4]]]), "case 4")
    with pytest.raises(NotFoundError, match="none at position 900"):
        find_row(X.to_numpy(), 900)
    assert find_row(X.to_numpy(), -1).position == N - 1
    with pytest.raises(InputError, match="3 rows"):
        find_row(X, X[:3])
    with pytest.raises(InputError, match="lacks 'home'"):
        find_row(X, {"debt": 1, "income": 2, "late": 0})


def test_a_row_from_elsewhere_keeps_types_and_is_compared_with_nobody_but_the_reference() -> None:
    same = explain_row(TREES, X, "case 8")
    row = X.iloc[[8]]
    for given in (row, row.iloc[0], row.iloc[0].to_dict()):
        found = explain_row(TREES, X, given)
        np.testing.assert_allclose(shap_values(found), shap_values(same), atol=1e-9)
        assert found.shown == same.shown
    found_row = find_row(X, row.iloc[0])
    assert dict(found_row.table.dtypes) == dict(X.dtypes)
    array = explain_row(make_pipeline(StandardScaler(), LogisticRegression()).fit(X.to_numpy(float), Y),
                        X.to_numpy(float), X.to_numpy(float)[8])  # fmt: skip
    assert len(array.shown) == 4
    assert array.outcome.parameters["rows"] == N


def test_nothing_that_is_recorded_holds_a_value_of_the_row() -> None:
    secret = X.assign(debt=X["debt"].mask(X.index == "case 5", 7654.321))
    found = explain_row(LINEAR, secret, "case 5")
    assert found.shown["debt"]["value"] == 7654.321
    assert "7654" not in repr(found.outcome)


def test_percentiles_and_typical_values() -> None:
    shown = explain_row(LINEAR, X, "case 5").shown
    debt = X["debt"]
    below, ties = (debt < debt.iloc[5]).sum(), (debt == debt.iloc[5]).sum()
    assert shown["debt"]["percentile"] == pytest.approx((below + ties / 2) / N)
    assert shown["debt"]["typical"] == pytest.approx(debt.median())
    assert shown["late"]["value"] == int(X["late"].iloc[5])


def test_the_decision_turns_where_it_is_said_to() -> None:
    row = int(np.flatnonzero(TREES.predict(X) == 0)[2])
    shown = explain_row(TREES, X, f"case {row}").shown
    turning = {name: held["turns"] for name, held in shown.items() if held["turns"] is not None}
    assert turning
    for name in X:
        values = np.unique(X[name])
        flips = values[TREES.predict(X.iloc[[row] * len(values)].assign(**{name: values})) == 1]
        if name not in turning:
            assert not len(flips)
            continue
        own = X[name].iloc[row]
        assert TREES.predict(X.iloc[[row]].assign(**{name: type(own)(turning[name])}))[0] == 1
        if X[name].dtype != bool:
            # 40 of the values are tried: what they step over may turn it nearer by.
            tried = values[np.unique(np.linspace(0, len(values) - 1, 40).round().astype(int))]
            assert not set(tried[np.abs(tried - own) < abs(turning[name] - own)]) & set(flips)


def test_the_smallest_change_is_told_and_its_values_are_not_recorded() -> None:
    row = int(np.flatnonzero(TREES.predict(X) == 0)[2])
    found = explain_row(TREES, X, f"case {row}", changeable="debt=5:300,late=decrease,home=True")
    changed = [name for name, held in found.shown.items() if held["changed"] is not None]
    assert changed
    assert sorted(found.outcome.parameters["changed"]) == sorted(changed)
    after = X.iloc[[row]].assign(**{name: type(X[name].iloc[row])(found.shown[name]["changed"]) for name in changed})
    assert TREES.predict(after)[0] == 1
    recorded = {k: v for k, v in found.outcome.parameters.items() if k != "seed"}
    for name in changed:
        if X[name].dtype == float:
            assert str(found.shown[name]["changed"]) not in repr(recorded)
    assert value(found, "columns_changed").value == len(changed)
    assert value(found, "smallest_change").value > 0
    none = explain_row(TREES, X, f"case {row}", changeable={"late": [int(X["late"].iloc[row])]})
    assert none.outcome.parameters["changed"] == []
    assert value(none, "smallest_change").value is None
    assert explain_row(TREES, X, f"case {row}").outcome.parameters.get("changed") is None


def test_scores_that_are_cut_at_a_half_and_several_classes_turn_too() -> None:
    class Half:
        def predict(self, X: Any) -> Any:
            return LINEAR.predict_proba(X)[:, 1]

    row = int(np.flatnonzero(LINEAR.predict(X) == 0)[0])
    labels = explain_row(LINEAR, X, f"case {row}", changeable="debt,income")
    scores = explain_row(Half(), X, f"case {row}", positive=1, changeable="debt,income")
    assert {n: h["changed"] for n, h in scores.shown.items()} == {n: h["changed"] for n, h in labels.shown.items()}
    assert {n: h["turns"] for n, h in scores.shown.items()} == {n: h["turns"] for n, h in labels.shown.items()}
    kinds = np.digitize(X["debt"], [20, 40])
    several = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, kinds)
    turns = explain_row(several, X, "case 1").shown["debt"]["turns"]
    assert several.predict(X.iloc[[1]].assign(debt=turns))[0] != several.predict(X.iloc[[1]])[0]
    with pytest.raises(InputError, match="decides nothing"):
        explain_row(Products(), X, "case 1", changeable="debt")
    with pytest.raises(NotFoundError, match="Did you mean 'debt'"):
        explain_row(LINEAR, X, "case 1", changeable="dept")


def test_intervals_hold_what_the_whole_reference_would_say() -> None:
    # The truth is the attribution against a population of which the reference is a sample.
    population = pd.DataFrame(np.random.default_rng(1).gamma(2, 1, (20_000, 3)), columns=list("abc"))
    target = population["a"] - 2 * population["b"]
    model = LinearRegression().fit(population, target)
    truth = model.coef_ * (population.iloc[0] - population.mean())
    held = []
    for seed in range(60):
        sample = population.sample(80, random_state=seed)
        found = explain_row(model, population[:50], 0, background=sample, seed=seed)
        by = {v.attribute: v for v in found.outcome.values if v.measure == "shap_value"}
        held.append([by[name].lower <= truth[name] <= by[name].upper for name in ("a", "b")])
    assert np.mean(held) > 0.88


def test_same_seed_same_numbers_and_order_of_rows_does_not_matter_for_the_whole_reference() -> None:
    first, again = (explain_row(Products(), X, "case 2", seed=3).outcome for _ in range(2))
    assert first == again
    turned = explain_row(LINEAR, X[::-1], "case 2", background="all")
    np.testing.assert_allclose(shap_values(turned), shap_values(explain_row(LINEAR, X, "case 2", background="all")))


def test_other_tasks() -> None:
    kinds = pd.Series(np.digitize(X["debt"], [20, 40])).map({0: "few", 1: "some", 2: "many"}).to_numpy()
    several = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, kinds)
    found = explain_row(several, X, "case 1")
    assert found.outcome.parameters["decision"] == several.predict(X.iloc[[1]])[0]
    top = several.predict_proba(X.iloc[[1]]).max()
    assert value(found, "score").value == pytest.approx(top)
    whole = value(found, "base_value").value + shap_values(found).sum()
    assert found.outcome.parameters["output_value"] == pytest.approx(whole)
    number = LinearRegression().fit(X, X["income"] * 2)
    found = explain_row(number, X, "case 1")
    assert value(found, "score").value == pytest.approx(2 * X["income"].iloc[1])
    with pytest.raises(InputError, match="no decisions to find"):
        explain_row(number, X, "case 1", background="approved")
    with pytest.raises(InputError, match="two classes"):
        explain_row(several, X, "case 1", reasons={"features": {"debt": {"ignore": "not one"}}})


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"background": "aproved"}, "Did you mean 'approved'"),
        ({"background": X[["debt"]]}, "does not have the columns"),
        ({"positive": 5}, "no class 5"),
        ({"unfavourable": "bad"}, "no decision 'bad'"),
        ({"confidence": 95}, "not between 0 and 1"),
        ({"time_limit": 0.0, "row": "case 900"}, "no row with the index label"),
    ],
)
def test_what_cannot_be_used_is_said(options: dict[str, Any], text: str) -> None:
    with pytest.raises(GovError, match=text):
        explain_row(LINEAR, X, options.pop("row", "case 1"), **options)


def test_nobody_approved() -> None:
    strict = LogisticRegression().fit(X, Y)
    strict.intercept_ -= 1_000
    with pytest.raises(InputError, match="nobody can be compared with the approved"):
        explain_row(strict, X, "case 1", background="approved")


def test_a_slow_model_is_refused_before_it_starts() -> None:
    import time

    class Slow(Products):
        asked = 0

        def predict(self, X: Any) -> Any:
            Slow.asked += len(X)
            time.sleep(0.21)
            return super().predict(X)

    with pytest.raises(InputError, match="It would take about"):
        explain_row(Slow(), X, "case 1", time_limit=0.1)
    assert Slow.asked < 20
