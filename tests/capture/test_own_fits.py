"""Estimators that the user wrote: what their `fit` computes is the user's, and they die when they are deleted."""

from __future__ import annotations

from typing import Any

import pytest

SETUP = """
import numpy as np, pandas as pd, gc, weakref
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
rng = np.random.default_rng(0)
X = rng.random((300, 3)); y = (X[:, 0] + rng.normal(size=300) / 5 > 0.5).astype(int)
"""

OWN = """
class Own(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        X_in, X_out, y_in, y_out = train_test_split(X, y, random_state=0)
        self.inner_ = LogisticRegression().fit(X_in, y_in)
        self.classes_ = self.inner_.classes_
        self.auc_ = roc_auc_score(y_out, self.inner_.predict_proba(X_out)[:, 1])
        self.share_ = (self.inner_.predict(X) == y).mean()
        return self
    def predict(self, X): return self.inner_.predict(X)
"""


@pytest.fixture(scope="module")
def kernel(make_kernel: Any) -> Any:
    started = make_kernel()
    started.run(SETUP)
    return started


def test_metrics_inside_an_own_fit_name_the_inner_model(kernel: Any) -> None:
    shown = kernel.session("own", OWN + "own = Own().fit(X, y)", "share = accuracy_score(y, own.predict(X))")
    outer, inner = shown["fits"]
    assert (outer["name"], inner["parent"]) == ("own", outer["id"])
    metrics = {m["name"]: m for m in shown["metrics"]}
    assert metrics["roc_auc_score"]["fits"] == [inner["id"]]
    # It chose nothing here, but inside of a fit it might have: no test.
    assert metrics["roc_auc_score"]["split"] == "validation"
    by_hand = [m for m in shown["metrics"] if m["origin"] == "by_hand"]
    assert [m["fits"] for m in by_hand] == [[inner["id"]]]
    assert metrics["accuracy_score"]["fits"] == [outer["id"]]


def test_a_model_that_is_fitted_again_inside_is_not_lost(kernel: Any) -> None:
    shown = kernel.session(
        "again",
        "class Rounds:\n"
        "    def fit(self, X, y):\n"
        "        self.inner_ = LogisticRegression(warm_start=True)\n"
        "        for size in (100, 200, 300):\n"
        "            self.inner_.fit(X[:size], y[:size]); accuracy_score(y, self.inner_.predict(X))\n"
        "        return self\n"
        "    def predict(self, X): return self.inner_.predict(X)\n"
        "rounds = Rounds().fit(X, y)",
    )
    outer, *inner = shown["fits"]
    assert [f["parent"] for f in inner] == [outer["id"]] * 3
    assert [m["fits"] for m in shown["metrics"]] == [[f["id"]] for f in inner]


def test_what_a_library_does_with_an_own_fit_is_the_librarys(kernel: Any) -> None:
    shown = kernel.session("means", OWN, "scores = cross_val_score(Own(), X, y, cv=3)")
    assert [m["origin"] for m in shown["metrics"]] == ["cross_validation"]


def test_models_die_when_they_are_deleted(kernel: Any) -> None:
    kernel.track("dying")
    kernel.run(OWN)
    kernel.run(
        "gc.collect(); gc.disable()\n"
        "pipe = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)\n"
        "search = GridSearchCV(LogisticRegression(), {'C': [1, 2]}, cv=2).fit(X, y)\n"
        "own = Own().fit(X, y); many = SGD = None"
    )
    kernel.run(
        "from sklearn.linear_model import SGDClassifier\nmany = SGDClassifier()\n"
        "for i in range(150): _ = many.partial_fit(X[i:i + 20], y[i:i + 20], classes=[0, 1])\n_ = None"
    )
    kernel.run(
        "alive = [weakref.ref(m) for m in (pipe, pipe[-1], search, search.best_estimator_, own, own.inner_, many)]"
    )
    kernel.run("del pipe, search, own, many")
    found = kernel.run("print([a() for a in alive]); gc.enable()").text()
    kernel.untrack()
    assert found.strip() == "[None, None, None, None, None, None, None]"
