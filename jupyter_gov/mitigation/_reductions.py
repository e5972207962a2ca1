"""fairlearn's reductions: the model fitted again and again with other weights and labels until a constraint is kept."""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator

from ..assessment._prepare import Floats
from ._applying import goals_of, in_words, rates_of, why_not_binary, why_not_groups, why_not_two_large
from ._deciding import AtThreshold
from ._draws import drawn_otherwise
from ._groups import groups_of, learn_groups
from ._mixture import RandomisedMixture, Relabelled
from ._problem import Made, Method, Problem
from ._refit import Costs, labels_of, refit, why_not_again, without_class_weights

MOMENTS = {
    ("selection_rate",): "DemographicParity",
    ("true_positive_rate",): "TruePositiveRateParity",
    ("false_positive_rate",): "FalsePositiveRateParity",
    ("false_negative_rate",): "TruePositiveRateParity",
    ("true_negative_rate",): "FalsePositiveRateParity",
    ("true_positive_rate", "false_positive_rate"): "EqualizedOdds",
    ("accuracy",): "ErrorRateParity",
}
"""Rates, and fairlearn's class for the constraint that they be equal."""
MOST = 30
"""Rounds of ExponentiatedGradient."""
GRID = 15
"""Models that GridSearch fits; of those that none beats in training this many at most are candidates."""
CANDIDATES = 4
PRICES = 4
"""Prices beyond which a grid is too coarse; a constraint has one for each rate of all groups but one."""


class _Rows(BaseEstimator):  # type: ignore[misc]
    """The model as fairlearn fits and asks it, about positions of training rows.

    Positions, because tables with text or missing values would not pass fairlearn's checks; and each fit first asks
    whether there is time. Weights of classes are fairlearn's business, which knows them as costs: the labels that it
    has the model fitted to are not those that the weights were meant for.
    """

    def __init__(self, problem: Problem, plain: Any) -> None:
        self.problem = problem
        self.plain = plain

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:  # noqa: ARG002 - it knows them
        problem = self.problem
        problem.check_time()
        weight = np.asarray(sample_weight, np.float64)
        self.estimator_ = refit(self.plain, problem.X_train, np.asarray(y), weight=weight, seed=problem.seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.decided_ = np.asarray(self.estimator_.predict(problem.X_train)).reshape(-1)
        return self

    def predict(self, X: Any) -> Any:
        return self.decided_[np.asarray(X).reshape(-1)]

    def __sklearn_clone__(self) -> _Rows:
        return _Rows(self.problem, self.plain)

    def __deepcopy__(self, memo: Any) -> _Rows:
        return _Rows(self.problem, self.plain)


def constraint_of(problem: Problem, goal: float, costs: Costs) -> Any:
    """Return fairlearn's constraint that rates of groups differ by no more than a goal, with the costs of errors.

    Notes
    -----
    What is made small under it is the mean cost, ``fairlearn.reductions.ErrorRate(costs=…)``: the error that a model
    with weights of classes was fitted for.

    fairlearn bounds how far each group is from all rows. Where none is farther than half of d, no two are farther apart
    than d; where each ratio to all rows is at least √r, so is each of two at least r.
    """
    import fairlearn.reductions

    moment = getattr(fairlearn.reductions, MOMENTS[rates_of(problem)])
    if problem.kind == "ratio" and rates_of(problem)[0] not in ("false_negative_rate", "true_negative_rate"):
        made = moment(ratio_bound=math.sqrt(goal), ratio_bound_slack=0.0)
    else:
        made = moment(difference_bound=(1 - goal if problem.kind == "ratio" else goal) / 2)
    # GridSearch has no other way to be told its objective.
    made.default_objective = lambda: fairlearn.reductions.ErrorRate(costs=costs._asdict())
    return made


def _positions(problem: Problem) -> tuple[Any, Any, Any]:
    import pandas as pd

    labels = labels_of(problem.y_train, problem.positive)
    groups = groups_of(problem.A_train, learn_groups(problem.A_train, problem.sensitive)).astype(str)
    # Groups that are too small for a constraint of their own share one.
    names, codes, counts = np.unique(groups, return_inverse=True, return_counts=True)
    merged = np.where(counts[codes] >= problem.minimum, names[codes], "smaller groups")
    return pd.DataFrame({"row": np.arange(len(merged))}), labels, merged


def _why_not(problem: Problem) -> str:
    if problem.task == "binary" and rates_of(problem) not in MOMENTS:
        return f"fairlearn's reductions have no constraint on the {in_words(problem)}."
    if problem.sample_weight is not None:
        return "fairlearn's reductions set the sample weights themselves, and these rows have weights already."
    return (
        why_not_binary(problem)
        or why_not_again(problem, weights=True)
        or why_not_groups(problem)
        or why_not_two_large(problem)
    )


def _why_no_grid(problem: Problem) -> str:
    refused = _why_not(problem)
    if refused:
        return refused
    groups = len(np.unique(_positions(problem)[2]))
    if (groups - 1) * len(rates_of(problem)) > PRICES:
        return f"A grid of {GRID} models is too coarse for the {in_words(problem)} of {groups} groups."
    return ""


@contextmanager
def _quietly() -> Iterator[None]:
    """Hide what fairlearn warns and logs of its grid and its models, which are not the user's."""
    logger = logging.getLogger("fairlearn")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)


def _exponentiated_gradient(problem: Problem) -> Iterator[Made]:
    from fairlearn.reductions import ExponentiatedGradient

    rows, labels, groups = _positions(problem)
    plain, costs = without_class_weights(problem.model, labels)
    for goal in goals_of(problem)[:2]:
        search = ExponentiatedGradient(_Rows(problem, plain), constraint_of(problem, goal, costs), max_iter=MOST)
        with _quietly():
            search.fit(rows, labels.true, sensitive_features=groups)
        parts = [(search.predictors_[i], float(search.weights_[i])) for i in search.weights_.index]
        made = RandomisedMixture.of(
            [(getattr(part, "estimator_", part), weight) for part, weight in parts if weight > 1e-6],
            replace(problem, target=goal),
            labels,
        )
        groups_drawn = drawn_otherwise(
            made.chance(problem.X_train), np.asarray(made.predict(problem.X_train)) == labels.positive, groups
        )
        chance = (
            f"It draws one of {len(made.members_)} models for each row: chance decides where they differ. The draw is "
            "made from the row itself and a seed, so that the same row is always decided alike."
        )
        yield Made(
            name=f"exponentiated gradient, {problem.kind} {goal:.3g}",
            estimator=made,
            parameters={
                "constraint": MOMENTS[rates_of(problem)],
                "costs": costs._asdict(),
                "goal": goal,
                "kind": problem.kind,
                "models": len(made.members_),
                "chances": [round(chance, 6) for chance in made.chances_],
                "fits": int(search.n_oracle_calls_),
                "seed": problem.seed,
            },
            costs=(
                *((chance,) if len(made.members_) > 1 else ()),
                *groups_drawn,
                "Its scores are means of models that were fitted with other labels: they are no probabilities of the "
                "outcome.",
                *(("Its models decide at their own threshold.",) if problem.threshold is not None else ()),
            ),
        )


def _grid_search(problem: Problem) -> Iterator[Made]:
    from fairlearn.reductions import GridSearch

    rows, labels, groups = _positions(problem)
    plain, costs = without_class_weights(problem.model, labels)
    goal = goals_of(problem)[0]
    search = GridSearch(_Rows(problem, plain), constraint_of(problem, goal, costs), grid_size=GRID)
    with _quietly():
        search.fit(rows, labels.true, sensitive_features=groups)
    gaps = np.array([float(search.gammas_[column].max()) for column in search.gammas_.columns])
    errors = np.array(search.objectives_, np.float64)
    for at in _unbeaten(errors, gaps):
        part = search.predictors_[at]
        multipliers = _multipliers(search, at)
        # One decides everybody alike, the other is the original.
        if not hasattr(part, "estimator_") or not multipliers:
            continue
        yield Made(
            name=f"grid search, {at + 1} of {len(errors)}",
            estimator=AtThreshold.of(Relabelled.of(part.estimator_, labels), problem),
            parameters={
                "constraint": MOMENTS[rates_of(problem)],
                "costs": costs._asdict(),
                "training cost": round(float(errors[at]), 4),
                "training disparity from all rows": round(float(gaps[at]), 4),
                "multipliers": {" ".join(map(str, k)): round(v, 4) for k, v in multipliers.items()},
                "seed": problem.seed,
            },
            costs=("It was fitted with other labels and weights: its scores are no probabilities of the outcome.",),
        )


def _multipliers(search: Any, at: int) -> dict[tuple[Any, ...], float]:
    column = search.lambda_vecs_[search.lambda_vecs_.columns[at]]
    return {key: float(value) for key, value in column.items() if abs(value) > 1e-9}


def _unbeaten(errors: Floats, gaps: Floats) -> list[int]:
    """Return positions that no other beats in both, at most `CANDIDATES`, evenly along the line."""
    order = np.lexsort((errors, gaps))
    kept: list[int] = []
    for i in order.tolist():
        if not kept or errors[i] < errors[kept[-1]]:
            kept.append(i)
    places = np.unique(np.linspace(0, len(kept) - 1, min(CANDIDATES, len(kept))).round().astype(int))
    return [kept[i] for i in places.tolist()]


EXPONENTIATED_GRADIENT = Method(
    key="exponentiated_gradient",
    title="ExponentiatedGradient",
    about="Fits the model again and again with other weights and labels, and draws one of these models for each row.",
    citation="Agarwal, Beygelzimer, Dudík, Langford & Wallach (2018), A Reductions Approach, ICML; by fairlearn.",
    needs="Two classes, a model whose fit takes sample weights, time for dozens of fits; the attribute to train.",
    applies=_why_not,
    make=_exponentiated_gradient,
)

GRID_SEARCH = Method(
    key="grid_search",
    title="GridSearch",
    about="Fits the model with weights and labels of a grid of constraints' prices; each is one ordinary model.",
    citation="Agarwal, Beygelzimer, Dudík, Langford & Wallach (2018), section 3.4, ICML; by fairlearn.",
    needs="Two classes, a model whose fit takes sample weights, time for 15 fits; the attribute in training only.",
    applies=_why_no_grid,
    make=_grid_search,
)
