"""Values that are equal but for what a copy may lose: digits beyond the sixth, case, and space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._case import Values

_DIGITS = 6


def folded(values: Values) -> Values:
    """Return what nearly equal values have in common.

    Numbers are told by sign, power of ten and six significant digits; two that differ little but lie on both sides of
    where rounding turns remain different. Of texts case is folded and space is single.

    Parameters
    ----------
    values : array of float64, datetime64 or objects, shape (rows,)
        As `Sample.values` returns them.

    Returns
    -------
    array of int64 for numbers and times, of objects for the rest, shape (rows,)
    """
    import numpy as np

    if values.dtype.kind == "f":
        return _rounded(values)
    if values.dtype.kind == "M":
        return values.astype(np.int64)
    texts: dict[Any, str | None] = {None: None}
    for value in values:
        if value not in texts:
            texts[value] = " ".join(str(value).casefold().split())
    found = np.empty(len(values), object)
    found[:] = [texts[value] for value in values]
    return found


def _rounded(values: Values) -> Values:
    """Return sign, six digits and power of ten of each number in one word; what is not finite by its own bits."""
    import numpy as np

    plain = np.isfinite(values) & (values != 0)
    size = np.abs(np.where(plain, values, 1.0))
    power = np.floor(np.log10(size))
    # In two steps: 1e-320 has no power of ten that is a number itself.
    half = np.floor(power / 2)
    digits = np.rint(size / 10.0**half / 10.0 ** (power - half) * 10.0 ** (_DIGITS - 1))
    over = digits >= 10.0**_DIGITS
    digits, power = np.where(over, 10.0 ** (_DIGITS - 1), digits), power + over
    words = ((power.astype(np.int64) + 1024) << 32) | (digits.astype(np.int64) << 1) | (values < 0)
    rest = np.where(np.isnan(values), np.nan, values + 0.0).view(np.int64)
    found: Values = np.where(plain, words, rest)
    return found
