"""Permutation importance against scikit-learn's, and how often its intervals hold the truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import balanced_accuracy_score, get_scorer, log_loss, r2_score, roc_auc_score
from sklearn.svm import LinearSVC

from jupyter_gov.assessment import evaluate
from jupyter_gov.assessment._explanation._drop import (
    area,
    balanced_accuracy,
    drops,
    explained,
    negative_log_loss,
)
from jupyter_gov.assessment._table import with_columns


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(250, 3)), columns=list("abc"))
    X["kind"] = rng.choice([0, 1, 2], 250)
    return X, X.a * 2 + X.b + X.kind + rng.normal(size=250)


def like_sklearn(n, repeats, seed=0):
    """Return the permutations that scikit-learn draws, the same for every column; it shuffles what is shuffled."""
    state = np.random.RandomState(np.random.RandomState(seed).randint(np.iinfo(np.int32).max + 1))
    order, whole, drawn = np.arange(n), np.arange(n), []
    for _ in range(repeats):
        state.shuffle(order)
        whole = whole[order]
        drawn.append(whole)
    return np.array(drawn)


@pytest.mark.parametrize("scoring", ["roc_auc", "balanced_accuracy", "neg_log_loss", "r2"])
def test_values_are_scikit_learns_for_the_same_permutations(data, scoring):
    X, level = data
    if scoring == "r2":
        y, model = level, RandomForestRegressor(5, random_state=0).fit(X, level)
        answer, loss = model.predict, explained(level.to_numpy())
    else:
        y = np.digitize(level, [0, 2]) if scoring != "roc_auc" else (level > 0).astype(int).to_numpy()
        model = RandomForestClassifier(5, random_state=0).fit(X, y)
        answer, loss = {
            "roc_auc": (lambda rows: model.predict_proba(rows)[:, 1], area(y == 1)),
            "balanced_accuracy": (model.predict, balanced_accuracy(y)),
            "neg_log_loss": (model.predict_proba, negative_log_loss(y)),
        }[scoring]
    theirs = permutation_importance(model, X, y, scoring=scoring, n_repeats=3, random_state=0)
    ours = drops(answer, loss, X, like_sklearn(len(X), 3), notify=lambda done, total: None)
    np.testing.assert_allclose(ours.each, theirs.importances, atol=1e-12)
    assert ours.baseline == pytest.approx(get_scorer(scoring)(model, X, y), abs=1e-12)


def test_metrics_are_scikit_learns_and_influences_have_mean_zero():
    rng = np.random.default_rng(0)
    y, score = rng.integers(0, 3, 90), rng.integers(0, 9, 90) / 9
    table = rng.dirichlet(np.ones(3), 90)
    for (value, influence), expected in (
        (area(y > 0)(score), roc_auc_score(y > 0, score)),
        (explained(y.astype(float))(score), r2_score(y, score)),
        (negative_log_loss(y)(table), -log_loss(y, table)),
        (balanced_accuracy(y)(table.argmax(axis=1)), balanced_accuracy_score(y, table.argmax(axis=1))),
    ):
        assert value == pytest.approx(expected, abs=1e-12)
        assert influence.mean() == pytest.approx(0, abs=1e-12)


def test_an_influence_is_what_one_row_more_changes():
    rng = np.random.default_rng(1)
    y, score = rng.integers(0, 2, 2_000), rng.normal(size=2_000)
    score += y
    for make, said in ((lambda t: area(t == 1), score), (lambda t: explained(t.astype(float)), score)):
        value, influence = make(y)(said)
        for i in (0, 7, 100):
            without = np.delete(np.arange(2_000), i)
            less, _ = make(y[without])(said[without])
            assert (value - less) * 2_000 == pytest.approx(influence[i], abs=0.02 + 0.02 * abs(influence[i]))


def test_types_survive_shuffling():
    frame = pd.DataFrame(
        {
            "whole": pd.array([1, None, 3], dtype="Int64"),
            "kind": pd.Categorical(["x", "y", None], ["x", "y", "z"]),
            "text": pd.Series(["a", None, "c"], dtype="object"),
            "day": pd.to_datetime(["2026-01-01", None, "2026-01-03"]),
        },
        index=[7, 7, 9],
    )
    order = np.array([2, 0, 1])
    for j, name in enumerate(frame):
        moved = with_columns(frame, {j: frame.iloc[order, j]})
        assert dict(moved.dtypes) == dict(frame.dtypes)
        assert moved.index.tolist() == [7, 7, 9]
        assert moved[name].array.equals(frame[name].array.take(order))
        assert moved.drop(columns=name).equals(frame.drop(columns=name))
    array = np.arange(6).reshape(3, 2)
    assert with_columns(array, {1: array[order, 1]})[:, 1].tolist() == [5, 1, 3]
    assert array[:, 1].tolist() == [1, 3, 5]


def test_the_assessment_by_task(data):
    X, level = data
    classes = np.digitize(level, [0, 2])
    for model, y, measure in (
        (LogisticRegression(), level > 0, "drop_in_roc_auc"),
        (LinearSVC(), np.where(level > 0, "yes", "no"), "drop_in_roc_auc"),
        (LogisticRegression(), classes, "rise_in_log_loss"),
        (LinearSVC(), classes, "drop_in_balanced_accuracy"),
        (LinearRegression(), level, "drop_in_r2"),
    ):
        (found,) = evaluate(model.fit(X, y), X, y, include="permutation_importance")
        assert (found.status, found.reason) == ("done", "")
        values = {v.attribute: v for v in found.outcome.values}
        assert {v.measure for v in values.values()} == {measure}
        assert max(values, key=lambda name: values[name].value) == "a"
        assert values["a"].lower > 0
        assert values["c"].lower <= 0 <= values["c"].upper
        (again,) = evaluate(model, X, y, include="permutation_importance")
        assert again.outcome == found.outcome


def test_columns_that_go_together_are_named(data):
    X, level = data
    twin = X.assign(twin=X.a * 2 + 0.01)
    (found,) = evaluate(LinearRegression().fit(twin, level), twin, level, include="permutation_importance")
    assert "'a' and 'twin' (1.00)" in found.outcome.notes[-1]
    assert not any("go together" in note for note in evaluated(X, level).notes)


def evaluated(X, level):
    (found,) = evaluate(LinearRegression().fit(X, level), X, level, include="permutation_importance")
    return found.outcome


def test_a_constant_target_is_refused_and_the_default_leaves_it_out(data):
    X, level = data
    model = LinearRegression().fit(X, level)
    (found,) = evaluate(model, X, np.zeros(len(X)), include="permutation_importance")
    assert found.status == "failed"
    assert "same in all rows" in found.reason
    names = {e.name: e for e in evaluate(model, X, level)}
    assert names["permutation_importance"].status == "skipped"


def test_intervals_hold_the_drop_of_the_population():
    rng = np.random.default_rng(0)
    weight = np.array([1.0, 0.3, 0.0])

    def draw(n):
        x = rng.normal(size=(n, 3))
        return x, (x @ weight + rng.logistic(size=n) > 0)

    big, label = draw(100_000)
    truth = drops(lambda x: x @ weight, area(label), big, rng.permutation(100_000)[None], notify=lambda d, t: None).each
    held = []
    for _ in range(150):
        x, y = draw(200)
        found = drops(
            lambda x: x @ weight,
            area(y),
            x,
            np.array([rng.permutation(200) for _ in range(5)]),
            notify=lambda d, t: None,
        )
        half = 1.972 * found.influence.std(axis=1, ddof=1) / np.sqrt(200)
        held.append(np.abs(found.each.mean(axis=1) - truth[:, 0]) <= half)
    share = np.mean(held, axis=0)
    assert (share[:2] >= 0.92).all()
    assert share[2] == 1.0  # nothing changes
