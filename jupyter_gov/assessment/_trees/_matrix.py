"""What estimators are given, as the numbers that their trees compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._prepare import Floats


def single(x: Any) -> Floats:
    """Return numbers cut to 32 bits, as scikit-learn cuts them for trees."""
    dense = x.toarray() if hasattr(x, "toarray") else x
    return np.array(np.asarray(dense, np.float32), np.float64, order="C")


def numbers(x: Any, categories: Sequence[Sequence[Any]] | None) -> Floats:
    """Return the numbers of a table, and of columns of categories their places in those of the training data.

    Parameters
    ----------
    x : table of shape (n, columns)
    categories : sequence of sequences, or None
        The categories in training of the columns that have some, in their order; None leaves each column's own.

    Returns
    -------
    ndarray of shape (n, columns)
        Missing values, and categories that are not among those of training, are NaN.
    """
    if not hasattr(x, "iloc"):
        return np.array(x.toarray() if hasattr(x, "toarray") else x, np.float64, order="C")
    out = np.empty(x.shape)
    seen = 0
    for j in range(x.shape[1]):
        column = x.iloc[:, j]
        if hasattr(column, "cat"):
            if categories is not None:
                column = column.cat.set_categories(list(categories[seen]))
                seen += 1
            codes = column.cat.codes.to_numpy(np.float64)
            out[:, j] = np.where(codes < 0, np.nan, codes)
        else:
            out[:, j] = column.to_numpy(np.float64, na_value=np.nan)
    return out
