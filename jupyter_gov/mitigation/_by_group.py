"""Classifiers that decide with regard to a row's group, which they take from X or are told."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.metaestimators import available_if

from ..assessment._prepare import Bools, Floats, Ints
from ..assessment._scores import model_scores
from ..errors import InputError
from ..records import Json
from ._cuts import threshold_of
from ._groups import Names, attributes_in, groups_of, learn_groups
from ._problem import Problem
from ._refit import Labels, cloned, labels_of, own_copy, refit


def _has_probabilities(made: ByGroup) -> bool:
    return hasattr(made.__dict__.get("estimator_", made.estimator), "predict_proba")


def _has_another_score(made: ByGroup) -> bool:
    scores = made.__dict__.get("estimator_", made.estimator)
    return hasattr(scores, "decision_function") and not hasattr(made, "predict_proba")


class ByGroup(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """What they have in common; `learn` is what they differ in.

    Attributes
    ----------
    estimator_ : fitted estimator
        Whose scores it goes by.
    classes_ : ndarray of shape (2,)
    groups_ : mapping
        What tells groups by, as JSON.
    feature_names_in_ : ndarray of shape (columns,)
        Names of the columns that it was fitted on, where these are text.
    n_features_in_ : int
    """

    estimator: Any
    sensitive: tuple[str, ...]
    positive: Any
    threshold: float | None
    minimum: int
    seed: int
    columns: tuple[str, ...] | None

    @classmethod
    def of(cls, problem: Problem, **parameters: Any) -> Self:
        """Return what has learned nothing yet, with a problem's parameters and others of its own."""
        common = {
            "sensitive": tuple(problem.sensitive),
            "positive": problem.positive,
            "threshold": problem.threshold,
            "minimum": problem.minimum,
            "seed": problem.seed,
            "columns": columns_of(problem.X_train),
        }
        return cls(cloned(problem.model, problem.seed), **{**common, **parameters})

    def fit(self, X: Any, y: Any, *, sensitive_features: Any = None, sample_weight: Any = None) -> Self:
        """Fit a clone of the estimator, and what is learned by group with scores of rows that it has not seen.

        Parameters
        ----------
        X : table of shape (n, columns)
            Sensitive columns that the original was not fitted on are not used as features.
        y : array of shape (n,)
        sensitive_features : DataFrame of shape (n, attributes), optional
            By default they are columns of X.
        sample_weight : array of shape (n,), optional
        """
        rows = attributes_in(X, sensitive_features, dict.fromkeys(self.sensitive))
        X = features_of(X, self.columns, self.sensitive)
        model = refit(self.estimator, X, y, weight=sample_weight, seed=self.seed)
        return self.learn(
            Problem(
                model=model,
                X_train=X,
                y_train=y,
                A_train=rows,
                sensitive=tuple(self.sensitive),
                positive=self.positive,
                threshold=self.threshold,
                sample_weight=sample_weight,
                seed=self.seed,
                minimum=self.minimum,
            )
        )

    def learn(self, problem: Problem) -> Self:
        """Learn what is done by group from a problem, whose fitted model is taken as it is."""
        raise NotImplementedError

    def predict(self, X: Any, *, sensitive_features: Any = None) -> Any:
        """Return the labels that are decided, an array of shape (n,).

        Parameters
        ----------
        X : table of shape (n, columns)
        sensitive_features : DataFrame of shape (n, attributes), optional
            By default they are columns of X. Rows are matched by their labels, and by position where one of both has
            no index.

        Raises
        ------
        InputError
            If the sensitive columns are in neither, or labels do not tell which rows are meant.
        """
        inner, groups = self._inner(X), self._groups(X, sensitive_features)
        decided = self._decide(inner, groups)
        return np.where(decided, self.positive_, self.other_)

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any, *, sensitive_features: Any = None) -> Floats:
        """Return probabilities of both classes, of shape (n, 2); the decision is not made by one threshold of them."""
        scores = self.scores(X, sensitive_features=sensitive_features)
        table = np.column_stack([1 - scores, scores])
        return table if self.classes_[1] == self.positive_ else table[:, ::-1]

    @available_if(_has_another_score)  # type: ignore[untyped-decorator]
    def decision_function(self, X: Any, *, sensitive_features: Any = None) -> Floats:
        """Return the estimator's scores of the second class, of shape (n,), where it has no probabilities."""
        scores = self.scores(X, sensitive_features=sensitive_features)
        return scores if self.classes_[1] == self.positive_ else -scores

    def scores(self, X: Any, *, sensitive_features: Any = None) -> Floats:  # noqa: ARG002 - others need it
        """Return scores of the positive label, of shape (n,): those of the estimator."""
        return self._scores(self._inner(X))

    def _begin(self, problem: Problem) -> tuple[Labels, Names, list[str]]:
        """Learn classes, columns and groups; return labels, each row's group, and the groups that are large enough."""
        X = problem.X_train
        labels = labels_of(problem.y_train, problem.positive)
        self.estimator_ = own_copy(problem)
        self.classes_, self.positive_, self.other_ = labels.classes, labels.positive, labels.other
        self.n_features_in_ = int(X.shape[1])
        if (names := columns_of(X)) is not None:
            self.feature_names_in_ = np.asarray(names, object)
        self.groups_: dict[str, Json] = learn_groups(problem.A_train, problem.sensitive)
        groups = groups_of(problem.A_train, self.groups_)
        return labels, groups, large_groups(groups, labels.true, problem.minimum)

    def _inner(self, X: Any) -> Any:
        return own_columns(self, X)

    def _groups(self, X: Any, given: Any) -> Names:
        return groups_of(attributes_in(X, given, self.groups_), self.groups_)

    def _scores(self, inner: Any) -> Floats:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return np.asarray(model_scores(self.estimator_, inner, self.positive_).values, np.float64)

    def _alike(self, inner: Any, scores: Floats) -> Bools:
        """Return what the estimator decides, of groups that nothing was learned of."""
        if self.threshold is not None:
            return np.asarray(scores >= self.threshold, bool)
        return np.asarray(np.asarray(self.estimator_.predict(inner)).reshape(-1) == self.positive_, bool)

    def _threshold(self, X: Any) -> float:
        """Return the score from which on the estimator decides positively, as its decisions about rows show."""
        if self.threshold is not None:
            return self.threshold
        scores = self._scores(self._inner(X))
        decided = self._alike(self._inner(X), scores)
        usual = 0.5 if hasattr(self.estimator_, "predict_proba") else 0.0
        return usual if ((scores >= usual) == decided).all() else threshold_of(scores, decided)

    def _decide(self, inner: Any, groups: Names) -> Bools:
        raise NotImplementedError


def columns_of(X: Any) -> tuple[str, ...] | None:
    """Return the names of a table's columns; None where it has none, or they are not text."""
    names = list(getattr(X, "columns", (0,)))
    return tuple(names) if all(isinstance(name, str) for name in names) else None


def features_of(X: Any, columns: tuple[str, ...] | None, sensitive: tuple[str, ...]) -> Any:
    """Return the columns of a table that an estimator is to be fitted on again.

    Parameters
    ----------
    X : table of shape (n, columns)
    columns : tuple of str, optional
        Those that the original was fitted on; all by default.
    sensitive : tuple of str
        Of a table that lacks some of `columns` these are left out, unless they are of `columns`.
    """
    names = getattr(X, "columns", None)
    if columns is None or names is None:
        return X
    if set(columns) <= set(names):
        return X[list(columns)]
    return X[[name for name in names if name not in sensitive or name in columns]]


def own_columns(made: Any, X: Any) -> Any:
    """Return the columns that an estimator was fitted on, where a table has others too."""
    names = getattr(made, "feature_names_in_", None)
    columns = getattr(X, "columns", None)
    if names is None or columns is None or list(columns) == list(names) or not set(names) <= set(columns):
        return X
    return X[list(names)]


def volumes(before: Any, after: Any, weight: Floats | None = None) -> dict[str, float]:
    """Return the shares of rows that are decided positively before and after, or are likely to be."""
    return {
        "before": float(np.average(np.asarray(before, np.float64), weights=weight)),
        "after": float(np.average(np.asarray(after, np.float64), weights=weight)),
    }


def large_groups(groups: Names, true: Ints, minimum: int) -> list[str]:
    """Return the groups that have so many rows, and both classes.

    Raises
    ------
    InputError
        If there are not two of them.
    """
    names, codes = np.unique(groups.astype(str), return_inverse=True)
    rows, events = np.bincount(codes), np.bincount(codes, weights=true)
    found = [
        str(name)
        for name, n, k in zip(names, rows.tolist(), events.tolist(), strict=True)
        if n >= minimum and 0 < k < n
    ]
    if len(found) < 2:
        raise InputError(
            f"Fewer than two groups have {minimum} training rows and both classes.",
            hint="Pass more training rows, or group the attribute more coarsely.",
        )
    return found
