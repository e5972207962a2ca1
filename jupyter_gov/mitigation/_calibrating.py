"""Calibration by group: what a score of 0.3 means, learned for each group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Self

import numpy as np

from ..assessment._prepare import Bools, Floats, Ints
from ._applying import attribute_cost, volume_cost, why_not_by_group
from ._by_group import ByGroup, volumes
from ._cuts import threshold_for
from ._groups import Names
from ._problem import Made, Method, Problem
from ._refit import cross_fitted, labels_of

ISOTONIC = 300
"""Rows of the smallest group from which on isotonic calibration is tried; with fewer it follows chance."""
_INSIDE = 1e-6


class GroupCalibrated(ByGroup):
    """Probabilities that are calibrated in each group, and decisions by one threshold of these for all.

    The threshold decides as many training rows positively as the original does.

    Groups that are small, have one class only, or were not seen in training are calibrated with all rows together.

    Parameters
    ----------
    estimator : estimator
    sensitive : tuple of str
    how : str
        ``sigmoid`` (Platt 1999) or ``isotonic`` (Zadrozny & Elkan 2002).
    positive, threshold, minimum, seed, columns
        As for `GroupThresholds`; the threshold is the original's.

    Attributes
    ----------
    cut_ : float
        The calibrated probability from which on the decision is positive.
    volumes_ : dict of str to float
        As of `GroupThresholds`.
    maps_ : dict of str to dict
        By group, and ``""`` for all: ``slope`` and ``intercept`` on the logit of a probability or on the score, or the
        points ``x`` and ``y`` of an isotonic curve.
    """

    def __init__(
        self,
        estimator: Any,
        *,
        sensitive: tuple[str, ...] = (),
        how: Literal["sigmoid", "isotonic"] = "sigmoid",
        positive: Any = None,
        threshold: float | None = None,
        minimum: int = 30,
        seed: int = 0,
        columns: tuple[str, ...] | None = None,
    ) -> None:
        self.estimator = estimator
        self.sensitive = sensitive
        self.how = how
        self.positive = positive
        self.threshold = threshold
        self.minimum = minimum
        self.seed = seed
        self.columns = columns

    def learn(self, problem: Problem, scores: Floats | None = None) -> Self:
        """Learn maps from cross-fitted scores of the training rows, which are made where they are not given."""
        labels, groups, large = self._begin(problem)
        found = cross_fitted(problem, labels) if scores is None else scores
        weight = np.ones(len(found)) if problem.sample_weight is None else np.asarray(problem.sample_weight, np.float64)
        self.maps_ = {"": self._map(found, labels.true, weight)}
        for name in large:
            rows = groups == name
            self.maps_[name] = self._map(found[rows], labels.true[rows], weight[rows])
        before, calibrated = found >= self._threshold(problem.X_train), self._calibrated(found, groups)
        self.cut_ = threshold_for(calibrated, float(weight @ before), weight)
        self.volumes_ = volumes(before, calibrated >= self.cut_, weight)
        return self

    def predict_proba(self, X: Any, *, sensitive_features: Any = None) -> Floats:
        """Return calibrated probabilities of both classes, of shape (n, 2); parameters as for `predict`."""
        scores = self.scores(X, sensitive_features=sensitive_features)
        table = np.column_stack([1 - scores, scores])
        return table if self.classes_[1] == self.positive_ else table[:, ::-1]

    def scores(self, X: Any, *, sensitive_features: Any = None) -> Floats:
        """Return calibrated probabilities of the positive label, of shape (n,)."""
        return self._calibrated(self._scores(self._inner(X)), self._groups(X, sensitive_features))

    def _decide(self, inner: Any, groups: Names) -> Bools:
        return self._calibrated(self._scores(inner), groups) >= self.cut_

    def _calibrated(self, scores: Floats, groups: Names) -> Floats:
        out = self._mapped(self.maps_[""], scores)
        for name, curve in self.maps_.items():
            rows = groups == name
            out[rows] = self._mapped(curve, scores[rows])
        return out

    def _map(self, scores: Floats, true: Ints, weight: Floats) -> dict[str, Any]:
        if self.how == "isotonic":
            from sklearn.isotonic import IsotonicRegression

            curve = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(scores, true, sample_weight=weight)
            return {"x": curve.X_thresholds_.tolist(), "y": curve.y_thresholds_.tolist()}
        from scipy.optimize import minimize
        from scipy.special import expit

        x = self._logit(scores)
        events, others = weight @ true, weight @ (1 - true)
        # Platt's targets, which keep a group that scores separate from an infinite slope.
        target = np.where(true == 1, (events + 1) / (events + 2), 1 / (others + 2))

        def loss(at: Floats) -> tuple[float, Floats]:
            z = at[0] * x + at[1]
            off = weight * (expit(z) - target)
            return float(weight @ (np.logaddexp(0, z) - target * z)), np.array([off @ x, off.sum()])

        found = minimize(loss, np.array([1.0, 0.0]), jac=True, method="BFGS").x
        return {"slope": float(found[0]), "intercept": float(found[1])}

    def _mapped(self, curve: dict[str, Any], scores: Floats) -> Floats:
        from scipy.special import expit

        if "x" in curve:
            return np.asarray(np.interp(scores, curve["x"], curve["y"]), np.float64)
        return np.asarray(expit(curve["slope"] * self._logit(scores) + curve["intercept"]), np.float64)

    def _logit(self, scores: Floats) -> Floats:
        if not hasattr(self.estimator_, "predict_proba"):
            return scores
        inside = np.clip(scores, _INSIDE, 1 - _INSIDE)
        return np.asarray(np.log(inside) - np.log1p(-inside), np.float64)


def _make(problem: Problem) -> Iterator[Made]:
    scores = cross_fitted(problem, labels_of(problem.y_train, problem.positive))
    ways: tuple[Literal["sigmoid", "isotonic"], ...] = ("sigmoid", "isotonic")
    for how in ways:
        problem.check_time()
        minimum = problem.minimum if how == "sigmoid" else max(problem.minimum, ISOTONIC)
        made = GroupCalibrated.of(problem, how=how, minimum=minimum)
        if how == "isotonic" and _fewest(problem) < ISOTONIC:
            continue
        made.learn(problem, scores)
        yield Made(
            name=f"calibration by group, {how}",
            estimator=made,
            parameters={
                "how": how,
                "groups": sorted(name for name in made.maps_ if name),
                "threshold": made.cut_,
                "decided positively": dict(made.volumes_),
                "seed": problem.seed,
            },
            needs_attribute=True,
            costs=(
                attribute_cost(problem),
                *volume_cost(made.volumes_),
                "Probabilities come to mean the same in each group; rates of decisions may come closer or drift apart.",
            ),
        )


def _fewest(problem: Problem) -> int:
    from ._groups import groups_of, learn_groups

    groups = groups_of(problem.A_train, learn_groups(problem.A_train, problem.sensitive)).astype(str)
    counts = np.unique(groups, return_counts=True)[1]
    return int(counts[counts >= problem.minimum].min(initial=len(groups)))


GROUP_CALIBRATION = Method(
    key="group_calibration",
    title="Calibration by group",
    about=(
        "Learns for each group what its scores mean, and decides by one threshold for all, with as many positive "
        "decisions as before."
    ),
    citation=(
        "Platt (1999); Zadrozny & Elkan (2002); by group: Pleiss, Raghavan, Wu, Kleinberg & Weinberger (2017), On "
        "Fairness and Calibration, NeurIPS."
    ),
    needs="Two classes, a model with scores that can be fitted again, the attribute at prediction time.",
    applies=why_not_by_group,
    make=_make,
)
