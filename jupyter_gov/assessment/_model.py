"""A fitted model as assessments ask it, and what asking it costs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from ..errors import GovError, InputError
from ._cards import Task
from ._scores import Scores, model_scores, score_space
from ._table import take

TIME_LIMIT = 300.0
"""Seconds that an assessment may spend on predictions unless told otherwise."""
_QUICK, _SLOW = 0.2, 5.0
_TOLD = 0.1
"""Part of the limit from which on it is said that it was spent."""


class Pace(NamedTuple):
    """Seconds that a call of a model takes, and each row in it besides."""

    call: float = 0.0
    row: float = 0.0

    def seconds(self, rows: int, calls: int = 1) -> float:
        """Return the seconds that so many rows take in so many calls."""
        return calls * self.call + rows * self.row

    def or_slower(self, other: Pace) -> Pace:
        """Return the pace that is no quicker than this one or the other."""
        return Pace(max(self.call, other.call), max(self.row, other.row))


NO_PACE = Pace()


OTHER_ROWS = "other number of rows"
"""Why answers are refused that are not one for each row."""


class RefusedError(InputError):
    """A model does not answer rows that it is asked about.

    Attributes
    ----------
    why : str
        In a word or two, such as the class of its error.
    """

    def __init__(self, message: str, *, why: str) -> None:
        super().__init__(message, hint="Assessments also ask about rows that combine or change values of X.")
        self.why = why


@dataclass(slots=True)
class Spent:
    """What an assessment has spent on predictions so far."""

    seconds: float = 0.0


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
        As measured when it was asked for the assessed predictions and scores, of these the slower.
    time_limit : float
        Seconds that one assessment may spend on predictions.
    spent : Spent
        On predictions since `begin`.
    """

    estimator: Any
    task: Task
    positive: Any = None
    pace: Pace = NO_PACE
    time_limit: float = TIME_LIMIT
    spent: Spent = field(default_factory=Spent, compare=False, repr=False)

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

        Raises
        ------
        RefusedError
            If the model raises, or answers another number of rows.
        """
        found: Scores = self._ask(lambda: model_output(self.estimator, X, self.positive, self.task))
        _same_rows(X, found.values)
        return found

    def decide(self, X: Any) -> Any:
        """Return the labels or numbers that the model predicts, an array of shape (n,); it raises as `scores` does."""
        found = self._ask(lambda: np.asarray(self.estimator.predict(X)).reshape(-1))
        _same_rows(X, found)
        return found

    @property
    def space(self) -> str:
        """What `scores` are."""
        return output_space(self.estimator, self.task)

    def begin(self) -> None:
        """Begin to count what is spent, as each assessment does."""
        self.spent.seconds = 0.0

    def affords(self, rows: int, calls: int = 1) -> bool:
        """Return whether so many rows in so many calls can be predicted within what is left of the limit."""
        return self.spent.seconds + self.pace.seconds(rows, calls) <= self.time_limit

    def afford(self, rows: int, calls: int = 1) -> None:
        """Raise InputError if predicting so many rows in so many calls would take longer than is left of the limit."""
        refuse_slow(self.pace, rows, calls, self.time_limit, self.spent.seconds)

    def _ask(self, question: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        try:
            return question()
        except GovError:
            raise
        except Exception as error:
            why = type(error).__name__
            raise RefusedError(f"The model cannot predict some rows: {why}: {first_line(error)}", why=why) from error
        finally:
            self.spent.seconds += time.perf_counter() - start


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
        return Scores(np.asarray(model.predict_proba(rows), np.float64), output_space(model, task))
    if task == "regression" or (task == "ranking" and not has_scores(model)):
        return Scores(np.asarray(model.predict(rows), np.float64).reshape(-1), output_space(model, task))
    return model_scores(model, rows, positive)


def output_space(model: Any, task: Task) -> str:
    """Return what `model_output` is, without asking."""
    if task == "multiclass":
        return "probability of the most likely class"
    if task == "regression" or (task == "ranking" and not has_scores(model)):
        return "prediction"
    return score_space(model)


def has_scores(model: Any) -> bool:
    """Return whether a model gives scores besides its predictions."""
    return hasattr(model, "predict_proba") or hasattr(model, "decision_function")


def refuse_slow(pace: Pace, rows: int, calls: int, limit: float, spent: float = 0.0) -> None:
    """Raise InputError, with an estimate, if predicting so many rows would take longer than is left of the limit."""
    seconds = pace.seconds(rows, calls)
    if spent + seconds > limit:
        after = f" more after {duration(spent)}" if spent > _TOLD * limit else ""
        raise InputError(
            f"It would take about {duration(seconds)}{after}: {rows:,} predictions at "
            f"{duration(seconds / max(rows, 1))} each, and the limit is {duration(limit)}.",
            hint="Raise the limit with the option time_limit, in seconds, or pass fewer rows.",
        )


def measure_pace(predict: Callable[[Any], Any], X: Any, n: int, limit: float = math.inf) -> Pace:
    """Return how long a model takes, from its first rows; of one that answers at once, how long the call took.

    One row is asked about; again, as the first call of all may prepare something, if that took long; and then three,
    twice if that is soon done, since what else the machine does must not be taken for the model's pace. Where a call
    takes longer than the limit, no more is asked.
    """
    if n < 2:
        return Pace()
    try:
        one = _timed(predict, take(X, np.arange(1)))
        if one >= _QUICK:
            one = min(one, _timed(predict, take(X, np.arange(1))))
        if one < _QUICK or one > limit:
            return Pace(one)
        several = min(3, n)
        times = 2 if one < _SLOW else 1
        all_of_them = min(_timed(predict, take(X, np.arange(several))) for _ in range(times))
        row = max((all_of_them - one) / (several - 1), 0.0)
    except Exception:
        return Pace()  # what it cannot predict, and why, is found where all rows are asked about
    return Pace(max(one - row, 0.0), row)


def timed(predict: Callable[[Any], Any], X: Any, n: int, pace: Pace) -> tuple[Any, Pace]:
    """Return what a model says of all n rows, and its pace, of which what they took is the better measure."""
    start = time.perf_counter()
    found = predict(X)
    took = time.perf_counter() - start
    call = min(pace.call, took)
    return found, Pace(call, min(pace.row or took, (took - call) / max(n, 1)))


def first_line(error: Exception) -> str:
    """Return the first line of what an error says, or its class."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def duration(seconds: float) -> str:
    """Return a duration in words, in the unit that fits."""
    for unit, size in (("day", 86_400.0), ("hour", 3_600.0), ("minute", 60.0)):
        if seconds >= 1.5 * size:
            return f"{seconds / size:,.0f} {unit}s"
    return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"


def _same_rows(X: Any, found: Any) -> None:
    rows = X.shape[0] if hasattr(X, "shape") else len(X)
    if len(found) != rows:
        raise RefusedError(f"The model gives {len(found):,} predictions for {rows:,} rows.", why=OTHER_ROWS)


def _timed(predict: Callable[[Any], Any], rows: Any) -> float:
    start = time.perf_counter()
    predict(rows)
    return time.perf_counter() - start
