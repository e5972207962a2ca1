"""All assessments of one fitted model on one data set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Unpack

import numpy as np

from ..errors import InputError, a_type
from . import _prepare
from ._asking import ask, explainable
from ._model import Model
from ._more import More
from ._prepare import Bools
from ._request import Request
from ._running import Evaluations
from ._sensitive import column_named, column_names, columns_named, sensitive_columns
from ._subject import Progress, Subject
from ._target import Target, read_target
from ._tasks import settle

_ROWS_NAMED = 10
"""Rows left out that are named at most."""


def evaluate(
    model: Any,
    X: Any,
    y: Any,
    *,
    attributes: Any = None,
    sensitive: str | Iterable[str] | None = None,
    confidence: float = 0.95,
    include: str | Iterable[str] | None = None,
    progress: Progress | None = None,
    task: str | None = None,
    positive: Any = None,
    control: Any = None,
    control_name: str = "",
    costs: Mapping[str, float] | str | None = None,
    sample_weight: Any = None,
    strata: Any = None,
    reference: Mapping[str, Any] | str | None = None,
    bins: Mapping[str, Any] | str | None = None,
    seed: int = 0,
    minimum: int | None = None,
    **more: Unpack[More],
) -> Evaluations:
    """Assess a fitted model on data with a known outcome.

    Parameters
    ----------
    model : fitted classifier, regressor, ranker or Pipeline; or anything with ``predict``
        Of scikit-learn's kind, a booster of LightGBM or XGBoost, results of statsmodels, or a class of one's own.
        ``predict_proba`` or ``decision_function`` add ranking, ``predict_proba`` calibration.
    X : DataFrame or array of shape (n, columns)
        What the model predicts on.
    y : array-like of shape (n,)
        What happened: labels or numbers.
    attributes : DataFrame or Series, optional
        Sensitive columns that the model does not see. Rows are matched with those of `X` by index label; it may have
        more rows than `X`. What would match by luck only (default row numbers) is refused.
    sensitive : str or iterable of str, optional
        Sensitive columns by name, looked up in `attributes`, then in `X`; by default all columns of `attributes`.
    confidence : float
        Two-sided confidence of all intervals.
    include : str or iterable of str, optional
        Names of assessments to do; by default all that fit.
    progress : callable, optional
        Called with an assessment's name, the steps done and their total.
    task : str, optional
        ``binary``, ``multiclass``, ``regression`` or ``ranking``; by default what the model, its predictions and `y`
        show.
    positive : label, optional
        Of two classes; by default the larger in sort order.
    control : fitted model, or array-like of shape (n,), optional
        Another model, or its predictions, to compare with on the same rows.
    control_name : str, optional
        What to call it.
    costs : mapping or str, optional
        What a ``false_positive``, ``false_negative``, ``true_positive``, ``true_negative`` costs.
    sample_weight : array-like of shape (n,), or the name of a column; optional
    strata : names, or a table of n rows; optional
        Columns within whose values groups are compared too.
    reference : mapping or str, optional
        The group that others are compared with, by sensitive attribute, such as ``race=White``.
    bins : mapping or str, optional
        How quantities are made groups of, by sensitive attribute: how many groups, or the edges, as ``age=25:40:65``.
    seed : int
        Of everything that is drawn at random.
    minimum : int, optional
        Rows below which a group is shown but not judged.
    **more
        As in `More`.

    Returns
    -------
    Evaluations
        In the order of `assessments`. Input is checked and predictions are made before this function returns; the
        assessments run while the iterator is consumed, and one that fails leaves the others untouched.

    Raises
    ------
    InputError
        For what concerns every assessment: no rows, rows that do not match, an unfitted model, a target with missing
        values or that contradicts the task. A model that raises on some rows is assessed on the others; one that cannot
        predict at all is refused unless something can be said of the labels alone.
    NotFoundError
        If no sensitive column or no assessment has the name asked for.
    """
    if _width(X) == 1 < _width(y):
        raise InputError("X and y seem to be swapped: y has several columns, and X has one.", hint="Pass X, then y.")
    true = _prepare.one_column(y, "y")
    features = X if hasattr(X, "iloc") else range(_length(X))
    n = _prepare.same_rows(X=features, y=true)
    request = Request.of(
        {"X": features, "y": true},
        include=include,
        confidence=confidence,
        progress=progress,
        costs=costs,
        reference=reference,
        bins=bins,
        seed=seed,
        minimum=minimum,
        sensitive=sensitive_columns(X, true, attributes, sensitive),
        strata=columns_named(strata, "strata", X, true, attributes),
        sample_weight=column_named(sample_weight, "sample_weight", X, true, attributes),
        control=column_named(control, "control", X, true, attributes),
        control_name=control_name,
        features=X,
        more=more,
    )
    target = read_target(_prepare.unindexed(true))  # one that cannot be used is refused before the model is asked
    told = ask(model, X, n, request.progress, request.time_limit)
    if told.answered is not None:
        rows = np.flatnonzero(told.answered)
        request, target = request.at(rows), Target(target.values[rows])
    subject = settle(target, told.answers, task=task, positive=positive)
    if told.answered is not None:
        subject = _left_out(subject, X, true, told.answered, told.lacking)

    asked = Model(
        estimator=explainable(model, told.answers, decided=subject.decision["decision"] in ("model.predict", "none")),
        task=subject.task,
        positive=None if subject.labels is None else subject.labels.positive,
        pace=told.pace,
        time_limit=request.time_limit,
    )
    return request.run_on(replace(subject, model=asked), column_names(X))


def _width(table: Any) -> int:
    shape: Sequence[int] = getattr(table, "shape", ())
    return shape[1] if len(shape) == 2 else 1


def _length(X: Any) -> int:
    for count in ("shape", "num_row", "__len__"):
        if hasattr(X, count):
            return int(X.shape[0] if count == "shape" else X.num_row() if count == "num_row" else len(X))
    raise InputError(f"X is {a_type(X)}, not a table.", hint="Pass a DataFrame or an array.")


def _left_out(subject: Subject, X: Any, y: Any, answered: Bools, lacking: str) -> Subject:
    """Name the rows that the model did not predict by their labels: what is in them is nobody's business here."""
    missing = np.flatnonzero(~answered)
    index = next((table.index for table in (X, y) if hasattr(table, "iloc")), None)
    label = "row" if index is None else "index label" if len(missing) == 1 else "index labels"
    index = range(len(answered)) if index is None else index
    named = [_prepare.plain(index[i]) for i in missing[:_ROWS_NAMED].tolist()]
    listed = ", ".join(map(str, named)) + (", …" if len(missing) > _ROWS_NAMED else "")
    which = f"one row{lacking}, which is" if len(missing) == 1 else f"{len(missing):,} rows{lacking}, which are"
    note = f"The model cannot predict {which} left out of {len(answered):,} ({label} {listed})."
    told = {"rows_not_predicted": len(missing), "rows_left_out": named}
    return replace(subject, notes=(note, *subject.notes), decision={**subject.decision, **told})
