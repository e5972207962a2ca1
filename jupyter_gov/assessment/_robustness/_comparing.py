"""How a model's answers about changed rows differ from those about the same rows unchanged."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .._comparison._measures import Joint, error_differences, table_differences
from .._comparison._paired import Difference, Pair, accuracy_difference, auc_difference, paired_auc
from .._comparison._references import positions, target
from .._influence import mean_interval
from .._intervals import effective_size, normal_quantile, rate_limits
from .._prepare import Floats, Ints
from .._subject import Subject
from .._values import Interval
from ._asking import Answer


class Effect(NamedTuple):
    """What a change does to one measure, and how its interval is made."""

    interval: Interval
    method: str


class Truth:
    """What happened to some rows of a subject, to measure answers against.

    Attributes
    ----------
    metrics : tuple of str
        The key metrics: of two classes and of rankings ROC AUC, or balanced accuracy without scores; accuracy of
        several classes; R² and mean absolute error of numbers.
    """

    def __init__(self, subject: Subject, rows: Ints) -> None:
        self.subject, self.rows = subject, rows
        weight = subject.weight
        self.weight = None if weight is None else weight[rows]
        self.metrics: tuple[str, ...]
        self.true: Any
        if subject.task == "regression":
            self.metrics, self.true = ("r2", "mean_absolute_error"), target(subject)[rows]
        elif subject.task == "multiclass":
            self.metrics, self.true = ("accuracy",), positions(subject, subject.true)[rows]
        elif subject.labels is None:
            self.metrics, self.true = (), np.zeros(len(rows))
        else:
            ranked = subject.scores is not None and subject.scores.space != "label"
            self.metrics, self.true = ("roc_auc" if ranked else "balanced_accuracy",), subject.labels.true[rows]

    def compare(self, before: Answer, after: Answer) -> dict[str, Effect]:
        """Return each key metric's difference, the share of decisions that change, and the mean change of the score."""
        confidence, out = self.subject.confidence, dict(self._metrics(before, after))
        if before.decided is not None and after.decided is not None:
            out["decisions_changed"] = share((before.decided != after.decided), self.weight, confidence)
        if before.scores is not None and after.scores is not None:
            size = np.abs(after.scores - before.scores)
            size = size.sum(axis=1) / 2 if size.ndim == 2 else size
            out["mean_absolute_change"] = _change(size, self.weight, confidence)
        return out

    def metric(self, answer: Answer) -> dict[str, float]:
        """Return the key metrics of some answers."""
        weight = self.weight
        if self.subject.task == "regression" and answer.scores is not None:
            error = np.abs(self.true - answer.scores)
            spread = float(np.average((self.true - np.average(self.true, weights=weight)) ** 2, weights=weight))
            r2 = 1 - float(np.average(error**2, weights=weight)) / spread if spread > 0 else math.nan
            return {"r2": r2, "mean_absolute_error": float(np.average(error, weights=weight))}
        if self.metrics == ("accuracy",) and answer.decided is not None:
            return {"accuracy": float(np.average(answer.decided == self.true, weights=weight))}
        if self.metrics == ("balanced_accuracy",) and answer.decided is not None:
            right = answer.decided == self.true
            sides = [(right[side], None if weight is None else weight[side]) for side in (self.true, ~self.true)]
            return {"balanced_accuracy": float(np.mean([np.average(r, weights=w) for r, w in sides]))}
        if self.metrics == ("roc_auc",) and answer.scores is not None:
            if not 0 < self.true.sum() < len(self.true):
                return {}
            found = paired_auc(Pair.of(answer.scores, answer.scores, self.true, weight)).first
            return {"roc_auc": min(found, 1.0)}  # rounding
        return {}

    def _metrics(self, before: Answer, after: Answer) -> Any:
        subject, weight = self.subject, self.weight
        confidence, found = subject.confidence, {}
        if subject.task == "regression" and before.scores is not None and after.scores is not None:
            found = error_differences(self.true, after.scores, before.scores, before.scores, weight, confidence)
        elif self.metrics == ("roc_auc",) and before.scores is not None and after.scores is not None:
            found = {"roc_auc": auc_difference(Pair.of(after.scores, before.scores, self.true, weight), confidence)}
        elif before.decided is not None and after.decided is not None:
            first, second = after.decided == self.true, before.decided == self.true
            if self.metrics == ("accuracy",):
                found = {"accuracy": accuracy_difference(first, second, weight, confidence)}
            elif self.metrics == ("balanced_accuracy",):
                joint = Joint.count(self.true.astype(np.int64), 2, first, second, weight, constant=False)
                found = table_differences(
                    joint, ("balanced_accuracy",), confidence, replicates=subject.replicates, seed=subject.seed
                )
        return {name: _effect(found[name]) for name in self.metrics if name in found}


def share(happened: Any, weight: Floats | None, confidence: float) -> Effect:
    """Return a share of rows with Wilson's or exact limits, with weights of the effective number of rows."""
    rate = float(np.average(happened, weights=weight))
    size = effective_size(weight, len(happened))
    lower, upper = rate_limits(rate, size, normal_quantile(confidence))
    method = "wilson or exact" if weight is None else "wilson or exact (effective n)"
    return Effect(Interval(rate, float(lower), float(upper)), method)


def averaged(draws: Sequence[dict[str, Effect]]) -> dict[str, Effect]:
    """Return the mean over draws of a random change, with the means of the limits.

    Notes
    -----
    All draws estimate the same, from the same rows; the standard error of their mean is at most the mean of their
    standard errors, so that the interval is, if anything, too wide.
    """
    if len(draws) == 1:
        return draws[0]
    out = {}
    for name in draws[0]:
        limits = np.array([draw[name].interval for draw in draws if name in draw])
        middle = Interval(*(float(x) for x in limits.mean(axis=0)))
        out[name] = Effect(middle, f"{draws[0][name].method}, mean of {len(limits)} draws")
    return out


def _effect(found: Difference) -> Effect:
    if not math.isfinite(found.value):
        return Effect(Interval(math.nan, math.nan, math.nan), found.method)
    # Rounding may put the difference of two equal numbers a hair outside of its limits.
    return Effect(Interval(found.value, min(found.lower, found.value), max(found.upper, found.value)), found.method)


def _change(size: Floats, weight: Floats | None, confidence: float) -> Effect:
    found = mean_interval(size, weight, confidence)
    return Effect(
        Interval(found.value, max(found.lower, 0.0), found.upper), "t" if weight is None else "t (effective n)"
    )
