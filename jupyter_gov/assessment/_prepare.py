"""Labels, scores, weights and their rows: checked once, encoded for all assessments."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import InputError, a_type
from ._columns import one_column, unindexed
from ._labels import Bools, Classes, Floats, Ints, Labels, Levels, binary, levels, plain, several

__all__ = [
    "Bools",
    "Classes",
    "Floats",
    "Ints",
    "Labels",
    "Levels",
    "binary",
    "confidence_level",
    "levels",
    "numbers",
    "one_column",
    "plain",
    "probabilities",
    "same_index",
    "same_rows",
    "several",
    "text_names",
    "unindexed",
    "weights",
]


def same_rows(**columns: Any) -> int:
    """Return the number of rows that all `columns` share; those that are None are left out.

    Raises
    ------
    InputError
        If there are no rows, lengths differ, or two pandas objects carry different indexes: rows are never matched
        by position when labels say otherwise, nor by label when the caller may have meant positions.
    """
    given = {name: values for name, values in columns.items() if values is not None}
    first, *others = given
    n = len(given[first])
    if n == 0:
        raise InputError(f"{first} is empty.", hint="Pass at least one row of each class.")
    for name in others:
        if len(given[name]) != n:
            raise InputError(
                f"{first} has {n:,} rows and {name} has {len(given[name]):,}.", hint="Pass the same rows in both."
            )
    indexed = [name for name, values in given.items() if hasattr(values, "iloc")]
    for name in indexed[1:]:
        same_index(given[indexed[0]].index, given[name].index, indexed[0], name)
    return n


def same_index(left: Any, right: Any, left_name: str, right_name: str) -> None:
    """Raise InputError unless two pandas indexes are equal, in order."""
    if not left.equals(right):
        raise InputError(
            f"{left_name} and {right_name} have different indexes, so their rows cannot be matched.",
            hint=f"Select the same rows by label ({right_name}.loc[{left_name}.index]), "
            "or pass NumPy arrays if the rows already are in the same order.",
        )


def numbers(values: Any, name: str) -> Floats:
    """Return `values` as finite floats.

    Raises
    ------
    InputError
        If they are not numeric, or are NaN or infinite.
    """
    if hasattr(values, "to_numpy") and hasattr(values, "isna"):
        lacking = _is_numeric(values) and values.isna().any()  # Arrow refuses to make floats of large integers
        values = values.to_numpy(dtype=np.float64, na_value=np.nan) if lacking else np.asarray(values)
    try:
        array = np.asarray(values)
        if array.dtype.kind in "USMm" or (array.dtype == object and any(isinstance(v, str) for v in array.flat)):
            raise TypeError  # NumPy makes numbers of the text "1" and of dates
        array = array.astype(np.float64, copy=False)
    except (TypeError, ValueError):
        raise InputError(f"{name} is not numeric.", hint="Pass one number for each row.") from None
    finite = np.isfinite(array)
    if not finite.all():
        bad = int((~finite).sum())
        raise InputError(
            f"{name} has {bad:,} {'value' if bad == 1 else 'values'} that {'is' if bad == 1 else 'are'} NaN or "
            "infinite.",
            hint="Drop those rows from all inputs.",
        )
    return array


def _is_numeric(values: Any) -> bool:
    return getattr(values.dtype, "kind", "O") in "biuf"


def probabilities(values: Any, name: str = "y_score") -> Floats:
    """Return `values` as floats in [0, 1], else raise InputError."""
    array = numbers(values, name)
    if array.min() < 0 or array.max() > 1:
        raise InputError(
            f"{name} lies between {array.min():.4g} and {array.max():.4g}, outside of [0, 1].",
            hint="Pass the probability of the positive label, such as model.predict_proba(X)[:, 1].",
        )
    return array


def weights(values: Any) -> Floats:
    """Return sample weights: finite, not negative, not all zero; else raise InputError."""
    array = numbers(values, "sample_weight")
    if array.min() < 0:
        raise InputError("sample_weight has negative values.", hint="Weights must be zero or more.")
    if not array.any():
        raise InputError("sample_weight is zero everywhere.", hint="Give some rows a positive weight.")
    return array


def confidence_level(confidence: float) -> float:
    """Return `confidence` as a float strictly between 0 and 1, else raise InputError."""
    if isinstance(confidence, bool) or not isinstance(confidence, int | float) or not 0 < confidence < 1:
        raise InputError(f"The confidence {confidence!r} is not between 0 and 1.", hint="Use 0.95 for 95%.")
    return float(confidence)


def text_names(names: Any, what: str) -> list[str]:
    """Return column names as strings.

    Raises
    ------
    InputError
        If two columns have the same name, also when only as text (such as ``1`` and ``"1"``).
    """
    texts = [str(name) for name in names]
    seen: set[str] = set()
    for text in texts:
        if text in seen:
            raise InputError(f"{what} has more than one column named {text!r}.", hint="Rename or drop one of them.")
        seen.add(text)
    return texts


def dense(table: Any, name: str) -> Any:
    """Return a table as a DataFrame or an array of shape (n, columns).

    Raises
    ------
    InputError
        If it is none, sparse, or empty.
    """
    if hasattr(table, "to_pandas"):
        table = table.to_pandas()
    if hasattr(table, "toarray"):
        raise InputError(f"{name} is a sparse matrix.", hint=f"Pass a DataFrame or {name}.toarray().")
    if getattr(table, "ndim", None) != 2 or not (hasattr(table, "iloc") or isinstance(table, np.ndarray)):
        raise InputError(f"{name} is {a_type(table)}, not a table.", hint="Pass a DataFrame or a 2-dimensional array.")
    if not table.shape[0] or not table.shape[1]:
        raise InputError(f"{name} is empty.", hint="Pass at least one row and one column.")
    return table
