"""The assessment `fairness`, as it is run on models."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from jupyter_gov.assessment import evaluate

RNG = np.random.default_rng(0)
N = 300
X = pd.DataFrame({"a": RNG.normal(size=N), "sex": RNG.integers(0, 2, N)})
PEOPLE = pd.DataFrame(
    {"race": RNG.choice(["A", "B"], N), "age": RNG.integers(18, 80, N), "site": RNG.choice(["n", "s"], N)}
)
TARGETS = {
    "binary": ((X.a > 0).astype(int), LogisticRegression()),
    "multiclass": (pd.Series(np.digitize(X.a, [-0.5, 0.5])).map({0: "u", 1: "v", 2: "w"}), LogisticRegression()),
    "regression": (X.a * 2 + RNG.normal(size=N), LinearRegression()),
}


def assess(task: str, **options: Any) -> Any:
    y, model = TARGETS[task]
    (found,) = evaluate(model.fit(X, y), X, y, include="fairness", **options)
    assert (found.status, found.reason) == ("done", "")
    return found


@pytest.mark.parametrize("task", TARGETS)
def test_each_task(task: str) -> None:
    found = assess(task, attributes=PEOPLE, sensitive=["race", "age"], reference={"race": "A"})
    outcome = found.outcome
    assert outcome.parameters["task"] == task
    assert outcome.parameters["attributes"] == ["race", "age"]
    assert outcome.parameters["reference"] == {"race": "A"}
    assert {"max-min", "best", "overall", "A"} <= {v.reference for v in outcome.values}
    assert {v.kind for v in outcome.values} == {"group", "difference", "ratio", "p_value", "q_value"}
    assert "quartiles" in " ".join(outcome.notes)
    json.dumps([outcome.parameters, outcome.notes])
    assert all(v.n is None or type(v.n) is int for v in outcome.values)
    assert found.card.page == "docs/assessments/fairness.md"
    for text in (found.card.formula, found.card.intervals, found.card.coverage, found.card.reading, found.card.limits):
        assert text.endswith(".")


def test_a_sensitive_column_that_is_a_feature_is_noted() -> None:
    seen = "The model is given 'sex' as a feature"
    assert any(note.startswith(seen) for note in assess("binary", sensitive="sex").outcome.notes)
    assert not any(note.startswith(seen) for note in assess("binary", attributes=PEOPLE[["race"]]).outcome.notes)


def test_a_sensitive_column_beside_the_features_is_noted_where_the_model_decides_by_it() -> None:
    y, _ = TARGETS["binary"]
    without = X.drop(columns="sex")

    class Alone(LogisticRegression):  # type: ignore[misc]
        def predict(self, X: Any) -> Any:
            return super().predict(X[without.columns])

        def predict_proba(self, X: Any) -> Any:
            return super().predict_proba(X[without.columns])

    class ByGroup(Alone):
        sensitive = ("sex",)

    for kind, told in ((Alone, False), (ByGroup, True)):
        (found,) = evaluate(kind().fit(without, y), X, y, include="fairness", sensitive="sex")
        notes = " ".join(found.outcome.notes)
        assert "is given 'sex' as a feature" not in notes
        assert ("The model decides by 'sex'" in notes) is told


def test_strata_are_compared_within() -> None:
    values = assess("binary", attributes=PEOPLE[["race"]], strata=PEOPLE[["site"]]).outcome.values
    names = {v.attribute for v in values if v.measure == "conditional_demographic_parity"}
    assert names == {"race | site", "race | site = n", "race | site = s"}


def test_without_a_sensitive_column_it_is_left_out() -> None:
    y, model = TARGETS["binary"]
    (found,) = evaluate(model.fit(X, y), X, y, include="fairness")
    assert found.status == "skipped"
    assert "sensitive" in found.reason
