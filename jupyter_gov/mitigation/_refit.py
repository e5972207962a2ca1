"""Clones of a model fitted again: with weights, by folds, alike each time, and only while there is time."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np

from ..assessment._pipeline import unwrap
from ..assessment._prepare import Floats, Ints
from ..assessment._refitting import _few_threads, _seeded
from ..assessment._scores import model_scores
from ..assessment._table import take
from ..errors import InputError
from ._problem import Problem

FOLDS = 5


class Labels(NamedTuple):
    """The two classes of a target: the other and the positive one, and per row whether it is the positive one."""

    other: Any
    positive: Any
    true: Ints

    @property
    def classes(self) -> Any:
        """Both in sort order, as scikit-learn has them."""
        return np.unique(np.asarray([self.other, self.positive]))


def labels_of(y: Any, positive: Any = None) -> Labels:
    """Return the two classes of a target.

    Parameters
    ----------
    y : array of shape (n,)
    positive : label, optional
        By default the larger in sort order.

    Raises
    ------
    InputError
        If there are not two classes, or the positive label is none of them.
    """
    values = np.asarray(y).reshape(-1)
    classes = np.unique(values)
    if len(classes) != 2:
        raise InputError(f"The target has {len(classes)} classes, not two.", hint="Pass a binary target.")
    if positive is None:
        positive = classes[1]
    if not any(label == positive for label in classes):
        known = ", ".join(repr(label.item() if hasattr(label, "item") else label) for label in classes)
        raise InputError(f"The target has no class {positive!r}.", hint=f"Its classes are {known}.")
    at = int(classes[1] == positive)
    return Labels(classes[1 - at], classes[at], (values == classes[at]).astype(np.int64))


def refit(model: Any, X: Any, y: Any, *, weight: Floats | None = None, seed: int = 0) -> Any:
    """Return a clone of a model that is fitted to these rows; of a search, of the best that it has found.

    Parameters
    ----------
    model : estimator
    X : table of shape (n, columns)
    y, weight : array of shape (n,)
    seed : int
        For random states that are left open.

    Raises
    ------
    InputError
        If it cannot be cloned, fitted or given weights.
    """
    made = cloned(model, seed)
    parameters = {}
    if weight is not None:
        name = weight_parameter(made)
        if name is None:
            raise InputError("The model takes no sample weights.", hint="Its final step's fit has no sample_weight.")
        parameters[name] = weight
    try:
        with warnings.catch_warnings(), _seeded(seed % 2**31), _few_threads(X):
            warnings.simplefilter("ignore")
            made.fit(X, y, **parameters)
    except Exception as error:
        raise InputError(
            f"The model could not be fitted again: {type(error).__name__}.",
            hint="Pass the training data as they were passed to fit.",
        ) from error
    return made


def cloned(model: Any, seed: int = 0) -> Any:
    """Return an unfitted clone with its open random states closed; raise InputError where there can be none."""
    from sklearn.base import clone

    found = unwrap(model) if type(model).__name__.endswith("SearchCV") else model
    try:
        made = clone(found)
        known = made.get_params()
        open_states = [n for n, v in known.items() if n.split("__")[-1] == "random_state" and v is None]
        return made.set_params(**dict.fromkeys(open_states, seed % 2**31)) if open_states else made
    except (TypeError, AttributeError, RuntimeError) as error:
        raise InputError(
            f"The model cannot be cloned, and so not fitted again: {type(error).__name__}.",
            hint="Pass an unmodified estimator of scikit-learn's kind.",
        ) from error


def weight_parameter(model: Any) -> str | None:
    """Return the name by which a model's fit takes weights of rows, through pipelines; None where it takes none."""
    from sklearn.utils.validation import has_fit_parameter

    if type(model).__name__ == "Pipeline" and getattr(model, "steps", None):
        step, final = model.steps[-1]
        inner = weight_parameter(final)
        return None if inner is None else f"{step}__{inner}"
    return "sample_weight" if has_fit_parameter(model, "sample_weight") else None


def why_not_again(problem: Problem, *, weights: bool = False) -> str:
    """Return why a problem's model cannot be fitted again, or an empty text."""
    if problem.X_train is None or problem.y_train is None:
        return "There are no training data. Pass train=(X_train, y_train)."
    try:
        made = cloned(problem.model)
    except InputError as error:
        return error.message
    if weights and weight_parameter(made) is None:
        return "The model's final step takes no sample weights."
    return ""


def cross_fitted(problem: Problem, labels: Labels) -> Floats:
    """Return scores of the positive label of all training rows, each by a clone that has not seen the row.

    Several methods go by them, so that they are made once for a problem.

    Returns
    -------
    ndarray of shape (n,)

    Raises
    ------
    InputError
        If a class has too few rows for two folds, or the model cannot be fitted again.
    """
    from sklearn.model_selection import StratifiedKFold

    kept: Floats | None = problem.kept.get("cross-fitted")
    if kept is not None:
        return kept
    fewest = int(np.bincount(labels.true).min())
    if fewest < 2:
        raise InputError("A class has fewer than two training rows.", hint="Pass more training rows.")
    scores = np.empty(len(labels.true))
    target = np.asarray(problem.y_train).reshape(-1)
    weight = None if problem.sample_weight is None else np.asarray(problem.sample_weight, np.float64)
    folds = StratifiedKFold(min(FOLDS, fewest), shuffle=True, random_state=problem.seed % 2**31)
    for learned, asked in folds.split(labels.true, labels.true):
        problem.check_time()
        part = None if weight is None else weight[learned]
        made = refit(problem.model, take(problem.X_train, learned), target[learned], weight=part, seed=problem.seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scores[asked] = model_scores(made, take(problem.X_train, asked), labels.positive).values
    problem.kept["cross-fitted"] = scores
    return scores
