"""What is left out is on the gap list, and what others can inspect stays as it was."""

from __future__ import annotations

from typing import Any

import pytest

SETUP = """
import inspect
import numpy as np, pandas as pd
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
X = np.random.default_rng(0).normal(size=(80, 3))
y = (X[:, 0] > 0).astype(int)
class Mine(BaseEstimator):
    def fit(self, X, y, sample_weight=None): return self
"""


@pytest.fixture(scope="module")
def shown(kernel: Any) -> Any:
    kernel.run(SETUP)
    run = kernel.track("left out")
    kernel.run(
        "scores = cross_val_score(LogisticRegression(), X, y); more = cross_validate(LogisticRegression(), X, y)"
    )
    kernel.run("search = GridSearchCV(LogisticRegression(), {'C': [0.1, 1.0]}, cv=3, refit=False).fit(X, y)")
    kernel.run(
        "m = LogisticRegression().fit(X, y); p = m.predict_proba(X)[:, 1]; g = np.random.default_rng(1)\n"
        "for _ in range(150):\n"
        "    rows = g.integers(0, 80, 80)\n"
        "    _ = roc_auc_score(y[rows], p[rows])\n"
    )
    kernel.run("after = roc_auc_score(y, p)")
    spec = kernel.run("inspect.getfullargspec(Mine().fit).args, str(inspect.signature(Mine.fit))").result
    kernel.untrack()
    same = kernel.run("inspect.getfullargspec(Mine().fit).args, str(inspect.signature(Mine.fit))").result
    return {**kernel.show(run), "spec": spec, "same": same}


def test_cross_validation(shown: Any) -> None:
    whats = [g["what"] for g in shown["gaps"]]
    assert whats.count("the fits and scores inside cross_val_score") == 1
    assert whats.count("the fits and scores inside cross_validate") == 1
    # cross_val_score is cross_validate inside: that one is no call of the user's.
    assert len([f for f in shown["fits"] if f["class"].endswith("LogisticRegression")]) == 1


def test_searches(shown: Any) -> None:
    assert any("candidates of sklearn.model_selection._search.GridSearchCV" in g["what"] for g in shown["gaps"])
    assert [f["params"]["param_grid"] for f in shown["fits"] if f["name"] == "search"] == [{"C": [0.1, 1.0]}]


def test_loops(shown: Any) -> None:
    metrics = [m for m in shown["metrics"] if m["name"] == "roc_auc_score"]
    assert len(metrics) == 101
    assert metrics[-1]["fits"]
    assert [g["what"] for g in shown["gaps"]].count("values of roc_auc_score beyond the first 100 in one cell") == 1


def test_introspection(shown: Any) -> None:
    assert "['self', 'X', 'y', 'sample_weight']" in shown["spec"]
    assert shown["spec"] == shown["same"]
