"""Refits of `gov.assess` in a tracked notebook are no fits of the user's."""

from __future__ import annotations

from typing import Any

SETUP = """
import numpy as np, pandas as pd
import jupyter_gov as gov
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.random((200, 3)), columns=list("abc")); y = (X["a"] + rng.normal(size=200) / 5 > 0.5).astype(int)
class Own(LogisticRegression):
    def fit(self, X, y):
        self.seen_ = len(X)
        return super().fit(X, y)
"""
ASSESS = "found = gov.assess({}, X[100:], y[100:], train=(X[:100], y[:100]), changeable='a', include='{}')"


def test_refits_and_changed_tables_are_not_recorded(kernel: Any) -> None:
    kernel.run(SETUP)
    asked = "robustness,adversarial,retraining"
    shown = kernel.session(
        "refits",
        "model = make_pipeline(RandomForestClassifier(3)).fit(X[:100], y[:100])",
        ASSESS.format("model", asked),
        "own = Own().fit(X[:100], y[:100])",
        ASSESS.format("own", asked),
        "assert all(r.status == 'done' for r in found.results), found",
    )
    assert [fit["class"].rsplit(".")[-1] for fit in shown["fits"] if fit["parent"] is None] == ["Pipeline", "Own"]
    assert shown["metrics"] == []
    assert [one["name"] for one in shown["assessments"]] == asked.split(",") * 2
    kept = {one["name"]: one["fit"] for one in shown["assessments"]}
    assert kept["retraining"] == shown["fits"][-1]["id"]
    assert not [gap for gap in shown["gaps"] if "fit" in gap["what"]]
