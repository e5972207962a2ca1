"""Reweighing: rows weighed so that group and label are independent in the training data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..assessment._prepare import Floats
from ._applying import why_not_groups
from ._deciding import AtThreshold
from ._groups import groups_of, learn_groups
from ._problem import Made, Method, Problem
from ._refit import refit, why_not_again


def reweighing(groups: Any, labels: Any, weight: Any = None) -> Floats:
    """Return the weights that make groups and labels independent, with the sum that they had.

    Parameters
    ----------
    groups, labels : array of shape (n,)
    weight : array of shape (n,), optional
        Weights that rows have already.

    Returns
    -------
    ndarray of shape (n,)

    Notes
    -----
    Kamiran & Calders (2012, Knowl. Inf. Syst. 33:1–33), section 5.2: P(group) · P(label) / P(group, label), the
    expected over the observed share of a row's combination; times the weight it had.
    """
    before = np.ones(len(groups)) if weight is None else np.asarray(weight, np.float64)
    _, g = np.unique(np.asarray(groups).astype(str), return_inverse=True)
    _, y = np.unique(np.asarray(labels), return_inverse=True)
    joint = np.zeros((int(g.max()) + 1, int(y.max()) + 1))
    np.add.at(joint, (g, y), before)
    total = joint.sum()
    expected = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True) / total
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(joint > 0, expected / joint, 0.0)
    return np.asarray(before * ratio[g, y], np.float64)


def _why_not(problem: Problem) -> str:
    if problem.task not in ("binary", "multiclass"):
        return f"It weighs rows by group and class, and this is a {problem.task} task."
    return why_not_again(problem, weights=True) or why_not_groups(problem)


def _make(problem: Problem) -> Iterator[Made]:
    problem.check_time()
    groups = groups_of(problem.A_train, learn_groups(problem.A_train, problem.sensitive))
    weight = reweighing(groups, np.asarray(problem.y_train).reshape(-1), problem.sample_weight)
    made = refit(problem.model, problem.X_train, problem.y_train, weight=weight, seed=problem.seed)
    yield Made(
        name="reweighing",
        estimator=AtThreshold.of(made, problem),
        parameters={
            "least weight": round(float(weight.min()), 4),
            "largest weight": round(float(weight.max()), 4),
            "seed": problem.seed,
        },
        costs=(
            "Its probabilities are of the weighed rows, not of the population: look at calibration.",
            "It moves decisions only as far as the model follows the weights.",
        ),
    )


REWEIGHING = Method(
    key="reweighing",
    title="Reweighing",
    about="Fits the model again with weights that make group and label independent in the training data.",
    citation="Kamiran & Calders (2012), Knowledge and Information Systems 33:1–33.",
    needs="Classes, a model whose fit takes sample weights; the attribute in training only.",
    applies=_why_not,
    make=_make,
)
