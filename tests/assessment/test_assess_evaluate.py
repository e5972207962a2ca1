from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics as skm
from sklearn.compose import make_column_transformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from jupyter_gov.assessment import TASKS, assessments, evaluate
from jupyter_gov.errors import InputError, NotFoundError


def pipeline(X, final):
    texts = ["unit"]
    numbers = [c for c in X if c not in texts]
    return make_pipeline(
        make_column_transformer(
            (make_pipeline(SimpleImputer(), StandardScaler()), numbers),
            (OneHotEncoder(handle_unknown="ignore"), texts),
            sparse_threshold=0,
        ),
        final,
    )


@pytest.fixture(scope="module")
def fitted(loans):
    X, y, people = loans
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
    return (
        pipeline(X, LogisticRegression(max_iter=1_000)).fit(X_train, y_train),
        X_test,
        y_test,
        people.loc[X_test.index],
    )


def results(*args, **kwargs):
    return {r.name: r for r in evaluate(*args, **kwargs)}


@pytest.mark.parametrize("boosting", [False, True])
def test_real_mortgage_decisions(loans, fitted, boosting):
    model, X, y, people = fitted
    if boosting:
        train = loans[0].index.difference(X.index)
        final = HistGradientBoostingClassifier(random_state=0)
        model = pipeline(X, final).fit(loans[0].loc[train], loans[1].loc[train])
    seen = []
    got = results(
        model, X, y, attributes=people, sensitive=["black", "hispan", "male"], progress=lambda *a: seen.append(a)
    )
    assert list(got) == list(assessments())
    unfit = {"costs", "local_law_144", "reason_codes", "adversarial", "drift"}  # for want of what they need
    asked = {name for name, one in assessments().items() if one.on_request}
    assert {n: r.status for n, r in got.items() if r.status != "done"} == dict.fromkeys(unfit | asked, "skipped")
    assert all(bool(r.reason) is (r.status != "done") for r in got.values())
    assert all(r.card is assessments()[n].card for n, r in got.items())
    auc = next(v for v in got["performance"].outcome.values if v.measure == "roc_auc")
    assert auc.value == pytest.approx(skm.roc_auc_score(y, model.predict_proba(X)[:, 1]), abs=1e-12)
    assert got["performance"].outcome.parameters["decision"] == "model.predict"
    assert got["performance"].outcome.parameters["positive_label"] == 1
    assert got["fairness"].outcome.parameters["attributes"] == ["black", "hispan", "male"]
    assert {v.attribute for v in got["explanation"].outcome.values if v.kind == "importance"} == set(X)
    assert got["explanation"].seconds < 20
    assert {a[0] for a in seen} == set(assessments())  # those that are left out, too


def test_cards_describe_every_assessment():
    for name, registered in assessments().items():
        card = registered.card
        assert card.name == name
        assert card.title
        assert card.question.endswith("?")
        assert set(card.tasks) <= set(TASKS)
        for part in (card.needs, card.formula, card.intervals, card.source, card.limits):
            assert part, name


def test_importing_loads_nothing_heavy():
    code = """
import sys, jupyter_gov, jupyter_gov.assessment as a
heavy = ("numpy", "pandas", "scipy", "sklearn", "pyarrow", "narwhals", "polars", "shap", "lightgbm", "statsmodels")
jupyter_gov.add_assessment
print([m for m in heavy if m in sys.modules])
a.assessments()
print([m for m in heavy if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "['numpy']"]
    import jupyter_gov.assessment as package

    assert set(package.__all__) <= set(dir(package))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = package.nothing


def test_include_chooses_and_names_are_checked(fitted):
    model, X, y, _ = fitted
    assert list(results(model, X, y, include="calibration, performance")) == ["performance", "calibration"]
    with pytest.raises(NotFoundError, match=r"No assessment named 'fairnes'. Did you mean 'fairness'"):
        evaluate(model, X, y, include=["fairnes"])
    with pytest.raises(InputError, match="No assessment is included"):
        evaluate(model, X, y, include=[])


def test_without_sensitive_columns_fairness_is_skipped(fitted):
    model, X, y, people = fitted
    assert results(model, X, y, include="fairness")["fairness"].status == "skipped"
    everything = results(model, X, y, attributes=people, include="fairness")["fairness"]
    assert everything.outcome.parameters["attributes"] == list(people)
    own = results(model, X, y, sensitive="dep", include="fairness")["fairness"]
    assert own.outcome.parameters["attributes"] == ["dep"]
    both = results(model, X, y, attributes=people, sensitive="male,self", include="fairness")["fairness"]
    assert both.outcome.parameters["attributes"] == ["male", "self"]


def test_a_failure_leaves_the_others_untouched(fitted):
    model, X, y, people = fitted
    got = results(model, X, y, attributes=people.assign(one="x"), sensitive="one", include="performance,fairness")
    assert got["performance"].status == "done"
    assert got["fairness"].status == "skipped"
    assert "'one' is constant" in got["fairness"].reason
    assert got["fairness"].outcome.values == ()
    got = results(model, X, y, attributes=people.assign(one="x"), sensitive="one,male", include="fairness")["fairness"]
    assert got.outcome.parameters["attributes"] == ["male"]
    assert "'one' is constant" in got.outcome.notes[0]

    class Broken:
        classes_ = np.array([0, 1])
        calls = 0

        def predict(self, rows):
            return np.arange(len(rows)) % 2

        def predict_proba(self, rows):
            self.calls += 1
            if self.calls > 2:  # the first tells how long it takes
                raise RuntimeError("out of memory\nmore")
            return np.tile([0.4, 0.6], (len(rows), 1))

    got = results(Broken(), X, y)
    assert "The model cannot predict some rows: RuntimeError: out of memory. " in got["explanation"].reason
    assert got["calibration"].status == "done"


def test_models_without_probabilities(fitted):
    model, X, y, people = fitted
    margins = make_pipeline(model[0], Perceptron().fit(model[0].transform(X), y))
    got = results(margins, X, y, attributes=people, sensitive="black")
    assert got["calibration"].status == "skipped"
    assert "not probabilities" in got["calibration"].reason
    assert got["performance"].outcome.parameters["score"] == "decision function"
    assert "roc_auc" in {v.measure for v in got["performance"].outcome.values}
    assert got["explanation"].outcome.parameters["output"] == "decision function"

    class Rule:
        def predict(self, rows):
            return (rows["obrat"] < 40).astype(int)  # a Series: the index of X comes along

    got = results(Rule(), X, y)
    assert "roc_auc" not in {v.measure for v in got["performance"].outcome.values}
    assert "neither predict_proba nor decision_function" in got["performance"].outcome.notes[-1]
    assert got["explanation"].outcome.parameters["output"] == "label"
    assert got["explanation"].outcome.values[0].attribute == "obrat"


def test_labels_that_are_words(fitted):
    _, X, y, _ = fitted
    words = y.map({0: "denied", 1: "approved"})  # the larger in sort order is "denied"
    model = pipeline(X, LogisticRegression(max_iter=1_000)).fit(X, words)
    got = results(model, X, words, include="performance,calibration")
    assert got["performance"].outcome.parameters["positive_label"] == "denied"
    auc = next(v.value for v in got["performance"].outcome.values if v.measure == "roc_auc")
    assert auc == pytest.approx(skm.roc_auc_score(words == "denied", model.predict_proba(X)[:, 1]), abs=1e-12)


def test_attributes_are_matched_by_label_never_by_luck(loans, fitted):
    model, X, y, people = fitted
    everyone = loans[2]
    expected = results(model, X, y, attributes=people, sensitive="black", include="fairness")["fairness"].outcome
    for frame in (everyone, people.iloc[::-1], people["black"], everyone.sample(frac=1, random_state=0)):
        got = results(model, X, y, attributes=frame, sensitive="black", include="fairness")["fairness"].outcome
        assert got == expected
    arrays = results(
        HistGradientBoostingClassifier(max_iter=2).fit(X.drop(columns="unit").to_numpy(), y),
        X.drop(columns="unit").to_numpy(),
        y.to_numpy(),
        attributes={"black": people.black.to_numpy()},
        include="fairness",
    )
    assert arrays["fairness"].status == "done"
    fresh, labels = X.reset_index(drop=True), y.reset_index(drop=True)
    for left, right, frame, text in (
        (fresh, labels, everyone, "one of them only numbers its rows"),  # fits by luck
        (fresh, labels, people, "lacks"),
        (X, y, people.reset_index(drop=True), "lacks"),
        (X, y, people.iloc[:10], "lacks"),
        (X, y, pd.concat([people, people]), "has duplicates"),
        (X.to_numpy(), y.to_numpy(), people.iloc[:10], "attributes has 10"),
        (X, y, [1, 2], "not a table"),
    ):
        with pytest.raises(InputError, match=text) as caught:
            evaluate(model, left, right, attributes=frame, sensitive="black")
        assert caught.value.hint
    with pytest.raises(InputError, match="X and y have different indexes"):
        evaluate(model, X, y.iloc[::-1])


def test_unknown_and_duplicate_columns(fitted):
    model, X, y, people = fitted
    with pytest.raises(NotFoundError, match=r"No column named 'blak' in attributes or X. Did you mean 'black'"):
        evaluate(model, X, y, attributes=people, sensitive=["blak"])
    with pytest.raises(InputError, match="sensitive has more than one column named 'black'"):
        evaluate(model, X, y, attributes=people, sensitive="black,black")
    with pytest.raises(InputError, match="attributes has more than one column named '1'"):
        evaluate(model, X, y, attributes=people[["black", "male"]].set_axis([1, "1"], axis=1))


class _Multi(DummyClassifier):
    def predict(self, X):
        return np.arange(len(X))


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda m, X, y: (LogisticRegression(), X, y), "This LogisticRegression is not fitted"),
        (lambda m, X, y: (make_pipeline(StandardScaler(), LogisticRegression()), X, y), "This Pipeline is not fitted"),
        (lambda m, X, y: (LogisticRegression, X, y), "LogisticRegression is a class"),
        (lambda m, X, y: (object(), X, y), "has no predict method"),
        (lambda m, X, y: (m, X.iloc[:0], y.iloc[:0]), "X is empty"),
        (lambda m, X, y: (m, X.iloc[:5], y), "X has 5 rows and y has"),
        (lambda m, X, y: (m, X, y.where(y.index != y.index[0])), "1 missing value"),
        (lambda m, X, y: (m, X, np.arange(len(y))), "no classes that the model knows"),
        (lambda m, X, y: (m, X, y.map({0: "no", 1: "yes"})), "predictions hold"),
        (lambda m, X, y: (m, 3, y), "not a table"),
        (lambda m, X, y: (_Multi().fit(X, y), X, y), "different values"),
    ],
)
def test_what_concerns_everything_is_raised_at_once(fitted, change, text):
    model, X, y, _ = fitted
    with pytest.raises(InputError) as caught:
        evaluate(*change(model, X, y))
    assert text in caught.value.message
    assert caught.value.hint


def test_a_model_that_is_not_scikit_learns_is_assessed_by_what_it_can_do() -> None:
    class Rule:
        def fit(self, X, y):
            return self

        def predict(self, X):
            return (X[:, 0] > 0).astype(int)

    X = np.random.default_rng(0).normal(size=(200, 2))
    results = {r.name: r for r in evaluate(Rule(), X, (X[:, 0] > 0.1).astype(int))}
    assert results["performance"].status == "done"
    assert results["calibration"].status == "skipped"
