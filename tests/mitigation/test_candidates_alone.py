"""Candidates that stay what they are: whatever becomes of the model, however rows are passed, when fitted again."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier, TunedThresholdClassifierCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from jupyter_gov.errors import InputError
from jupyter_gov.mitigation import METHODS, Problem
from jupyter_gov.mitigation._draws import drawn_otherwise, draws
from jupyter_gov.mitigation._refit import cloned, labels_of, refit, weight_parameter, without_class_weights

BY_GROUP = ["group_thresholds", "group_calibration", "threshold_optimizer"]


@pytest.fixture
def _few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_gov.mitigation._reductions.MOST", 3)
    monkeypatch.setattr("jupyter_gov.mitigation._reductions.GRID", 9)


@pytest.fixture
def small(train: Any) -> Problem:
    """Return a problem of its own model, which a test may change."""
    X, y, A = train.X[:360], train.y[:360], train.A[:360]
    return Problem(model=LogisticRegression().fit(X, y), X_train=X, y_train=y, A_train=A, sensitive=("g",), target=0.05)


@pytest.mark.parametrize("key", [*BY_GROUP, "correlation_remover"])
def test_the_model_fitted_again_changes_no_candidate(key: str, small: Problem, test: Any, make: Any) -> None:
    (made, *_) = make(key, small)
    before = made.estimator.predict(test.X, sensitive_features=test.A)
    small.model.fit(small.X_train[:100], np.where(small.y_train[:100] == "yes", "no", "yes"))
    assert (made.estimator.predict(test.X, sensitive_features=test.A) == before).all()
    assert not hasattr(made.estimator.get_params()["estimator"], "classes_")


def test_candidates_of_a_problem_share_one_copy_and_one_that_cannot_be_copied_is_refused(
    small: Problem, make: Any
) -> None:
    made = [one.estimator for key in BY_GROUP for one in make(key, small)]
    assert len({id(one.estimator_) for one in made}) == 1
    assert made[0].estimator_ is not small.model
    small.model.lock = threading.Lock()
    with pytest.raises(InputError, match="cannot be copied: TypeError"):
        make("group_thresholds", replace(small))


@pytest.mark.parametrize("key", BY_GROUP)
def test_rows_of_sensitive_features_go_by_their_labels(key: str, problem: Problem, test: Any, candidates: Any) -> None:
    one = candidates(key)[0].estimator
    labelled = test.X[:500].set_axis([f"p{i}" for i in range(500)])
    people = test.A[:500].set_axis(labelled.index)
    expected = one.predict(labelled, sensitive_features=people)
    for told in (people.sample(frac=1, random_state=0), people["g"].sample(frac=1, random_state=0)):
        assert (one.predict(labelled, sensitive_features=told) == expected).all()
    assert (one.predict(labelled[100:200], sensitive_features=people) == expected[100:200]).all()
    for told in (people.to_numpy(), people["g"].tolist(), {"g": people["g"].to_numpy()}):
        assert (one.predict(labelled, sensitive_features=told) == expected).all()


def test_rows_that_labels_do_not_tell_are_refused(problem: Problem, test: Any, candidates: Any) -> None:
    one = candidates("group_thresholds")[0].estimator
    X, A = test.X[100:200], test.A[100:200]
    for told in (A.reset_index(drop=True), test.A[:150].reset_index(drop=True)[50:150]):
        with pytest.raises(InputError, match="going by their index"):
            one.predict(X, sensitive_features=told)
    with pytest.raises(InputError, match="duplicates"):
        one.predict(X, sensitive_features=pd.concat([A, A]))
    with pytest.raises(InputError, match="only numbers its rows"):
        one.predict(X.reset_index(drop=True), sensitive_features=test.A)
    with pytest.raises(InputError, match="only numbers its rows"):
        one.predict(X.set_axis(range(99, -1, -1)), sensitive_features=A.reset_index(drop=True))
    with pytest.raises(InputError, match="2 rows of sensitive features and 100 of X"):
        one.predict(X, sensitive_features=["a", "b"])


@pytest.mark.usefixtures("_few_rounds")
@pytest.mark.parametrize("key", [*BY_GROUP, "correlation_remover", "exponentiated_gradient"])
def test_a_sensitive_column_does_not_become_a_feature_when_it_is_fitted_again(key: str, small: Problem) -> None:
    numbers = replace(small, A_train=pd.DataFrame({"g": (small.A_train["g"] == "b") * 1}), target=0.2)
    assert METHODS[key].applies(numbers) == ""
    one = next(METHODS[key].make(numbers)).estimator
    joined = small.X_train.join(numbers.A_train).assign(other=0.0)
    again = clone(one).fit(joined, small.y_train)
    assert list(again.feature_names_in_) == ["shifted", "plain"]
    assert clone(again).get_params().keys() == one.get_params().keys()
    # Of other features than the original's the sensitive ones are left out all the same.
    if key == "group_thresholds":
        others = clone(one).fit(joined.drop(columns="plain"), small.y_train)
        assert list(others.feature_names_in_) == ["shifted", "other"]
        assert (cross_val_score(one, joined, small.y_train, cv=3) > 0.7).all()


def test_an_attribute_that_the_original_was_fitted_on_stays_a_feature(small: Problem, make: Any) -> None:
    X = small.X_train.assign(g=(small.A_train["g"] == "b") * 1)
    wide = replace(small, model=LogisticRegression().fit(X, small.y_train), X_train=X, A_train=X[["g"]])
    one = make("group_thresholds", wide)[0].estimator
    assert list(clone(one).fit(X, small.y_train).feature_names_in_) == ["shifted", "plain", "g"]


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_a_booster_that_stopped_early_is_fitted_for_as_many_rounds(library: str, train: Any, make: Any) -> None:
    module = pytest.importorskip(library)
    X, y = train.X.to_numpy(), (train.y == "yes").astype(int)
    if library == "xgboost":
        model = module.XGBClassifier(n_estimators=100, early_stopping_rounds=3, n_jobs=1)
        model.fit(X[:400], y[:400], eval_set=[(X[400:700], y[400:700])], verbose=False)
        rounds = model.best_iteration + 1
    else:
        model = module.LGBMClassifier(n_estimators=100, early_stopping_round=3, n_jobs=1, verbose=-1)
        try:
            model.fit(X[:400], y[:400], eval_X=X[400:700], eval_y=y[400:700])
        except TypeError:  # before LightGBM 4.7
            model.fit(X[:400], y[:400], eval_set=[(X[400:700], y[400:700])])
        rounds = model.best_iteration_
    assert 0 < rounds < 90
    assert cloned(make_pipeline(StandardScaler(), model))[-1].n_estimators == rounds
    problem = Problem(
        model=model, X_train=X[:400], y_train=y[:400], A_train=train.A[:400], sensitive=("g",), target=0.05
    )
    assert make("reweighing", problem)[0].estimator.n_estimators == rounds


@pytest.mark.usefixtures("_few_rounds")
@pytest.mark.parametrize("piped", [False, True])
@pytest.mark.parametrize("tuned", [False, True])
def test_weights_reach_a_model_inside_of_a_threshold(
    piped: bool, tuned: bool, small: Problem, test: Any, make: Any, decide: Any
) -> None:
    y = (small.y_train == "yes").astype(int)
    wrap = TunedThresholdClassifierCV if tuned else FixedThresholdClassifier
    model = wrap(LogisticRegression(), **({} if tuned else {"threshold": 0.3}))
    model = make_pipeline(StandardScaler(), model) if piped else model
    asked = replace(small, model=model.fit(small.X_train, y), y_train=y)
    threshold = (model[-1] if piped else model).best_threshold_ if tuned else 0.3
    (made,) = make("reweighing", asked)
    score = made.estimator.predict_proba(test.X)[:, 1]
    assert (decide(made, test) == (score >= threshold)).all()
    ones = refit(model, small.X_train, y, weight=np.ones(len(y)))
    assert (ones.predict(test.X) == model.predict(test.X)).all()
    assert weight_parameter(cloned(model)).endswith("sample_weight")
    if not tuned:
        assert make("grid_search", asked)


@pytest.mark.usefixtures("_few_rounds")
def test_a_threshold_with_text_as_labels(small: Problem, make: Any) -> None:
    model = FixedThresholdClassifier(LogisticRegression(), threshold=0.4, pos_label="no").fit(
        small.X_train, small.y_train
    )
    for positive, code in (("no", 1), ("yes", 0)):
        plain, _ = without_class_weights(model, labels_of(small.y_train, positive))
        assert plain.positive == code
    (made,) = make("reweighing", replace(small, model=model))
    score = made.estimator.predict_proba(small.X_train)[:, 0]
    assert ((made.estimator.predict(small.X_train) == "no") == (score >= 0.4)).all()
    assert make("grid_search", replace(small, model=model, positive="no"))
    other = FixedThresholdClassifier(LogisticRegression(), threshold=0.0, response_method="decision_function")
    assert type(cloned(other.fit(small.X_train, small.y_train == "yes"))) is FixedThresholdClassifier


@pytest.mark.parametrize(("groups", "measure", "applies"), [(5, "selection_rate", True), (6, "selection_rate", False)])
def test_a_grid_is_not_made_for_many_groups(
    groups: int, measure: str, applies: bool, small: Problem, caplog: Any
) -> None:
    A = pd.DataFrame({"g": np.arange(360) % groups}).astype(str)
    asked = replace(small, A_train=A, measure=measure)
    why = METHODS["grid_search"].applies(asked)
    assert why == ("" if applies else "A grid of 15 models is too coarse for the selection rate of 6 groups.")
    if applies:
        assert "too coarse" in METHODS["grid_search"].applies(replace(asked, measure="equalized_odds"))
        with caplog.at_level(logging.WARNING):
            list(METHODS["grid_search"].make(asked))
        assert not caplog.records
    assert METHODS["exponentiated_gradient"].applies(asked) == ""


@pytest.mark.parametrize("key", [*BY_GROUP, "exponentiated_gradient", "grid_search", "correlation_remover"])
def test_small_groups_alone_are_no_groups(key: str, small: Problem) -> None:
    many = replace(small, A_train=pd.DataFrame({"g": np.arange(360) // 5}).astype(str))
    assert METHODS[key].applies(many) == "Fewer than two groups have 30 training rows."


@pytest.mark.usefixtures("_few_rounds")
@pytest.mark.parametrize("key", ["threshold_optimizer", "exponentiated_gradient"])
def test_draws_of_equal_rows_that_come_out_otherwise_are_said(key: str, small: Problem, make: Any) -> None:
    few = (small.X_train[["shifted"]] > 0).astype(int)
    problem = replace(small, model=LogisticRegression().fit(few, small.y_train), X_train=few)
    assert any("Equal rows draw alike" in cost for one in make(key, problem) for cost in one.costs)
    assert not any("Equal rows draw alike" in cost for one in make(key, small) for cost in one.costs)


def test_shares_that_chance_explains_are_not_said() -> None:
    chance, groups = np.full(200, 0.5), np.repeat(["a", "b"], 100)
    even = np.arange(200) % 2 == 0
    assert drawn_otherwise(chance, even, groups) == ()
    (told,) = drawn_otherwise(chance, even & (groups == "a"), groups)
    assert told.endswith("decides positively 0.0% of b where the chances say 50.0%.")


def test_tables_of_either_precision_draw_alike() -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"x": rng.normal(size=500).astype(np.float32), "id": np.arange(500) + 2_000_000_000})
    assert (draws(table, 0) == draws(table.astype({"x": np.float64}), 0)).all()
    wide = pd.DataFrame({"x": rng.normal(size=500)})
    assert (draws(wide, 0) == draws(wide.astype(np.float32), 0)).all()
    assert len(np.unique(draws(table[["id"]], 0))) == 500
