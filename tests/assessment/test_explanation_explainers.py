"""Which explainer a model has, and that what it says is about the right label, class and rows."""

from __future__ import annotations

import lightgbm
import numpy as np
import pandas as pd
import pytest
import xgboost
from scipy.special import logit
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from jupyter_gov.assessment import Model, Subject, explanation
from jupyter_gov.assessment._explanation._attributions import attribute
from jupyter_gov.assessment._explanation._sampling import sample_attributions
from jupyter_gov.errors import InputError

ROWS = np.arange(30)
RANDOM_FOREST = {"boosting_type": "rf", "bagging_freq": 1, "bagging_fraction": 0.6}


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(300, 4)), columns=list("abcd"))
    level = X.a * X.b + X.c + rng.normal(size=300) / 2
    return X, level, np.digitize(level, [-0.5, 0.5])


def light(kind, **options):
    return getattr(lightgbm, kind)(n_estimators=10, verbose=-1, n_jobs=1, **options)


MODELS = {
    "forest": (lambda: RandomForestClassifier(10, random_state=0), "tree", "probability"),
    "histogram": (lambda: HistGradientBoostingClassifier(max_iter=10, random_state=0), "tree", "log-odds"),
    "boosting": (lambda: GradientBoostingClassifier(n_estimators=5, random_state=0), "tree", "log-odds"),
    "lightgbm": (lambda: light("LGBMClassifier"), "tree", "log-odds"),
    "xgboost": (lambda: xgboost.XGBClassifier(n_estimators=10, n_jobs=1), "tree", "log-odds"),
    "logistic": (lambda: LogisticRegression(), "linear", "log-odds"),
    "ridge": (lambda: RidgeClassifier(), "linear", "decision function"),
    "support vectors": (lambda: SVC(), "permutation", "decision function"),
    "mixing": (lambda: make_pipeline(PCA(3), LogisticRegression()), "permutation", "probability"),
}


@pytest.mark.parametrize("name", MODELS)
def test_of_two_labels_the_positive_one_is_explained(data, name):
    X, level, _ = data
    make, explainer, output = MODELS[name]
    estimator = make().fit(X, (level > 0).astype(int))
    found = {
        label: attribute(Model(estimator=estimator, task="binary", positive=label), X, ROWS) for label in (0, 1, None)
    }
    one, zero = found[1], found[0]
    assert (one.explainer, one.output) == (zero.explainer, zero.output) == (explainer, output)
    np.testing.assert_array_equal(one.values, found[None].values)
    np.testing.assert_allclose(zero.values, -one.values, atol=1e-12)
    np.testing.assert_allclose(one.values.sum(axis=1) + one.base, one.outputs, atol=1e-5)
    if output == "probability":
        np.testing.assert_allclose(zero.outputs, estimator.predict_proba(X.iloc[ROWS])[:, 0], atol=1e-12)
    else:
        decided = np.where(one.outputs > 0, 1, 0)
        np.testing.assert_array_equal(decided, estimator.predict(X.iloc[ROWS]))


@pytest.mark.parametrize("name", ["forest", "histogram", "boosting", "lightgbm", "xgboost", "logistic", "mixing"])
def test_of_several_classes_each_rows_most_likely_one_is_explained(data, name):
    X, _, y = data
    estimator = MODELS[name][0]().fit(X, y)
    found = attribute(Model(estimator=estimator, task="multiclass"), X, ROWS)
    table = estimator.predict_proba(X.iloc[ROWS])
    assert found.output.endswith("of the most likely class")
    assert found.explainer == MODELS[name][1]
    assert found.base.shape == found.outputs.shape == (30,)
    assert found.error < 1e-5
    if found.output.startswith("probability"):
        np.testing.assert_allclose(found.outputs, table.max(axis=1), atol=1e-12)
    for label in np.unique(table.argmax(axis=1)):  # the base belongs to the class
        assert np.ptp(found.base[table.argmax(axis=1) == label]) < 1e-12


def test_boosters_that_are_not_read_give_their_own_contributions(data):
    X, level, _ = data

    def squares(true, predicted):
        return predicted - true, np.ones_like(predicted)

    model = light("LGBMRegressor", objective=squares).fit(X, level)
    found = attribute(Model(estimator=model, task="regression"), X, ROWS)
    assert (found.explainer, found.background, found.error < 1e-10) == ("native", "tree_path_dependent", True)
    own = model.predict(X.iloc[ROWS], pred_contrib=True)
    np.testing.assert_allclose(found.values, own[:, :-1], atol=1e-12)
    linear = xgboost.XGBRegressor(booster="gblinear", n_jobs=1, n_estimators=5).fit(X, level)
    found = attribute(Model(estimator=linear, task="regression"), X, ROWS)
    assert found.explainer == "native"
    assert found.error < 1e-4
    leaves = light("LGBMRegressor", linear_tree=True).fit(X, level)
    found = attribute(Model(estimator=leaves, task="regression"), X, ROWS)
    assert (found.explainer, found.notes) == ("permutation", ())  # no other explainer was tried


@pytest.mark.parametrize("options", [{"sigmoid": 2.0}, RANDOM_FOREST, {"sigmoid": 2.0, **RANDOM_FOREST}])
def test_lightgbms_raw_score_is_brought_to_log_odds(data, options):
    X, level, y = data
    estimator = light("LGBMClassifier", **options).fit(X, level > 0)
    found = attribute(Model(estimator=estimator, task="binary", positive=True), X, ROWS)
    chance = estimator.predict_proba(X.iloc[ROWS])[:, 1]
    assert (found.explainer, found.output) == ("tree", "log-odds")
    np.testing.assert_allclose(found.outputs, logit(chance), atol=1e-10)
    np.testing.assert_allclose(found.values.sum(axis=1) + found.base, logit(chance), atol=1e-10)
    several = light("LGBMClassifier", **RANDOM_FOREST).fit(X, y)
    found = attribute(Model(estimator=several, task="multiclass"), X, ROWS)
    assert (found.explainer, found.error < 1e-10) == ("tree", True)


def test_contributions_of_xgboost_are_those_of_what_the_estimator_predicts(data):
    X, level, _ = data
    holes = X.where(X > -0.5, 0.0)
    holes["kind"] = pd.Series(np.digitize(X.d, [-1, 0, 1]).astype(str), dtype="category")
    estimator = xgboost.XGBClassifier(
        objective="binary:logitraw",
        missing=0.0,
        n_estimators=60,
        learning_rate=0.5,
        early_stopping_rounds=2,
        enable_categorical=True,
        n_jobs=1,
    ).fit(holes[:150], level[:150] > 0, eval_set=[(holes[150:], level[150:] > 0)], verbose=False)
    assert estimator.best_iteration + 1 < estimator.get_booster().num_boosted_rounds()
    found = attribute(Model(estimator=estimator, task="binary", positive=True), holes, ROWS)
    assert (found.explainer, found.error < 1e-5) == ("native", True)
    np.testing.assert_allclose(found.outputs, estimator.predict(holes.iloc[ROWS], output_margin=True), atol=1e-12)


def test_what_is_found_of_a_row_depends_on_no_other(data):
    X, level, _ = data
    for estimator in (SVC(), HistGradientBoostingClassifier(max_iter=5)):
        model = Model(estimator=estimator.fit(X, level > 0), task="binary", positive=True)
        some = attribute(model, X, np.array([7, 3, 11]), seed=4)
        one = attribute(model, X, np.array([3]), seed=4)
        np.testing.assert_allclose(some.values[1], one.values[0], atol=1e-12)
        np.testing.assert_array_equal(some.rows, [7, 3, 11])
        assert some.names == list("abcd")


def test_renaming_and_reordering_columns_changes_nothing(data):
    X, level, _ = data
    for make in (LinearRegression, lambda: light("LGBMRegressor")):
        one = attribute(Model(estimator=make().fit(X, level), task="regression"), X, ROWS)
        turned = X.rename(columns=str.upper)[["D", "C", "B", "A"]]
        other = attribute(Model(estimator=make().fit(turned, level), task="regression"), turned, ROWS)
        np.testing.assert_allclose(other.values[:, ::-1], one.values, atol=1e-9)


def test_more_permutations_come_closer_to_the_truth(data):
    X, _, _ = data

    class Product:
        def predict(self, rows):
            return rows.a.to_numpy() * rows.b * rows.c * rows.d

    model = Model(estimator=Product(), task="regression")
    base = X.iloc[:20]
    exact = attribute(model, X, ROWS[:5], background=base, repeats=200, seed=9).values
    few, many = (attribute(model, X, ROWS[:5], background=base, repeats=k).values for k in (1, 20))
    assert np.abs(many - exact).mean() < np.abs(few - exact).mean() / 2


def test_a_slow_model_is_refused_before_it_starts(data):
    X, _, _ = data
    from jupyter_gov.assessment._model import Pace

    class Slow:
        asked = 0

        def predict(self, rows):
            self.asked += len(rows)
            return rows.a.to_numpy()

    slow = Slow()
    model = Model(estimator=slow, task="regression", pace=Pace(0.0, 60.0))
    with pytest.raises(InputError, match="It would take about"):
        sample_attributions(model, X)
    assert slow.asked <= 1  # what it is asked to learn the output's kind


def test_subjects_attributions_are_made_once(data):
    X, level, _ = data
    estimator = LogisticRegression().fit(X, level > 0)
    subject = Subject(
        task="binary", true=level > 0, features=X, model=Model(estimator=estimator, task="binary", positive=True)
    )
    assert subject.attributions is subject.attributions
    outcome = explanation(estimator, X, positive=True)
    for value in outcome.values:
        if value.kind == "importance":
            j = subject.attributions.names.index(value.attribute)
            assert value.value == np.abs(subject.attributions.values[:, j]).mean()
    assert outcome.parameters["positive_label"] is True
