"""A threshold on the scores of a fitted model, as the original was used with."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.metaestimators import available_if

from ..assessment._prepare import Floats
from ..assessment._scores import model_scores
from ._problem import Problem
from ._refit import Labels, cloned, labels_of


def _has(name: str) -> Any:
    return available_if(lambda made: hasattr(made.__dict__.get("estimator_", made.estimator), name))


class AtThreshold(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Decides positively from a score on, as scikit-learn's FixedThresholdClassifier, of a model that is fitted.

    Parameters
    ----------
    estimator : estimator
    threshold : float
    positive : label, optional
        The larger class by default.
    """

    def __init__(self, estimator: Any, *, threshold: float = 0.5, positive: Any = None) -> None:
        self.estimator = estimator
        self.threshold = threshold
        self.positive = positive

    @classmethod
    def of(cls, fitted: Any, problem: Problem) -> Any:
        """Return a fitted model that decides at a problem's threshold; the model itself where there is none."""
        if problem.threshold is None or problem.task != "binary":
            return fitted
        made = cls(fitted, threshold=problem.threshold, positive=problem.positive)
        return made._learn(fitted, labels_of(problem.y_train, problem.positive))

    def fit(self, X: Any, y: Any, **parameters: Any) -> Self:
        """Fit a clone of the estimator."""
        return self._learn(cloned(self.estimator).fit(X, y, **parameters), labels_of(y, self.positive))

    def _learn(self, fitted: Any, labels: Labels) -> Self:
        self.estimator_ = fitted
        self.classes_, self.positive_, self.other_ = labels.classes, labels.positive, labels.other
        if hasattr(fitted, "feature_names_in_"):
            self.feature_names_in_ = fitted.feature_names_in_
        return self

    def predict(self, X: Any) -> Any:
        """Return labels, of shape (n,)."""
        scores = model_scores(self.estimator_, X, self.positive_).values
        return np.where(scores >= self.threshold, self.positive_, self.other_)

    @_has("predict_proba")  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Floats:
        """Return the model's probabilities, of shape (n, 2)."""
        return np.asarray(self.estimator_.predict_proba(X), np.float64)

    @_has("decision_function")  # type: ignore[untyped-decorator]
    def decision_function(self, X: Any) -> Floats:
        """Return the model's decision function, of shape (n,)."""
        return np.asarray(self.estimator_.decision_function(X), np.float64)
