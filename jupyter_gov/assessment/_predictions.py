"""All assessments that target and predictions allow, where the model itself is not at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Unpack

from ..errors import InputError, NotFoundError, did_you_mean
from . import _prepare
from ._answers import Answers, predictions
from ._columns import table_columns
from ._counting._groups import named_columns
from ._more import More
from ._prepare import text_names
from ._request import Request
from ._roles import Roles, find_roles
from ._running import Evaluations
from ._sensitive import column_named, column_names, columns_named, sensitive_columns
from ._subject import Progress
from ._tasks import settle

_NO_MODEL = (
    "There is no model to explain, only its predictions. Assess the model itself, in a notebook, to see which columns "
    "it relies on."
)


def evaluate_predictions(
    y_true: Any,
    y_pred: Any = None,
    y_score: Any = None,
    *,
    sensitive_features: Any = None,
    threshold: float | None = None,
    positive: Any = None,
    confidence: float = 0.95,
    include: str | Iterable[str] | None = None,
    progress: Progress | None = None,
    task: str | None = None,
    control: Any = None,
    control_name: str = "",
    costs: Mapping[str, float] | str | None = None,
    sample_weight: Any = None,
    strata: Any = None,
    reference: Mapping[str, Any] | str | None = None,
    bins: Mapping[str, Any] | str | None = None,
    seed: int = 0,
    minimum: int | None = None,
    features: Any = None,
    columns: Iterable[str] = (),
    **more: Unpack[More],
) -> Evaluations:
    """Assess a model by its predictions, whatever made them.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        What happened: labels or numbers.
    y_pred : array-like of shape (n,) or (n, K), optional
        Predicted labels or numbers: the decisions that are assessed. Numbers with fractions, where the target has two
        classes, are a score; a table has the probabilities of K classes.
    y_score : array-like of shape (n,) or (n, K), optional
        Scores that grow with the positive label; where all lie in [0, 1] they are taken as its probabilities. Or the
        probabilities of K classes, in their sort order or in columns that are named by them.
    sensitive_features : DataFrame, Series, mapping of name to array, or array; n rows; optional
        As in `fairness`.
    threshold : float, optional
        The score at or above which the decision is the positive label where there is no prediction; by default 0.5
        where all scores lie in [0, 1]. Where there is no threshold, scores are assessed as a ranking.
    positive, confidence, include, progress, task, costs, sample_weight, strata, reference, bins, seed,
    minimum
        As in `evaluate`.
    control : array-like of shape (n,) or fitted model, optional
        Another model's predictions, or a model, which needs `features`.
    control_name : str, optional
        What to call it.
    features : table of shape (n, columns), optional
        What the predictions were made on.
    columns : iterable of str, optional
        Names among which sensitive columns are suggested where none is given.
    **more
        As in `More`.

    Returns
    -------
    Evaluations
        As from `evaluate`, which gives the same values for a model that makes these predictions.

    Raises
    ------
    InputError
        Before any assessment is done: if there is neither prediction nor score, rows do not match, values are missing,
        a prediction is no class of the target, scores are not numeric, or target and predictions contradict the task.
    NotFoundError
        If no assessment has the name asked for.
    """
    true = _prepare.one_column(y_true, "the target")
    answers, indexed = _answers(y_pred, y_score)
    request = Request.of(
        {"target": true, **indexed},
        include=include,
        confidence=confidence,
        progress=progress,
        costs=costs,
        reference=reference,
        bins=bins,
        seed=seed,
        minimum=minimum,
        sensitive={} if sensitive_features is None else named_columns(sensitive_features),
        strata={} if strata is None else named_columns(strata),
        sample_weight=sample_weight,
        control=control,
        control_name=control_name,
        features=features,
        more=more,
    )
    subject = settle(_prepare.unindexed(true), answers, task=task, positive=positive, threshold=threshold)
    return request.run_on(replace(subject, no_model=_NO_MODEL), columns)


def evaluate_table(
    table: Any,
    *,
    target: str | None = None,
    prediction: str | None = None,
    score: str | None = None,
    attributes: Any = None,
    sensitive: str | Iterable[str] | None = None,
    strata: Any = None,
    sample_weight: Any = None,
    control: Any = None,
    **asked: Any,
) -> tuple[Roles, Evaluations]:
    """Assess a model by a table with target and predictions in it.

    Parameters
    ----------
    table : DataFrame, or table of another library
        One row for each prediction.
    target, prediction, score : str, optional
        Columns; by default those with a usual name, see `find_roles`.
    attributes, sensitive, strata, sample_weight, control
        As in `evaluate`; a name is that of a column in the table.
    **asked
        As in `evaluate_predictions`.

    Returns
    -------
    roles : Roles
        The columns that were found.
    evaluations : iterator of Evaluation

    Raises
    ------
    InputError, NotFoundError
        If a column is not there, or cannot be told; and as `evaluate_predictions`.
    """
    names = text_names(column_names(table), "The table")
    if not names:
        raise InputError(
            f"A {type(table).__name__} has no columns with names, and there is no target besides.",
            hint="Pass a DataFrame with target and predictions, or predictions and y.",
        )
    roles = find_roles(names, target=target, prediction=prediction, score=score)
    held = dict(zip(names, (column for _, column in table_columns(table) or []), strict=True))
    for role, name in roles._asdict().items():
        if name is not None and name not in held:
            hint = did_you_mean(name, names, label="Columns")
            raise NotFoundError(f"The table has no column {name!r} ({role}).", hint=hint)
    true = _prepare.one_column(held[roles.target], "the target")
    columns = sensitive_columns(table, true, attributes, sensitive)
    evaluations = evaluate_predictions(
        true,
        None if roles.prediction is None else held[roles.prediction],
        None if roles.score is None else held[roles.score],
        sensitive_features=columns or None,
        strata=columns_named(strata, "strata", table, true, attributes) or None,
        sample_weight=column_named(sample_weight, "sample_weight", table, true, attributes),
        control=column_named(control, "control", table, true, attributes),
        columns=[name for name in names if name not in roles],
        **asked,
    )
    return roles, evaluations


def evaluate_given(
    predicted: Any,
    X: Any,
    y: Any,
    *,
    attributes: Any = None,
    sensitive: str | Iterable[str] | None = None,
    strata: Any = None,
    sample_weight: Any = None,
    control: Any = None,
    **asked: Any,
) -> Evaluations:
    """Assess predictions of `y` as `evaluate` assesses a model: columns are found by name in `attributes` and `X`.

    Parameters
    ----------
    predicted : array-like of shape (n,) or (n, K)
        Labels, numbers, or the probabilities of K classes.
    X : table of shape (n, columns), or None
    y : array-like of shape (n,)
    attributes, sensitive, strata, sample_weight, control
        As in `evaluate`.
    **asked
        As in `evaluate_predictions`.
    """
    true = _prepare.one_column(y, "y")
    table = true if X is None else X  # rows of attributes are matched with those of X, or else of y
    return evaluate_predictions(
        true,
        predicted,
        sensitive_features=sensitive_columns(table, true, attributes, sensitive) or None,
        strata=columns_named(strata, "strata", table, true, attributes) or None,
        sample_weight=column_named(sample_weight, "sample_weight", table, true, attributes),
        control=column_named(control, "control", table, true, attributes),
        features=X,
        columns=column_names(X),
        **asked,
    )


def _answers(y_pred: Any, y_score: Any) -> tuple[Answers, dict[str, Any]]:
    """Return what is given as answers, and the columns whose rows must be those of the target."""
    rows: dict[str, Any] = {}
    answers = Answers()
    if y_pred is not None:
        answers = predictions(y_pred, "The prediction")
        rows["predictions"] = _rows(y_pred)
    if y_score is None:
        return answers, rows
    rows["scores"] = _rows(y_score)
    given = predictions(y_score, "The score")
    if given.table is not None:
        return replace(answers, table=given.table, classes=given.classes), rows
    try:
        return replace(answers, score=_prepare.numbers(given.predicted, "The score")), rows
    except InputError as error:
        if y_pred is None or "numeric" in error.message:
            raise
        return replace(answers, no_scores=str(error)), rows  # decisions can be assessed all the same


def _rows(values: Any) -> Any:
    """Return something with the rows, and the index, of a column or a table."""
    if hasattr(values, "iloc"):
        return values
    columns = table_columns(values)
    return values if columns is None else columns[0][1]
