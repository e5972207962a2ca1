"""What is said of rows by a model, or given in its place; not yet what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError
from . import _prepare
from ._columns import table_columns
from ._prepare import Floats

NO_SCORES = "There are no scores."
SUM = 0.01
"""How far the probabilities of a row may be from one in all: they may have been rounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What is said of n rows.

    Attributes
    ----------
    predicted : array of shape (n,), or None
        Labels or numbers.
    score : ndarray of shape (n,), or None
        Grows with the positive label, for a model with the last of `classes`.
    space : str
        What `score` is: ``decision function``, or ``score``, which may turn out to be a probability.
    table : ndarray of shape (n, K), or None
        Probabilities.
    classes : tuple
        Labels that the model knows, in the order of the table's columns; empty where that is not known.
    kind : str
        ``classifier``, ``regressor``, ``ranker``; empty where that is not known.
    no_scores : str
        Why there is neither score nor table.
    no_predictions : str
        Why nothing is said at all.
    decision : str
        Where `predicted` comes from.
    """

    predicted: Any = None
    score: Floats | None = None
    space: str = "score"
    table: Floats | None = None
    classes: tuple[Any, ...] = ()
    kind: str = ""
    no_scores: str = NO_SCORES
    no_predictions: str = ""
    decision: str = "prediction"


def predictions(values: Any, name: str) -> Answers:
    """Return what is predicted as answers: one label or number for each row, or a table of probabilities.

    Raises
    ------
    InputError
        If it is a table of anything else.
    """
    columns = table_columns(values) if getattr(values, "ndim", 2) == 2 and not isinstance(values, list) else None
    if columns is not None and len(columns) > 1:
        table = np.column_stack([_prepare.numbers(column, f"{name}[{key!r}]") for key, column in columns])
        return Answers(table=probabilities(table, name), classes=tuple(key for key, _ in columns))
    if columns is None and getattr(values, "ndim", 1) == 2 and values.shape[1] > 1:
        return Answers(table=probabilities(_prepare.numbers(np.asarray(values), name), name))
    return Answers(predicted=_prepare.unindexed(_prepare.one_column(values, name)))


def probabilities(table: Floats, name: str) -> Floats:
    """Return a table as it is if its rows are probabilities."""
    sums = table.sum(axis=1)
    wrong = (np.abs(sums - 1) > SUM) | (table < 0).any(axis=1)
    if wrong.any():
        first = int(np.argmax(wrong))
        raise InputError(
            f"{name} has {table.shape[1]} columns that are no probabilities: in {int(wrong.sum()):,} of "
            f"{len(table):,} rows they do not sum to one (row {first}: {sums[first]:.4g}).",
            hint="Pass one column of labels or numbers, or one column of probabilities for each class.",
        )
    return table
