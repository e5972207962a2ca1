"""What real notebooks do to data before they test a model, by steps and by hand, told and not told."""

from __future__ import annotations

from typing import Any

import pytest

START = """
import numpy as np, pandas as pd
from sklearn.base import BaseEstimator
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import LabelEncoder, StandardScaler
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
model = LogisticRegression(max_iter=5000)
def split(*data):
    return train_test_split(*data, random_state=0)
"""

TOLD = {
    "a third part is neither trained on nor tested": (
        "preparation_on_test_rows",
        "X = (X - X.mean()) / X.std()\nrest, X_test, y_rest, y_test = split(X, y)\n"
        "X_train, X_val, y_train, y_val = split(rest, y_rest)\nmodel.fit(X_train, y_train).score(X_test, y_test)",
    ),
    "each part by a scaler of its own": (
        "preparation_on_test_rows",
        "X_train, X_test, y_train, y_test = split(X.to_numpy(), y)\nscaler = StandardScaler()\n"
        "X_train = scaler.fit_transform(X_train)\nX_test = scaler.fit_transform(X_test)\n"
        "model.fit(X_train, y_train).score(X_test, y_test)",
    ),
    "a resampler of one's own": (
        "resampling_on_test_rows",
        """class Mix(BaseEstimator):
    def fit_resample(self, X, y):
        rng = np.random.default_rng(0); rare = np.flatnonzero(y == 0)
        a, b, w = rng.choice(rare, 145), rng.choice(rare, 145), rng.random((145, 1))
        return np.vstack([X, X[a] * w + X[b] * (1 - w)]), np.r_[y, np.zeros(145, int)]
X, y = Mix().fit_resample(X.to_numpy(), y.to_numpy())
X_train, X_test, y_train, y_test = split(X, y)
near = KNeighborsClassifier().fit(X_train, y_train)
accuracy_score(y_test, near.predict(X_test))""",
    ),
    "by hand before cross-validation": (
        "cross_validation_leak",
        "cross_val_score(model, (X - X.mean()) / X.std(), y, cv=3).mean()",
    ),
}

NOT_TOLD = {
    "three parts by the training rows": (
        "rest, X_test, y_rest, y_test = split(X, y)\nX_train, X_val, y_train, y_val = split(rest, y_rest)\n"
        "m, s = X_train.mean(), X_train.std()\n"
        "X_train, X_val, X_test = ((p - m) / s for p in (X_train, X_val, X_test))\n"
        "print(model.fit(X_train, y_train).score(X_val, y_val), model.score(X_test, y_test))"
    ),
    "scaled training rows, then searched": (
        "X_train, X_test, y_train, y_test = split(X, y)\nscaler = StandardScaler().fit(X_train)\n"
        "search = GridSearchCV(model, {'C': [0.1, 1, 10]}, cv=3).fit(scaler.transform(X_train), y_train)\n"
        "search.score(scaler.transform(X_test), y_test)"
    ),
    "an encoded target": (
        "y = LabelEncoder().fit_transform(np.where(y == 1, 'benign', 'malignant'))\n"
        "X_train, X_test, y_train, y_test = split(X, y)\nmodel.fit(X_train, y_train).score(X_test, y_test)"
    ),
}


def told(shown: dict[str, Any]) -> list[str]:
    return [f["check"] for f in shown["findings"] if f["severity"] != "info" and f["check"] != "unseeded_randomness"]


@pytest.mark.parametrize("what", TOLD)
def test_what_the_test_rows_went_into(kernel: Any, what: str) -> None:
    check, cell = TOLD[what]
    assert set(told(kernel.session(what.replace(" ", "-"), START, cell))) == {check}


@pytest.mark.parametrize("what", NOT_TOLD)
def test_what_they_did_not(kernel: Any, what: str) -> None:
    assert told(kernel.session(what.replace(" ", "-"), START, NOT_TOLD[what])) == []
