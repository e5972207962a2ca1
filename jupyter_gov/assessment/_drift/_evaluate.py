"""Drift between any two data sets, as an evaluation."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from ...errors import GovError, InputError, NotFoundError, did_you_mean
from .._model import TIME_LIMIT, Model
from .._prepare import dense
from .._registry import assessments
from .._running import Evaluation
from .._settling import settled
from .._subject import Progress
from .._table import take
from ._columns import read_table
from ._drift import LEVEL, drift

NAME = "drift"
_ASKED = 1_000


def evaluate_drift(
    reference: Any,
    current: Any,
    *,
    model: Any = None,
    target: Any = None,
    known: bool = False,
    positive: Any = None,
    floor: float = 0.0,
    level: float = LEVEL,
    confidence: float = 0.95,
    seed: int = 0,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Compare two data sets, and what a model says of them.

    Parameters
    ----------
    reference, current : tables of shape (n, columns) and (m, columns)
    model : fitted model, optional
    target : name of a column, or pair of array-likes of shape (n,) and (m,); optional
    known : bool
        Whether the model was trained on the reference.
    positive : label, optional
        Of two classes; by default the larger in sort order.
    floor, level, confidence, seed
        As for `drift`.
    time_limit : float, optional
        Seconds that may be spent on predictions; by default 300.
    progress : callable, optional
        Called with the assessment's name, the steps done and their total.

    Returns
    -------
    Evaluation

    Raises
    ------
    InputError, NotFoundError
        If they cannot be compared, or there is no such target.
    """
    start = time.perf_counter()
    notify = progress or (lambda _name, _done, _total: None)
    labels = target
    if isinstance(target, str):
        reference, first = _apart(reference, target, "The reference")
        current, second = _apart(current, target, "The current data")
        labels = (first, second)
    elif target is not None and not (isinstance(target, list | tuple) and len(target) == 2):
        raise InputError(
            "The target is not that of two data sets.",
            hint="Pass the name of a column, or a pair (y_reference, y_current).",
        )
    asked, notes = None, []
    if model is not None:
        try:
            asked = _asked(model, current, positive, TIME_LIMIT if time_limit is None else time_limit, notify)
        except GovError as error:
            notes.append(f"What the model says is not compared. {error}")
    outcome = drift(
        reference,
        current,
        labels=labels,
        model=asked,
        known=known,
        floor=floor,
        level=level,
        confidence=confidence,
        seed=seed,
        notify=lambda done, total: notify(NAME, done, total),
    )
    outcome = replace(outcome, notes=(*notes, *outcome.notes))
    return Evaluation(NAME, assessments()[NAME].card, "done", "", outcome, time.perf_counter() - start)


def _asked(model: Any, current: Any, positive: Any, limit: float, progress: Progress) -> Model:
    table = dense(current, "The current data")
    rows = take(table, np.arange(min(len(table), _ASKED)))
    return settled(
        model, rows, positive=positive, unfavourable=None, two=False, time_limit=limit, progress=progress
    ).model


def _apart(table: Any, target: str, what: str) -> tuple[Any, Any]:
    """Return a table without its target, and the target."""
    columns = read_table(table, what)
    if target not in columns:
        raise NotFoundError(f"{what} has no column {target!r}.", hint=did_you_mean(target, columns, label="Columns"))
    if hasattr(table, "to_pandas") and not hasattr(table, "iloc"):
        table = table.to_pandas()
    if hasattr(table, "iloc"):
        return table.loc[:, [str(name) != target for name in table.columns]], columns[target]
    if isinstance(table, np.ndarray):
        return table[:, [name != target for name in columns]], columns[target]
    return {name: column for name, column in columns.items() if name != target}, columns[target]
