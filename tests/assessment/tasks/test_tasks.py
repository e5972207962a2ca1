"""The task that follows from model, target and predictions."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.datasets import load_iris
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from jupyter_gov.assessment import evaluate, evaluate_given, evaluate_table, find_roles
from jupyter_gov.assessment._roles import _USUAL
from jupyter_gov.assessment._target import MANY
from jupyter_gov.assessment._unanswered import CALLS
from jupyter_gov.errors import GovError

LOOK = {"include": "look"}


# -- models ------------------------------------------------------------------------------------------------------------


def test_a_classifier(subject: Any, classifier: Any, numbers: Any, high: Any) -> None:
    found = subject(evaluate(classifier, numbers[0], high, **LOOK))
    assert (found.task, found.decision) == ("binary", {"decision": "model.predict"})
    np.testing.assert_array_equal(found.scores.values, classifier.predict_proba(numbers[0])[:, 1])
    np.testing.assert_array_equal(found.labels.predicted, classifier.predict(numbers[0]) == 1)
    assert found.scores.space == "probability"
    assert found.features is numbers[0]
    other = subject(evaluate(classifier, numbers[0], high, positive=0, **LOOK))
    np.testing.assert_array_equal(other.scores.values, classifier.predict_proba(numbers[0])[:, 0])
    margin = RidgeClassifier().fit(numbers[0], high)
    for positive, sign in ((1, 1), (0, -1)):
        found = subject(evaluate(margin, numbers[0], high, positive=positive, **LOOK))
        np.testing.assert_array_equal(found.scores.values, sign * margin.decision_function(numbers[0]))
        assert found.scores.space == "decision function"


def test_a_regressor(subject: Any, numbers: Any, high: Any) -> None:
    X, y = numbers
    model = LinearRegression().fit(X, y)
    found = subject(evaluate(model, X, y, **LOOK))
    assert (found.task, found.scores, found.labels) == ("regression", None, None)
    np.testing.assert_array_equal(found.true, y)
    np.testing.assert_array_equal(found.predicted, model.predict(X))
    assert subject(evaluate(LinearRegression().fit(X, high), X, high, **LOOK)).task == "regression"
    found = subject(evaluate(model, X, high, task="ranking", **LOOK))
    assert (found.task, found.predicted, found.decision) == ("ranking", None, {"decision": "none"})
    assert not found.labels.predicted.any()
    np.testing.assert_array_equal(found.scores.values, model.predict(X))


@pytest.mark.parametrize("words", [False, True])
def test_a_multi_class_pipeline(subject: Any, iris: Any, words: bool) -> None:
    X, y = iris
    y = y.map(dict(enumerate(("setosa", "versicolor", "virginica")))) if words else y
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    found = subject(evaluate(model, X, y, **LOOK))
    assert (found.task, list(found.classes), found.notes) == ("multiclass", list(model.classes_), ())
    np.testing.assert_array_equal(found.probabilities, model.predict_proba(X))
    np.testing.assert_array_equal(found.predicted, model.predict(X))
    # Rows without the last class: the model knows it all the same.
    some = y != model.classes_[2]
    found = subject(evaluate(model, X[some], y[some], **LOOK))
    assert (found.task, list(found.classes)) == ("multiclass", list(model.classes_))
    # A class that the model does not know has no probability.
    partial = LogisticRegression().fit(X[some], y[some])
    found = subject(evaluate(partial, X, y, **LOOK))
    assert found.notes == (f"The model does not know the class {model.classes_.tolist()[2]!r}, which the target has.",)
    np.testing.assert_array_equal(found.probabilities[:, :2], partial.predict_proba(X))
    assert not found.probabilities[:, 2].any()
    margins = subject(evaluate(RidgeClassifier().fit(X, y), X, y, **LOOK))
    assert margins.probabilities is None
    assert "no predict_proba" in margins.no_scores


def test_boosters_and_rankers(subject: Any, numbers: Any, high: Any, iris: Any) -> None:
    lightgbm, xgboost = pytest.importorskip("lightgbm"), pytest.importorskip("xgboost")
    X, y = numbers
    grades, one = (y // 100).astype(int), np.zeros(len(y))

    def light(objective: str, X: Any, y: Any, **group: Any) -> Any:
        how = {"objective": objective, "verbosity": -1, "num_leaves": 4, "num_class": 3 if "multi" in objective else 1}
        return lightgbm.train(how, lightgbm.Dataset(X, y, **group), 3)

    def extreme(objective: str, X: Any, y: Any, **group: Any) -> Any:
        how = {"objective": objective, "num_class": 3} if "multi" in objective else {"objective": objective}
        return xgboost.train(how, xgboost.DMatrix(X, y, **group), 3)

    cases = [
        (light("binary", X, high), X, high, "binary", "score ≥ threshold"),
        (light("regression", X, y), X, y, "regression", "model.predict"),
        (light("regression", X, high), X, high, "regression", "model.predict"),
        (light("multiclass", *iris), *iris, "multiclass", "largest probability"),
        (light("lambdarank", X, grades, group=[len(y)]), X, grades, "ranking", "none"),
        (lightgbm.LGBMClassifier(n_estimators=2, verbose=-1).fit(*iris), *iris, "multiclass", "model.predict"),
        (lightgbm.LGBMRanker(n_estimators=2, verbose=-1).fit(X, high, group=[len(y)]), X, high, "ranking", "none"),
        (extreme("binary:logistic", X, high), X, high, "binary", "score ≥ threshold"),
        (extreme("reg:squarederror", X, y), X, y, "regression", "model.predict"),
        (extreme("multi:softprob", *iris), *iris, "multiclass", "largest probability"),
        (extreme("multi:softmax", *iris), *iris, "multiclass", "model.predict"),
        (extreme("rank:ndcg", X, grades, qid=one), X, grades, "ranking", "none"),
        (xgboost.XGBClassifier(n_estimators=2).fit(X, high), X, high, "binary", "model.predict"),
        (xgboost.XGBRanker(n_estimators=2).fit(X, high, qid=one), X, high, "ranking", "none"),
    ]
    for model, features, target, task, decision in cases:
        found = subject(evaluate(model, features, target, **LOOK))
        assert (found.task, found.decision["decision"]) == (task, decision), model
    booster = cases[7][0]
    found = subject(evaluate(booster, xgboost.DMatrix(X), high, **LOOK))
    np.testing.assert_array_equal(found.scores.values, booster.predict(xgboost.DMatrix(X)))
    for model, features, target, *_ in (cases[7], cases[3]):
        (explained,) = evaluate(model, features[:20], target[:20], include="explanation")
        assert (explained.status, explained.reason) == ("done", "")
        assert max(v.value for v in explained.outcome.values if v.kind == "importance") > 0


def test_results_of_statsmodels(subject: Any, numbers: Any, high: Any) -> None:
    sm = pytest.importorskip("statsmodels.api")
    X, y = sm.add_constant(numbers[0]), numbers[1]
    logit = sm.Logit(high, X).fit(disp=0)
    found = subject(evaluate(logit, X, high, **LOOK))
    assert (found.task, found.decision) == ("binary", {"decision": "score ≥ threshold", "threshold": 0.5})
    np.testing.assert_array_equal(found.scores.values, logit.predict(X))
    other = subject(evaluate(logit, X, high, positive=0, **LOOK))
    np.testing.assert_array_equal(other.scores.values, 1 - logit.predict(X))
    (explained,) = evaluate(logit, X, high, include="explanation")
    importance = {v.attribute: v.value for v in explained.outcome.values if v.kind == "importance"}
    assert importance["const"] < importance["bmi"]
    assert subject(evaluate(sm.OLS(y, X).fit(), X, y, **LOOK)).task == "regression"
    grades = (y // 150).astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        several = sm.MNLogit(grades, X[["const", "bmi"]]).fit(disp=0)
    found = subject(evaluate(several, X[["const", "bmi"]], grades, **LOOK))
    assert (found.task, found.classes) == ("multiclass", (0, 1, 2))


def test_whatever_predicts(subject: Any, numbers: Any, high: Any) -> None:
    class Model:
        def __init__(self, answer: Any) -> None:
            self.answer = answer

        def predict(self, X: Any) -> Any:
            return self.answer

    X, y = numbers
    grades = (y // 100).astype(int)
    for answer, target, task in (
        (high, high, "binary"),
        (high * 0.5 + 0.1, high, "binary"),
        (high * 5.5 - 3, high, "ranking"),
        (y, y, "regression"),
        (y.to_numpy().reshape(-1, 1), y, "regression"),
        (grades, grades, "multiclass"),
        (np.eye(4)[grades], grades, "multiclass"),
        (np.eye(2)[high], high.map({0: "no", 1: "yes"}), "binary"),
        (high.map({0: "no", 1: "yes"}), high.map({0: "no", 1: "yes"}), "binary"),
        (high.astype(bool), high.astype(bool), "binary"),
        (high.astype("Int64"), high.astype("Int64"), "binary"),
        (high.astype(str).astype("category"), high.astype(str), "binary"),
    ):
        assert subject(evaluate(Model(answer), X, target, **LOOK)).task == task
    found = subject(evaluate(Model(grades), X, grades, **LOOK))
    assert found.notes == ("The 4 whole numbers are taken for classes; task='regression' takes them for numbers.",)
    assert subject(evaluate(Model(grades), X, grades, task="regression", **LOOK)).notes == ()
    forest = IsolationForest(n_estimators=5, random_state=0).fit(X)
    outliers = pd.Series(np.where(np.arange(len(X)) % 9, 1, -1), X.index)
    found = subject(evaluate(forest, X, outliers, **LOOK))
    assert (found.task, found.labels.positive, found.scores.space) == ("binary", 1, "decision function")


# -- predictions and tables --------------------------------------------------------------------------------------------


def test_predictions_in_place_of_a_model(subject: Any, classifier: Any, numbers: Any, high: Any, multi: Any) -> None:
    X = numbers[0]
    own = subject(evaluate(classifier, X, high, **LOOK))
    table = classifier.predict_proba(X)
    for given_, decision in (
        (table[:, 1], "score ≥ threshold"),
        (table, "score ≥ threshold"),
        (pd.DataFrame(table, X.index, [0, 1]), "score ≥ threshold"),
        (pd.DataFrame(table[:, ::-1], X.index, [1, 0]), "score ≥ threshold"),
        (pl.Series(table[:, 1]), "score ≥ threshold"),
    ):
        found = subject(evaluate_given(given_, None, high, **LOOK))
        assert found.decision["decision"] == decision
        np.testing.assert_array_equal(found.scores.values, own.scores.values)
        np.testing.assert_array_equal(found.labels.predicted, own.labels.predicted)
    found = subject(evaluate_given(classifier.predict(X), X, high, sensitive="sex", **LOOK))
    assert (found.decision["decision"], list(found.sensitive), found.scores) == ("prediction", ["sex"], None)
    assert found.features is X
    iris_X, iris_y = load_iris(return_X_y=True)
    probabilities = multi.predict_proba(pd.DataFrame(iris_X, columns=multi.feature_names_in_))
    words = np.array(["a", "b", "c"])[iris_y]
    for given_, target, classes in (
        (probabilities, iris_y, (0, 1, 2)),
        (probabilities, words, ("a", "b", "c")),
        (pd.DataFrame(probabilities[:, ::-1], columns=["c", "b", "a"]), words, ("a", "b", "c")),
    ):
        found = subject(evaluate_given(given_, None, target, **LOOK))
        assert (found.task, found.classes) == ("multiclass", classes)
        np.testing.assert_array_equal(found.probabilities, probabilities)


@pytest.mark.parametrize(
    ("columns", "roles", "task"),
    [
        ({"y_true": "label", "y_pred": "label"}, ("y_true", "y_pred", None), "binary"),
        ({"Target": "label", "Predicted": "label", "p": "p"}, ("Target", "Predicted", "p"), "binary"),
        ({"label": "label", "score": "p"}, ("label", None, "score"), "binary"),
        ({"outcome": "label", "Score": "margin"}, ("outcome", None, "Score"), "ranking"),
        ({"actual": "number", "prediction": "guess"}, ("actual", "prediction", None), "regression"),
        ({"truth": "grade", "y-pred": "grade"}, ("truth", "y-pred", None), "multiclass"),
        ({"y": "grade", "score": "margin"}, ("y", None, "score"), "ranking"),
        ({"y": "word", "pred": "word"}, ("y", "pred", None), "multiclass"),
    ],
)
@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_bare_table(
    subject: Any, columns: dict[str, str], roles: tuple[str | None, ...], task: str, library: str
) -> None:
    rng = np.random.default_rng(0)
    number = rng.normal(size=60)
    held = {
        "label": (number > 0).astype(int),
        "p": 1 / (1 + np.exp(-number)),
        "margin": number,
        "number": number,
        "guess": number + rng.normal(size=60),
        "grade": np.clip(np.round(number + 2), 0, 4).astype(int),
        "word": np.array(["low", "mid", "high"])[np.arange(60) % 3],
    }
    frame: Any = pd.DataFrame({name: held[what] for name, what in columns.items()} | {"sex": ["f", "m"] * 30})
    frame = pl.from_pandas(frame) if library == "polars" else frame
    found, evaluations = evaluate_table(frame, **LOOK)
    assert tuple(found) == roles
    made = subject(evaluations)
    assert (made.task, dict(made.sensitive)) == (task, {})
    assert made.no_sensitive.endswith("By their names, these may be some: 'sex'.")
    assert list(subject(evaluate_table(frame, sensitive="sex", **LOOK)[1]).sensitive) == ["sex"]


@pytest.mark.parametrize(
    ("columns", "named", "text"),
    [
        (["a", "b"], {}, "usual name for the target is among 'a', 'b'. Looked for: y_true, y, target"),
        (["y", "b"], {}, "predictions or scores is among 'y', 'b'. Looked for: y_pred, .*; y_score, "),
        (["y", "target", "p"], {}, "More than one column could be the target: 'y', 'target'"),
        (["y", "pred", "decision"], {}, "More than one column could be the prediction"),
        (["y", "p"], {"target": "yy"}, "no column 'yy' .target.*Did you mean 'y'"),
        (["y", "p"], {"score": "q"}, "no column 'q' .score"),
    ],
)
def test_columns_that_cannot_be_told(columns: list[str], named: dict[str, str], text: str) -> None:
    with pytest.raises(GovError, match=text) as caught:
        evaluate_table(pd.DataFrame({name: [0, 1] for name in columns}), **named)
    assert caught.value.hint


def test_roles_that_are_named_are_not_looked_for() -> None:
    assert find_roles(["y", "target", "p", "pred"], target="y", prediction="pred") == ("y", "pred", None)
    assert find_roles(["y", "target", "p", "pred"], target="target", score="p") == ("target", None, "p")


def test_usual_names_are_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "what_is_assessed.md").read_text(encoding="utf-8")
    for role, names in _USUAL.items():
        assert f"| {role} | {', '.join(f'`{name}`' for name in names)} |" in page
    assert f"at most {CALLS} calls" in page
    assert f"at most {MANY} different whole numbers" in page
