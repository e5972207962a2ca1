"""What the reductions end with: a model of other labels, and several of which one is drawn for each row."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.metaestimators import available_if

from ..assessment._prepare import Floats
from ._by_group import columns_of, features_of, own_columns
from ._draws import draws
from ._problem import Problem
from ._refit import Labels, cloned, labels_of


def _has_probabilities(made: Any) -> bool:
    members = getattr(made, "members_", None) or [made.estimator]
    return all(hasattr(one, "predict_proba") for one in members)


class Relabelled(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A model that was fitted to 0 and 1, and says the labels that stand for them.

    Parameters
    ----------
    estimator : estimator
    """

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    @classmethod
    def of(cls, fitted: Any, labels: Labels) -> Any:
        """Return the model itself where its 0 and 1 are the labels already, else one that says these."""
        classes = getattr(fitted, "classes_", None)
        if classes is not None and list(classes) == list(labels.classes) and labels.classes[1] == labels.positive:
            return fitted
        made = cls(fitted)
        made._learn(fitted, labels)
        return made

    def fit(self, X: Any, y: Any, **parameters: Any) -> Self:
        """Fit a clone of the estimator to 0 and 1, the larger label being 1."""
        labels = labels_of(y)
        self._learn(cloned(self.estimator).fit(X, labels.true, **parameters), labels)
        return self

    def _learn(self, fitted: Any, labels: Labels) -> None:
        self.estimator_ = fitted
        self.classes_, self.positive_, self.other_ = labels.classes, labels.positive, labels.other
        if hasattr(fitted, "feature_names_in_"):
            self.feature_names_in_ = fitted.feature_names_in_

    def predict(self, X: Any) -> Any:
        """Return labels, of shape (n,)."""
        return np.where(np.asarray(self.estimator_.predict(X)).reshape(-1) == 1, self.positive_, self.other_)

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Floats:
        """Return the model's probabilities, of shape (n, 2), in the order of `classes_`."""
        table = np.asarray(self.estimator_.predict_proba(X), np.float64)
        return table if self.classes_[1] == self.positive_ else table[:, ::-1]


class RandomisedMixture(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Models of which one is drawn for each row, as fairlearn's ExponentiatedGradient finds them.

    The draw is made from the row's own content and the seed: equal rows are always decided alike.

    Parameters
    ----------
    estimator : estimator
        That the models are clones of.
    sensitive : tuple of str
    measure, kind : str
        As of a `Problem`.
    target : float, optional
    positive : label, optional
    seed : int
    columns : tuple of str, optional
        Names of the columns that the original was fitted on.

    Attributes
    ----------
    members_ : list of fitted estimators
        Each says 0 or 1.
    chances_ : list of float
    """

    def __init__(
        self,
        estimator: Any,
        *,
        sensitive: tuple[str, ...] = (),
        measure: str = "selection_rate",
        kind: str = "difference",
        target: float | None = None,
        positive: Any = None,
        seed: int = 0,
        columns: tuple[str, ...] | None = None,
    ) -> None:
        self.estimator = estimator
        self.sensitive = sensitive
        self.measure = measure
        self.kind = kind
        self.target = target
        self.positive = positive
        self.seed = seed
        self.columns = columns

    @classmethod
    def of(cls, members: list[tuple[Any, float]], problem: Problem, labels: Labels) -> RandomisedMixture:
        """Return a mixture of fitted models with their chances."""
        made = cls(
            cloned(problem.model, problem.seed),  # unfitted: what was fitted before is no part of it
            sensitive=tuple(problem.sensitive),
            measure=problem.measure,
            kind=problem.kind,
            target=problem.target,
            positive=problem.positive,
            seed=problem.seed,
            columns=columns_of(problem.X_train),
        )
        return made._learn(members, problem.X_train, labels)

    def fit(self, X: Any, y: Any, *, sensitive_features: Any = None) -> Self:
        """Fit the mixture by ExponentiatedGradient.

        Parameters
        ----------
        X : table of shape (n, columns)
            Sensitive columns that the original was not fitted on are not used as features.
        y : array of shape (n,)
        sensitive_features : DataFrame of shape (n, attributes), optional
            By default they are columns of X.
        """
        from ._groups import attributes_in
        from ._reductions import EXPONENTIATED_GRADIENT

        problem = Problem(
            model=self.estimator,
            X_train=features_of(X, self.columns, self.sensitive),
            y_train=y,
            A_train=attributes_in(X, sensitive_features, dict.fromkeys(self.sensitive)),
            sensitive=tuple(self.sensitive),
            measure=self.measure,
            kind=self.kind,  # type: ignore[arg-type]
            target=self.target,
            positive=self.positive,
            seed=self.seed,
        )
        made = next(EXPONENTIATED_GRADIENT.make(problem)).estimator
        self.__dict__.update({name: value for name, value in vars(made).items() if name.endswith("_")})
        return self

    def _learn(self, members: list[tuple[Any, float]], X: Any, labels: Labels) -> Self:
        total = sum(chance for _, chance in members)
        self.members_ = [one for one, _ in members]
        self.chances_ = [chance / total for _, chance in members]
        self.classes_, self.positive_, self.other_ = labels.classes, labels.positive, labels.other
        self.n_features_in_ = int(X.shape[1])
        if (names := columns_of(X)) is not None:
            self.feature_names_in_ = np.asarray(names, object)
        return self

    def predict(self, X: Any) -> Any:
        """Return labels, of shape (n,), each by the model that is drawn for its row."""
        ends = np.cumsum(self.chances_)
        ends[-1] = 1.0
        drawn = np.searchsorted(ends, draws(own_columns(self, X), self.seed), side="right")
        said = np.column_stack(self._each("predict", X))
        return np.where(said[np.arange(len(drawn)), drawn] == 1, self.positive_, self.other_)

    def chance(self, X: Any) -> Floats:
        """Return how likely each row is to be decided positively over all draws, of shape (n,)."""
        return np.asarray(np.column_stack(self._each("predict", X)) @ np.asarray(self.chances_), np.float64)

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Floats:
        """Return the mean of the models' probabilities, by their chances, of shape (n, 2)."""
        score = np.zeros(len(X))
        for one, chance, table in zip(self.members_, self.chances_, self._each("predict_proba", X), strict=True):
            classes = list(getattr(one, "classes_", (0, 1)))
            score += chance * (table[:, classes.index(1)] if 1 in classes else 0.0)
        table = np.column_stack([1 - score, score])
        return table if self.classes_[1] == self.positive_ else table[:, ::-1]

    def _each(self, what: str, X: Any) -> list[Any]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            inner = own_columns(self, X)
            said = [np.asarray(getattr(one, what)(inner)) for one in self.members_]
        return [one.reshape(-1) if what == "predict" else one for one in said]
