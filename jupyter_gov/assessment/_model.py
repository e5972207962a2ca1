"""A fitted model as assessments ask it, and what asking it costs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..errors import InputError
from ._answers import take
from ._cards import Task
from ._scores import Scores, model_scores

TIME_LIMIT = 300.0
"""Seconds that an assessment may spend on predictions unless told otherwise."""
_QUICK = 0.2


class Pace(NamedTuple):
    """Seconds that a call of a model takes, and each row in it besides."""

    call: float = 0.0
    row: float = 0.0

    def seconds(self, rows: int, calls: int = 1) -> float:
        """Return the seconds that so many rows take in so many calls."""
        return calls * self.call + rows * self.row


NO_PACE = Pace()


@dataclass(frozen=True, kw_only=True)
class Model:
    """A fitted model as assessments ask it.

    Attributes
    ----------
    estimator : fitted model
        With ``predict``; with ``predict_proba`` where its scores are probabilities.
    task : str
    positive : label or None
        Of two classes.
    pace : Pace
        As measured when it was asked for the assessed predictions.
    time_limit : float
        Seconds that one assessment may spend on predictions.
    """

    estimator: Any
    task: Task
    positive: Any = None
    pace: Pace = NO_PACE
    time_limit: float = TIME_LIMIT

    def scores(self, X: Any) -> Scores:
        """Return what is explained and perturbed.

        That is a predicted number, the score of the positive label or of a ranking, or the probabilities of all of
        several classes.

        Parameters
        ----------
        X : table of shape (n, columns)

        Returns
        -------
        Scores
            Of shape (n,), or (n, K) for K classes, and what they are.
        """
        return model_output(self.estimator, X, self.positive, self.task)

    def decide(self, X: Any) -> Any:
        """Return the labels or numbers that the model predicts, an array of shape (n,)."""
        return np.asarray(self.estimator.predict(X)).reshape(-1)

    def afford(self, rows: int, calls: int = 1) -> None:
        """Raise InputError if predicting so many rows in so many calls would take longer than the limit."""
        refuse_slow(self.pace, rows, calls, self.time_limit)


def model_output(model: Any, rows: Any, positive: Any, task: Task) -> Scores:
    """Return what is explained: predicted numbers, probabilities of all classes if there are several, else scores.

    Parameters
    ----------
    model : fitted model
    rows : table of shape (n, columns)
    positive : label or None
        Of two classes.
    task : str

    Returns
    -------
    Scores
        Of shape (n,), or (n, K) for K classes, and what they are.
    """
    if task == "multiclass":
        return Scores(np.asarray(model.predict_proba(rows), np.float64), "probability of the most likely class")
    if task == "regression" or (task == "ranking" and not has_scores(model)):
        return Scores(np.asarray(model.predict(rows), np.float64).reshape(-1), "prediction")
    return model_scores(model, rows, positive)


def has_scores(model: Any) -> bool:
    """Return whether a model gives scores besides its predictions."""
    return hasattr(model, "predict_proba") or hasattr(model, "decision_function")


def refuse_slow(pace: Pace, rows: int, calls: int, limit: float) -> None:
    """Raise InputError, with an estimate, if predicting so many rows would take longer than the limit."""
    seconds = pace.seconds(rows, calls)
    if seconds > limit:
        raise InputError(
            f"It would take about {duration(seconds)}: {rows:,} predictions at {duration(seconds / max(rows, 1))} "
            f"each, and the limit is {duration(limit)}.",
            hint="Raise the limit with the option time_limit, in seconds, or pass fewer rows.",
        )


def measure_pace(predict: Callable[[Any], Any], X: Any, n: int) -> Pace:
    """Return how long a model takes, from its first rows; of one that answers at once, how long the call took.

    One row is asked about; again, as the first call of all may prepare something, if that took long; and then three,
    twice, since what else the machine does must not be taken for the model's pace.
    """
    if n < 2:
        return Pace()
    try:
        one = _timed(predict, take(X, np.arange(1)))
        if one < _QUICK:
            return Pace(one)
        one = min(one, _timed(predict, take(X, np.arange(1))))
        if one < _QUICK:
            return Pace(one)
        several = min(3, n)
        all_of_them = min(_timed(predict, take(X, np.arange(several))) for _ in range(2))
        row = max((all_of_them - one) / (several - 1), 0.0)
    except Exception:
        return Pace()  # what it cannot predict, and why, is found where all rows are asked about
    return Pace(max(one - row, 0.0), row)


def duration(seconds: float) -> str:
    """Return a duration in words, in the unit that fits."""
    for unit, size in (("day", 86_400.0), ("hour", 3_600.0), ("minute", 60.0)):
        if seconds >= 1.5 * size:
            return f"{seconds / size:,.0f} {unit}s"
    return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"


def _timed(predict: Callable[[Any], Any], rows: Any) -> float:
    start = time.perf_counter()
    predict(rows)
    return time.perf_counter() - start
