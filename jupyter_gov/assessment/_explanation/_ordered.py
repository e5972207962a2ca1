"""Values of a column as text, and numbers as ranks."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._prepare import Floats, plain


def texts(column: Any) -> list[str]:
    """Return the values of a column as text, ``missing`` where they are missing."""
    return ["missing" if _missing(value) else str(plain(value)) for value in np.asarray(column, dtype=object).tolist()]


def ranks(values: Floats) -> Floats:
    """Return the ranks of numbers as shares from 0 to 1, equal ones in the middle; NaN where they are missing."""
    from scipy.stats import rankdata

    known = ~np.isnan(values)
    out = np.full(len(values), np.nan)
    count = int(known.sum())
    if count:
        out[known] = (rankdata(values[known]) - 0.5) / count
    return out


def _missing(value: Any) -> bool:
    return value is None or bool(np.isscalar(value) and value != value) or type(value).__name__ in ("NAType", "NaTType")
