"""Assessing predictions without their model: the same numbers, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from jupyter_gov.assessment import assessments, evaluate, evaluate_predictions
from jupyter_gov.errors import InputError, NotFoundError

ORDERLESS = "performance,lift,comparison,calibration,fairness,individual_fairness,label_bias"
"""Assessments that draw no rows."""


def results(*args: Any, **kwargs: Any) -> dict[str, Any]:
    return {r.name: r for r in evaluate_predictions(*args, **kwargs)}


@pytest.fixture(scope="module")
def fitted(loans: Any) -> Any:
    X, y, people = loans
    X = X.drop(columns="unit")
    steps = SimpleImputer(), StandardScaler(), LogisticRegression(max_iter=1_000)
    return make_pipeline(*steps).fit(X[:1_500], y[:1_500]), X[1_500:], y[1_500:], people[1_500:]


@pytest.mark.parametrize("labels", [{0: 0, 1: 1}, {0: "no", 1: "yes"}, {0: False, 1: True}, {0: 1.0, 1: 2.0}])
def test_values_are_those_of_the_model(fitted: Any, labels: dict[int, Any]) -> None:
    model, X, y, people = fitted
    y = y.map(labels)
    model = make_pipeline(*model[:-1], LogisticRegression(max_iter=1_000).fit(model[:-1].transform(X), y))
    score = model.predict_proba(X)[:, 1]
    expected = {r.name: r for r in evaluate(model, X, y, attributes=people[["black", "male"]], include=ORDERLESS)}
    for predicted in (model.predict(X), None):
        got = results(y, predicted, score, sensitive_features=people[["black", "male"]])
        assert list(got) == list(assessments())
        for name in ("performance", "calibration", "fairness"):
            assert got[name].status == "done"
            assert got[name].outcome.values == expected[name].outcome.values
            assert got[name].outcome.notes == expected[name].outcome.notes
        assert got["explanation"].status == "skipped"
        assert got["explanation"].reason.startswith("There is no model")
        told = got["performance"].outcome.parameters
        assert told["score"] == "probability"
        assert told["positive_label"] == labels[1]
        assert told["decision"] == ("score ≥ threshold" if predicted is None else "prediction")
        assert told.get("threshold") == (0.5 if predicted is None else None)


def test_a_score_at_the_threshold_is_positive() -> None:
    y, score = [0, 1, 1, 0], [0.2, 0.5, 0.7, 0.49]
    counts = {v.measure: v.value for v in results(y, None, score)["performance"].outcome.values}
    assert (counts["true_positives"], counts["true_negatives"]) == (2, 2)
    counts = {v.measure: v.value for v in results(y, None, score, threshold=0.7)["performance"].outcome.values}
    assert (counts["true_positives"], counts["false_negatives"]) == (1, 1)


def test_margins_have_no_calibration_and_no_usual_threshold() -> None:
    y, score = [0, 1, 1, 0], np.array([-2.0, 0.5, 3.0, 0.1])
    with pytest.raises(InputError, match=r"between -2 and 3.*threshold"):
        results(y, None, score, task="binary")
    assert {r.outcome.parameters["task"] for r in results(y, None, score).values() if r.status == "done"} == {"ranking"}
    got = results(y, None, score, threshold=0.3)
    assert got["performance"].outcome.parameters["score"] == "score"
    assert got["calibration"].status == "skipped"
    assert "not probabilities" in got["calibration"].reason
    assert results(y, [0, 1, 1, 0], score)["performance"].status == "done"


def test_predictions_alone() -> None:
    got = results([0, 1, 1, 0], [0, 1, 0, 0])
    assert got["performance"].outcome.notes[-1] == "Ranking is not assessed: There are no scores."
    assert got["calibration"].reason.startswith("There are no scores.")
    assert got["fairness"].status == "skipped"
    assert got["fairness"].reason.startswith("No sensitive column is named.")


def test_the_positive_label_can_be_the_smaller() -> None:
    y, score = np.array(["bad", "good", "bad", "good"]), [0.9, 0.2, 0.6, 0.6]
    got = results(y, None, score, positive="bad", include="performance")["performance"].outcome
    assert got.parameters["positive_label"] == "bad"
    assert {v.measure: v.value for v in got.values}["roc_auc"] == 0.875


def test_a_score_of_the_other_label_is_noted() -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 300)
    score = np.clip(y * 0.3 + rng.random(300) * 0.7, 0, 1)
    note = "The whole interval of ROC AUC lies below 0.5: the score seems to grow with the other label, 1."
    assert note in results(y, None, score, positive=0)["performance"].outcome.notes
    for told in (results(y, None, score), results(y, None, rng.random(300), positive=0), results(y, y)):
        assert not [n for n in told["performance"].outcome.notes if "other label" in n]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"y_pred": None, "y_score": None}, "neither a prediction nor a score"),
        ({"threshold": 0.5}, "decisions already"),
        ({"y_pred": None, "threshold": float("nan")}, "threshold is nan"),
        ({"y_pred": [0, 1, 2, 0]}, "different values"),
        ({"y_pred": ["0", "1", "0", "0"]}, "not a class of the target"),
        ({"y_pred": [0, 1, None, 0]}, "missing"),
        ({"y_true": [0, 1, None, 0]}, "target has 1 missing"),
        ({"y_true": [0] * 4, "y_pred": [0] * 4}, "only one class"),
        ({"y_true": [0, 1, 2, 3], "task": "binary"}, "4 different values"),
        ({"y_pred": None, "y_score": [0.1, np.nan, 0.3, 0.4]}, "The score has 1 value"),
        ({"y_score": ["a", "b", "c", "d"]}, "The score is not numeric"),
        ({"y_score": [0.1, 0.2]}, "scores has 2"),
        ({"sensitive_features": {"target": ["f", "m"]}}, "has 2"),
        ({"positive": 7}, "no label 7"),
        ({"confidence": 95}, "confidence"),
    ],
)
def test_what_cannot_be_assessed_is_refused_at_once(change: dict[str, Any], text: str) -> None:
    given: dict[str, Any] = {"y_true": [0, 1, 1, 0], "y_pred": [0, 1, 0, 0], "y_score": [0.1, 0.9, 0.4, 0.3], **change}
    with pytest.raises(InputError, match=text) as caught:
        evaluate_predictions(**given)
    assert caught.value.hint


def test_scores_that_cannot_be_used_cost_nothing_else() -> None:
    got = results([0, 1, 1, 0], [0, 1, 0, 0], [0.1, np.nan, 0.3, 0.4])
    assert got["performance"].status == "done"
    assert got["calibration"].status == "skipped"
    assert got["calibration"].reason.startswith("The score has 1 value that is NaN")


def test_an_assessment_that_is_unknown_or_not_asked_for() -> None:
    with pytest.raises(NotFoundError, match="Did you mean 'fairness'"):
        evaluate_predictions([0, 1], [0, 1], include="fairnes")
    # A constant column is no reason to refuse what does not need it.
    got = results([0, 1], [0, 1], sensitive_features={"sex": ["f", "f"]}, include="performance")
    assert list(got) == ["performance"]


def test_progress_is_told() -> None:
    seen = []
    results([0, 1], [0, 1], progress=lambda *told: seen.append(told))
    assert seen[:2] == [("performance", 0, 1), ("performance", 1, 1)]


@settings(max_examples=8, deadline=None)
@example(seed=19, rows=268)  # two groups are the best alike
@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(20, 300))
def test_the_order_of_rows_and_columns_changes_no_value(seed: int, rows: int) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"score": rng.random(rows).round(2), "race": rng.choice(["A", "B", None], rows)})
    frame["sex"] = np.where(np.arange(rows) % 2, "f", "m")
    frame["race"] = frame["race"].where(np.arange(rows) > 3, ["A", "B", "A", "B"] + [None] * (rows - 4))
    frame["y"] = np.where(np.arange(rows) == 0, 1, np.where(np.arange(rows) == 1, 0, rng.integers(0, 2, rows)))

    def values(f: pd.DataFrame, *sensitive: str) -> dict[Any, Any]:
        found = results(f["y"], None, f["score"], sensitive_features=f[list(sensitive)], include=ORDERLESS)
        assert {r.status for r in found.values()} == {"done"}
        every = [v for r in found.values() for v in r.outcome.values]
        # An intersection is named in the order of its attributes.
        part = lambda text: None if text is None else frozenset(text.split(" × "))  # noqa: E731
        return {(v.measure, v.kind, part(v.attribute), part(v.group), v.reference): v for v in every}

    expected = values(frame, "race", "sex")
    shuffled = frame.sample(frac=1, random_state=seed)
    for columns in (("race", "sex"), ("sex", "race")):
        got = values(shuffled, *columns)
        assert got.keys() == expected.keys()
        for key, value in expected.items():
            # Draws depend on the order of attributes; and the limits of calibration errors are simulated from a matrix
            # whose last digits depend on the order of a sum.
            drawn = "bootstrap" in value.method and columns == ("sex", "race")
            rough = {"abs": 0.01} if "simulat" in value.method else {"rel": 1e-9, "abs": 1e-12}
            for name in ("value",) if drawn else ("value", "lower", "upper", "n"):
                number = getattr(value, name)
                how = {"rel": 1e-9, "abs": 1e-12} if name in ("value", "n") else rough
                assert getattr(got[key], name) == (None if number is None else pytest.approx(number, **how)), key
