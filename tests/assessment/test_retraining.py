"""Retraining: refits are clones, their differences are counted as by hand, and nothing of the user's is touched."""

from __future__ import annotations

import pickle
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from jupyter_gov.assessment import evaluate
from jupyter_gov.assessment._robustness import _retraining
from jupyter_gov.assessment._robustness._refitting import REPEATS, SAMPLES, SEEDS, resampled, with_wrong_labels

RNG = np.random.default_rng(3)
N = 240
X = pd.DataFrame({"a": RNG.normal(size=N), "b": RNG.normal(size=N), "c": RNG.normal(size=N)})
Y = (X["a"] + X["b"] ** 2 + RNG.normal(size=N) > 0.8).astype(int)
TRAIN, TEST = slice(0, 120), slice(120, N)


def assessed(model: Any, y: Any = Y, **options: Any) -> Any:
    model = model.fit(X[TRAIN], y[TRAIN])
    options = {"train": (X[TRAIN], y[TRAIN]), "include": "retraining"} | options
    (found,) = evaluate(model, X[TEST], y[TEST], **options)
    return found


def of(found: Any, group: str) -> dict[str, Any]:
    return {v.measure: v for v in found.outcome.values if v.group == group}


def test_seeds_are_counted_as_by_hand() -> None:
    model = make_pipeline(StandardScaler(), RandomForestClassifier(5, random_state=0))
    found = assessed(model)
    assert found.status == "done", found.reason
    states = np.random.default_rng((0, 1)).integers(0, 2**31 - 1, 10).tolist()
    refits = [
        make_pipeline(StandardScaler(), RandomForestClassifier(5, random_state=s)).fit(X[TRAIN], Y[TRAIN])
        for s in states
    ]
    decided = np.stack([m.predict(X[TEST]) for m in refits])
    scores = np.stack([m.predict_proba(X[TEST])[:, 1] for m in refits])
    aucs = [roc_auc_score(Y[TEST], s) for s in scores]
    got = of(found, SEEDS)
    churn = np.mean([(decided[i] != decided[j]).mean() for i, j in combinations(range(10), 2)])
    assert got["churn"].value == pytest.approx(churn, abs=1e-12)
    assert got["ambiguity"].value == pytest.approx((decided != decided[0]).any(axis=0).mean(), abs=1e-12)
    assert got["mean_score_deviation"].value == pytest.approx(scores.std(axis=0, ddof=1).mean(), abs=1e-12)
    deviation = got["roc_auc_deviation"]
    assert deviation.value == pytest.approx(np.std(aucs, ddof=1), abs=1e-12)
    chi = stats.chi2(9).ppf([0.975, 0.025])
    np.testing.assert_allclose([deviation.lower, deviation.upper], np.std(aucs, ddof=1) * np.sqrt(9 / chi))
    assert found.outcome.parameters["random_states"] == ["randomforestclassifier__random_state"]
    assert found.outcome.parameters["refits"][SAMPLES] == 10
    for value in found.outcome.values:
        assert value.lower is None or value.lower <= value.value <= value.upper


def test_a_model_trained_again_is_the_same_and_says_so() -> None:
    found = assessed(LogisticRegression())
    assert of(found, "trained again on the same rows")["decisions_changed"].value == 0
    assert any("makes no difference" in note for note in found.outcome.notes)
    assert of(found, SEEDS)["churn"].value == 0
    assert of(found, SEEDS)["mean_score_deviation"].value == 0
    assert of(found, SAMPLES)["churn"].value > 0
    none = assessed(KNeighborsClassifier(5))
    assert any("no random state" in note for note in none.outcome.notes)
    assert not of(none, SEEDS)


def test_wrong_labels_are_as_many_as_stated() -> None:
    rng = np.random.default_rng(0)
    for labels in (np.array([0, 1] * 50), np.array(["a", "b", "c", "d"] * 25)):
        for part in (0.01, 0.05, 0.1):
            made = with_wrong_labels(labels, part, rng, True)
            assert (made != labels).sum() == round(part * 100)
            assert set(made) <= set(labels)
    numbers = rng.normal(size=100)
    made = with_wrong_labels(numbers, 0.1, rng, False)
    assert (made != numbers).sum() == 10
    assert sorted(made) == sorted(numbers)


def test_wrong_labels_hurt_a_model_that_learns_by_heart() -> None:
    found = assessed(DecisionTreeClassifier(random_state=0))
    first, last = (of(found, f"{p} of training labels wrong")["decisions_changed"].value for p in ("1%", "10%"))
    assert 0 < first < last
    value = of(found, "10% of training labels wrong")["roc_auc"]
    assert value.reference == "trained again on the same rows"
    assert f"{REPEATS} repeats" in value.method


def test_samples_keep_every_class() -> None:
    rare = np.array([1] + [0] * 99)
    for seed in range(5):
        rows = resampled(rare, np.random.default_rng(seed), True)
        assert rare[rows].sum() == 1
        assert len(rows) == 100


@pytest.mark.parametrize("state", [None, 3])
def test_nothing_of_the_users_is_touched(state: int | None) -> None:
    model = RandomForestClassifier(5, random_state=state).fit(X[TRAIN], Y[TRAIN])
    kept, before = pickle.dumps(model), np.random.get_state()[1].copy()  # noqa: NPY002
    train = X[TRAIN].copy()
    runs = [
        next(iter(evaluate(model, X[TEST], Y[TEST], train=(train, Y[TRAIN]), include="retraining"))) for _ in range(2)
    ]
    assert pickle.dumps(model) == kept
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002
    assert train.equals(X[TRAIN])
    assert runs[0].outcome == runs[1].outcome


class Global(ClassifierMixin, BaseEstimator):
    """Draws from NumPy's global state."""

    def fit(self, X: Any, y: Any) -> Global:
        self.classes_ = np.unique(y)
        self.cut_ = np.random.rand()  # noqa: NPY002
        return self

    def predict(self, X: Any) -> Any:
        return (np.asarray(X)[:, 0] > self.cut_).astype(int)


def test_models_that_draw_from_the_global_state_are_repeatable() -> None:
    model = Global().fit(X[TRAIN], Y[TRAIN])
    runs = [next(evaluate(model, X[TEST], Y[TEST], train=(X[TRAIN], Y[TRAIN]), include="retraining")) for _ in range(2)]
    assert runs[0].outcome == runs[1].outcome


def test_a_search_is_not_made_again() -> None:
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2)
    found = assessed(search)
    assert found.status == "done"
    assert of(found, "trained again on the same rows")["mean_absolute_change"].value == pytest.approx(0, abs=1e-12)


def test_regression_and_several_classes() -> None:
    target = 2 * X["a"] + RNG.normal(size=N)
    found = assessed(LinearRegression(), target)
    assert "churn" not in of(found, SAMPLES)
    assert of(found, SAMPLES)["r2_deviation"].value > 0
    assert of(found, "10% of training labels wrong")["mean_absolute_error"].lower is not None
    three = pd.Series(np.select([X["a"] < -0.5, X["a"] < 0.5], ["low", "mid"], "high"))
    found = assessed(DecisionTreeClassifier(max_depth=3, random_state=0), three)
    assert of(found, SAMPLES)["accuracy_deviation"].value > 0
    assert 0 < of(found, SAMPLES)["churn"].value <= of(found, SAMPLES)["ambiguity"].value


def test_what_it_needs() -> None:
    model = LogisticRegression().fit(X, Y)
    for options, said in (({}, "train"), ({"train": X}, "its target")):
        (found,) = evaluate(model, X, Y, include="retraining", **options)
        assert found.status == "skipped"
        assert said in found.reason
    names = [e.name for e in evaluate(model, X, Y, train=(X, Y)) if e.status == "done"]
    assert "retraining" not in names


class Plain:
    classes_ = np.array([0, 1])

    def fit(self, X: Any, y: Any) -> Plain:
        return self

    def predict(self, X: Any) -> Any:
        return np.zeros(len(X), int)


class Refuses(LogisticRegression):
    def fit(self, X: Any, y: Any) -> Any:
        if hasattr(type(self), "done"):
            raise RuntimeError("secret 12345")
        return super().fit(X, y)


def test_models_that_cannot_be_trained_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found = assessed(Plain())
    assert found.status == "failed"
    assert "cannot be cloned" in found.reason
    model = Refuses().fit(X[TRAIN], Y[TRAIN])
    monkeypatch.setattr(Refuses, "done", True, raising=False)
    (found,) = evaluate(model, X[TEST], Y[TEST], train=(X[TRAIN], Y[TRAIN]), include="retraining")
    assert found.status == "failed"
    assert "could not be trained again: RuntimeError" in found.reason
    assert "secret" not in found.reason


def test_fits_that_take_too_long_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    model = KNeighborsClassifier(3).fit(X[TRAIN], Y[TRAIN])
    waiting = evaluate(model, X[TEST], Y[TEST], train=(X[TRAIN], Y[TRAIN]), include="retraining")
    now = iter(range(0, 100_000, 50))
    monkeypatch.setattr(_retraining.time, "perf_counter", lambda: float(next(now)))
    found = next(waiting)
    assert found.status == "failed"
    assert "20 fits at 4 minutes each" in found.reason
    assert "time_limit" in found.reason
