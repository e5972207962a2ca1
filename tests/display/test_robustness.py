"""How disturbed input, small changes and retraining are shown."""

from __future__ import annotations

import html
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression

import jupyter_gov as gov
from jupyter_gov import display
from jupyter_gov.display import pictures
from jupyter_gov.display._robustness import SHOWN
from jupyter_gov.records import Assessment

RNG = np.random.default_rng(1)
X = pd.DataFrame(RNG.normal(size=(200, 4)), columns=["a", "b", "<script>", "d"])
Y = (X["a"] + RNG.normal(size=200) > 0).astype(int)


@pytest.fixture(scope="module")
def made() -> Assessment:
    model = RandomForestClassifier(5, random_state=0).fit(X, Y)
    return gov.assess(
        model, X, Y, train=(X, Y), changeable="a=-1:1,<script>", include="robustness,adversarial,retraining"
    )


def said(assessment: Assessment, name: str) -> str:
    headline = SHOWN[name].headline
    assert headline is not None
    return "".join(headline(assessment[name]))


def test_headlines_have_numbers_with_intervals(made: Assessment) -> None:
    interval = r"[\d.]+% \[[\d.]+%, [\d.]+%\]"
    noise, fault = said(made, "robustness").split(". ", maxsplit=1)
    assert re.fullmatch(rf"Noise of a tenth of a standard deviation changes {interval} of decisions", noise)
    assert re.fullmatch(rf"The worst fault in one column, .+ changes {interval} of decisions\.", fault)
    assert re.match(rf"{interval} of declined rows can be decided otherwise", said(made, "adversarial"))
    assert re.match(rf"With another random state {interval} of rows", said(made, "retraining"))


def test_a_model_that_refuses_missing_values_says_so_in_a_line() -> None:
    found = gov.assess(LogisticRegression().fit(X, Y), X, Y, include="robustness")
    assert said(found, "robustness").endswith("The model does not take missing values.")


def test_charts_and_names(made: Assessment) -> None:
    assert [len(list(pictures(found))) for found in made.results] == [2, 2, 2]
    card = display.card(made)
    assert "<script>" not in card
    assert html.escape("<script>") in card
    assert "-1 to 1" in card
    for word in ("Decisions that change", "Flipped by this column alone", "Churn"):
        assert word in card
    shown = display.text(made)
    for word in ("Declined rows", "flipped by this column alone", "other random states", "churn"):
        assert word in shown


def test_numbers_and_models_without_random_state() -> None:
    target = X["a"] + RNG.normal(size=200)
    found = gov.assess(LinearRegression().fit(X, target), X, target, train=(X, target), include="robustness,retraining")
    assert "moves the prediction by" in said(found, "robustness")
    assert said(found, "retraining").startswith("With other samples of the training rows")
    assert [len(list(pictures(one))) for one in found.results] == [3, 2]


def test_nothing_to_flip_and_nothing_done() -> None:
    empty: Any = gov.assess(
        LogisticRegression().fit(X, Y), X, Y, changeable={"d": (0, 0)}, include="adversarial", positive=1
    )
    assert empty["adversarial"].status == "done"
    assert display.card(empty)
