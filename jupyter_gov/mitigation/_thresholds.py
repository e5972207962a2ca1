"""A threshold for each group, and a drawn one of two: classifiers that leave the model and its scores as they are."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator

from ..assessment._prepare import Bools, Floats
from ..errors import InputError
from ._by_group import ByGroup
from ._cuts import CRITERIA, best_thresholds, cuts_of, price_at
from ._draws import draws
from ._groups import Names
from ._problem import Problem
from ._refit import cross_fitted


class GroupThresholds(ByGroup):
    """Decides from a threshold of each group on; the thresholds that keep a bound and decide best.

    Groups that are small, have one class only, or were not seen in training are decided as the estimator decides.

    Parameters
    ----------
    estimator : estimator
    sensitive : tuple of str
        Columns that make groups, crossed.
    measure : str
        Of `CRITERIA`, such as ``selection_rate`` or ``equalized_odds``.
    goal : float
        The largest difference, or with `ratio` the smallest ratio, of the rates of any two groups.
    ratio : bool
    positive : label, optional
        The larger class by default.
    threshold : float, optional
        For groups that nothing is learned of; by default ``predict`` of the estimator decides.
    minimum : int
        Rows of a group that has a threshold of its own.
    seed : int

    Attributes
    ----------
    thresholds_ : dict of str to float
    price_ : float
        What a right decision about a positive row counts, a negative one counting the rest to 1, as the original's own
        threshold weighs them.

    Notes
    -----
    Post-processing with a threshold by group as in Hardt, Price & Srebro (2016, NeurIPS), without their randomisation:
    the disparity is bounded instead of zero. Scores are cross-fitted, each by a clone that has not seen the row.
    """

    def __init__(
        self,
        estimator: Any,
        *,
        sensitive: tuple[str, ...] = (),
        measure: str = "selection_rate",
        goal: float = 0.05,
        ratio: bool = False,
        positive: Any = None,
        threshold: float | None = None,
        minimum: int = 30,
        seed: int = 0,
    ) -> None:
        self.estimator = estimator
        self.sensitive = sensitive
        self.measure = measure
        self.goal = goal
        self.ratio = ratio
        self.positive = positive
        self.threshold = threshold
        self.minimum = minimum
        self.seed = seed

    def learn(self, problem: Problem, scores: Floats | None = None) -> Self:
        """Learn thresholds from cross-fitted scores of the training rows, which are made where they are not given."""
        labels, groups, large = self._begin(problem)
        found = cross_fitted(problem, labels) if scores is None else scores
        weight = None if problem.sample_weight is None else np.asarray(problem.sample_weight, np.float64)
        cuts = {}
        for name in large:
            rows = groups == name
            cuts[name] = cuts_of(found[rows], labels.true[rows], None if weight is None else weight[rows])
        self.price_ = price_at(found, labels.true, self._threshold(problem.X_train), weight)
        self.thresholds_ = best_thresholds(
            cuts, CRITERIA[self.measure], goal=self.goal, ratio=self.ratio, price=self.price_
        )
        return self

    def _decide(self, inner: Any, groups: Names) -> Bools:
        scores = self._scores(inner)
        out = self._alike(inner, scores)
        for name, threshold in self.thresholds_.items():
            rows = groups == name
            out[rows] = scores[rows] >= threshold
        return out


CONSTRAINTS = {
    ("selection_rate",): "demographic_parity",
    ("true_positive_rate",): "true_positive_rate_parity",
    ("false_positive_rate",): "false_positive_rate_parity",
    ("true_negative_rate",): "true_negative_rate_parity",
    ("false_negative_rate",): "false_negative_rate_parity",
    ("true_positive_rate", "false_positive_rate"): "equalized_odds",
}
"""Rates, and fairlearn's name of the constraint that they be equal."""


class RandomisedThresholds(ByGroup):
    """Decides by one of two thresholds of each group, drawn by chance, as fairlearn's ThresholdOptimizer finds them.

    The draw is made from the row's own content and the seed: equal rows are always decided alike, also when they are
    asked about alone, in another order, or years later.

    Parameters
    ----------
    estimator, sensitive, positive, threshold, minimum, seed
        As for `GroupThresholds`.
    constraint : str
        fairlearn's name of what is to be equal, such as ``demographic_parity``.

    Attributes
    ----------
    rules_ : dict of str to dict
        By group: ``thresholds`` and the ``chances`` with which each is drawn; with a chance of ``instead`` the decision
        is positive with the chance ``constant``, whatever the score.

    Notes
    -----
    Hardt, Price & Srebro (2016, NeurIPS), by ``fairlearn.postprocessing.ThresholdOptimizer``, which is given
    cross-fitted scores; for accuracy, or for balanced accuracy where the original's threshold is nearer to that.
    """

    def __init__(
        self,
        estimator: Any,
        *,
        sensitive: tuple[str, ...] = (),
        constraint: str = "demographic_parity",
        positive: Any = None,
        threshold: float | None = None,
        minimum: int = 30,
        seed: int = 0,
    ) -> None:
        self.estimator = estimator
        self.sensitive = sensitive
        self.constraint = constraint
        self.positive = positive
        self.threshold = threshold
        self.minimum = minimum
        self.seed = seed

    def learn(self, problem: Problem, scores: Floats | None = None) -> Self:
        """Learn rules from cross-fitted scores of the training rows, which are made where they are not given."""
        from fairlearn.postprocessing import ThresholdOptimizer

        labels, groups, large = self._begin(problem)
        found = cross_fitted(problem, labels) if scores is None else scores
        rows = np.isin(groups.astype(str), large)
        if problem.sample_weight is not None:
            raise InputError("ThresholdOptimizer takes no sample weights.", hint="Use thresholds by group instead.")
        price = price_at(found, labels.true, self._threshold(problem.X_train))
        balanced = 1 - float(labels.true.mean())
        nearer = "balanced_accuracy_score" if abs(price - balanced) < abs(price - 0.5) else "accuracy_score"
        optimizer = ThresholdOptimizer(
            estimator=_Given(),
            constraints=self.constraint,
            objective=nearer,
            prefit=True,
            predict_method="decision_function",
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            optimizer.fit(found[rows].reshape(-1, 1), labels.true[rows], sensitive_features=groups[rows].astype(str))
        rules = optimizer.interpolated_thresholder_.interpolation_dict
        self.rules_: dict[str, dict[str, Any]] = {
            str(name): {
                "thresholds": [float(rule["operation0"].threshold), float(rule["operation1"].threshold)],
                "chances": [float(rule["p0"]), float(rule["p1"])],
                "instead": float(rule.get("p_ignore", 0.0)),
                "constant": float(rule.get("prediction_constant", 0.0)),
            }
            for name, rule in rules.items()
        }
        return self

    def _decide(self, inner: Any, groups: Names) -> Bools:
        scores = self._scores(inner)
        out = self._alike(inner, scores)
        drawn = draws(inner, self.seed)
        for name, rule in self.rules_.items():
            rows = groups == name
            chance = sum(p * (scores[rows] > t) for p, t in zip(rule["chances"], rule["thresholds"], strict=True))
            out[rows] = rule["instead"] * rule["constant"] + (1 - rule["instead"]) * chance > drawn[rows]
        return out


class _Given(BaseEstimator):  # type: ignore[misc]
    """A model whose scores are what it is asked about."""

    def fit(self, X: Any, y: Any) -> Self:  # noqa: ARG002 - without it, it is none
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def decision_function(self, X: Any) -> Floats:
        return np.asarray(X, np.float64).reshape(-1)
