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
from sklearn.model_selection import GridSearchCV
X = np.random.default_rng(0).normal(size=(80, 3))
y = (X[:, 0] > 0).astype(int)
class Mine(BaseEstimator):
    def fit(self, X, y, sample_weight=None): return self
"""


@pytest.fixture(scope="module")
def shown(kernel: Any) -> Any:
    kernel.run(SETUP)
    run = kernel.track("left out")
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


def test_searches(shown: Any) -> None:
    (search,) = [f for f in shown["fits"] if f["name"] == "search"]
    assert search["params"]["param_grid"] == {"C": [0.1, 1.0]}
    assert [c["params"] for c in search["candidates"]] == [{"C": 0.1}, {"C": 1.0}]
    assert not any("GridSearchCV" in g["what"] for g in shown["gaps"])


def test_loops(shown: Any) -> None:
    metrics = [m for m in shown["metrics"] if m["name"] == "roc_auc_score"]
    assert len(metrics) == 101
    assert metrics[-1]["fits"]
    assert [g["what"] for g in shown["gaps"]].count("values of roc_auc_score beyond the first 100 in one cell") == 1


def test_introspection(shown: Any) -> None:
    assert "['self', 'X', 'y', 'sample_weight']" in shown["spec"]
    assert shown["spec"] == shown["same"]
