"""What of a model may be given to whoever may not have the data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.impute import SimpleImputer
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.neighbors import KNeighborsRegressor, RadiusNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, QuantileTransformer, StandardScaler
from sklearn.svm import SVR, OneClassSVM
from sklearn.tree import DecisionTreeRegressor

from jupyter_gov.fingerprints import learned
from jupyter_gov.records import Fit
from jupyter_gov.services.bundling._telling import tells_no_rows

DATA = pd.DataFrame({"size": np.arange(30.0) ** 1.5, "age": np.arange(30) % 7 + 20.0})
TARGET = pd.Series(np.arange(30) % 2, name="y")


class PerPerson(BaseEstimator):
    """A model of the user's own, with one for each person."""

    def fit(self, X: Any, y: Any) -> PerPerson:
        self.coef_ = {"Ada Lovelace": Ridge().fit(X, y), "Grace Hopper": 1.0}
        return self


def told(model: Any, X: Any = DATA, y: Any = TARGET) -> bool:
    values = learned(model.fit(X, y))
    params = {k: v if isinstance(v, str | int | float | None) else None for k, v in model.get_params().items()}
    fit = Fit(class_="a", params=params, model_digest="d")
    return tells_no_rows("learned", values, fit, frozenset(DATA.columns))


@pytest.mark.parametrize(
    "model",
    [LogisticRegression(), Ridge(), StandardScaler(), make_pipeline(StandardScaler(), LogisticRegression())],
    ids=str,
)
def test_what_is_computed_over_rows_may_go(model: Any) -> None:
    assert told(model)


@pytest.mark.parametrize(
    "model",
    [
        KNeighborsRegressor(), RadiusNeighborsRegressor(), GaussianProcessRegressor(), Nystroem(n_components=3), SVR(),
        OneClassSVM(), DecisionTreeRegressor(), SimpleImputer(strategy="median"), QuantileTransformer(n_quantiles=5),
        PCA(), PerPerson(), make_pipeline(StandardScaler(), KNeighborsRegressor()),
        ColumnTransformer([("codes", OneHotEncoder(), ["age"])]),
    ],
    ids=lambda model: type(model).__name__,
)  # fmt: skip
def test_what_may_be_rows_may_not(model: Any) -> None:
    assert not told(model)


def test_labels_that_are_texts_or_many_may_not() -> None:
    assert not told(LogisticRegression(), y=TARGET.map({0: "Ada", 1: "Grace"}))
    assert not told(RidgeClassifier(), X=pd.concat([DATA, DATA]), y=np.tile(np.arange(30), 2))
    assert not told(LogisticRegression(), X=DATA.rename(columns={"age": "Ada Lovelace"}))


@pytest.mark.parametrize(
    ("make", "may"),
    [(lambda: np.array([0.5, 1]), True), (lambda: np.array([True]), True), (lambda: np.array(["Ada"]), False),
     (lambda: np.array(["Ada"], object), False), (lambda: np.array(["2020-01-01"], "M8[D]"), False)],
)  # fmt: skip
def test_predictions_may_go_where_they_are_numbers(make: Callable[[], Any], may: bool) -> None:
    assert tells_no_rows("predictions", {"values": make()}, None, frozenset()) is may
