"""A threshold for each group, and a drawn one of two: classifiers that leave the model and its scores as they are."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator

from ..assessment._prepare import Bools, Floats
from ..errors import InputError
from ._by_group import ByGroup, volumes
from ._cuts import CRITERIA, best_thresholds, cuts_of
from ._draws import drawn_otherwise, draws
from ._groups import Names
from ._problem import Problem
from ._refit import cross_fitted


class GroupThresholds(ByGroup):
    """Decides from a threshold of each group on: as many positively as before, with the fewest other decisions.

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
    columns : tuple of str, optional
        Names of the columns that the original was fitted on.

    Attributes
    ----------
    thresholds_ : dict of str to float
    volumes_ : dict of str to float
        The shares of the training rows that the original (``before``) and the thresholds (``after``) decide positively.

    Notes
    -----
    Post-processing with a threshold by group as in Hardt, Price & Srebro (2016, NeurIPS), without their randomisation:
    the disparity is bounded instead of zero. Scores are cross-fitted, each by a clone that has not seen the row. How
    many are approved is kept: the most right decisions would be those of a model that weighs both errors alike, which
    many a model is not made to do.
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
        columns: tuple[str, ...] | None = None,
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
        self.columns = columns

    def learn(self, problem: Problem, scores: Floats | None = None) -> Self:
        """Learn thresholds from cross-fitted scores of the training rows, which are made where they are not given."""
        labels, groups, large = self._begin(problem)
        found = cross_fitted(problem, labels) if scores is None else scores
        weight = np.ones(len(found)) if problem.sample_weight is None else np.asarray(problem.sample_weight, np.float64)
        own = self._threshold(problem.X_train)
        cuts = {name: cuts_of(found[r], labels.true[r], own, weight[r]) for name in large for r in [groups == name]}
        self.thresholds_ = best_thresholds(cuts, CRITERIA[self.measure], goal=self.goal, ratio=self.ratio)
        each = np.array([self.thresholds_.get(name, own) for name in groups.astype(str)])
        self.volumes_ = volumes(found >= own, found >= each, weight)
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
OBJECTIVES = ("accuracy_score", "balanced_accuracy_score")
"""fairlearn's names of what may be made large under each of the constraints."""


class RandomisedThresholds(ByGroup):
    """Decides by one of two thresholds of each group, drawn by chance, as fairlearn's ThresholdOptimizer finds them.

    The draw is made from the row's own content and the seed: equal rows are always decided alike, also when they are
    asked about alone, in another order, or years later.

    Parameters
    ----------
    estimator, sensitive, positive, threshold, minimum, seed, columns
        As for `GroupThresholds`.
    constraint : str
        fairlearn's name of what is to be equal, such as ``demographic_parity``.

    Attributes
    ----------
    objective_ : str
        fairlearn's name of what was made large.
    volumes_ : dict of str to float
        As of `GroupThresholds`.
    rules_ : dict of str to dict
        By group: ``thresholds`` and the ``chances`` with which each is drawn; with a chance of ``instead`` the decision
        is positive with the chance ``constant``, whatever the score.

    Notes
    -----
    Hardt, Price & Srebro (2016, NeurIPS), by ``fairlearn.postprocessing.ThresholdOptimizer``, which is given
    cross-fitted scores; for accuracy or balanced accuracy, whichever leaves the share of positive decisions closer to
    the original's, in log-odds.
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
        columns: tuple[str, ...] | None = None,
    ) -> None:
        self.estimator = estimator
        self.sensitive = sensitive
        self.constraint = constraint
        self.positive = positive
        self.threshold = threshold
        self.minimum = minimum
        self.seed = seed
        self.columns = columns

    def learn(self, problem: Problem, scores: Floats | None = None) -> Self:
        """Learn rules from cross-fitted scores of the training rows, which are made where they are not given."""
        from fairlearn.postprocessing import ThresholdOptimizer

        labels, groups, large = self._begin(problem)
        found = cross_fitted(problem, labels) if scores is None else scores
        rows = np.isin(groups.astype(str), large)
        if problem.sample_weight is not None:
            raise InputError("ThresholdOptimizer takes no sample weights.", hint="Use thresholds by group instead.")
        own = self._threshold(problem.X_train)
        ways = []
        for objective in OBJECTIVES:
            optimizer = ThresholdOptimizer(
                estimator=_Given(),
                constraints=self.constraint,
                objective=objective,
                prefit=True,
                predict_method="decision_function",
            )
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                optimizer.fit(
                    found[rows].reshape(-1, 1), labels.true[rows], sensitive_features=groups[rows].astype(str)
                )
            rules = _rules(optimizer.interpolated_thresholder_.interpolation_dict)
            chance = _chances(rules, found, groups, np.asarray(found >= own, np.float64))
            ways.append((objective, rules, volumes(found >= own, chance)))
        self.objective_, self.rules_, self.volumes_ = min(ways, key=lambda way: _apart(way[2]))
        return self

    def chance(self, X: Any, *, sensitive_features: Any = None) -> Floats:
        """Return how likely each row is to be decided positively over all draws, of shape (n,)."""
        return self._chance(self._inner(X), self._groups(X, sensitive_features))

    def drawn_otherwise(self, X: Any, groups: Names) -> tuple[str, ...]:
        """Return a sentence on groups of which draws decide another share of rows than the chances say."""
        inner = self._inner(X)
        return drawn_otherwise(self._chance(inner, groups), self._decide(inner, groups), groups)

    def _chance(self, inner: Any, groups: Names) -> Floats:
        scores = self._scores(inner)
        return _chances(self.rules_, scores, groups, np.asarray(self._alike(inner, scores), np.float64))

    def _decide(self, inner: Any, groups: Names) -> Bools:
        return np.asarray(self._chance(inner, groups) > draws(inner, self.seed), bool)


def _apart(volumes: dict[str, float]) -> float:
    """Return how far apart two volumes are in log-odds, by which nobody and everybody are both far from a few."""
    before, after = np.clip([volumes["before"], volumes["after"]], 1e-9, 1 - 1e-9)
    return float(abs(np.log(before / (1 - before)) - np.log(after / (1 - after))))


def _rules(found: dict[Any, Any]) -> dict[str, dict[str, Any]]:
    return {
        str(name): {
            "thresholds": [float(rule["operation0"].threshold), float(rule["operation1"].threshold)],
            "chances": [float(rule["p0"]), float(rule["p1"])],
            "instead": float(rule.get("p_ignore", 0.0)),
            "constant": float(rule.get("prediction_constant", 0.0)),
        }
        for name, rule in found.items()
    }


def _chances(rules: dict[str, dict[str, Any]], scores: Floats, groups: Names, before: Floats) -> Floats:
    """Return how likely each row is to be decided positively; as before in groups that have no rule."""
    out = before.copy()
    for name, rule in rules.items():
        rows = groups == name
        chance = sum(p * (scores[rows] > t) for p, t in zip(rule["chances"], rule["thresholds"], strict=True))
        out[rows] = rule["instead"] * rule["constant"] + (1 - rule["instead"]) * chance
    return out


class _Given(BaseEstimator):  # type: ignore[misc]
    """A model whose scores are what it is asked about."""

    def fit(self, X: Any, y: Any) -> Self:  # noqa: ARG002 - without it, it is none
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def decision_function(self, X: Any) -> Floats:
        return np.asarray(X, np.float64).reshape(-1)
