"""Labels, scores, weights and their rows: checked once, encoded for all assessments."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, did_you_mean
from ..records import Json

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Labels:
    """A binary target and its predictions as booleans, True being the positive label."""

    true: Bools
    predicted: Bools
    positive: Any
    negative: Any

    def __len__(self) -> int:
        return len(self.true)


def plain(label: Any) -> Json:
    """Return a label as a JSON value."""
    item = label.item() if isinstance(label, np.generic) else label
    if isinstance(item, float) and not math.isfinite(item):
        return str(item)
    return item if isinstance(item, str | int | float | bool) or item is None else str(item)


def one_column(values: Any, name: str) -> Any:
    """Return `values` as a one-dimensional Series or array; one-column frames and arrays are flattened.

    Raises
    ------
    InputError
        If `values` is a scalar or has more than one column.
    """
    if hasattr(values, "columns") and hasattr(values, "iloc"):
        if values.shape[1] != 1:
            raise InputError(f"{name} has {values.shape[1]} columns.", hint="Pass one column.")
        return values.iloc[:, 0]
    if hasattr(values, "iloc") or (hasattr(values, "dtype") and getattr(values, "ndim", 0) == 1):
        return values  # a Series, an array or a pandas extension array
    if isinstance(values, str | bytes | Mapping) or not hasattr(values, "__len__"):
        raise InputError(f"{name} is a {type(values).__name__}, not a column.", hint="Pass an array or a Series.")
    if hasattr(values, "dtype") or hasattr(values, "__array__"):
        array = np.asarray(values)
    else:
        # Objects keep None and nan apart from text: np.asarray(["a", nan]) would yield the string "nan".
        array = np.empty(len(values), dtype=object)
        array[:] = list(values)
        if array.size and isinstance(array[0], list | tuple | np.ndarray):
            array = np.asarray(values)
    if array.ndim == 2 and array.shape[1] == 1:
        return array[:, 0]
    if array.ndim != 1:
        raise InputError(f"{name} has {array.ndim} dimensions.", hint="Pass one column.")
    return array


def unindexed(column: Any) -> Any:
    """Return a column as an array, once its rows are known to be the right ones."""
    return column.values if hasattr(column, "iloc") else column


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


def levels(values: Any) -> tuple[Ints, list[Any]]:
    """Return codes and the distinct values that they stand for; a missing value has the code -1."""
    dtype = getattr(values, "dtype", None)
    kind = getattr(dtype, "kind", "")
    if isinstance(dtype, np.dtype) and kind in "biuf":
        array = np.asarray(values)
        low, high = array.min(), array.max()  # a NaN anywhere makes both NaN, which fails the test below
        top = array == high
        if low == high or bool((top | (array == low)).all()):
            return top.astype(np.int64) if low != high else np.zeros(len(array), np.int64), sorted({low, high})
    import pandas as pd

    codes, distinct = pd.factorize(values)
    return np.asarray(codes, dtype=np.int64), list(distinct)


def binary(y_true: Any, y_pred: Any, *, positive: Any = None) -> Labels:
    """Encode a binary target and its predictions.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,)
        Labels of any sortable type.
    positive : label, optional
        The positive label; by default the larger of the two in sort order, as in scikit-learn.

    Raises
    ------
    InputError
        If the target does not have exactly two classes, either holds missing values, or a prediction is not a class
        of the target.
    """
    codes, classes = levels(y_true)
    missing = int((codes < 0).sum())
    if missing:
        raise InputError(
            f"The target has {missing:,} missing {'value' if missing == 1 else 'values'}.",
            hint="Drop those rows from all inputs.",
        )
    if len(classes) == 1:
        raise InputError(
            f"The target has only one class, {plain(classes[0])!r}.", hint="Assess on rows that hold both classes."
        )
    if len(classes) > 2:
        raise InputError(
            f"The target has {len(classes):,} different values; only binary classification is assessed.",
            hint="Pass a target with two classes, such as y == label.",
        )
    try:
        negative, top = sorted(classes)
    except TypeError:
        raise InputError(
            f"The target mixes types that cannot be sorted: {plain(classes[0])!r} and {plain(classes[1])!r}.",
            hint="Use one type for both labels.",
        ) from None
    if positive is None:
        positive = top
    elif positive == negative:
        negative, positive = top, negative
    elif positive != top:
        raise InputError(
            f"The target has no label {plain(positive)!r}.",
            hint=did_you_mean(str(positive), [plain(negative), plain(top)], label="Labels"),
        )
    true = codes == (0 if bool(classes[0] == positive) else 1)
    return Labels(true, _predictions(y_pred, positive, negative), positive, negative)


def _predictions(y_pred: Any, positive: Any, negative: Any) -> Bools:
    codes, found = levels(y_pred)
    missing = int((codes < 0).sum())
    if missing:
        raise InputError(
            f"The predictions have {missing:,} missing {'value' if missing == 1 else 'values'}.",
            hint="Drop those rows from all inputs.",
        )
    if len(found) > 2:
        raise InputError(
            f"The predictions have {len(found):,} different values; labels of two classes are expected.",
            hint="Give labels as predictions, such as model.predict gives, and probabilities as scores.",
        )
    known = (positive, negative)
    for label in found:
        if label not in known:
            raise InputError(
                f"The predictions hold {plain(label)!r}, which is not a class of the target "
                f"({plain(negative)!r}, {plain(positive)!r}).",
                hint="Use the same labels in both.",
            )
    is_positive = np.array([bool(label == positive) for label in found])
    return is_positive[codes]


def numbers(values: Any, name: str) -> Floats:
    """Return `values` as finite floats.

    Raises
    ------
    InputError
        If they are not numeric, or are NaN or infinite.
    """
    if hasattr(values, "to_numpy") and hasattr(values, "isna"):
        values = values.to_numpy(dtype=np.float64, na_value=np.nan) if _is_numeric(values) else values
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{name} is not numeric.", hint="Pass one number for each row.") from None
    bad = int((~np.isfinite(array)).sum())
    if bad:
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
