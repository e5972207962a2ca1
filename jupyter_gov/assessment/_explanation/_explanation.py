"""Which columns a model relies on: SHAP values summed up in the columns that its user knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...errors import InputError
from ...records import Json, Outcome, Value
from .._cards import Task
from .._counting._groups import MINIMUM, Combinations
from .._model import Model
from .._prepare import confidence_level, plain, text_names
from .._table import column_at, ordered, take
from .._values import estimate
from ._attributions import Attributions
from ._drawn import curves_of
from ._gaps import gaps
from ._interactions import interactions
from ._intervals import rank_interval, size_interval
from ._sampling import MAX_ROWS, rank_correlation, ranking_notes, sample_attributions


def explanation(
    model: Any,
    X: Any,
    *,
    background: Any = None,
    max_rows: int = MAX_ROWS,
    seed: int = 0,
    confidence: float = 0.95,
    positive: Any = None,
    progress: Callable[[int, int], None] | None = None,
    task: Task = "binary",
) -> Outcome:
    """Measure how much a fitted model relies on each column of `X`.

    Parameters
    ----------
    model : fitted classifier, regressor or Pipeline
    X : DataFrame or array of shape (n, columns)
        What the model predicts on; text and categorical columns are welcome if the model takes them.
    background : DataFrame or array with the columns of `X`, optional
        Rows that stand for "the column is not known"; by default rows of `X` itself, and for trees the training data as
        it went through their nodes (``tree_path_dependent``).
    max_rows : int
        Rows to explain at most, drawn at random. No more are than it takes for the ranking of the columns to be stable,
        and costly models get fewer: see the parameters of the result.
    seed : int
        Seed of the draw and of the permutations.
    confidence : float
        Two-sided confidence of all intervals.
    positive : label, optional
        The positive label; by default the model's last class.
    progress : callable, optional
        Called with the rows done and their total.
    task : str
        What is explained: of ``binary`` the score of the positive label, of ``multiclass`` the probability of each
        row's most likely class, of ``regression`` the prediction, of ``ranking`` the score.

    Returns
    -------
    Outcome
        Of kind ``importance``, largest first: ``mean_abs_shap``, the mean over rows of the absolute SHAP value of each
        column, in the output space that the parameters state, with Student's t interval for the draw of rows. Of kind
        ``column``: ``direction``, the rank correlation of a column's values with its SHAP values. Of kind
        ``interaction``: ``shap_interaction``, see `interactions`. Curves ``beeswarm:…`` and ``dependence:…``.

    Raises
    ------
    InputError
        If `X` is empty, not a table, or has two columns of one name, or a model of several classes has no
        probabilities.

    Notes
    -----
    Lundberg & Lee (2017), NeurIPS; trees: Lundberg et al. (2020), Nat. Mach. Intell. 2:56–67. Where every derived
    column of a pipeline comes from one column of `X`, the final estimator is explained, if it is linear or made of
    trees, with the columns derived from one as one player. Otherwise, or where attributions do not add up to the
    model's output, the whole model is explained by antithetic permutations, the estimator of
    ``shap.PermutationExplainer``. The result is fixed by `seed`; NumPy's global random state is left as it was.
    """
    confidence = confidence_level(confidence)
    _check(X, background, max_rows)
    if task == "multiclass" and not hasattr(model, "predict_proba"):
        raise InputError(
            f"A {type(model).__name__} has no predict_proba, and of several classes probabilities are explained.",
            hint="Use a model that has it.",
        )
    found = sample_attributions(
        Model(estimator=model, task=task, positive=positive),
        X,
        background=background,
        max_rows=max_rows,
        seed=seed,
        notify=progress or (lambda _done, _total: None),
    )
    return summary(found, X, task=task, seed=seed, confidence=confidence, positive=positive)


def summary(
    found: Attributions,
    X: Any,
    *,
    task: Task,
    seed: int,
    confidence: float,
    positive: Any = None,
    people: Combinations | None = None,
    minimum: int = MINIMUM,
) -> Outcome:
    """Return what attributions of sampled rows of `X` say of all rows; parameters as for `explanation`.

    With `people`, sensitive columns as codes for all rows, gaps between groups are given too, of groups that have
    `minimum` explained rows.
    """
    total = int(X.shape[0])
    largest = np.argsort(-np.abs(found.values).mean(axis=0), kind="stable").tolist()
    values = [*importance(found, largest, confidence), *directions(found, X, confidence)]
    values += interactions(found, largest, confidence)
    notes = [*found.notes, *ranking_notes(found, largest, total, seed=seed, confidence=confidence)]
    if people is not None:
        values += gaps(found, people, largest, confidence=confidence, minimum=minimum)
    parameters: dict[str, Json] = {
        "task": task,
        "explainer": found.explainer,
        "output": found.output,
        "base": float(np.mean(found.base)),
        "rows": len(found),
        "rows_available": total,
        "rank_correlation": rank_correlation(found.values, total, seed=seed),
        "background": found.background,
        "background_rows": found.background_rows,
        "additivity_error": found.error,
        "seed": seed,
        "confidence": confidence,
    }
    if task == "binary" and positive is not None:
        parameters["positive_label"] = plain(positive)
    curves = curves_of(found, X, largest, confidence)
    return Outcome(values=tuple(values), parameters=parameters, notes=tuple(notes), curves=curves)


def importance(found: Attributions, largest: list[int], confidence: float) -> list[Value]:
    """Return the mean absolute SHAP value of each column, largest first."""
    n, size = len(found), np.abs(found.values)
    return [
        estimate(
            "mean_abs_shap",
            *size_interval(size[:, j], confidence),
            confidence,
            n,
            "t",
            kind="importance",
            attribute=found.names[j],
        )
        for j in largest
    ]


def directions(found: Attributions, X: Any, confidence: float) -> list[Value]:
    """Return for each column that has an order the rank correlation of its values with its attributions."""
    rows, values = take(X, found.rows), []
    for j, name in enumerate(found.names):
        column = ordered(column_at(rows, j))
        if column is not None:
            known = ~np.isnan(column)
            interval = rank_interval(column[known], found.values[known, j], confidence)
            where: dict[str, Any] = {"kind": "column", "attribute": name}
            values.append(estimate("direction", *interval, confidence, int(known.sum()), "bonett-wright", **where))
    return values


def _check(X: Any, background: Any, max_rows: int) -> None:
    if hasattr(X, "toarray"):
        raise InputError("X is a sparse matrix, which is not explained.", hint="Pass a DataFrame or X.toarray().")
    if getattr(X, "ndim", None) != 2 or not (hasattr(X, "iloc") or isinstance(X, np.ndarray)):
        raise InputError(f"X is a {type(X).__name__}, not a table.", hint="Pass a DataFrame or a 2-dimensional array.")
    if not X.shape[0] or not X.shape[1]:
        raise InputError("X is empty.", hint="Pass at least one row and one column.")
    if hasattr(X, "columns"):
        text_names(X.columns, "X")
    if isinstance(max_rows, bool) or not isinstance(max_rows, int) or max_rows < 1:
        raise InputError(f"max_rows is {max_rows!r}, not a positive whole number.", hint="Use 500.")
    if background is None:
        return
    same_kind = hasattr(background, "columns") == hasattr(X, "columns")
    if not same_kind or getattr(background, "shape", (0, 0))[1:] != X.shape[1:] or not len(background):
        raise InputError("background does not have the columns of X.", hint="Pass rows of the training data.")
    if hasattr(X, "columns") and list(background.columns) != list(X.columns):
        raise InputError("background does not have the columns of X.", hint="Pass background[X.columns].")
