"""How the values of columns compare with what reasons claim of them, and with those of other rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...errors import InputError
from .._prepare import Bools, Ints, plain
from .._table import column_at, names_of, ordered, take
from ._mapping import ANY, Feature


def is_level(column: Any, levels: tuple[Any, ...]) -> Bools:
    """Return which values of a column are among the levels; ``4`` is ``4.0``, and ``"4"``."""
    texts = {str(level) for level in levels}
    return np.array([plain(v) in levels or str(plain(v)) in texts for v in np.asarray(column, dtype=object)], np.bool_)


def refuse_unordered(table: Any, features: Mapping[str, Feature]) -> None:
    """Raise InputError if a direction is claimed of a column that has no order."""
    for position, name in enumerate(names_of(table)):
        feature = features.get(name)
        if feature is None or feature.ignore or feature.adverse == ANY or isinstance(feature.adverse, tuple):
            continue
        if ordered(column_at(table, position)) is None:
            raise InputError(
                f"Reasons, features.{name}.adverse: {name!r} is said to be adverse when {feature.adverse}, and its "
                "values have no order.",
                hint="List the levels that are adverse, such as adverse: [rented, other].",
            )


def contradicted(feature: Feature, column: Any, rows: Ints, reference: Ints) -> Bools:
    """Return for which rows a column's value is not what its reason claims to be adverse.

    Parameters
    ----------
    feature : Feature
    column : column of n values
    rows, reference : ndarray of positions
        The rows, and those that they are compared with.

    Returns
    -------
    ndarray of shape (len(rows),)
        For ``high``, whether fewer reference rows lie below the value than above it, or it is missing; for ``low``, the
        other way round; for levels, whether it is none of them. A median does not tell where most rows have one value,
        nor a mean where a few are huge.
    """
    if feature.adverse == ANY or feature.ignore:
        return np.zeros(len(rows), np.bool_)
    if isinstance(feature.adverse, tuple):
        return ~is_level(take(column, rows), feature.adverse)
    values = ordered(column)
    if values is None:
        return np.zeros(len(rows), np.bool_)
    there = np.sort(values[reference][np.isfinite(values[reference])])
    held = values[rows]
    rank = np.searchsorted(there, held, "left") + np.searchsorted(there, held, "right") - len(there)
    return np.asarray((rank < 0 if feature.adverse == "high" else rank > 0) | np.isnan(held))


def percentile(column: Any, row: int, among: Ints) -> float | None:
    """Return the share of rows with a smaller value, ties counted half; None where there is no order or no value."""
    values = ordered(column)
    if values is None or np.isnan(values[row]):
        return None
    there = values[among][~np.isnan(values[among])]
    if not len(there):
        return None
    return float(((there < values[row]).sum() + (there == values[row]).sum() / 2) / len(there))
