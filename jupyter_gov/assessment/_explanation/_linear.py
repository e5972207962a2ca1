"""Linear models: exact SHAP values in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._prepare import Floats, Ints
from ._attributions import Progress


@dataclass(frozen=True, kw_only=True)
class Linear:
    """A linear model, output = x · weights + intercept, for one output or K of them.

    Attributes
    ----------
    weights : ndarray of shape (columns, K)
    intercept : ndarray of shape (K,)
    mean : ndarray of shape (columns,)
        Of the background.
    space, background : str
    background_rows : int
    groups : ndarray of shape (columns,)
        The column of X that each comes from.
    """

    weights: Floats
    intercept: Floats
    mean: Floats
    space: str
    background: str
    background_rows: int
    groups: Ints
    name: str = "linear"
    work: int = 0
    scale: float = 1.0

    def shap_values(self, x: Any, notify: Progress) -> tuple[Floats, Floats]:
        """Return weights × (x − mean), summed up in the columns of X, and the output at the mean, of shape (K,).

        That is the exact SHAP value when columns are masked independently (Lundberg & Lee 2017, corollary 1), and what
        ``shap.LinearExplainer`` returns for the same background.
        """
        values = (floats(x) - self.mean)[:, :, None] * self.weights
        summed = np.zeros((int(self.groups.max()) + 1, len(values), values.shape[2]))
        np.add.at(summed, self.groups, values.transpose(1, 0, 2))
        notify(len(values), len(values))
        return summed.transpose(1, 0, 2), self.mean @ self.weights + self.intercept

    def interactions(self, x: Any, pairs: list[tuple[int, int]]) -> None:
        """Return nothing, as columns of a linear model do not interact."""


def read_linear(final: Any, background: Any, groups: Sequence[int], *, own: bool) -> Linear | None:
    """Return a fitted linear model as numbers, or None if it is none.

    Parameters
    ----------
    final : fitted estimator
    background : table of shape (n, columns), as the estimator sees it
    groups : sequence of int
        The column of X that each column that the estimator sees comes from.
    own : bool
        Whether the background is of the explained table.
    """
    coef = getattr(final, "coef_", None)
    if coef is None or not hasattr(final, "intercept_"):
        return None
    try:
        weights = np.atleast_2d(np.asarray(coef.toarray() if hasattr(coef, "toarray") else coef, np.float64)).T
        mean = np.asarray(background.mean(axis=0), np.float64).reshape(-1)
        intercept = np.broadcast_to(np.asarray(final.intercept_, np.float64).reshape(-1), weights.shape[1])
    except (TypeError, ValueError):
        return None  # coefficients of something else, such as a kernel's
    if weights.ndim != 2 or not len(weights) == len(mean) == len(groups) or not np.isfinite(mean).all():
        return None
    return Linear(
        weights=weights,
        intercept=intercept,
        mean=mean,
        space=_space(final, background),
        background="rows of X" if own else "given",
        background_rows=int(background.shape[0]),
        groups=np.asarray(groups, np.int64),
    )


def floats(table: Any) -> Floats:
    """Return a table, sparse or not, as floats."""
    return np.asarray(table.toarray() if hasattr(table, "toarray") else table, dtype=np.float64)


def _space(final: Any, background: Any) -> str:
    """Return what a linear model's own output is; log-odds if it makes probabilities of it by the logistic function."""
    if not hasattr(final, "decision_function"):
        return "prediction"
    if hasattr(final, "predict_proba"):
        rows = background[:20] if not hasattr(background, "iloc") else background.iloc[:20]
        output = np.asarray(final.decision_function(rows), np.float64)
        with np.errstate(over="ignore"):
            probability = 1 / (1 + np.exp(-output))
        if output.ndim == 1 and np.allclose(np.asarray(final.predict_proba(rows))[:, -1], probability, atol=1e-6):
            return "log-odds"
    return "decision function"
