"""Asking a model for its predictions and scores, once, and for all rows that it can predict."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ..errors import GovError, InputError, a_type
from . import _prepare
from ._answers import Answers, predictions, probabilities
from ._model import NO_PACE, TIME_LIMIT, Pace, first_line, measure_pace, refuse_slow, timed
from ._pipeline import flatten
from ._prepare import Bools, Floats
from ._scores import classes_of
from ._subject import Progress
from ._table import take
from ._unanswered import predictable


class Asked(NamedTuple):
    """A model's answers, and for each row of X whether it answered; None where it did for all.

    `lacking` is what the rows lack that it did not answer, in words; `pace` is how long it took.
    """

    answers: Answers
    answered: Bools | None
    lacking: str = ""
    pace: Pace = NO_PACE


def ask(model: Any, X: Any, n: int, progress: Progress, time_limit: float = TIME_LIMIT) -> Asked:
    """Ask a fitted model for its predictions and scores on all n rows of X on which it does not raise.

    A model that raises on all rows, or on more than `predictable` finds, has no predictions.

    Raises
    ------
    InputError
        If it is not a fitted model, predicts something other than one label or number for each row, or would take
        longer than `time_limit` seconds.
    """
    kind, classes = _kind(model), tuple(classes_of(model) or ())
    _refuse_unfitted(model)
    predict = Asking(model).predict
    answered, lacking = None, ""
    pace = measure_pace(predict, X, n, time_limit)
    refuse_slow(pace, n, 1, time_limit)
    try:
        raw, pace = timed(predict, X, n, pace)
    except Exception as error:
        why = _cannot(model, X, error)
        silent = Asked(Answers(kind=kind, classes=classes, no_predictions=why, no_scores=why), None)
        answered, lacking = predictable(predict, X, n, progress)
        if not answered.any():
            return silent
        X, n = take(X, np.flatnonzero(answered)), int(answered.sum())
        try:
            raw, pace = timed(predict, X, n, pace)
        except Exception:
            return silent  # it was not for these rows that it raised
    answers = replace(predictions(raw, "model.predict(X)"), kind=kind, classes=classes, decision="model.predict")
    if answers.table is not None and kind:
        raise InputError(
            f"The model predicts {answers.table.shape[1]} values for each row.", hint="Assess one target at a time."
        )
    said: Any = answers.table if answers.predicted is None else answers.predicted
    if len(said) != n:
        raise InputError(
            f"X has {n:,} rows and the model gives {len(said):,} predictions.",
            hint="Leave out rows with missing values, which some models drop.",
        )
    if kind != "regressor" and answers.table is None:
        answers, scoring = _with_scores(answers, model, X, n, time_limit)
        pace = pace.or_slower(scoring)
    return _without_missing(answers, answered, n)._replace(lacking=lacking, pace=pace)


def _kind(model: Any) -> str:
    """Return what a model says that it is for."""
    final = flatten(model)[1]
    if type(final).__module__.partition(".")[0] in ("lightgbm", "xgboost"):
        objective = _objective(final)
        if type(final).__name__.endswith("Ranker") or "rank" in objective:
            return "ranker"
        if objective.startswith("reg"):
            return "regressor"
    if hasattr(type(final), "__sklearn_tags__"):
        from sklearn.utils import get_tags

        told = get_tags(final).estimator_type
    else:
        told = getattr(final, "_estimator_type", None)
    if told in ("classifier", "regressor", "ranker"):
        return str(told)
    return "classifier" if classes_of(model) else ""


def _objective(booster: Any) -> str:
    """Return what a booster was trained for, such as ``regression`` or ``rank:ndcg``; nothing for an estimator."""
    if hasattr(booster, "save_config"):
        return str(json.loads(booster.save_config())["learner"]["objective"]["name"])
    params = getattr(booster, "params", None)
    return str(params.get("objective", "")) if isinstance(params, dict) else ""


class Asking:
    """A model as it is asked: `predict` takes the tables that models of scikit-learn's kind take."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def predict(self, X: Any) -> Any:
        if hasattr(self._model, "save_config") and type(self._model).__module__.startswith("xgboost."):
            from xgboost import DMatrix

            X = X if isinstance(X, DMatrix) else DMatrix(X, enable_categorical=True)
        return self._model.predict(X)


class Scoring(Asking):
    """A model whose `predict` gives the probability of the larger class, or of each class."""

    def predict_proba(self, X: Any) -> Floats:
        raw = np.asarray(self.predict(X), np.float64)
        return raw if raw.ndim == 2 and raw.shape[1] > 1 else np.column_stack([1 - raw.reshape(-1), raw.reshape(-1)])


def explainable(model: Any, answers: Answers, decided: bool) -> Any:
    """Return a model as the explanation asks it; `decided` where its predictions are labels or numbers."""
    if not decided and not hasattr(model, "predict_proba"):
        return Scoring(model)
    return model if answers.classes or not hasattr(model, "save_config") else Asking(model)


def _refuse_unfitted(model: Any) -> None:
    if not hasattr(model, "predict"):
        raise InputError(f"The model is {a_type(model)}, which has no predict method.", hint="Pass a fitted model.")
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    try:
        if hasattr(model, "fit"):
            check_is_fitted(model)
    except NotFittedError:
        raise _unfitted(model) from None
    except (TypeError, AttributeError):
        # Not one of scikit-learn's kind: whether it is fitted shows when it predicts.
        if isinstance(model, type):
            raise InputError(f"{model.__name__} is a class, not a fitted model.", hint=_FIT) from None


_FIT = "Fit it first: model.fit(X_train, y_train)."


def _unfitted(model: Any) -> InputError:
    return InputError(f"This {type(model).__name__} is not fitted.", hint=_FIT)


def _cannot(model: Any, X: Any, error: Exception) -> str:
    """Return why a model cannot predict; an error of ours, or that of an unfitted model, is raised."""
    from sklearn.exceptions import NotFittedError

    if isinstance(error, NotFittedError):
        raise _unfitted(model) from None
    if isinstance(error, GovError):
        raise error
    why = f"The model cannot predict on X: {first_line(error)}"
    known = [str(name) for name in getattr(model, "feature_names_in_", ())]
    given = [str(name) for name in getattr(X, "columns", ())]
    if known != given and sorted(known) == sorted(given):
        return f"The model cannot predict on X, which has the same columns in another order: {first_line(error)}"
    parts = (("X lacks ", set(known) - set(given)), ("the model was not fitted on ", set(given) - set(known)))
    said = [text + ", ".join(map(repr, sorted(names)[:6])) for text, names in parts if names]
    return f"{why.rstrip('.')}; {' and '.join(said)}" if known and given and said else why


def _with_scores(answers: Answers, model: Any, X: Any, n: int, time_limit: float) -> tuple[Answers, Pace]:
    """Add a classifier's probabilities or else its decision function; where they cannot be had, the reason."""
    if not (hasattr(model, "predict_proba") or hasattr(model, "decision_function")):
        return replace(answers, no_scores="The model has neither predict_proba nor decision_function."), NO_PACE
    name = "predict_proba" if hasattr(model, "predict_proba") else "decision_function"
    pace = measure_pace(getattr(model, name), X, n, time_limit)
    try:
        refuse_slow(pace, n, 1, time_limit)
        raw, pace = timed(getattr(model, name), X, n, pace)
        return _scored(answers, name, _prepare.numbers(np.asarray(raw), name), n), pace
    except GovError as error:
        return replace(answers, no_scores=str(error)), pace
    except Exception as error:
        return replace(answers, no_scores=f"The model's scores cannot be computed: {first_line(error)}"), pace


def _scored(answers: Answers, name: str, values: Floats, n: int) -> Answers:
    if len(values) != n:
        raise InputError(f"{name} gives {len(values):,} rows for {n:,}.", hint="Pass the same rows in both.")
    if name == "predict_proba":
        return replace(answers, table=_table(values, len(answers.classes)))
    values = values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values
    if values.ndim == 1:
        return replace(answers, score=values, space="decision function")
    return replace(answers, no_scores="The model has a decision function for each class, and no predict_proba.")


def _table(values: Floats, classes: int) -> Floats:
    expected = classes or 2
    if values.ndim != 2 or values.shape[1] != expected:
        raise InputError(
            f"predict_proba has the shape {values.shape}, not {expected} columns.",
            hint="It must give one probability for each class.",
        )
    return probabilities(values, "predict_proba")


def _without_missing(answers: Answers, answered: Bools | None, n: int) -> Asked:
    """Leave out the rows for which a model predicts nothing."""
    if answers.predicted is None:
        return Asked(answers, answered)
    import pandas as pd

    missing = np.asarray(pd.isna(answers.predicted), np.bool_)
    if not missing.any():
        return Asked(answers, answered)
    if missing.all():
        why = "The model predicts nothing for any row of X."
        return Asked(replace(answers, predicted=None, score=None, table=None, no_predictions=why, no_scores=why), None)
    keep = np.flatnonzero(~missing)
    places = np.arange(n) if answered is None else np.flatnonzero(answered)
    whole = np.zeros(n if answered is None else len(answered), np.bool_)
    whole[places[keep]] = True
    kept = {
        part: take(value, keep)
        for part in ("predicted", "score", "table")
        if (value := getattr(answers, part)) is not None
    }
    return Asked(replace(answers, **kept), whole)
