"""Clones of a model fitted again: with weights, by folds, alike each time, and only while there is time."""

from __future__ import annotations

import copy
import warnings
from typing import Any, NamedTuple

import numpy as np

from ..assessment._pipeline import unwrap
from ..assessment._prepare import Floats, Ints
from ..assessment._refitting import few_threads, seeded
from ..assessment._scores import model_scores
from ..assessment._table import take
from ..errors import InputError
from ._problem import Problem

FOLDS = 5
_PLAIN = {"class_weight": None, "scale_pos_weight": 1.0, "is_unbalance": False}
"""Parameters by which classes are weighed, and their values that weigh none."""


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
        with warnings.catch_warnings(), seeded(seed % 2**31), few_threads(X):
            warnings.simplefilter("ignore")
            made.fit(X, y, **parameters)
    except Exception as error:
        raise InputError(
            f"The model could not be fitted again: {type(error).__name__}.",
            hint="Pass the training data as they were passed to fit.",
        ) from error
    return made


def cloned(model: Any, seed: int = 0) -> Any:
    """Return an unfitted clone with its open random states closed; raise InputError where there can be none.

    What has been found while the model was fitted is not looked for again: of a search it is the best estimator, of a
    booster that stopped early its number of rounds, of a tuned threshold the threshold.
    """
    from sklearn.base import clone

    found = unwrap(model) if type(model).__name__.endswith("SearchCV") else model
    try:
        made = at_own_threshold(found, clone(found).set_params(**_rounds(found)))
        known = made.get_params()
        open_states = [n for n, v in known.items() if n.split("__")[-1] == "random_state" and v is None]
        return made.set_params(**dict.fromkeys(open_states, seed % 2**31)) if open_states else made
    except (TypeError, AttributeError, RuntimeError) as error:
        raise InputError(
            f"The model cannot be cloned, and so not fitted again: {type(error).__name__}.",
            hint="Pass an unmodified estimator of scikit-learn's kind.",
        ) from error


def own_copy(problem: Problem) -> Any:
    """Return a copy of a problem's fitted model, one for all of its candidates.

    The model itself may be fitted again by whoever holds it, and its decisions are then no longer those that a
    candidate has learned about.

    Raises
    ------
    InputError
        If it cannot be copied.
    """
    if "copy" not in problem.kept:
        try:
            problem.kept["copy"] = copy.deepcopy(problem.model)
        except Exception as error:
            raise InputError(
                f"The model cannot be copied: {type(error).__name__}.", hint="Pass one that copy.deepcopy takes."
            ) from error
    return problem.kept["copy"]


def _rounds(model: Any) -> dict[str, Any]:
    """Return the parameters of boosters in a model that fit as many rounds as early stopping has left."""
    known = model.get_params()
    found: dict[str, Any] = {}
    for name in known:
        before, _, last = name.rpartition("n_estimators")
        if last or not (before == "" or before.endswith("__")):
            continue
        booster = known[before[:-2]] if before else model
        # XGBoost says the position of the best round, LightGBM their number.
        best = getattr(booster, "best_iteration", None)
        rounds = best + 1 if isinstance(best, int) else getattr(booster, "best_iteration_", None) or 0
        if rounds > 0:
            found[name] = rounds
        stops = [before + stop for stop in ("early_stopping_rounds", "early_stopping_round")]
        found.update(dict.fromkeys((stop for stop in stops if known.get(stop) is not None), None))
    return found


def at_own_threshold(model: Any, made: Any) -> Any:
    """Return a clone whose threshold `AtThreshold` holds, which hands weights of rows on to the estimator inside.

    Parameters
    ----------
    model : estimator
        scikit-learn's FixedThresholdClassifier, or TunedThresholdClassifierCV that is fitted, by itself or last in a
        pipeline; all others stay as they are.
    made : estimator
        Its clone.
    """
    from ._deciding import AtThreshold

    if type(model).__name__ == "Pipeline" and getattr(model, "steps", None):
        name, final = made.steps[-1]
        held = at_own_threshold(model.steps[-1][1], final)
        return made if held is final else made.set_params(**{name: held})
    if type(model).__name__ not in ("FixedThresholdClassifier", "TunedThresholdClassifierCV"):
        return made
    is_probability = hasattr(model.estimator, "predict_proba")
    scores = "predict_proba" if is_probability else "decision_function"
    tuned = getattr(model, "best_threshold_", getattr(model, "threshold", None))
    if tuned is None or model.response_method not in ("auto", scores):
        return made
    threshold = (0.5 if is_probability else 0.0) if tuned == "auto" else float(tuned)
    return AtThreshold(made.estimator, threshold=threshold, positive=getattr(model, "pos_label", None))


class Costs(NamedTuple):
    """What a wrongly positive and a wrongly negative decision cost, as the weights of classes say."""

    fp: float
    fn: float


def without_class_weights(model: Any, labels: Labels) -> tuple[Any, Costs]:
    """Return an unfitted clone that weighs both classes alike, and the costs that it weighed them by.

    Parameters
    ----------
    model : estimator
        Its parts' ``class_weight``, and ``scale_pos_weight`` and ``is_unbalance`` of boosters, are looked at.
    labels : Labels
        Those it was fitted to.

    Notes
    -----
    ``balanced`` weighs a class by n / (2 · its rows), as `sklearn.utils.class_weight.compute_class_weight` does;
    ``is_unbalance`` of LightGBM weighs positive rows by the negative over the positive ones.
    """
    made = cloned(model)
    share = float(labels.true.mean())
    fp, fn = 1.0, 1.0
    plain = {}
    for name, value in made.get_params().items():
        kind = name.rsplit("__", 1)[-1]
        if kind not in _PLAIN or value is None or value is False:
            continue
        plain[name] = _PLAIN[kind]
        if kind == "class_weight" and isinstance(value, dict):
            fp, fn = float(value.get(labels.other, 1.0)), float(value.get(labels.positive, 1.0))
        elif kind == "scale_pos_weight":  # of the class that is larger in sort order
            fp, fn = (1.0, float(value)) if labels.classes[1] == labels.positive else (float(value), 1.0)
        else:
            fp, fn = 1 / (2 * (1 - share)), 1 / (2 * share)
    for name, value in made.get_params().items():
        owner = made.get_params()[name.rpartition("__")[0]] if "__" in name else made
        if name.rsplit("__", 1)[-1] == "positive" and type(owner).__name__ == "AtThreshold" and value is not None:
            plain[name] = int(value == labels.positive)  # fairlearn has it fitted to 0 and 1
    return made.set_params(**plain), Costs(fp, fn)


def weight_parameter(model: Any) -> str | None:
    """Return the name by which a model's fit takes weights of rows, through pipelines; None where it takes none."""
    from sklearn.utils.validation import has_fit_parameter

    if type(model).__name__ == "Pipeline" and getattr(model, "steps", None):
        step, final = model.steps[-1]
        inner = weight_parameter(final)
        return None if inner is None else f"{step}__{inner}"
    if type(model).__name__ == "AtThreshold":
        return weight_parameter(model.estimator)
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
