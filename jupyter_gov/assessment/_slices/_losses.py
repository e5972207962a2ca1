"""What each row's answer costs, where nobody says: 0 or 1, log loss, or the absolute error."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .._labels import several
from .._prepare import Floats
from .._subject import Subject

SURE = 1e-3
"""What probabilities are kept away from 0 and 1 by, so that a few sure errors do not make a slice."""


class Losses(NamedTuple):
    """Losses of n rows by name; slices are searched by the first."""

    by: dict[str, Floats]
    told: str

    @property
    def searched(self) -> str:
        """The name of the loss that slices are searched by."""
        return next(iter(self.by))


def losses_of(subject: Subject) -> Losses:
    """Return the losses of a subject's rows: log loss where there are probabilities, and whether each answer is wrong.

    Of numbers the absolute error.
    """
    if subject.task == "regression":
        error = np.abs(np.asarray(subject.true, np.float64) - np.asarray(subject.predicted, np.float64))
        return Losses({"mean_absolute_error": error}, "the absolute error")
    if subject.task == "binary":
        labels = subject.encoded
        wrong = (labels.true != labels.predicted).astype(np.float64)
        if subject.scores is None or subject.scores.space != "probability":
            return Losses({"error_rate": wrong}, "whether the answer is wrong (0/1 loss)")
        stated = np.where(labels.true, subject.scores.values, 1 - subject.scores.values)
    else:
        coded = several(subject.true, subject.predicted, classes=subject.classes)
        wrong = (coded.true != coded.predicted).astype(np.float64)
        if subject.probabilities is None:
            return Losses({"error_rate": wrong}, "whether the answer is wrong (0/1 loss)")
        stated = subject.probabilities[np.arange(len(wrong)), coded.true]
    return Losses({"log_loss": -np.log(np.clip(stated, SURE, 1.0)), "error_rate": wrong}, "log loss")
