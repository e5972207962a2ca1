"""The quality of a table as an evaluation, where there is nothing that was predicted."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._prepare import confidence_level
from .._running import Evaluations
from .._subject import Progress, Subject
from ._assessment import TARGET
from ._columns import read_columns, target_column

NAME = "data_quality"


def evaluate_data(
    data: Any,
    *,
    target: Any = None,
    confidence: float = 0.95,
    seed: int = 0,
    progress: Progress | None = None,
) -> Evaluations:
    """Assess the quality of a table of any library.

    Parameters
    ----------
    data : DataFrame, mapping of name to column, table that Arrow reads, or ndarray of shape (n, columns)
    target : name of a column, or array-like of shape (n,); optional
    confidence : float
    seed : int
    progress : callable, optional
        Called with the assessment's name, the steps done and their total.

    Returns
    -------
    Evaluations
        Of one assessment, `data_quality`.

    Raises
    ------
    InputError, NotFoundError
        If the data are no table, are empty, or have no such target.
    """
    columns = read_columns(data)
    label, others = target_column(target, columns)
    subject = Subject(
        task="ranking",
        true=np.zeros(len(columns[0])) if label is None else label.values,
        features={column.name: column.values for column in others},
        decision={TARGET: None if label is None else label.name, "decision": "none"},
        confidence=confidence_level(confidence),
        seed=seed,
        progress=progress or (lambda _name, _done, _total: None),
    )
    return Evaluations((NAME,), subject)
