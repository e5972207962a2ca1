"""The measures that display knows by name are those that assessments give."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from jupyter_gov.assessment import evaluate, evaluate_table
from jupyter_gov.display import (
    _comparison,
    _curves,
    _fairness,
    _figures,
    _law_144,
    _performance,
    _select,
    _tables,
    _text,
)
from jupyter_gov.display._labels import LABELS

EVERYTHING = "all"
KNOWN: dict[str, Iterable[str]] = {
    "criteria": _select.CRITERIA,
    "rates": _select.RATES,
    "unbounded": _select.UNBOUNDED,
    "confusion": _select.CONFUSION,
    "headlines": _select.HEADLINES,
    "compared": _select.COMPARED,
    "the same over all rows": [name for pair in _select._SAME.items() for name in pair],
    "columns of groups": (*_fairness.COLUMNS, *_fairness._ERRORS, *_fairness._SCORES),
    "decisions": (*_performance.DECIDED, *_performance.RANKING),
    "first columns": _tables._FIRST,
    "detectable": (_comparison.DETECTABLE,),
    "rates of figures": _figures._RATES,
    "short": _text._SHORT,
    "by class": _text._BY_CLASS,
    "local law 144": (*_law_144.RATES, *_law_144.COUNTED),
}
NOT_OURS = {"auc", "brier_score_loss", "f1_score", "n", "ndcg", "roc_auc_score"}
"""What notebooks log by the names of scikit-learn’s functions and others’."""

ELSEWHERE = {"shap_value", "missing_rate_difference", "r2_deviation"}
"""Of one row, of columns with missing values, and of numbers predicted by refits."""


@pytest.fixture(scope="module")
def outcomes() -> list[tuple[set[str], set[str]]]:
    """The measures and the kinds of curves of each result, of every task and mode."""
    random = np.random.default_rng(0)
    rows = 240
    X = pd.DataFrame(random.normal(size=(rows, 3)), columns=["a", "b", "c"])
    number = X.to_numpy() @ [1.0, 0.5, 0.0] + random.normal(size=rows)
    two, three = (number > 0).astype(int), np.digitize(number, [-0.7, 0.7])
    people = pd.DataFrame({"sex": random.choice(["f", "m"], rows), "race": random.choice(["a", "b", "c"], rows)})
    binary = LogisticRegression().fit(X, two)
    asked = {"attributes": people, "include": EVERYTHING}
    costs = {"false_positive": 1.0, "false_negative": 5.0}
    control = LogisticRegression(C=0.01).fit(X, two)
    tree = DecisionTreeClassifier(max_depth=3).fit(X, two)
    ranked = people.assign(y_true=three, y_score=X["a"])
    features = {c: {"reason": "Excessive obligations in relation to income", "adverse": "low"} for c in X.columns}
    more = {"train": (X, two), "changeable": "a=increase", "reasons": {"features": features}}
    made = [
        *evaluate(binary, X, two, costs=costs, control=control, **asked, **more),
        *evaluate(LogisticRegression().fit(X, three), X, three, **asked),
        *evaluate(LinearRegression().fit(X, number), X, number, **asked),
        *evaluate(tree, X, two, include=["explanation"]),
        *evaluate_table(
            ranked, target="y_true", score="y_score", sensitive=["sex"], task="ranking", include=EVERYTHING
        )[1],
    ]
    found = []
    for one in made:
        curves = {name.partition(":")[0] for name in one.outcome.curves}
        found.append(({v.measure for v in one.outcome.values}, curves))
    return found


@pytest.mark.parametrize("where", sorted(KNOWN))
def test_every_measure_that_is_named_occurs(outcomes: list[tuple[set[str], set[str]]], where: str) -> None:
    there = {measure for measures, _ in outcomes for measure in measures}
    assert sorted(set(KNOWN[where]) - there) == []


def test_every_label_is_of_a_measure_that_occurs(outcomes: list[tuple[set[str], set[str]]]) -> None:
    there = {measure for measures, _ in outcomes for measure in measures}
    assert sorted(set(LABELS) - there - NOT_OURS - ELSEWHERE) == []


def test_every_curve_that_has_axes_occurs(outcomes: list[tuple[set[str], set[str]]]) -> None:
    assert sorted(set(_curves._AXES) - {kind for _, curves in outcomes for kind in curves}) == []
